"""GET case/{key}: a case, or a mention without one, with its conversation and its context; and what changed since."""

import re
from collections.abc import Sequence
from copy import replace
from datetime import datetime
from http import HTTPStatus

from desk.case_view.conversation import Conversation
from desk.case_view.view import last_change
from desk.cases.author_cases import EVER, AuthorCase
from desk.cases.author_notes import AuthorNote
from desk.cases.model import Case, CaseState, conversation_of
from desk.cases.store import CaseMention
from desk.errors import StoreBusy
from desk.mentions.model import Mention
from desk.reading import ANSWERED
from desk.replies.open import CaseOpener, OpenOutcome
from desk.staff.drafts import PersonalDraft
from desk.web.response import Response, html
from operator_console.app import Refused, Route, Visit, redirect
from operator_console.case.stores import CasePageStores
from operator_console.items.look_ups import LookedUp, LookUpsView
from operator_console.items.opened_item import (
    Facts,
    OpenedItem,
    case_item,
    is_over_private,
    mention_item,
)
from operator_console.items.seen_marks import SeenMarks
from operator_console.items.visible import MENTION_KEY, VisibleItems
from operator_console.shell.render import Renderer

_QUEUE = re.compile(r"[a-z_]{1,20}")
_EARLIER = 20
"""How many earlier posts are loaded at once."""


