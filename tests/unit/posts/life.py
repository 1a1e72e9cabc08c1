"""A simulation of the publisher, in which everything may fail: X, its table, queue, machines and people's timing.

Time passes with every call that leaves the process. A run of the function is stopped after its time-out, as in Lambda,
but it may sleep for long after X has answered: its answer must still win. Other runs come in between any two calls.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from desk.errors import (
    BadRequest,
    CreditsDepleted,
    DeskError,
    Gone,
    NotAuthorised,
    NotReached,
    NotSummoned,
    PostMoved,
    QueueUnavailable,
    RateLimited,
    StoreBusy,
    Unavailable,
)
from desk.posts.model import CANCELLABLE, Post, PostState, UniqueKey
from desk.posts.pause import Pause
from desk.posts.publish import PostPublisher
from desk.posts.store import PostPage
from desk.posts.transitions import (
    approved,
    cancelled,
    continuation_id,
    is_movable,
    is_too_late,
    moved,
    published,
    queued_again,
    released,
)
from desk.x.model import UploadedPicture
from sweep.posts import SweepPosts
from tests.fakes.in_trouble import Killed
from tests.fakes.pictures import no_attachments
from tests.fakes.posts import FakePosts
from tests.fakes.x import FakeX, Fault
from tests.unit.posts.scene import MINUTE, NOON, SECOND, a_post

FUNCTION_TIMEOUT = 120 * SECOND
UNSETTLED = {
    PostState.AWAITING_APPROVAL,
    PostState.SCHEDULED,
    PostState.QUEUED,
    PostState.PUBLISHING,
    PostState.RECONCILING,
}
REFUSED_FOR_GOOD = (BadRequest("400"), Gone("403"), NotSummoned("403"))


class Run:
    """One invocation of the function, with its own end."""

    def __init__(self, life: "Life") -> None:
        self.life = life
        self.began = life.now
        self.is_dead = False
        self.has_answer = False

    def left(self) -> float:
        return (FUNCTION_TIMEOUT - (self.life.now - self.began)).total_seconds() - 5

    def moment(self, chance: float = 0.02, longest: float = 8) -> None:
        """Let time pass, others run, or this run die."""
        life = self.life
        if not life.is_kind:
            life.passes(SECOND * life.random.random() * longest)
            self.is_dead = self.is_dead or life.strikes(chance)
            if life.strikes(0.05):
                life.something_else_happens()
        timed_out = life.now - self.began > FUNCTION_TIMEOUT and not self.has_answer
        if timed_out or self.is_dead:
            life.seen["killed"] += 1
            self.is_dead = True
            raise Killed


class Table(FakePosts):
    """One run's access to the shared posts: a call may fail before or after the write, and dies with the run."""

    def __init__(self, run: Run, shared: FakePosts) -> None:
        super().__init__(posts=shared.posts, switch=shared.switch, outbox=shared.outbox)
        self.run = run

    def save(
        self, post: Post, seen: Post, *, unless_paused: bool = False, unique_keys: Sequence[UniqueKey] = ()
    ) -> Post:
        self.run.moment()
        life = self.run.life
        if life.strikes(0.03):
            life.seen["the table gave up"] += 1
            raise StoreBusy("before")
        saved = super().save(post, seen, unless_paused=unless_paused, unique_keys=unique_keys)
        self.run.moment()
        if life.strikes(0.03):
            life.seen["the table's answer was lost"] += 1
            raise StoreBusy("after")
        return saved

    def get(self, post_id: str) -> Post | None:
        self.run.moment()
        if self.run.life.strikes(0.02):
            raise StoreBusy("get")
        return super().get(post_id)

    def due(self, state: PostState, *, until: Any, limit: int) -> Sequence[Post]:
        self.run.moment(0.005)
        if self.run.life.strikes(0.02):
            raise StoreBusy("due")
        found = super().due(state, until=until, limit=limit)
        return [post for post in found if not self.run.life.strikes(0.05)]  # the index lags

    def between(self, state: PostState, since: Any, until: Any, **limits: Any) -> Sequence[Post]:
        self.run.moment(0.005)
        if self.run.life.strikes(0.02):
            raise StoreBusy("between")
        found = super().between(state, since, until, **limits)
        return [post for post in found if not self.run.life.strikes(0.05)]  # the index lags

    def page(self, state: PostState, *, limit: int, cursor: str | None = None) -> PostPage:
        raise NotImplementedError


