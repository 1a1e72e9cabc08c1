"""Walks X's pages from the newest post down to a floor, and finds the gaps that a walk leaves."""

from collections.abc import Callable, Iterable, Iterator
from copy import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol

from desk.errors import (
    BadRequest,
    BreakerOpen,
    CreditsDepleted,
    DeskError,
    FieldsMissing,
    NotAuthorised,
    OverBudget,
    RateLimited,
    XError,
    failure_of,
)
from desk.mentions.poll_state import Checkpoint, Gap, GapSource, GapState, PollRecord
from desk.x.model import Page, first_id_at, time_of


class Stop(StrEnum):
    """Why no further page was asked for."""

    WHOLE = "whole"
    """Everything down to the floor was seen."""
    REACH = "reach"
    """X's timeline ended, perhaps before the floor: it shows no more than its newest 800."""
    REPEATED = "repeated"
    """X repeated a page that was seen already."""
    KNOWN = "known"
    """Pages that an earlier poll had walked showed nothing new; a later poll reads what is below them."""
    DEADLINE = "deadline"
    """The time left is too short for another page."""
    UNPROVEN = "unproven"
    """X has no next page, but counts more posts than it showed."""
    RATE_LIMITED = "rate_limited"
    CREDITS_DEPLETED = "credits_depleted"
    NOT_AUTHORISED = "not_authorised"
    BREAKER_OPEN = "breaker_open"
    OVER_BUDGET = "over_budget"
    """Our own budget for calls of X has too little left."""
    BAD_REQUEST = "bad_request"
    FIELDS_MISSING = "fields_missing"
    UNAVAILABLE = "unavailable"

    @property
    def is_refusal(self) -> bool:
        """Whether X, or our own breaker or budget before it, refused a page."""
        return self not in (Stop.WHOLE, Stop.REACH, Stop.REPEATED, Stop.KNOWN, Stop.DEADLINE, Stop.UNPROVEN)


_STOPS: tuple[tuple[type[DeskError], Stop], ...] = (
    (RateLimited, Stop.RATE_LIMITED),
    (CreditsDepleted, Stop.CREDITS_DEPLETED),
    (NotAuthorised, Stop.NOT_AUTHORISED),
    (OverBudget, Stop.OVER_BUDGET),
    (BreakerOpen, Stop.BREAKER_OPEN),
    (BadRequest, Stop.BAD_REQUEST),
    (FieldsMissing, Stop.FIELDS_MISSING),
)


def stop_of(error: DeskError) -> Stop:
    """Why an error of X stops a walk; an error without a reason of its own counts as unavailable."""
    return next((stop for kind, stop in _STOPS if isinstance(error, kind)), Stop.UNAVAILABLE)


REACH = 800
"""X's mentions timeline shows no more than this many of the newest posts."""

SEARCHABLE = timedelta(days=7) - timedelta(minutes=10)
"""How far back to search: X's seven days less a margin for its clock and the time that a call takes."""

_FULL_PAGE = 100

_DENSE = 2
"""From this many pages of one second on, a gap below them does not begin with that second."""


