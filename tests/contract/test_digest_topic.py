"""The digest's topic: the fake, and SNS with a queue that hears it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from moto import mock_aws

from desk.errors import TopicsUnavailable
from desk.notifications.mail.parts import Mail
from desk.reports.digest_log import DigestTopic, DigestTopicSns
from tests.contract.in_trouble import ILL_SNS, Broken
from tests.fakes.reports import FakeDigestTopic
from tests.tables import REGION

MAIL = Mail("[제이드] 하루 정리", "오늘 멘션은 3건입니다.")


@dataclass(frozen=True)
class Subject:
    """The topic, and the bodies that its subscriber got."""

    topic: DigestTopic
    got: Callable[[], list[str]]


@pytest.fixture(params=["fake", "moto"])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        fake = FakeDigestTopic()
        yield Subject(fake, lambda: [mail.body for mail in fake.got])
        return
    with mock_aws():
        sns, sqs = boto3.client("sns", region_name=REGION), boto3.client("sqs", region_name=REGION)
        topic = sns.create_topic(Name="desk-digest")["TopicArn"]
        queue = sqs.create_queue(QueueName="all")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=arn,
            Attributes={"FilterPolicy": '{"delivery": ["mail"]}', "RawMessageDelivery": "true"},
        )

        def got() -> list[str]:
            return [message["Body"] for message in sqs.receive_message(QueueUrl=queue).get("Messages", [])]

        yield Subject(DigestTopicSns(sns, topic_arn=topic), got)


def test_whoever_subscribed_to_mails_gets_it_once(subject: Subject) -> None:
    subject.topic.publish(MAIL)

    assert subject.got() == [MAIL.body]


@pytest.mark.parametrize("error", ILL_SNS)
def test_a_topic_that_does_not_take_it_is_unavailable(error: Exception) -> None:
    broken: Any = Broken(error)

    with pytest.raises(TopicsUnavailable):
        DigestTopicSns(broken, topic_arn="arn").publish(MAIL)
