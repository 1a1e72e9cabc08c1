"""What happened to a case so far, as the page tells it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from answer_case.spoken import Spoken, cleaned, fitted
from answer_case.view import View
from desk.case_event import CaseEvent, CaseEventKind
from desk.private_numbers import masked

_MOST = 20
_BYTES = 3_000
"""What people's words may take as HTML."""
_STANDS = frozenset({CaseEventKind.ANSWERED, CaseEventKind.PROMISED, CaseEventKind.MOVED})
_FREES = frozenset({CaseEventKind.HANDED, CaseEventKind.MISREAD, CaseEventKind.RAISED})
"""What leaves a case in nobody's hands."""


class Happened(NamedTuple):
    """One thing that happened: when (aware), as a sentence, with what was written; `x_id` leads to it on X."""

    at: datetime
    sentence: str
    text: str = ""
    x_id: str | None = None


class Past(NamedTuple):
    """The last things that happened, oldest first, and how many before them are left out."""

    last: Sequence[Happened]
    left_out: int


def past_of(view: View, spoken: Spoken) -> Past:
    """What colleagues, X and the desk did, and when the author came back: what they wrote stands among the mentions."""
    happened = sorted([*_did(view, spoken), *_came_back(view, spoken)], key=lambda each: each.at)
    last = happened[-_MOST:]
    words = fitted([each.text for each in last], _BYTES)
    shown = [each._replace(text=text) for each, (text, _) in zip(last, words, strict=True)]
    return Past(shown, len(happened) - len(shown))


def _did(view: View, spoken: Spoken) -> list[Happened]:
    """What colleagues noted may quote somebody's number."""
    shown_as = str if view.unmasked else masked
    sentences = [spoken.happened(each) for each in view.events]
    for place, assignee in _assignees(view.events):
        sentences[place] += spoken.say("case.event.assignee", by=spoken.person(assignee))
    return [
        Happened(each.at, sentence, shown_as(cleaned(spoken.note(each))), each.x_id)
        for each, sentence in zip(view.events, sentences, strict=True)
    ]


def _assignees(events: Sequence[CaseEvent]) -> Iterator[tuple[int, str]]:
    """Who had the case when a reply of the desk's came to stand on X, or else who sent it, by the event's place."""
    holder = ""
    for place, event in enumerate(events):
        if event.what is CaseEventKind.TAKEN:
            holder = event.by
        elif event.what in _FREES:
            holder = ""
        elif event.what in _STANDS and event.post_id and (holder or event.by):
            yield place, holder or event.by


def _came_back(view: View, spoken: Spoken) -> list[Happened]:
    """Each wait that began after the first one: the one that runs or ended last, and those that events ended."""
    began = {view.case.asked_at, *(each.asked_at for each in view.events if each.asked_at)} - {view.case.opened_at}
    return [Happened(at, spoken.say("case.event.asked_again")) for at in began]
