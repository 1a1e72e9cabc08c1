"""What the calendar's templates show: the days, what is chosen, and what the person may do with each post."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from desk.posts.commands import Decider
from desk.posts.decisions import is_author
from desk.posts.model import WRITTEN, Post, PostKind, PostState
from desk.posts.pause import Pause
from desk.posts.performance_words import ShownPerformance
from desk.posts.transitions import is_movable
from operator_console.calendar.agenda import Agenda
from operator_console.calendar.grid import Block, Day
from operator_console.calendar.span import FORMS, CalendarSpan, Form

_MICRO = 1_000_000


class Tried(NamedTuple):
    """A decision that was not taken: why, as a sentence, and what the person had typed."""

    post_id: str
    action: str
    sentence: str
    publish_at: str = ""
    why: str = ""
    text: str = ""


class CalendarViewer(NamedTuple):
    """The person who sees the page: what they may do, and the running pause, on which that depends."""

    person: Decider
    may_act: bool
    pause: Pause | None

    def may_move(self, post: Post, now: datetime) -> bool:
        """Whether the person may choose another time; the second person does so while approving a post that is late."""
        approves_late = self.may_approve(post) and post.publish_at <= now
        return self.may_act and is_movable(post) and not approves_late

    def may_release(self, post: Post) -> bool:
        """Whether the person may let a held post out now, or a greeting before its time."""
        is_early = post.kind is PostKind.GREETING and post.state is PostState.SCHEDULED
        waits = is_early or post.state is PostState.HELD
        return self.may_act and waits and not (self.pause and self.pause.stops(post))

    def may_reword(self, post: Post) -> bool:
        """Whether the person may change the text of the greeting."""
        return self.may_act and post.kind is PostKind.GREETING and post.state in (PostState.SCHEDULED, PostState.HELD)

    def may_approve(self, post: Post) -> bool:
        """Whether the person can be the second one."""
        return self.may_act and post.state is PostState.AWAITING_APPROVAL and not is_author(post, self.person)

    def is_own(self, post: Post) -> bool:
        """Whether the person wrote it."""
        return is_author(post, self.person)


class CalendarPage(NamedTuple):
    """What the templates show.

    `previews` are addresses of pictures by their ids, as far as they are ready; `performances` are by ids on X.
    `chosen` is the post beside the grid; `agenda` is None where only that one is shown.
    """

    span: CalendarSpan
    days: Sequence[Day]
    agenda: Agenda | None
    today: date
    viewer: CalendarViewer
    tried: Tried | None = None
    chosen: Block | None = None
    previews: Mapping[str, str] = {}
    performances: Mapping[str, ShownPerformance] = {}
    written: Collection[PostKind] = WRITTEN
    forms: Sequence[Form] = FORMS

    @property
    def weeks(self) -> Sequence[Sequence[Day]]:
        """The days of a month by weeks."""
        return [self.days[at : at + 7] for at in range(0, len(self.days), 7)]

    @property
    def ids(self) -> Collection[str]:
        """The ids of the posts whose whole text is shown, beside which stands what is wrong with them."""
        chosen = [self.chosen] if self.chosen else []
        blocks = [] if self.span.is_grid else [block for day in self.days for block in day.blocks]
        waiting = self.agenda.awaiting if self.agenda and self.span.form is Form.APPROVAL else []
        return {*(block.id for block in [*chosen, *blocks]), *(post.id for post in waiting)}

    def price(self, post: Post) -> str:
        """What it cost or will cost by X's list, in dollars, such as `0.015` or `0.20`."""
        micro = post.estimated_micro_usd if post.spent_micro_usd is None else post.spent_micro_usd
        return f"{micro / _MICRO:.3f}".removesuffix("0")

    @property
    def compares(self) -> bool:
        """Whether it says of a post how it compares with others."""
        return any(each.usual for shown in self.performances.values() for each in shown.measurements)

    def typed(self, post: Post, action: str) -> Tried | None:
        """What the person typed for this action on this post, if it was refused."""
        return self.tried if self.tried and (self.tried.post_id, self.tried.action) == (post.id, action) else None
