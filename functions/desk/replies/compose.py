"""What is said on X: the words that were typed, in the one post or two in which they would stand, and at what price."""

import re
from collections.abc import Sequence

from desk.brand import Brand
from desk.i18n import phrase
from desk.i18n.particles import weight_of_a_letter
from desk.posts.errors import PostNotAccepted
from desk.posts.text import clean
from desk.private_numbers import private_numbers_in
from desk.replies.forms import Asked, InvalidField, invalid_field, text_in
from desk.replies.view import Confirm, Part
from desk.x.endpoints import price_of_post
from desk.x.weight import MAX_WEIGHT, Weight, links, weigh

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


_MILLION = 1_000_000


def signature_of(department: str, brand: Brand) -> str:
    """What stands below this department's answers; "" for one that desk.yaml no longer has."""
    known = brand.departments.get(department)
    return known.signature if known else ""


def text_of(asked: Asked) -> str:
    """The answer that was typed, which everybody may read; raises InvalidField."""
    text = text_in(asked.fields)
    if kinds := private_numbers_in(text):
        names = [phrase(asked.brand.language, f"private_number.{kind}") for kind in kinds]
        raise InvalidField("answer.problem.private", "text", kinds=", ".join(names))
    return text


def posts_of(text: str, signature: str) -> Sequence[Weight]:
    """The posts in which the text would stand: two where one is too long and can be cut.

    A single one may be too long all the same. Raises a PostNotAccepted for what X would not take however short.
    """
    whole, cut = weighted(text, signature), first_cut(text, signature)
    return [weigh(part) for part in cut] if cut else [whole]


def reply_of(asked: Asked, text: str, *, is_private: bool) -> Sequence[Weight]:
    """The posts of the answer, one if it asks into private; raises InvalidField for what X would not take."""
    signature = signature_of(asked.case.department, asked.brand)
    try:
        posts = [weighted(text, signature)] if is_private else posts_of(text, signature)
    except PostNotAccepted as exc:
        raise invalid_field(exc, "text") from None
    if (count := posts[0].weighted_length) > MAX_WEIGHT:
        key = "answer.problem.post_too_long" if is_private else "answer.problem.too_long_uncut"
        raise InvalidField(key, "text", excess=-((MAX_WEIGHT - count) // weight_of_a_letter(asked.brand.language)))
    return posts


def confirm_of(posts: Sequence[Weight], *, is_private: bool) -> Confirm:
    """What is shown before it is sent: each post with its price, and all of them with theirs.

    What follows the first post answers a post of our own, which X does not count as a reply that somebody asked for.
    """
    prices = [
        price_of_post(post.text, is_reply=place == 0, private_message=is_private) for place, post in enumerate(posts)
    ]
    parts = [Part(post.text, post.weighted_length, _usd(price)) for post, price in zip(posts, prices, strict=True)]
    return Confirm(parts, _usd(sum(prices)), is_private=is_private)


def _usd(micro_usd: int) -> str:
    return f"{micro_usd / _MILLION:.3f}".removesuffix("0")
