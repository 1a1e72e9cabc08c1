"""What people have practised: the fake and DynamoDB keep the same promises."""

from datetime import UTC, datetime, timedelta

import pytest

from desk.staff.practice import PracticeItems, PracticeStore
from tests.fakes.staff import FakePractice
from tests.tables import Dynamo

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
JIMIN, SUJIN = "https://issuer.example|1#a", "https://issuer.example|2"


@pytest.fixture
def practice(dynamo: Dynamo | None) -> PracticeStore:
    return PracticeItems(dynamo.client, dynamo.tables.desk) if dynamo else FakePractice()


def test_lessons_add_up_for_each_person_in_any_order_and_once(practice: PracticeStore) -> None:
    assert practice.done(JIMIN) is None

    practice.record(JIMIN, (), NOON)
    assert practice.done(JIMIN) == frozenset()
    for lesson in ("hand", "answer", "hand"):
        practice.record(JIMIN, (lesson,), NOON + timedelta(minutes=1))

    assert practice.done(JIMIN) == frozenset({"answer", "hand"})
    assert practice.done(SUJIN) is None


def test_who_begins_again_has_done_nothing(practice: PracticeStore) -> None:
    practice.record(JIMIN, ("answer",), NOON)

    practice.begin_again(JIMIN)
    practice.begin_again(JIMIN)

    assert practice.done(JIMIN) is None


def test_dynamodb_forgets_it_after_a_year(dynamo: Dynamo | None) -> None:
    if dynamo is None:
        pytest.skip("the fake has no time to live")
    PracticeItems(dynamo.client, dynamo.tables.desk).record(JIMIN, ("answer",), NOON)

    [item] = dynamo.client.scan(TableName=dynamo.tables.desk)["Items"]
    assert int(item["expires_at"]["N"]) == (NOON + timedelta(days=365)).timestamp()
