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
from desk.mentions.wiring import mention_store
from desk.reader.language import Terms
from desk.settings import setting
from desk.trends.store import TrendItems
from desk.x.wiring import x_client
from read_trends.read import TrendReader


class Wired(NamedTuple):
    """What the handler needs."""

    reader: TrendReader
    deadline: Deadline
    logger: Logger
    heartbeats: HeartbeatItems


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> Wired:
    """Make everything once, for the compiled brand unless another is given. Raises SettingsError."""
    brand = brand or load_brand()
    dynamodb, deadline = boto3.client("dynamodb", config=CLIENT_CONFIG), Deadline()
    desk_table = setting(environment, "DESK_TABLE")
    reader = TrendReader(
        brand,
        x_client(environment, brand, dynamodb=dynamodb, deadline=deadline, purpose=Purpose.TRENDS),
        TrendItems(dynamodb, desk_table),
        mention_store(environment, brand, dynamodb),
        Terms((brand.name_ko, brand.name_en, brand.handle)).of,
        clock=utc_now,
    )
    return Wired(reader, deadline, desk_log(), HeartbeatItems(dynamodb, desk_table))
