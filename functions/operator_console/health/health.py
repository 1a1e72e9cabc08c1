"""GET health: how the desk is, for the people who lead it. The checks are those of `dorothy doctor`."""

from http import HTTPStatus

from desk.doctor.checks import Health, HealthStores, checks_of, examine
from desk.web.response import Response, html
from operator_console.app import Refused, Route, Visit
from operator_console.shell.bar import sees_all
from operator_console.shell.render import Renderer


class HealthView:
    """Shows the page to people who see the whole desk: the checks whose tables the console may read."""

    def __init__(self, stores: HealthStores, renderer: Renderer) -> None:
        self._stores = stores
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [Route("GET", "health", self._show)]

    def _show(self, visit: Visit) -> Response:
        if not sees_all(visit.person):
            raise Refused(HTTPStatus.FORBIDDEN, "console.problem.not_allowed")
        language = self._renderer.brand.language
        findings = examine(checks_of(self._stores, self._renderer.brand, visit.now))
        rows = [(each.verdict, each.title(language), each.sentence(language)) for each in findings]
        act = sum(verdict in {Health.ACT, Health.UNKNOWN} for verdict, _, _ in rows)
        look = sum(verdict is Health.LOOK for verdict, _, _ in rows)
        return html(self._renderer.page("health/health.html.j2", visit, rows=rows, act=act, look=look))
