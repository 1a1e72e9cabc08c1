"""Where mentions get their readings and cases their mentions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from desk.author_cases import AuthorCase
from desk.case import Case
from desk.delivery import Event
from desk.mention import Mention
from desk.reading import Reading


class Stage(StrEnum):
    """What a mention waits for."""

    READING = "reading"
    PUBLISHING = "publishing"
    MAILING = "mailing"
    NOTHING = "nothing"


class Outcome(NamedTuple):
    """What was decided when a mention was read; `event` is None when nobody is told."""

    reading: Reading
    event: Event | None
    case_id: str | None


class StoredMention(NamedTuple):
    """A mention as it lies in the table.

    `mailed`: its mail went out although it still waits for publishing. `failures`: how often routing it failed.
    `fault` says why the item is malformed; `mention` is then what could be saved of it.
    """

    mention: Mention
    stage: Stage
    outcome: Outcome | None = None
    mailed: bool = False
    failures: int = 0
    fault: str | None = None


class Entry(NamedTuple):
    """A mention with its reading; `case` as it stands after it. `published`: its department is to be told."""

    mention: Mention
    reading: Reading
    event: Event | None
    case: Case | None
    published: bool


class Step(NamedTuple):
    """What stands or falls together: entries of one case that was `before`, or one entry without a case."""

    entries: tuple[Entry, ...]
    before: Case | None

    @property
    def after(self) -> Case | None:
        """The case as it stands after the last entry."""
        return self.entries[-1].case


@dataclass(frozen=True, slots=True)
class Committed:
    """What became of steps, by mention id: `contested` ones lost to another run, `failed` ones to the store."""

    contested: frozenset[str] = frozenset()
    failed: dict[str, str] = field(default_factory=dict)


class Settlement(NamedTuple):
    """Where a mention stands after publishing; `department` holds the summary that a MAILING one waits for."""

    mention: Mention
    stage: Stage
    department: str | None = None
    mailed: bool = False


class RoutingStore(Protocol):
    """Mentions and cases as routing needs them; every method raises StoreBusy unless it says otherwise."""

    def mentions(self, ids: Collection[str]) -> Mapping[str, StoredMention]:
        """Those of the mentions that are there with their words, read consistently."""
        ...

    def cases(self, ids: Collection[str]) -> Mapping[str, Case]:
        """Those of the cases that exist, read consistently."""
        ...

    def author_cases(self, author_id: str, since: datetime) -> Sequence[AuthorCase]:
        """The author's cases that were opened since then, the newest first, 20 at most; may lag behind by seconds."""
        ...

    def commit(self, steps: Sequence[Step], at: datetime) -> Committed:
        """Store readings, cases and events, step by step in this order.

        A step is contested when one of its mentions was read meanwhile or its case is no longer as it was before.
        Raises nothing for a busy store: those mentions are failed.
        """
        ...

    def settle(self, settlements: Sequence[Settlement], at: datetime) -> dict[str, str]:
        """Move mentions on after publishing; why it failed, by mention id. Erased ones are left alone."""
        ...

    def note_failures(self, reasons: Mapping[str, str], at: datetime) -> None:
        """Record at each mention that routing failed once more and why."""
        ...
