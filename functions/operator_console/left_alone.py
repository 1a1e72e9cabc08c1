"""What an action on several rows leaves alone: what is in danger, what is folded, and what was never on the screen.

The server knows the danger, whatever a page sends. Only the page knows the rest: `static/on_screen.js` leaves those
rows out of the form and sends how many they are.
"""

from typing import NamedTuple

from desk.replies.formatter import Formatter
from operator_console.http import Request

FOLDED, UNSHOWN = "left_folded", "left_unshown"
"""The fields in which a page says how many rows of each it left out."""

_DIGITS = 3


class LeftAlone(NamedTuple):
    """How many of the rows were left alone, by the reason."""

    danger: int = 0
    folded: int = 0
    unshown: int = 0

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self)

    def sentence(self, formatter: Formatter) -> str:
        """How many were left and why; "" for none."""
        if not self.total:
            return ""
        parts = [formatter.phrase(f"console.left.{why}", count=count) for why, count in self._asdict().items() if count]
        return formatter.phrase("console.left", count=self.total, why=", ".join(parts))


def left_by_page(request: Request) -> LeftAlone:
    """What the page left out itself. Nothing but a sentence depends on it."""
    return LeftAlone(folded=_number(request.field(FOLDED)), unshown=_number(request.field(UNSHOWN)))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else 0
