"""Who gets the mail, and who is called: the addresses of a desk as subscriptions of the stack's topics.

SNS returns a subscription's ARN only after its owner confirmed it, so a pending one can neither be changed nor removed;
it disappears by itself after two days. Phones confirm nothing.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from local.brand.model import Desk
from local.deployed.stack import Stack
from local.deployed.wanted import EMAIL, HTTPS, SMS, Wanted, key_of, wanted

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

MAIL_FILTER = {"delivery": ["mail"]}
"""A department's topic carries machine messages too; people get what is marked as mail."""


class State(StrEnum):
    """The state of an address, or what was done about it."""

    ASKED = "asked to confirm just now"
    ADDED = "subscribed just now"
    PENDING = "asked before, has not confirmed"
    RIGHT = "subscribed"
    FILTER_SET = "subscribed, filter corrected"
    STRANGER = "subscribed, in no setting"
    REMOVED = "removed, in no setting"


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of one address at one topic."""

    topic: str
    address: str
    state: State


def subscribe(
    sns: "SNSClient", desk: Desk, stack: Stack, *, resend: bool = False, prune: bool = False
) -> list[Standing]:
    """Make the subscriptions those of the desk; done twice it changes nothing.

    With `resend`, who has not confirmed is sent the link again (SNS keeps one pending subscription an address); with
    `prune`, confirmed addresses that the desk does not name are unsubscribed.
    """
    wishes = wanted(desk, stack)
    by_mail = [*map(stack.topic, desk.departments), stack.outputs["DigestTopic"], stack.outputs["AlarmTopic"]]
    protocols = dict.fromkeys(by_mail, (EMAIL,)) | {stack.outputs["OnCallTopic"]: (SMS, HTTPS)}
    return [
        standing
        for topic, listed in protocols.items()
        for standing in _settle_topic(
            sns, topic, listed, [wish for wish in wishes if wish.topic == topic], resend=resend, prune=prune
        )
    ]


def standings(sns: "SNSClient", desk: Desk, stack: Stack) -> Iterator[tuple[Wanted, State | None]]:
    """The state of each address of the desk, None if it was never invited; changes nothing."""
    found: dict[str, dict[tuple[str, str], _Found]] = {}
    for wish in wanted(desk, stack):
        if wish.topic not in found:
            found[wish.topic] = _subscribed(sns, wish.topic)
        yield wish, _state(sns, wish, found[wish.topic].get(wish.key))


def put_filter_right(sns: "SNSClient", subscription: str) -> bool:
    """Let the confirmed subscription pass mail only; whether that had to be changed."""
    attributes = sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]
    if _is_filtered(attributes):
        return False
    for name, value in (("FilterPolicyScope", "MessageAttributes"), ("FilterPolicy", json.dumps(MAIL_FILTER))):
        sns.set_subscription_attributes(SubscriptionArn=subscription, AttributeName=name, AttributeValue=value)
    return True


class _Found(NamedTuple):
    """A subscription as SNS lists it: its address, and its ARN or SNS's word for a pending one."""

    address: str
    arn: str


def _settle_topic(  # noqa: PLR0913 - what is wanted where, and what may be done about it
    sns: "SNSClient", topic: str, protocols: Collection[str], wishes: list[Wanted], *, resend: bool, prune: bool
) -> Iterator[Standing]:
    there = _subscribed(sns, topic)
    for wish in wishes:
        yield Standing(topic, wish.address, _settle(sns, wish, there.pop(wish.key, None), resend=resend))
    for (protocol, _), found in there.items():
        if protocol not in protocols or not _is_confirmed(found.arn):
            continue
        if prune:
            sns.unsubscribe(SubscriptionArn=found.arn)
        yield Standing(topic, found.address, State.REMOVED if prune else State.STRANGER)


def _settle(sns: "SNSClient", wish: Wanted, found: _Found | None, *, resend: bool) -> State:
    state = _state(sns, wish, found)
    if state is None or (resend and state is State.PENDING):
        attributes = {"FilterPolicy": json.dumps(MAIL_FILTER)} if wish.filtered else {}
        sns.subscribe(TopicArn=wish.topic, Protocol=wish.protocol, Endpoint=wish.address, Attributes=attributes)
        return State.ADDED if wish.protocol == SMS else State.ASKED
    if state is State.FILTER_SET and found is not None:
        put_filter_right(sns, found.arn)
    return state


def _state(sns: "SNSClient", wish: Wanted, found: _Found | None) -> State | None:
    """FILTER_SET means that a filter is still wrong."""
    if found is None:
        return None
    if not _is_confirmed(found.arn):
        return State.PENDING
    if not wish.filtered:
        return State.RIGHT
    attributes = sns.get_subscription_attributes(SubscriptionArn=found.arn)["Attributes"]
    return State.RIGHT if _is_filtered(attributes) else State.FILTER_SET


def _subscribed(sns: "SNSClient", topic: str) -> dict[tuple[str, str], _Found]:
    """The topic's subscriptions by protocol and address; a confirmed one where an address has more than one."""
    found: dict[tuple[str, str], _Found] = {}
    for page in sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic):
        for each in page["Subscriptions"]:
            key = key_of(each["Protocol"], each["Endpoint"])
            if key not in found or not _is_confirmed(found[key].arn):
                found[key] = _Found(each["Endpoint"], each["SubscriptionArn"])
    return found


def _is_confirmed(subscription: str) -> bool:
    return subscription.startswith("arn:")  # else PendingConfirmation or Deleted


def _is_filtered(attributes: dict[str, str]) -> bool:
    scope = attributes.get("FilterPolicyScope", "MessageAttributes")
    return scope == "MessageAttributes" and json.loads(attributes.get("FilterPolicy") or "null") == MAIL_FILTER
