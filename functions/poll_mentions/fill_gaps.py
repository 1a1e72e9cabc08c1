"""What earlier walks could not see is looked for again, a few pages each poll."""

from collections.abc import Callable, Iterable
from copy import replace
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk.errors import BadRequest, BreakerOpen, XError
from desk.gap import Gap, GapSource, GapState
from desk.ports.x import Page, XTimelines
from desk.snowflake import first_id_at
from poll_mentions.stop import Stop, stop_of
from poll_mentions.walk import oldest_of

SEARCHABLE = timedelta(days=7) - timedelta(minutes=10)
"""How far back search is asked: X's seven days less a margin for its clock and the time that a call takes."""


@dataclass(slots=True, kw_only=True)
class GapFiller:
    """Fills gaps from the mentions timeline while it shows anything, then from search.

    Nothing is kept between polls but the gap itself: each page that was kept lowers the gap's upper end, and the
    next question starts there. Page tokens are followed only over pages that are empty. `refused` tells what X refused.
    """

    x: XTimelines
    handle: str
    keep: Callable[[Page, Gap], None]
    record: Callable[[Gap], None]
    now: datetime
    may_go_on: Callable[[], bool]
    refused: Stop | None = field(default=None, init=False)

    def fill(self, gaps: Iterable[Gap], pages: int) -> list[Gap]:
        """The gaps as they stand after at most `pages` calls.

        The oldest goes first: it is the next that X stops showing, while the others lose nothing by waiting some
        minutes. One that X refuses leaves its place to the next; one that X called a bad request waits for the rest,
        since it is hardly taken the next time, and a few such would use up every poll's share.
        """
        after = []
        for gap in sorted(gaps, key=lambda gap: (gap.reason == Stop.BAD_REQUEST, int(gap.before_id))):
            now_gap, pages = self._fill(gap, pages)
            after.append(now_gap)
        return after

    def _fill(self, gap: Gap, pages: int) -> tuple[Gap, int]:
        token: str | None = None
        while gap.state is GapState.OPEN and pages and self.may_go_on():
            if gap.source is GapSource.SEARCH and int(gap.before_id) <= self._limit_id:
                return self._changed(gap, replace(gap, state=GapState.UNREACHABLE, given_up_at=self.now)), pages
            try:
                page = self._ask(gap, token)
            except BreakerOpen as exc:  # nothing was asked, so nothing of the share is used up
                return self._changed(gap, self._refusal(gap, exc)), pages
            except XError as exc:
                return self._changed(gap, self._refusal(gap, exc)), pages - 1
            pages -= 1
            self.keep(page, gap)
            gap = self._changed(gap, self._lowered(gap, page, token))
            token = page.next_token if oldest_of(page) is None else None
        return gap, pages

    def _ask(self, gap: Gap, token: str | None) -> Page:
        """The newest page within the gap; an end that lies too far back for X is left out, and cut by us."""
        is_old = int(gap.after_id) < self._limit_id
        since = None if is_old else gap.after_id
        if gap.source is GapSource.MENTIONS:
            return self.x.mentions(since_id=since, until_id=gap.before_id, page_token=token)
        return self.x.search(
            query=f"@{self.handle} -is:retweet",
            since_id=since,
            until_id=gap.before_id,
            start_time=self._limit if is_old else None,
            page_token=token,
        )

    def _lowered(self, gap: Gap, page: Page, token: str | None) -> Gap:
        """The gap less what this page showed."""
        oldest = oldest_of(page)
        rest = replace(gap, before_id=min(gap.before_id, oldest, key=int)) if oldest else gap
        if int(rest.before_id) <= int(gap.after_id) + 1:
            return replace(rest, before_id=gap.after_id, state=GapState.FILLED)
        has_more = page.next_token is not None and page.next_token != token
        if has_more and (oldest is None or rest != gap):
            return rest
        return self._exhausted(rest)

    def _exhausted(self, gap: Gap) -> Gap:
        """The gap whose source shows nothing more: go on to search, or close it."""
        if gap.source is GapSource.MENTIONS:
            return replace(gap, source=GapSource.SEARCH)
        if int(gap.after_id) >= self._limit_id:
            return replace(gap, state=GapState.FILLED)
        unseen = min(gap.before_id, str(self._limit_id), key=int)
        return replace(gap, before_id=unseen, state=GapState.UNREACHABLE, given_up_at=self.now)

    def _refusal(self, gap: Gap, error: XError | BreakerOpen) -> Gap:
        self.refused = stop_of(error)
        if isinstance(error, BadRequest) and gap.source is GapSource.MENTIONS:
            return replace(gap, source=GapSource.SEARCH, reason=str(self.refused))
        return replace(gap, reason=str(self.refused))

    def _changed(self, before: Gap, after: Gap) -> Gap:
        """Record the gap unless it stands as before."""
        if after != before:
            self.record(after)
        return after

    @property
    def _limit(self) -> datetime:
        return self.now - SEARCHABLE

    @property
    def _limit_id(self) -> int:
        return int(first_id_at(self._limit))
