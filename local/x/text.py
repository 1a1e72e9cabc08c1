"""Entities of a text as X finds them: mentions, tags, wrapped links, and their positions."""

import html
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from local.x.counting import links

type Url = tuple[int, int, str]

_LATIN = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u02bb"
    "\u0300-\u036f\u1e00-\u1eff"
)
_MENTION = re.compile(
    r"(?P<before>^|[^A-Za-z0-9_!#$%&*@＠]|(?:^|[^A-Za-z0-9_+~.-])[Rr][Tt]:?)"
    r"(?P<sign>[@＠])(?P<name>[A-Za-z0-9_]{1,20})(?P<list>/[A-Za-z][A-Za-z0-9_-]{0,24})?"
)
_NO_MENTION_BEFORE = re.compile(rf"[@＠{_LATIN}]|://")
_TAG = re.compile(r"(?<![\w&])[#＃](?P<tag>\w*[^\W\d]\w*)")
_CASHTAG = re.compile(r"\$(?P<tag>[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?)(?=$|[!#-/:-@\[-_{-~])")
_WORD = re.compile(r"\S+")
_LEADING = re.compile(r"\s*(?:@[A-Za-z0-9_]{1,15}\s+)+")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text as the API gives it: escaped, its links wrapped, its entities by position in that escaped text."""

    text: str
    entities: dict[str, list[dict[str, Any]]]


def handles(text: str) -> list[str]:
    """Every handle that is mentioned, in order, as written."""
    return [found["name"] for found in _mentions(text, links(text))]


def cashtags(text: str) -> list[str]:
    """Every cashtag, without its sign."""
    return [found["tag"] for found in _cashtags(text)]


def leading_handles(text: str) -> str:
    """The run of mentions with which a reply begins, spaces included."""
    found = _LEADING.match(text)
    return found.group(0) if found else ""


def language(text: str) -> str:
    """X's guess, crudely: by script."""
    bare = _MENTION.sub(r"\g<before>", text)
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
    found = links(text)
    pieces: list[str] = []
    urls: list[dict[str, Any]] = []
    done = length = 0

    def put(piece: str) -> None:
        nonlocal length
        pieces.append(piece)
        length += len(piece)

    for start, end, url in found:
        put(html.escape(text[done:start], quote=False))
        urls.append(_url_entity(url, length))
        put(urls[-1]["url"])
        done = end
    put(html.escape(text[done:], quote=False))
    entities = _entities(text, found)
    for link in attached or []:
        if length:
            put(" ")
        urls.append({**_url_entity(link["expanded_url"], length), **link})
        put(urls[-1]["url"])
    if urls:
        entities["urls"] = urls
    return Rendered("".join(pieces), entities)


def _url_entity(url: str, start: int) -> dict[str, Any]:
    full = url if "://" in url else "http://" + url
    short = short_link(full)
    bare = full.split("://", 1)[1]
    shown = bare if len(bare) <= 27 else bare[:26] + "…"  # noqa: PLR2004 - as long as X shows a link
    return {"start": start, "end": start + len(short), "url": short, "expanded_url": full, "display_url": shown}


def _mentions(text: str, urls: list[Url]) -> list[re.Match[str]]:
    """Mentions of people: neither lists nor parts of links, and not followed by a letter.

    Of a mention and a link that overlap the first counts.
    """
    found = [
        each for each in _MENTION.finditer(text) if not each["list"] and not _NO_MENTION_BEFORE.match(text, each.end())
    ]
    whole = [url for url in urls if not any(each.start("sign") < url[0] < each.end() for each in found)]
    return [each for each in found if not _is_inside(each.start("sign"), whole)]


def _cashtags(text: str) -> list[re.Match[str]]:
    found = (_CASHTAG.match(text, word.start(), word.end()) for word in _WORD.finditer(text))
    return [cashtag for cashtag in found if cashtag]


def _entities(text: str, urls: list[Url]) -> dict[str, list[dict[str, Any]]]:
    """Mentions and tags of a text, with their positions in the rendered text."""

    def shown(place: int) -> int:
        wrapped = ((html.escape(url, quote=False), short_link(url)) for _, end, url in urls if end <= place)
        return len(html.escape(text[:place], quote=False)) + sum(len(short) - len(url) for url, short in wrapped)

    def where(start: int, end: int) -> dict[str, int]:
        return {"start": shown(start), "end": shown(end)}

    tags = [found for found in _TAG.finditer(text) if not _is_inside(found.start(), urls)]
    found = {
        "mentions": [
            {**where(mention.start("sign"), mention.end()), "username": mention["name"]}
            for mention in _mentions(text, urls)
        ],
        "hashtags": [{**where(*tag.span()), "tag": tag["tag"]} for tag in tags],
        "cashtags": [{**where(*tag.span()), "tag": tag["tag"]} for tag in _cashtags(text)],
    }
    return {kind: entities for kind, entities in found.items() if entities}


def _is_inside(place: int, urls: list[Url]) -> bool:
    return any(start <= place < end for start, end, _ in urls)
