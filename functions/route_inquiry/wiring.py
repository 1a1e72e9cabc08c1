"""Settings become clients, clients become adapters, and these meet the use case."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import boto3
from aws_lambda_powertools import Logger, Metrics
from botocore.config import Config

from desk.adapters.case_link_items import CaseLinkItems
from desk.adapters.mail_budget_items import MailBudgetItems
from desk.adapters.routing_store_items import RoutingStoreItems
from desk.adapters.subscribers_items import SubscribersItems
from desk.adapters.topics import TopicsSns
from desk.brand import Brand, load_brand
from desk.clock import utc_now
from desk.reader.pins import Pinned
from desk.reader.trained_reader import TrainedReader
from desk.settings import setting
from route_inquiry.publish import Publisher
from route_inquiry.route import Route

PATIENCE = Config(
    connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4}, tcp_keepalive=True
)
"""Several tries of AWS's own calls fit into the function's time."""
SNS_PATIENCE = PATIENCE.merge(Config(read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2}))
"""Less, since what a topic does not take waits in the table, and a dozen topics are told one after the other."""


class Parts(NamedTuple):
    """What routing and what the sweep are made of."""

    dynamodb: Any
    store: RoutingStoreItems
    subscribers: SubscribersItems
    publisher: Publisher
    route: Route


class Wired(NamedTuple):
    """What the handler needs."""

    route: Route
    logger: Logger
    metrics: Metrics


def wire(environment: Mapping[str, str]) -> Wired:
    """Everything made once; raises SettingsError, which names what is missing."""
    return Wired(parts(environment, load_brand()).route, Logger(), Metrics())


def parts(environment: Mapping[str, str], brand: Brand) -> Parts:
    """Routing for this brand on the tables and topics that the settings name."""
    dynamodb, sns = boto3.client("dynamodb", config=PATIENCE), boto3.client("sns", config=SNS_PATIENCE)
    desk_table = setting(environment, "DESK_TABLE")
    store = RoutingStoreItems(
        dynamodb,
        mentions_table=setting(environment, "MENTIONS_TABLE"),
        cases_table=setting(environment, "CASES_TABLE"),
    )
    topics = TopicsSns(sns, topic_prefix=setting(environment, "TOPIC_PREFIX"))
    budget = MailBudgetItems(dynamodb, desk_table=desk_table, count=brand.mail.count, window=brand.mail.window)
    subscribers = SubscribersItems(dynamodb, desk_table=desk_table)
    publisher = Publisher(
        topics,
        budget,
        subscribers,
        brand,
        utc_now,
        links=CaseLinkItems(dynamodb, desk_table),
        api_url=setting(environment, "API_URL"),
    )
    route = Route(store, Pinned(TrainedReader(brand), brand.pins), publisher, brand, utc_now)
    return Parts(dynamodb, store, subscribers, publisher, route)
