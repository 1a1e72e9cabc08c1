"""The morning greeting: one of the brand's greetings is planned on each working day. People can change or skip it."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from desk.posts.commands import SubmitPost
from desk.posts.errors import PostNotAccepted
from desk.posts.model import BY_SCHEDULE, LastGreeting, Post, PostKind, greeting_id
from desk.posts.transitions import GREETS_WITHIN
from desk.working_time import span_of

if TYPE_CHECKING:
    from desk.brand import Brand
    from desk.posts.store import PostStore
    from desk.posts.submit import PostSubmitter


class GreetingOutcome(StrEnum):
    """What happened on a morning."""

    PLANNED = "planned"
    ALREADY = "already"
    """An earlier run has planned it, or people wrote one on X itself."""
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
    """Plans the greeting of a working day once, however often it runs.

    The text is saved before it is planned, so that all runs of a morning plan the same one. Two working mornings in a
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

    def plan_greeting(self, now: datetime) -> GreetingReport:
        """Plan the greeting of the day on which the schedule fired. Raises StoreBusy; repeating it is safe.

        A schedule that fires at another time than before the greeting's, such as one by hand, greets at once.
        """
        zone = ZoneInfo(self._brand.timezone)
        day = now.astimezone(zone).date()
        greets_at = datetime.combine(day, self._brand.greeting_time, zone)
        publish_at = greets_at if now < greets_at <= now + self._brand.greeting_lead else now
        if span_of(day, self._brand) is None:
            return GreetingReport(day, GreetingOutcome.DAY_OFF)
        if self._brand.is_in_trial:
            return GreetingReport(day, GreetingOutcome.TRIAL)
        if self._clock() - publish_at > GREETS_WITHIN:
            return GreetingReport(day, GreetingOutcome.TOO_LATE)
        text = self._text_of(day, self._store.last_greeting())
        saved = self._store.save_greeting(LastGreeting(day, text))
        if saved.day > day:  # a later morning has had its greeting
            return GreetingReport(day, GreetingOutcome.TOO_LATE)
        if saved.text is None:
            return GreetingReport(day, GreetingOutcome.SILENT)
        return self._plan_text(saved.text, day, publish_at)

    def _text_of(self, day: date, last: LastGreeting | None) -> str | None:
        """The greeting that people have set for this day, or the next one in turn."""
        chosen, said = self._brand.greeting_today, self._said(last)
        if chosen and chosen.day == day and chosen.text not in said:
            return chosen.text
        return next_text(self._brand.greetings, last, said)

    def _said(self, last: LastGreeting | None) -> frozenset[str]:
        """The text of the last morning, and the one that people gave its greeting instead."""
        post = self._store.get(greeting_id(last.day)) if last else None
        return frozenset(filter(None, (last and last.text, post and post.text)))

    def _plan_text(self, text: str, day: date, publish_at: datetime) -> GreetingReport:
        is_later = publish_at > self._clock()
        new = SubmitPost(
            PostKind.GREETING,
            text,
            by=BY_SCHEDULE,
            publish_at=publish_at if is_later else None,
            expires_at=publish_at + GREETS_WITHIN,
            id=greeting_id(day),
        )
        try:
            post, already_known = self._submitter.submit(new)
        except PostNotAccepted as exc:
            return GreetingReport(day, GreetingOutcome.REFUSED, detail=str(exc))
        return GreetingReport(day, GreetingOutcome.ALREADY if already_known else GreetingOutcome.PLANNED, post)


def next_text(greetings: Sequence[str], last: LastGreeting | None, said: Collection[str]) -> str | None:
    """The text after the last one in the brand's order, without those that were `said`; None if there is no other.

    After a silent morning, or if the last text is not in the list any more, the order begins anew.
    """
    before = last.text if last else None
    begin = greetings.index(before) + 1 if before in greetings else 0
    return next((text for text in (*greetings[begin:], *greetings[:begin]) if text not in said), None)
