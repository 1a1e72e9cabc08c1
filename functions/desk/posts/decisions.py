"""What people decide about posts: approve, move or drop one, release a held one, or settle one that is in doubt.

The API, the command line and the console decide through this use case and translate its refusals:

```
DecisionRefused
├── NoSuchPost         there is no post with this id
├── NoXId              the text is neither an id of a post on X nor the address of one
├── PostChanged        the post is not as the person saw it
├── WrongState         the post's state does not allow the decision
├── StillPaused        the running pause would hold the released post again
├── PostTooLate        the post has expired
├── OwnPost            its author cannot be the second person
└── TimePassed         the time for which it is to be approved has passed
```

A time that a person chose is refused with a PostNotAccepted: TimeInThePast, TimeTooFar, or SameText where another post
has the same text within a day of it.
"""

import logging
import re
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import NamedTuple

from desk.errors import CaseMoved, PostMoved, QueueUnavailable, StoreBusy
from desk.posts.model import FINAL, Post, PostState
from desk.posts.pause import PauseSwitch
from desk.posts.queue import PostQueue, PostTimer
from desk.posts.settle import whole_reply
from desk.posts.store import PostStore
from desk.posts.submit import free_text_keys, is_post_id, require_later
from desk.posts.transitions import (
    DROPPABLE,
    MOVABLE,
    approved,
    cancelled,
    is_movable,
    is_too_late,
    moved,
    not_approved,
    published,
    queued_again,
    released,
)

_TRIES = 5
_log = logging.getLogger(__name__)
_X_ID = re.compile(r"(?:https://\S+/)?([1-9][0-9]{0,18})")


class DecisionRefused(Exception):
    """The decision was not taken, and the post is as it was."""


class NoSuchPost(DecisionRefused):
    """There is no post with this id."""


class NoXId(DecisionRefused):
    """The text is neither the id of a post on X nor the address of one."""


class _Refusal(DecisionRefused):
    def __init__(self, post: Post) -> None:
        super().__init__(f"{post.id} is {post.state.value}")
        self.post = post


class PostChanged(_Refusal):
    """The post is not as the person saw it; `post` is how it is now."""


class WrongState(_Refusal):
    """The post's state does not allow the decision, which is possible in `states`."""

    def __init__(self, post: Post, states: Collection[PostState]) -> None:
        super().__init__(post)
        self.states = states


class StillPaused(_Refusal):
    """The running pause would hold the released post again."""


class PostTooLate(_Refusal):
    """The post has expired."""


class OwnPost(_Refusal):
    """The person wrote the post, so somebody else must approve it."""


class TimePassed(_Refusal):
    """The post's time has passed, so the person must choose: at once, or another time."""


class Decider(NamedTuple):
    """Who decides, and on which version of the post.

    Attributes:
        by: the person's name, or that of an API token.
        seen: the version that they saw; None for callers that decide on any.
        person_id: the person's id; None for callers that are none.
    """

    by: str
    seen: int | None = None
    person_id: str | None = None

    def saw(self, post: Post) -> bool:
        """Whether they saw the post as it is."""
        return self.seen == post.version

    def is_person(self, name: str | None, person_id: str | None) -> bool:
        """Whether they are this person. Names count only where ids are unknown, since people may share a name."""
        if person_id is None or self.person_id is None:
            return name == self.by
        return person_id == self.person_id


class _Decision(NamedTuple):
    """A decision that is possible in `states`; `name` says what is decided, with what was chosen."""

    name: str
    states: Collection[PostState]
    step: Callable[[Post, datetime], Post]

    def on(self, seen: int | None) -> str | None:
        """How the post names it, if it is taken on this version; None for callers that decide on any."""
        return None if seen is None else f"{self.name} on {seen}"

    def is_taken(self, post: Post, decider: Decider) -> bool:
        """Whether this decider took it already: the same request came twice."""
        is_same = post.decision is not None and post.decision == self.on(decider.seen)
        return is_same and decider.is_person(post.decided_by, post.decided_by_id)


