"""Posts, their pause switch, queue and timer in memory."""

from collections.abc import Collection, Iterable, Sequence
from copy import replace
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from desk.errors import Paused, PostMoved, QueueUnavailable, StoreBusy
from desk.links import cursor_to, place_at
from desk.outbox.model import OutboxKind, subject_id
from desk.posts.model import IdempotentRequest, LastGreeting, Post, PostKind, PostState, UniqueKey
from desk.posts.pause import Pause, PauseScope
from desk.posts.performance import MeasuredAge, Measurement, MeasurementClaim, Performance
from desk.posts.store import PostPage
from desk.posts.transitions import continuation_post, entries_for, is_still_relevant, promises_after
from tests.fakes.in_trouble import InTrouble
from tests.fakes.outbox import FakeOutbox
from tests.fakes.promises import FakePromises


@dataclass
class FakePauseSwitch:
    """Remembers every pause, the earliest first; the running one, if any, is the last.

    `busy` makes every method fail.
    """

    pauses: list[Pause] = field(default_factory=list)
    busy: bool = False

    def current(self) -> Pause | None:
        self._answer()
        return self._running()

    def pause(self, pause: Pause) -> Pause:
        self._answer()
        running = self._running()
        if running and (pause.scope, running.scope) == (PauseScope.ALL, PauseScope.SCHEDULED):
            pause = replace(pause, began_at=max(pause.began_at, running.began_at + timedelta(microseconds=1)))
            self.pauses[-1] = replace(running, ended_at=pause.began_at, ended_by=pause.by)
            running = None
        if running is None:
            began = {each.began_at for each in self.pauses}
            while pause.began_at in began:
                pause = replace(pause, began_at=pause.began_at + timedelta(microseconds=1))
            running = replace(pause, ended_at=None, ended_by=None)
            self.pauses.append(running)
        return running

    def resume(self, *, by: str, at: datetime, began_at: datetime | None = None) -> Pause | None:
        self._answer()
        running = self._running()
        if running is None or began_at not in {None, running.began_at}:
            last = self.pauses[-1] if self.pauses else None
            return last if last and (last.ended_by, last.ended_at) == (by, at) else None
        ended = replace(running, ended_at=at, ended_by=by)
        self.pauses[-1] = ended
        return ended

    def since(self, moment: datetime) -> Sequence[Pause]:
        self._answer()
        found = (each for each in self.pauses if each.ended_at is None or each.ended_at > moment)
        return tuple(sorted(found, key=lambda each: each.began_at))

    def stops(self, post: Post) -> bool:
        """Whether a claim of this post is refused. It is not asked for posts that a person let pass."""
        running = self._running()
        return running is not None and running.stops(post)

    def _running(self) -> Pause | None:
        last = self.pauses[-1] if self.pauses else None
        return last if last and last.ended_at is None else None

    def _answer(self) -> None:
        if self.busy:
            raise StoreBusy("pause")


