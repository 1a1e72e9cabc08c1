"""Contract v1: one delivery as JSON for machines. Its schema is docs/contracts/case-v1.schema.json."""

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
"""What is told of a case that nobody waits for any more."""


def case_message(delivery: Notification, brand: Brand, *, max_bytes: int) -> str:
    """The delivery as JSON of at most `max_bytes` in UTF-8.

    Texts by strangers are cut where they must be, longest first, with `text_truncated` and an ellipsis. Raises
    ValueError when the delivery does not fit even without them: the rest takes about 2,600 bytes.
    """
    whole = _encoded(_message(delivery, brand, mended))
    if utf8_bytes(whole) <= max_bytes:
        return whole
    bare = utf8_bytes(_encoded(_message(delivery, brand, lambda _: "")))
    texts = [mended(text) for text in _strangers_texts(delivery.mention)]
    room = max_bytes - bare - len(texts)  # `false` is a byte longer than `true`
    allowance = fair_share([_encoded_bytes(text) for text in texts], room)
    fitted = _encoded(_message(delivery, brand, lambda text: cut(mended(text), allowance, _encoded_bytes)))
    if utf8_bytes(fitted) > max_bytes:
        raise ValueError(f"contract v1 does not fit into {max_bytes} bytes")
    return fitted


def _message(delivery: Notification, brand: Brand, fit: _Cut) -> dict[str, Any]:
    return {
        "version": VERSION,
        "event": str(delivery.event),
        "department": delivery.department,
        "case": _case(delivery.case) if delivery.case else None,
        "mention": _mention(delivery.mention, fit),
        "reading": _reading(delivery.reading, brand),
        "backlog": delivery.mention.backlog,
        "handed_at": _handed_at(delivery),
        "earlier_cases": [_earlier(each) for each in delivery.earlier[:LISTED]],
    }


def _handed_at(delivery: Notification) -> str | None:
    """What tells apart two times that the same case was handed over."""
    handed = delivery.event is Event.CASE_HANDED and delivery.word
    return _moment(handed.at) if handed else None


def _case(case: Case) -> dict[str, Any]:
    """Machines know three states: what goes on in the desk before an answer stands on X is `open` to them."""
    return {
        "id": case.id,
        "state": _STATES.get(case.state, "open"),
        "kind": str(case.kind),
        "department": case.department,
        "opened_at": _moment(case.opened_at),
        "due_at": _moment(case.due_at),
    }


def _earlier(case: AuthorCase) -> dict[str, Any]:
    return {
        "id": case.id,
        "state": _STATES.get(case.state, "open"),
        "kind": str(case.kind),
        "department": case.department,
        "opened_at": _moment(case.opened_at),
        "answered_at": _moment(case.answered_at) if case.answered_at else None,
    }


def _mention(mention: Mention, fit: _Cut) -> dict[str, Any]:
    post = mention.post
    return {
        **_post(post, fit),
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
        "created_at": _moment(post.created_at),
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

    def note(text: str) -> str:
        texts.append(text)
        return ""

    _mention(mention, note)
    return texts


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _encoded(message: object) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def _encoded_bytes(text: str) -> int:
    return utf8_bytes(_encoded(text)) - 2