class PostDecisions(NamedTuple):
    """The use case.

    `clock` is the wall clock; `on_unreachable` gets failures of queue and timer, which `sweep` makes up. `on_finished`
    gets a post that the decision finished, so that its case need not wait for `sweep`.
    A decision records who took it, when and on which version. One that is sent again by the same decider, for that
    version, returns the post and changes nothing; of several people only the first decides, and the others get a
    PostChanged. Every method raises StoreBusy.
    """

    posts: PostStore
    switch: PauseSwitch
    queue: PostQueue
    timer: PostTimer
    clock: Callable[[], datetime]
    on_unreachable: Callable[[QueueUnavailable], None]
    on_finished: Callable[[Post], object] = lambda _: None

    def get(self, post_id: str) -> Post:
        """The post. Raises NoSuchPost."""
        post = self.posts.get(post_id) if is_post_id(post_id) else None
        if post is None:
            raise NoSuchPost(post_id)
        return post

    def drop(self, post_id: str, decider: Decider, *, among: Collection[PostState] = DROPPABLE) -> Post:
        """Cancel the post. Raises NoSuchPost, PostChanged, WrongState.

        Callers that decide on any version may cancel it again.
        """
        post = self.get(post_id)
        if post.state is not PostState.CANCELLED or decider.seen is not None:
            post = self._decided(post_id, decider, _Decision("drop", among, cancelled))
        if post.publish_at > self.clock():  # a timer that fires all the same finds a cancelled post
            self._try(lambda: self.timer.remove(post.id))
        return post

    def release(self, post_id: str, decider: Decider) -> Post:
        """Queue the held post. Raises NoSuchPost, PostChanged, WrongState, StillPaused, PostTooLate."""
        release = _Decision("release", {PostState.HELD}, self._released)
        return self._woken(self._decided(post_id, decider, release))

    def settle_published(self, post_id: str, x_id: str, decider: Decider) -> Post:
        """Settle it as published on X, under this id or address. Raises NoXId, NoSuchPost, PostChanged, WrongState."""
        found = _X_ID.fullmatch(x_id.strip())
        if found is None:
            raise NoXId(x_id)
        settle = _Decision(
            f"settle as {found[1]}", {PostState.IN_DOUBT}, lambda post, now: published(post, found[1], now)
        )
        return self._decided(post_id, decider, settle)

    def send_again(self, post_id: str, decider: Decider) -> Post:
        """Queue a post in doubt that is not on X again. Raises NoSuchPost, PostChanged, WrongState."""
        again = _Decision("send again", {PostState.IN_DOUBT}, queued_again)
        return self._woken(self._decided(post_id, decider, again))

    def move(self, post_id: str, publish_at: datetime, decider: Decider) -> Post:
        """Publish it at another time; a held post goes out then, unless a pause holds it again.

        Raises NoSuchPost, PostChanged, WrongState, PostTooLate, and a PostNotAccepted.
        """

        def step(post: Post, now: datetime) -> Post:
            if not is_movable(post):
                raise WrongState(post, MOVABLE)
            if is_too_late(post, now):
                raise PostTooLate(post)
            require_later(publish_at, now)
            return moved(post, publish_at)

        move = _Decision(f"move to {publish_at.astimezone(UTC)}", MOVABLE, step)
        return self._timed(self._decided(post_id, decider, move))

    def approve(
        self, post_id: str, decider: Decider, *, publish_at: datetime | None = None, at_once: bool = False
    ) -> Post:
        """Let the post out as its second person: at its time, at another one, or at once.

        Raises NoSuchPost, PostChanged, WrongState, OwnPost, PostTooLate, TimePassed, and a PostNotAccepted.
        """

        def step(post: Post, now: datetime) -> Post:
            if is_author(post, decider):
                raise OwnPost(post)
            if is_too_late(post, now):
                raise PostTooLate(post)
            if publish_at:
                require_later(publish_at, now)
            elif not at_once and post.publish_at <= now:
                raise TimePassed(post)
            return approved(post, now, decider.by, publish_at=now if at_once else publish_at or post.publish_at)

        when = "now" if at_once else publish_at.astimezone(UTC) if publish_at else "as planned"
        approve = _Decision(f"approve for {when}", {PostState.AWAITING_APPROVAL}, step)
        return self._timed(self._decided(post_id, decider, approve))

    def refuse_approval(self, post_id: str, why: str, decider: Decider) -> Post:
        """Cancel a post that awaits approval, for this reason. Raises NoSuchPost, PostChanged, WrongState."""
        refuse = _Decision("refuse", {PostState.AWAITING_APPROVAL}, lambda post, now: not_approved(post, now, why))
        return self._decided(post_id, decider, refuse)

    def _decided(self, post_id: str, decider: Decider, decision: _Decision) -> Post:
        """The post after the decision, which is tried again where somebody else changed the post meanwhile."""
        for _ in range(_TRIES):
            post = self.get(post_id)
            if decision.is_taken(post, decider):
                return post
            if decider.seen is not None and not decider.saw(post):
                raise PostChanged(post)
            if post.state not in decision.states:
                raise WrongState(post, decision.states)
            now = self.clock()
            after = decision.step(post, now)._replace(
                decided_by=decider.by or None,
                decided_at=now,
                decided_by_id=decider.person_id,
                decision=decision.on(decider.seen),
            )
            unique_keys = free_text_keys(after, self.posts) if after.publish_at != post.publish_at else ()
            try:
                saved = self.posts.save(after, post, unique_keys=unique_keys)
            except PostMoved:
                continue
            self._report_finished(saved)
            return saved
        raise StoreBusy(f"{post_id} changes faster than it can be saved")

    def _released(self, post: Post, now: datetime) -> Post:
        pause = self.switch.current()
        if pause and pause.stops(post):
            raise StillPaused(post)
        if is_too_late(post, now):
            raise PostTooLate(post)
        return released(post, now)

    def _report_finished(self, post: Post) -> None:
        if post.state not in FINAL or post.case_id is None:
            return
        try:
            self.on_finished(whole_reply(post, self.posts))
        except (StoreBusy, CaseMoved):
            _log.warning("the sweep will tell the case %s of its reply %s", post.case_id, post.id, exc_info=True)

    def _timed(self, post: Post) -> Post:
        """The post, with the publisher woken now or at its time. A timer for an earlier time has no effect."""
        if post.state is PostState.SCHEDULED:
            self._try(lambda: self.timer.move(post.id, post.publish_at))
        return self._woken(post) if post.state is PostState.QUEUED else post

    def _woken(self, post: Post) -> Post:
        self._try(lambda: self.queue.send(post.id))
        return post

    def _try(self, call: Callable[[], None]) -> None:
        try:
            call()
        except QueueUnavailable as exc:
            self.on_unreachable(exc)


def is_author(post: Post, decider: Decider) -> bool:
    """Whether the decider wrote the post."""
    return decider.is_person(post.by, post.author_id)
