"""Compose a reply: the typed text as one or two posts with the department's signature, and their price."""

import re
from collections.abc import Mapping, Sequence

from desk.brand import Brand
from desk.posts.errors import PostNotAccepted, TextEmpty
from desk.posts.text import clean
from desk.private_numbers import private_numbers_in
from desk.replies.errors import Confirmation, InvalidField, PostPreview
from desk.replies.placeholders import unfilled
from desk.x.endpoints import ALT_TEXT_PRICE, price_of_post
from desk.x.weight import MAX_WEIGHT, Weight, links, weigh

LONGEST_TEXT = 5_000
_CONTINUES = " …"
_SHORTEST_PART = MAX_WEIGHT // 4
"""A shorter first part says too little to stand alone."""
# What may still belong to a sentence that has ended: quotes and brackets, then emoji, laughter and smiles on its line.
_CLOSING = "[)\\]}\"'”’」』】〉》]*+"
_SMILES = r"(?: ?+(?:[\u2600-\u27bf\U0001f000-\U0001faff\u200d\ufe0f]++|\^\^|:\)|[ㅎㅋㅠㅜ~]++))*+"
_AFTER = rf"{_CLOSING}{_SMILES}"
_STOPS = re.compile(
    rf"(?<![.!?…])[.!?…]++{_AFTER}(?=\s)|(?<![。！？])[。！？]++{_AFTER}|(?<=[^\s:：,])(?=[ ]?+\n)",
)
_POLITE = re.compile(rf"(?:니다|습니까|(?:세|해|어|아|에|예|네|게|나|까|려|군)요|죠){_AFTER}(?=\s)")
"""Endings of Korean sentences without a full stop. `요` alone would also match 필요 and 주요."""
_NUMBERED = re.compile(
    r"(?:^|[\s(])(?:[0-9]{1,4}|[A-Za-z]|[a-z]\.[a-z]|Mr|Mrs|Ms|Dr|No|St|vs|approx)\.$", re.IGNORECASE
)
"""A full stop in a list, a date or an abbreviation, which ends no sentence."""
_LONGEST_NUMBERED = 10
_MILLION = 1_000_000


def signature_of(department: str, brand: Brand) -> str:
    """The signature below this department's answers; "" for a department that desk.yaml no longer has."""
    known = brand.departments.get(department)
    return known.signature if known else ""


def clean_text(text: str, name: str, longest: int) -> str:
    """What a person typed into this field, in NFC and without blanks around it. Raises InvalidField."""
    try:
        found = clean(text, name)
    except TextEmpty:
        raise InvalidField(name, name) from None
    except PostNotAccepted as exc:
        raise not_accepted(exc, name) from None
    if len(found) > longest:
        raise InvalidField(name, "too_long", count=len(found), most=longest)
    return found


_EXPLAINED = frozenset(
    {
        "bad_encoding",
        "forbidden_characters",
        "mention_not_allowed",
        "quote_not_allowed",
        "same_text",
        "too_many_cashtags",
    }
)
"""Codes of errors for which the catalogue has a sentence of their own."""


def not_accepted(error: PostNotAccepted, name: str) -> InvalidField:
    """The error as one of this field."""
    code = error.code if error.code in _EXPLAINED else PostNotAccepted.code
    return InvalidField(name, code, **error.values)


def reply_text(typed: str) -> str:
    """The text of a reply, clean.

    Raises InvalidField, also for private numbers, since everybody may read the reply, and for places of a saved reply
    that nobody filled.
    """
    text = clean_text(typed, "text", LONGEST_TEXT)
    if kinds := private_numbers_in(text):
        raise InvalidField("text", "private", kinds=tuple(kinds))
    if places := unfilled(text):
        raise InvalidField("text", "unfilled", places=", ".join(places))
    return text


def weigh_reply(text: str, signature: str) -> Weight:
    """The whole reply as one post: the text, a blank and the signature, which is not repeated if it was typed.

    The caller checks the length: `weighted_length` and `valid` say whether X would take the post.
    Raises a PostNotAccepted, but never TextTooLong, for a text that X would not take however short; TextEmpty also
    when there is nothing but the signature.
    """
    return weigh(clean(_signed(_unsigned(text, signature), signature), "text"))


def reply_posts(text: str, signature: str, *, is_private: bool = False) -> Sequence[Weight]:
    """The posts of a reply: two if it is too long for one and can be cut, else one, which may be too long.

    The cut is at the last end of a sentence that lets the first part fit with ` …`, never inside a link, a word or an
    emoji. The signature ends the second part. A private reply is never cut. Raises as `weigh_reply` does.
    """
    whole = weigh_reply(text, signature)
    if is_private or not MAX_WEIGHT < whole.weighted_length <= 2 * MAX_WEIGHT:
        return [whole]
    words = _unsigned(text, signature)
    return _cut(words, signature, _STOPS) or _cut(words, signature, _POLITE) or [whole]


def _cut(text: str, signature: str, ends: re.Pattern[str]) -> Sequence[Weight]:
    """The two parts at the last of these ends that lets the first one fit; none if the second one does not fit."""
    for place in reversed(_sentence_ends(text, ends)):
        first = weigh(f"{text[:place].rstrip()}{_CONTINUES}")
        if first.weighted_length <= MAX_WEIGHT:
            rest = weigh(_signed(text[place:].lstrip(), signature))
            fits = first.weighted_length >= _SHORTEST_PART and rest.weighted_length <= MAX_WEIGHT
            return (first, rest) if fits else ()
    return ()


def _sentence_ends(text: str, ends: re.Pattern[str]) -> list[int]:
    """Where sentences end. A wide full stop in a link ends none: X allows it in the host."""
    inside = [(begin, end) for begin, end, _ in links(text)]
    return [
        found.end()
        for found in ends.finditer(text)
        if not _NUMBERED.search(text, max(0, found.end() - _LONGEST_NUMBERED), found.end())
        and not any(begin < found.end() < end for begin, end in inside)
    ]


def _unsigned(text: str, signature: str) -> str:
    """The clean text without the signature, in case somebody typed it."""
    words = clean(text, "text")
    if signature and re.search(r"(?:^|\s)$", words.removesuffix(signature)) and words.endswith(signature):
        return clean(words.removesuffix(signature), "text")
    return words


def _signed(text: str, signature: str) -> str:
    return f"{text} {signature}" if signature else text


def confirmation_of(posts: Sequence[Weight], *, is_private: bool) -> Confirmation:
    """The posts to confirm, each with its price, and the total.

    The second post replies to a post of our own, which X does not price as a reply to a mention.
    """
    prices = [
        price_of_post(post.text, is_reply=place == 0, private_message=is_private) for place, post in enumerate(posts)
    ]
    parts = [
        PostPreview(post.text, post.weighted_length, _usd(price)) for post, price in zip(posts, prices, strict=True)
    ]
    return Confirmation(parts, _usd(sum(prices)), is_private=is_private)


def list_prices() -> Mapping[str, str]:
    """Prices in dollars for estimates while somebody types: of a reply, a second post, a link, a description."""
    return {
        "reply": _usd(price_of_post("", is_reply=True)),
        "post": _usd(price_of_post("", is_reply=False)),
        "link": _usd(price_of_post("https://", is_reply=True)),
        "alt": _usd(ALT_TEXT_PRICE),
    }


def _usd(micro_usd: int) -> str:
    return f"{micro_usd / _MILLION:.3f}".removesuffix("0")
