"""What benchmarks run in: the brand of desk.yaml, and the local AWS and the local X as processes of their own.

So the CPU that is counted is ours: the use case, its adapters, boto3.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3

from desk.brand import Brand
from local.aws.clients import Aws
from local.aws.deploy import Deployed

MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
"""A Tuesday, at ten in Seoul."""

_PLENTY_MS = 600_000
CONTEXT: Any = SimpleNamespace(
    function_name="bench",
    memory_limit_in_mb=512,
    invoked_function_arn="bench",
    aws_request_id="bench",
    get_remaining_time_in_millis=lambda: _PLENTY_MS,
)

_SERVE_X = """
import signal, sys
from local.x.auth import Account
from local.x.server import start
with start(account=Account(username=sys.argv[1], user_id=sys.argv[2])) as running:
    print(running.url, running.account.secret_json(), sep="\\n", flush=True)
    signal.pause()
"""


def use(aws: Aws) -> None:
    """Point every client made from now on at this local AWS."""
    os.environ.update(
        AWS_ENDPOINT_URL=aws.endpoint,
        AWS_DEFAULT_REGION=aws.region,
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
        POWERTOOLS_SERVICE_NAME="bench",
        POWERTOOLS_METRICS_NAMESPACE="Dorothy",
    )


def count_calls() -> Counter[str]:
    """Calls by service, of every client that a new default session makes."""
    counter: Counter[str] = Counter()

    def count(model: Any, **_: Any) -> None:
        counter[model.service_model.service_name] += 1

    session = boto3.Session()
    session.events.register("before-call", count)
    boto3.DEFAULT_SESSION = session
    return counter


def settings_of(deployed: Deployed, function: str) -> Mapping[str, str]:
    """What the template gives this function, by its logical id, as its environment."""
    name = deployed.resources[function]
    found = deployed.aws.client("lambda").get_function_configuration(FunctionName=name)
    return dict(found["Environment"]["Variables"])


@contextmanager
def local_x(brand: Brand) -> Iterator[tuple[str, dict[str, str]]]:
    """A local X as a process of its own: its address and credentials."""
    command = [sys.executable, "-c", _SERVE_X, brand.handle, brand.user_id]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            ready, credentials = (process.stdout.readline() for _ in range(2)) if process.stdout else ("", "")
            yield ready.strip(), json.loads(credentials)
        finally:
            process.terminate()
