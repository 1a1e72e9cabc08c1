"""Makes the store of mentions for every function that uses it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.mentions.store import MentionStoreItems
from desk.settings import setting

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def mention_store(environment: Mapping[str, str], brand: Brand, dynamodb: "DynamoDBClient") -> MentionStoreItems:
    """The store on the tables that the settings name. Raises SettingsError."""
    return MentionStoreItems(
        dynamodb,
        mentions_table=setting(environment, "MENTIONS_TABLE"),
        desk_table=setting(environment, "DESK_TABLE"),
        zone=ZoneInfo(brand.timezone),
    )
