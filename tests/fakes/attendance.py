"""The ports GreetingReplies and AttendanceRoll in memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from desk.errors import StoreBusy
from desk.mention import Mention
from desk.ports.attendance import MORNINGS_KEPT, Attending, GreetingReply


@dataclass
class FakeGreetingReplies:
    """The mentions as stored; `junk` are ids read as such, `erased` are authors; `looked` is what was asked for."""

    mentions: list[Mention] = field(default_factory=list)
    junk: set[str] = field(default_factory=set)
    forgotten: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    looked: list[tuple[datetime, datetime]] = field(default_factory=list)
    busy: bool = False

    def replies(self, greeting_id: str, *, since: datetime, until: datetime, limit: int) -> Sequence[GreetingReply]:
        if self.busy:
            raise StoreBusy("replies")
        self.looked.append((since, until))
        posts = sorted((mention.post for mention in self.mentions), key=lambda post: int(post.id))
        return [
            GreetingReply(post.id, post.author_id, post.author)
            for post in posts
            if greeting_id in (post.in_reply_to, post.conversation_id)
            and since <= post.created_at < until
            and post.id not in self.junk | self.forgotten
            and post.author_id not in self.erased
        ][:limit]


@dataclass
class FakeAttendanceRoll:
    """The roll as a dictionary. `fail_before` and `fail_half` fail one `write` each: nothing or half is written."""

    people: dict[str, Attending] = field(default_factory=dict)
    taken: set[date] = field(default_factory=set)
    fail_before: int = 0
    fail_half: int = 0

    def mornings(self) -> Sequence[date]:
        return sorted(self.taken)

    def of(self, author_ids: Collection[str]) -> Mapping[str, Attending]:
        return {each: self.people[each] for each in author_ids if each in self.people}

    def write(self, day: date, attending: Collection[Attending], now: datetime) -> None:
        if self.fail_before:
            self.fail_before -= 1
            raise StoreBusy("write")
        half = list(attending)[: len(attending) // 2] if self.fail_half else list(attending)
        self.people |= {each.author_id: each._replace(mornings=each.mornings[-MORNINGS_KEPT:]) for each in half}
        if self.fail_half:
            self.fail_half -= 1
            raise StoreBusy("write")
        self.taken.add(day)
