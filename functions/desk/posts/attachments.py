"""The pictures of a post on X: each is uploaded before the post is claimed, and its id kept until it expires.

Uploading changes nothing that people see, and may be repeated. So it is done before the claim: a slow upload can't
outlast the lease, and a run that dies in the middle leaves a post that was certainly not sent.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from desk.errors import BadRequest, PicturesUnavailable, QueueUnavailable, failure_of
from desk.pictures.model import AttachedPicture, Picture, PictureReason, PictureState
from desk.posts.model import Post
from desk.x.model import XPublishing

if TYPE_CHECKING:
    from desk.pictures.store import PictureFiles, PictureQueue, PictureStore

_SPARE = timedelta(minutes=10)
"""An id that expires sooner is not used any more: the post may have to wait in between."""
_WAKE_AGAIN_AFTER = timedelta(minutes=1)
"""A picture that is older has perhaps lost its message."""

_log = logging.getLogger(__name__)


class PictureNotReady(Exception):
    """A picture of the post is not prepared yet, or its file can't be read now."""


class PictureNotTaken(Exception):
    """A picture of the post can't be used; the message is for people."""


class Attachments:
    """Uploads pictures of posts. `clock` is the wall clock."""

    def __init__(
        self,
        store: "PictureStore",
        files: "PictureFiles",
        queue: "PictureQueue",
        x: XPublishing,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._files = files
        self._queue = queue
        self._x = x
        self._clock = clock

    def media_ids(self, post: Post) -> tuple[str, ...]:
        """The ids on X of the post's pictures, in their order; those without a usable one are uploaded.

        Each is recorded at once, so that a later run goes on where this one ended. Raises PictureNotReady,
        PictureNotTaken, StoreBusy, and what XPublishing raises.
        """
        found = self._store.get_many([each.id for each in post.pictures])
        for each in post.pictures:
            self._require_ready(found.get(each.id))
        return tuple(self._media_id(found[each.id], each) for each in post.pictures)

    def forget_media(self, post: Post) -> None:
        """Have the post's pictures uploaded again: X does not know one of their ids any more. Raises StoreBusy."""
        for picture in self._store.get_many([each.id for each in post.pictures]).values():
            self._store.save(picture._replace(x_media_id=None, x_expires_at=None, x_alt=None))

    def _require_ready(self, picture: Picture | None) -> None:
        if picture is None:
            raise PictureNotTaken("a picture of the post is gone")
        if picture.state is PictureState.REFUSED:
            raise PictureNotTaken(": ".join(filter(None, (picture.reason, picture.detail))))
        if picture.state is PictureState.WAITING:
            self._wake(picture)
            raise PictureNotReady(picture.id)

    def _wake(self, picture: Picture) -> None:
        """Have the picture prepared, if its message may be lost. The next attempt to publish does this again."""
        if self._clock() - picture.created_at < _WAKE_AGAIN_AFTER:
            return
        try:
            self._queue.send(picture.id)
        except QueueUnavailable as exc:
            _log.warning("the picture %s waits longer: %s", picture.id, exc)

    def _media_id(self, picture: Picture, attached: AttachedPicture) -> str:
        uploaded = self._uploaded(picture, attached)
        media_id = uploaded.x_media_id or ""
        if attached.alt and uploaded.x_alt != attached.alt:
            self._x.describe_picture(media_id, attached.alt)
            self._store.save(uploaded._replace(x_alt=attached.alt))
        return media_id

    def _uploaded(self, picture: Picture, attached: AttachedPicture) -> Picture:
        """The picture with an id on X that can be used for a while, without another post's alternative text."""
        expires_at, is_described = picture.x_expires_at, bool(picture.x_alt and not attached.alt)
        if picture.x_media_id and expires_at and self._clock() + _SPARE < expires_at and not is_described:
            return picture
        try:
            content = self._files.prepared(picture.id)
        except PicturesUnavailable as exc:
            raise PictureNotReady(f"{picture.id}: {failure_of(exc)}") from exc
        try:
            media_id, expires_at = self._x.upload_picture(content, picture.content_type or "")
        except BadRequest as exc:
            self._store.save(
                picture._replace(state=PictureState.REFUSED, reason=PictureReason.REFUSED_BY_X, detail=str(exc))
            )
            raise PictureNotTaken(str(exc)) from exc
        uploaded = picture._replace(x_media_id=media_id, x_expires_at=expires_at, x_alt=None)
        self._store.save(uploaded)
        return uploaded
