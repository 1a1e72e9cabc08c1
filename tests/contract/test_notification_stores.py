"""What notifications keep and where those on call are called: the fakes, DynamoDB and SNS keep the same promises."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import boto3
import pytest
from moto import mock_aws

from desk.errors import TopicsUnavailable
from desk.notifications.check_notices import CheckNoticeItems, CheckNotices
from desk.notifications.mail_budget import DANGER_A_SECOND, MailBudget, MailBudgetItems
from desk.notifications.on_call import OnCallMessage, OnCallTopic, OnCallTopicSns
from desk.notifications.topics import SubscribersItems
from tests.contract.in_trouble import ILL_SNS, Retrying, refused
from tests.fakes.check_notices import FakeCheckNotices
from tests.fakes.notifications import FakeMailBudget, FakeOnCallTopic, FakeSubscribers
from tests.tables import DYNAMODBS, REGION, Dynamo, dynamodb

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


def test_a_reserved_mail_is_for_a_caller_that_keeps_none_back(budgets: tuple[MailBudget, MailBudget]) -> None:
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


def test_only_the_limit_of_a_second_holds_up_danger(budgets: tuple[MailBudget, MailBudget]) -> None:
    one, other = budgets
    at = [NOON + timedelta(milliseconds=100 * number) for number in range(12)]

    taken = [(one, other)[number % 2].reserve_danger("billing", moment) for number, moment in enumerate(at)]

    assert taken == [True] * DANGER_A_SECOND + [False] * (10 - DANGER_A_SECOND) + [True, True]
    assert one.reserve_danger("network", at[-1])


def test_mails_about_danger_count_like_all_others(budgets: tuple[MailBudget, MailBudget]) -> None:
    budget, _ = budgets
    danger = [budget.reserve_danger("billing", NOON + timedelta(seconds=at)) for at in range(4)]

    assert danger == [True] * 4
    assert not budget.reserve("billing", NOON + timedelta(minutes=1))
    assert budget.reserve("billing", NOON + timedelta(minutes=11))


@pytest.fixture
def subscribers(dynamo: Dynamo | None) -> FakeSubscribers | SubscribersItems:
    return SubscribersItems(dynamo.client, desk_table=dynamo.tables.desk) if dynamo else FakeSubscribers()


def test_recorded_subscribers_are_counted(subscribers: FakeSubscribers | SubscribersItems) -> None:
    subscribers.record("billing", 2, ["a@jade.example"])
    subscribers.record("network", 0, [])

    assert [subscribers.confirmed_count(key) for key in ("billing", "network", "pr")] == [2, 0, None]
    assert subscribers.missing_counts() == {"billing": 1, "network": 0}


def test_departments_are_remembered_even_when_desk_yaml_forgot_them(
    subscribers: FakeSubscribers | SubscribersItems,
) -> None:
    subscribers.record("billing", 0, [])
    subscribers.record("fax", 2, [])

    assert subscribers.departments() == {"billing", "fax"}


@pytest.mark.parametrize("kind", DYNAMODBS)
def test_a_count_is_cached_for_a_minute(kind: str) -> None:
    now = [NOON]
    with dynamodb(kind) as (client, tables):
        subscribers = SubscribersItems(client, desk_table=tables.desk, clock=lambda: now[0])
        before = subscribers.confirmed_count("billing")
        subscribers.record("billing", 0, [])

        within = subscribers.confirmed_count("billing")
        now[0] += timedelta(seconds=61)
        after = subscribers.confirmed_count("billing")

    assert (before, within, after) == (None, None, 0)


@pytest.mark.parametrize("kind", DYNAMODBS)
def test_a_count_that_cannot_be_read_holds_up_no_mail(kind: str) -> None:
    with dynamodb(kind) as (client, tables):
        subscribers = SubscribersItems(client, desk_table=f"{tables.desk}-gone")

        assert subscribers.confirmed_count("billing") is None
        assert not subscribers.are_known()


def test_departments_that_were_never_checked_are_known_to_have_no_record(
    subscribers: FakeSubscribers | SubscribersItems,
) -> None:
    assert subscribers.are_known()


@pytest.mark.parametrize("kind", DYNAMODBS)
def test_a_cached_count_is_used_while_the_table_does_not_answer(kind: str) -> None:
    now = [NOON]
    with dynamodb(kind) as (client, tables):
        retrying = Retrying(client)
        subscribers = SubscribersItems(cast("Any", retrying), desk_table=tables.desk, clock=lambda: now[0])
        subscribers.record("billing", 0, [])
        before = subscribers.confirmed_count("billing")
        now[0] += timedelta(seconds=61)
        retrying.errors.append(refused("ThrottlingException"))

        assert (before, subscribers.confirmed_count("billing"), subscribers.are_known()) == (0, 0, True)


MESSAGE = OnCallMessage(
    sms="[긴급] 문의\nhttps://desk.example/answer/1", machine='{"version":"1"}', plain="[긴급] 문의"
)


class StubSns:
    """Keeps what is published, or raises."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error
        self.asked: list[dict[str, Any]] = []

    def publish(self, **asked: Any) -> None:
        self.asked.append(asked)
        if self._error:
            raise self._error


