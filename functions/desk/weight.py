"""How long X says a text is.

Source: X's published counting rules, configuration v3, as the package `twitter-text-parser` implements them: most
Latin characters weigh 1, Hangul, CJK and emoji 2, a URL 23 whatever its length; the text is NFC-normalised first.
"""

import sys
import unicodedata
from importlib.resources import files
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

import twitter_text  # noqa: E402 - it needs the module above
from twitter_text.extract_urls import extract_urls_with_indices  # noqa: E402

MAX_WEIGHT = 280


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
    parsed = twitter_text.parse_tweet(normal)
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
    return [(*found["indices"], found["url"]) for found in extract_urls_with_indices(text)]
