"""AWS calls and CPU per mention for poll and route, and how they grow, against the local AWS and the local X.

Both servers are processes of their own, so that the CPU counted here is ours: the use case, its adapters, boto3.
"""

import io
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import boto3

from desk.brand import Brand, brand_of
from local.aws.deploy import Deployed, XAccess, deploy
from local.aws.ministack import ministack
from local.brand.compile import compile_desk
from local.brand.load import load_desk
from local.demo.script import Said, read_day
from local.x.control import XControl

ROUND = 500
"""Mentions between two polls: five full pages."""

BATCH = 100
"""Mentions of one stream batch."""

MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
_PLENTY_MS = 600_000
_SERVE_X = """
import signal, sys
from local.x.account import Account
from local.x.server import start
with start(account=Account(username=sys.argv[1], user_id=sys.argv[2])) as running:
    print(running.url, running.account.secret_json(), sep="\\n", flush=True)
    signal.pause()
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one size came to, each per mention."""

    mentions: int
    dynamodb_calls: float
    sns_calls: float
    cpu_ms: float


def measure(sizes: tuple[int, ...]) -> dict[str, list[dict[str, float]]]:
    """Figures of poll and route for each number of mentions, each on a new local AWS."""
    rows: dict[str, list[dict[str, float]]] = {"poll": [], "route": []}
    for size in sizes:
        with redirect_stdout(io.StringIO()):  # logs and metrics
            poll, route = _measure_size(size)
        for name, figures in (("poll", poll), ("route", route)):
            rows[name].append(
                {
                    "mentions": figures.mentions,
                    "dynamodb_calls": round(figures.dynamodb_calls, 4),
                    "sns_calls": round(figures.sns_calls, 4),
                    "cpu_ms": round(figures.cpu_ms, 3),
                }
            )
    return rows


def _measure_size(size: int) -> tuple[Figures, Figures]:
    desk = load_desk(Path("desk.yaml"))
    brand = brand_of(compile_desk(desk, year=MORNING.year))
    with _local_x(brand) as (url, secret), ministack() as aws:
        deployed = deploy(aws, desk, XAccess(url, secret), year=MORNING.year)
        use(aws.endpoint, aws.region)
        calls = _count_calls()
        settings = _settings(deployed, url)
        poll = _poll(size, XControl(url), settings, brand, calls)
        return poll, _route(settings, brand, calls)


def _poll(size: int, control: XControl, settings: Mapping[str, str], brand: Brand, calls: Counter[str]) -> Figures:
    from poll_mentions.wiring import wire  # noqa: PLC0415 - clients are made for the endpoint set just before

    wired = wire(settings, brand)
    context: Any = SimpleNamespace(aws_request_id="bench", get_remaining_time_in_millis=lambda: _PLENTY_MS)
    now = MORNING
    control.set_clock(now)
    wired.run(now, context)  # the very first poll looks back; what it finds would be backlog
    texts = _texts(brand)
    calls.clear()
    cpu = 0.0
    for start in range(0, size, ROUND):
        count = min(ROUND, size - start)
        posts = [
            {"author": {"username": f"bench{n}"}, "text": f"{next(texts)} {n}"} for n in range(start, start + count)
        ]
        control.posts(posts[1:])
        now += timedelta(minutes=20)  # past the overlap, so that the next round walks its own pages only
        control.set_clock(now)
        control.posts(posts[:1])
        began = time.process_time()
        wired.run(now, context)
        cpu += time.process_time() - began
    return _figures(size, calls, cpu)


def _route(settings: Mapping[str, str], brand: Brand, calls: Counter[str]) -> Figures:
    from route_inquiry.parts import parts  # noqa: PLC0415 - as above

    wired = parts(settings, brand)
    pages = (
        boto3.client("dynamodb")
        .get_paginator("scan")
        .paginate(TableName=settings["MENTIONS_TABLE"], ProjectionExpression="mention_id")
    )
    ids = sorted((item["mention_id"]["S"] for page in pages for item in page["Items"]), key=int)
    wired.route.run([])  # connections and caches are warm, as in a function that has run before
    calls.clear()
    began = time.process_time()
    for start in range(0, len(ids), BATCH):
        report = wired.route.run(ids[start : start + BATCH])
        if report.failures:
            raise RuntimeError(f"routing failed for {len(report.failures)} mentions: {report.failures}")
    return _figures(len(ids), calls, time.process_time() - began)


def _figures(mentions: int, calls: Counter[str], cpu_seconds: float) -> Figures:
    return Figures(
        mentions=mentions,
        dynamodb_calls=calls["dynamodb"] / mentions,
        sns_calls=calls["sns"] / mentions,
        cpu_ms=cpu_seconds * 1000 / mentions,
    )


def _texts(brand: Brand) -> Iterator[str]:
    """The demonstration day's posts, over and over."""
    day = [
        each.text
        for act in read_day(ZoneInfo(brand.timezone)).acts
        for each in act.happenings
        if isinstance(each, Said)
    ]
    while True:
        yield from (f"@{brand.handle} {text}" for text in day)


def use(endpoint: str, region: str) -> None:
    """Point every client made from now on at the local AWS."""
    os.environ.update(
        AWS_ENDPOINT_URL=endpoint,
        AWS_DEFAULT_REGION=region,
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
        POWERTOOLS_SERVICE_NAME="bench",
        POWERTOOLS_METRICS_NAMESPACE="Dorothy",
    )


def _count_calls() -> Counter[str]:
    """Calls by service, of every client that a new default session makes."""
    counter: Counter[str] = Counter()

    def count(model: Any, **_: Any) -> None:
        counter[model.service_model.service_name] += 1

    session = boto3.Session()
    session.events.register("before-call", count)
    boto3.DEFAULT_SESSION = session
    return counter


def _settings(deployed: Deployed, url: str) -> dict[str, str]:
    outputs = deployed.outputs
    return {
        "MENTIONS_TABLE": outputs["MentionsTable"],
        "CASES_TABLE": outputs["CasesTable"],
        "DESK_TABLE": outputs["DeskTable"],
        "TOPIC_PREFIX": outputs["TopicPrefix"],
        "X_SECRET": outputs["XSecret"],
        "X_API_URL": url,
    }


@contextmanager
def _local_x(brand: Brand) -> Iterator[tuple[str, dict[str, str]]]:
    """A local X as a process of its own: its address and credentials."""
    command = [sys.executable, "-c", _SERVE_X, brand.handle, brand.user_id]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            ready, credentials = (process.stdout.readline() for _ in range(2)) if process.stdout else ("", "")
            yield ready.strip(), json.loads(credentials)
        finally:
            process.terminate()
