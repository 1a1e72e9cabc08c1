"""The reason for which a person sends a text although the check warned."""

import unicodedata

from desk.text import one_line

LONGEST_REASON = 200
"""Letters of a reason."""

SHORTEST_REASON = 2
"""Visible letters of a reason."""

_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that nobody sees."""


def reason_in(typed: str) -> str:
    """The reason in one line, cut to LONGEST_REASON; "" if it has fewer than SHORTEST_REASON visible letters."""
    reason = unicodedata.normalize("NFC", one_line(typed))[:LONGEST_REASON].strip()
    visible = sum(unicodedata.category(letter)[0] in "LNPS" and letter not in _BLANKS for letter in reason)
    return reason if visible >= SHORTEST_REASON else ""
