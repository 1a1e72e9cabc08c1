"""Submitting a post: check it, store it with its unique keys, and have the publisher woken at its time."""

import logging
import re
import secrets
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from desk.errors import PostMoved, QueueUnavailable, StoreBusy
from desk.posts.commands import SubmitPost
from desk.posts.errors import (
    BadReplyTarget,
    ExpiresTooEarly,
    MomentAmbiguous,
    MomentSkipped,
    MomentUnreadable,
    NextUpdateTime,
    NothingToKeep,
    RequestReused,
    SameText,
    TimeInThePast,
    TimeTooFar,
)
from desk.posts.model import NEVER_PUBLISHED, WRITTEN, IdempotentRequest, Post, PostKind, PostState, UniqueKey
from desk.posts.references import check_references
from desk.posts.text import cleaned_and_weighed
from desk.posts.transitions import continuation_id
from desk.promises.model import LONGEST_PROMISE, Promise, PromiseKind, sentence_in
from desk.x.endpoints import ALT_TEXT_PRICE, price_of_post

if TYPE_CHECKING:
    from desk.posts.queue import PostQueue, PostTimer
    from desk.posts.store import PostStore

_log = logging.getLogger(__name__)
_TRIES = 5
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32
_ID_LENGTH = 12
_ID = re.compile(r"[0-9a-zA-Z_.-]{1,64}")
_X_ID = re.compile(r"[0-9]{1,19}")
_REQUESTS_KEPT = timedelta(days=7)
_TEXT_KEPT = timedelta(days=2)
"""The key of a text is of use for a day after its post."""


class Submitted(NamedTuple):
    """The post; `already_known`: it was there before this request, which added nothing."""

    post: Post
    already_known: bool


class PostSubmitter:
    """Accepts new posts.

    `handle` is the account's own, which every post may name. `approval` are the kinds that a second person must
    approve: such posts wait, and nothing wakes the publisher. `on_queue_unavailable` is called when the queue or the
    timer fails. The post is stored, and the sweep wakes it.
    """

    def __init__(  # noqa: PLR0913 - its collaborators, each named
        self,
        posts: "PostStore",
        queue: "PostQueue",
        timer: "PostTimer",
        clock: Callable[[], datetime],
        on_queue_unavailable: Callable[[QueueUnavailable], None],
        *,
        approval: Collection[str],
        handle: str = "",
    ) -> None:
        self._posts = posts
        self._queue = queue
        self._timer = timer
        self._clock = clock
        self._on_queue_unavailable = on_queue_unavailable
        self._approval = approval
        self._handle = handle.casefold()

    def submit(self, new: SubmitPost, before_storing: Callable[[Post], None] | None = None) -> Submitted:
        """Store the post, and have the publisher woken at its time.

        `before_storing` is called with a post that is new and accepted; if it raises, the post is not stored. It may be
        called more than once. A repeated request gets the same answer as the first time. Raises a PostNotAccepted if
        the request must be corrected, and StoreBusy if it is unknown whether the post is stored; then it is safe to
        repeat the request with the same key or id.
        """
        for _ in range(_TRIES):
            holder = self._holder_of_external_id(new)
            if known := self._answered_before(new) or self._known_post(new, holder):
                return known
            post = self._new_post(new)
            try:
                unique_keys = self._unique_keys(post, holder)
                if before_storing:
                    before_storing(post)
                self._posts.add(post, unique_keys, _request(new, post))
            except PostMoved:
                continue  # another request came in between: the next try finds its post, or a free key
            except SameText:
                if known := self._answered_before(new) or self._known_post(new, self._holder_of_external_id(new)):
                    return known  # the same request came in between, so the text is its own
                raise
            _log.info("a post was accepted", extra={"post": post.id, "case": post.case_id, "state": post.state})
            self._wake(post)
            return Submitted(post, already_known=False)
        raise StoreBusy(f"other requests came in between {_TRIES} times")

    def _answered_before(self, new: SubmitPost) -> Submitted | None:
        """The first answer to this request. It says that the post is new, as the first answer did."""
        if new.key is None:
            return None
        request = self._posts.request(request_key(new.by, new.key.id))
        if request and request.fingerprint != new.key.content:
            raise RequestReused
        return Submitted(request.post, already_known=False) if request else None

    def _holder_of_external_id(self, new: SubmitPost) -> Post | None:
        """The post that has the external id of the request, in any state."""
        return self._posts.holder(external_key(new.external_id)) if new.external_id else None

    def _known_post(self, new: SubmitPost, holder: Post | None) -> Submitted | None:
        """The post with the id or the external id of the request, unless it will never be published."""
        found = self._posts.get(new.id) if new.id else None
        if found is None and holder and holder.state not in NEVER_PUBLISHED:
            found = holder
        return Submitted(found, already_known=True) if found else None

    def _unique_keys(self, post: Post, holder: Post | None) -> list[UniqueKey]:
        """The keys that only this post may have. Raises SameText.

        `holder` is the post that gives up the external id. If it changes, or another post takes the id, the transaction
        is cancelled.
        """
        unique_keys = free_text_keys(post, self._posts)
        if post.external_id:
            unique_keys.append(UniqueKey(external_key(post.external_id), replaces=holder))
        return unique_keys

    def _new_post(self, new: SubmitPost) -> Post:
        """The post to store. Raises a PostNotAccepted."""
        _check(new)
        now, kept = self._clock(), self._kept(new)
        weight, window = cleaned_and_weighed(new.text), publishing_window(new, now)
        continuation = cleaned_and_weighed(new.continuation).text if new.continuation is not None else None
        may_name = None if new.may_name is None else new.may_name | {self._handle}
        for text in (weight.text, continuation or ""):
            check_references(text, may_name)
        state = PostState.QUEUED if window.publish_at <= now else PostState.SCHEDULED
        needs_approval = new.kind in WRITTEN and new.kind in self._approval
        post_id = new.id or new_post_id()
        return Post(
            id=post_id,
            kind=new.kind,
            text=weight.text,
            by=new.by,
            accepted_at=now,
            publish_at=window.publish_at,
            expires_at=window.expires_at,
            state=PostState.AWAITING_APPROVAL if needs_approval else state,
            at=window.expires_at if needs_approval else window.publish_at,
            weighted_length=weight.weighted_length,
            estimated_micro_usd=price_of_post(
                weight.text, is_reply=new.in_reply_to is not None, private_message=new.private_message
            )
            + ALT_TEXT_PRICE * sum(1 for each in new.pictures if each.alt),
            in_reply_to=new.in_reply_to,
            external_id=new.external_id,
            case_id=new.case_id,
            continuation=continuation,
            private_message=new.private_message,
            through_pause=new.through_pause,
            pictures=new.pictures,
            author_id=new.author_id,
            overridden=new.overridden,
            override_reason=new.override_reason,
            promise=_promise(new, post_id, window, now, kept),
            keeps=kept,
            moves=new.moves,
        )

    def _kept(self, new: SubmitPost) -> Promise | None:
        """The promise that the post keeps or moves, without its words. Raises NothingToKeep."""
        if new.keeps is None:
            return None
        post = self._posts.get(new.keeps) if is_post_id(new.keeps) else None
        if post is None or post.promise is None or post.state in NEVER_PUBLISHED:
            raise NothingToKeep
        return post.promise._replace(words="")

    def _wake(self, post: Post) -> None:
        try:
            if post.state is PostState.QUEUED:
                self._queue.send(post.id)
            elif post.state is PostState.SCHEDULED:
                self._timer.set(post.id, post.publish_at)
        except QueueUnavailable as exc:
            self._on_queue_unavailable(exc)


