"""The X client as every function that talks to X has it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import boto3

from desk.adapters.breaker_items import DynamoBreakers
from desk.adapters.deadline import Deadline
from desk.adapters.patience import PATIENCE
from desk.adapters.secrets import XSecret
from desk.adapters.x.client import XClient
from desk.adapters.x.timing import Timing
from desk.brand import Brand
from desk.settings import setting

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def wired_x(environment: Mapping[str, str], brand: Brand, *, dynamodb: "DynamoDBClient", deadline: Deadline) -> XClient:
    """X with the secret and the breakers that the settings X_SECRET, X_API_URL and DESK_TABLE name.

    No call outlives what `deadline` leaves. Raises SettingsError.
    """
    desk_table = setting(environment, "DESK_TABLE")
    secret_id, x_url = setting(environment, "X_SECRET"), setting(environment, "X_API_URL")
    return XClient(
        x_url,
        brand.user_id,
        XSecret(boto3.client("secretsmanager", config=PATIENCE), secret_id),
        DynamoBreakers(dynamodb, desk_table),
        Timing(seconds_left=deadline.seconds_for_x),
    )
