"""JSON Feed 1 and 1.1 (jsonfeed.org)."""

import json
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any, Never

from desk.feeds.dates import moment_of
from desk.feeds.html import absolute_address, alt_of, first_picture, picture_address, plain_text
from desk.feeds.model import FeedEntry, FeedFailure, FeedPicture, FeedUnreadable
from desk.text import one_line

_VERSION = "jsonfeed.org/version/1"
_LONGEST_ID = 2_000
_LONGEST_TEXT = 1_000


def json_items(text: str) -> Sequence[Mapping[str, Any]]:
    """The items of the document. Raises FeedUnreadable."""
    try:
        document = json.loads(text, parse_constant=_refuse)
    except ValueError as exc:
        raise FeedUnreadable(FeedFailure.NOT_A_FEED) from exc
    except RecursionError as exc:
        raise FeedUnreadable(FeedFailure.TOO_COMPLEX) from exc
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list) or _VERSION not in str(document.get("version", "")):
        raise FeedUnreadable(FeedFailure.NOT_A_FEED)
    return [item for item in items if isinstance(item, dict)]


def json_entry(item: Mapping[str, Any], base: str, zone: tzinfo) -> FeedEntry:
    """The entry of an item of a document that was read at this address. Dates without a zone are in this one."""
    html, title = _text(item, "content_html"), one_line(_text(item, "title"))[:_LONGEST_TEXT]
    words = _text(item, "summary") or _text(item, "content_text") or plain_text(html)
    return FeedEntry(
        id=_id(item.get("id")),
        title=title,
        link=absolute_address(_text(item, "url") or _text(item, "external_url"), base),
        summary="" if title else one_line(words)[:_LONGEST_TEXT],
        published=moment_of(_text(item, "date_published"), zone),
        picture=_picture(item, html, base),
    )


def _refuse(constant: str) -> Never:
    raise ValueError(constant)  # NaN and infinity, which JSON does not have


def _id(value: Any) -> str:
    """An id is a text; a number, which some feeds have, is taken as one."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value)[:_LONGEST_ID] if is_number else value.strip()[:_LONGEST_ID] if isinstance(value, str) else ""


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


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
