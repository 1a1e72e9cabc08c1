"""Choices of dialects as items of the Desk table: item `x_dialect`, part = the endpoint's name."""

from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from desk.adapters.desk_parts import parts_of
from desk.adapters.mention_items import to_item
from desk.errors import StoreBusy
from desk.ports.dialects import Dialect, DialectChoice

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ITEM = "x_dialect"


class DialectItems:
    """The port DialectChoices on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def load(self) -> dict[str, DialectChoice]:
        """See DialectChoices."""
        try:
            found = list(parts_of(self._client, self._table, _ITEM))
        except (ClientError, BotoCoreError) as exc:
            raise StoreBusy("the choices of dialects could not be loaded") from exc
        choices = (
            DialectChoice(each["part"], Dialect(each["dialect"]), datetime.fromisoformat(each["until"]))
            for each in found
        )
        return {choice.endpoint: choice for choice in choices}

    def save(self, choice: DialectChoice) -> None:
        """See DialectChoices."""
        item = {
            "item": _ITEM,
            "part": choice.endpoint,
            "dialect": choice.dialect.value,
            "until": choice.until.isoformat(),
            "expires_at": int(choice.until.timestamp()),
        }
        try:
            self._client.put_item(TableName=self._table, Item=to_item(item))
        except (ClientError, BotoCoreError) as exc:
            raise StoreBusy(f"the dialect of {choice.endpoint} could not be saved") from exc
