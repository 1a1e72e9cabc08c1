"""The use case: something is to be said. It is stored before anyone hears that it will be."""

import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.errors import PostMoved, QueueUnavailable, StoreBusy
from desk.posts.errors import (
    BadReplyTarget,
    ExpiresTooEarly,
    MomentAmbiguous,
    MomentSkipped,
    MomentUnreadable,
    RequestReused,
    SameText,
    TimeInThePast,
    TimeTooFar,
)
from desk.posts.model import NEVER_PUBLISHED, NewPost, Post, PostKind, PostState
from desk.posts.store import PostQueue, PostStore, PostTimer, Request, UniqueKey
from desk.posts.text import cleaned_and_weighed
from desk.posts.transitions import continuation_id
from desk.x.endpoints import price_of_post

APART = timedelta(days=1)
"""How far apart the same text must be for the same place."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def text_keys(post: Post) -> list[str]:
    """The keys of this post's text at its place (the timeline, or what it answers) and time."""
    day = (post.publish_at - _EPOCH) // APART
    place = post.in_reply_to or "timeline"
    return [f"text#{_digest(place, post.text, str(each))}" for each in (day, day + 1)]


def external_key(external_id: str) -> str:
    """The key of the article behind a post."""
    return f"external#{_digest(external_id)}"


def request_key(by: str, key: str) -> str:
    """The key of somebody's request; others' keys are their own."""
    return f"request#{_digest(by, key)}"


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


_STILL_NOW = timedelta(minutes=5)
_FURTHEST = timedelta(days=366)
_LIFE = timedelta(days=1)


class PublishingWindow(NamedTuple):
    """Not before the first, never from the second on."""

    publish_at: datetime
    expires_at: datetime


def publishing_window(new: NewPost, now: datetime) -> PublishingWindow:
    """The post's times; a time that has just passed is now. Raises TimeInThePast, TimeTooFar, ExpiresTooEarly."""
    asked = new.publish_at or now
    if asked < now - _STILL_NOW:
        raise TimeInThePast
    if asked > now + _FURTHEST:
        raise TimeTooFar(_FURTHEST.days)
    publish_at = max(asked, now)
    expires_at = new.expires_at or publish_at + _LIFE
    if expires_at <= publish_at:
        raise ExpiresTooEarly
    return PublishingWindow(publish_at, expires_at)


_LOOKS = 5
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32
_ID_LENGTH = 12
_ID = re.compile(r"[0-9a-zA-Z_.-]{1,64}")
_X_ID = re.compile(r"[0-9]{1,19}")
_REQUESTS_KEPT = timedelta(days=7)
_TEXT_KEPT = timedelta(days=2)
"""After its time a text's guard is of use for a day."""


class Submitted(NamedTuple):
    """The post; `already_known`: it was there before this request, which added nothing."""

    post: Post
    already_known: bool