@dataclass
class FakePosts(InTrouble):
    """PostStore in memory: posts, unique keys, requests and the last greeting, beside the pause switch of the desk."""

    posts: dict[str, Post] = field(default_factory=dict)
    holders: dict[str, str] = field(default_factory=dict)
    requests: dict[str, IdempotentRequest] = field(default_factory=dict)
    unique_keys: list[UniqueKey] = field(default_factory=list)
    greeting: LastGreeting | None = None
    switch: FakePauseSwitch = field(default_factory=FakePauseSwitch)
    outbox: FakeOutbox = field(default_factory=FakeOutbox)
    promises: FakePromises = field(default_factory=FakePromises)

    def put(self, *posts: Post) -> None:
        """Have these posts there, as if they had been accepted long ago."""
        self.posts |= {post.id: post for post in posts}

    def notifies(self, post: Post) -> bool:
        """Whether the operator is still to be notified of the post as it is now."""
        now, entries = self.posts[post.id], self.outbox.of(OutboxKind.POST)
        return any(subject_id(entry) == post.id and is_still_relevant(entry, now) for entry in entries)

    def get(self, post_id: str) -> Post | None:
        self._begin("get", post_id)
        return self.posts.get(post_id)

    def get_many(self, post_ids: Collection[str]) -> dict[str, Post]:
        self._begin("get_many")
        return {post_id: self.posts[post_id] for post_id in dict.fromkeys(post_ids) if post_id in self.posts}

    def holder(self, key: str) -> Post | None:
        self._begin("holder")
        return self.posts.get(self.holders.get(key, ""))

    def request(self, key: str) -> IdempotentRequest | None:
        self._begin("request")
        return self.requests.get(key)

    def add(self, post: Post, unique_keys: Sequence[UniqueKey], request: IdempotentRequest | None) -> None:
        self._begin("add")
        taken = not all(self._is_free(each) for each in unique_keys)
        if taken or post.id in self.posts or (request and request.key in self.requests):
            raise PostMoved(post.id)
        self.posts[post.id] = post
        self.outbox.put(entries_for(post, None))
        self.promises.write((), promises_after(post, None), post.accepted_at, post.id)
        self.holders |= {each.key: post.id for each in unique_keys}
        self.unique_keys += unique_keys
        self.requests |= {request.key: request} if request else {}
        self._end("add")

    def save(
        self, post: Post, seen: Post, *, unless_paused: bool = False, unique_keys: Sequence[UniqueKey] = ()
    ) -> Post:
        self._begin("save")
        stored = self.posts.get(seen.id)
        if stored is None or stored.version != seen.version:
            raise PostMoved(seen.id)
        if not all(self._is_free(each) for each in unique_keys):
            raise PostMoved(seen.id)
        if unless_paused and self.switch.stops(post):
            raise Paused(seen.id)
        saved = post._replace(version=seen.version + 1)
        second = continuation_post(saved, seen)
        if second and second.id in self.posts:
            raise PostMoved(seen.id)
        self.posts |= {one.id: one for one in (saved, second) if one}
        self.outbox.put(entries_for(saved, seen))
        self.promises.write((), promises_after(saved, seen), saved.at, saved.id)
        self.holders |= {each.key: post.id for each in unique_keys}
        self.unique_keys += unique_keys
        self._end("save")
        return saved

    def due(self, state: PostState, *, until: datetime, limit: int) -> Sequence[Post]:
        self._begin("due")
        return [post for post in self._of(state) if post.at <= until][:limit]

    def page(self, state: PostState, *, limit: int, cursor: str | None = None) -> PostPage:
        self._begin("page")
        before = place_at(cursor) if cursor else None
        posts = sorted(self._of(state), key=_place, reverse=True)
        left = [post for post in posts if before is None or _place(post) < before]
        shown = tuple(left[:limit])
        return PostPage(shown, cursor_to(*_place(shown[-1])) if len(left) > limit else None)

    def between(
        self,
        state: PostState,
        since: datetime,
        until: datetime,
        *,
        limit: int,
        kinds: Collection[PostKind] = tuple(PostKind),
    ) -> Sequence[Post]:
        self._begin("between")
        return [post for post in self._of(state) if since <= post.at < until and post.kind in kinds][:limit]

    def last_greeting(self) -> LastGreeting | None:
        self._begin("last_greeting")
        return self.greeting

    def save_greeting(self, greeting: LastGreeting) -> LastGreeting:
        self._begin("save_greeting")
        if self.greeting is None or self.greeting.day < greeting.day:
            self.greeting = greeting
        self._end("save_greeting")
        return self.greeting

    def _is_free(self, unique_key: UniqueKey) -> bool:
        holder = self.holders.get(unique_key.key)
        if unique_key.replaces is None:
            return holder is None
        stored = self.posts.get(unique_key.replaces.id)
        return holder in {None, unique_key.replaces.id} and bool(
            stored and stored.version == unique_key.replaces.version
        )

    def _of(self, state: PostState) -> list[Post]:
        return sorted((post for post in self.posts.values() if post.state is state), key=lambda post: post.at)


def _place(post: Post) -> tuple[datetime, str]:
    return post.at, post.id


