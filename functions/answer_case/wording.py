"""What is said on X: the words that were typed, in the one post or two in which they would stand, and at what price."""

from collections.abc import Sequence

from answer_case.forms import Mend, mending, text_in
from answer_case.parts import first_cut, weighted
from answer_case.step import Asked
from answer_case.view import Confirm, Part
from desk.brand import Brand
from desk.catalogue import phrase
from desk.catalogue.letters import weight_of_a_letter
from desk.post_price import price_of_post
from desk.private_numbers import find
from desk.weight import MAX_WEIGHT, Weight, weigh
from post_update.refusals import PostNotAccepted

_MILLION = 1_000_000


def signature_of(department: str, brand: Brand) -> str:
    """What stands below this department's answers; "" for one that desk.yaml no longer has."""
    known = brand.departments.get(department)
    return known.signature if known else ""


def text_of(asked: Asked) -> str:
    """The answer that was typed, which everybody may read; raises Mend."""
    text = text_in(asked.fields)
    if kinds := find(text):
        names = [phrase(asked.brand.language, f"private_number.{kind}") for kind in kinds]
        raise Mend("answer.problem.private", "text", kinds=", ".join(names))
    return text


def posts_of(text: str, signature: str) -> Sequence[Weight]:
    """The posts in which the text would stand: two where one is too long and can be cut.

    A single one may be too long all the same. Raises a PostNotAccepted for what X would not take however short.
    """
    whole, cut = weighted(text, signature), first_cut(text, signature)
    return [weigh(part) for part in cut] if cut else [whole]


def reply_of(asked: Asked, text: str, *, is_private: bool) -> Sequence[Weight]:
    """The posts of the answer, one if it asks into private; raises Mend for what X would not take."""
    signature = signature_of(asked.case.department, asked.brand)
    try:
        posts = [weighted(text, signature)] if is_private else posts_of(text, signature)
    except PostNotAccepted as exc:
        raise mending(exc, "text") from None
    if (count := posts[0].weighted_length) > MAX_WEIGHT:
        key = "answer.problem.post_too_long" if is_private else "answer.problem.too_long_uncut"
        raise Mend(key, "text", excess=-((MAX_WEIGHT - count) // weight_of_a_letter(asked.brand.language)))
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
