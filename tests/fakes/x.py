"""The port XTimelines in memory: a timeline that reaches 800 back, a search that reaches a week back."""

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from copy import replace
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

import requests
from requests_oauthlib import OAuth1Session

from desk.errors import BadRequest, DeskError, Duplicate
from desk.x.endpoints import price_of_post
from desk.x.model import Author, Lookup, Page, Trend, Unparsable, Usage, XPost, first_id_at, time_of
from local.x.server import RunningX

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


_sequence = count(1)


class Fault(NamedTuple):
    """What becomes of one call: the error that is raised, and whether the post was made all the same."""

    error: BaseException
    made: bool = False


@dataclass
class FakeXAccount:
    """What was created stands in `made`, and `attempts` counts who asked for it, by text; `private` has the ids of
    those with a button for a private message.

    `faults` are met by the next calls of `create_post`, one each; `timeline_refuses` is raised instead of showing
    posts. A post is shown in the timeline `late` after it was made. `before` and `after` are called around making.
    """

    clock: Callable[[], datetime]
    late: timedelta = timedelta(0)
    refuses_duplicates: bool = True
    faults: deque[Fault] = field(default_factory=deque)
    timeline_refuses: DeskError | None = None
    made: list[XPost] = field(default_factory=list)
    private: set[str] = field(default_factory=set)
    attempts: Counter[str] = field(default_factory=Counter)
    looks: int = 0
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None
    usage: Usage = field(default_factory=Usage)

    def create_post(
        self, text: str, *, in_reply_to: str | None = None, own_thread: bool = False, private_message: bool = False
    ) -> str:
        self.attempts[text] += 1
        is_summoned = in_reply_to is not None and not own_thread
        self._use(price_of_post(text, is_reply=is_summoned, private_message=private_message))
        self.before()
        fault = self.faults.popleft() if self.faults else None
        if fault and not fault.made:
            raise fault.error
        if self.refuses_duplicates and any(one.text == text and one.in_reply_to == in_reply_to for one in self.made):
            raise Duplicate("X answered 403: duplicate content")
        made = self.stands(text, in_reply_to=in_reply_to)
        self.private |= {made} if private_message else set()
        self.after()
        if fault:
            raise fault.error
        return made

    def stands(
        self, text: str, *, in_reply_to: str | None = None, at: datetime | None = None, retweets: str | None = None
    ) -> str:
        """Have a post there, whoever made it; its id."""
        moment = at or self.clock()
        post_id = str(int(first_id_at(moment)) + next(_sequence) % 4_000_000)
        post = XPost(
            id=post_id,
            text=text,
            author_id="1",
            created_at=moment,
            conversation_id=post_id,
            lang="ko",
            edit_ids=(post_id,),
            in_reply_to=in_reply_to,
            retweets=retweets,
        )
        self.made.append(post)
        return post_id

    def texts(self) -> list[str]:
        """What stands there, in the order in which it was made."""
        return [post.text for post in self.made]

    def own_posts(
        self,
        *,
        since_id: str | None = None,
        until_id: str | None = None,
        start_time: datetime | None = None,
        page_token: str | None = None,
    ) -> Page:
        self.looks += 1
        self._use(1_000)
        if self.timeline_refuses:
            raise self.timeline_refuses
        shown = [post for post in self.made if self.clock() - post.created_at >= self.late]
        found = sorted((post for post in shown if int(post.id) > int(since_id or 0)), key=lambda post: -int(post.id))
        start = int(page_token or 0)
        page, rest = found[start : start + FULL_PAGE], found[start + FULL_PAGE :]
        ids = [post.id for post in page]
        return Page(
            posts=tuple(page),
            newest_id=ids[0] if ids else None,
            oldest_id=ids[-1] if ids else None,
            next_token=str(start + FULL_PAGE) if rest else None,
            count=len(page),
        )

    def take_usage(self) -> Usage:
        taken, self.usage = self.usage, Usage()
        return taken

    def _use(self, micro_usd: int) -> None:
        self.usage = Usage(self.usage.calls + 1, self.usage.micro_usd + micro_usd)


@dataclass
class FakeSurroundings:
    """What the account likes. `refusals` are raised by page number (from 1) of any later reading until taken away."""

    likes: list[XPost] = field(default_factory=list)
    page_size: int = 100
    refusals: dict[int, DeskError] = field(default_factory=dict)
    pages: int = 0
    """How many pages were shown."""

    def like(self, *posts: XPost) -> None:
        """Like these, one after the other."""
        for post in posts:
            self.likes.insert(0, post)

    def liked_posts(self, *, page_token: str | None = None) -> Page:
        start = int(page_token or 0)
        refusal = self.refusals.get(start // self.page_size + 1)
        if refusal:
            raise refusal
        self.pages += 1
        page, rest = self.likes[start : start + self.page_size], self.likes[start + self.page_size :]
        return Page(
            posts=tuple(page),
            newest_id=page[0].id if page else None,
            oldest_id=page[-1].id if page else None,
            next_token=str(start + self.page_size) if rest else None,
            count=len(page),
        )

    def me(self) -> Author:
        return Author("1", "jade", "Jade")

    def trends(self, woeid: int, *, limit: int = 20) -> tuple[Trend, ...]:
        return ()


class XCaller:
    """A session that is signed in one way; `base` is where the API answers."""

    def __init__(self, base: str, session: requests.Session) -> None:
        self.base = base
        self.session = session
        self.session.trust_env = False

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> requests.Response:
        return self.session.get(self.base + path, params=params, timeout=10)

    def delete(self, path: str) -> requests.Response:
        return self.session.delete(self.base + path, timeout=10)

    def post(self, path: str, body: Any) -> requests.Response:
        return self.session.post(self.base + path, json=body, timeout=10)


def user_caller(x: RunningX) -> XCaller:
    """Signs as the account, by OAuth 1.0a."""
    keys = x.account
    session = OAuth1Session(keys.api_key, keys.api_secret, keys.access_token, keys.access_token_secret)
    return XCaller(x.url, session)


def bearer_caller(x: RunningX, token: str) -> XCaller:
    """Sends a bearer token."""
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token}"
    return XCaller(x.url, session)
