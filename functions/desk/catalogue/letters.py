"""Lengths of posts in the letters that people write: X counts a syllable of Hangul as two."""

_HANGUL, _LATIN = 2, 1


def weight_of_a_letter(language: str) -> int:
    """What X counts for one letter of this language."""
    return _HANGUL if language == "ko" else _LATIN
