"""The morning greeting: one of the brand's greetings is queued on each working day."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from desk.posts.commands import SubmitPost
from desk.posts.errors import PostNotAccepted
from desk.posts.model import LastGreeting, Post, PostKind, greeting_id
from desk.working_time import span_of

if TYPE_CHECKING:
    from desk.brand import Brand
    from desk.posts.store import PostStore
    from desk.posts.submit import PostSubmitter

MAX_DELAY = timedelta(minutes=30)
"""A greeting that is published later than this after its time is of no use."""


class GreetingOutcome(StrEnum):
    """What happened on a morning."""

    QUEUED = "queued"
    ALREADY = "already"
    """An earlier run has queued it."""
    DAY_OFF = "day_off"
    TRIAL = "trial"
    """The desk is in trial and posts nothing by itself."""
    TOO_LATE = "too_late"
    SILENT = "silent"
    """The brand has only one greeting, and it was published on the last working morning."""
    REFUSED = "refused"


class GreetingReport(NamedTuple):
    """The outcome of a day of the desk; `detail` says for people why a greeting was refused."""

    day: date
    outcome: GreetingOutcome
    post: Post | None = None
    detail: str = ""


class Greeter:
    """Queues the greeting of a working day once, however often it runs.

    The text is saved before it is queued, so that all runs of a morning queue the same one. Two working mornings in a
    row never have the same text, so a brand with a single greeting is silent on every other one. `clock` is the wall
    clock.
    """

    def __init__(
        self, store: "PostStore", submitter: "PostSubmitter", brand: "Brand", clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._submitter = submitter
        self._brand = brand
        self._clock = clock

    def queue_greeting(self, now: datetime) -> GreetingReport:
        """Queue the greeting for the time `now` at which the schedule fired. Raises StoreBusy; repeating it is safe."""
        day = now.astimezone(ZoneInfo(self._brand.timezone)).date()
        if span_of(day, self._brand) is None:
            return GreetingReport(day, GreetingOutcome.DAY_OFF)
        if self._brand.is_in_trial:
            return GreetingReport(day, GreetingOutcome.TRIAL)
        if self._clock() - now > MAX_DELAY:
            return GreetingReport(day, GreetingOutcome.TOO_LATE)
        text = self._text_of(day, self._store.last_greeting())
        saved = self._store.save_greeting(LastGreeting(day, text))
        if saved.day > day:  # a later morning has had its greeting
            return GreetingReport(day, GreetingOutcome.TOO_LATE)
        if saved.text is None:
            return GreetingReport(day, GreetingOutcome.SILENT)
        return self._queue_text(saved.text, day, now)

    def _text_of(self, day: date, last: LastGreeting | None) -> str | None:
        """The greeting that people have set for this day, or the next one in turn."""
        chosen = self._brand.greeting_today
        if chosen and chosen.day == day and not (last and last.text == chosen.text):
            return chosen.text
        return next_text(self._brand.greetings, last)

    def _queue_text(self, text: str, day: date, now: datetime) -> GreetingReport:
        expires_at = now + MAX_DELAY
        new = SubmitPost(PostKind.GREETING, text, by="schedule", expires_at=expires_at, id=greeting_id(day))
        try:
            post, already_known = self._submitter.submit(new)
        except PostNotAccepted as exc:
            return GreetingReport(day, GreetingOutcome.REFUSED, detail=str(exc))
        return GreetingReport(day, GreetingOutcome.ALREADY if already_known else GreetingOutcome.QUEUED, post)


def next_text(greetings: Sequence[str], last: LastGreeting | None) -> str | None:
    """The text after the last one in the brand's order; None if that is the only one.

    After a silent morning, or if the last text is not in the list any more, it is the first one.
    """
    before = last.text if last else None
    if before not in greetings:
        return greetings[0]
    following = greetings[(greetings.index(before) + 1) % len(greetings)]
    return following if following != before else None
