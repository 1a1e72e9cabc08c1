"""The posts of timelines: reach, window and page, newest first."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise, takewhile

from desk.x.model import first_id_at, time_of
from local.x.http import invalid
from local.x.parameters import Window, token
from local.x.state import Post, User, World

MENTIONS_REACH = 800
OWN_REACH = 3_200
SEARCH_REACH = timedelta(days=7)
LEAST_AGE = timedelta(seconds=10)
"""Search rejects an end_time that is closer to now than this."""


@dataclass(frozen=True, slots=True)
class Slice[T: (Post, User)]:
    """One page, and the tokens of the next and the previous one, if there are such."""

    items: list[T]
    next_token: str | None
    previous_token: str | None


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many posts fall into a span of time; `end` is exclusive."""

    start: datetime
    end: datetime
    count: int


def mentions(world: World, user_id: str, window: Window) -> Slice[Post]:
    """The newest 800 posts that mention the user; retweets count, since their text mentions as well."""
    handle = world.users[user_id].username.lower()
    found = (post for post in world.newest_first() if handle in post.mentioned)
    return _page(islice(found, MENTIONS_REACH), _timeline_window(window), "mentions" + user_id)


def posts_of(world: World, user_id: str, window: Window, exclude: frozenset[str]) -> Slice[Post]:
    """The newest 3,200 posts of the user; the reach is counted before `exclude` drops anything."""
    found = islice((post for post in world.newest_first() if post.author_id == user_id), OWN_REACH)
    kept = (
        post
        for post in found
        if not ("replies" in exclude and post.in_reply_to) and not ("retweets" in exclude and post.retweets)
    )
    return _page(kept, _timeline_window(window), "tweets" + user_id)


def liked(world: World, user_id: str, window: Window) -> Slice[Post]:
    """Posts that the user liked, latest like first."""
    hearts = [world.posts[post_id] for post_id in world.likes.get(user_id, [])]
    return _part(hearts, world.is_shown, window, "liked" + user_id)


def liking(world: World, post: Post, window: Window) -> Slice[User]:
    """Who liked the post. Likes are private: its author sees all of them, the account else its own."""
    people = [user for user in world.users.values() if post.id in world.likes.get(user.id, [])]
    own = post.author_id == world.brand.id
    return _part(people, lambda user: own or user.id == world.brand.id, window, "liking" + post.id)


def counts(world: World, matches: Callable[[Post], bool], window: Window, span: timedelta) -> list[Bucket]:
    """How many posts of the last seven days match in each span, oldest first; reposts are not counted.

    The first and the last span are as long as the window leaves them.
    """
    now = world.clock.now()
    _check_reach(window, now - SEARCH_REACH, now)
    start = window.start or (now - SEARCH_REACH if window.since is None else time_of(str(window.since)))
    end = window.end or (now if window.until is None else time_of(str(window.until)))
    edges = [start, *takewhile(lambda edge: edge < end, _edges(start, span)), end]
    inside = _inside(world.newest_first(), replace(window, start=start))
    found = Counter(bisect_right(edges, post.created_at) for post in inside if post.retweets is None and matches(post))
    return [Bucket(a, b, found[place]) for place, (a, b) in enumerate(pairwise(edges), 1)]


def search(world: World, matches: Callable[[Post], bool], window: Window, *, by_relevancy: bool = False) -> Slice[Post]:
    """Posts of the last seven days, no reposts; with `by_relevancy` those first to which most people reacted."""
    oldest = world.clock.now() - SEARCH_REACH
    _check_reach(window, oldest, world.clock.now())
    first = int(first_id_at(oldest))
    recent = (post for post in world.newest_first() if int(post.id) >= first and post.retweets is None)
    found = (post for post in recent if matches(post))
    if not by_relevancy:
        return _page(found, window, "search")
    inside = _inside(found, replace(window, before=None, after=None))
    ranked = sorted(inside, key=world.reactions, reverse=True)
    return _part(ranked, world.is_shown, window, "search")


def _check_reach(window: Window, oldest: datetime, now: datetime) -> None:
    """Raise X's errors for windows that search does not reach."""
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
    return replace(window, start=start, end=end)


def _page(posts: Iterable[Post], window: Window, kind: str) -> Slice[Post]:
    """The page of these posts, newest first, that a window shows."""
    inside = _inside(posts, window)
    if window.after is not None:
        newer = list(inside)
        return _slice(newer[-window.size :], kind, more=True, less=len(newer) > window.size)
    page = list(islice(inside, window.size))
    return _slice(page, kind, more=next(inside, None) is not None, less=window.before is not None)


def _part[T: (Post, User)](items: Sequence[T], is_shown: Callable[[T], bool], window: Window, kind: str) -> Slice[T]:
    """The page of a list in any order; a token keeps its place even if its item is no longer shown."""
    ids = [int(item.id) for item in items]
    if window.after is not None:
        before = ids.index(window.after) if window.after in ids else 0
        shown = [item for item in items[:before] if is_shown(item)]
        return _slice(shown[-window.size :], kind, more=True, less=len(shown) > window.size)
    if window.before is not None:
        done = ids.index(window.before) + 1 if window.before in ids else len(ids)
        items = items[done:]
    shown = [item for item in items if is_shown(item)]
    return _slice(shown[: window.size], kind, more=len(shown) > window.size, less=window.before is not None)


def _slice[T: (Post, User)](page: list[T], kind: str, *, more: bool, less: bool) -> Slice[T]:
    return Slice(
        page,
        token(kind, page[-1].id) if page and more else None,
        token(kind, page[0].id, back=True) if page and less else None,
    )


def _inside(posts: Iterable[Post], window: Window) -> Iterator[Post]:
    for post in posts:
        number = int(post.id)
        if any(number <= limit for limit in (window.since, window.after) if limit is not None):
            return
        if window.start and post.created_at < window.start:
            return
        below = all(number < limit for limit in (window.until, window.before) if limit is not None)
        if below and not (window.end and post.created_at >= window.end):
            yield post


def _edges(start: datetime, span: timedelta) -> Iterator[datetime]:
    """The full minutes, hours or days after a time."""
    edge = start - (start - datetime.min.replace(tzinfo=UTC)) % span
    while True:
        edge += span
        yield edge
