"""Wire the function: settings become clients, clients become stores, and the use case gets them."""

from collections.abc import Mapping
from typing import NamedTuple

import boto3
from aws_lambda_powertools import Logger

from desk.aws.dynamodb import CLIENT_CONFIG
from desk.brand import Brand, Purpose, load_brand
from desk.clock import Deadline, utc_now
from desk.health.heartbeats import HeartbeatItems
from desk.logs import desk_log
from desk.posts.performance import PerformanceItems
from desk.posts.wiring import post_store
from desk.settings import setting
from desk.x.wiring import x_client
from measure_posts.measure import PostMeasurer


class Wired(NamedTuple):
    """What the handler needs."""

    measurer: PostMeasurer
    deadline: Deadline
    logger: Logger
    heartbeats: HeartbeatItems


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> Wired:
    """Make everything once, for the compiled brand unless another is given. Raises SettingsError."""
    brand = brand or load_brand()
    dynamodb, deadline = boto3.client("dynamodb", config=CLIENT_CONFIG), Deadline()
    x = x_client(environment, brand, dynamodb=dynamodb, deadline=deadline, purpose=Purpose.PERFORMANCE)
    desk_table = setting(environment, "DESK_TABLE")
    performances = PerformanceItems(dynamodb, desk_table)
    measurer = PostMeasurer(x, post_store(environment, dynamodb), performances, utc_now)
    return Wired(measurer, deadline, desk_log(), HeartbeatItems(dynamodb, desk_table))