def topic_of(stub: StubSns) -> OnCallTopic:
    client: Any = stub
    return OnCallTopicSns(client, topic_arn="arn")


@pytest.fixture
def sns() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("sns", region_name=REGION)


def test_each_way_to_reach_somebody_gets_its_own_words() -> None:
    stub = StubSns()

    topic_of(stub).send(MESSAGE)

    (asked,) = stub.asked
    assert asked["MessageStructure"] == "json"
    assert json.loads(asked["Message"]) == {
        "default": "[긴급] 문의",
        "sms": "[긴급] 문의\nhttps://desk.example/answer/1",
        "https": '{"version":"1"}',
    }
    assert asked["MessageAttributes"]["AWS.SNS.SMS.SMSType"]["StringValue"] == "Transactional"


def test_sns_accepts_the_message_and_only_sms_has_the_link(sns: Any) -> None:
    sqs = boto3.client("sqs", region_name=REGION)
    topic = sns.create_topic(Name="desk-oncall")["TopicArn"]
    queue = sqs.create_queue(QueueName="all")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint="+821000000000")

    OnCallTopicSns(sns, topic_arn=topic).send(MESSAGE)

    assert [one["Body"] for one in sqs.receive_message(QueueUrl=queue)["Messages"]] == ["[긴급] 문의"]


@pytest.mark.parametrize("error", ILL_SNS)
def test_a_topic_that_does_not_take_it_is_unavailable(error: Exception) -> None:
    with pytest.raises(TopicsUnavailable):
        topic_of(StubSns(error)).send(MESSAGE)


def test_the_fake_fails_alike() -> None:
    with pytest.raises(TopicsUnavailable):
        FakeOnCallTopic(down=True).send(MESSAGE)


MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["fake", *DYNAMODBS])
def notices(request: pytest.FixtureRequest) -> Iterator[tuple[CheckNotices, CheckNotices]]:
    """The same notices as two runs at once see them."""
    if request.param == "fake":
        fake = FakeCheckNotices()
        yield fake, fake
        return
    with dynamodb(request.param) as (client, tables):
        yield CheckNoticeItems(client, tables.desk), CheckNoticeItems(client, tables.desk)


def claims(notices: CheckNotices, since: datetime, at: datetime, name: str = "call") -> bool:
    return notices.claim(name, since, held=(at, at + MINUTE))


def test_of_two_runs_one_has_a_notice_until_its_claim_expires(notices: tuple[CheckNotices, CheckNotices]) -> None:
    one, other = notices

    claimed = [claims(run, NOON, NOON + at * MINUTE) for run, at in ((one, 0), (other, 0.5), (other, 1), (one, 1.5))]

    assert claimed == [True, False, True, False]


def test_a_notice_that_was_sent_is_due_again_only_for_something_later(
    notices: tuple[CheckNotices, CheckNotices],
) -> None:
    one, other = notices
    claims(one, NOON, NOON)
    one.record("call", NOON + MINUTE)

    assert not claims(other, NOON, NOON + 2 * MINUTE)
    assert claims(other, NOON + MINUTE, NOON + 3 * MINUTE)


def test_notices_about_different_cases_do_not_stop_each_other(notices: tuple[CheckNotices, CheckNotices]) -> None:
    one, other = notices
    one.record("7Q2M4-XD93K", NOON)

    assert claims(one, NOON - MINUTE, NOON, "call")
    assert claims(other, NOON - MINUTE, NOON, "AAAAA-00001")
