"""Reads the account's mentions and its own posts of seven days, at most 800 posts in all, page by page into a folder.

Both timelines are read back in turn, so that they reach about equally far: a mention counts only where the posts that
may answer it were read as well. Each page is kept before the next one is asked for, and each begins below the oldest
post that is kept. So a run that was stopped goes on where it was, and no page is paid for twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from desk.x.dialects import Dialect
from desk.x.endpoints import MENTIONS, OWN_POSTS
from desk.x.model import Page, XPost, time_of
from desk.x.parsing import PICTURE_SITES, page_of
from local.preview.folder import PreviewedAccount, PreviewFolder
from local.preview.public_x import price_of

MOST_POSTS = 800
REACH = timedelta(days=7)
_TURNS = (MENTIONS.name, OWN_POSTS.name)
_LEAST, _MOST = 5, 100
"""The smallest and the largest page that X takes."""


class ReadsPages(Protocol):
    """What reads a page of a timeline; see `PublicX.page`."""

    def page(  # noqa: PLR0913 - the parts of a request
        self, timeline: str, user_id: str, *, since: datetime, until_id: str | None, limit: int, dialect: Dialect
    ) -> dict[str, Any]:
        """The answer of X."""
        ...


@dataclass(frozen=True)
class Timeline:
    """The pages of one timeline that are kept, as X sent them."""

    bodies: Sequence[dict[str, Any]]
    sites: Sequence[str] = PICTURE_SITES

    @cached_property
    def pages(self) -> list[Page]:
        """The pages."""
        return [page_of(body, self.sites) for body in self.bodies]

    @property
    def posts(self) -> list[XPost]:
        """Their posts, each once."""
        return list({post.id: post for page in self.pages for post in page.posts}.values())

    @property
    def billed(self) -> int:
        """How many posts X has sent."""
        return sum(page.count for page in self.pages)

    @property
    def oldest_id(self) -> str | None:
        """The id below which the next page begins."""
        return self.pages[-1].oldest_id if self.pages else None

    @property
    def is_whole(self) -> bool:
        """Whether X has no older post of the seven days."""
        return bool(self.pages) and (self.pages[-1].next_token is None or self.pages[-1].oldest_id is None)

    def reached(self, begun_at: datetime) -> datetime:
        """The time down to which all posts are kept."""
        if self.is_whole:
            return begun_at - REACH
        return time_of(self.oldest_id) if self.oldest_id else begun_at


class Read(NamedTuple):
    """What was read: mentions and own posts from `since` on, and whether that is the whole seven days."""

    mentions: list[XPost]
    own_posts: list[XPost]
    since: datetime
    is_whole: bool
    billed: int


class WeekReader:
    """Reads what is missing in the folder."""

    def __init__(self, folder: PreviewFolder, sites: Sequence[str] = PICTURE_SITES) -> None:
        self._folder = folder
        self._sites = sites

    @property
    def left(self) -> int:
        """How many posts may still be read; 0 when nothing is missing."""
        timelines = self._timelines()
        return self._room(timelines) if self._folder.about() is None or self._next(timelines) else 0

    @property
    def price(self) -> int:
        """The most that X can bill for what is missing, in micro-dollars."""
        about = self._folder.about()
        return price_of(self.left, dialect=_dialect(about), with_account=about is None)

    def read(self, x: ReadsPages, tell: Callable[[int], None]) -> Read:
        """Read what is missing. `tell` hears how many posts are kept, after each page.

        Raises XError, and ValueError before the folder has begun.
        """
        about = self._folder.about()
        if about is None:
            raise ValueError("the folder has not begun")
        timelines = self._timelines()
        while turn := self._next(timelines):
            page = x.page(
                turn,
                about.user_id,
                since=about.begun_at - REACH,
                until_id=timelines[turn].oldest_id,
                limit=min(_MOST, self._room(timelines)),
                dialect=_dialect(about),
            )
            self._folder.keep(turn, page)
            timelines = self._timelines()
            tell(sum(each.billed for each in timelines.values()))
        return self.kept()

    def kept(self) -> Read:
        """What is kept, without asking X. Raises ValueError before the folder has begun."""
        about, timelines = self._folder.about(), self._timelines()
        if about is None:
            raise ValueError("the folder has not begun")
        begun_at = about.begun_at
        since = max(each.reached(begun_at) for each in timelines.values())
        kept = {turn: [post for post in each.posts if post.created_at >= since] for turn, each in timelines.items()}
        return Read(
            mentions=[post for post in kept[MENTIONS.name] if post.retweets is None],
            own_posts=kept[OWN_POSTS.name],
            since=since,
            is_whole=all(each.is_whole for each in timelines.values()),
            billed=sum(each.billed for each in timelines.values()),
        )

    def _timelines(self) -> dict[str, Timeline]:
        return {turn: Timeline(self._folder.pages(turn), self._sites) for turn in _TURNS}

    def _next(self, timelines: dict[str, Timeline]) -> str | None:
        """The timeline that reaches back less far; None when both are whole, or no more may be read."""
        about = self._folder.about()
        open_ones = [turn for turn in _TURNS if not timelines[turn].is_whole]
        if about is None or not open_ones or self._room(timelines) < _LEAST:
            return None
        begun_at = about.begun_at
        return max(open_ones, key=lambda turn: timelines[turn].reached(begun_at))

    @staticmethod
    def _room(timelines: dict[str, Timeline]) -> int:
        return MOST_POSTS - sum(each.billed for each in timelines.values())


def _dialect(about: PreviewedAccount | None) -> Dialect:
    return Dialect.POSTS if about and about.newer_fields else Dialect.TWEETS
