"""The bar at the top of every page: the pause switch, the counts of the queues, and how much was seen today."""

from typing import NamedTuple

from desk.posts.pause import Pause, PauseSwitch
from operator_console.http import Visit


class Bar(NamedTuple):
    """The bar's values. `pause` is the running pause, if any."""

    pause: Pause | None


class BarView:
    """Makes the bar."""

    def __init__(self, switch: PauseSwitch) -> None:
        self._switch = switch

    def __call__(self, _visit: Visit) -> Bar:
        """The bar for this person. Raises StoreBusy."""
        return Bar(self._switch.current())