class Walked(NamedTuple):
    """How far a walk came.

    `newest_id` is that of the first page with posts, `seen` counts posts as X does, and `detail` is the message of the
    error with which X ended the walk. `has_new`: the last page brought something new. `of_one_second` is how many of
    the last pages showed nothing but posts of one second.
    """

    newest_id: str | None = None
    oldest_id: str | None = None
    pages: int = 0
    seen: int = 0
    stop: Stop = Stop.WHOLE
    detail: str = ""
    has_new: bool = False
    of_one_second: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether everything down to the floor was seen."""
        return self.stop is Stop.WHOLE


class Walk:
    """The pages of a timeline from the newest post down to `floor`, to be iterated over to the end.

    The next page is asked for after the loop's body, so store each page in the body. If the body raises, the walk ends,
    and that page does not count as walked. The walk is whole once it has passed the floor or X has no next page, unless
    X has shown as many posts as it shows at most, which is the `reach`. Set `has_new` to say whether the last page
    brought anything new, and `has_enough` to leave the rest down to the floor for later.
    """

    def __init__(
        self, ask: "AsksForPage", *, floor: str, may_go_on: Callable[[], bool], reach: int | None = REACH
    ) -> None:
        self._ask = ask
        self._floor = int(floor)
        self._may_go_on = may_go_on
        self._reach = reach
        self._ids, self._tokens = set[str](), set[str]()
        self.has_new = self.has_enough = False
        self.walked = Walked()

    def __iter__(self) -> Iterator[Page]:
        """Ask for page after page, and update `walked` after each."""
        token, stop = None, None
        while stop is None:
            try:
                page = self._ask(page_token=token)
            except (XError, BreakerOpen) as exc:
                self.walked = replace(self.walked, stop=stop_of(exc), detail=failure_of(exc))
                return
            yield page
            self._count(page)
            token, stop = page.next_token, self._stop_after(page)
        self.walked = replace(self.walked, stop=stop)

    def _count(self, page: Page) -> None:
        ids, before = ids_on(page), self.walked
        seconds = {second_of(each) for each in ids}
        of_same = before.of_one_second if before.oldest_id and second_of(before.oldest_id) in seconds else 0
        self.walked = Walked(
            newest_id=before.newest_id or max(ids, key=int, default=None),
            oldest_id=min([*ids, *([before.oldest_id] if before.oldest_id else [])], key=int, default=None),
            pages=before.pages + 1,
            seen=before.seen + page.count,
            has_new=self.has_new,
            of_one_second=of_same + 1 if len(seconds) == 1 else 0,
        )

    def _stop_after(self, page: Page) -> Stop | None:
        """Why this page was the last, or None."""
        if any(int(each) <= self._floor for each in ids_on(page)):
            return Stop.WHOLE
        if not page.next_token:
            # Posts that X counts in its 800 but does not show make the sum fall short, so pages count too.
            most = max(self.walked.seen, self.walked.pages * _FULL_PAGE)
            return Stop.REACH if self._reach is not None and most >= self._reach else Stop.WHOLE
        if self._is_repeated(page):
            return Stop.REPEATED
        if self.has_enough:
            return Stop.KNOWN
        return None if self._may_go_on() else Stop.DEADLINE

    def _is_repeated(self, page: Page) -> bool:
        """Whether this page, or the one that it names as the next, was seen before; remembers both.

        A page that goes no further down may still be new: X may show posts of one second in any order.
        """
        ids, token = set(ids_on(page)), page.next_token or ""
        is_repeated = token in self._tokens or (bool(ids) and ids <= self._ids)
        self._ids |= ids
        self._tokens.add(token)
        return is_repeated


class AsksForPage(Protocol):
    """Asks X for the page with this token, the first one for None."""

    def __call__(self, *, page_token: str | None) -> Page:
        """Raises XError and BreakerOpen."""
        ...


def ids_on(page: Page) -> list[str]:
    """The ids of a page: those that X names for the whole page, and those that it shows; none for an empty page."""
    ends = [each for each in (page.newest_id, page.oldest_id) if each]
    return [*(post.id for post in page.posts), *(each.id for each in page.unparsable if each.id), *ends]


def gaps_below(walked: Walked, *, floor: str, record: PollRecord, overlap: timedelta, now: datetime) -> tuple[Gap, ...]:
    """The gaps between the floor and what was walked, except what an earlier walk or an open gap covers.

    Otherwise a burst beyond X's reach would open its gap again with every poll while it is in the overlap, and would be
    read and billed each time. The range below the checkpoint was walked before. It is read once more when X has had
    time to index all of it.
    """
    if walked.is_whole or walked.oldest_id is None:
        return ()
    after, checkpoint, last = floor, record.checkpoint, int(walked.oldest_id)
    if checkpoint:
        after = max(after, _settled(checkpoint, overlap), key=int)
    is_dense = walked.of_one_second >= _DENSE
    waits_to = int(checkpoint.newest_id) if checkpoint and not walked.has_new else 0
    gaps: dict[str, Gap] = {}
    for start, before in _uncovered(int(after), last, record.gaps):
        gap = Gap(
            id=f"{start}-{before}",
            after_id=str(start),
            before_id=str(before),
            opened_at=now,
            reason=str(walked.stop),
            backlog=checkpoint is None,
            due_at=time_of(str(before)) + overlap if before <= waits_to else None,
        )
        if is_dense and not gap.due_at and before == last:
            found = _without_its_second(gap)
        else:  # an open gap may be extended on both sides
            found = [_merged(gap, [gaps.get(each.id, each) for each in record.gaps], overlap, now)]
        gaps |= {each.id: each for each in found}
    return tuple(gaps.values())


def _without_its_second(gap: Gap) -> list[Gap]:
    """What is below the last post that the walk saw, and that post's second, which has its turn later.

    The walk may have missed some posts of the second. But X would first show, page by page, those that it has seen.
    Where the timeline ended, it has no more to show.
    """
    last = int(gap.before_id)
    gap = replace(gap, source=GapSource.SEARCH if gap.reason == Stop.REACH else gap.source)
    second = replace(gap, id=f"{last - 1}-{last}", after_id=str(last - 1))
    return [replace(gap, until_id=str(last + 1)), second]


def _merged(gap: Gap, others: Iterable[Gap], overlap: timedelta, now: datetime) -> Gap:
    """The gap, or a waiting neighbour extended by this one, so that both take one question."""
    for other in others:
        if gap.due_at and other.due_at and other.due_at > now and other.tries == 0:
            lower, upper = sorted((gap, other), key=lambda each: int(each.after_id))
            is_short = time_of(upper.before_id) - time_of(lower.after_id) <= overlap
            if int(lower.before_id) == int(upper.after_id) + 1 and is_short:
                return replace(other, after_id=lower.after_id, before_id=upper.before_id, due_at=upper.due_at)
    return gap


def _settled(checkpoint: Checkpoint, overlap: timedelta) -> str:
    """Up to this id X cannot have indexed anything since the last walk, which left only open gaps there."""
    indexed = str(int(first_id_at(checkpoint.walked_at - overlap)) - 1)
    return min(checkpoint.newest_id, indexed, key=int)


def _uncovered(after: int, before: int, gaps: Iterable[Gap]) -> Iterator[tuple[int, int]]:
    """The parts of the range, ends excluded, that no open gap covers."""
    for gap in sorted(gaps, key=lambda gap: int(gap.after_id)):
        end = min(int(gap.after_id) + 1, before)
        if after + 1 < end:
            yield after, end
        after = max(after, int(gap.before_id) - 1)
    if after + 1 < before:
        yield after, before


def end_of_second(post_id: str) -> str:
    """The first id of the next second: X may show posts of one second in any order."""
    return first_id_at(second_of(post_id) + timedelta(seconds=1))


def second_of(post_id: str) -> datetime:
    """The second in which the post was posted."""
    return time_of(post_id).replace(microsecond=0)


_UNPARSABLE = "unparsable"


def unparsable_range(page: Page, recorded: Iterable[Gap], now: datetime) -> Gap | None:
    """The range of this page's unparsable posts, already given up; None if there are none, or no new ones.

    It is one range for the page, since a change at X may affect all of its posts. A post whose id could not be read may
    be anywhere on the page.
    """
    known = [gap for gap in recorded if gap.reason.startswith(_UNPARSABLE)]
    found = [post for post in page.unparsable if not any(_within(post.id, gap) for gap in known)]
    if not found:
        return None
    whole_page = [page.oldest_id, page.newest_id] if any(post.id is None for post in found) else []
    ids = [int(each) for each in [*(post.id for post in found), *whole_page] if each]
    if not ids:
        return None
    after, before = str(max(min(ids) - 1, 0)), str(max(ids) + 1)
    return Gap(
        id=f"{_UNPARSABLE}-{after}-{before}",
        after_id=after,
        before_id=before,
        opened_at=now,
        reason=f"{_UNPARSABLE}: {len(found)} posts, {found[0].reason}",
        state=GapState.UNREACHABLE,
        given_up_at=now,
    )


def _within(post_id: str | None, gap: Gap) -> bool:
    return post_id is not None and int(gap.after_id) < int(post_id) < int(gap.before_id)
