"""The mentions of a period, the most important first, as far as there is room for them."""

from collections.abc import Collection, Mapping

from daily_digest.counting import department_of
from daily_digest.model import ListedMention, MentionList
from desk.mentions.model import DayRow
from desk.reading import Kind, Urgency
from desk.reports.feedback import FeedbackStore, FirstEntries
from desk.text import cut, first_words

SHOWN = 50
"""Mentions that a report has room for."""

_KINDS = (Kind.FAULT, Kind.RUMOR, Kind.INQUIRY, None, Kind.FEEDBACK, Kind.CHAT)
"""The most important first; what is not read yet may be anything, and stands before what needs no answer."""


class MentionPicking:
    """Remembers the most important mentions while rows pass by: urgent ones first, then by kind, then the newest.

    Advertising is left out, and so are mentions that stand on the list of a case (`listed`): both are only counted.
    """

    def __init__(self, departments: Collection[str], listed: Collection[str], shown: int = SHOWN) -> None:
        self._departments = departments
        self._listed = listed
        self._total = self._above = self._junk = 0
        self._first = FirstEntries[DayRow](shown, _importance)

    def add(self, row: DayRow) -> None:
        """Look at a row."""
        self._total += 1
        if row.mention_id in self._listed:
            self._above += 1
        elif row.kind == Kind.JUNK:
            self._junk += 1
        else:
            self._first.add(row)

    def mention_ids(self) -> frozenset[str]:
        """The mentions that are shown."""
        return frozenset(row.mention_id for row in self._first.entries())

    def found(self, words: Mapping[str, str]) -> MentionList:
        """What was met so far; `words` are what the mentions say, as far as it is still there."""
        shown = tuple(self._mention(row, words.get(row.mention_id)) for row in self._first.entries())
        return MentionList(self._total, self._above, self._junk, shown)

    def _mention(self, row: DayRow, text: str | None) -> ListedMention:
        department = department_of(row, self._departments) if row.department else None
        return ListedMention(row.mention_id, row.created_at, row.kind, department, row.urgency == Urgency.HIGH, text)


def _importance(row: DayRow) -> tuple[bool, int, float, str]:
    kind = Kind(row.kind) if row.kind else None
    return row.urgency != Urgency.HIGH, _KINDS.index(kind), -row.created_at.timestamp(), row.mention_id


_BYTES = 600
"""A post of X's usual length; longer ones are read on X."""


def listed_words(store: FeedbackStore, mention_ids: Collection[str]) -> dict[str, str]:
    """The words of these mentions that are still there, in one line, private numbers masked. Raises StoreBusy."""
    mentions = store.mentions(mention_ids)
    return {key: cut(first_words(mention.post.text), _BYTES) for key, mention in mentions.items()}
