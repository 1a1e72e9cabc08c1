"""The use case: one of the brand's greetings on each working morning."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.posts.errors import PostNotAccepted
from desk.posts.greeting_log import GreetingLog, LastGreeting
from desk.posts.model import NewPost, Post, PostKind
from desk.posts.submit import Submitted
from desk.working_time import span_of

LATEST = timedelta(minutes=30)
"""A greeting that stands later than this after its time is no greeting any more."""


class Greeted(StrEnum):
    """What became of a morning."""

    QUEUED = "queued"
    ALREADY = "already"
    """An earlier run has queued it."""
    DAY_OFF = "day_off"
    TOO_LATE = "too_late"
    SILENT = "silent"
    """The brand has one greeting only, and said it on the last working morning."""
    REFUSED = "refused"


class GreetReport(NamedTuple):
    """What became of the morning of this day of the desk's; `detail` says why it was refused, for people."""

    day: date
    outcome: Greeted
    post: Post | None = None
    detail: str = ""


class Accepting(Protocol):
    """As much of PostSubmitter as greeting takes."""

    def submit(self, new: NewPost) -> Submitted:
        """See PostSubmitter."""
        ...


class Greet:
    """Queues the greeting of a working day, once however often it is run.

    The text is remembered before it is queued, so that whichever run comes through says the same. No two working
    mornings in a row hear the same text; a brand with a single greeting stays silent on every other one.
    """

    def __init__(self, log: GreetingLog, accept: Accepting, brand: Brand, clock: Callable[[], datetime]) -> None:
        self._log = log
        self._accept = accept
        self._brand = brand
        self._clock = clock

    def run(self, now: datetime) -> GreetReport:
        """Greet for the moment `now` at which the schedule fired. Raises StoreBusy; running again is safe."""
        day = now.astimezone(ZoneInfo(self._brand.timezone)).date()
        if span_of(day, self._brand) is None:
            return GreetReport(day, Greeted.DAY_OFF)
        if self._clock() - now > LATEST:
            return GreetReport(day, Greeted.TOO_LATE)
        return self._say(day, now)

    def _say(self, day: date, now: datetime) -> GreetReport:
        text = next_text(self._brand.greetings, self._log.last())
        remembered = self._log.remember(LastGreeting(day, text))
        if remembered.day > day:  # a later morning has had its greeting
            return GreetReport(day, Greeted.TOO_LATE)
        if remembered.text is None:
            return GreetReport(day, Greeted.SILENT)
        new = NewPost(PostKind.GREETING, remembered.text, by="schedule", expires_at=now + LATEST, id=_id(day))
        try:
            accepted = self._accept.submit(new)
        except PostNotAccepted as exc:
            return GreetReport(day, Greeted.REFUSED, detail=str(exc))
        return GreetReport(day, Greeted.ALREADY if accepted.already_known else Greeted.QUEUED, accepted.post)


def next_text(greetings: Sequence[str], last: LastGreeting | None) -> str | None:
    """The text that follows the last one in the brand's order; None when only that one is left.

    After a silent morning, or when the last text is no longer among them, it begins with the first.
    """
    before = last.text if last else None
    if before not in greetings:
        return greetings[0]
    following = greetings[(greetings.index(before) + 1) % len(greetings)]
    return following if following != before else None


def _id(day: date) -> str:
    return f"greeting-{day.isoformat()}"
