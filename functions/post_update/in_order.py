"""The order in which posts are said."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime

from desk.ports.posts import PostStore
from desk.post import Post
from desk.post_steps import WAITS_FOR_CLAIM
from post_update.outcome import PublishReport

_EARLIER = 5
"""Due posts that are said before those that were woken; all have wake-ups of their own, so that this is enough."""

_log = logging.getLogger(__name__)


def in_order(post_ids: Sequence[str], store: PostStore, now: datetime, report: PublishReport) -> list[Post]:
    """These posts and some that are due before them, the first due first.

    Only what is said to everybody has an order that anybody could see; a reply waits for nothing.
    """
    asked = {post.id: post for post_id in dict.fromkeys(post_ids) for post in _read(post_id, store, report)}
    last = max((_turn(post) for post in asked.values() if _is_due(post, now)), default=None)
    earlier = [post for post in _due(store, now) if _turn(post) < last] if last else []
    return sorted(({post.id: post for post in earlier} | asked).values(), key=_turn)


def _read(post_id: str, store: PostStore, report: PublishReport) -> Iterator[Post]:
    try:
        post = store.get(post_id)
    except Exception as exc:  # noqa: BLE001 - one post that can't be read must not hold up the others
        report.failures[post_id] = f"{type(exc).__name__}: {exc}"[:200]
        return
    if post:
        yield post


def _due(store: PostStore, now: datetime) -> list[Post]:
    try:
        found = [post for state in WAITS_FOR_CLAIM for post in store.due(state, until=now, limit=_EARLIER)]
    except Exception:  # noqa: BLE001 - an order that can't be had must not cost what was to be in it
        _log.warning("what is due could not be listed; going on without an order", exc_info=True)
        return []
    return sorted((post for post in found if _is_due(post, now)), key=_turn)[:_EARLIER]


def _is_due(post: Post, now: datetime) -> bool:
    return post.state in WAITS_FOR_CLAIM and post.at <= now and post.in_reply_to is None


def _turn(post: Post) -> tuple[datetime, datetime, str]:
    return post.publish_at, post.accepted_at, post.id
