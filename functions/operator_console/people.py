"""GET people: who answered this morning's greeting, who comes often, and who wants no replies."""

from operator_console.app import Route
from operator_console.render import Renderer
from operator_console.stores import Stores


class PeopleView:
    """Shows the attendance, and sends greetings back."""

    def __init__(self, stores: Stores, renderer: Renderer) -> None:
        self._stores = stores
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return []
