"""Cases as the people who answer them see and change them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from desk.author_cases import AuthorCase
from desk.case import Case
from desk.case_event import CaseEvent
from desk.mention import Mention
from desk.reading import Reading


class CaseMention(NamedTuple):
    """A mention of a case with its reading; the reading is None while nobody has read it."""

    mention: Mention
    reading: Reading | None


class CaseFile(NamedTuple):
    """A case with everything that belongs to it: mentions and events, oldest first.

    A mention whose words were erased or forgotten is not among them. `earlier` are the author's other cases, for who
    looked them up.
    """

    case: Case
    mentions: Sequence[CaseMention]
    events: Sequence[CaseEvent]
    earlier: tuple[AuthorCase, ...] = ()


class Untold(NamedTuple):
    """News of a case that nobody has been told for certain: what happened when (aware), and the version it made."""

    case_id: str
    version: int
    what: str
    at: datetime


class CaseStore(Protocol):
    """The cases. Every method raises StoreBusy when the store gives up after bounded retries."""

    def get(self, case_id: str) -> Case | None:
        """The case as it stands, read consistently."""
        ...

    def file(self, case_id: str) -> CaseFile | None:
        """The case with its mentions (the last 20) and events, read consistently."""
        ...

    def author_cases(self, author_id: str, since: datetime) -> Sequence[AuthorCase]:
        """The author's cases that were opened since then, the newest first, 20 at most; may lag behind by seconds."""
        ...

    def save(self, after: Case, seen: Case, event: CaseEvent) -> Case:
        """Store the case in place of `seen` together with what happened, and return it with its new version.

        News (`case_news.is_news`) is found among the untold from then on, until `told`. Raises CaseMoved when the case
        is no longer as seen.
        """
        ...

    def untold(self, *, limit: int) -> Sequence[Untold]:
        """News that waits to be told, the oldest first."""
        ...

    def told(self, case_id: str, version: int) -> None:
        """Whoever has to hear of the news that made the case this version has heard; where there was none, nothing."""
        ...

    def record(self, case: Case, event: CaseEvent) -> None:
        """Store what happened beside the case, which stays as it is: nobody's page grows old by it.

        Recorded again after StoreBusy it may stand there twice.
        """
        ...

    def queued(self, *, limit: int) -> Sequence[Case]:
        """Cases whose reply is on its way, the longest first; may lag behind by seconds."""
        ...
