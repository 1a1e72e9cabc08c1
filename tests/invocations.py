"""A function as Lambda runs it: the same process from one invocation to the next, a new one after it died."""

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

import boto3
import pytest

from tests.failing_calls import Call, Calls, Trouble
from tests.fakes.in_trouble import Killed
from tests.tables import REGION


class Invocation(NamedTuple):
    """The answer, empty where there was none; the calls it made; what it raised."""

    answer: Mapping[str, Any]
    made: list[Call]
    done: list[Call]
    error: Exception | None


class Context(NamedTuple):
    """Lambda's context of an invocation, with the time that it has left."""

    milliseconds: int = 600_000
    aws_request_id: str = "request-1"

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


class Function:
    """The function whose `handler` module this is, with its settings in the environment."""

    def __init__(self, handler: Any, patched: pytest.MonkeyPatch) -> None:
        self._handler = handler
        self._patched = patched

    def starts(self) -> None:
        """The next invocation comes to a new process."""
        self._patched.setattr(self._handler, "_WIRED", None)

    def invoked(
        self, event: Mapping[str, Any], trouble: Trouble | None = None, *, milliseconds: int = 55_000
    ) -> Invocation:
        """One invocation, which has so much time and in which calls may fail."""
        answer: Mapping[str, Any] = {}
        error: Exception | None = None
        if self._handler._WIRED is None:
            self._patched.setattr(self._handler, "_WIRED", self._handler.wire(os.environ))
        with Calls(trouble or {}).watched() as calls:
            try:
                answer = self._handler.lambda_handler(dict(event), Context(milliseconds)) or {}
            except Killed:
                self.starts()
            except Exception as exc:  # noqa: BLE001 - Lambda keeps the process, whatever was raised
                error = exc
        return Invocation(answer, calls.made, calls.done, error)


def set_up(patched: pytest.MonkeyPatch, settings: Mapping[str, str]) -> None:
    """Have these settings in the environment, and clients made once for each service: making one takes long."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "POWERTOOLS_SERVICE_NAME"):
        patched.setenv(name, "test")
    patched.setenv("AWS_DEFAULT_REGION", REGION)
    patched.setenv("POWERTOOLS_METRICS_NAMESPACE", "Dorothy")
    for name, value in settings.items():
        patched.setenv(name, value)
    make: Any = boto3.client
    made: dict[str, Any] = {}

    def client(service: str, **_: Any) -> Any:
        if service not in made:
            made[service] = make(service, region_name=REGION)
        return made[service]

    patched.setattr(boto3, "client", client)
