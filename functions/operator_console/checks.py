"""POST check: what the pre-send check finds in a text that is being written."""

from operator_console.app import Route
from operator_console.render import Renderer
from operator_console.stores import Stores


class ChecksView:
    """Checks texts before they are sent."""

    def __init__(self, stores: Stores, renderer: Renderer) -> None:
        self._stores = stores
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return []
