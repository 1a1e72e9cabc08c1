"""What an action on several rows leaves alone: what is in danger, what is folded, and what was never on the screen.

The server knows the danger, whatever a page sends. Only the page knows the rest: `on_screen.js` leaves those
rows out of the form and sends how many they are.
"""

from typing import NamedTuple

from desk.formatting.formatter import DeskFormatter
from operator_console.http import Request, number_in

FOLDED, UNSHOWN = "left_folded", "left_unshown"
"""The fields in which a page says how many rows of each it left out."""

_MOST = 999


class LeftAlone(NamedTuple):
    """How many of the rows were left alone, by the reason."""

    danger: int = 0
    folded: int = 0
    unshown: int = 0

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self)

    def sentence(self, formatter: DeskFormatter) -> str:
        """How many were left and why; "" for none."""
        if not self.total:
            return ""
        parts = [formatter.phrase(f"console.left.{why}", count=count) for why, count in self._asdict().items() if count]
        return formatter.phrase("console.left", count=self.total, why=", ".join(parts))


def left_by_page(request: Request) -> LeftAlone:
    """What the page left out itself. Nothing but a sentence depends on it."""
    folded, unshown = (number_in(request.field(name), _MOST) or 0 for name in (FOLDED, UNSHOWN))
    return LeftAlone(folded=folded, unshown=unshown)
