"""Two functions touch one spike at the same time: nobody is notified twice, and no fault is in no mail."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

import sweep.wiring
from desk.clock import scheduled_time
from desk.spikes.model import Spike
from desk.spikes.store import SpikeItems
from tests.failing_calls import Call, Trouble
from tests.interleaved_calls import interleaved
from tests.invocations import Function
from tests.unit.routing.deployed import MINUTE, Deployed, cases_of, deployed, faults, ids_of
from tests.unit.routing.scene import TUESDAY

pytestmark = pytest.mark.emulator

IDS = ids_of(faults(1, 6))
"""Six faults of one department within minutes are a spike, and five are none."""
QUIET_AT = TUESDAY + 40 * MINUTE
"""The sweep of this minute ends the spike."""
SWEEP_BEGINS = QUIET_AT + timedelta(seconds=20)
JOINS = faults(7, 7)
"""Received between the two."""


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    with deployed(monkeypatch) as made:
        made.functions["spikes"] = Function(_spikes_alone(), monkeypatch)
        yield made


def _spikes_alone() -> Any:
    """The sweep's part that touches spikes: each of its other parts makes calls, too."""

    def handled(event: Mapping[str, Any], _context: object) -> Mapping[str, Any]:
        sent = handler._wired().outbox.send(lambda: True).failures
        return {"failures": sent | handler._wired().spikes.sweep(scheduled_time(event), lambda: True).failures}

    handler: Any = SimpleNamespace(_wired=None, wire=sweep.wiring.wire, lambda_handler=handled)
    return handler


def spikes(stack: Deployed) -> list[Spike]:
    return list(SpikeItems(stack.client, stack.tables.desk).recent(TUESDAY))


def notified(stack: Deployed) -> list[int]:
    """How many mails about spikes the department and the operator got, and how many calls."""
    return [*(sum(one.spike for one in stack.mails(topic)) for topic in ("network", "operator")), len(stack.calls())]


@pytest.mark.parametrize(("first", "other"), [(4, 5), (5, 4), (5, 5)])
def test_two_routes_at_the_same_time_find_one_spike(stack: Deployed, first: int, other: int) -> None:
    stack.receives(faults(1, 6))
    stack.routes([key for key in IDS if key not in {IDS[first], IDS[other]}])

    def routes(trouble: Trouble) -> list[Call]:
        return stack.routes([IDS[first]], trouble).made

    def routes_too() -> None:
        stack.routes([IDS[other]], by="route2")

    for _, place in interleaved(f"routes {first} and {other}", routes, routes_too, stack.starts):
        assert (len(spikes(stack)), notified(stack)) == (1, [1, 1, 1]), place


@pytest.mark.parametrize("sweeps_first", [True, False])
def test_a_fault_that_is_routed_while_its_spike_ends_is_in_a_mail(stack: Deployed, *, sweeps_first: bool) -> None:
    stack.receives(faults(1, 6))
    stack.routes(IDS)
    stack.receives(JOINS, first=QUIET_AT + timedelta(seconds=5), polled=QUIET_AT + timedelta(seconds=10))
    (case,) = cases_of(JOINS)

    def sweeps(trouble: Trouble | None = None) -> list[Call]:
        return stack.runs("spikes", timedelta(0), trouble).made

    def routes(trouble: Trouble | None = None) -> list[Call]:
        return stack.routes(ids_of(JOINS), trouble).made

    first, other = (sweeps, routes) if sweeps_first else (routes, sweeps)
    for _, place in interleaved(f"sweeps first: {sweeps_first}", first, other, lambda: stack.starts(SWEEP_BEGINS)):
        for _ in range(2):
            assert stack.runs("spikes", 5 * MINUTE).answer == {"failures": {}}, place
        assert [spike.is_open for spike in spikes(stack)] == [False], place
        assert notified(stack) == [1, 1, 0], place
        assert any(case in one.text for one in stack.mails("network")), place
