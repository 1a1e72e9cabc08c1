"""The port XTimelines in memory: a timeline that reaches 800 back, a search that reaches a week back."""

from collections import Counter
from collections.abc import Callable, Sequence
from copy import replace
from dataclasses import dataclass
from datetime import datetime, timedelta

from desk.errors import BadRequest, DeskError
from desk.ports.x import Lookup, Page, Unparsable, Usage
from desk.snowflake import first_id_at, time_of
from desk.x_post import Author, XPost

REACH = 800
FULL_PAGE = 100
A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Call:
    """One question to X: the method's name, and what it was asked."""

    name: str
    asked: dict[str, object]


class FakeX:
    """What is posted is seen by timeline, search and look-up; refusals are scripted by method and count."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._posts: dict[str, XPost] = {}
        self._usage = Usage()
        self._counts: Counter[str] = Counter()
        self._refusals: list[tuple[str, int, int, DeskError]] = []
        self.calls: list[Call] = []
        self.hidden: set[str] = set()
        """Posts that X counts on a page but does not show, as a protected author's."""
        self.garbled: set[str] = set()
        """Posts that X sends in a form that nobody understands."""
        self.repeats = False
        """Whether every page names the first page's successor as its own."""
        self.blank_searches = 0
        """How many of the next pages of search are empty and name the one that they should have been as the next."""
        self.lets_since_id_grow_old = True
        """Whether the mentions timeline takes a since_id of more than a week."""
        self.reach = REACH
        """How many of the newest mentions the timeline shows."""
        self.seconds_run_forward = False
        """Whether posts of one second come oldest first, while the seconds come newest first."""
        self.search_lag = timedelta(0)
        """Search does not find posts that are younger than this."""

    def post(self, *posts: XPost) -> None:
        self._posts |= {post.id: post for post in posts}

    def delete(self, post_id: str) -> None:
        del self._posts[post_id]

    def refuse(self, name: str, error: DeskError, *, first: int = 1, times: int = 1_000_000) -> None:
        """Refuse the `first` call of this method from now on, and the `times` - 1 that follow."""
        start = self._counts[name] + first
        self._refusals.append((name, start, start + times, error))

    def relent(self) -> None:
        """Refuse nothing any more."""
        self._refusals.clear()

    def asked(self, name: str) -> int:
        """How often this method was called."""
        return self._counts[name]

    def mentions(
        self,
        *,
        since_id: str | None = None,
        until_id: str | None = None,
        start_time: datetime | None = None,
        page_token: str | None = None,
    ) -> Page:
        self._called("mentions", since_id=since_id, until_id=until_id, start_time=start_time, page_token=page_token)
        if since_id and not self.lets_since_id_grow_old:
            self._must_be_recent(since_id)
        newest = self._newest_first()[: self.reach]
        return self._page(newest, since_id, until_id, start_time, page_token)

    def search(
        self,
        *,
        query: str,
        since_id: str | None = None,
        until_id: str | None = None,
        start_time: datetime | None = None,
        page_token: str | None = None,
    ) -> Page:
        ends = {"since_id": since_id, "until_id": until_id, "start_time": start_time}
        self._called("search", query=query, page_token=page_token, **ends)
        if since_id:
            self._must_be_recent(since_id)
        if start_time and start_time < self._clock() - A_WEEK:
            raise BadRequest("start_time")
        if self.blank_searches:
            self.blank_searches -= 1
            return Page((), None, None, next_token=(page_token or "0").zfill(9 - self.blank_searches), count=0)
        span = self._clock() - A_WEEK, self._clock() - self.search_lag
        recent = [post for post in self._newest_first() if span[0] <= post.created_at <= span[1]]
        unretweeted = [post for post in recent if post.retweets is None]
        return self._page(unretweeted, since_id, until_id, start_time, page_token)

    def posts(self, ids: Sequence[str], *, with_authors: bool) -> Lookup:
        self._called("posts", ids=tuple(ids), with_authors=with_authors)
        shown = {each: self._posts[each] for each in ids if each in self._posts and each not in self.hidden}
        if with_authors:
            shown = {
                key: replace(post, author=Author(post.author_id, f"user{post.author_id}", "Somebody"))
                for key, post in shown.items()
            }
        return Lookup(posts=shown, gone=frozenset(ids) - shown.keys())

    def take_usage(self) -> Usage:
        taken, self._usage = self._usage, Usage()
        return taken

    def _called(self, name: str, **asked: object) -> None:
        self._counts[name] += 1
        self.calls.append(Call(name, asked))
        self._usage = Usage(self._usage.calls + 1, self._usage.micro_usd + 1_000)
        for refused, start, end, error in self._refusals:
            if refused == name and start <= self._counts[name] < end:
                raise error

    def _must_be_recent(self, since_id: str) -> None:
        if time_of(since_id) < self._clock() - A_WEEK:
            raise BadRequest("since_id")

    def _newest_first(self) -> list[XPost]:
        if self.seconds_run_forward:
            return sorted(self._posts.values(), key=lambda post: (-int(post.created_at.timestamp()), int(post.id)))
        return sorted(self._posts.values(), key=lambda post: -int(post.id))

    def _page(
        self,
        posts: Sequence[XPost],
        since_id: str | None,
        until_id: str | None,
        start_time: datetime | None,
        page_token: str | None,
    ) -> Page:
        floor = int(since_id) if since_id else int(first_id_at(start_time)) - 1 if start_time else 0
        found = [post for post in posts if int(post.id) > floor and (until_id is None or int(post.id) < int(until_id))]
        start = int(page_token or 0)
        page, rest = found[start : start + FULL_PAGE], found[start + FULL_PAGE :]
        following = FULL_PAGE if self.repeats else start + FULL_PAGE
        return Page(
            posts=tuple(post for post in page if post.id not in self.hidden | self.garbled),
            newest_id=max((post.id for post in page), key=int, default=None),
            oldest_id=min((post.id for post in page), key=int, default=None),
            next_token=str(following) if rest or self.repeats else None,
            count=len(page),
            unparsable=tuple(Unparsable(post.id, "garbled") for post in page if post.id in self.garbled),
        )
