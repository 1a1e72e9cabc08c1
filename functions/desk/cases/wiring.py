"""Makes the store of cases for every function that uses it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from desk.cases.store import CaseStoreItems
from desk.settings import setting

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def case_store(environment: Mapping[str, str], dynamodb: "DynamoDBClient") -> CaseStoreItems:
    """The store on the tables that the settings name. Raises SettingsError."""
    return CaseStoreItems(
        dynamodb,
        cases_table=setting(environment, "CASES_TABLE"),
        mentions_table=setting(environment, "MENTIONS_TABLE"),
        desk_table=setting(environment, "DESK_TABLE"),
    )
