"""Actions of one transaction, which stand or fall together."""

from collections.abc import Callable, Sequence
from time import sleep
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from desk.adapters.back_off import back_off
from desk.adapters.store_errors import store_errors
from desk.errors import StoreBusy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

REFUSED = "ConditionalCheckFailed"
"""The code of an action whose condition did not hold."""


def all_or_nothing(client: "DynamoDBClient", actions: "Sequence[TransactWriteItemTypeDef]") -> list[str]:
    """Write all of it, or say why it was cancelled: a code for each action; nothing when it was written.

    Raises StoreBusy as `store_errors` does.
    """
    try:
        with store_errors():
            client.transact_write_items(TransactItems=actions)
    except ClientError as exc:
        codes = [reason.get("Code", "None") for reason in exc.response.get("CancellationReasons") or []]
        if not codes:
            raise
        return codes
    return []


def written_or_refused(
    client: "DynamoDBClient",
    actions: "Sequence[TransactWriteItemTypeDef]",
    *,
    tries: int = 5,
    pause: Callable[[float], None] = sleep,
) -> list[str]:
    """Write all of it, or say why not: a code for each action if at least one condition did not hold.

    What is cancelled for other reasons, a conflict with another transaction or a throttle, passes: it is tried again
    a few times, and raises StoreBusy if that does not help. What botocore repeats bears the same ClientRequestToken,
    by which DynamoDB mostly knows it.
    """
    codes: list[str] = []
    for attempt in range(tries):
        codes = all_or_nothing(client, actions)
        if not codes or REFUSED in codes:
            return codes
        if attempt + 1 < tries:
            back_off(pause, attempt)
    raise StoreBusy(f"cancelled: {', '.join(codes)}")