class Account:
    """One run's access to the shared account."""

    def __init__(self, run: Run, shared: FakeX) -> None:
        self.run = run
        self.x = shared

    def delete_post(self, post_id: str) -> None:
        raise AssertionError(f"nobody takes {post_id} down in these lives")

    def upload_picture(self, content: bytes, content_type: str) -> UploadedPicture:
        raise AssertionError(f"no post of these lives has pictures: {content_type} of {len(content)} bytes")

    def describe_picture(self, media_id: str, alt: str) -> None:
        raise AssertionError(f"no post of these lives has pictures: {media_id}, {alt}")

    def create_post(self, text: str, *, in_reply_to: str | None = None, **about: Any) -> str:
        life = self.run.life
        self.run.moment()
        if self.run.left() < 0.5:
            raise NotReached("no time left")
        fault = life.fault()
        if fault is not None and not fault.made:
            raise fault.error
        if any(post.text == text for post in self.x.made):
            life.seconds.append(text)
        post_id = self.x.create_post(text, in_reply_to=in_reply_to, **about)
        if life.strikes(0.05):
            life.seen["killed between X and the table"] += 1
            self.run.is_dead = True
            raise Killed
        if fault is not None:
            life.seen["the answer of X was lost"] += 1
            life.passes(30 * SECOND)
            raise fault.error
        self.run.has_answer = True
        if life.strikes(0.08):
            life.seen["the worker slept with X's answer"] += 1
            for _ in range(life.random.choice((2, 5, 12))):
                life.passes(MINUTE)
                life.something_else_happens()
        return post_id

    def own_posts(self, **bounds: Any) -> Any:
        self.run.moment()
        if self.run.life.strikes(0.1):
            raise self.run.life.random.choice((Unavailable("503"), CreditsDepleted("402"), NotAuthorised("401")))
        return self.x.own_posts(**bounds)

    def take_usage(self) -> Any:
        return self.x.take_usage()


class Queue:
    """Messages with their time; some are lost, some are delivered twice."""

    def __init__(self, life: "Life") -> None:
        self.life = life
        self.waiting: list[tuple[Any, str]] = []

    def send(self, post_id: str, *, delay_seconds: int = 0) -> None:
        life = self.life
        if life.strikes(0.05):
            raise QueueUnavailable("down")
        if life.strikes(0.1):
            life.seen["a message was lost"] += 1
            return
        for _ in range(2 if life.strikes(0.2) else 1):
            self.waiting.append((life.now + delay_seconds * SECOND, post_id))

    def taken(self) -> list[str]:
        due = [message for message in self.waiting if message[0] <= self.life.now]
        self.waiting = [message for message in self.waiting if message not in due]
        self.life.random.shuffle(due)
        return [post_id for _, post_id in due]


