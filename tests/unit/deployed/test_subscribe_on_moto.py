"""The same as on the fake, through boto3's own checks of names and shapes; moto confirms at once."""

import boto3
from moto import mock_aws

from local.deployed.subscriptions import State, standings, subscribe
from tests.unit.deployed.scene import desk, stack


@mock_aws
def test_subscribing_twice_leaves_one_subscription_an_address_with_the_filter_on_mail() -> None:
    sns = boto3.client("sns", region_name="ap-northeast-2", aws_access_key_id="test", aws_secret_access_key="test")
    names = ("dorothy-emerald-dept-billing", "dorothy-emerald-dept-operator", "dorothy-emerald-alarms")
    topics = [sns.create_topic(Name=name)["TopicArn"] for name in names]
    here = stack(outputs={"TopicPrefix": topics[0].removesuffix("billing"), "AlarmTopic": topics[2]})

    first = subscribe(sns, desk(), here)
    second = subscribe(sns, desk(), here)

    assert [standing.state for standing in first] == [State.ASKED] * 3
    assert [standing.state for standing in second] == [State.RIGHT] * 3
    assert [state for _, state in standings(sns, desk(), here)] == [State.RIGHT] * 3


@mock_aws
def test_a_wrong_filter_is_put_right() -> None:
    sns = boto3.client("sns", region_name="ap-northeast-2", aws_access_key_id="test", aws_secret_access_key="test")
    names = ("dorothy-emerald-dept-billing", "dorothy-emerald-dept-operator", "dorothy-emerald-alarms")
    topics = [sns.create_topic(Name=name)["TopicArn"] for name in names]
    here = stack(outputs={"TopicPrefix": topics[0].removesuffix("billing"), "AlarmTopic": topics[2]})
    sns.subscribe(TopicArn=topics[0], Protocol="email", Endpoint="Bills@emerald.example")

    states = [standing.state for standing in subscribe(sns, desk(), here)]
    again = [standing.state for standing in subscribe(sns, desk(), here)]

    assert states[0] is State.FILTER_SET
    assert again[0] is State.RIGHT
