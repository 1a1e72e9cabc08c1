"""Contract v1: a notification as JSON for machines. Its schema is docs/contracts/case-v1.schema.json."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from desk.brand import Brand
from desk.cases.author_cases import LISTED, AuthorCase
from desk.cases.model import Case, CaseState, Event
from desk.links import X_SITE, post_link
from desk.mentions.model import Mention, Parent
from desk.notifications.model import Notification
from desk.reader.explain import reason
from desk.reading import Reading
from desk.text import cut, fair_share, mended, utf8_bytes
from desk.x.model import Author, Media, XPost

VERSION = "1"

type _Cut = Callable[[str], str]

_STATES = {CaseState.ANSWERED: "answered", CaseState.MOVED: "answered", CaseState.CLOSED: "closed"}
"""The states of cases that nobody waits for any more; all other states are `open` in the contract."""


def case_message(notification: Notification, brand: Brand, *, max_bytes: int) -> str:
    """The notification as JSON of at most `max_bytes` in UTF-8.

    Texts by strangers are cut if needed, longest first, with `text_truncated` and an ellipsis. Raises ValueError when
    the notification does not fit even without them: the rest takes about 2,600 bytes.
    """
    whole = json_text(_message(notification, brand, mended))
    if utf8_bytes(whole) <= max_bytes:
        return whole
    bare = utf8_bytes(json_text(_message(notification, brand, lambda _: "")))
    texts = [mended(text) for text in _strangers_texts(notification.mention)]
    room = max_bytes - bare - len(texts)  # `false` is a byte longer than `true`
    allowance = fair_share([_encoded_bytes(text) for text in texts], room)
    fitted = json_text(_message(notification, brand, lambda text: cut(mended(text), allowance, _encoded_bytes)))
    if utf8_bytes(fitted) > max_bytes:
        raise ValueError(f"contract v1 does not fit into {max_bytes} bytes")
    return fitted


def _message(notification: Notification, brand: Brand, fit: _Cut) -> dict[str, Any]:
    return {
        "version": VERSION,
        "event": str(notification.event),
        "department": notification.department,
        "case": _case(notification.case) if notification.case else None,
        "mention": _mention(notification.mention, fit),
        "reading": _reading(notification.reading, brand),
        "backlog": notification.mention.backlog,
        "handed_at": _handed_at(notification),
        "earlier_cases": [_earlier(each) for each in notification.earlier[:LISTED]],
    }


def _handed_at(notification: Notification) -> str | None:
    """Distinguishes two hand-overs of the same case."""
    handed = notification.event is Event.CASE_HANDED and notification.word
    return json_time(handed.at) if handed else None


def _case(case: Case) -> dict[str, Any]:
    """Machines see three states: `open` until an answer is published on X or the case is closed."""
    return {
        "id": case.id,
        "state": _STATES.get(case.state, "open"),
        "kind": str(case.kind),
        "review": case.is_doubted,
        "department": case.department,
        "opened_at": json_time(case.opened_at),
        "due_at": json_time(case.due_at),
    }


def _earlier(case: AuthorCase) -> dict[str, Any]:
    return {
        "id": case.id,
        "state": _STATES.get(case.state, "open"),
        "kind": str(case.kind),
        "department": case.department,
        "opened_at": json_time(case.opened_at),
        "answered_at": json_time(case.answered_at) if case.answered_at else None,
    }


def _mention(mention: Mention, fit: _Cut) -> dict[str, Any]:
    post = mention.post
    return {
        **_post(post, fit),
        "source": str(mention.source),
        "lang": post.lang,
        "author": _author(post.author, fit) if post.author else None,
        "media": [_media(media, fit) for media in post.media],
        "in_reply_to": post.in_reply_to,
        "edited": mention.is_edit,
        "first_id": post.first_id,
        "parent": _parent(mention.parent, fit) if mention.parent else None,
    }


def _post(post: XPost, fit: _Cut) -> dict[str, Any]:
    text = fit(post.text)
    return {
        "id": post.id,
        "url": post_link(post.id, X_SITE),
        "author_id": post.author_id,
        "created_at": json_time(post.created_at),
        "text": text,
        "text_truncated": text != mended(post.text),
    }


def _parent(parent: Parent, fit: _Cut) -> dict[str, Any]:
    """A parent that X no longer shows has an id and a link only."""
    return (
        _post(parent.post, fit) if parent.post else {"id": parent.id, "url": post_link(parent.id, X_SITE), "text": None}
    )


def _author(author: Author, fit: _Cut) -> dict[str, Any]:
    return {"id": author.id, "username": fit(author.username), "name": fit(author.name)}


def _media(media: Media, fit: _Cut) -> dict[str, Any]:
    alt_text = fit(media.alt_text) if media.alt_text is not None else None
    return {"type": media.type, "alt_text": alt_text, "url": media.url}


def _reading(reading: Reading, brand: Brand) -> dict[str, Any]:
    why = [
        {"rule": one.rule, "evidence": mended(one.evidence), "text": reason(one, reading, brand)} for one in reading.why
    ]
    return {
        "kind": str(reading.kind),
        "review": reading.review,
        "need": str(reading.need),
        "department": reading.department,
        "urgency": str(reading.urgency),
        "lang": reading.lang,
        "confidence": round(reading.confidence, 3),
        "why": why,
    }


def _strangers_texts(mention: Mention) -> list[str]:
    """Everything that `_message` passes through its cutter."""
    texts: list[str] = []

    def collect(text: str) -> str:
        texts.append(text)
        return ""

    _mention(mention, collect)
    return texts


def json_time(moment: datetime) -> str:
    """The time as the contracts have it: UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def json_text(message: object) -> str:
    """The message as compact JSON, with Korean letters as they are."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def _encoded_bytes(text: str) -> int:
    return utf8_bytes(json_text(text)) - 2
