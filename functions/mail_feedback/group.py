"""Opinions about the same thing, side by side."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from desk.mail.feedback import FeedbackGroup
from desk.x_post import XPost

_LEAST = 2
"""A group of one is no group."""


def grouped(posts: Sequence[XPost], words: Iterable[str]) -> tuple[FeedbackGroup, ...]:
    """The posts by the department's `words` that they use, the largest group first, the rest last.

    Each post is listed once, in the largest group that it fits into; inside a group posts keep their order.
    """
    left = {post.id: post for post in posts}
    used = {post.id: _used(post.text, words) for post in posts}
    groups: list[FeedbackGroup] = []
    while word := _commonest(used[key] for key in left):
        groups.append(FeedbackGroup(word, tuple(post for key, post in left.items() if word in used[key])))
        left = {key: post for key, post in left.items() if word not in used[key]}
    return (*groups, FeedbackGroup("", tuple(left.values()))) if left else tuple(groups)


def _commonest(used: Iterable[Sequence[str]]) -> str:
    """The word that most posts use; of several the longest, which says most, then the first. "" for none."""
    counts = Counter(word for words in used for word in words)
    common = [word for word, count in counts.items() if count >= _LEAST]
    return max(common, key=lambda word: (counts[word], len(word)), default="")


def _used(text: str, words: Iterable[str]) -> list[str]:
    said = text.casefold()
    return [word for word in words if _occurs(word.casefold(), said)]


def _occurs(word: str, said: str) -> bool:
    """Whether the word is there: words in Latin letters and figures as a whole, Korean ones also inside others."""
    if word not in said:
        return False
    return not word.isascii() or re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", said) is not None
