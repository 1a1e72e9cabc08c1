"""What a text must be like so that X takes it, and people see what was meant."""

import re
import unicodedata
from collections.abc import Iterable

from desk.weight import MAX_WEIGHT, Weight, weigh
from post_update.refusals import BadEncoding, ForbiddenCharacters, TextEmpty, TextTooLong, TooManyCashtags

REPLACEMENT = "\ufffd"
"""What API Gateway, and any other decoder, puts in the place of bytes that are not UTF-8."""

_LINE_ENDS = re.compile(r"\r\n?")
# Besides the control characters (the line feed apart): what turns the direction of all that follows, separators that X
# does not know, halves of characters, and code points that are no characters.
FORBIDDEN = r"\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufffe\uffff"
"""Those of the basic plane, as a class of a regular expression."""
_BEYOND = "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(1, 17))
_FORBIDDEN = re.compile(rf"[{FORBIDDEN}\ud800-\udfff{_BEYOND}]")
_CASHTAG = re.compile(r"(?<!\S)\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?![^\s!#$%&'()*+,\-./:;<=>?@\[\\\]^_{|}~])")
"""By X's rules: after a space or at the beginning, and before a space, ASCII punctuation or the end."""
_SEEN = "LNPS"
"""Categories of characters that leave a trace: letters, numbers, punctuation, symbols."""
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that leave none: the fillers of Hangul, the pattern of Braille without dots."""
_NAMED = 5


def weighed(text: str) -> Weight:
    """The text as X would show it, with its weight; raises a PostNotAccepted for what X would not take or cut."""
    weight = weigh(clean(text, "text"))
    if weight.weighted_length > MAX_WEIGHT:
        raise TextTooLong(weight.weighted_length, MAX_WEIGHT)
    return weight


def clean(text: str, field: str) -> str:
    """The text in NFC, with line feeds for line ends and nothing around it; `field` is what a refusal names."""
    if REPLACEMENT in text:
        raise BadEncoding(field)
    normal = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text)).strip()
    if forbidden := _FORBIDDEN.findall(normal):
        raise ForbiddenCharacters(field, _names(forbidden))
    if not any(unicodedata.category(character)[0] in _SEEN and character not in _BLANKS for character in normal):
        raise TextEmpty(field)
    if (count := len(_CASHTAG.findall(normal))) > 1:
        raise TooManyCashtags(field, count)
    return normal


def _names(characters: Iterable[str]) -> str:
    """The characters' numbers, each once, the first few."""
    numbers = [f"U+{ord(character):04X}" for character in dict.fromkeys(characters)]
    return ", ".join(numbers[:_NAMED]) + (" …" if len(numbers) > _NAMED else "")
