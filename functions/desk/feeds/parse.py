"""A fetched document as a feed: RSS and Atom by feedparser, JSON Feed by our own code.

feedparser gets the text in UTF-8 without its document type, so that no document can declare entities, and bytes
instead of an address, so that it fetches and opens nothing. It neither cleans HTML nor resolves links in it, which
would take much longer: of HTML only the text and the address of a picture are used.
"""

import re
from calendar import timegm
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import feedparser

from desk.feeds.encoding import decoded
from desk.feeds.html import alt_of, first_picture, picture_address, plain_text
from desk.feeds.json_feed import json_entries
from desk.feeds.model import FeedEntry, FeedFailure, FeedPicture, FeedUnreadable, ParsedFeed
from desk.pictures.model import TYPES
from desk.text import one_line

if TYPE_CHECKING:
    from time import struct_time

MOST_ENTRIES = 10_000
"""Entries of a document that are read, from its beginning."""

_LONGEST_ID = 2_000
_LONGEST_TEXT = 1_000
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_DOCUMENT_TYPE = re.compile(r"<!DOCTYPE[^\[>]{0,2000}(\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"<[A-Za-z_]")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PICTURES = frozenset({*TYPES, "image/jpg", "image/pjpeg", "image/x-png"})
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_NO_YEAR = 2000
"""A date before this year is one that somebody forgot to set."""


def parse_feed(body: bytes, content_type: str, url: str) -> ParsedFeed:
    """The feed in a document that was read at this address. Raises FeedUnreadable."""
    text = decoded(body, content_type).strip("\ufeff \t\r\n\0")
    if not text:
        raise FeedUnreadable(FeedFailure.EMPTY)
    found = json_entries(text, url) if text[0] in "{[" else _xml_entries(text, url)
    entries = list(islice(found, MOST_ENTRIES))
    return ParsedFeed(_with_own_ids(entries), unread=sum(1 for _ in found))


def _with_own_ids(entries: Iterable[FeedEntry]) -> Sequence[FeedEntry]:
    """The entries that say anything; an id that the feed gives to entries with different links is none."""
    entries = [entry for entry in entries if entry.title or entry.summary or entry.link]
    links: defaultdict[str, set[str]] = defaultdict(set)
    for entry in entries:
        links[entry.id].add(entry.link)
    return [entry._replace(id="") if len(links[entry.id]) > 1 else entry for entry in entries]


def _xml_entries(text: str, url: str) -> Iterator[FeedEntry]:
    document = feedparser.parse(
        BytesIO(_without_document_type(text).encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8"},  # no address: ids must not depend on it
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not document.version and not document.entries:
        raise FeedUnreadable(FeedFailure.NOT_A_FEED)
    return (_entry(entry, url) for entry in document.entries)


def _without_document_type(text: str) -> str:
    """The text without declarations of its encoding, type and entities, and without characters that XML has not."""
    root = _ROOT.search(text)
    head, rest = (text[: root.start()], text[root.start() :]) if root else (text, "")
    if "<!DOCTYPE" in head.upper():  # its entities may look like the root element, so the whole beginning is searched
        plain = _DOCUMENT_TYPE.sub("", text, count=1)
        root = _ROOT.search(plain)
        head, rest = (plain[: root.start()], plain[root.start() :]) if root else (plain, "")
    if "<!ENTITY" in head.upper() or "<!DOCTYPE" in head.upper():
        raise FeedUnreadable(FeedFailure.NOT_A_FEED)
    return _NOT_XML.sub("", _DECLARATION.sub("", head) + rest)


def _entry(entry: Mapping[str, Any], base: str) -> FeedEntry:
    body, body_base = _body(entry)
    title, link = one_line(_plain(entry.get("title_detail")))[:_LONGEST_TEXT], _link(entry, base)
    return FeedEntry(
        id=str(entry.get("id") or "").strip()[:_LONGEST_ID],
        title=title,
        link=link,
        summary="" if title else one_line(plain_text(body, _LONGEST_TEXT)),
        published=_moment(entry, "published_parsed") or _moment(entry, "updated_parsed"),
        picture=_picture(entry, body, body_base or link or base),
    )


def _plain(detail: Mapping[str, Any] | None) -> str:
    """The text of a title, which may be HTML."""
    if not detail:
        return ""
    value = str(detail.get("value") or "")
    return plain_text(value) if detail.get("type") in _HTML else value


def _body(entry: Mapping[str, Any]) -> tuple[str, str]:
    """The entry's text as HTML, the whole one or else the summary, and the address that its links refer to."""
    for content in (*entry.get("content", ()), entry.get("summary_detail") or {}):
        if content.get("value") and str(content.get("type", "")).startswith(("text/", "application/xhtml")):
            return str(content["value"]), str(content.get("base") or "")
    return "", ""


def _link(entry: Mapping[str, Any], base: str) -> str:
    link = str(entry.get("feedburner_origlink") or entry.get("link") or "").strip()
    try:
        return urljoin(base, link) if link else ""
    except ValueError:
        return link


def _moment(entry: Mapping[str, Any], name: str) -> datetime | None:
    """The time as feedparser gives it, in UTC; None if it is none, or has never been set."""
    parsed: struct_time | None = dict(entry).get(name)  # feedparser's own mapping takes one for the other, and warns
    try:
        moment = datetime.fromtimestamp(timegm(parsed), tz=UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment and moment.year >= _NO_YEAR else None


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
