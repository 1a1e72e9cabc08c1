"""The favourites section: the posts that the account liked.

What answers its requests is imported with the first of them, since it would make each start of the console longer.
"""

# ruff: noqa: PLW0108 - without the lambdas the pages would be made with the routes
from functools import cached_property
from typing import TYPE_CHECKING

from operator_console.app import Right, Route

if TYPE_CHECKING:
    from operator_console.people.favourites_page import FavouritesPage
    from operator_console.shell.render import Renderer
    from operator_console.stores import Stores


class FavouritesView:
    """The routes of the section."""

    def __init__(self, stores: "Stores", renderer: "Renderer") -> None:
        self._stores = stores
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [
            Route("GET", "favourites", lambda visit: self._page.show(visit)),
            Route("POST", "favourites/{post_id}/note", lambda visit: self._page.add_note(visit), Right.ACT),
            Route("POST", "favourites/{post_id}/remove_note", lambda visit: self._page.remove_note(visit), Right.ACT),
        ]

    @cached_property
    def _page(self) -> "FavouritesPage":
        from operator_console.people.favourites_page import FavouritesPage  # noqa: PLC0415 - see above

        return FavouritesPage(self._stores, self._renderer)
