import email
import email.policy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local.aws.call_file import OnCallNotification
from local.aws.clients import Aws
from local.aws.deploy import Deployed
from local.aws.mail_file import Mail
from local.aws.mailbox import Mailboxes

PREFIX = "arn:aws:sns:ap-northeast-2:123456789012:dorothy-dept-"
DIGEST = "arn:aws:sns:ap-northeast-2:123456789012:dorothy-digest"
ON_CALL = "arn:aws:sns:ap-northeast-2:123456789012:dorothy-oncall"
NOW = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
MAIL = Mail("1", "network", "a@x.example", f"{PREFIX}network", "Dorothy", "장애 3건", "본문입니다", NOW)


def test_a_mail_file_is_plain_utf8_that_an_editor_shows(tmp_path: Path) -> None:
    path = tmp_path / "001.eml"

    MAIL.write(path)

    text = path.read_text(encoding="utf-8")
    assert "Subject: 장애 3건\n" in text
    assert "\n\n본문입니다\n" in text


def test_a_mail_file_is_one_that_a_mail_program_opens(tmp_path: Path) -> None:
    path = tmp_path / "001.eml"

    MAIL.write(path)

    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert (message["From"], message["To"]) == ("Dorothy <no-reply@sns.amazonaws.com>", "a@x.example")
    assert message["Date"].datetime == NOW


def test_the_footer_names_topic_and_address_and_is_the_same_every_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        MAIL.write(tmp_path / name)

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    footer = (tmp_path / "one").read_text(encoding="utf-8").partition("\n--\n")[2]
    assert f"SubscriptionArn={PREFIX}network:" in footer
    assert "Endpoint=a%40x.example" in footer


@dataclass
class Postman:
    """Mailboxes beside a topic and a queue of moto."""

    boxes: Mailboxes
    queue: str
    sqs: Any
    topic: str
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1000)))

    def publish(self, moment: str, message: str = "m") -> None:
        number = next(self.numbers)
        envelope = {
            "TopicArn": self.topic,
            "MessageId": str(number),
            "Subject": "s",
            "Message": message,
            "Timestamp": moment,
        }
        self.sqs.send_message(QueueUrl=self.queue, MessageBody=json.dumps(envelope))


class _MotoAws(Aws):
    def client(self, service: str) -> Any:
        make: Any = boto3.client
        return make(service, region_name="ap-northeast-2")


@contextmanager
def _postman(folder: Path) -> Iterator[Postman]:
    with mock_aws():
        aws = _MotoAws("")
        topic = aws.client("sns").create_topic(Name="dorothy-dept-network")["TopicArn"]
        aws.client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="a@x.example")
        queue = aws.client("sqs").create_queue(QueueName="mail")["QueueUrl"]
        deployed = Deployed(aws, "dorothy", {"TopicPrefix": PREFIX, "DigestTopic": DIGEST, "OnCallTopic": ON_CALL}, {})
        boxes = Mailboxes(deployed, folder, lambda: NOW, _queue=queue, _senders={topic: "Dorothy"})
        yield Postman(boxes, queue, aws.client("sqs"), topic)


@pytest.fixture
def postman(tmp_path: Path) -> Iterator[Postman]:
    with _postman(tmp_path) as ready:
        yield ready


def test_mails_are_numbered_in_the_order_in_which_they_were_published(postman: Postman) -> None:
    for second in (3, 1, 2):
        postman.publish(f"2026-11-24T00:00:0{second}.000Z")

    mails = postman.boxes.collect()

    assert [mail.message_id for mail in mails] == ["1", "2", "0"]
    assert sorted(path.name for path in (postman.boxes.folder / "network").iterdir()) == [
        "001.eml",
        "002.eml",
        "003.eml",
    ]


def test_the_digests_mails_have_a_folder_of_their_own(postman: Postman) -> None:
    topic = postman.boxes.deployed.outputs["DigestTopic"]
    sns = postman.boxes.deployed.aws.client("sns")
    sns.create_topic(Name="dorothy-digest")
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="readers@x.example")
    postman.boxes._senders[topic] = "Dorothy"
    postman.topic = topic
    postman.publish("2026-11-24T09:10:00.000Z")

    (mail,) = postman.boxes.collect()

    assert (mail.department, mail.address) == ("digest", "readers@x.example")
    assert (postman.boxes.folder / "digest" / "001.eml").exists()


def test_phones_and_web_hooks_get_their_own_words_in_a_folder_of_their_own(postman: Postman) -> None:
    sns = postman.boxes.deployed.aws.client("sns")
    sns.create_topic(Name="dorothy-oncall")
    for protocol, endpoint in (("sms", "+821000000000"), ("https", "https://oncall.x.example/hook")):
        sns.subscribe(TopicArn=ON_CALL, Protocol=protocol, Endpoint=endpoint)
    postman.topic = ON_CALL
    postman.publish("2026-11-24T17:00:00.000Z", json.dumps({"default": "d", "sms": "문자", "https": '{"version":"1"}'}))

    mails = postman.boxes.collect()

    box = postman.boxes.folder / "on_call"
    notes = postman.boxes.on_call()
    assert mails == []
    assert notes == [OnCallNotification("문자", ("+821000000000", "https://oncall.x.example/hook"))]
    assert postman.boxes.on_call() == []
    assert sorted(path.name for path in box.iterdir()) == ["001.txt", "002.json"]
    assert (box / "001.txt").read_text(encoding="utf-8") == "To: +821000000000\n\n문자\n"
    assert json.loads((box / "002.json").read_text(encoding="utf-8")) == {
        "to": "https://oncall.x.example/hook",
        "message": {"version": "1"},
    }


def test_ten_mails_within_a_second_all_arrive(postman: Postman) -> None:
    for number in range(10):
        postman.publish(f"2026-11-24T00:00:00.{number}00Z")

    mails = postman.boxes.collect()

    assert len(mails) == 10
    assert postman.boxes.switched_off == []


def test_ten_mails_a_second_may_go_on_for_long(postman: Postman) -> None:
    for number in range(30):
        postman.publish(f"2026-11-24T00:00:0{number // 10}.{number % 10}00Z")

    assert len(postman.boxes.collect()) == 30


def test_the_eleventh_mail_within_a_second_switches_the_subscription_off_for_good(postman: Postman) -> None:
    for number in range(11):
        postman.publish(f"2026-11-24T00:00:00.{number:03}Z")
    arrived = postman.boxes.collect()
    postman.publish("2026-11-24T01:00:00.000Z")

    later = postman.boxes.collect()

    assert (len(arrived), later) == (10, [])
    assert postman.boxes.switched_off == ["a@x.example"]
    assert "more than 10" in (postman.boxes.folder / "network" / "SWITCHED-OFF.txt").read_text(encoding="utf-8")
    topics = postman.boxes.deployed.aws.client("sns").list_subscriptions_by_topic(TopicArn=postman.topic)
    assert topics["Subscriptions"] == []
