"""The weighted length of a text by X's rules.

Source: X's published counting rules, configuration v3: most Latin characters weigh 1, Hangul, CJK and emoji 2, a URL 23
whatever its length; the text is NFC-normalised first.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from desk.x.urls import NO_CHARACTERS, links

_TONE = "[\U0001f3fb-\U0001f3ff]"
_SELECTOR = "\ufe0f"
_JOINER = "\u200d"

_SELECTABLE = (
    "[©®\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u23cf\u23ed-\u23ef\u23f1\u23f2\u23f8-\u23fa"
    "\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u2604\u260e\u2611\u2614\u2615\u2618\u261d\u2620\u2622\u2623"
    "\u2626\u262a\u262e\u262f\u2638-\u263a\u2640\u2642\u2648-\u2653\u265f\u2660\u2663\u2665\u2666\u2668\u267b\u267f"
    "\u2692-\u2697\u2699\u269b\u269c\u26a0\u26a1\u26a7\u26aa\u26ab\u26b0\u26b1\u26bd\u26be\u26c4\u26c5\u26c8\u26cf"
    "\u26d1\u26d3\u26d4\u26e9\u26ea\u26f0-\u26f5\u26f7-\u26fa\u26fd\u2702\u2708\u2709\u270c\u270d\u270f\u2712\u2714"
    "\u2716\u271d\u2721\u2733\u2734\u2744\u2747\u2757\u2763\u2764\u27a1\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c\u2b50"
    "\u2b55\u3030\u303d\u3297\u3299"
    "🀄🅰🅱🅾🅿🈂🈚🈯🈷🌡🌤-🌬🌶🍽🎖🎗🎙-🎛🎞🎟🏋-🏎🏔-🏟🏳🏵🏷🐿👁📽🕉🕊🕯🕰🕳-🕹🖇🖊-🖍🖐🖥🖨🖱🖲🖼🗂-🗄🗑-🗓🗜-🗞🗡🗣🗨🗯🗳🗺"
    "🛋🛍-🛏🛠-🛥🛩🛰🛳]"
)
"""Characters that may have the selector: symbols that are shown as text without it, and older ones."""
_SELECTABLE_TONED = "[☝⛷⛹✌✍🏋🏌🕴🕵🖐]"
_TONED = (
    "[✊✋🎅🏂-🏄🏇🏊👂👃👆-👐👦-👩👫-👮👰-👸👼💁-💃💅-💇💪"
    "🕺🖕🖖🙅-🙇🙋-🙏🚣🚴-🚶🛀🛌🤏🤘-🤜🤞🤟🤦🤰-🤹🤽🤾🦵🦶🦸🦹🦻🧍-🧏🧑-🧝]"
)

_AT_WORK = f"[👨👩🧑]{_TONE}?{_JOINER}(?:[⚕⚖✈]{_SELECTOR}|[🌾🍳🎓🎤🎨🏫🏭💻💼🔧🔬🚀🚒🦯-🦳🦼🦽])"
_WOMAN_OR_MAN = f"{_JOINER}[♀♂]{_SELECTOR}"
_DOING = (
    f"[🏃🏄🏊👮👱👳👷💁💂💆💇🙅-🙇🙋🙍🙎🚣🚴-🚶🤦🤵🤷-🤹🤽🤾🦸🦹🧍-🧏🧖-🧝]{_TONE}?{_WOMAN_OR_MAN}"
    f"|[👯🤼🧞🧟]{_WOMAN_OR_MAN}|[⛹🏋🏌🕴🕵](?:{_SELECTOR}|{_TONE}){_WOMAN_OR_MAN}"
)
_HAND_IN_HAND = (
    f"👨(?P<he>{_TONE}){_JOINER}🤝{_JOINER}👨(?!(?P=he)){_TONE}"
    f"|👩(?P<she>{_TONE}){_JOINER}🤝{_JOINER}[👨👩](?!(?P=she)){_TONE}"
    f"|🧑{_TONE}{_JOINER}🤝{_JOINER}🧑{_TONE}|🧑{_JOINER}🤝{_JOINER}🧑"
)
"""Two of the same tone are one character with that tone, unless they are just people."""
_IN_LOVE = (
    f"(?:👨{_JOINER}❤{_SELECTOR}{_JOINER}(?:💋{_JOINER})?👨|👩{_JOINER}❤{_SELECTOR}{_JOINER}(?:💋{_JOINER})?[👨👩])"
)
_FAMILY = f"(?:👨{_JOINER}[👨👩]|👩{_JOINER}👩|[👨👩]){_JOINER}(?:👧{_JOINER}[👦👧]|👦{_JOINER}👦|[👦👧])"
_OTHERS = f"👁{_JOINER}🗨|🐕{_JOINER}🦺|🏳{_SELECTOR}{_JOINER}(?:🌈|⚧{_SELECTOR})|🏴{_JOINER}☠{_SELECTOR}"

_KEYCAP = f"[#*0-9]{_SELECTOR}?\u20e3"
_REGIONS = (
    "A[CDEFGILMOQRSTUWXZ]|B[ABDEFGHIJLMNOQRSTVWYZ]|C[ACDFGHIKLMNOPRUVWXYZ]|D[EGJKMOZ]|E[ACEGHRSTU]|F[IJKMOR]"
    "|G[ABDEFGHILMNPQRSTUWY]|H[KMNRTU]|I[CDELMNOQRST]|J[EMOP]|K[EGHIMNPRWYZ]|L[ABCIKRSTUVY]|M[ACDEFGHKLMNOPQRSTUVWXYZ]"
    "|N[ACEFGILOPRUZ]|OM|P[AEFGHKLMNRSTWY]|QA|R[EOSUW]|S[ABCDEGHIJKLMNORSTVXYZ]|T[ACDFGHJKLMNORTVWZ]|U[AGMNSYZ]"
    "|V[ACEGINU]|W[FS]|XK|Y[ET]|Z[AMW]"
)
_LETTER_TO_INDICATOR = {ord("A") + number: 0x1F1E6 + number for number in range(26)}
_LETTER_TO_TAG = {ord("a") + number: 0xE0061 + number for number in range(26)}
_FLAG = "|".join(
    [
        _REGIONS.translate(_LETTER_TO_INDICATOR),
        *(f"🏴{nation.translate(_LETTER_TO_TAG)}\U000e007f" for nation in ("gbeng", "gbsct", "gbwls")),
    ]
)

EMOJI = "|".join(
    [
        *(_HAND_IN_HAND, _AT_WORK, _DOING, _IN_LOVE, _FAMILY, _OTHERS, _KEYCAP, _FLAG),
        f"{_SELECTABLE_TONED}{_SELECTOR}?{_TONE}",
        f"{_TONED}{_TONE}",
        f"{_SELECTABLE}{_SELECTOR}",
    ]
)
"""A regular expression that fits an emoji of more than one character at the place where it begins."""


__all__ = ["MAX_WEIGHT", "Weight", "links", "weigh"]

MAX_WEIGHT = 280
_URL, _HEAVY, _LIGHT = 23, 2, 1
_SIGN = re.compile(f"(?P<emoji>{EMOJI})|(?P<light>[\\0-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037])|.", re.DOTALL)
_FORBIDDEN = re.compile(f"[{NO_CHARACTERS}]")


class Weight(NamedTuple):
    """A text in NFC, its weight, whether X accepts it as a post, and its share of the limit in thousandths.

    `valid_text` is the longest beginning that X would accept.
    """

    text: str
    weighted_length: int
    valid: bool
    permillage: int
    valid_text: str


def weigh(text: str) -> Weight:
    """The weight of this text; an empty one weighs 0 and is not valid."""
    normal = unicodedata.normalize("NFC", text)
    units: list[tuple[int, int]] = []
    place = 0
    for link in links(normal):
        units += [*_characters(normal, place, link.begin), (link.end, _URL)]
        place = link.end
    units += _characters(normal, place, len(normal))
    length = fitting = 0
    for end, weight in units:
        length += weight
        if length <= MAX_WEIGHT:
            fitting = end
    forbidden = _FORBIDDEN.search(normal)
    return Weight(
        text=normal,
        weighted_length=length,
        valid=0 < length <= MAX_WEIGHT and forbidden is None,
        permillage=length * 1000 // MAX_WEIGHT,
        valid_text=normal[: min(fitting, forbidden.start()) if forbidden else fitting],
    )


def _characters(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The end and the weight of each emoji or other character."""
    for found in _SIGN.finditer(text, begin, end):
        yield found.end(), _LIGHT if found.lastgroup == "light" else _HEAVY
