"""Who gets the mail: the addresses of desk.yaml as subscriptions of the stack's topics.

SNS tells a subscription's ARN only after its owner confirmed it, so a pending one can neither be changed nor removed;
it disappears by itself after two days.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from desk.reading import OPERATOR
from local.brand.model import Desk
from local.deployed.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import SubscriptionTypeDef

MAIL_FILTER = {"delivery": ["mail"]}
"""A department's topic carries machine messages too; people get what is marked as mail."""


class State(StrEnum):
    """How an address stands, or what was done about it."""

    ASKED = "asked to confirm just now"
    PENDING = "asked before, has not confirmed"
    RIGHT = "subscribed"
    FILTER_SET = "subscribed, filter put right"
    STRANGER = "subscribed, not in desk.yaml"
    REMOVED = "removed, not in desk.yaml"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One address that desk.yaml wants at one topic; `filtered` where the topic carries more than mail."""

    topic: str
    address: str
    filtered: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How one address stands at one topic."""

    topic: str
    address: str
    state: State


def wanted(desk: Desk, stack: Stack) -> list[Wanted]:
    """Each department's addresses at its topic, the digest's readers at theirs; the operator's also at the alarms."""
    departments = [
        Wanted(stack.topic(key), address, filtered=True)
        for key, department in desk.departments.items()
        for address in department.emails
    ]
    digest = [Wanted(stack.outputs["DigestTopic"], address, filtered=False) for address in desk.digest.emails]
    alarms = [
        Wanted(stack.outputs["AlarmTopic"], address, filtered=False) for address in desk.departments[OPERATOR].emails
    ]
    return departments + digest + alarms


def subscribe(
    sns: "SNSClient", desk: Desk, stack: Stack, *, resend: bool = False, prune: bool = False
) -> list[Standing]:
    """Make the subscriptions those of desk.yaml; done twice it changes nothing.

    With `resend`, who has not confirmed is sent the link again (SNS keeps one pending subscription an address); with
    `prune`, confirmed addresses that desk.yaml does not name are unsubscribed.
    """
    wishes = wanted(desk, stack)
    topics = [stack.topic(key) for key in desk.departments] + [
        stack.outputs["DigestTopic"],
        stack.outputs["AlarmTopic"],
    ]
    return [
        standing
        for topic in topics
        for standing in _settle_topic(
            sns, topic, [wish for wish in wishes if wish.topic == topic], resend=resend, prune=prune
        )
    ]


def standings(sns: "SNSClient", desk: Desk, stack: Stack) -> Iterator[tuple[Wanted, State | None]]:
    """How each wanted address stands, None where it was never asked; changes nothing."""
    found: dict[str, dict[str, str]] = {}
    for wish in wanted(desk, stack):
        there = found.setdefault(wish.topic, _addresses(sns, wish.topic))
        yield wish, _state(sns, wish, there.get(wish.address.casefold()))


def put_filter_right(sns: "SNSClient", subscription: str) -> bool:
    """Let the confirmed subscription pass mail only; whether that had to be changed."""
    attributes = sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]
    if _is_filtered(attributes):
        return False
    for name, value in (("FilterPolicyScope", "MessageAttributes"), ("FilterPolicy", json.dumps(MAIL_FILTER))):
        sns.set_subscription_attributes(SubscriptionArn=subscription, AttributeName=name, AttributeValue=value)
    return True


def _settle_topic(
    sns: "SNSClient", topic: str, wishes: list[Wanted], *, resend: bool, prune: bool
) -> Iterator[Standing]:
    there = _addresses(sns, topic)
    for wish in wishes:
        yield Standing(topic, wish.address, _settle(sns, wish, there.pop(wish.address.casefold(), None), resend=resend))
    for address, subscription in there.items():
        if not _is_confirmed(subscription):
            continue
        if prune:
            sns.unsubscribe(SubscriptionArn=subscription)
        yield Standing(topic, address, State.REMOVED if prune else State.STRANGER)


def _settle(sns: "SNSClient", wish: Wanted, subscription: str | None, *, resend: bool) -> State:
    state = _state(sns, wish, subscription)
    if state is None or (resend and state is State.PENDING):
        attributes = {"FilterPolicy": json.dumps(MAIL_FILTER)} if wish.filtered else {}
        sns.subscribe(TopicArn=wish.topic, Protocol="email", Endpoint=wish.address, Attributes=attributes)
        return State.ASKED
    if state is State.FILTER_SET and subscription is not None:
        put_filter_right(sns, subscription)
    return state


def _state(sns: "SNSClient", wish: Wanted, subscription: str | None) -> State | None:
    """FILTER_SET stands for a filter that is still wrong."""
    if subscription is None:
        return None
    if not _is_confirmed(subscription):
        return State.PENDING
    if not wish.filtered:
        return State.RIGHT
    attributes = sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]
    return State.RIGHT if _is_filtered(attributes) else State.FILTER_SET


def _addresses(sns: "SNSClient", topic: str) -> dict[str, str]:
    """By address in small letters, each e-mail subscription's ARN, or SNS's word for a pending one."""
    found: dict[str, str] = {}
    for page in sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic):
        for each in page["Subscriptions"]:
            _note(found, each)
    return found


def _note(found: dict[str, str], each: "SubscriptionTypeDef") -> None:
    address, subscription = each["Endpoint"].casefold(), each["SubscriptionArn"]
    if each["Protocol"] == "email" and not _is_confirmed(found.get(address, "")):
        found[address] = subscription


def _is_confirmed(subscription: str) -> bool:
    return subscription.startswith("arn:")  # else PendingConfirmation or Deleted


def _is_filtered(attributes: dict[str, str]) -> bool:
    scope = attributes.get("FilterPolicyScope", "MessageAttributes")
    return scope == "MessageAttributes" and json.loads(attributes.get("FilterPolicy") or "null") == MAIL_FILTER
