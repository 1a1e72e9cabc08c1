"""Which cases a spike covers."""

from datetime import timedelta
from typing import Any

import pytest

from desk.reading import Kind, Safety
from desk.spikes.model import Spike
from tests.unit.notifications.on_call_scene import urgent
from tests.unit.spikes.scene import MINUTE, NOON

SPIKE = Spike("1", "network", NOON, NOON + MINUTE, 3, 7, 0.1, ended_at=NOON + timedelta(hours=1))


@pytest.mark.parametrize(
    ("changes", "covered"),
    [
        ({}, True),
        ({"opened_at": NOON - MINUTE}, False),
        ({"opened_at": NOON + 61 * MINUTE}, False),
        ({"safety": Safety.DANGER}, False),
        ({"safety": Safety.CHECK}, False),
        ({"kind": Kind.INQUIRY}, False),
        ({"department": "billing"}, False),
    ],
)
def test_a_spike_covers_faults_of_its_department_until_it_ends_but_no_risk(
    changes: dict[str, Any], covered: bool
) -> None:
    case = urgent(1, **{"opened_at": NOON + MINUTE, "kind": Kind.FAULT, "department": "network", **changes})

    assert SPIKE.covers(case) is covered