@dataclass
class FakePerformances(InTrouble):
    """PerformanceStore in memory; `held` are the claims, by ids on X."""

    performances: dict[str, Performance] = field(default_factory=dict)
    held: dict[str, MeasurementClaim] = field(default_factory=dict)

    def put(self, *performances: Performance) -> None:
        """Have these there, as if they had been measured before."""
        self.performances |= {each.x_id: each for each in performances}

    def get_many(self, x_ids: Iterable[str]) -> dict[str, Performance]:
        self._begin("get_many")
        return {x_id: self.performances[x_id] for x_id in x_ids if x_id in self.performances}

    def between(self, since: datetime, until: datetime) -> Sequence[Performance]:
        self._begin("between")
        found = [each for each in self.performances.values() if since <= each.published_at < until]
        return sorted(found, key=lambda each: int(each.x_id))

    def record_shown(self, x_id: str, text: str) -> None:
        self._begin("record_shown", x_id)
        known = self.performances.get(x_id, Performance(x_id, None))
        if known.kind is None and known.gone_at is None:
            self.performances[x_id] = known._replace(text=text)
        self._end("record_shown")

    def claim(self, x_id: str, kind: PostKind | None, mark: MeasuredAge, claim: MeasurementClaim) -> bool:
        self._begin("claim", x_id)
        known = self.performances.setdefault(x_id, Performance(x_id, kind))
        held = self.held.get(x_id)
        if mark in known.measured or known.gone_at or (held and held.holder != claim.holder and held.until > claim.at):
            return False
        self.held[x_id] = claim
        if kind:
            self.performances[x_id] = known._replace(kind=kind, text="")
        self._end("claim")
        return True

    def record(self, x_id: str, mark: MeasuredAge, measurement: Measurement) -> None:
        self._begin("record", x_id)
        known = self.performances[x_id]
        if mark not in known.measured:
            self.performances[x_id] = known._replace(measured={**known.measured, mark: measurement})
            self.held.pop(x_id, None)
        self._end("record")

    def record_gone(self, x_id: str, at: datetime) -> None:
        self._begin("record_gone", x_id)
        known = self.performances[x_id]
        if known.gone_at is None:
            self.performances[x_id] = known._replace(gone_at=at, text="")
            self.held.pop(x_id, None)
        self._end("record_gone")


class Sent(NamedTuple):
    """A message in the queue."""

    post_id: str
    delay_seconds: int


@dataclass
class FakePostQueue:
    """Everything that was ever sent. `down`: nothing gets in; `loses_answers`: it gets in, but nobody hears of it."""

    sent: list[Sent] = field(default_factory=list)
    down: bool = False
    loses_answers: bool = False

    def send(self, post_id: str, *, delay_seconds: int = 0) -> None:
        if self.down:
            raise QueueUnavailable(post_id)
        if not 0 <= delay_seconds <= 900:
            raise ValueError(delay_seconds)
        self.sent.append(Sent(post_id, delay_seconds))
        if self.loses_answers:
            raise QueueUnavailable(post_id)

    @property
    def ids(self) -> list[str]:
        """The posts that were woken, in order, as often as they were."""
        return [message.post_id for message in self.sent]


@dataclass
class FakePostTimer:
    """The schedules that stand. `down`: nothing is set or removed; `loses_answers`: it is, but nobody hears of it."""

    standing: dict[str, datetime] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    down: bool = False
    loses_answers: bool = False

    def set(self, post_id: str, at: datetime) -> None:
        if self.down:
            raise QueueUnavailable(post_id)
        self.standing.setdefault(post_id, at)
        if self.loses_answers:
            raise QueueUnavailable(post_id)

    def move(self, post_id: str, at: datetime) -> None:
        if self.down:
            raise QueueUnavailable(post_id)
        self.standing[post_id] = at
        if self.loses_answers:
            raise QueueUnavailable(post_id)

    def remove(self, post_id: str) -> None:
        if self.down:
            raise QueueUnavailable(post_id)
        self.standing.pop(post_id, None)
        self.removed.append(post_id)
        if self.loses_answers:
            raise QueueUnavailable(post_id)
