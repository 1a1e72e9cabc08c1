"""What is stored of a case in which somebody may be in danger is how to handle it, and comes back."""

from datetime import UTC, datetime, timedelta

from desk.aws.dynamodb import from_item
from desk.cases.items import case_item, case_of
from tests.cases import a_case

NINE = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


def test_danger_and_since_when_it_is_alarming_come_back_as_they_were_stored() -> None:
    case = a_case(NINE, danger=True, alarmed_at=NINE + timedelta(minutes=5))

    assert case_of(case_item(case)) == case


def test_a_case_that_an_earlier_release_stored_is_none_of_danger() -> None:
    item = case_item(a_case(NINE))

    assert not {"danger", "alarmed_at"} & from_item(item).keys()
    assert (case_of(item).danger, case_of(item).alarmed_at) == (False, None)
