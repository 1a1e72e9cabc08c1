"""Publishing to departments: the fake, and SNS with a queue for each subscription."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

from desk.errors import TopicsUnavailable
from desk.notifications.topics import (
    MESSAGE_BYTES,
    Subscription,
    SubscriptionsSns,
    TopicMessage,
    Topics,
    TopicsSns,
    batches,
    size_of,
)
from tests.fakes.notifications import FakeTopics

REGION = "ap-northeast-2"


def note(key: str, body: str = "{}", delivery: str = "case") -> TopicMessage:
    return TopicMessage(key, body, {"delivery": delivery, "lang": "ko"}, "제목" if delivery == "mail" else None)


@dataclass(frozen=True)
class Subject:
    """Topics, and what the subscribers of a department got, in order, by `delivery`."""

    topics: Topics
    got: Callable[[str, str], list[str]]


@pytest.fixture(params=["fake", "moto"])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        fake = FakeTopics()
        yield Subject(fake, lambda key, kind: [n.body for n in fake.got[key] if n.attributes["delivery"] == kind])
        return
    with mock_aws():
        yield _on_moto()


def _on_moto() -> Subject:
    sns, sqs = boto3.client("sns", region_name=REGION), boto3.client("sqs", region_name=REGION)
    topic = sns.create_topic(Name="desk-dept-billing")["TopicArn"]
    queues = {}
    for kind in ("case", "mail"):
        queues[kind] = sqs.create_queue(QueueName=kind)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queues[kind], AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=arn,
            Attributes={"FilterPolicy": json.dumps({"delivery": [kind]}), "RawMessageDelivery": "true"},
        )

    def got(_department: str, kind: str) -> list[str]:
        bodies: list[str] = []
        while messages := sqs.receive_message(QueueUrl=queues[kind], MaxNumberOfMessages=10).get("Messages"):
            bodies += [message["Body"] for message in messages]
        return bodies

    return Subject(TopicsSns(sns, topic_prefix=topic.removesuffix("billing")), got)


def test_subscribers_get_what_their_filter_lets_through(subject: Subject) -> None:
    notes = [note(str(number), f'{{"n": {number}}}') for number in range(25)]

    failed = subject.topics.send("billing", [*notes, note("mail", "안녕하세요", "mail")])

    assert failed == {}
    assert sorted(subject.got("billing", "case")) == sorted(one.body for one in notes)
    assert subject.got("billing", "mail") == ["안녕하세요"]


def test_ten_posts_of_25_000_syllables_go_through(subject: Subject) -> None:
    notes = [note(str(number), "가" * 25_000) for number in range(10)]

    failed = subject.topics.send("billing", notes)

    assert failed == {}
    assert subject.got("billing", "case") == ["가" * 25_000] * 10


def test_a_topic_that_is_not_there_fails_every_note_and_raises_nothing() -> None:
    with mock_aws():
        sns = boto3.client("sns", region_name=REGION)
        topics = TopicsSns(sns, topic_prefix=f"arn:aws:sns:{REGION}:123456789012:desk-dept-")

        failed = topics.send("fax", [note("1"), note("2")])

    assert set(failed) == {"1", "2"}


class StubSns:
    """Answers publish_batch by a script: an exception, or the places of entries that fail."""

    def __init__(self, *script: Exception | list[int]) -> None:
        self._script = list(script)
        self.calls: list[list[str]] = []

    def publish_batch(self, *, TopicArn: str, PublishBatchRequestEntries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.calls.append([entry["Message"] for entry in PublishBatchRequestEntries])
        answer = self._script.pop(0) if self._script else []
        if isinstance(answer, Exception):
            raise answer
        return {"Failed": [{"Id": PublishBatchRequestEntries[n]["Id"], "Code": "InternalError"} for n in answer]}


def topics_of(stub: Any) -> TopicsSns:
    return TopicsSns(stub, topic_prefix="arn:aws:sns:desk-dept-")


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "PublishBatch")


def test_failed_entries_are_reported_by_their_own_ids() -> None:
    stub = StubSns([1])

    failed = topics_of(stub).send("billing", [note("7"), note("8"), note("9")])

    assert failed == {"8": "InternalError"}


def test_a_batch_refused_for_one_bad_note_is_sent_one_by_one() -> None:
    stub = StubSns(refusal("InvalidParameter"), [], refusal("InvalidParameter"), [])

    failed = topics_of(stub).send("billing", [note("7", "a"), note("8", "b"), note("9", "c")])

    assert failed == {"8": "InvalidParameter"}
    assert stub.calls == [["a", "b", "c"], ["a"], ["b"], ["c"]]


def test_messages_that_went_out_before_the_topic_failed_are_not_reported_as_failed() -> None:
    stub = StubSns(refusal("InvalidParameter"), [], refusal("ThrottledException"))

    failed = topics_of(stub).send("billing", [note("7", "a"), note("8", "b"), note("9", "c")])

    assert failed == {"8": "ThrottledException", "9": "ThrottledException"}
    assert len(stub.calls) == 3


@pytest.mark.parametrize("error", [refusal("ThrottledException"), EndpointConnectionError(endpoint_url="http://x")])
def test_a_topic_that_takes_nothing_is_not_asked_again_for_the_rest_of_its_notes(error: Exception) -> None:
    stub = StubSns([], error)

    failed = topics_of(stub).send("billing", [note(str(number)) for number in range(35)])

    assert set(failed) == {str(number) for number in range(10, 35)}
    assert len(stub.calls) == 2


def test_batches_keep_to_count_and_bytes_attributes_included() -> None:
    notes = [note(str(number), "가" * (3_000 * (number % 9))) for number in range(60)]

    made = list(batches(notes))

    assert [one for batch in made for one in batch] == notes
    assert max(len(batch) for batch in made) <= 10
    assert max(sum(size_of(one) for one in batch) for batch in made) <= MESSAGE_BYTES


def test_a_subject_is_one_line_below_a_hundred_characters() -> None:
    entries: list[dict[str, Any]] = []

    class Keeping(StubSns):
        def publish_batch(self, **request: Any) -> dict[str, Any]:
            entries.extend(request["PublishBatchRequestEntries"])
            return {}

    topics_of(Keeping()).send("billing", [TopicMessage("mail", "x", {}, "가\n나 " * 90)])

    assert len(entries[0]["Subject"]) <= 99
    assert "\n" not in entries[0]["Subject"]


def test_subscriptions_are_listed_with_their_state_and_filter() -> None:
    with mock_aws():
        sns = boto3.client("sns", region_name=REGION)
        topic = sns.create_topic(Name="desk-dept-billing")["TopicArn"]
        sns.subscribe(
            TopicArn=topic,
            Protocol="email",
            Endpoint="a@jade.example",
            Attributes={"FilterPolicy": '{"delivery": ["mail"]}'},
        )
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="b@jade.example")
        sns.subscribe(TopicArn=topic, Protocol="https", Endpoint="https://jade.example/")

        found = SubscriptionsSns(
            sns, topic_prefix=topic.removesuffix("billing"), on_call_arn="arn"
        ).email_subscriptions("billing")

    assert sorted(found, key=lambda one: one.email) == [
        Subscription("a@jade.example", confirmed=True, mail_only=True),
        Subscription("b@jade.example", confirmed=True, mail_only=False),
    ]


def test_subscriptions_of_a_topic_that_is_not_there_are_unavailable() -> None:
    with mock_aws():
        sns = boto3.client("sns", region_name=REGION)
        subscriptions = SubscriptionsSns(
            sns, topic_prefix=f"arn:aws:sns:{REGION}:123456789012:desk-dept-", on_call_arn="arn"
        )

        with pytest.raises(TopicsUnavailable, match="fax"):
            subscriptions.email_subscriptions("fax")


class PendingSns:
    """One address that never followed the link."""

    def get_paginator(self, _name: str) -> "PendingSns":
        return self

    def paginate(self, **_: str) -> list[dict[str, Any]]:
        entry = {"Protocol": "email", "Endpoint": "a@jade.example", "SubscriptionArn": "PendingConfirmation"}
        return [{"Subscriptions": []}, {"Subscriptions": [entry]}]


def test_a_pending_subscription_is_unconfirmed_and_found_on_any_page() -> None:
    stub: Any = PendingSns()

    found = SubscriptionsSns(stub, topic_prefix="arn:aws:sns:desk-dept-", on_call_arn="arn").email_subscriptions(
        "billing"
    )

    assert found == [Subscription("a@jade.example", confirmed=False, mail_only=False)]


def test_phones_and_web_hooks_alone_are_listed_as_on_call() -> None:
    with mock_aws():
        sns = boto3.client("sns", region_name=REGION)
        topic = sns.create_topic(Name="desk-oncall")["TopicArn"]
        for protocol, endpoint in (
            ("sms", "+821000000000"),
            ("https", "https://jade.example/Hook"),
            ("email", "a@jade.example"),
        ):
            sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint)

        found = SubscriptionsSns(sns, topic_prefix="arn", on_call_arn=topic).on_call_endpoints()

    assert sorted(found) == ["+821000000000", "https://jade.example/Hook"]


def test_a_web_hook_that_never_confirmed_is_called_by_nobody() -> None:
    class Pending(PendingSns):
        def paginate(self, **_: str) -> list[dict[str, Any]]:
            entry = {"Protocol": "https", "Endpoint": "https://x", "SubscriptionArn": "PendingConfirmation"}
            return [{"Subscriptions": [entry]}]

    stub: Any = Pending()

    assert SubscriptionsSns(stub, topic_prefix="arn", on_call_arn="arn").on_call_endpoints() == []


def test_those_on_call_of_a_topic_that_is_not_there_are_unavailable() -> None:
    with mock_aws():
        sns = boto3.client("sns", region_name=REGION)
        arn = f"arn:aws:sns:{REGION}:123456789012:desk-oncall"

        with pytest.raises(TopicsUnavailable, match="on call"):
            SubscriptionsSns(sns, topic_prefix="arn", on_call_arn=arn).on_call_endpoints()
