"""The mentions, hashtags, cashtags and links of a text, as X recognises them.

All of the desk that links, counts, allows or removes one of these asks this module. Source: the rules of twitter-text
3.1.0. What is part of a link is nothing else.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import NamedTuple


class EntityKind(StrEnum):
    """What X makes of a part of a text."""

    LINK = "link"
    MENTION = "mention"
    HASHTAG = "hashtag"
    CASHTAG = "cashtag"


class Entity(NamedTuple):
    """A part of a text. `name` is the URL of a link, else what follows the sign, as it is written."""

    kind: EntityKind
    begin: int
    end: int
    name: str


_LATIN_WITH_ACCENTS = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u02bb"
    "\u0300-\u036f\u1e00-\u1eff"
)
_LIST = "(?P<list>/[A-Za-z][A-Za-z0-9_-]{0,24}+)?+"
_HANDLE = rf"[@＠](?P<name>[A-Za-z0-9_]{{1,20}}+){_LIST}"
_ENDS = rf"(?![@＠{_LATIN_WITH_ACCENTS}]|://)"
_MENTION = rf"(?:(?<![A-Za-z0-9_!#$%&*@＠])|(?<![A-Za-z0-9_+~.-])[Rr][Tt]:?){_HANDLE}(?P<ends>{_ENDS})?"
"""Not compiled here, which would take 3 ms of every start: `re` does it when it is needed first, and keeps it."""
_LEADING = rf"\s*+{_HANDLE}{_ENDS}"
_CASHTAG = r"(?<!\S)\$(?P<name>[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?)(?![^\s!#$%&'()*+,\-./:;<=>?@\[\\\]^_{|}~])"
_HASH = "[#＃]"
_ALSO_IN_HASHTAGS = frozenset(
    "_\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7"
)
"""Joiners, and marks within the words of some languages: the Hebrew hyphen, the dots of Tibetan and Catalan."""
_SELECTORS = frozenset("\ufe0e\ufe0f")
"""Behind an emoji these say how it is shown; a hashtag may follow them."""
_MAKE_AN_EMOJI = frozenset("\ufe0f\u20e3")
"""Behind `#` these make it a key of a telephone."""


def entities(text: str, kinds: Collection[EntityKind] = tuple(EntityKind)) -> list[Entity]:
    """Those of these kinds, in order; none overlaps another."""
    found = list[Entity]()
    if EntityKind.MENTION in kinds:
        found += _mentions(text)
    if EntityKind.HASHTAG in kinds:
        found += _hashtags(text)
    if EntityKind.CASHTAG in kinds:
        found += _cashtags(text)
    if EntityKind.LINK in kinds or _may_be_in_links(text, found):
        found = [*_links(text), *found]
    free, whole = 0, list[Entity]()
    for each in sorted(found, key=lambda each: each.begin):
        if each.begin >= free:
            whole += [each] if each.kind in kinds else []
            free = each.end
    return whole


def handles(text: str) -> list[str]:
    """The handles that the text mentions, as they are written, without `@`."""
    if not ("@" in text or "＠" in text):
        return []
    return [each.name for each in entities(text, {EntityKind.MENTION})]


def hashtags(text: str) -> list[str]:
    """The hashtags of the text, as they are written, without `#`."""
    return [each.name for each in entities(text, {EntityKind.HASHTAG})]


def cashtags(text: str) -> list[str]:
    """The cashtags of the text, as they are written, without `$`."""
    return [each.name for each in entities(text, {EntityKind.CASHTAG})]


def is_hashtag(name: str) -> bool:
    """Whether `#` and this name are one hashtag."""
    return hashtags(f"#{name}") == [name]


def without_leading_handles(text: str) -> str:
    """The text without the handles with which a reply begins, and without the white space around them."""
    rest = text
    while (found := re.match(_LEADING, rest)) and not found["list"]:
        rest = rest[found.end() :]
    return text if rest == text else rest.lstrip()


def _may_be_in_links(text: str, found: Collection[Entity]) -> bool:
    """Whether a link may hold one of them: a link has a dot and no blank, so that few texts are searched for links."""
    for each in found:
        begin = text.rfind(" ", 0, each.begin) + 1
        end = text.find(" ", each.end)
        if "." in text[begin : end if end >= 0 else len(text)]:
            return True
    return False


def _links(text: str) -> list[Entity]:
    if "." not in text:
        return []
    from desk.x.weight import links  # noqa: PLC0415 - loading its tables is slow, and many texts have no link

    return [Entity(EntityKind.LINK, *link) for link in links(text)]


def _mentions(text: str) -> Iterator[Entity]:
    for found in re.finditer(_MENTION, text):
        # One that does not end is passed over whole: of "@RT@jade" nothing is a retweet's mark.
        if found["ends"] is not None and not found["list"]:
            yield Entity(EntityKind.MENTION, found.start("name") - 1, found.end(), found["name"])


def _cashtags(text: str) -> Iterator[Entity]:
    for found in re.finditer(_CASHTAG, text):
        yield Entity(EntityKind.CASHTAG, *found.span(), found["name"])


def _hashtags(text: str) -> Iterator[Entity]:
    for found in re.finditer(_HASH, text):
        before, begin = text[found.start() - 1 : found.start()], found.end()
        if (before and before not in _SELECTORS and (before == "&" or _is_in_hashtag(before))) or (
            text[begin : begin + 1] in _MAKE_AN_EMOJI
        ):
            continue
        end = begin
        while end < len(text) and _is_in_hashtag(text[end]):
            end += 1
        name = text[begin:end]
        if any(map(_is_letter, name)) and not (text[end : end + 1] in ("#", "＃") or text.startswith("://", end)):
            yield Entity(EntityKind.HASHTAG, found.start(), end, name)


def _is_in_hashtag(character: str) -> bool:
    """Whether it may be in a hashtag: a letter, a mark upon or after one, a digit of any script, and some others."""
    return character in _ALSO_IN_HASHTAGS or _is_letter(character) or unicodedata.category(character) == "Nd"


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM"
