"""Pictures that are uploaded through the API, and wait for a post that names them.

An id is good for a day. The bytes come as a part of a form, or as base64 in JSON; chunks are not simulated.
"""

import base64
import binascii
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from local.x.http import Request, invalid
from local.x.parameters import post_id

MOST_BYTES = 5 * 1024 * 1024
MOST_PICTURES = 4
LONGEST_ALT = 1_000
_CATEGORIES = frozenset({"tweet_image"})
_FIELDS = frozenset({"media", "media_category", "additional_owners"})
_SIGNATURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"RIFF": "image/webp"}
LASTS = timedelta(days=1)


@dataclass(slots=True)
class Upload:
    """An uploaded picture."""

    media_id: str
    content: bytes = field(repr=False)
    content_type: str
    width: int
    height: int
    expires_at: datetime
    alt_text: str | None = None

    @property
    def media_key(self) -> str:
        """The key by which posts show it."""
        return f"3_{self.media_id}"


def body_of(request: Request) -> Any:
    """The body of an upload: the fields of a form in parts, with the file's bytes, or JSON."""
    if request.mimetype != "multipart/form-data":
        return request.body_json()
    with request:  # closes the files
        return {**request.form.to_dict(), **{name: sent.read() for name, sent in request.files.items()}}


def picture_in(body: object) -> tuple[bytes, str]:
    """The bytes of an upload and their type, by content; raises Problem 400."""
    if not isinstance(body, Mapping):
        raise invalid("body", type(body).__name__, "The body must be a form or a JSON object")
    for name in sorted(set(body) - _FIELDS):
        raise invalid(name, body[name], f"The property [{name}] does not exist")
    if body.get("media_category") not in _CATEGORIES:
        raise invalid("media_category", body.get("media_category"), "The local X takes media of [tweet_image]")
    content = _bytes(body.get("media"))
    if not content:
        raise invalid("media", "", "The property [media] is required")
    if len(content) > MOST_BYTES:
        raise invalid("media", len(content), f"Image file size must be <= {MOST_BYTES} bytes")
    kind = next((kind for signature, kind in _SIGNATURES.items() if content.startswith(signature)), None)
    if kind is None:
        raise invalid("media", "", "The media type is unrecognized.")
    return content, kind


def _bytes(media: object) -> bytes:
    if isinstance(media, bytes):
        return media
    try:
        return base64.b64decode(media if isinstance(media, str) else "", validate=True)
    except (binascii.Error, ValueError):
        raise invalid("media", "", "The property [media] is not base64") from None


def size_of(content: bytes, kind: str) -> tuple[int, int]:
    """Width and height of a picture, as far as its first bytes tell them; (1200, 900) otherwise."""
    if kind == "image/png" and len(content) >= 24:  # noqa: PLR2004 - of a PNG's header
        width, height = struct.unpack(">II", content[16:24])
        return int(width), int(height)
    place = 2
    while kind == "image/jpeg" and place + 9 < len(content) and content[place] == 0xFF:  # noqa: PLR2004 - JPEG's markers
        marker, length = content[place + 1], int.from_bytes(content[place + 2 : place + 4])
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:  # noqa: PLR2004 - the frames' markers
            return int.from_bytes(content[place + 7 : place + 9]), int.from_bytes(content[place + 5 : place + 7])
        place += 2 + length
    return 1200, 900


def alt_text_in(body: object) -> tuple[str, str]:
    """The id and the alternative text of a call for metadata; raises Problem 400."""
    if not isinstance(body, Mapping) or not isinstance(body.get("id"), str):
        raise invalid("id", "", "The property [id] is required and must be a string of digits")
    metadata = body.get("metadata")
    alt = metadata.get("alt_text") if isinstance(metadata, Mapping) else None
    text = alt.get("text") if isinstance(alt, Mapping) else None
    if not isinstance(text, str) or not text or len(text) > LONGEST_ALT:
        raise invalid("metadata.alt_text.text", "", f"The text must have 1 to {LONGEST_ALT} characters")
    return post_id("id", body["id"]), text


def media_ids_in(media: object) -> tuple[str, ...]:
    """The ids that a new post names; raises Problem 400."""
    if media is None:
        return ()
    ids = media.get("media_ids") if isinstance(media, Mapping) and set(media) <= {"media_ids"} else None
    if not isinstance(ids, list) or not 0 < len(ids) <= MOST_PICTURES or not all(isinstance(one, str) for one in ids):
        raise invalid("media.media_ids", ids, f"A post names 1 to {MOST_PICTURES} media by ids that are strings")
    return tuple(dict.fromkeys(post_id("media.media_ids", one) for one in ids))


def usable(uploads: Mapping[str, Upload], ids: tuple[str, ...], now: datetime) -> list[Upload]:
    """The uploads with these ids; raises Problem 400 in X's words when one is unknown or has expired."""
    found = [uploads.get(one) for one in ids]
    if not all(one and now < one.expires_at for one in found):
        raise invalid("media.media_ids", ",".join(ids), "Your media IDs are invalid.")
    return [one for one in found if one]
