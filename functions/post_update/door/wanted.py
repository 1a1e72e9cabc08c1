"""What a caller asks for, as the use case takes it."""

import json
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from desk.post import NewPost, PostKind
from post_update.compose import compose
from post_update.door.problems import BadField, Refused, bad_fields
from post_update.door.shapes import PostBody
from post_update.moments import moment_of
from post_update.refusals import PostNotAccepted

_NEITHER = "Send either text, or title and url."
_BOTH = "Send either text, or title and url, not both."


def new_post(body: PostBody, *, by: str, key: str | None, zone: ZoneInfo) -> NewPost:
    """The post that is asked for; raises Refused with all that can't be understood of it."""
    bad: list[BadField] = []
    text = _understood(lambda: _text(body), bad)
    publish_at = _understood(lambda: _moment(body.publish_at, zone, "publish_at"), bad)
    expires_at = _understood(lambda: _moment(body.expires_at, zone, "expires_at"), bad)
    if bad or text is None:
        raise Refused(bad_fields(bad))
    return NewPost(
        kind=PostKind.ANNOUNCEMENT,
        text=text,
        by=by,
        publish_at=publish_at,
        expires_at=expires_at,
        external_id=body.external_id,
        request_key=key,
        fingerprint=fingerprint(body),
    )


def fingerprint(body: BaseModel) -> str:
    """The same for the same request, however its JSON was laid out."""
    fields = json.dumps(body.model_dump(exclude_none=True), sort_keys=True, ensure_ascii=True)
    return sha256(fields.encode()).hexdigest()


def bad_field(refusal: PostNotAccepted) -> BadField:
    """What must be mended, as the field and the sentence."""
    return BadField(refusal.field, str(refusal))


def _understood[Part](read: Callable[[], Part], bad: list[BadField]) -> Part | None:
    """A part of the request, or None and what is wrong with it added to `bad`."""
    try:
        return read()
    except PostNotAccepted as refusal:
        bad.append(bad_field(refusal))
    except Refused as refusal:
        bad += refusal.problem.errors
    return None


def _text(body: PostBody) -> str:
    parts = (body.title, body.url, body.hashtags)
    if body.text is not None:
        return body.text if parts == (None, None, None) else _refused("text", _BOTH)
    if body.title is None:
        return _refused("title", "is needed for a url") if body.url is not None else _refused("text", _NEITHER)
    if body.url is None:
        return _refused("url", "is needed for a title")
    return compose(body.title, body.url, body.hashtags or ())


def _refused(field: str, detail: str) -> str:
    raise Refused(bad_fields([BadField(field, detail)]))


def _moment(text: str | None, zone: ZoneInfo, field: str) -> datetime | None:
    return None if text is None else moment_of(text, zone, field=field)
