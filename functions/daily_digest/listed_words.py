"""What people wrote, as a list has room for it."""

from collections.abc import Collection

from desk.fitting import cut
from desk.mail.plain import first_words
from desk.ports.feedback_words import FeedbackWords

_BYTES = 600
"""A post of X's usual length; longer ones are read on X."""


def listed_words(words: FeedbackWords, mention_ids: Collection[str]) -> dict[str, str]:
    """The words of these mentions that are still there, in one line, private numbers masked. Raises StoreBusy."""
    return {key: cut(first_words(text), _BYTES) for key, text in words.texts(mention_ids).items()}
