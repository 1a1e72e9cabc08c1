"""GET favourites: the posts that the account liked."""

from operator_console.app import Route
from operator_console.render import Renderer
from operator_console.stores import Stores


class FavouritesView:
    """Lists, searches and annotates liked posts."""

    def __init__(self, stores: Stores, renderer: Renderer) -> None:
        self._stores = stores
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return []
