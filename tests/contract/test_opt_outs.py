"""Who opted out: the fake and DynamoDB keep the same promises."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from desk.cases.store import OptOutItems, OptOuts
from desk.errors import StoreBusy
from tests.contract.in_trouble import Broken, refused
from tests.fakes.cases import FakeOptOuts
from tests.tables import Dynamo

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def opt_outs(dynamo: Dynamo | None) -> OptOuts:
    return OptOutItems(dynamo.client, dynamo.tables.desk) if dynamo else FakeOptOuts()


def test_who_opted_out_is_known_since_when_and_nobody_else(opt_outs: OptOuts) -> None:
    opt_outs.record("55", "700", NOON)

    assert opt_outs.opted_out_at("55") == NOON
    assert opt_outs.opted_out_at("56") is None


def test_noting_it_again_changes_nothing(opt_outs: OptOuts) -> None:
    opt_outs.record("55", "700", NOON)
    opt_outs.record("55", "700", NOON)

    assert opt_outs.opted_out_at("55") == NOON


def test_the_latest_time_stays_in_whatever_order_they_come(opt_outs: OptOuts) -> None:
    opt_outs.record("55", "701", NOON + SECOND)
    opt_outs.record("55", "700", NOON)
    assert opt_outs.opted_out_at("55") == NOON + SECOND

    opt_outs.record("55", "702", NOON + 2 * SECOND)
    assert opt_outs.opted_out_at("55") == NOON + 2 * SECOND


def test_a_moment_is_the_same_in_every_zone(opt_outs: OptOuts) -> None:
    opt_outs.record("55", "700", NOON)
    opt_outs.record("55", "699", (NOON - SECOND).astimezone(timezone(timedelta(hours=9))))

    assert opt_outs.opted_out_at("55") == NOON


@pytest.mark.parametrize("error", [refused("ThrottlingException"), ReadTimeoutError(endpoint_url="https://dynamodb")])
def test_a_busy_table_is_busy_whatever_is_asked(error: Exception) -> None:
    broken: Any = Broken(error)
    opt_outs = OptOutItems(broken, "desk")

    with pytest.raises(StoreBusy):
        opt_outs.record("55", "700", NOON)
    with pytest.raises(StoreBusy):
        opt_outs.opted_out_at("55")


def test_an_error_that_waiting_does_not_mend_passes_as_it_is() -> None:
    broken: Any = Broken(refused("AccessDeniedException"))

    with pytest.raises(ClientError):
        OptOutItems(broken, "desk").record("55", "700", NOON)
