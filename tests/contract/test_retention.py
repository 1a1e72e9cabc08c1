"""What is forgotten of cases, on the tables: whatever people did with them, and whatever comes between."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from desk.cases import transitions as case_steps
from desk.cases.items import case_item
from desk.cases.model import Case, CaseEvent, CaseEventKind, Draft, ReplyAs
from desk.cases.store import CaseFile, CaseStoreItems
from desk.errors import StoreBusy
from desk.retention.store import RetentionItems
from tests.contract.case_scene import CASE_ID, NOON, Routing, mention
from tests.tables import DYNAMODBS, Tables, dynamodb

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DAY = timedelta(days=1)
CLOSED = CaseEvent(CaseEventKind.CLOSED, NOON + 9 * DAY, "지은", "김하늘 고객과 통화했습니다")


@dataclass(frozen=True)
class Subject:
    client: "DynamoDBClient"
    tables: Tables

    @property
    def retention(self) -> RetentionItems:
        return RetentionItems(self.client, mentions_table=self.tables.mentions, cases_table=self.tables.cases)

    @property
    def cases(self) -> CaseStoreItems:
        names = self.tables
        return CaseStoreItems(
            self.client, cases_table=names.cases, mentions_table=names.mentions, desk_table=names.desk
        )

    @property
    def routing(self) -> Routing:
        return Routing(self.client, self.tables)

    def file(self) -> CaseFile:
        file = self.cases.file(CASE_ID)
        assert file is not None
        return file

    def item(self) -> dict[str, Any]:
        key: Any = {"case_id": {"S": CASE_ID}, "what": {"S": "case"}}
        return self.client.get_item(TableName=self.tables.cases, Key=key)["Item"]

    def opened(self) -> Case:
        self.routing.route(mention(1), mention(2))
        return self.file().case

    def closed(self) -> Case:
        case = self.opened()
        return self.cases.save(case_steps.closed(case), case, CLOSED)


@pytest.fixture(params=DYNAMODBS)
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    with dynamodb(request.param) as (client, tables):
        yield Subject(client, tables)


def test_what_people_did_keeps_a_case_as_long_as_what_its_author_wrote(subject: Subject) -> None:
    case = subject.closed()

    assert subject.retention.expired_cases([case.id], CLOSED.at) == frozenset()
    assert subject.retention.expired_cases([case.id], CLOSED.at + timedelta(microseconds=1)) == {case.id}


def test_other_things_beside_a_case_keep_nothing(subject: Subject) -> None:
    case = subject.closed()
    for what in ("chase", "on_call"):
        item: Any = {"case_id": {"S": case.id}, "what": {"S": what}, "at": {"S": "2099"}}
        subject.client.put_item(TableName=subject.tables.cases, Item=item)

    assert subject.retention.expired_cases([case.id], CLOSED.at + DAY) == {case.id}
    assert subject.retention.forget_case(case.id) == 2


def test_who_did_what_when_is_kept_and_what_they_wrote_is_not(subject: Subject) -> None:
    case = subject.closed()

    assert subject.retention.forget_case(case.id) == 2

    file = subject.file()
    assert list(file.events) == [CLOSED._replace(text="")]
    assert (list(file.mentions), file.case) == ([], case._replace(author=None))


def test_a_draft_that_an_ended_case_still_has_goes_too(subject: Subject) -> None:
    case = subject.opened()
    drafted = case_steps.drafted(case, Draft("김하늘 님, 내일 됩니다", "지은", NOON))
    holding = case_steps.replied_on_x(drafted, ReplyAs.HOLDING, NOON)
    kept = case_steps.closed(case)._replace(draft=holding.draft)
    subject.cases.save(kept, case, CLOSED)

    subject.retention.forget_case(case.id)

    assert subject.file().case.draft is None


def test_a_case_that_opened_meanwhile_keeps_what_is_its_own(subject: Subject) -> None:
    case = subject.opened()

    subject.retention.forget_case(case.id)

    assert subject.file().case.author is not None
    assert "forgotten" not in subject.item()


def test_a_case_that_is_gone_is_nothing_to_forget(subject: Subject) -> None:
    assert subject.retention.expired_cases([CASE_ID], NOON) == frozenset()
    assert subject.retention.forget_case(CASE_ID) == 0


def test_more_than_one_transaction_of_deeds_is_forgotten(subject: Subject) -> None:
    case = subject.opened()
    for minute in range(120):
        subject.cases.record(case, CLOSED._replace(at=NOON + timedelta(minutes=minute)))
    closed = subject.cases.save(case_steps.closed(case), case, CLOSED)

    subject.retention.forget_case(case.id)

    assert {event.text for event in subject.file().events} == {""}
    assert subject.item()["forgotten"] == {"N": str(closed.version)}


def test_mentions_that_a_long_case_no_longer_lists_are_forgotten_too(subject: Subject) -> None:
    case = subject.closed()
    subject.client.put_item(TableName=subject.tables.cases, Item=case_item(case._replace(mention_ids=("1",))))

    assert subject.retention.forget_case(case.id) == 2


@pytest.mark.parametrize("sound", [1, 2])  # the words, and the first hundred of what people did
def test_what_is_cancelled_amid_is_busy_and_forgotten_the_next_time(
    subject: Subject, sound: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = subject.closed()
    for minute in range(120):
        subject.cases.record(case, CLOSED._replace(at=NOON + timedelta(minutes=minute)))
    transact, reasons = subject.client.transact_write_items, [{"Code": "ThrottlingError"}]
    answer: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
    left = [True] * sound

    def cancelled(**asked: Any) -> Any:
        if left:
            left.pop()
            return transact(**asked)
        raise ClientError(answer, "TransactWriteItems")

    retention = subject.retention
    with monkeypatch.context() as ill:
        ill.setattr(subject.client, "transact_write_items", cancelled)
        with pytest.raises(StoreBusy):
            retention.forget_case(case.id)

    assert retention.expired_cases([case.id], CLOSED.at + DAY) == {case.id}
    retention.forget_case(case.id)
    assert retention.expired_cases([case.id], CLOSED.at + DAY) == frozenset()
    assert {event.text for event in subject.file().events} == {""}


def test_a_deed_that_went_away_meanwhile_keeps_no_other_ones_words_for_good(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = subject.opened()
    for minute in range(120):
        subject.cases.record(case, CLOSED._replace(at=NOON + timedelta(minutes=minute)))
    subject.cases.save(case_steps.closed(case), case, CLOSED)
    transact = subject.client.transact_write_items

    def goes_away(**asked: Any) -> Any:
        deeds = [
            each["Update"] for each in asked["TransactItems"] if each["Update"]["TableName"] == subject.tables.cases
        ]
        if len(deeds) == 100:
            subject.client.delete_item(TableName=subject.tables.cases, Key=deeds[0]["Key"])
        return transact(**asked)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(subject.client, "transact_write_items", goes_away)
        subject.retention.forget_case(case.id)
    assert subject.retention.expired_cases([case.id], CLOSED.at + DAY) == {case.id}
    subject.retention.forget_case(case.id)

    assert {event.text for event in subject.file().events} == {""}
    assert subject.retention.expired_cases([case.id], CLOSED.at + DAY) == frozenset()
