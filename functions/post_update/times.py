"""From when until when a post may appear."""

from datetime import datetime, timedelta
from typing import NamedTuple

from desk.post import NewPost
from post_update.refusals import ExpiresTooEarly, TimeInThePast, TimeTooFar

_STILL_NOW = timedelta(minutes=5)
_FURTHEST = timedelta(days=366)
_LIFE = timedelta(days=1)


class Times(NamedTuple):
    """Not before the first, never from the second on."""

    publish_at: datetime
    expires_at: datetime


def times_of(new: NewPost, now: datetime) -> Times:
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
    return Times(publish_at, expires_at)
