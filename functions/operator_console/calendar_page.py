"""GET calendar: what is planned, held, published, failed or in doubt, by day and week."""

from operator_console.app import Route
from operator_console.render import Renderer
from operator_console.stores import Stores


class CalendarView:
    """Shows the agenda, moves posts and approves them."""

    def __init__(self, stores: Stores, renderer: Renderer) -> None:
        self._stores = stores
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return []
