"""Mailboxes: what SNS would have mailed, one folder for each department, one for the digest, one for those on call.

The local AWS takes e-mail subscriptions and sends nothing. So a queue is subscribed beside them with the same
filter, and what reaches the queue is written down as the mail that SNS would send to each confirmed address. Beside
phones and web hooks it is written down as the text message and the JSON that they would get.
"""

import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from local.aws.call_file import OnCallNotification, write_calls
from local.aws.deploy import Deployed
from local.aws.mail_file import Mail
from local.brand.model import Desk
from local.deployed.stack import deployed_stack
from local.deployed.subscriptions import MAIL_FILTER, subscribe

DIGEST = "digest"
"""The folder of the digest's mails. A department of this name would share it; files are numbered by folder."""
ON_CALL = "on_call"
"""The folder of what phones and web hooks got; no department's key has an underscore."""
_QUEUE = "dorothy-local-mail"
_PER_SECOND = 10
_NOTICE = "SWITCHED-OFF.txt"


@dataclass(slots=True)
class Mailboxes:
    """Folders below `folder`. `clock` dates the mails; `switched_off` lists addresses that SNS would have cut off."""

    deployed: Deployed
    folder: Path
    clock: Callable[[], datetime]
    switched_off: list[str] = field(default_factory=list)
    _on_call: list[OnCallNotification] = field(default_factory=list)
    _queue: str = ""
    _senders: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)
    _recent: dict[str, deque[datetime]] = field(default_factory=dict)

    def open(self, desk: Desk) -> None:
        """Subscribe the addresses of desk.yaml, and a queue whose messages become mail files."""
        sqs, sns = self.deployed.aws.client("sqs"), self.deployed.aws.client("sns")
        stack = deployed_stack(self.deployed.aws.client("cloudformation"), self.deployed.stack)
        subscribe(sns, desk, stack)
        self._queue = sqs.create_queue(QueueName=_QUEUE)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sqs.set_queue_attributes(QueueUrl=self._queue, Attributes={"Policy": policy_for_sns(arn)})
        only_mail = {"FilterPolicy": json.dumps(MAIL_FILTER)}
        for topic in map(stack.topic, desk.departments):
            self._fetch_from(topic, arn, only_mail)
        self._fetch_from(stack.outputs["DigestTopic"], arn, {})
        self._fetch_from(stack.outputs["OnCallTopic"], arn, {})

    def collect(self) -> list[Mail]:
        """Write down what came since the last call and return the mails in the order in which they were published."""
        came = sorted(self._receive(), key=lambda envelope: envelope["Timestamp"])
        return [mail for envelope in came for mail in self._deliver(envelope)]

    def on_call(self) -> list[OnCallNotification]:
        """The calls that `collect` has found since the last call of this method."""
        found, self._on_call = self._on_call, []
        return found

    def _fetch_from(self, topic: str, queue: str, attributes: Mapping[str, str]) -> None:
        sns = self.deployed.aws.client("sns")
        self._senders[topic] = sns.get_topic_attributes(TopicArn=topic)["Attributes"].get("DisplayName", "")
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes=dict(attributes))

    def _receive(self) -> Iterator[dict[str, Any]]:
        sqs = self.deployed.aws.client("sqs")
        while messages := sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                yield json.loads(message["Body"])
                sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])

    def _deliver(self, envelope: Mapping[str, Any]) -> Iterator[Mail]:
        topic = envelope["TopicArn"]
        if topic == self.deployed.outputs.get("OnCallTopic"):
            listed = self._listed(topic)
            note = write_calls(envelope["Message"], listed, lambda ending: self._next_path(ON_CALL, ending))
            self._on_call.append(note)
            return
        for subscription in self._subscriptions(topic):
            mail = self._mail(envelope, subscription["Endpoint"])
            if self._is_too_fast(subscription["SubscriptionArn"], envelope["Timestamp"]):
                self._switch_off(subscription["SubscriptionArn"], mail)
                continue
            mail.write(self._next_path(mail.department))
            yield mail

    def _subscriptions(self, topic: str) -> list[dict[str, str]]:
        there = self._listed(topic)
        return [one for one in there if one["Protocol"] == "email" and one["SubscriptionArn"].startswith("arn:")]

    def _listed(self, topic: str) -> list[dict[str, str]]:
        pages = self.deployed.aws.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
        return [one for page in pages for one in page["Subscriptions"]]

    def _mail(self, envelope: Mapping[str, Any], address: str) -> Mail:
        topic = envelope["TopicArn"]
        return Mail(
            message_id=envelope["MessageId"],
            department=self._box(topic),
            address=address,
            topic=topic,
            sender=self._senders[topic],
            subject=envelope.get("Subject", ""),
            body=envelope["Message"],
            sent_at=self.clock(),
        )

    def _box(self, topic: str) -> str:
        is_digest = topic == self.deployed.outputs.get("DigestTopic")
        return DIGEST if is_digest else topic.removeprefix(self.deployed.topic_prefix)

    def _next_path(self, department: str, ending: str = "eml") -> Path:
        self._counts[department] = self._counts.get(department, 0) + 1
        box = self.folder / department
        box.mkdir(parents=True, exist_ok=True)
        return box / f"{self._counts[department]:03}.{ending}"

    def _is_too_fast(self, subscription: str, published: str) -> bool:
        """Whether this is the eleventh mail within one second by the topic's own time."""
        moment = datetime.fromisoformat(published)
        recent = self._recent.setdefault(subscription, deque())
        while recent and moment - recent[0] >= timedelta(seconds=1):
            recent.popleft()
        recent.append(moment)
        return len(recent) > _PER_SECOND

    def _switch_off(self, subscription: str, mail: Mail) -> None:
        """As SNS does: the subscription is gone, this mail and all later ones with it."""
        self.deployed.aws.client("sns").unsubscribe(SubscriptionArn=subscription)
        self.switched_off.append(mail.address)
        box = self.folder / mail.department
        box.mkdir(parents=True, exist_ok=True)
        said = f"{mail.address} got more than {_PER_SECOND} mails within a second: SNS switched its subscription off.\n"
        (box / _NOTICE).write_text(said, encoding="utf-8")


def policy_for_sns(queue_arn: str) -> str:
    """The policy of a queue that topics may send to."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
