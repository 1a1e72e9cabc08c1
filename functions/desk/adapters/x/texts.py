"""X's texts as people read them."""

import re
from collections.abc import Mapping
from typing import Any

_ENTITY = re.compile(r"&(amp|lt|gt|quot|#39);")
_CHARACTER = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "#39": "'"}
_SHORT_LINK = re.compile(r"https?://t\.co/\w+", re.ASCII)
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


def readable(text: str, entities: object, *, shows_media: bool) -> str:
    """Decoded first, then expanded, since an expanded link may hold what looks like an entity.

    Where a post `shows_media`, the short link that X appends for them is dropped: the media speak for themselves.
    """
    links = _links_of(entities, shows_media=shows_media)
    decoded = _ENTITY.sub(lambda found: _CHARACTER[found[1]], whole(text))
    return _SHORT_LINK.sub(lambda found: links.get(found[0], found[0]), decoded).strip()


def whole(text: str) -> str:
    """The text with halves of broken characters replaced: no table, mail or JSON could carry them."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def _links_of(entities: object, *, shows_media: bool) -> dict[str, str]:
    """What to put for each short link; X's own indices count differently from dialect to dialect and are not used."""
    urls = entities.get("urls") if isinstance(entities, dict) else None
    found = (url for url in urls if isinstance(url, dict)) if isinstance(urls, list) else ()
    return {
        str(url.get("url")): "" if shows_media and _is_media(url) else whole(str(url["expanded_url"]))
        for url in found
        if url.get("expanded_url")
    }


def _is_media(url: Mapping[str, Any]) -> bool:
    return bool(url.get("media_key")) or str(url.get("display_url", "")).startswith(("pic.x.com/", "pic.twitter.com/"))
