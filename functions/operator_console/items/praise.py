"""GET praise/{key}: pass the praise of a customer on to a department or a shop at once; once to each, with an undo."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import NamedTuple

from desk.case_view.conversation import ConversationEntry, EntryKind, linked
from desk.cases.store import CaseStore
from desk.mentions.store import MentionStore
from desk.praise.store import LONGEST_SENTENCE, PassedPraise, PraiseStore
from desk.private_numbers import masked
from desk.reading import OPERATOR
from desk.replies.forms import signed_name
from desk.staff.settings import SettingsStore
from desk.text import one_line
from desk.web.response import Response, html
from desk.x.model import XPost
from operator_console.app import Refused, Right, Route, Visit, redirect
from operator_console.items.visible import MENTION_KEY, VisibleItems, department_of
from operator_console.shell.render import Renderer


class PraisePageStores(NamedTuple):
    """What the page is made from."""

    cases: CaseStore
    mentions: MentionStore
    settings: SettingsStore
    praise: PraiseStore


class _Subject(NamedTuple):
    """The post that is passed on, and the department to which it is passed on most likely."""

    post: XPost
    department: str


class PraiseView:
    """Passes on, and takes back as long as the mail is not being sent."""

    def __init__(self, stores: PraisePageStores, renderer: Renderer) -> None:
        self._stores = stores
        self._praise = stores.praise
        self._renderer = renderer
        self._visible = VisibleItems(stores.cases, stores.mentions)

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [
            Route("GET", "praise/{key}", self._page, Right.ACT),
            Route("POST", "praise/{key}", self._pass_on, Right.ACT),
            Route("POST", "praise/{key}/take_back", self._take_back, Right.ACT),
        ]

    def _page(
        self, visit: Visit, status: HTTPStatus = HTTPStatus.OK, *, problem: str = "", typed: Mapping[str, str] = {}
    ) -> Response:
        subject = self._subject(visit)
        post = subject.post
        text = linked(masked(post.text), self._renderer.brand.x_site)
        entry = ConversationEntry(EntryKind.POST, post.created_at, text, post, post.author, post.media, x_id=post.id)
        passed = self._praise.of_post(post.id)
        values = {
            "key": visit.params["key"],
            "entry": entry,
            "passed": passed,
            "departments": self._departments(passed),
            "chosen": typed.get("department", subject.department),
            "typed": typed.get("sentence", ""),
            "problem": problem,
            "longest": LONGEST_SENTENCE,
        }
        return html(self._renderer.page("items/praise.html.j2", visit, **values), status)

    def _departments(self, passed: Sequence[PassedPraise]) -> list[str]:
        """Those that can still get it: not the operator, who passes it on, nor one in trial, which gets no mails."""
        brand, have = self._renderer.brand, {each.department for each in passed}
        return [key for key in brand.departments if key != OPERATOR and key not in have and not brand.in_trial(key)]

    def _pass_on(self, visit: Visit) -> Response:
        """Pass it on; what is wrong is said on the page, with what was typed."""
        subject, fields = self._subject(visit), visit.request.fields
        department, sentence = visit.request.field("department"), one_line(visit.request.field("sentence"))
        has_it = {each.department for each in self._praise.of_post(subject.post.id)}
        if department in has_it:
            return self._refused(visit, "console.praise.problem.has_it", fields)
        if department not in self._departments(()):
            return self._refused(visit, "console.praise.problem.department", fields)
        if len(sentence) > LONGEST_SENTENCE:
            return self._refused(visit, "console.praise.problem.long", fields)
        praise = PassedPraise(
            subject.post.id, subject.post.author_id, department, sentence, signed_name(visit.person), visit.now
        )
        if not self._praise.pass_on(praise, self._undo_time(visit)):
            return self._refused(visit, "console.praise.problem.has_it", fields)
        return redirect(f"praise/{visit.params['key']}")

    def _take_back(self, visit: Visit) -> Response:
        """Take it back; one that was taken back already is no error."""
        passed = self._praise.of_post(self._subject(visit).post.id)
        found = next((each for each in passed if each.department == visit.request.field("department")), None)
        if found and not self._praise.take_back(found, self._undo_time(visit)):
            return self._refused(visit, "console.praise.problem.sent", {})
        return redirect(f"praise/{visit.params['key']}")

    def _refused(self, visit: Visit, key: str, fields: Mapping[str, str]) -> Response:
        sentence = self._renderer.formatter.phrase(key, most=LONGEST_SENTENCE)
        return self._page(visit, HTTPStatus.CONFLICT, problem=sentence, typed=fields)

    def _undo_time(self, visit: Visit) -> timedelta:
        return timedelta(seconds=self._stores.settings.find(visit.person.id).undo_seconds)

    def _subject(self, visit: Visit) -> _Subject:
        """The newest post of the case, or the mention. Raises Refused if it is gone, or not for the person."""
        key = visit.params["key"]
        if MENTION_KEY.fullmatch(key):
            stored = self._visible.mention(visit, key)
            return _Subject(stored.mention.post, department_of(stored))
        file = self._visible.file(visit, key)
        if not file.mentions:
            raise Refused(HTTPStatus.CONFLICT, "console.keep.problem")
        return _Subject(file.mentions[-1].mention.post, file.case.department)
