"""Which posts a reader is given: reach, window and page, newest first."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from desk.snowflake import first_id_at
from local.x.parameters import Window, token
from local.x.posts import Post
from local.x.problems import invalid
from local.x.state import World

MENTIONS_REACH = 800
OWN_REACH = 3_200
SEARCH_REACH = timedelta(days=7)
LEAST_AGE = timedelta(seconds=10)
"""Search refuses an end_time that is closer to now than this."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One page and the token of the next one, if there is one."""

    posts: list[Post]
    next_token: str | None


def mentions(world: World, user_id: str, window: Window) -> Slice:
    """The newest 800 posts that mention the user; retweets count, since their text mentions as well."""
    handle = world.users[user_id].username.lower()
    found = (post for post in world.newest_first() if handle in post.mentioned)
    return _page(islice(found, MENTIONS_REACH), _timeline_window(window), "mentions" + user_id)


def posts_of(world: World, user_id: str, window: Window, exclude: frozenset[str]) -> Slice:
    """The newest 3,200 posts of the user; the reach is counted before `exclude` drops anything."""
    found = islice((post for post in world.newest_first() if post.author_id == user_id), OWN_REACH)
    kept = (
        post
        for post in found
        if not ("replies" in exclude and post.in_reply_to) and not ("retweets" in exclude and post.retweets)
    )
    return _page(kept, _timeline_window(window), "tweets" + user_id)


def liked(world: World, user_id: str, window: Window) -> Slice:
    """What the user liked, the latest heart first."""
    hearts = [world.posts[post_id] for post_id in world.likes.get(user_id, [])]
    shown = [post for post in hearts if world.is_shown(post)]
    ids = [int(post.id) for post in hearts]
    if window.before is not None:
        done = ids.index(window.before) + 1 if window.before in ids else len(ids)
        shown = [post for post in shown if int(post.id) in ids[done:]]
    page = shown[: window.size]
    more = len(shown) > window.size
    return Slice(page, token("liked" + user_id, page[-1].id) if more else None)


def search(world: World, matches: Callable[[Post], bool], window: Window) -> Slice:
    """Posts of the last seven days."""
    oldest = world.clock.now() - SEARCH_REACH
    _check_reach(window, oldest, world.clock.now())
    first = int(first_id_at(oldest))
    found = (post for post in world.newest_first() if int(post.id) >= first and matches(post))
    return _page(found, window, "search")


def _check_reach(window: Window, oldest: datetime, now: datetime) -> None:
    """Raise X's refusals for windows that search does not reach."""
    if window.since is not None and window.start:
        detail = "'start_time' cannot be combined with 'since_id'"
        raise invalid("start_time", window.start.isoformat(), detail)
    if window.until is not None and window.end:
        raise invalid("end_time", window.end.isoformat(), "'end_time' cannot be combined with 'until_id'")
    first = int(first_id_at(oldest))
    for name, number in (("since_id", window.since), ("until_id", window.until)):
        if number is not None and number < first:
            detail = f"'{name}' must be a post id created after [{oldest:%Y-%m-%dT%H:%MZ}]. "
            raise invalid(name, number, detail + f"Please use a '{name}' that is larger than {first}")
    for name, moment in (("start_time", window.start), ("end_time", window.end)):
        if moment and moment < oldest:
            raise invalid(name, moment.isoformat(), f"'{name}' must be on or after {oldest:%Y-%m-%dT%H:%MZ}")
    if window.end and window.end > now - LEAST_AGE:
        detail = "'end_time' must be a minimum of 10 seconds prior to the request time"
        raise invalid("end_time", window.end.isoformat(), detail)


def _timeline_window(window: Window) -> Window:
    """In timelines since_id wins over start_time, and until_id over end_time."""
    start = None if window.since is not None else window.start
    end = None if window.until is not None else window.end
    return Window(window.size, window.since, window.until, start, end, window.before)


def _page(posts: Iterable[Post], window: Window, kind: str) -> Slice:
    inside = _inside(posts, window)
    page = list(islice(inside, window.size))
    more = next(inside, None) is not None
    return Slice(page, token(kind, page[-1].id) if more else None)


def _inside(posts: Iterable[Post], window: Window) -> Iterator[Post]:
    for post in posts:
        number = int(post.id)
        if window.since is not None and number <= window.since:
            return
        if window.start and post.created_at < window.start:
            return
        below = all(number < limit for limit in (window.until, window.before) if limit is not None)
        if below and not (window.end and post.created_at >= window.end):
            yield post
