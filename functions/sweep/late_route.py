"""Routing that is made when the first mention needs it: most sweeps find none, and the reader takes long to make."""

from collections.abc import Callable, Sequence

from route_inquiry.route import RouteReport
from sweep.sweep import Routes


class LateRoute:
    """`make` is called with the first mentions; what it raises is raised by `run`, and it is called again next time."""

    def __init__(self, make: Callable[[], Routes]) -> None:
        self._make = make
        self._made: Routes | None = None

    def run(self, mention_ids: Sequence[str]) -> RouteReport:
        """See Routes."""
        self._made = self._made or self._make()
        return self._made.run(mention_ids)
