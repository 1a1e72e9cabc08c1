"""The same as on the fake, through boto3's own checks of names and shapes; moto confirms at once."""

import boto3
from moto import mock_aws

from local.deployed.subscriptions import State, standings, subscribe
from tests.unit.deployed.scene import desk, stack

NAMES = ("dept-billing", "dept-operator", "digest", "alarms")


@mock_aws
def test_subscribing_twice_leaves_one_subscription_an_address_with_the_filter_on_mail() -> None:
    sns = boto3.client("sns", region_name="ap-northeast-2", aws_access_key_id="test", aws_secret_access_key="test")
    topics = [sns.create_topic(Name=f"dorothy-emerald-{name}")["TopicArn"] for name in NAMES]
    prefix = topics[0].removesuffix("billing")
    here = stack(outputs={"TopicPrefix": prefix, "DigestTopic": topics[2], "AlarmTopic": topics[3]})

    first = subscribe(sns, desk(), here)
    second = subscribe(sns, desk(), here)

    assert [standing.state for standing in first] == [State.ASKED] * 4
    assert [standing.state for standing in second] == [State.RIGHT] * 4
    assert [state for _, state in standings(sns, desk(), here)] == [State.RIGHT] * 4


@mock_aws
def test_a_wrong_filter_is_put_right() -> None:
    sns = boto3.client("sns", region_name="ap-northeast-2", aws_access_key_id="test", aws_secret_access_key="test")
    topics = [sns.create_topic(Name=f"dorothy-emerald-{name}")["TopicArn"] for name in NAMES]
    prefix = topics[0].removesuffix("billing")
    here = stack(outputs={"TopicPrefix": prefix, "DigestTopic": topics[2], "AlarmTopic": topics[3]})
    sns.subscribe(TopicArn=topics[0], Protocol="email", Endpoint="Bills@emerald.example")

    states = [standing.state for standing in subscribe(sns, desk(), here)]
    again = [standing.state for standing in subscribe(sns, desk(), here)]

    assert states[0] is State.FILTER_SET
    assert again[0] is State.RIGHT
