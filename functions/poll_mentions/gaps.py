"""Gaps, the ranges that earlier walks could not see, are filled a few pages each poll."""

from collections.abc import Callable, Iterable
from copy import replace
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk.errors import BadRequest, BreakerOpen, XError
from desk.mentions.poll_state import Gap, GapQuestion, GapSource, GapState
from desk.mentions.store import MentionStore
from desk.mentions.walk import SEARCHABLE, Stop, end_of_second, ids_on, stop_of
from desk.x.model import Page, TimelineBounds, XTimelines, first_id_at, time_of
from poll_mentions.enrich import PageKeeper

MOST_TRIES = 6
"""After this many answers in a row without proof a gap is unreachable: half an hour, since the pauses double."""

UNPROVEN = "unproven"
"""The reason of a gap that was given up because no answer of X's proved that nothing is missing in it."""

_FIRST_PAUSE = timedelta(minutes=1)
_AHEAD = timedelta(minutes=1)
"""A poll sees posts that are younger than the minute for which it runs."""


@dataclass(slots=True, kw_only=True)
class GapFiller:
    """Fills gaps from the mentions timeline while it shows anything, then from search.

    Nothing is kept between polls but the gap itself: each page that was kept lowers the gap's upper end. A question
    goes on by page tokens; where X takes one no longer, or repeats it, the next question starts at the upper end.
    `refused` is the reason for which X refused the last one that it refused.
    """

    x: XTimelines
    mentions: MentionStore
    handle: str
    keeper: PageKeeper
    record: Callable[[Gap], None]
    now: datetime
    overlap: timedelta
    may_go_on: Callable[[], bool]
    refused: Stop | None = field(default=None, init=False)

    def fill(self, gaps: Iterable[Gap], pages: int) -> list[Gap]:
        """Fill for at most `pages` calls; the gaps as they are afterwards.

        The oldest goes first: X stops showing it first, while the others lose nothing by waiting some minutes.
        Ranges that no poll has seen come before those that are only looked at again. After a refusal the next gap has
        its turn; one that X called a bad request waits for the rest, since it will probably be one again, and a
        few such gaps would use up every poll's share.
        """
        after = []
        for gap in sorted(gaps, key=_turn):
            now_gap, pages = self._fill(gap, pages)
            after.append(now_gap)
        return after

    def _fill(self, gap: Gap, pages: int) -> tuple[Gap, int]:
        while gap.is_due(self.now) and pages and self.may_go_on():
            if gap.source is GapSource.SEARCH and int(gap.before_id) <= self._limit_id:
                return self._changed(gap, self._given_up(gap)), pages
            question = gap.question or self._question(gap)
            try:
                page = self._ask(gap.source, question)
            except BreakerOpen as exc:  # nothing was asked, so nothing of the share is used up
                return self._changed(gap, self._refusal(gap, exc)), pages
            except XError as exc:
                return self._changed(gap, self._refusal(gap, exc)), pages - 1
            pages -= 1
            self.keeper.keep(page, after_id=gap.after_id, backlog=gap.backlog)
            gap = self._changed(gap, self._after(gap, page, question))
        return gap, pages

    def _question(self, gap: Gap) -> GapQuestion:
        """The range between the nearest stored mentions beyond both ends, since only showing these proves anything.

        With each try that proved nothing they are twice as many, in case those of the last one were deleted on X.
        Without a lower one, the range goes down as far as the source does.
        """
        count = 1 << gap.tries
        above = self.mentions.ids_from(gap.before_id, until=self.now + _AHEAD, count=count)
        below = self.mentions.ids_below(str(int(gap.after_id) + 1), since=self._limit, count=count)
        until = max([gap.until_id or end_of_second(gap.before_id), *(str(int(each) + 1) for each in above)], key=int)
        since = str(self._limit_id) if gap.source is GapSource.SEARCH else None
        if below:
            since = str(int(min(below, key=int)) - 1)
        return GapQuestion(since, until, has_top=bool(above), has_bottom=bool(below))

    def _ask(self, source: GapSource, question: GapQuestion) -> Page:
        bounds: TimelineBounds = {
            "since_id": question.since_id,
            "until_id": question.until_id,
            "page_token": question.page_token,
        }
        if source is GapSource.MENTIONS:
            return self.x.mentions(**bounds)
        return self.x.search(query=f"@{self.handle} -is:retweet", **bounds)

    def _after(self, gap: Gap, page: Page, question: GapQuestion) -> Gap:
        """The gap after this page. Only an answer that joins what is known above says what is missing below."""
        ids = [int(each) for each in ids_on(page)]
        joins = bool(ids) and (max(ids) >= int(gap.before_id) or self._has_no_top(gap, question))
        is_joined = question.is_joined or joins
        has_more = page.next_token is not None and page.next_token != question.page_token
        rest = _lowered(gap, min(ids), self.now) if is_joined and ids else gap
        if rest.state is GapState.FILLED:
            return rest
        if has_more and (is_joined or not ids):
            return replace(rest, question=replace(question, page_token=page.next_token, is_joined=is_joined))
        if page.next_token and rest.before_id != gap.before_id:  # it names the same page again: ask from there on
            return rest
        return self._exhausted(rest, question, is_joined=is_joined)

    def _has_no_top(self, gap: Gap, question: GapQuestion) -> bool:
        """Whether nothing above can be shown: nothing is stored there, and X had time to index what there is."""
        return not question.has_top and time_of(gap.before_id) + self.overlap <= self.now

    def _exhausted(self, gap: Gap, question: GapQuestion, *, is_joined: bool) -> Gap:
        """The gap whose source shows nothing more: go on to search, close it, or try again later."""
        gap = replace(gap, question=None)
        if gap.source is GapSource.MENTIONS:
            return replace(gap, source=GapSource.SEARCH)
        if is_joined and not question.has_bottom:  # search went down to the end of its reach
            is_whole = int(gap.after_id) >= self._limit_id
            return replace(gap, before_id=gap.after_id, state=GapState.FILLED) if is_whole else self._cut_off(gap)
        return self._unproven(gap)

    def _cut_off(self, gap: Gap) -> Gap:
        """The part of the gap that search no longer reaches, given up."""
        return replace(self._given_up(gap), before_id=min(gap.before_id, str(self._limit_id), key=int))

    def _unproven(self, gap: Gap) -> Gap:
        """Nothing proves that the gap is filled: X may show more later, so it is asked again, from the start."""
        gap = replace(gap, tries=gap.tries + 1, reason=UNPROVEN)
        if gap.tries >= MOST_TRIES:
            return self._given_up(gap)
        pause = _FIRST_PAUSE * 2 ** (gap.tries - 1)
        return replace(gap, source=GapSource.MENTIONS, due_at=self.now + pause)

    def _given_up(self, gap: Gap) -> Gap:
        end = end_of_second(gap.before_id)
        return replace(gap, before_id=end, state=GapState.UNREACHABLE, given_up_at=self.now)

    def _refusal(self, gap: Gap, error: XError | BreakerOpen) -> Gap:
        self.refused = stop_of(error)
        if isinstance(error, BadRequest) and gap.question:  # X may no longer know the token: ask without it next time
            return replace(gap, question=None)
        gap = replace(gap, reason=str(self.refused))
        if isinstance(error, BadRequest) and gap.source is GapSource.MENTIONS:
            return replace(gap, source=GapSource.SEARCH)
        return gap

    def _changed(self, before: Gap, after: Gap) -> Gap:
        """Record the gap unless it is unchanged."""
        if after != before:
            self.record(after)
        return after

    @property
    def _limit(self) -> datetime:
        return self.now - SEARCHABLE

    @property
    def _limit_id(self) -> int:
        return int(first_id_at(self._limit))


def _turn(gap: Gap) -> tuple[bool, bool, int, int]:
    is_looked_at_again = gap.due_at is not None and not gap.tries
    return gap.reason == Stop.BAD_REQUEST, is_looked_at_again, int(gap.before_id), int(gap.after_id)


def _lowered(gap: Gap, oldest: int, now: datetime) -> Gap:
    """The gap less what an answer showed from its upper end down to `oldest`."""
    if oldest >= int(gap.before_id):
        return gap
    before_id = str(max(oldest, int(gap.after_id)))
    rest = replace(gap, before_id=before_id, until_id=None, shrunk_at=now, due_at=None, tries=0, question=None)
    is_empty = int(rest.before_id) <= int(gap.after_id) + 1
    return replace(rest, before_id=gap.after_id, state=GapState.FILLED) if is_empty else rest
