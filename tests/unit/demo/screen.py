"""A screen of the demo that is read as text, and a line of its ledger to show there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO

from rich.console import Console

from local.brand.load import load_desk
from local.brand.model import Desk
from local.demo.ledger import Line

NINE = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
"""Nine in the morning in Seoul."""


class Screen[Shows]:
    """What is shown goes here; the demonstration brand's desk is the one it is about."""

    def __init__(self, show: Callable[[Console, Desk], Shows], width: int) -> None:
        self.console = Console(file=StringIO(), record=True, width=width)
        self.show = show(self.console, load_desk())

    def text(self) -> str:
        return self.console.export_text()


def line(number: int, **change: object) -> Line:
    """A fault of the network's, that many minutes after nine."""
    about: dict[str, object] = {
        "mention_id": str(number),
        "created_at": (NINE + timedelta(minutes=number)).isoformat(),
        "author": "somebody",
        "text": f"@emeraldmobile text {number}.",
        "kind": "fault",
        "department": "network",
        "urgency": "normal",
        "why": (("fault_word", "먹통"), ("department_word", "안테나")),
        "case_id": None,
        "waiting": None,
    }
    return Line(**(about | change))  # type: ignore[arg-type]
