"""Makes the X client for every function that calls X."""

from collections.abc import Mapping
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import boto3

from desk.aws.dynamodb import CLIENT_CONFIG
from desk.brand import Brand, Purpose
from desk.clock import Deadline
from desk.settings import setting
from desk.x.breakers import BreakerItems
from desk.x.client import XClient, XStores
from desk.x.dialects import DialectItems
from desk.x.spend import SpendItems
from desk.x.transport import Timeouts, XSecret

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def x_client(
    environment: Mapping[str, str],
    brand: Brand,
    *,
    dynamodb: "DynamoDBClient",
    deadline: Deadline,
    purpose: Purpose,
) -> XClient:
    """The client with the secret and the table that the settings X_SECRET, X_API_URL and DESK_TABLE name.

    Its calls are paid from the budget of `purpose`. No call takes longer than `deadline` allows. Raises SettingsError.
    """
    desk_table = setting(environment, "DESK_TABLE")
    secret_id, x_url = setting(environment, "X_SECRET"), setting(environment, "X_API_URL")
    return XClient(
        x_url,
        brand.user_id,
        XSecret(boto3.client("secretsmanager", config=CLIENT_CONFIG), secret_id),
        XStores(
            breakers=BreakerItems(dynamodb, desk_table),
            dialects=DialectItems(dynamodb, desk_table),
            spend=SpendItems(dynamodb, desk_table, ZoneInfo(brand.timezone), brand.x_budget),
        ),
        Timeouts(seconds_left=deadline.seconds_for_x),
        purpose=purpose,
    )