class CaseView:
    """Opens cases and mentions, and renders them as a part of the inbox or as a page of their own."""

    def __init__(self, stores: CasePageStores, renderer: Renderer, marks: SeenMarks, look_ups: LookUpsView) -> None:
        self._stores = stores
        self._renderer = renderer
        self._look_ups = look_ups
        self._marks = marks
        self._visible = VisibleItems(stores.cases, stores.mentions)
        self._brand = renderer.brand
        self._open_case = CaseOpener(None, stores.cases, stores.switch, stores.opt_outs)

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [
            Route("GET", "case/{key}", self._show),
            Route("GET", "case/{key}/earlier", self._show_earlier),
            Route("GET", "case/{key}/band", self._show_band),
        ]

    def open(self, visit: Visit, key: str, queue: str = "all", *, unmasked: bool = False) -> OpenedItem:
        """The case or mention with this key.

        Raises Refused (404) if there is none or the person must not see it, and StoreBusy.
        """
        if MENTION_KEY.fullmatch(key):
            stored = self._visible.mention(visit, key)
            mention = stored.mention
            facts = Facts(looked_up=self._looked_up(visit, conversation_of(mention.post), [mention]))
            item = mention_item(visit, stored, facts, self._brand, queue=queue)
        else:
            item = self._case(visit, key, queue, unmasked=unmasked)
        item = replace(item, notes=self._notes_about(item, visit.now))
        if not item.may_draft:
            return item
        return replace(
            item,
            typed=self._typed(visit, item),
            others=self._stores.presence.others(key, visit.person.id, visit.person.name, visit.now),
        )

    def _notes_about(self, item: OpenedItem, now: datetime) -> Sequence[AuthorNote]:
        """What colleagues noted about the author; the page works without it."""
        author_id = item.case.author_id if item.case else item.newest.mention.post.author_id if item.newest else ""
        try:
            return self._stores.author_notes.of_author(author_id, now) if author_id else ()
        except StoreBusy:
            return ()

    def _typed(self, visit: Visit, item: OpenedItem) -> PersonalDraft | None:
        """The person's draft. A case that somebody opened of chat takes over what was typed while it was none."""
        drafts, person_id = self._stores.drafts, visit.person.id
        draft = drafts.find(person_id, item.key, visit.now)
        if draft or item.case is None or item.case.kind in ANSWERED:
            return draft
        before = f"m{item.case.mention_ids[0]}"
        draft = drafts.find(person_id, before, visit.now)
        if draft is None:
            return None
        drafts.save(person_id, item.key, draft)
        drafts.discard(person_id, before, draft.sequence, visit.now)
        return drafts.find(person_id, item.key, visit.now)  # none if it was sent meanwhile

    def open_and_mark(self, visit: Visit, key: str, queue: str) -> OpenedItem:
        """The case or mention, as a page that a person opens: its mentions are marked as seen. Raises as `open` does.

        A page that a browser only loads ahead marks nothing, nor does a part: its page says when somebody sees it.
        """
        item = self.open(visit, key, queue)
        if not visit.request.headers.get("sec-purpose", "").startswith("prefetch"):
            self._marks.opened(visit, item)
        return item

    def part(self, visit: Visit, item: OpenedItem) -> str:
        """The opened item as a part, with its context to be swapped out of band."""
        return self._renderer.part("case/_case.html.j2", visit, item=item)

    def _show(self, visit: Visit) -> Response:
        key, query = visit.params["key"], visit.request.query
        if case_id := self._case_of_mention(visit, key):
            return redirect(f"case/{case_id}")
        queue = query.get("queue", "")
        is_part = visit.request.is_fragment
        open_item = self.open if is_part else self.open_and_mark
        item = open_item(visit, key, queue if _QUEUE.fullmatch(queue) else "all")
        if is_part:
            return html(self.part(visit, item))
        return html(self._renderer.page("case/case.html.j2", visit, item=item))

    def _show_earlier(self, visit: Visit) -> Response:
        """Posts of the author before the one named in the query."""
        case = self._visible.file(visit, visit.params["key"]).case
        before = visit.request.query.get("before", "")
        if before not in case.mention_ids:
            raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_page")
        place = case.mention_ids.index(before)
        begin = max(0, place - _EARLIER)
        ids = case.mention_ids[begin:place]
        stored = self._stores.mentions.get_many(ids)
        mentions = [CaseMention(stored[each].mention, None) for each in ids if each in stored]
        conversation = Conversation(self._renderer.formatter).of_mentions(mentions, case)
        values = {
            "key": case.id,
            "entries": sorted(conversation, key=lambda entry: entry.at),
            "earlier_count": begin,
            "before": case.mention_ids[begin],
        }
        if visit.request.is_fragment:
            return html(self._renderer.part("case/_earlier.html.j2", visit, **values))
        return html(self._renderer.page("case/earlier.html.j2", visit, **values))

    def _show_band(self, visit: Visit) -> Response:
        """What changed since the version that the person sees; nothing (204) if the case is still at it."""
        file = self._visible.file(visit, visit.params["key"])
        if visit.request.query.get("version") == str(file.case.version):
            return Response(HTTPStatus.NO_CONTENT)
        change = last_change(file, self._brand)
        return html(self._renderer.part("case/_band.html.j2", visit, key=file.case.id, change=change))

    def _case(self, visit: Visit, key: str, queue: str, *, unmasked: bool) -> OpenedItem:
        opened = self._open_case.with_earlier(self._open_case.for_person(key, visit.person), within=EVER)
        if opened.outcome is OpenOutcome.UNAVAILABLE:
            raise StoreBusy(opened.reason)
        if opened.file is None:
            raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_item")
        case = opened.file.case
        facts = Facts(
            post=self._stores.posts.get(case.post_id) if case.state is CaseState.QUEUED and case.post_id else None,
            looked_up=self._looked_up(visit, case.conversation_id, [each.mention for each in opened.file.mentions]),
            private=self._stores.private_messages.of_case(case.id) if is_over_private(case) else (),
            promised=self._promised(visit, opened.file.earlier),
        )
        return case_item(visit, opened, facts, self._brand, queue=queue, unmasked=unmasked)

    def _promised(self, visit: Visit, others: Sequence[AuthorCase]) -> Sequence[Case]:
        """The author's other cases in which an answer is promised; the page works without them."""
        ids = [each.id for each in others if each.state is CaseState.PROMISED and visit.person.sees(each.department)]
        try:
            return list(self._stores.cases.get_many(ids).values()) if ids else ()
        except StoreBusy:
            return ()

    def _looked_up(self, visit: Visit, conversation_id: str, mentions: Sequence[Mention]) -> LookedUp:
        """What was looked up on X; the page works without it."""
        try:
            return self._look_ups.looked_up(conversation_id, mentions, visit)
        except StoreBusy:
            return LookedUp()

    def _case_of_mention(self, visit: Visit, key: str) -> str | None:
        """The number of the case that the mention belongs to, if any."""
        if not MENTION_KEY.fullmatch(key):
            return None
        outcome = self._visible.mention(visit, key).outcome
        return outcome.case_id if outcome else None
