"""A reply as it would stand on X, and where one that is too long could be cut in two."""

import re

from desk.weight import MAX_WEIGHT, Weight, links, weigh
from post_update.text import clean

_GOES_ON = " …"
_LEAST = MAX_WEIGHT // 4
"""A first part that is shorter tells too little to stand alone."""
# What may still belong to a sentence that has ended: quotes and brackets, then emoji, laughter and smiles on its line.
_CLOSING = "[)\\]}\"'”’」』】〉》]*+"
_SMILES = r"(?: ?+(?:[\u2600-\u27bf\U0001f000-\U0001faff\u200d\ufe0f]++|\^\^|:\)|[ㅎㅋㅠㅜ~]++))*+"
_AFTER = rf"{_CLOSING}{_SMILES}"
_STOPS = re.compile(
    rf"(?<![.!?…])[.!?…]++{_AFTER}(?=\s)|(?<![。！？])[。！？]++{_AFTER}|(?<=[^\s:：,])(?=[ ]?+\n)",
)
_POLITE = re.compile(rf"(?:니다|습니까|(?:세|해|어|아|에|예|네|게|나|까|려|군)요|죠){_AFTER}(?=\s)")
"""What ends a Korean sentence that has no full stop; `요` alone would also end 필요 and 주요."""
_NUMBERED = re.compile(
    r"(?:^|[\s(])(?:[0-9]{1,4}|[A-Za-z]|[a-z]\.[a-z]|Mr|Mrs|Ms|Dr|No|St|vs|approx)\.$", re.IGNORECASE
)
"""A full stop that ends no sentence: of a list, a date or an abbreviation."""
_LONGEST_NUMBERED = 10


def weighted(text: str, signature: str) -> Weight:
    """The reply as it would stand: the text, a blank and the signature, which is not said twice.

    Whether it fits is for the caller to see: `weighted_length` counts it, `valid` tells whether X would take it.
    Raises a PostNotAccepted, but never TextTooLong, for what X would not take however short; TextEmpty also when there
    is nothing but the signature.
    """
    return weigh(clean(_signed(_said(text, signature), signature), "text"))


def first_cut(text: str, signature: str) -> tuple[str, str] | None:
    """The reply in two parts as both would stand, cut at the last sentence end that lets the first one fit with ` …`.

    The signature ends the second part. None when the text needs no cut or has no sentence end that makes two parts
    which fit. A cut is never inside a link, a word or an emoji. Raises what `weighted` raises.
    """
    whole = weighted(text, signature).weighted_length
    if not MAX_WEIGHT < whole <= 2 * MAX_WEIGHT:
        return None
    said = _said(text, signature)
    return _cut(said, signature, _STOPS) or _cut(said, signature, _POLITE)


def _cut(said: str, signature: str, ends: re.Pattern[str]) -> tuple[str, str] | None:
    """The two parts at the last of these ends that lets the first one fit; None when the second one does not fit."""
    for place in reversed(_places(said, ends)):
        first = f"{said[:place].rstrip()}{_GOES_ON}"
        length = weigh(first).weighted_length
        if length <= MAX_WEIGHT:
            rest = _signed(said[place:].lstrip(), signature)
            fits = length >= _LEAST and weigh(rest).weighted_length <= MAX_WEIGHT
            return (first, rest) if fits else None
    return None


def _places(said: str, ends: re.Pattern[str]) -> list[int]:
    """Where sentences end; a wide full stop in a link ends none, where X allows it in the host."""
    inside = [(begin, end) for begin, end, _ in links(said)]
    return [
        found.end()
        for found in ends.finditer(said)
        if not _NUMBERED.search(said, max(0, found.end() - _LONGEST_NUMBERED), found.end())
        and not any(begin < found.end() < end for begin, end in inside)
    ]


def _said(text: str, signature: str) -> str:
    """What the reply says, clean and without the signature, should somebody have typed it."""
    said = clean(text, "text")
    if signature and re.search(r"(?:^|\s)$", said.removesuffix(signature)) and said.endswith(signature):
        return clean(said.removesuffix(signature), "text")
    return said


def _signed(said: str, signature: str) -> str:
    return f"{said} {signature}" if signature else said
