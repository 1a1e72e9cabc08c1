"""Settings become clients, clients become stores, and stores become the parts of the function."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import boto3
from aws_lambda_powertools import Logger, Metrics
from botocore.config import Config

from desk.aws.dynamodb import BULK_CONFIG
from desk.brand import Brand, Purpose, load_brand
from desk.cases.wiring import case_store
from desk.clock import Deadline, utc_now
from desk.health.heartbeats import HeartbeatItems
from desk.logs import desk_log
from desk.mentions.poll_state import PollStateItems
from desk.mentions.replied_on_x import RepliesOnXItems
from desk.mentions.store import MentionStoreItems
from desk.posts.performance import PerformanceItems
from desk.posts.wiring import post_store
from desk.reader import PollReader
from desk.reader.pins import Pinned
from desk.reader.trained_reader import TrainedReader
from desk.routing.requests import RoutingRequests
from desk.settings import setting
from desk.x.client import XClient
from desk.x.wiring import x_client
from poll_mentions.external_replies import ExternalReplies
from poll_mentions.poll import MentionPoll

_ROUTING_TIMEOUTS = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1})
"""The poll has to end within its minute, and the sweep makes up for a request that fails."""


class Wired(NamedTuple):
    """The function's parts; a new poll is made for each run."""

    x: XClient
    mentions: MentionStoreItems
    state: PollStateItems
    reader: PollReader
    brand: Brand
    external_replies: ExternalReplies
    deadline: Deadline
    heartbeats: HeartbeatItems
    metrics: Metrics
    logger: Logger

    def mention_poll(self, now: datetime, holder: str, remaining_ms: Callable[[], int]) -> MentionPoll:
        """The poll of the run `holder`."""
        return MentionPoll(
            x=self.x,
            mentions=self.mentions,
            state=self.state,
            reader=self.reader,
            brand=self.brand,
            clock=utc_now,
            now=now,
            holder=holder,
            remaining_ms=remaining_ms,
        )


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> Wired:
    """The function with these settings, for the compiled brand unless another is given. Raises SettingsError."""
    brand = brand or load_brand()
    desk_table = setting(environment, "DESK_TABLE")
    dynamodb = boto3.client("dynamodb", config=BULK_CONFIG)
    deadline = Deadline()
    x = x_client(environment, brand, dynamodb=dynamodb, deadline=deadline, purpose=Purpose.MENTIONS)
    routing = RoutingRequests(
        lambda: boto3.client("lambda", config=_ROUTING_TIMEOUTS), setting(environment, "ROUTE_INQUIRY_FUNCTION")
    )
    mentions = MentionStoreItems(
        dynamodb,
        mentions_table=setting(environment, "MENTIONS_TABLE"),
        desk_table=desk_table,
        zone=ZoneInfo(brand.timezone),
        on_promoted=routing.request,
    )
    state = PollStateItems(dynamodb, desk_table)
    external_replies = ExternalReplies(
        x=x,
        state=state,
        mentions=mentions,
        cases=case_store(environment, dynamodb),
        posts=post_store(environment, dynamodb),
        replied=RepliesOnXItems(dynamodb, desk_table),
        performances=PerformanceItems(dynamodb, desk_table),
        brand=brand,
    )
    reader = Pinned(TrainedReader(brand), brand.pins)
    heartbeats = HeartbeatItems(dynamodb, desk_table)
    return Wired(x, mentions, state, reader, brand, external_replies, deadline, heartbeats, Metrics(), desk_log())
