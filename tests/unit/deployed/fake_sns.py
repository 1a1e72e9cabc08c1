"""SNS as its documentation describes e-mail subscriptions, as far as `dorothy subscribe` sees them."""

from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError


@dataclass
class FakeSubscription:
    topic: str
    endpoint: str
    protocol: str
    attributes: dict[str, str]
    arn: str
    token: str
    confirmed: bool = False
    authenticated: bool = False


@dataclass
class FakeSns:
    subscriptions: list[FakeSubscription] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)
    writes: int = 0
    page: int = 1

    def subscribe(self, *, TopicArn: str, Protocol: str, Endpoint: str, Attributes: dict[str, str]) -> None:  # noqa: N803
        self.writes += 1
        self.mails.append(Endpoint)
        known = [one for one in self.subscriptions if (one.topic, one.endpoint) == (TopicArn, Endpoint)]
        if known:
            return
        number = len(self.subscriptions)
        arn, token = f"{TopicArn}:{number}", f"token{number}"
        self.subscriptions.append(FakeSubscription(TopicArn, Endpoint, Protocol, dict(Attributes), arn, token))

    def confirm_subscription(
        self,
        *,
        TopicArn: str,  # noqa: N803
        Token: str,  # noqa: N803
        AuthenticateOnUnsubscribe: str,  # noqa: N803
    ) -> dict[str, str]:
        for one in self.subscriptions:
            if (one.topic, one.token) == (TopicArn, Token):
                one.confirmed, one.authenticated = True, AuthenticateOnUnsubscribe == "true"
                return {"SubscriptionArn": one.arn}
        raise ClientError({"Error": {"Code": "InvalidParameter", "Message": "Invalid token"}}, "ConfirmSubscription")

    def get_subscription_attributes(self, *, SubscriptionArn: str) -> dict[str, Any]:  # noqa: N803
        return {"Attributes": dict(self._by_arn(SubscriptionArn).attributes)}

    def set_subscription_attributes(self, *, SubscriptionArn: str, AttributeName: str, AttributeValue: str) -> None:  # noqa: N803
        self.writes += 1
        self._by_arn(SubscriptionArn).attributes[AttributeName] = AttributeValue

    def unsubscribe(self, *, SubscriptionArn: str) -> None:  # noqa: N803
        self.writes += 1
        self.subscriptions.remove(self._by_arn(SubscriptionArn))

    def get_paginator(self, name: str) -> "FakeSns":
        assert name == "list_subscriptions_by_topic"
        return self

    def paginate(self, *, TopicArn: str) -> list[dict[str, Any]]:  # noqa: N803
        listed = [
            {
                "SubscriptionArn": one.arn if one.confirmed else "PendingConfirmation",
                "Endpoint": one.endpoint,
                "Protocol": one.protocol,
            }
            for one in self.subscriptions
            if one.topic == TopicArn
        ]
        return [{"Subscriptions": listed[at : at + self.page]} for at in range(0, len(listed), self.page)]

    def _by_arn(self, arn: str) -> FakeSubscription:
        return next(one for one in self.subscriptions if one.confirmed and one.arn == arn)
