"""The same as on the fake, through boto3's own checks of names and shapes; moto confirms at once."""

from collections import Counter

import boto3
from moto import mock_aws

from local.brand.model import OnCall
from local.deployed.subscriptions import State, standings, subscribe
from tests.unit.deployed.scene import desk, stack

NAMES = ("dept-billing", "dept-operator", "digest", "alarms", "oncall")
ON_CALL = OnCall(phones=("+821000000000",), webhooks=("https://oncall.emerald.example/Hook",))


def outputs_of(topics: list[str]) -> dict[str, str]:
    prefix = topics[0].removesuffix("billing")
    return {"TopicPrefix": prefix, "DigestTopic": topics[2], "AlarmTopic": topics[3], "OnCallTopic": topics[4]}


@mock_aws
def test_subscribing_twice_leaves_one_subscription_an_address_and_corrects_a_filter() -> None:
    sns = boto3.client("sns")
    topics = [sns.create_topic(Name=f"dorothy-emerald-{name}")["TopicArn"] for name in NAMES]
    here, brand = stack(outputs=outputs_of(topics)), desk(on_call=ON_CALL)
    sns.subscribe(TopicArn=topics[0], Protocol="email", Endpoint="Bills@emerald.example")

    first = subscribe(sns, brand, here)
    second = subscribe(sns, brand, here)

    assert Counter(standing.state for standing in first) == {State.FILTER_SET: 1, State.ASKED: 4, State.ADDED: 1}
    assert {standing.state for standing in second} == {State.RIGHT}
    assert {state for _, state in standings(sns, brand, here)} == {State.RIGHT}
    listed = sns.list_subscriptions_by_topic(TopicArn=topics[4])["Subscriptions"]
    assert {(one["Protocol"], one["Endpoint"]) for one in listed} == {
        ("sms", "+821000000000"),
        ("https", "https://oncall.emerald.example/Hook"),
    }
