"""JSON Feed 1 and 1.1 (jsonfeed.org)."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from desk.feeds.html import alt_of, first_picture, picture_address, plain_text
from desk.feeds.model import FeedEntry, FeedFailure, FeedPicture, FeedUnreadable
from desk.text import one_line

_VERSION = "jsonfeed.org/version/1"
_LONGEST_ID = 2_000
_LONGEST_TEXT = 1_000


def json_entries(text: str, url: str) -> Iterator[FeedEntry]:
    """The entries of the document, which was read at this address. Raises FeedUnreadable."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise FeedUnreadable(FeedFailure.NOT_A_FEED) from exc
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list) or _VERSION not in str(document.get("version", "")):
        raise FeedUnreadable(FeedFailure.NOT_A_FEED)
    return (_entry(item, url) for item in items if isinstance(item, dict))


def _entry(item: Mapping[str, Any], base: str) -> FeedEntry:
    html, title = _text(item, "content_html"), one_line(_text(item, "title"))[:_LONGEST_TEXT]
    words = _text(item, "summary") or _text(item, "content_text") or plain_text(html)
    return FeedEntry(
        id=_id(item.get("id")),
        title=title,
        link=_address(_text(item, "url") or _text(item, "external_url"), base),
        summary="" if title else one_line(words)[:_LONGEST_TEXT],
        published=_moment(_text(item, "date_published")),
        picture=_picture(item, html, base),
    )


def _id(value: Any) -> str:
    """An id is a text; a number, which some feeds have, is taken as one."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value)[:_LONGEST_ID] if is_number else value.strip()[:_LONGEST_ID] if isinstance(value, str) else ""


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _address(value: str, base: str) -> str:
    try:
        return urljoin(base, value.strip()) if value.strip() else ""
    except ValueError:
        return value


def _moment(value: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _picture(item: Mapping[str, Any], html: str, base: str) -> FeedPicture | None:
    """`image`, `banner_image`, an attachment that is a picture, or the first picture of the text."""
    attached = item.get("attachments")
    pictures = [_text(item, "image"), _text(item, "banner_image")] + [
        _text(each, "url")
        for each in (attached if isinstance(attached, list) else [])
        if isinstance(each, dict) and _text(each, "mime_type").startswith("image/")
    ]
    for each in pictures:
        address = picture_address(each, base)
        if address:
            return FeedPicture(address, alt_of(html, address, base))
    return first_picture(html, base)
