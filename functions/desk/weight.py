"""How long X says a text is.

Source: X's published counting rules, configuration v3, as the package `twitter-text-parser` implements them: most
Latin characters weigh 1, Hangul, CJK and emoji 2, a URL 23 whatever its length; the text is NFC-normalised first.
"""

import re
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
_NO_HOST = re.compile(r"(?:[^\s./?#:@]{1,200}\.){20,}")
"""More labels than any host has. On 16 KiB of them the parser's expressions take minutes."""
_LIGHT, _HEAVY = r"[0-9A-Za-z_\-\u00c0-\u10ff]", r"[\u1100-\u1fff\u3041-\u3296\u329a-\ud7a3]"
_NO_LABEL = re.compile(f"({_LIGHT}{{63,}})(?={_LIGHT})|({_HEAVY}{{63,}})(?={_HEAVY})")
"""Letters that weigh 1, or 2, longer than any label of a host; on 16 KiB of them they take seconds."""


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

    The dots of no host become commas, which like dots may be in a path but not end it. All but the last of too many
    letters become signs after which no URL begins; those that may be in a path stay such.
    """
    return _NO_LABEL.sub(_signs, _NO_HOST.sub(lambda run: run[0].replace(".", ","), text))


def _signs(run: re.Match[str]) -> str:
    return ("a" if run[1] else "＃") * len(run[0])