def new_post_id() -> str:
    """A new post's id, such as `7q2m4xd93k0p`: 60 random bits, fit for links, schedule names and reading aloud."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_ID_LENGTH))


def is_post_id(text: str) -> bool:
    """Whether the text can be a post's id, which is also the name of a schedule. Other keys of the table have a `#`."""
    return bool(_ID.fullmatch(text))


def _check(new: SubmitPost) -> None:
    """Raise BadReplyTarget, and ValueError for mistakes of the desk's own callers."""
    if new.in_reply_to and not _X_ID.fullmatch(new.in_reply_to):
        raise BadReplyTarget
    if new.id and not is_post_id(continuation_id(new.id) if new.continuation is not None else new.id):
        raise ValueError(f"{new.id} can't be the name of a schedule")
    if new.case_id and not (new.kind is PostKind.REPLY and new.in_reply_to and new.id):
        raise ValueError("the post of a case must be a reply to a mention, with an id that the case knows")
    needs_a_reply = new.through_pause or new.private_message or new.continuation is not None
    if needs_a_reply and new.kind is not PostKind.REPLY:
        raise ValueError("only a reply can pass a pause, ask for a private message or have a continuation")


def _promise(
    new: SubmitPost, post_id: str, window: "PublishingWindow", now: datetime, kept: Promise | None
) -> Promise | None:
    """The promise of the post, if it makes one. Raises NextUpdateTime, and NothingToKeep."""
    if new.moves and (kept is None or new.next_update_at is None):
        raise NothingToKeep
    if new.next_update_at is None:
        return None
    require_update_later(new.next_update_at, window.publish_at)
    return Promise(
        PromiseKind.NEXT_UPDATE,
        post_id,
        post_id,
        sentence_in(new.text, new.promise_words),
        new.next_update_at,
        new.by,
        now,
        new.author_id,
        in_place_of=kept.key if kept and new.moves else "",
    )


