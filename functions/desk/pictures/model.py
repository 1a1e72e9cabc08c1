"""A picture for a post: uploaded or fetched into quarantine, encoded anew, then uploaded to X.

```
waiting ──► ready ──► (uploaded to X with the post: `x_media_id` until `x_expires_at`)
   └──────► refused   not a picture, too large, not fetched
```
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

MOST_BYTES = 5_000_000
"""The largest picture that X takes in one piece, and that people may upload."""

TYPES = ("image/jpeg", "image/png", "image/webp")

KEPT = timedelta(days=400)
"""How long a picture is kept: a post can be planned a year ahead."""

UPLOAD_LASTS = timedelta(minutes=10)
"""How long the form for an upload can be used."""

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_ID_LENGTH = 20


def new_picture_id() -> str:
    """A new picture's id: 100 random bits, which nobody guesses."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_ID_LENGTH))


def picture_id_of(source: str) -> str:
    """The id of the picture that something stands for, such as an entry of a feed: the same each time."""
    number = int.from_bytes(sha256(source.encode("utf-8", "replace")).digest())
    return "".join(_LETTERS[number >> 5 * place & 31] for place in range(_ID_LENGTH))


def is_picture_id(text: str) -> bool:
    """Whether the text can be a picture's id, which is also a part of the names of its files."""
    return len(text) == _ID_LENGTH and set(text) <= set(_LETTERS)


class PictureState(StrEnum):
    """The state of a picture."""

    WAITING = "waiting"
    """Nothing usable yet: it is being uploaded, fetched or prepared."""
    READY = "ready"
    REFUSED = "refused"


class PictureReason(StrEnum):
    """Why a picture was refused. The key of its sentence for people is `picture.reason.<value>`."""

    NOT_A_PICTURE = "not_a_picture"
    """Neither JPEG, PNG nor WebP, or damaged."""
    TOO_LARGE = "too_large"
    """More bytes than X takes, or more pixels than the desk decodes."""
    NOT_FETCHED = "not_fetched"
    """The address did not return it; `detail` is a FetchReason or a status."""
    NOT_UPLOADED = "not_uploaded"
    """Nothing was uploaded within the time."""
    REFUSED_BY_X = "refused_by_x"


class Picture(NamedTuple):
    """A picture. All datetimes are aware.

    Attributes:
        by: who brought it: a person, an API token or a feed.
        source_url: where it is fetched from; None if a person uploads it.
        content_type: of the prepared picture, one of TYPES; None until it is ready.
        size: bytes of the prepared picture.
        x_media_id: its id on X, usable until `x_expires_at`; X has the alternative text `x_alt` of it.
    """

    id: str
    by: str
    created_at: datetime
    state: PictureState = PictureState.WAITING
    source_url: str | None = None
    reason: PictureReason | None = None
    detail: str | None = None
    content_type: str | None = None
    width: int | None = None
    height: int | None = None
    size: int | None = None
    x_media_id: str | None = None
    x_expires_at: datetime | None = None
    x_alt: str | None = None


class AttachedPicture(NamedTuple):
    """A picture of a post, by its id, and the text for people who cannot see it ("" for none)."""

    id: str
    alt: str = ""


def plain_pictures(pictures: Sequence[AttachedPicture]) -> list[dict[str, str]]:
    """The pictures as plain attributes of an item."""
    return [picture._asdict() for picture in pictures]


def pictures_in(plain: Iterable[Mapping[str, str]]) -> tuple[AttachedPicture, ...]:
    """The pictures in plain attributes."""
    return tuple(AttachedPicture(**picture) for picture in plain)


class UploadForm(NamedTuple):
    """A presigned POST: the browser sends `fields` and then the file as `file` to `url`."""

    url: str
    fields: dict[str, str]
