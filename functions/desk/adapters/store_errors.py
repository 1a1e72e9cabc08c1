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


def code_of(error: ClientError) -> str:
    """AWS's code of an error, for example `ConditionalCheckFailedException`."""
    return error.response.get("Error", {}).get("Code", "")


def cancellation_codes(error: ClientError) -> list[str]:
    """Why a transaction was cancelled, one code for each of its actions, `None` for those that would have passed."""
    reasons = error.response.get("CancellationReasons") or []
    return [reason.get("Code", "None") for reason in reasons]
