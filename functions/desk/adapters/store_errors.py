"""DynamoDB's errors become the desk's here, by their codes."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as Unreachable

from desk.errors import StoreBusy

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


@contextmanager
def unless_refused() -> Iterator[None]:
    """As `store_errors`, and silent about a write whose condition did not hold."""
    try:
        with store_errors():
            yield
    except ClientError as exc:
        if not is_refused(exc):
            raise


def is_refused(error: ClientError) -> bool:
    """Whether the condition of a write did not hold."""
    return code_of(error) == "ConditionalCheckFailedException"


def code_of(error: ClientError) -> str:
    """AWS's code of an error, for example `ConditionalCheckFailedException`."""
    return error.response.get("Error", {}).get("Code", "")
