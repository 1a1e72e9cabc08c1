"""Makes the parts of the function from its settings."""

from collections.abc import Mapping
from typing import NamedTuple

import boto3
from aws_lambda_powertools import Logger, Metrics
from botocore.config import Config

from check_subscriptions.compare import CompareSubscriptions
from desk.brand import Brand, load_brand
from desk.health.heartbeats import HeartbeatItems, Heartbeats
from desk.logs import desk_log
from desk.notifications.topics import SubscribersItems, SubscriptionsSns
from desk.settings import setting

_TIMEOUTS = Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 5})


class Wired(NamedTuple):
    """What the handler needs."""

    compare: CompareSubscriptions
    logger: Logger
    metrics: Metrics
    heartbeats: Heartbeats


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> Wired:
    """Everything made once; raises SettingsError, which names a missing setting."""
    subscriptions = SubscriptionsSns(
        boto3.client("sns", config=_TIMEOUTS),
        topic_prefix=setting(environment, "TOPIC_PREFIX"),
        on_call_arn=setting(environment, "ON_CALL_TOPIC_ARN"),
    )
    dynamodb, desk_table = boto3.client("dynamodb", config=_TIMEOUTS), setting(environment, "DESK_TABLE")
    subscribers = SubscribersItems(dynamodb, desk_table=desk_table)
    compare = CompareSubscriptions(subscriptions, subscribers, brand or load_brand())
    return Wired(compare, desk_log(), Metrics(), HeartbeatItems(dynamodb, desk_table))
