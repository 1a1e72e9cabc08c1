"""Words of desk.yaml in a text: those that the brand does not use, wrong names of its products, and competitors."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from desk.brand import ProductName
from desk.x.weight import links


class WrongName(NamedTuple):
    """A wrong name of a product as it is written, and the right one."""

    written: str
    right: str


class FoundWord(NamedTuple):
    """A word that a text has, and how it is written there, in each way once."""

    word: str
    written: tuple[str, ...]


def words_in(text: str, words: Iterable[str]) -> list[FoundWord]:
    """Those of the words that the text has, in their order.

    Capitals and the number of spaces do not matter. A word begins where the text's word begins; Korean may follow,
    since particles do, but no further Latin letter or figure after a Latin one. Links are left out.
    """
    plain = _without_links(text)
    found = (FoundWord(word, tuple(dict.fromkeys(_pattern(word).findall(plain)))) for word in words)
    return [each for each in found if each.written]


def wrong_names(text: str, products: Sequence[ProductName]) -> list[WrongName]:
    """The wrong names in the text. What is a part of a product's right name is none."""
    plain = _without_links(text)
    for product in sorted(products, key=lambda product: -len(product.name)):
        plain = _pattern(product.name).sub(lambda found: "\n" * len(found[0]), plain)
    hits = [
        WrongName(found[0], product.name)
        for product in products
        for wrong in product.wrong
        for found in _pattern(wrong).finditer(plain)
    ]
    return list(dict.fromkeys(hits))


def _without_links(text: str) -> str:
    for begin, end, _ in links(text):
        text = text[:begin] + " " * (end - begin) + text[end:]
    return text


@lru_cache(maxsize=1024)
def _pattern(word: str) -> re.Pattern[str]:
    """The word, with its spaces as wide as one likes."""
    parts = r"\s+".join(map(re.escape, word.split()))
    after = r"(?![A-Za-z0-9])" if word[-1:].isascii() and word[-1:].isalnum() else ""
    return re.compile(rf"(?<!\w){parts}{after}", re.IGNORECASE)