class PostSubmitter:
    """Accepts posts.

    `unheard` is told when queue or timer could not be reached: the post stands, and the sweep brings it to its time.
    """

    def __init__(
        self,
        posts: PostStore,
        queue: PostQueue,
        timer: PostTimer,
        clock: Callable[[], datetime],
        unheard: Callable[[QueueUnavailable], None],
    ) -> None:
        self._posts = posts
        self._queue = queue
        self._timer = timer
        self._clock = clock
        self._unheard = unheard

    def submit(self, new: NewPost) -> Submitted:
        """Store the post, and see that it comes to its time.

        The same request is answered as it was the first time. Raises a PostNotAccepted for what must be mended, and
        StoreBusy when it is unknown whether the post is stored: asking again with the same key or id is safe.
        """
        for _ in range(_LOOKS):
            holder = self._article_holder(new)
            if known := self._answered(new) or self._known(new, holder):
                return known
            post = self._made(new)
            try:
                self._posts.add(post, self._guards(post, holder), _request(new, post))
            except PostMoved:
                continue  # something came in between: it is found at the next look, or gone
            except SameText:
                if known := self._answered(new) or self._known(new, self._article_holder(new)):
                    return known  # the same came in between, and it is its own text that is there
                raise
            self._wake(post)
            return Submitted(post, already_known=False)
        raise StoreBusy(f"others came in between {_LOOKS} times")

    def _answered(self, new: NewPost) -> Submitted | None:
        """What this request was answered; it is not new, but its answer must not differ from the first."""
        if not new.request_key:
            return None
        request = self._posts.request(request_key(new.by, new.request_key))
        if request and request.fingerprint != new.fingerprint:
            raise RequestReused
        return Submitted(request.post, already_known=False) if request else None

    def _article_holder(self, new: NewPost) -> Post | None:
        """The post that has the request's external id, whatever its state."""
        return self._posts.holder(external_key(new.external_id)) if new.external_id else None

    def _known(self, new: NewPost, holder: Post | None) -> Submitted | None:
        """The post that is there already; a holder that will never stand on X is none."""
        found = self._posts.get(new.id) if new.id else None
        if found is None and holder and holder.state not in NEVER_PUBLISHED:
            found = holder
        return Submitted(found, already_known=True) if found else None

    def _guards(self, post: Post, holder: Post | None) -> list[UniqueKey]:
        """What the post must be alone in having; raises SameText.

        `holder` is the one for which it was decided that the external id is free: a post that took its place since
        then, or a change of its state, cancels the transaction.
        """
        guards = [self._text_guard(key, post) for key in text_keys(post)]
        if post.external_id:
            guards.append(UniqueKey(external_key(post.external_id), replaces=holder))
        return guards

    def _text_guard(self, key: str, post: Post) -> UniqueKey:
        holder = self._posts.holder(key)
        if holder and holder.state not in NEVER_PUBLISHED and abs(holder.publish_at - post.publish_at) < APART:
            raise SameText(holder.id)
        return UniqueKey(key, replaces=holder, forget_at=post.publish_at + _TEXT_KEPT)

    def _made(self, new: NewPost) -> Post:
        """The post that is asked for, or the reason why it can't be."""
        _check(new)
        now = self._clock()
        weight, times = cleaned_and_weighed(new.text), publishing_window(new, now)
        rest = cleaned_and_weighed(new.continuation).text if new.continuation is not None else None
        is_due = times.publish_at <= now
        return Post(
            id=new.id or new_post_id(),
            kind=new.kind,
            text=weight.text,
            by=new.by,
            accepted_at=now,
            publish_at=times.publish_at,
            expires_at=times.expires_at,
            state=PostState.QUEUED if is_due else PostState.SCHEDULED,
            at=times.publish_at,
            weighted_length=weight.weighted_length,
            estimated_micro_usd=price_of_post(
                weight.text, is_reply=new.in_reply_to is not None, private_message=new.private_message
            ),
            in_reply_to=new.in_reply_to,
            external_id=new.external_id,
            case_id=new.case_id,
            continuation=rest,
            private_message=new.private_message,
            through_pause=new.through_pause,
        )

    def _wake(self, post: Post) -> None:
        try:
            if post.state is PostState.QUEUED:
                self._queue.send(post.id)
            else:
                self._timer.set(post.id, post.publish_at)
        except QueueUnavailable as exc:
            self._unheard(exc)


def new_post_id() -> str:
    """A new post's id, such as `7q2m4xd93k0p`: 60 random bits, fit for links, schedules' names and reading out."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_ID_LENGTH))


def is_post_id(text: str) -> bool:
    """Whether a post may bear it: names that EventBridge Scheduler takes; guards and requests have a `#` in theirs."""
    return bool(_ID.fullmatch(text))


def _check(new: NewPost) -> None:
    """Raise BadReplyTarget; ValueError for what no caller of the desk's own may ask."""
    if new.in_reply_to and not _X_ID.fullmatch(new.in_reply_to):
        raise BadReplyTarget
    if new.id and not is_post_id(continuation_id(new.id) if new.continuation is not None else new.id):
        raise ValueError(f"{new.id} can't be the name of a schedule")
    if new.case_id and not (new.kind is PostKind.REPLY and new.in_reply_to and new.id):
        raise ValueError("what answers a case is a reply to one of its mentions, known by an id that the case knows")
    of_a_reply = new.through_pause or new.private_message or new.continuation is not None
    if of_a_reply and new.kind is not PostKind.REPLY:
        raise ValueError("only a reply goes out through a pause, leads into private or goes on in a second post")


def _request(new: NewPost, post: Post) -> Request | None:
    if not new.request_key:
        return None
    forget_at = post.accepted_at + _REQUESTS_KEPT
    return Request(request_key(new.by, new.request_key), new.fingerprint, post, forget_at)


MOMENT = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
    r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
"""How a moment is written, as a regular expression."""

AROUND = r" \t\r\n"
"""What may stand around it, as a class of a regular expression."""

_MOMENT = re.compile(f"[{AROUND}]*({MOMENT})[{AROUND}]*")


def parse_moment(text: str, zone: ZoneInfo, *, field: str = "publish_at") -> datetime:
    """The moment in UTC: RFC 3339, or without an offset what the clock in `zone` shows; seconds may be missing.

    Raises MomentUnreadable, and for what that clock never shows or shows twice MomentSkipped and MomentAmbiguous;
    `field` is what they name.
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
