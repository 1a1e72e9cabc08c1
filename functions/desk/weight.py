"""How long X says a text is.

Source: X's published counting rules, configuration v3, as the package `twitter-text-parser` implements them: most
Latin characters weigh 1, Hangul, CJK and emoji 2, a URL 23 whatever its length; the text is NFC-normalised first.
"""

import re
import sys
import unicodedata
from importlib import import_module
from importlib.resources import files
from threading import Thread
from types import ModuleType
from typing import NamedTuple


class _PkgResources(ModuleType):
    """The one function of setuptools' old `pkg_resources` that twitter-text-parser 3.0.0 calls, once, at import.

    setuptools itself would be three times as large as everything else here, and has announced to drop that module.
    """

    @staticmethod
    def resource_string(name: str, resource: str) -> bytes:
        return files(name.rpartition(".")[0]).joinpath(resource).read_bytes()


sys.modules.setdefault("pkg_resources", _PkgResources("pkg_resources"))

# Its expressions are compiled at import, by a deep recursion. Python keeps frames in chunks of memory, and a recursion
# that goes to and fro over the end of one asks the system for the next each time: that cost greet 0.2 s of its start,
# by how deep the import stood. A new thread begins with a chunk of its own.
_importing = Thread(target=import_module, args=("twitter_text",))
_importing.start()
_importing.join()

import twitter_text  # noqa: E402 - it needs the module above
from twitter_text.extract_urls import extract_urls_with_indices  # noqa: E402

MAX_WEIGHT = 280
_LABELS, _LABEL, _SCHEME = 20, 63, len("-https")
_NO_HOST = re.compile(r"(?:[^\s./?#:@]{1,200}\.){20,}")
"""More labels than any host has. On 16 KiB of them the parser's expressions take minutes."""
_NO_LABEL = re.compile(r"[^\s!-,./:-@\[-^{-~]{70,}")
"""A longer run of what may stand in a label than any label has; backquotes do, by X's rules."""
_ASCII = re.compile(r"[0-9A-Za-z_-]")
_LONGEST_WORD = 1_000
"""Characters beyond ASCII between two spaces; even of emoji of seven each, no post shows more."""


class Weight(NamedTuple):
    """A text in NFC, its weight, whether X takes it as a post, and what share of the limit it uses, in thousandths.

    `valid_text` is the longest beginning that X would take.
    """

    text: str
    weighted_length: int
    valid: bool
    permillage: int
    valid_text: str


def weigh(text: str) -> Weight:
    """What X counts for this text; an empty one weighs 0 and is not valid."""
    normal = unicodedata.normalize("NFC", text)
    parsed = twitter_text.parse_tweet(_parsable(normal))
    units = normal.encode("utf-16-le", "surrogatepass")[: (parsed.validRangeEnd + 1) * 2]
    return Weight(
        text=normal,
        weighted_length=parsed.weightedLength,
        valid=parsed.valid,
        permillage=parsed.permillage,
        valid_text=units.decode("utf-16-le", "ignore"),
    )


def links(text: str) -> list[tuple[int, int, str]]:
    """What X takes for a URL, in order: where it begins, where it ends (exclusive), and the URL as written."""
    found = (entity["indices"] for entity in extract_urls_with_indices(_parsable(text)))
    return [(begin, end, text[begin:end]) for begin, end in found]


def _parsable(text: str) -> str:
    """The text with what weighs the same in place of what would take too long.

    Of too many labels, those after the first ones get commas for dots, which like dots may be in a path but not end it.
    Of too many letters, those in the middle become such as no URL begins after, if they are ASCII: a host may end at
    the first of them, and `https`, with what stands before it, be the
    last. In a text with a longer word of others than X takes, no link is looked for.
    """
    if any(len(word) - len(word.encode("ascii", "ignore")) > _LONGEST_WORD for word in text.split()):
        return text.replace(".", ",")
    return _NO_LABEL.sub(_without_beginnings, _NO_HOST.sub(_without_dots, text))


def _without_dots(labels: re.Match[str]) -> str:
    *first, rest = labels[0].split(".", _LABELS)
    return ".".join([*first, rest.replace(".", ",")])


def _without_beginnings(letters: re.Match[str]) -> str:
    first, middle, last = letters[0][:_LABEL], letters[0][_LABEL:-_SCHEME], letters[0][-_SCHEME:]
    return first + _ASCII.sub("a", middle) + last
