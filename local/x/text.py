"""What X makes of a text: who is mentioned, which links are wrapped, where each stands."""

import html
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from desk.weight import links

_HANDLE = re.compile(r"(?<![A-Za-z0-9_!#$%&*@＠])[@＠]([A-Za-z0-9_]{1,15})(?![A-Za-z0-9_@＠]|://)")
_TAG = re.compile(r"(?<![\w&])[#＃](\w*[^\W\d]\w*)")
_CASHTAG = re.compile(r"(?<![\w$])\$([A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?)(?![\w$])")
_LEADING = re.compile(r"\s*(?:@[A-Za-z0-9_]{1,15}\s+)+")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text as the API gives it: escaped, its links wrapped, its entities by position in that escaped text."""

    text: str
    entities: dict[str, list[dict[str, Any]]]


def handles(text: str) -> list[str]:
    """Every handle that is mentioned, in order, as written."""
    return [found.group(1) for found in _HANDLE.finditer(text)]


def cashtags(text: str) -> list[str]:
    """Every cashtag, without its sign."""
    return [found.group(1) for found in _CASHTAG.finditer(text)]


def leading_handles(text: str) -> str:
    """The run of mentions with which a reply begins, spaces included."""
    found = _LEADING.match(text)
    return found.group(0) if found else ""


def language(text: str) -> str:
    """X's guess, crudely: by script."""
    bare = _HANDLE.sub("", text)
    if re.search(r"[가-힣ㄱ-ㅎㅏ-ㅣ]", bare):
        return "ko"
    if re.search(r"[\u3040-\u30ff]", bare):
        return "ja"
    return "en" if re.search(r"[A-Za-z]{2}", bare) else "zxx"


def short_link(url: str) -> str:
    """The t.co link for a URL: always the same one."""
    return "https://t.co/" + sha256(url.encode()).hexdigest()[:10]


def render(text: str, attached: list[dict[str, Any]] | None = None) -> Rendered:
    """Wrap links and escape. `attached` are links that X adds at the end by itself.

    They are media, a quoted post and the button for a private message.
    """
    pieces: list[str] = []
    urls: list[dict[str, Any]] = []
    done = length = 0

    def put(piece: str) -> None:
        nonlocal length
        pieces.append(piece)
        length += len(piece)

    for start, end, url in links(text):
        put(html.escape(text[done:start], quote=False))
        urls.append(_url_entity(url, length))
        put(urls[-1]["url"])
        done = end
    put(html.escape(text[done:], quote=False))
    for link in attached or []:
        if length:
            put(" ")
        urls.append({**_url_entity(link["expanded_url"], length), **link})
        put(urls[-1]["url"])
    whole = "".join(pieces)
    return Rendered(whole, _entities(whole, urls))


def _url_entity(url: str, start: int) -> dict[str, Any]:
    full = url if "://" in url else "http://" + url
    short = short_link(full)
    bare = full.split("://", 1)[1]
    shown = bare if len(bare) <= 27 else bare[:26] + "…"  # noqa: PLR2004 - as long as X shows a link
    return {"start": start, "end": start + len(short), "url": short, "expanded_url": full, "display_url": shown}


def _entities(text: str, urls: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found = {
        "mentions": [{"start": m.start(), "end": m.end(), "username": m.group(1)} for m in _HANDLE.finditer(text)],
        "hashtags": [{"start": m.start(), "end": m.end(), "tag": m.group(1)} for m in _TAG.finditer(text)],
        "cashtags": [{"start": m.start(), "end": m.end(), "tag": m.group(1)} for m in _CASHTAG.finditer(text)],
        "urls": urls,
    }
    return {kind: entities for kind, entities in found.items() if entities}
