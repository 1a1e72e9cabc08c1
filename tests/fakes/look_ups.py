"""What was looked up on X, its queue and budget, threads and private messages, in memory."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk.cases.private_messages import PrivateMessage
from desk.errors import QueueUnavailable
from desk.x.look_ups import (
    AUTHOR_KEPT,
    REQUEST_LASTS,
    THREAD_KEPT,
    LookUp,
    LookUpKey,
    LookUpKind,
    LookUpState,
)
from desk.x.model import DirectMessage, XPost
from tests.fakes.in_trouble import InTrouble


@dataclass
class FakeLookUps(InTrouble):
    """Implements LookUps in memory."""

    look_ups: dict[LookUpKey, LookUp] = field(default_factory=dict)
    claims: dict[LookUpKey, datetime] = field(default_factory=dict)

    def results(self, keys: Collection[LookUpKey], now: datetime) -> Mapping[LookUpKey, LookUp]:
        self._begin("results")
        found = (self.look_ups[key] for key in keys if key in self.look_ups)
        return {look_up.key: look_up for look_up in found if now < _expiry(look_up)}

    def request(self, keys: Collection[LookUpKey], now: datetime, *, before: str | None = None) -> list[LookUpKey]:
        self._begin("request")
        known = self.results(keys, now)
        wanted = [key for key in dict.fromkeys(keys) if key not in known or known[key].again_at <= now]
        for key in wanted:
            place = known[key].before if key in known else before
            self.look_ups[key] = LookUp(key, LookUpState.REQUESTED, now, now + REQUEST_LASTS, before=place)
            self.claims.pop(key, None)
        self._end("request")
        return wanted

    def claim(self, key: LookUpKey, now: datetime) -> LookUp | None:
        self._begin("claim")
        look_up = self.look_ups.get(key)
        if look_up is None or look_up.state is not LookUpState.REQUESTED:
            return None
        if key in self.claims and self.claims[key] > now:
            return None
        self.claims[key] = now + timedelta(minutes=1)
        self._end("claim")
        return look_up

    def finish(self, look_ups: Collection[LookUp]) -> None:
        self._begin("finish")
        self.look_ups |= {look_up.key: look_up for look_up in look_ups}
        self._end("finish")

    def forget(self, keys: Collection[LookUpKey]) -> None:
        self._begin("forget")
        for key in keys:
            self.look_ups.pop(key, None)
        self._end("forget")


def _expiry(look_up: LookUp) -> datetime:
    if look_up.state is not LookUpState.DONE:
        return look_up.again_at + timedelta(days=1)
    kept = {LookUpKind.AUTHOR: AUTHOR_KEPT, LookUpKind.THREAD: THREAD_KEPT}
    return look_up.at + kept[look_up.key.kind]


@dataclass
class FakeLookUpQueue:
    """Implements LookUpQueue in memory; `fails` makes it unavailable."""

    sent: list[list[LookUpKey]] = field(default_factory=list)
    fails: bool = False

    def send(self, keys: Collection[LookUpKey]) -> None:
        if self.fails:
            raise QueueUnavailable("scripted")
        self.sent.append(list(keys))


@dataclass
class FakeThreadPosts(InTrouble):
    """Implements ThreadPosts in memory."""

    posts: dict[str, tuple[XPost, datetime]] = field(default_factory=dict)

    def of(self, conversation_id: str, now: datetime) -> Sequence[XPost]:
        self._begin("of")
        kept = (post for post, until in self.posts.values() if now < until)
        return sorted(
            (post for post in kept if post.conversation_id == conversation_id),
            key=lambda post: (post.created_at, post.id),
        )

    def add(self, posts: Collection[XPost], now: datetime) -> None:
        self._begin("add")
        self.posts |= {post.id: (post, now + THREAD_KEPT) for post in posts}
        self._end("add")

    def ids(self) -> Iterator[str]:
        return iter(self.posts)

    def forget(self, *, ids: Collection[str] = (), author_id: str | None = None) -> int:
        gone = [key for key, (post, _) in self.posts.items() if key in ids or post.author_id == author_id]
        for key in gone:
            del self.posts[key]
        return len(gone)


@dataclass
class FakePrivateMessages(InTrouble):
    """Implements PrivateMessages in memory, by case."""

    messages: dict[str, dict[str, PrivateMessage]] = field(default_factory=lambda: defaultdict(dict))

    def of_case(self, case_id: str) -> Sequence[PrivateMessage]:
        self._begin("of_case")
        return sorted(self.messages[case_id].values(), key=lambda message: (message.at, message.id))

    def add(self, case_id: str, message: DirectMessage, *, is_ours: bool) -> None:
        self._begin("add")
        kept = PrivateMessage(message.id, message.conversation_id, message.text, message.created_at, is_ours)
        self.messages[case_id].setdefault(message.id, kept)
        self._end("add")
