"""SeenMentions and MentionSearch in memory."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from desk.mentions.heard import HeardPost, HeardPosts, last_versions, to_see_of
from desk.mentions.items import search_text
from desk.mentions.model import DayCounts, Source, UnseenMention, UnseenPage
from desk.mentions.search import Found, FoundMention
from desk.reading import Kind, Urgency
from desk.x.model import XPost
from tests.fakes.in_trouble import InTrouble
from tests.fakes.mentions import FakeMentions

SEOUL = ZoneInfo("Asia/Seoul")


@dataclass
class FakeSeenMentions(InTrouble):
    """Implements SeenMentions in memory.

    `waiting` are those without a case, `with_case` those of cases, and `heard` heard posts, each by id. `seen_by` has
    who saw which and when; `polled` the days' counts as the poll left them.
    """

    waiting: dict[str, UnseenMention] = field(default_factory=dict)
    with_case: dict[str, XPost] = field(default_factory=dict)
    heard: dict[str, XPost] = field(default_factory=dict)
    seen_by: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    polled: dict[date, DayCounts] = field(default_factory=dict)

    def put(self, *posts: XPost, kind: Kind = Kind.CHAT, department: str | None = None) -> None:
        """Have these posts there as mentions that opened no case."""
        self.waiting |= {post.id: UnseenMention(post, kind, department, Urgency.LOW) for post in posts}

    def unseen(self, *, limit: int, after: str | None = None) -> UnseenPage:
        self._begin("unseen")
        if after is not None and not after.startswith("2"):
            raise ValueError("not a place")
        unseen = [each for key, each in self.waiting.items() if key not in self.seen_by]
        unseen.sort(key=lambda each: each.place)
        left = [each for each in unseen if after is None or each.place > after]
        return UnseenPage(tuple(left[:limit]), left[limit - 1].place if len(left) > limit else None)

    def count_unseen(self, *, most: int) -> int:
        self._begin("count_unseen")
        return min(len(self.waiting.keys() - self.seen_by.keys()), most)

    def unseen_among(self, mention_ids: Collection[str]) -> frozenset[str]:
        self._begin("unseen_among")
        known = self.waiting.keys() | self.with_case.keys() | self.heard.keys()
        return frozenset((set(mention_ids) & known) - self.seen_by.keys())

    def mark_seen(self, mention_ids: Collection[str], by: str, at: datetime) -> frozenset[str]:
        self._begin("mark_seen")
        new = self.unseen_among(mention_ids)
        self.seen_by |= dict.fromkeys(new, (by, at))
        self._end("mark_seen")
        return new

    def mark_unseen(self, mention_ids: Collection[str], by: str) -> frozenset[str]:
        self._begin("mark_unseen")
        theirs = {key for key in mention_ids if self.seen_by.get(key, ("",))[0] == by}
        for key in theirs:
            del self.seen_by[key]
        return frozenset(theirs)

    def day_counts(self, days: Collection[date]) -> Mapping[date, DayCounts]:
        self._begin("day_counts")
        posts = {key: each.post for key, each in self.waiting.items()} | self.with_case
        seen = Counter(posts[key].created_at.astimezone(SEOUL).date() for key in self.seen_by if key in posts)
        return {day: self.polled.get(day, DayCounts())._replace(seen=seen[day]) for day in days}


@dataclass
class FakeHeardMentions(InTrouble):
    """Implements HeardMentions on FakeMentions, with what FakeSeenMentions has of who saw what."""

    mentions: FakeMentions
    seen: FakeSeenMentions
    is_whole: bool = True

    def to_see(self) -> Sequence[str]:
        self._begin("to_see")
        return to_see_of(self._posts())

    def recent(self) -> HeardPosts:
        self._begin("recent")
        return self._posts()

    def _posts(self) -> HeardPosts:
        heard = [each for each in self.mentions.stored.values() if each.mention.source is Source.LISTENING]
        posts = [
            HeardPost(each.mention.post, reading.kind, reading.urgency, each.mention.id in self.seen.seen_by)
            for each in heard
            if (reading := each.outcome.reading if each.outcome else None)
            and reading.counts_as != Kind.JUNK
            and not (each.outcome and each.outcome.case_id)
        ]
        return HeardPosts(last_versions(posts), self.is_whole)


@dataclass
class FakeSearch(InTrouble):
    """Implements MentionSearch on the mentions of FakeMentions."""

    mentions: FakeMentions

    def back_from(self, day: date, *, days: int, words: Sequence[str], handle: str | None, most: int) -> Found:
        self._begin("back_from")
        earliest = day - timedelta(days=max(days - 1, 0))
        posts = [each.post for each in self.mentions.mentions.values()]
        found = [
            post
            for post in posts
            if earliest <= post.created_at.astimezone(SEOUL).date() <= day
            and (_has(post, words) or _is_by(post, handle))
        ]
        return Found(_newest(found)[:most], earliest if words or handle else day)

    def between(self, since: datetime, until: datetime, *, days: Sequence[date], most: int) -> Sequence[FoundMention]:
        self._begin("between")
        mentions = [each for each in self.mentions.mentions.values() if each.source is not Source.LISTENING]
        return _newest(each.post for each in mentions if since <= each.post.created_at < until)[:most]


def _newest(posts: Iterable[XPost]) -> list[FoundMention]:
    ordered = sorted(posts, key=lambda post: (post.created_at, post.id), reverse=True)
    return [FoundMention(post.id, post.author_id, post.created_at) for post in ordered]


def _has(post: XPost, words: Sequence[str]) -> bool:
    return bool(words) and all(search_text(word) in search_text(post.text) for word in words)


def _is_by(post: XPost, handle: str | None) -> bool:
    return bool(handle and post.author and post.author.username.lower() == handle.lower())
