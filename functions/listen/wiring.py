"""Settings become clients, clients become stores, and stores become the use case."""

from collections.abc import Mapping
from typing import NamedTuple

import boto3
from aws_lambda_powertools import Logger, Metrics

from desk.aws.dynamodb import BULK_CONFIG
from desk.brand import Brand, Purpose, load_brand
from desk.clock import Deadline, utc_now
from desk.health.heartbeats import HeartbeatItems
from desk.listening.query import queries
from desk.listening.surges import SurgeItems
from desk.logs import desk_log
from desk.mentions.poll_state import WalkStateItems
from desk.mentions.wiring import mention_store
from desk.settings import setting
from desk.x.wiring import x_client
from listen.listen import Listening


class Wired(NamedTuple):
    """The function's parts; `is_on` says whether desk.yaml names anything to listen for."""

    listening: Listening
    is_on: bool
    deadline: Deadline
    heartbeats: HeartbeatItems
    metrics: Metrics
    logger: Logger


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> Wired:
    """The function with these settings, for the compiled brand unless another is given. Raises SettingsError."""
    brand = brand or load_brand()
    dynamodb, deadline = boto3.client("dynamodb", config=BULK_CONFIG), Deadline()
    desk_table = setting(environment, "DESK_TABLE")
    listening = Listening(
        x=x_client(environment, brand, dynamodb=dynamodb, deadline=deadline, purpose=Purpose.LISTENING),
        mentions=mention_store(environment, brand, dynamodb),
        state_of=lambda number: WalkStateItems(dynamodb, desk_table, f"listening#{number}"),
        surges=SurgeItems(dynamodb, desk_table),
        queries=queries(brand.listen, brand.handle),
        brand=brand,
        clock=utc_now,
    )
    heartbeats = HeartbeatItems(dynamodb, desk_table)
    return Wired(listening, brand.listen.is_on, deadline, heartbeats, Metrics(), desk_log())
