"""A fetched document as a feed: RSS and Atom by feedparser, JSON Feed by our own code.

expat checks the document before feedparser gets it, in UTF-8 and from its root element on, so that no document
declares entities. Some documents keep feedparser busy for hours all the same, most of them by faults that only its
tolerant parser accepts; `desk.feeds.bounded` ends that. feedparser gets bytes instead of an address, so that it fetches
and opens nothing. It neither cleans HTML nor resolves links in it, which would take much longer: of HTML only the text
and the address of a picture are used.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from io import BytesIO
from typing import Any

import feedparser

from desk.feeds.dates import moment_of
from desk.feeds.encoding import decoded
from desk.feeds.html import absolute_address, alt_of, first_picture, picture_address, plain_text
from desk.feeds.json_feed import json_entry, json_items
from desk.feeds.model import FeedEntry, FeedFailure, FeedPicture, FeedUnreadable, ParsedFeed
from desk.feeds.xml_check import checked
from desk.pictures.model import TYPES
from desk.text import one_line

MOST_ENTRIES = 10_000
"""Entries of a document that are read, from its beginning."""

_LONGEST_ID = 2_000
_LONGEST_TEXT = 1_000
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PICTURES = frozenset({*TYPES, "image/jpg", "image/pjpeg", "image/x-png"})
_HTML = frozenset({"text/html", "application/xhtml+xml"})


def parse_feed(body: bytes, content_type: str, url: str, zone: tzinfo) -> ParsedFeed:
    """The feed in a document that was read at this address. Raises FeedUnreadable.

    Dates without a zone are in `zone`.
    """
    text, is_guessed = decoded(body, content_type)
    text = text.strip("\ufeff \t\r\n\0")
    if not text:
        raise FeedUnreadable(FeedFailure.EMPTY)
    items, entry_of = (json_items(text), json_entry) if text[0] in "{[" else (_xml_items(text), _entry)
    entries = [entry_of(item, url, zone)._replace(is_guessed=is_guessed) for item in items[:MOST_ENTRIES]]
    return ParsedFeed(_with_own_ids(entries), unread=len(items[MOST_ENTRIES:]))


def _with_own_ids(entries: Iterable[FeedEntry]) -> Sequence[FeedEntry]:
    """The entries that say anything; an id that the feed gives to entries with different links is none."""
    entries = [entry for entry in entries if entry.title or entry.summary or entry.link]
    links: defaultdict[str, set[str]] = defaultdict(set)
    for entry in entries:
        links[entry.id].add(entry.link)
    return [entry._replace(id="") if len(links[entry.id]) > 1 else entry for entry in entries]


def _xml_items(text: str) -> Sequence[Mapping[str, Any]]:
    document = _document(checked(_NOT_XML.sub("", text)))
    if not document.version and not document.entries:
        raise FeedUnreadable(FeedFailure.NOT_A_FEED)
    items: Sequence[Mapping[str, Any]] = document.entries
    return items


def _document(body: bytes) -> Any:
    """What feedparser makes of it. Raises FeedUnreadable where it fails, as it does at some numbers of characters."""
    try:
        return feedparser.parse(
            BytesIO(body),
            response_headers={
                "content-type": "application/xml; charset=utf-8"
            },  # no address: ids must not depend on it
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except MemoryError:
        raise
    except Exception as exc:  # feedparser raises anything for damaged documents
        raise FeedUnreadable(FeedFailure.DAMAGED) from exc


def _entry(item: Mapping[str, Any], base: str, zone: tzinfo) -> FeedEntry:
    body, body_base = _body(item)
    title, link = (
        one_line(_title(item))[:_LONGEST_TEXT],
        str(item.get("feedburner_origlink") or item.get("link") or ""),
    )
    link = absolute_address(link, base)
    return FeedEntry(
        id=str(item.get("id") or "").strip()[:_LONGEST_ID],
        title=title,
        link=link,
        summary="" if title else one_line(plain_text(body, _LONGEST_TEXT)),
        published=_moment(item, "published", zone) or _moment(item, "updated", zone),
        picture=_picture(item, body, body_base or link or base),
    )


def _title(entry: Mapping[str, Any]) -> str:
    """The text of the title, which may be HTML.

    `title_detail` says whether it is; it may belong to another title that the entry contains, such as that of an image,
    which only RSS has, where any title may be HTML.
    """
    value, detail = str(entry.get("title") or ""), entry.get("title_detail") or {}
    is_plain = detail.get("value") == value and detail.get("type") not in _HTML
    return value if is_plain else plain_text(value)


def _body(entry: Mapping[str, Any]) -> tuple[str, str]:
    """The entry's text as HTML, the whole one or else the summary, and the address that its links refer to."""
    for content in (*entry.get("content", ()), entry.get("summary_detail") or {}):
        if content.get("value") and str(content.get("type", "")).startswith(("text/", "application/xhtml")):
            return str(content["value"]), str(content.get("base") or "")
    return "", ""


def _moment(entry: Mapping[str, Any], name: str, zone: tzinfo) -> datetime | None:
    """The date as the entry writes it; not feedparser's reading of it, which may be made up."""
    written = dict(entry).get(name)  # feedparser's own mapping takes one date for the other, and warns
    return moment_of(written, zone) if isinstance(written, str) else None


def _picture(entry: Mapping[str, Any], body: str, base: str) -> FeedPicture | None:
    """A picture that the entry declares, the widest one first; else the first picture of its text."""
    contents = [each for each in entry.get("media_content", ()) if _is_picture(each)]
    declared = [
        *sorted(contents, key=lambda each: _number(each.get("width")), reverse=True),
        *({"url": each.get("href")} for each in entry.get("enclosures", ()) if _is_picture(each)),
        *sorted(entry.get("media_thumbnail", ()), key=lambda each: _number(each.get("width")), reverse=True),
    ]
    for each in declared:
        address = picture_address(str(each.get("url") or ""), base)
        if address:
            return FeedPicture(address, alt_of(body, address, base))
    return first_picture(body, base)


def _is_picture(media: Mapping[str, Any]) -> bool:
    kind, medium = str(media.get("type") or "").strip().lower(), media.get("medium")
    address = str(media.get("url") or media.get("href") or "").lower().partition("?")[0]
    looks_so = not kind and not medium and address.endswith((".jpg", ".jpeg", ".png", ".webp"))
    return kind in _PICTURES or (medium == "image" and not kind) or looks_so


def _number(value: Any) -> int:
    text = str(value or "")
    return int(text[:6]) if text.isascii() and text.isdigit() else 0
