"""The timeline of a case as sentences, and the posts that its mentions reply to."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from desk.cases.model import Case, CaseEvent, CaseEventKind
from desk.cases.store import CaseMention
from desk.checks.sentences import rule_names
from desk.formatting.formatter import DeskFormatter
from desk.mentions.model import Parent
from desk.private_numbers import masked
from desk.replies.outcome import POSTED_KINDS

_UNASSIGNS = frozenset({CaseEventKind.HANDED, CaseEventKind.RELEASED, CaseEventKind.MISREAD, CaseEventKind.RAISED})


class TimelineEntry(NamedTuple):
    """One entry: when (aware), a sentence, and the text that was written. `x_id` is the post on X, if any."""

    at: datetime
    sentence: str
    text: str = ""
    x_id: str | None = None


def timeline_entries(case: Case, events: Sequence[CaseEvent], formatter: DeskFormatter) -> list[TimelineEntry]:
    """Events of colleagues, X and the desk, and when the author asked again, oldest first.

    Texts are as people wrote them: the caller masks their private numbers.
    """
    entries = [*_event_entries(events, formatter), *_asked_again(case, events, formatter)]
    return sorted(entries, key=lambda entry: entry.at)


def parents_of(mentions: Sequence[CaseMention], places: Iterable[int]) -> list[Parent | None]:
    """The posts that the mentions at these places reply to, each once, unless that is a mention of the case itself."""
    seen = {each.mention.id for each in mentions}

    def each_once() -> Iterator[Parent | None]:
        for place in places:
            parent = mentions[place].mention.parent
            yield parent if parent and parent.id not in seen else None
            seen.update({parent.id} if parent else ())

    return list(each_once())


def former_name(mentions: Sequence[CaseMention], place: int) -> str:
    """The author's username at the mention before this one, if it has changed since; else ""."""
    names = [each.mention.post.author.username for each in mentions[: place + 1] if each.mention.post.author]
    return names[-2] if mentions[place].mention.post.author and len(names) > 1 and names[-2] != names[-1] else ""


def _event_entries(events: Sequence[CaseEvent], formatter: DeskFormatter) -> list[TimelineEntry]:
    sentences = [formatter.event_sentence(event) for event in events]
    for place, assignee in _assignees(events):
        sentences[place] += formatter.phrase("case.event.assignee", by=formatter.person(assignee))
    for place, event in enumerate(events):
        if event.override_reason:
            rules = rule_names(event.overridden, formatter.language)
            sentences[place] += " " + formatter.phrase(
                "check.overridden", rules=rules, reason=masked(event.override_reason)
            )
    return [
        TimelineEntry(event.at, sentence, formatter.event_text(event), event.x_id)
        for event, sentence in zip(events, sentences, strict=True)
    ]


def _assignees(events: Sequence[CaseEvent]) -> Iterator[tuple[int, str]]:
    """The assignee, or else the sender, of each of the desk's replies on X, with the place of its event."""
    holder = ""
    for place, event in enumerate(events):
        if event.what is CaseEventKind.TAKEN:
            holder = event.by
        elif event.what in (CaseEventKind.ASSIGNED, CaseEventKind.TAKEN_BACK):
            holder = event.assignee or ""
        elif event.what in _UNASSIGNS:
            holder = ""
        elif event.what in POSTED_KINDS and event.post_id and (holder or event.by):
            yield place, holder or event.by


def _asked_again(case: Case, events: Sequence[CaseEvent], formatter: DeskFormatter) -> list[TimelineEntry]:
    """The beginning of each wait after the first one, also of those that events ended."""
    began = {case.asked_at, *(event.asked_at for event in events if event.asked_at)} - {case.opened_at}
    return [TimelineEntry(at, formatter.phrase("case.event.asked_again")) for at in began]
