"""The people section: who answered this morning's greeting, who comes often, and who wants no replies.

What answers its requests is imported with the first of them, since it would make each start of the console longer.
"""

# ruff: noqa: PLW0108 - without the lambdas the pages would be made with the routes
from functools import cached_property
from typing import TYPE_CHECKING

from operator_console.app import Right, Route

if TYPE_CHECKING:
    from operator_console.items.look_ups import LookUpsView
    from operator_console.items.personal_actions import PersonalActions
    from operator_console.people.attendance import AttendancePage
    from operator_console.people.opted_out import OptedOutPage
    from operator_console.people.regulars import RegularsPage
    from operator_console.shell.render import Renderer
    from operator_console.stores import Stores


class PeopleView:
    """The routes of the section."""

    def __init__(
        self, stores: "Stores", renderer: "Renderer", look_ups: "LookUpsView", actions: "PersonalActions"
    ) -> None:
        self._stores = stores
        self._renderer = renderer
        self._look_ups = look_ups
        self._actions = actions

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [
            Route("GET", "people", lambda visit: self._attendance.show(visit)),
            Route("GET", "people/news", lambda visit: self._attendance.news(visit)),
            Route("GET", "people/regulars", lambda visit: self._regulars.show(visit)),
            Route("GET", "people/opted_out", lambda visit: self._opted_out.show(visit)),
            Route("POST", "people/authors", lambda visit: self._attendance.request_authors(visit), Right.ACT),
            Route("POST", "people/opted_out/{author_id}", lambda visit: self._opted_out.withdraw(visit), Right.ACT),
            Route("POST", "people/{author_id}/greet", lambda visit: self._attendance.greet(visit), Right.ACT),
            Route("POST", "people/{author_id}/undo", lambda visit: self._attendance.undo(visit), Right.ACT),
        ]

    @cached_property
    def _attendance(self) -> "AttendancePage":
        from operator_console.people.attendance import AttendancePage  # noqa: PLC0415 - see above

        return AttendancePage(self._stores, self._renderer, self._look_ups, self._actions)

    @cached_property
    def _regulars(self) -> "RegularsPage":
        from operator_console.people.regulars import RegularsPage  # noqa: PLC0415 - see above

        return RegularsPage(self._stores, self._renderer)

    @cached_property
    def _opted_out(self) -> "OptedOutPage":
        from operator_console.people.opted_out import OptedOutPage  # noqa: PLC0415 - see above

        return OptedOutPage(self._stores, self._renderer, self._look_ups)
