"""What understands a mention."""

from typing import Protocol

from desk.author_cases import AuthorCase
from desk.mention import Mention
from desk.reading import Reading


class Reader(Protocol):
    """A pure function of the mention: no network, no clock, the same answer every time."""

    def read(self, mention: Mention) -> Reading:
        """Kind, need, department, urgency and why; what is uncertain has the department `operator`."""
        ...


class RoutingReader(Protocol):
    """A reader that may be told of the author's last case."""

    def read(self, mention: Mention, last: AuthorCase | None = None) -> Reading:
        """As Reader.read; what is uncertain has the department of the `last` case, unless the brand's rules forbid."""
        ...
