"""The topics' subscriptions on SNS."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from desk.adapters.topic_errors import topic_errors
from desk.ports.subscribers import Subscription

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

_UNCONFIRMED = frozenset({"PendingConfirmation", "Deleted"})
_BY_MAIL = frozenset({"email", "email-json"})
_ON_CALL = frozenset({"sms", "https"})


class SubscriptionsSns:
    """The port Subscriptions on SNS."""

    def __init__(self, client: "SNSClient", *, topic_prefix: str, on_call_arn: str) -> None:
        self._client = client
        self._prefix = topic_prefix
        self._on_call = on_call_arn

    def of(self, department: str) -> list[Subscription]:
        """See Subscriptions."""
        with topic_errors(department):
            return [self._subscription(entry) for entry in self._listed(self._prefix + department, _BY_MAIL)]

    def on_call(self) -> list[str]:
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
