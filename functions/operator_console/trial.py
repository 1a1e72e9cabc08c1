"""GET trial: what the desk would do, while nothing is sent."""

from operator_console.app import Route
from operator_console.render import Renderer
from operator_console.stores import Stores


class TrialView:
    """Shows the cases of the trial, releases and corrects them."""

    def __init__(self, stores: Stores, renderer: Renderer) -> None:
        self._stores = stores
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return []
