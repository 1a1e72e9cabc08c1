"""Who receives a department's mails, and who is called: SNS's subscriptions, and the counts recorded for routing."""

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
    """An e-mail subscription of a topic; `mail_only`: its filter lets only `delivery` = mail through."""

    email: str
    confirmed: bool
    mail_only: bool


class Subscribers(Protocol):
    """How many subscribers the departments had when somebody last checked."""

    def confirmed_count(self, department: str) -> int | None:
        """How many confirmed subscribers the department has; None before the first check or when the store is busy."""
        ...

    def are_known(self) -> bool:
        """Whether the counts could be read; False when the store is busy and they were never read before."""
        ...

    def departments(self) -> frozenset[str]:
        """All departments that were ever checked, also those that desk.yaml no longer has."""
        ...

    def record(self, department: str, confirmed: int, missing: Collection[str]) -> None:
        """Record the number of confirmed subscribers and the missing addresses. Raises StoreBusy."""
        ...


class Subscriptions(Protocol):
    """The topics' subscriptions, as SNS has them now."""

    def email_subscriptions(self, department: str) -> Collection[Subscription]:
        """The e-mail subscriptions of the department's topic; raises TopicsUnavailable."""
        ...

    def on_call_endpoints(self) -> Collection[str]:
        """The phones and web hooks that are called; raises TopicsUnavailable."""
        ...


_ITEM = "subscribers"
_FRESH = timedelta(seconds=60)


class SubscribersItems:
    """Subscribers on DynamoDB; what was read is used for a minute."""

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
        """See Subscribers."""
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
            self._read_at = now  # a failed read is not repeated within the minute either
            self._read()
        return self._known or {}

    def _read(self) -> None:
        try:
            parts = list(parts_of(self._client, self._desk, _ITEM))
        except (StoreBusy, ClientError):
            return  # without counts mail goes to the departments as usual
        self._known = {part["part"]: int(part["confirmed"]) for part in parts if "confirmed" in part}


_UNCONFIRMED = frozenset({"PendingConfirmation", "Deleted"})
_BY_MAIL = frozenset({"email", "email-json"})
_ON_CALL = frozenset({"sms", "https"})


class SubscriptionsSns:
    """Subscriptions on SNS."""

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
        return Subscription(entry["Endpoint"], confirmed, confirmed and self._is_mail_only(arn))

    def _is_mail_only(self, arn: str) -> bool:
        attributes = self._client.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        policy: Any = {}
        with suppress(ValueError):
            policy = json.loads(attributes.get("FilterPolicy", "{}"))
        return isinstance(policy, dict) and policy.get("delivery") == ["mail"]
