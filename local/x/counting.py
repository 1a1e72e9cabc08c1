"""The weighted length and the links of a text. It is independent of the desk's own rules, so that it can check them.

Links are found by the package `twitter-text-parser`, a port of X's library by others. Emoji are looked up in Unicode's
list of Emoji 12.0, which comes with the package, corrected by what X's library 3.1.0 adds and leaves out.
"""

import re
import sys
import unicodedata
from collections import defaultdict
from importlib.resources import files
from importlib.util import find_spec, module_from_spec
from typing import NamedTuple

# The package's __init__ imports `pkg_resources`, which setuptools no longer has, and compiles an expression of three
# thousand emoji. The modules that are needed do neither, so __init__ is not run.
if "twitter_text" not in sys.modules and (_spec := find_spec("twitter_text")):
    sys.modules["twitter_text"] = module_from_spec(_spec)

from twitter_text.config import config
from twitter_text.extract_urls import extract_urls_with_indices

_RULES = config["defaults"]
MOST: int = _RULES["max_weighted_tweet_length"]
_SCALE: int = _RULES["scale"]
_NO_CHARACTER = re.compile("[\ufeff\ufffe\uffff]")

_LABELS, _LABEL, _SCHEME = 20, 63, len("-https")
_NO_HOST = re.compile(r"(?:[^\s./?#:@]{1,200}\.){20,}")
"""More labels than any host has. On 16 KiB of them the package's expressions take minutes."""
_NO_LABEL = re.compile(r"[^\s!-,./:-@\[-^{-~]{70,}")
"""A run of label characters that is longer than any label. By X's rules, backquotes are among them."""
_ASCII = re.compile(r"[0-9A-Za-z_-]")
_LONGEST_WORD = 1_000
"""Characters beyond ASCII between two spaces. No post has more, even if all are emoji of seven characters."""

_SELECTOR, _JOINER, _KEYCAP = "\ufe0f", "\u200d", "\u20e3"
_TONES = [chr(number) for number in range(0x1F3FB, 0x1F400)]
_OLD = "🀄🈚🈯"
"""Beyond the basic plane, but older than emoji: like its symbols they may carry the selector."""
_NEVER_TEXT = "⏩⏪⏫⏬⏰⏳⛎✅✊✋✨❌❎❓❔❕➕➖➗➰➿"
"""In the basic plane, but never shown as text: there is nothing to select."""


class Count(NamedTuple):
    """The weight of a text, whether X accepts it as a post, and the longest beginning that it would accept."""

    length: int
    valid: bool
    beginning: str


def count(text: str) -> Count:
    """Weigh a text, in NFC."""
    text = unicodedata.normalize("NFC", text)
    urls = {begin: end for begin, end, _ in links(text)}
    place = weight = fitting = 0
    while place < len(text):
        if place in urls:
            place, added = urls[place], _RULES["transformed_url_length"] * _SCALE
        elif emoji := _emoji_at(text, place):
            place, added = place + len(emoji), _RULES["default_weight"]
        else:
            place, added = place + 1, _weight_of(text[place])
        weight += added
        if weight <= MOST * _SCALE:
            fitting = place
    wrong = _NO_CHARACTER.search(text)
    valid = 0 < weight <= MOST * _SCALE and not wrong
    return Count(weight // _SCALE, valid, text[: min(fitting, wrong.start()) if wrong else fitting])


def links(text: str) -> list[tuple[int, int, str]]:
    """The URLs that X recognises, in order: begin, end (exclusive), and the URL as written."""
    found = (entity["indices"] for entity in extract_urls_with_indices(_parsable(text)))
    return [(begin, end, text[begin:end]) for begin, end in found]


def _parsable(text: str) -> str:
    """The text with parts that would take too long replaced by parts of the same weight.

    If there are too many labels, commas replace the dots after the first ones; like dots, they may be in a path but not
    end it. If there are too many letters, ASCII ones in the middle become letters after which no URL begins. The first
    ones stay, since a host may end there, and so do the last ones, since they may be `https` and what is before it. If
    a word has more other characters than X takes, no link is looked for in the text.
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


def _weight_of(character: str) -> int:
    number = ord(character)
    ranges = (each["weight"] for each in _RULES["ranges"] if each["start"] <= number <= each["end"])
    return int(next(ranges, _RULES["default_weight"]))


def _emoji_at(text: str, place: int) -> str | None:
    return next((emoji for emoji in _EMOJI.get(text[place], ()) if text.startswith(emoji, place)), None)


def _emoji_by_first_character() -> dict[str, list[str]]:
    """Every emoji of more than one character, the longest ones first."""
    rows = (line.partition(";") for line in _unicodes_list().splitlines() if line[:1].isalnum())
    listed = {_text_of(points): _status(about) for points, _, about in rows}
    whole = {emoji for emoji, status in listed.items() if status == "fully-qualified"}
    whole |= {emoji for emoji in listed if _KEYCAP in emoji}
    single = {one for one in whole if len(one) == 1}
    whole |= {one + _SELECTOR for one in single if (one < "\uffff" and one not in _NEVER_TEXT) or one in _OLD}
    whole |= {one.replace("👨", "🧑", 1) for one in whole if one[0] == "👨" and _is_at_work(one)}
    whole |= {f"{a}{tone}{_JOINER}🤝{_JOINER}{b}{other}" for a, b in ("👨👨", "👩👩", "👩👨") for tone in _TONES
              for other in _TONES if tone != other}  # fmt: skip
    whole |= {f"🧑{tone}{_JOINER}🤝{_JOINER}🧑{other}" for tone in _TONES for other in _TONES}
    whole |= {f"🤵{tone}{_JOINER}{sign}{_SELECTOR}" for tone in ("", *_TONES) for sign in "♀♂"}
    whole |= {"⛷" + tone for tone in _TONES} | {f"🏳{_SELECTOR}{_JOINER}⚧{_SELECTOR}", f"⚧{_SELECTOR}", f"👁{_JOINER}🗨"}
    whole |= {one[0] + _SELECTOR + one[1] for one in whole if one[1:] in _TONES and one[0] + _SELECTOR in whole}
    whole -= {f"♾{_SELECTOR}", f"👁{_SELECTOR}{_JOINER}🗨{_SELECTOR}"}
    found = defaultdict(list)
    for emoji in sorted(whole, key=len, reverse=True):
        if len(emoji) > 1:
            found[emoji[0]].append(emoji)
    return found


def _unicodes_list() -> str:
    return files("twitter_text.regexp").joinpath("emoji-test.txt").read_text("utf-8")


def _text_of(points: str) -> str:
    return "".join(chr(int(point, 16)) for point in points.split())


def _status(about: str) -> str:
    return about.partition("#")[0].strip()


def _is_at_work(emoji: str) -> bool:
    """Whether it is one person with a thing; Emoji 12.1 has these for people of no gender, too."""
    *person, thing = emoji.removesuffix(_SELECTOR).split(_JOINER)
    return len(person) == 1 and thing not in {"👦", "👧", "♀", "♂"} and bool(person)


_EMOJI = _emoji_by_first_character()
