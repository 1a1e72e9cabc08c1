"""The catalogue's word for what is wrong with a text."""

from post_update.refusals import PostNotAccepted

_TOLD = frozenset({"bad_encoding", "forbidden_characters", "same_text", "too_many_cashtags"})
"""Codes of refusals that a text may meet; the catalogue has a sentence for each."""


def problem_of(refusal: PostNotAccepted) -> str:
    """The catalogue's key; it takes the refusal's values."""
    return f"answer.problem.{refusal.code if refusal.code in _TOLD else PostNotAccepted.code}"
