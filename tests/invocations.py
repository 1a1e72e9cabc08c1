"""A function as Lambda runs it: the same process from one invocation to the next, a new one after it died."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

import boto3
import pytest

from desk.brand import Brand
from local.x.auth import Account
from local.x.server import RunningX, start
from tests.failing_calls import Call, Calls, Trouble
from tests.fakes.in_trouble import Killed
from tests.tables import REGION, Dynamo, dynamodb


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
    """One process of the function whose `handler` module this is, with its settings in the environment."""

    def __init__(self, handler: Any, patched: pytest.MonkeyPatch) -> None:
        self._handler = handler
        self._patched = patched
        self._wired: Any = None

    def starts(self) -> None:
        """The next invocation comes to a new process."""
        self._wired = None

    def invoked(
        self, event: Mapping[str, Any], trouble: Trouble | None = None, *, milliseconds: int = 55_000
    ) -> Invocation:
        """One invocation, which has so much time and in which calls may fail."""
        answer: Mapping[str, Any] = {}
        error: Exception | None = None
        self._wired = self._wired or self._handler.wire(os.environ)
        self._patched.setattr(self._handler, "_wired", lambda: self._wired)
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


@contextmanager
def beside_x(patched: pytest.MonkeyPatch, brand: Brand, now: datetime) -> Iterator[tuple[Dynamo, RunningX]]:
    """Tables on moto and a local X, with the settings and the secret by which functions find them."""
    account = Account(username=brand.handle, user_id=brand.user_id)
    with dynamodb() as dynamo, start(account=account, now=now) as x:
        tables = {f"{name.upper()}_TABLE": table for name, table in asdict(dynamo.tables).items()}
        set_up(patched, {**tables, "X_SECRET": "x", "X_API_URL": x.url})
        boto3.client("secretsmanager").create_secret(Name="x", SecretString=account.secret_json())
        yield dynamo, x