def require_update_later(next_update_at: datetime, publish_at: datetime) -> None:
    """Raise NextUpdateTime unless a post that appears then can promise an update by that time."""
    if not publish_at < next_update_at <= publish_at + LONGEST_PROMISE:
        raise NextUpdateTime(LONGEST_PROMISE.days)


def _request(new: SubmitPost, post: Post) -> IdempotentRequest | None:
    if new.key is None:
        return None
    forget_at = post.accepted_at + _REQUESTS_KEPT
    return IdempotentRequest(request_key(new.by, new.key.id), new.key.content, post, forget_at)


SAME_TEXT_APART = timedelta(days=1)
"""The shortest time between two posts with the same text at the same place."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def text_keys(post: Post) -> list[str]:
    """The keys of the post's text at its place, for its day and the next one.

    The place is the timeline or the post that it answers. Two posts less than a day apart share at least one key.
    """
    day = (post.publish_at - _EPOCH) // SAME_TEXT_APART
    place = post.in_reply_to or "timeline"
    return [f"text#{_digest(place, post.text, str(each))}" for each in (day, day + 1)]


def free_text_keys(post: Post, posts: "PostStore") -> list[UniqueKey]:
    """The keys of the post's text, which it has or may take. Raises SameText if another post is too close."""
    return [_text_key(key, post, posts.holder(key)) for key in text_keys(post)]


def _text_key(key: str, post: Post, holder: Post | None) -> UniqueKey:
    is_another = holder is not None and holder.id != post.id and holder.state not in NEVER_PUBLISHED
    if holder and is_another and abs(holder.publish_at - post.publish_at) < SAME_TEXT_APART:
        raise SameText(holder.id)
    return UniqueKey(key, replaces=holder, forget_at=post.publish_at + _TEXT_KEPT)


def external_key(external_id: str) -> str:
    """The key of the article that a post is about."""
    return f"external#{_digest(external_id)}"


def request_key(by: str, key: str) -> str:
    """The key of a caller's request. Each caller has its own keys."""
    return f"request#{_digest(by, key)}"


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


_STILL_NOW = timedelta(minutes=5)
_FARTHEST = timedelta(days=366)
_LIFE = timedelta(days=1)


class PublishingWindow(NamedTuple):
    """A post is published at `publish_at` or later, and before `expires_at`."""

    publish_at: datetime
    expires_at: datetime


def require_later(publish_at: datetime, now: datetime) -> None:
    """Raise TimeInThePast or TimeTooFar unless a post can be moved to this time."""
    if publish_at <= now:
        raise TimeInThePast
    if publish_at > now + _FARTHEST:
        raise TimeTooFar(_FARTHEST.days)


def publishing_window(new: SubmitPost, now: datetime) -> PublishingWindow:
    """When the post may be published; a time of the last five minutes is now.

    Raises TimeInThePast, TimeTooFar, ExpiresTooEarly.
    """
    asked = new.publish_at or now
    if asked < now - _STILL_NOW:
        raise TimeInThePast
    if asked > now + _FARTHEST:
        raise TimeTooFar(_FARTHEST.days)
    publish_at = max(asked, now)
    expires_at = new.expires_at or publish_at + _LIFE
    if expires_at <= publish_at:
        raise ExpiresTooEarly
    return PublishingWindow(publish_at, expires_at)


MOMENT = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
    r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
"""A regular expression for a point in time."""

AROUND = r" \t\r\n"
"""A class of a regular expression: the characters that may surround it."""

_MOMENT = re.compile(f"[{AROUND}]*({MOMENT})[{AROUND}]*")


def parse_moment(text: str, zone: ZoneInfo, *, field: str = "publish_at") -> datetime:
    """The point in time in UTC.

    Args:
        text: RFC 3339, seconds optional.
        zone: the time zone of a text without an offset.
        field: the name of the field, for errors.

    Raises:
        MomentUnreadable: the text is not a point in time.
        MomentSkipped, MomentAmbiguous: the clock in `zone` never shows this time, or shows it twice.
    """
    found = _MOMENT.fullmatch(text)
    if not found:
        raise MomentUnreadable(field)
    try:
        moment = datetime.fromisoformat(found[1].upper())
        return moment.astimezone(UTC) if moment.tzinfo else _local(moment, zone, field)
    except (ValueError, OverflowError) as exc:
        raise MomentUnreadable(field) from exc


def _local(wall: datetime, zone: ZoneInfo, field: str) -> datetime:
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return first
    if first.astimezone(zone).replace(tzinfo=None) != wall:
        raise MomentSkipped(field, zone.key)
    raise MomentAmbiguous(field, zone.key)
