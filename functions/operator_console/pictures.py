"""Pictures of a post that is being written: where to upload them, and how far they are."""

from operator_console.app import Route
from operator_console.render import Renderer
from operator_console.stores import Stores


class PicturesView:
    """Gives addresses for uploads, and says how far pictures are."""

    def __init__(self, stores: Stores, renderer: Renderer) -> None:
        self._stores = stores
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return []
