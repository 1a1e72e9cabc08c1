"""Preparing a picture: fetched, or read from quarantine; encoded anew; stored; recorded.

A message may come twice, late or never. What the Desk table says decides: a picture that is ready or refused stays so.
The prepared file is stored before the picture is recorded as ready, and the file in quarantine removed after that, so
that a run that dies in between leaves nothing that the next one can't repeat.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from desk.fetch.model import Fetcher, FetchFailed, FetchReason, Limits
from desk.pictures.model import MOST_BYTES, UPLOAD_LASTS, Picture, PictureReason, PictureState
from desk.pictures.store import PictureFiles, PictureStore
from prepare_picture.encode import Encoded, NotUsable

LAST_ATTEMPT = 3
"""A picture is refused at the next delivery after this many attempts: its server stays down, or a decoder died."""

_LIMITS = Limits(seconds=15.0, most_bytes=MOST_BYTES)
_ACCEPTED = {"accept": "image/jpeg, image/png, image/webp"}
_OK, _SERVER_ERROR = 200, 500
_MAY_PASS = frozenset({FetchReason.NOT_FOUND, FetchReason.NOT_REACHED, FetchReason.TOO_SLOW})
"""Failures of a fetch that a later attempt may not meet."""
_STATUS_MAY_PASS = frozenset({408, 425, 429})


class PrepareOutcome(StrEnum):
    """What one message led to."""

    READY = "ready"
    REFUSED = "refused"
    NOTHING = "nothing"
    """The picture was ready or refused before, is unknown, or its upload may still come."""
    LATER = "later"
    """The message must be delivered again."""


class PicturePreparer:
    """Prepares pictures. `clock` is the wall clock."""

    def __init__(
        self,
        store: PictureStore,
        files: PictureFiles,
        fetcher: Fetcher,
        encode: Callable[[bytes], Encoded],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._files = files
        self._fetcher = fetcher
        self._encode = encode
        self._clock = clock

    def prepare(self, picture_id: str, attempt: int) -> PrepareOutcome:
        """Prepare the picture; `attempt` counts the message's deliveries. Raises StoreBusy and PicturesUnavailable."""
        picture = self._waiting(picture_id)
        if picture is None:
            return PrepareOutcome.NOTHING
        if attempt > LAST_ATTEMPT:
            reason = PictureReason.NOT_FETCHED if picture.source_url else PictureReason.NOT_A_PICTURE
            return self._refuse(picture, reason, None)
        try:
            encoded = self._encoded(picture)
        except NotUsable as exc:
            return self._refuse(picture, exc.reason, exc.detail)
        except _ComesLater as exc:
            is_last = attempt == LAST_ATTEMPT
            return self._refuse(picture, PictureReason.NOT_FETCHED, exc.detail) if is_last else PrepareOutcome.LATER
        return self._record(picture, encoded) if encoded else PrepareOutcome.NOTHING

    def _encoded(self, picture: Picture) -> Encoded | None:
        """The picture, encoded anew; None if it may still come, or another run has dealt with it."""
        content = self._fetched(picture.source_url) if picture.source_url else self._uploaded(picture)
        return None if content is None else self._encode(content)

    def _record(self, picture: Picture, encoded: Encoded) -> PrepareOutcome:
        self._files.put_prepared(picture.id, encoded.content, encoded.content_type)
        self._store.save(
            picture._replace(
                state=PictureState.READY,
                content_type=encoded.content_type,
                width=encoded.width,
                height=encoded.height,
                size=len(encoded.content),
            )
        )
        self._forget_upload(picture)
        return PrepareOutcome.READY

    def _waiting(self, picture_id: str) -> Picture | None:
        """The picture, unless it needs nothing any more."""
        picture = self._store.get_many([picture_id]).get(picture_id)
        return picture if picture and picture.state is PictureState.WAITING else None

    def _uploaded(self, picture: Picture) -> bytes | None:
        found = self._files.quarantined(picture.id)
        if found is None:
            may_come = self._clock() < picture.created_at + UPLOAD_LASTS
            if may_come or self._waiting(picture.id) is None:
                return None
            raise NotUsable(PictureReason.NOT_UPLOADED, "")
        if found.content is None:
            raise NotUsable(PictureReason.TOO_LARGE, "")
        return found.content

    def _fetched(self, url: str) -> bytes:
        try:
            answer = self._fetcher.get(url, _LIMITS, _ACCEPTED)
        except FetchFailed as exc:
            if exc.reason is FetchReason.TOO_LARGE:
                raise NotUsable(PictureReason.TOO_LARGE, "") from exc
            if exc.reason in _MAY_PASS:
                raise _ComesLater(exc.reason.value) from exc
            raise NotUsable(PictureReason.NOT_FETCHED, exc.reason.value) from exc
        if answer.status >= _SERVER_ERROR or answer.status in _STATUS_MAY_PASS:
            raise _ComesLater(str(answer.status))
        if answer.status != _OK:
            raise NotUsable(PictureReason.NOT_FETCHED, str(answer.status))
        return answer.body

    def _refuse(self, picture: Picture, reason: PictureReason, detail: str | None) -> PrepareOutcome:
        self._store.save(picture._replace(state=PictureState.REFUSED, reason=reason, detail=detail or None))
        self._forget_upload(picture)
        return PrepareOutcome.REFUSED

    def _forget_upload(self, picture: Picture) -> None:
        if picture.source_url is None:
            self._files.remove_quarantined(picture.id)


class _ComesLater(Exception):
    """The picture could not be fetched now; `detail` says why."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail
