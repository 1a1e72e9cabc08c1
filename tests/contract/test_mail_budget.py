"""How many mails a department may get: the fake and DynamoDB keep the same promises."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from desk.notifications.mail_budget import MailBudget, MailBudgetItems
from tests.fakes.notifications import FakeMailBudget
from tests.tables import DYNAMODBS, dynamodb

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
WINDOW = timedelta(minutes=10)


@pytest.fixture(params=["fake", *DYNAMODBS])
def budgets(request: pytest.FixtureRequest) -> Iterator[tuple[MailBudget, MailBudget]]:
    """The same budget as two runs at once see it: 3 mails in 10 minutes."""
    if request.param == "fake":
        fake = FakeMailBudget(count=3, window=WINDOW)
        yield fake, fake
        return
    with dynamodb(request.param) as (client, tables):
        one, other = (MailBudgetItems(client, desk_table=tables.desk, count=3, window=WINDOW) for _ in range(2))
        yield one, other


def test_one_mail_a_second(budgets: tuple[MailBudget, MailBudget]) -> None:
    budget, _ = budgets

    taken = [budget.reserve("billing", NOON + timedelta(seconds=at)) for at in (0, 0.5, 1)]

    assert taken == [True, False, True]


def test_no_more_than_the_count_in_any_window(budgets: tuple[MailBudget, MailBudget]) -> None:
    budget, _ = budgets

    taken = [budget.reserve("billing", NOON + timedelta(minutes=at)) for at in (0, 8, 9, 9.5, 10.5, 10.6, 18.5)]

    assert taken == [True, True, True, False, True, False, True]


def test_departments_have_budgets_of_their_own(budgets: tuple[MailBudget, MailBudget]) -> None:
    budget, _ = budgets

    assert budget.reserve("billing", NOON)
    assert budget.reserve("network", NOON)


def test_what_is_kept_back_can_be_taken_by_who_keeps_nothing(budgets: tuple[MailBudget, MailBudget]) -> None:
    budget, _ = budgets

    taken = [budget.reserve("billing", NOON + timedelta(seconds=2 * at), keep=1) for at in range(3)]

    assert taken == [True, True, False]
    assert budget.reserve("billing", NOON + timedelta(seconds=9))


def test_two_runs_share_one_budget(budgets: tuple[MailBudget, MailBudget]) -> None:
    one, other = budgets

    taken = [
        run.reserve("billing", NOON + timedelta(seconds=2 * at)) for at, run in enumerate((one, other, one, other, one))
    ]

    assert taken == [True, True, True, False, False]


def test_two_runs_in_the_same_second_get_one_mail(budgets: tuple[MailBudget, MailBudget]) -> None:
    one, other = budgets

    assert [one.reserve("billing", NOON), other.reserve("billing", NOON)] == [True, False]
