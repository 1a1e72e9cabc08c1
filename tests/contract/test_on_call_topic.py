"""The topic of those on call: the fake, and SNS with a queue that hears it."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from desk.errors import TopicsUnavailable
from desk.notifications.on_call import OnCallMessage, OnCallTopic, OnCallTopicSns
from tests.contract.in_trouble import ILL_SNS
from tests.fakes.notifications import FakeOnCallTopic
from tests.tables import REGION

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


def test_sns_takes_it_and_whoever_is_reached_otherwise_gets_no_link(sns: Any) -> None:
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
