"""The urgent cases that nobody has taken on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from desk.case import Case


class UrgentCases(Protocol):
    """Looking for them; may lag behind by seconds. Raises StoreBusy."""

    def of(self, department: str, *, due_before: datetime) -> Sequence[Case]:
        """Those of this department, whether or not desk.yaml still has it, that are due before this moment."""
        ...
