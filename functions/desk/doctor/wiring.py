"""The stores of the page of health, for the console and `dorothy doctor`."""

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.doctor.checks import HealthStores
from desk.health.failed_events import FailedEventItems
from desk.health.heartbeats import HeartbeatItems
from desk.mentions.poll_state import PollStateItems
from desk.notifications.topics import SubscribersItems
from desk.outbox.store import OutboxItems
from desk.x.breakers import BreakerItems
from desk.x.spend import SpendItems
from desk.x.stops import SpendView

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def health_stores(dynamodb: "DynamoDBClient", desk_table: str, brand: Brand) -> HealthStores:
    """What the checks read of the Desk table."""
    breakers = BreakerItems(dynamodb, desk_table)
    spend = SpendItems(dynamodb, desk_table, ZoneInfo(brand.timezone), brand.x_budget)
    return HealthStores(
        poll=PollStateItems(dynamodb, desk_table),
        outbox=OutboxItems(dynamodb, desk_table),
        subscribers=SubscribersItems(dynamodb, desk_table=desk_table),
        spend=SpendView(spend, breakers, brand),
        breakers=breakers,
        failed=FailedEventItems(dynamodb, desk_table),
        heartbeats=HeartbeatItems(dynamodb, desk_table),
    )
