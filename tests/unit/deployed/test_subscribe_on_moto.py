"""The same as on the fake, through boto3's own checks of names and shapes; moto confirms at once."""

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
def test_subscribing_twice_leaves_one_subscription_an_address_with_the_filter_on_mail() -> None:
    sns = boto3.client("sns", region_name="ap-northeast-2", aws_access_key_id="test", aws_secret_access_key="test")
    topics = [sns.create_topic(Name=f"dorothy-emerald-{name}")["TopicArn"] for name in NAMES]
    here = stack(outputs=outputs_of(topics))

    first = subscribe(sns, desk(), here)
    second = subscribe(sns, desk(), here)

    assert [standing.state for standing in first] == [State.ASKED] * 4
    assert [standing.state for standing in second] == [State.RIGHT] * 4
    assert [state for _, state in standings(sns, desk(), here)] == [State.RIGHT] * 4


@mock_aws
def test_a_wrong_filter_is_put_right() -> None:
    sns = boto3.client("sns", region_name="ap-northeast-2", aws_access_key_id="test", aws_secret_access_key="test")
    topics = [sns.create_topic(Name=f"dorothy-emerald-{name}")["TopicArn"] for name in NAMES]
    here = stack(outputs=outputs_of(topics))
    sns.subscribe(TopicArn=topics[0], Protocol="email", Endpoint="Bills@emerald.example")

    states = [standing.state for standing in subscribe(sns, desk(), here)]
    again = [standing.state for standing in subscribe(sns, desk(), here)]

    assert states[0] is State.FILTER_SET
    assert again[0] is State.RIGHT


@mock_aws
def test_those_on_call_are_subscribed_by_phone_and_web_hook() -> None:
    sns = boto3.client("sns", region_name="ap-northeast-2", aws_access_key_id="test", aws_secret_access_key="test")
    topics = [sns.create_topic(Name=f"dorothy-emerald-{name}")["TopicArn"] for name in NAMES]
    here = stack(outputs=outputs_of(topics))

    subscribe(sns, desk(on_call=ON_CALL), here)

    listed = sns.list_subscriptions_by_topic(TopicArn=topics[4])["Subscriptions"]
    assert {(one["Protocol"], one["Endpoint"]) for one in listed} == {
        ("sms", "+821000000000"),
        ("https", "https://oncall.emerald.example/Hook"),
    }