class Life:
    """Posts, and everything that happens to them."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.now = NOON
        self.is_kind = False
        self.well_since = NOON
        self.depth = 0
        self.seen: Counter[str] = Counter()
        self.seconds: list[str] = []
        self.store = FakePosts()
        self.switch = self.store.switch
        self.x = FakeX(lambda: self.now, refuses_duplicates=self.random.random() < 0.5)
        self.x.late = self.random.choice((0, 0, 5, 90, 600)) * SECOND
        self.moods = self.random.choice((0.1, 0.3, 0.6))
        self.refusal_until = NOON
        self.refusal: DeskError = Unavailable("")
        self.queue = Queue(self)
        self.posts = [self._new(seed, number) for number in range(self.random.choice((1, 2, 4)))]

    def _new(self, seed: int, number: int) -> Post:
        later = self.random.choice((0, 0, 0, 5, 45)) * MINUTE
        post = a_post(
            f"글 {seed}-{number}",
            in_reply_to=self.random.choice((None, "77")),
            state=PostState.SCHEDULED if later else PostState.QUEUED,
            at=NOON + later,
            publish_at=NOON + later,
            expires_at=NOON + later + self.random.choice((20 * MINUTE, timedelta(hours=24))),
            through_pause=self.random.random() < 0.1,
        )
        if post.in_reply_to is None and self.random.random() < 0.2:
            expires_at = post.publish_at + 20 * MINUTE
            post = post._replace(state=PostState.AWAITING_APPROVAL, at=expires_at, expires_at=expires_at)
        if post.in_reply_to and self.random.random() < 0.7:
            post = post._replace(text=f"{post.text} …", continuation=f"글 {seed}-{number} 이어서")
        self.store.put(post)
        if not later:
            self.queue.waiting.append((NOON, post.id))
        return post

    def _anyone(self) -> str:
        """The id of any post, second parts included."""
        seconds = [post_id for post in self.posts if (post_id := continuation_id(post.id)) in self.store.posts]
        return self.random.choice([*(post.id for post in self.posts), *seconds])

    def strikes(self, chance: float) -> bool:
        return not self.is_kind and self.random.random() < chance

    def passes(self, span: timedelta) -> None:
        self.now += span

    def fault(self) -> Fault | None:
        """The fault of the next call to X; a refusal of the account lasts for a while."""
        if self.is_kind:
            return None
        if self.now < self.refusal_until:
            return Fault(self.refusal)
        if not self.strikes(self.moods):
            return None
        kind = self.random.randrange(9)
        self.seen[f"fault {kind}"] += 1
        if kind <= 2:
            return Fault(Unavailable("lost"), made=True)
        if kind <= 5:
            errors = (Unavailable("503"), NotReached("no route"), self.random.choice(REFUSED_FOR_GOOD))
            return Fault(errors[kind - 3], made=kind == 3 and self.random.random() < 0.3)
        lasts = self.random.choice((SECOND, MINUTE, 15 * MINUTE, timedelta(hours=2), timedelta(days=3)))
        self.refusal_until = self.now + lasts
        limited = RateLimited("429", self.refusal_until)
        self.refusal = (limited, CreditsDepleted("402"), NotAuthorised("401"))[kind - 6]
        return Fault(self.refusal)

    def run(self, *post_ids: str) -> None:
        """One invocation of the publisher, whose death nobody sees."""
        run = Run(self)
        publisher = PostPublisher(
            store=Table(run, self.store),
            x=Account(run, self.x),
            queue=self.queue,
            on_finished=lambda _: None,
            attachments=no_attachments(self.x),
            clock=lambda: self.now,
            seconds_left=run.left,
        )
        try:
            failures = publisher.publish_due(post_ids).failures
        except Killed:
            failures = dict.fromkeys(post_ids, "killed")
        for post_id in failures:
            if not self.strikes(0.3):  # SQS shows it again, until it has been set aside
                self.queue.waiting.append((self.now + 3 * MINUTE, post_id))

    def something_else_happens(self) -> None:
        """Another run, the sweep, or a person, while the first one is between two calls."""
        if self.depth >= 3:
            return
        self.depth += 1
        try:
            self.random.choice((self.deliver, self.deliver, self.wake_anyone, self.sweep, self.a_person_acts))()
        finally:
            self.depth -= 1

    def deliver(self) -> None:
        ids = self.queue.taken()
        if ids:
            self.run(*ids)

    def wake_anyone(self) -> None:
        """A message is delivered a second time, however long after the first one."""
        self.run(self._anyone())

    def sweep(self) -> None:
        SweepPosts(self.store, self.queue, lambda: self.now).wake(lambda: True)

    def a_person_acts(self) -> None:
        post = self.store.posts.get(self._anyone())
        if post is None:
            return
        act: Callable[[Post], Post | None] = self.random.choice(
            (
                self._pause,
                self._resume,
                self._cancel,
                self._cancel,
                self._release,
                self._settle,
                self._settle,
                self._settle,
                self._approve,
                self._move,
            )
        )
        after = act(post)
        if after:
            try:
                self.store.save(after, post)
            except PostMoved:
                self.seen["a person came too late"] += 1

    def _pause(self, _: Post) -> None:
        self.seen["paused"] += 1
        self.switch.pause(Pause("outage", "someone", self.now))

    def _resume(self, _: Post) -> None:
        self.switch.resume(by="someone", at=self.now)

    def _cancel(self, post: Post) -> Post | None:
        chance = 0.8 if post.continues else 0.2
        return cancelled(post, self.now) if post.state in CANCELLABLE and self.strikes(chance) else None

    def _release(self, post: Post) -> Post | None:
        return released(post, self.now) if post.state is PostState.HELD else None

    def _approve(self, post: Post) -> Post | None:
        if post.state is not PostState.AWAITING_APPROVAL or is_too_late(post, self.now):
            return None
        self.seen["approved"] += 1
        later = self.random.choice((timedelta(), timedelta(), 5 * MINUTE))
        return approved(post, self.now, "a second person", publish_at=self.now + later)

    def _move(self, post: Post) -> Post | None:
        if not is_movable(post) or is_too_late(post, self.now) or self.is_kind:
            return None
        self.seen["moved"] += 1
        return moved(post, self.now + self.random.choice((MINUTE, 30 * MINUTE)))

    def _settle(self, post: Post) -> Post | None:
        """A person sees what is on X, whatever the timeline shows."""
        if post.state is not PostState.IN_DOUBT:
            return None
        there = [one.id for one in self.x.made if one.text == post.text]
        self.seen["a person settled"] += 1
        return published(post, there[0], self.now) if there else queued_again(post, self.now)

    def goes_on(self, steps: int) -> None:
        for _ in range(steps):
            self.passes(self.random.choice((1, 10, 60, 200, 400)) * SECOND)
            self.something_else_happens()

    def recovers(self) -> None:
        """Let everything work again, and go on until nothing is left to do automatically."""
        self.is_kind, self.well_since = True, self.now
        self.refusal_until = self.now
        self.switch.resume(by="someone", at=self.now)
        for _ in range(600):
            self.passes(5 * MINUTE)
            self.sweep()
            if not any(post.state in UNSETTLED for post in self.store.posts.values()):
                return
            self.deliver()
        raise AssertionError(f"they are never settled: {self.store.posts}")
