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

A time or a text that a person chose is refused with a PostNotAccepted: TimeInThePast, TimeTooFar, NextUpdateTime if the
post promises an update by an earlier time, a text's own such as TextTooLong, or SameText where another post has the
same text within a day of it.
"""

import logging
import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from desk.errors import CaseMoved, PostMoved, QueueUnavailable, StoreBusy
from desk.posts.commands import (
    ApprovePost,
    CancelPost,
    Decider,
    MovePost,
    PostCommand,
    RefuseApproval,
    ReleasePost,
    RewordGreeting,
    SendAgain,
    SettlePost,
)
from desk.posts.model import FINAL, Post, PostKind, PostState
from desk.posts.pause import Pause, PauseSwitch
from desk.posts.queue import PostQueue, PostTimer
from desk.posts.references import check_references
from desk.posts.settle import whole_reply
from desk.posts.store import PostStore
from desk.posts.submit import free_text_keys, is_post_id, require_later, require_update_later
from desk.posts.text import cleaned_and_weighed
from desk.posts.transitions import (
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
    reworded,
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


_STATES: Mapping[type[PostCommand], Collection[PostState]] = {
    ReleasePost: {PostState.HELD},
    RewordGreeting: {PostState.SCHEDULED, PostState.HELD},
    SettlePost: {PostState.IN_DOUBT},
    SendAgain: {PostState.IN_DOUBT},
    MovePost: MOVABLE,
    ApprovePost: {PostState.AWAITING_APPROVAL},
    RefuseApproval: {PostState.AWAITING_APPROVAL},
}
"""The states in which each decision is possible; a CancelPost has its own, and a greeting is released early, too."""


def decide(command: PostCommand, post: Post, now: datetime, pause: Pause | None) -> Post:
    """The post after the command. Raises DecisionRefused, and a PostNotAccepted for a time that a person chose."""
    if command.decider.seen is not None and not command.decider.saw(post):
        raise PostChanged(post)
    states = command.among if isinstance(command, CancelPost) else _STATES[type(command)]
    if isinstance(command, ReleasePost) and post.kind is PostKind.GREETING:
        states = {*states, PostState.SCHEDULED}
    if post.state not in states:
        raise WrongState(post, states)
    after = _STEPS[type(command)](command, post, now, pause)
    if after.promise and after.publish_at != post.publish_at:
        require_update_later(after.promise.due_at, after.publish_at)
    return after


def _cancelled(command: CancelPost, post: Post, now: datetime, _: Pause | None) -> Post:
    if post.kind not in command.kinds:
        raise WrongState(post, command.among)
    return cancelled(post, now)


def _released(command: ReleasePost, post: Post, now: datetime, pause: Pause | None) -> Post:
    if pause and pause.stops(post):
        raise StillPaused(post)
    if is_too_late(post, now):
        raise PostTooLate(post)
    if post.kind is PostKind.GREETING:  # nothing but a pause holds what a person sends
        post = post._replace(by=command.decider.by, author_id=command.decider.person_id)
    return released(post, now)


def _reworded(command: RewordGreeting, post: Post, now: datetime, _: Pause | None) -> Post:
    if post.kind is not PostKind.GREETING:
        raise WrongState(post, ())
    if is_too_late(post, now):
        raise PostTooLate(post)
    new = cleaned_and_weighed(command.text)
    check_references(new.text, frozenset())
    return reworded(post, new)


def _moved(command: MovePost, post: Post, now: datetime, _: Pause | None) -> Post:
    if not is_movable(post):
        raise WrongState(post, MOVABLE)
    if is_too_late(post, now):
        raise PostTooLate(post)
    require_later(command.publish_at, now)
    return moved(post, command.publish_at)


def _approved(command: ApprovePost, post: Post, now: datetime, _: Pause | None) -> Post:
    if is_author(post, command.decider):
        raise OwnPost(post)
    if is_too_late(post, now):
        raise PostTooLate(post)
    if command.publish_at:
        require_later(command.publish_at, now)
    elif not command.at_once and post.publish_at <= now:
        raise TimePassed(post)
    return approved(
        post, now, command.decider.by, publish_at=now if command.at_once else command.publish_at or post.publish_at
    )


_STEPS: Mapping[type[PostCommand], Callable[[Any, Post, datetime, Pause | None], Post]] = {
    CancelPost: _cancelled,
    ReleasePost: _released,
    RewordGreeting: _reworded,
    SettlePost: lambda command, post, now, _pause: published(post, command.x_id, now),
    SendAgain: lambda _command, post, now, _pause: queued_again(post, now),
    MovePost: _moved,
    ApprovePost: _approved,
    RefuseApproval: lambda command, post, now, _pause: not_approved(post, now, command.why),
}


def x_id_in(text: str) -> str:
    """The id of a post on X in a text that is one, or the address of one. Raises NoXId."""
    found = _X_ID.fullmatch(text.strip())
    if found is None:
        raise NoXId(text)
    return found[1]


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

    def perform(self, command: PostCommand) -> Post:
        """The post after the command. Raises as `decide` does, and NoSuchPost.

        Callers that decide on any version may cancel a post again.
        """
        post = self._decided(command)
        if isinstance(command, CancelPost):
            if post.publish_at > self.clock():  # a timer that fires all the same finds a cancelled post
                self._try(lambda: self.timer.remove(post.id))
        elif isinstance(command, MovePost | ApprovePost) and post.state is PostState.SCHEDULED:
            self._try(lambda: self.timer.move(post.id, post.publish_at))  # one for an earlier time has no effect
        elif isinstance(command, ReleasePost | SendAgain) or post.state is PostState.QUEUED:
            self._try(lambda: self.queue.send(post.id))
        return post

    def _decided(self, command: PostCommand) -> Post:
        """The post after the decision, which is tried again where somebody else changed the post meanwhile."""
        for _ in range(_TRIES):
            post, now = self.get(command.post_id), self.clock()
            if _is_taken(command, post):
                return post
            pause = self.switch.current() if isinstance(command, ReleasePost) else None
            after = decide(command, post, now, pause)._replace(
                decided_by=command.decider.by or None,
                decided_at=now,
                decided_by_id=command.decider.person_id,
                decision=command.key,
            )
            is_elsewhere = (after.publish_at, after.text) != (post.publish_at, post.text)
            unique_keys = free_text_keys(after, self.posts) if is_elsewhere else ()
            try:
                saved = self.posts.save(after, post, unique_keys=unique_keys)
            except PostMoved:
                continue
            self._report_finished(saved)
            return saved
        raise StoreBusy(f"{command.post_id} changes faster than it can be saved")

    def _report_finished(self, post: Post) -> None:
        if post.state not in FINAL or post.case_id is None:
            return
        try:
            self.on_finished(whole_reply(post, self.posts))
        except (StoreBusy, CaseMoved):
            _log.warning("the sweep will tell the case %s of its reply %s", post.case_id, post.id, exc_info=True)

    def _try(self, call: Callable[[], None]) -> None:
        try:
            call()
        except QueueUnavailable as exc:
            self.on_unreachable(exc)


def _is_taken(command: PostCommand, post: Post) -> bool:
    """Whether this decider took it already: the same command came twice."""
    if isinstance(command, CancelPost) and command.decider.seen is None and post.state is PostState.CANCELLED:
        return True
    is_same = post.decision is not None and post.decision == command.key
    return is_same and command.decider.is_person(post.decided_by, post.decided_by_id)


def is_author(post: Post, decider: Decider) -> bool:
    """Whether the decider wrote the post."""
    return decider.is_person(post.by, post.author_id)
