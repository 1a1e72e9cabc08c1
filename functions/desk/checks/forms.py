"""Expressions of sentences, written as lists of words and tables of forms that have names."""

import re


def words(written: str) -> str:
    """A group that is any of the words: blanks part them, "_" is a blank in a word, "~" one that may be missing."""
    return f"(?:{'|'.join(written.split()).replace('_', r'\s').replace('~', r'\s?')})"


def any_of(**forms: str) -> re.Pattern[str]:
    """An expression that is any of the forms in any case, the first before the others; names say what each is."""
    return re.compile("|".join(forms.values()), re.IGNORECASE)
