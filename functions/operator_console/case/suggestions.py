"""GET case/{key}/suggestions: texts that a person may insert into the reply to a case or mention."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import NamedTuple

from desk.cases.model import is_case_id
from desk.checks.replies import Promised, promised_by
from desk.errors import IndexUnavailable, StoreBusy
from desk.promises.terms import end_of_term
from desk.reader.explain import case_safety_note, safety_note
from desk.reading import OPERATOR
from desk.replies.placeholders import author_values, case_values, filled, promised_time
from desk.staff.saved_replies import SavedReply
from desk.suggestions.similar import Question, SimilarAnswer, SimilarAnswers
from desk.suggestions.terms import terms
from desk.web.response import Response, html
from operator_console.app import Refused, Route, Visit
from operator_console.case.stores import CasePageStores
from operator_console.shell.cached import SpikeBanner
from operator_console.shell.render import Renderer

KEYS = 5
"""Texts that have a key of their own: Alt+1 to Alt+5."""
_KEYS_OF_FACTS = 2
"""How many of these the facts that are close to the question get first."""
_FEWEST_TERMS = 4
"""Terms that a fact shares with a question that it is close to. One word of three syllables has five."""
_LISTED = 8
_NEWEST = 3
"""How many mentions of a case make the question."""
_MENTION_KEY = re.compile(r"m([0-9]{1,20})", re.ASCII)


class Matter(NamedTuple):
    """What a reply is to answer, what fills the places of a text, and the language that X states of the newest post.

    In danger no text is offered at all. `due_at` is when the answer of a case is due.
    """

    question: Question
    values: Mapping[str, str]
    is_danger: bool
    lang: str
    due_at: datetime | None = None


class Suggested(NamedTuple):
    """The similar answers with what each inserts; `problem` is the key of the sentence that says why there are none."""

    answers: Sequence[tuple[SimilarAnswer, str]] = ()
    problem: str = ""


class Offered(NamedTuple):
    """A saved reply with the text that it inserts, and the promise that it makes.

    One that `waits` is not true now: it comes last, without a key. `closeness` is how much of the
    question a fact has.
    """

    reply: SavedReply
    text: str
    waits: bool = False
    promise: Promised | None = None
    closeness: int = 0


class SuggestionsView:
    """Shows the similar answers and the saved replies that fit a case or a mention."""

    def __init__(self, stores: CasePageStores, renderer: Renderer, spikes: SpikeBanner) -> None:
        self._cases = stores.cases
        self._mentions = stores.mentions
        self._replies = stores.saved_replies
        self._similar = SimilarAnswers(stores.answer_indexes, stores.posts, stores.cases, renderer.brand)
        self._spikes = spikes
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """The routes of this view."""
        return [Route("GET", "case/{key}/suggestions", self._show)]

    def _show(self, visit: Visit) -> Response:
        """Both lists, in place of the section that asked for them; without a script a page of their own.

        A search while somebody types finds only saved replies.
        """
        key, query = visit.params["key"], visit.request.query
        is_search = visit.request.is_fragment and "q" in query
        matter, words = self._matter(visit, key), query.get("q", "").strip()
        found = self._offered(visit, matter, words)
        kept = min(_KEYS_OF_FACTS, sum(each.closeness > 0 for each in found or ()))
        suggested = Suggested() if is_search or matter.is_danger else self._suggested(matter, KEYS - kept)
        values = {
            "key": key,
            "words": words,
            "is_danger": matter.is_danger,
            "suggested": suggested,
            "replies": found[:_LISTED] if found else found,
            "more": max(0, len(found or ()) - _LISTED),
            "keys": 0 if is_search else KEYS - len(suggested.answers),
            "first_key": len(suggested.answers) + 1,
            "inserts": visit.request.is_fragment,
        }
        if not visit.request.is_fragment:
            return html(self._renderer.page("case/suggestions.html.j2", visit, **values))
        if is_search:
            return html(self._renderer.part("case/_saved_replies.html.j2", visit, **values))
        return html(self._renderer.part("case/_suggestions.html.j2", visit, **values), hx_reswap="outerHTML")

    def _offered(self, visit: Visit, matter: Matter, words: str) -> list[Offered] | None:
        """The replies that have the words, those that are true at the moment first; none in danger.

        None if they can't be read: an answer can be written without them.
        """
        if matter.is_danger:
            return []
        try:
            replies = self._replies.all()
        except StoreBusy:
            return None
        zone = self._renderer.formatter.zone
        known = [reply for reply in replies if reply.is_offered(visit.now, zone) and reply.has_words(words)]
        has_spike = any(reply.only_when for reply in known) and self._spikes.is_any_open(visit.now)
        asked = set(terms(matter.question.text))
        fitting = by_fit(known, matter.question, only_fitting=not words)
        found = [
            self._filled(visit, matter, reply)._replace(
                waits=reply.must_wait(has_spike=has_spike), closeness=_closeness(reply, asked)
            )
            for reply in fitting
        ]
        return sorted(found, key=lambda each: (each.waits, -each.closeness))

    def _filled(self, visit: Visit, matter: Matter, reply: SavedReply) -> Offered:
        """The reply with its text for this matter, and the promise of it: its own, or what the text says by itself."""
        brand, now = self._renderer.brand, visit.now
        until = end_of_term(reply.promise, now, matter.due_at, brand) if reply.promise else None
        time = promised_time(until, brand, reply.language_for(matter.lang))
        text = filled(reply.text_for(matter.lang), {**matter.values, **time})
        return Offered(reply, text, promise=promised_by(text, time["time"], until, brand, now))

    def _suggested(self, matter: Matter, most: int) -> Suggested:
        """The similar answers. The page works without them, so a store that fails here only says so."""
        try:
            found = self._similar.find(matter.question, limit=most)
        except (IndexUnavailable, StoreBusy):
            return Suggested(problem="console.similar.unavailable")
        if found is None:
            return Suggested(problem="console.similar.no_index")
        if not found:
            return Suggested(problem="console.similar.none")
        return Suggested([(answer, filled(answer.text, matter.values)) for answer in found])

    def _matter(self, visit: Visit, key: str) -> Matter:
        """Raises Refused (404) if there is no such case or mention, or if the person must not see it."""
        found = self._of_case(key) if is_case_id(key) else self._of_mention(key)
        if found is None or not visit.person.sees(found.question.department):
            raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_page")
        return found

    def _of_case(self, case_id: str) -> Matter | None:
        """The question is that of the newest mentions: the last one alone may only say "still not"."""
        file = self._cases.file(case_id)
        if file is None:
            return None
        case, mentions = file.case, [each.mention for each in file.mentions]
        asked = "\n".join(mention.post.text for mention in mentions[-_NEWEST:])
        is_danger = case_safety_note(case, mentions) is not None
        values = case_values(case, self._renderer.brand)
        return Matter(
            Question(asked, case.department, case.kind, case.id),
            values,
            is_danger,
            mentions[-1].post.lang if mentions else case.lang,
            case.due_at,
        )

    def _of_mention(self, key: str) -> Matter | None:
        named = _MENTION_KEY.fullmatch(key)
        stored = self._mentions.get_many([named[1]]).get(named[1]) if named else None
        if stored is None:
            return None
        reading, post = stored.outcome.reading if stored.outcome else None, stored.mention.post
        department = (reading.department if reading else None) or OPERATOR
        is_danger = safety_note([stored.mention], reading.safety if reading else None) is not None
        values = author_values(post.author, department, self._renderer.brand)
        return Matter(Question(post.text, department, reading.kind if reading else ""), values, is_danger, post.lang)


def by_fit(replies: Sequence[SavedReply], question: Question, *, only_fitting: bool) -> list[SavedReply]:
    """The replies, those of the question's department and kind first; `only_fitting` leaves out those of others."""
    fitting = [reply for reply in replies if _fits(reply, question)]
    others = [] if only_fitting else [reply for reply in replies if not _fits(reply, question)]
    return sorted(fitting, key=lambda reply: -bool(reply.department) * 2 - bool(reply.kind)) + others


def _closeness(reply: SavedReply, asked: set[int]) -> int:
    """How many terms a fact shares with a question; 0 for few, and for other saved replies."""
    shared = len(asked & terms(f"{reply.title}\n{reply.text}").keys()) if reply.is_fact else 0
    return shared if shared >= _FEWEST_TERMS else 0


def _fits(reply: SavedReply, question: Question) -> bool:
    return reply.department in {"", question.department} and reply.kind in {"", question.kind}
