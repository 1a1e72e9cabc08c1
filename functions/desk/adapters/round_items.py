"""The round of asking X about deletions as item `compliance` / `round` of the Desk table."""

from datetime import datetime
from typing import TYPE_CHECKING

from desk.adapters.mention_items import from_item, to_item
from desk.adapters.post_items import moment_text
from desk.adapters.store_errors import store_errors
from desk.ports.compliance import Round

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEY = to_item({"item": "compliance", "part": "round"})
_MOMENTS = ("first_at", "followed_at", "began_at")


class RoundItems:
    """The port Rounds on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def load(self) -> Round | None:
        """See Rounds."""
        with store_errors():
            answer = self._client.get_item(TableName=self._desk, Key=_KEY, ConsistentRead=True)
        if "Item" not in answer:
            return None
        plain = from_item(answer["Item"])
        first_at, followed_at, began_at = (
            datetime.fromisoformat(plain[name]) if name in plain else None for name in _MOMENTS
        )
        if first_at is None:
            return None
        return Round(first_at, followed_at, began_at, plain.get("job_id"), bool(plain.get("uploaded")))

    def save(self, state: Round) -> None:
        """See Rounds."""
        moments = {name: moment_text(moment) for name in _MOMENTS if (moment := getattr(state, name))}
        item = _KEY | to_item(moments | {"job_id": state.job_id, "uploaded": state.uploaded})
        with store_errors():
            self._client.put_item(TableName=self._desk, Item=item)
