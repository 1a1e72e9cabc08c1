"""Who hears of a department's cases."""

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from botocore.exceptions import ClientError

from desk.aws.dynamodb import parts_of, store_errors
from desk.clock import utc_now
from desk.errors import StoreBusy
from desk.notifications.topics import topic_errors

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sns import SNSClient


class Subscription(NamedTuple):
    """An e-mail subscription of a topic; `mail_only`: its filter lets just `delivery` = mail through."""

    email: str
    confirmed: bool
    mail_only: bool


class Subscribers(Protocol):
    """What was last noted about the departments' subscribers."""

    def confirmed_count(self, department: str) -> int | None:
        """How many confirmed subscribers the department has; None when nobody looked yet or the store is busy."""
        ...

    def are_known(self) -> bool:
        """Whether the notes could be read; False when the store was busy and they were never read before."""
        ...

    def departments(self) -> frozenset[str]:
        """The departments that were ever looked at, also those that desk.yaml no longer has."""
        ...


class SubscriberRecords(Protocol):
    """Records what was found, for routing."""

    def record(self, department: str, confirmed: int, missing: Collection[str]) -> None:
        """Note the department's confirmed subscribers and the addresses that are missing. Raises StoreBusy."""
        ...


class Subscriptions(Protocol):
    """The topics' subscriptions as they are."""

    def email_subscriptions(self, department: str) -> Collection[Subscription]:
        """The e-mail subscriptions of the department's topic; raises TopicsUnavailable."""
        ...

    def on_call_endpoints(self) -> Collection[str]:
        """The phones and web hooks that get what those on call are told; raises TopicsUnavailable."""
        ...


_ITEM = "subscribers"
_FRESH = timedelta(seconds=60)


class SubscribersItems:
    """The ports Subscribers and SubscriberNotes on DynamoDB; what was read is believed for a minute."""

    def __init__(self, client: "DynamoDBClient", *, desk_table: str, clock: Callable[[], datetime] = utc_now) -> None:
        self._client = client
        self._desk = desk_table
        self._clock = clock
        self._known: dict[str, int] | None = None
        self._read_at: datetime | None = None

    def confirmed_count(self, department: str) -> int | None:
        """See Subscribers."""
        return self._fresh().get(department)

    def are_known(self) -> bool:
        """See Subscribers."""
        self._fresh()
        return self._known is not None

    def departments(self) -> frozenset[str]:
        """See Subscribers."""
        return frozenset(self._fresh())

    def record(self, department: str, confirmed: int, missing: Collection[str]) -> None:
        """See SubscriberNotes."""
        with store_errors():
            self._client.put_item(
                TableName=self._desk,
                Item={
                    "item": {"S": _ITEM},
                    "part": {"S": department},
                    "confirmed": {"N": str(confirmed)},
                    "missing": {"L": [{"S": email} for email in sorted(missing)]},
                },
            )

    def _fresh(self) -> dict[str, int]:
        now = self._clock()
        if self._read_at is None or now - self._read_at > _FRESH:
            self._read_at = now  # a failed look is not repeated within the minute either
            self._look()
        return self._known or {}

    def _look(self) -> None:
        try:
            parts = list(parts_of(self._client, self._desk, _ITEM))
        except (StoreBusy, ClientError):
            return  # mail goes its usual way: this is no reason to hold it up
        self._known = {part["part"]: int(part["confirmed"]) for part in parts if "confirmed" in part}


_UNCONFIRMED = frozenset({"PendingConfirmation", "Deleted"})
_BY_MAIL = frozenset({"email", "email-json"})
_ON_CALL = frozenset({"sms", "https"})


class SubscriptionsSns:
    """The port Subscriptions on SNS."""

    def __init__(self, client: "SNSClient", *, topic_prefix: str, on_call_arn: str) -> None:
        self._client = client
        self._prefix = topic_prefix
        self._on_call = on_call_arn

    def email_subscriptions(self, department: str) -> list[Subscription]:
        """See Subscriptions."""
        with topic_errors(department):
            return [self._subscription(entry) for entry in self._listed(self._prefix + department, _BY_MAIL)]

    def on_call_endpoints(self) -> list[str]:
        """See Subscriptions."""
        with topic_errors("on call"):
            listed = self._listed(self._on_call, _ON_CALL)
            return [entry["Endpoint"] for entry in listed if entry["SubscriptionArn"] not in _UNCONFIRMED]

    def _listed(self, topic: str, protocols: frozenset[str]) -> Iterator[dict[str, Any]]:
        pages: Any = self._client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
        for page in pages:
            yield from (entry for entry in page["Subscriptions"] if entry["Protocol"] in protocols)

    def _subscription(self, entry: dict[str, Any]) -> Subscription:
        arn = entry["SubscriptionArn"]
        confirmed = arn not in _UNCONFIRMED
        return Subscription(entry["Endpoint"], confirmed, confirmed and self._lets_just_mail_through(arn))

    def _lets_just_mail_through(self, arn: str) -> bool:
        attributes = self._client.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        policy: Any = {}
        with suppress(ValueError):
            policy = json.loads(attributes.get("FilterPolicy", "{}"))
        return isinstance(policy, dict) and policy.get("delivery") == ["mail"]
