"""What understands a mention."""

from typing import Protocol

from desk.mention import Mention
from desk.reading import Reading


class Reader(Protocol):
    """A pure function of the mention: no network, no clock, the same answer every time."""

    def read(self, mention: Mention) -> Reading:
        """Kind, need, department, urgency and why; what is uncertain has the department `operator`."""
        ...
