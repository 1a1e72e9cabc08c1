"""Routing, and at once the phones of those on call."""

import logging
from collections.abc import Callable, Collection
from datetime import datetime

from desk.ports.routing_store import RoutingStore
from route_inquiry.on_call import Caller
from route_inquiry.route import Route, RouteReport

_log = logging.getLogger(__name__)


class RouteAndCall:
    """The use case of the function that follows the stream. `clock` is the machine's.

    Nobody tries a call again here: the task of every minute finds what was not told of.
    """

    def __init__(self, route: Route, store: RoutingStore, caller: Caller, clock: Callable[[], datetime]) -> None:
        self._route = route
        self._store = store
        self._caller = caller
        self._clock = clock

    def run(self, mention_ids: Collection[str]) -> RouteReport:
        """As Route.run; then whoever is on call hears of the urgent cases that these mentions opened or raised."""
        report = self._route.run(mention_ids)
        if report.urgent and self._caller.has_somebody:
            self._call(report.urgent)
        return report

    def _call(self, case_ids: Collection[str]) -> None:
        try:
            called = self._caller.call(list(self._store.cases(case_ids).values()), self._clock())
        except Exception:  # noqa: BLE001 - the mentions are routed; raised, it would have them driven again
            _log.exception("nobody on call could be told")
            return
        if called.failures:
            _log.error("calls failed: %s", called.failures)
