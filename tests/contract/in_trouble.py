"""Clients of AWS that fail on demand, for the tests of what the stores raise."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError


def refused(code: str, *reasons: str) -> ClientError:
    """The error with this code; `reasons` are the codes of a cancelled transaction's actions."""
    answer: Any = {"Error": {"Code": code}, "CancellationReasons": [{"Code": reason} for reason in reasons]}
    return ClientError(answer, "Anything")


ILL_SNS = (
    refused("KMSThrottlingException"),
    refused("NotFound"),
    EndpointConnectionError(endpoint_url="https://sns"),
    ReadTimeoutError(endpoint_url="https://sns"),
)
"""Errors of SNS when a message is published."""


class Broken:
    """A client whose calls all fail with this error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Any:
        def call(**_asked: Any) -> Any:
            raise self._error

        return call


@dataclass
class Retrying:
    """A DynamoDB client that fails, or does things again, as botocore does when an answer was lost.

    `lost` is how many of the next transactions are done and then done again; what `in_between` holds happens after
    the first time. `errors` are raised instead of the next calls, one each. The next `unprocessed` batches of keys are
    answered with nothing.
    """

    client: Any
    lost: int = 0
    in_between: Callable[[], object] = lambda: None
    errors: list[Exception] = field(default_factory=list)
    unprocessed: int = 0
    asked: int = 0

    def __getattr__(self, name: str) -> Any:
        def call(**asked: Any) -> Any:
            self.asked += 1
            if self.errors:
                raise self.errors.pop(0)
            if name == "batch_get_item" and self.unprocessed:
                self.unprocessed -= 1
                return {"Responses": {}, "UnprocessedKeys": asked["RequestItems"]}
            done = getattr(self.client, name)
            if name == "transact_write_items" and self.lost:
                self.lost -= 1
                done(**asked)
                self.in_between()
            return done(**asked)

        return call
