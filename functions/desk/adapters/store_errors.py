"""DynamoDB's errors become the desk's here, by their codes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as Unreachable

from desk.errors import StoreBusy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

_BUSY = frozenset(
    {
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)


@contextmanager
def store_errors() -> Iterator[None]:
    """Raise StoreBusy for what botocore's bounded retries did not overcome; anything else passes: it is a defect."""
    try:
        yield
    except ClientError as exc:
        if code_of(exc) in _BUSY:
            raise StoreBusy(code_of(exc)) from exc
        raise
    except (Unreachable, HTTPClientError) as exc:
        raise StoreBusy(type(exc).__name__) from exc


def all_or_nothing(client: "DynamoDBClient", actions: "Sequence[TransactWriteItemTypeDef]") -> list[str]:
    """Write all of it, or say why it was cancelled: a code for each action; nothing when it was written.

    Raises StoreBusy as `store_errors` does.
    """
    try:
        with store_errors():
            client.transact_write_items(TransactItems=actions)
    except ClientError as exc:
        codes = cancellation_codes(exc)
        if not codes:
            raise
        return codes
    return []


def code_of(error: ClientError) -> str:
    """AWS's code of an error, for example `ConditionalCheckFailedException`."""
    return error.response.get("Error", {}).get("Code", "")


def cancellation_codes(error: ClientError) -> list[str]:
    """Why a transaction was cancelled, one code for each of its actions, `None` for those that would have passed."""
    reasons = error.response.get("CancellationReasons") or []
    return [reason.get("Code", "None") for reason in reasons]
