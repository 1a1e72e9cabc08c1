"""What links to reports and links to cases have alike in the Desk table: `part` is the SHA-256 of the id."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from desk.adapters.mention_items import to_item
from desk.adapters.store_errors import is_refused, store_errors

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def link_key(item: str, hash_: str) -> Any:
    """The key of a link (typed form)."""
    return to_item({"item": item, "part": hash_})


def revoke_link(client: "DynamoDBClient", desk_table: str, key: Any, now: datetime) -> bool:
    """Close the link under this key; False when there is none. Raises StoreBusy."""
    try:
        with store_errors():
            client.update_item(
                TableName=desk_table,
                Key=key,
                UpdateExpression="SET revoked_at = if_not_exists(revoked_at, :now)",
                ConditionExpression="attribute_exists(made_at)",
                ExpressionAttributeValues={":now": {"S": now.isoformat()}},
            )
    except ClientError as exc:
        if not is_refused(exc):
            raise
        return False
    return True
