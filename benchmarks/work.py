"""AWS calls and CPU per mention for poll and route, and how they grow, against the local AWS and the local X.

Beside the poll stands what one would write first, a plain loop over the same pages in the same run.

The poll also looks for replies that people gave on X, of which there are none. What routing does besides for the urgent
cases among what it routed, which is to call the people on call, is reported by case.
"""

import io
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import boto3

from benchmarks.meter import Meter
from benchmarks.plain_loop import PlainLoop
from benchmarks.surroundings import CONTEXT, MORNING, count_calls, local_x, settings_of, use
from desk.brand import Brand, brand_of
from local.aws.deploy import XAccess, deploy
from local.aws.ministack import ministack
from local.brand.compile import compile_desk
from local.brand.load import load_desk
from local.demo.script import Said, read_day
from local.x.control import XControl

if TYPE_CHECKING:
    from poll_mentions.wiring import Wired

ROUND = 500
"""Mentions between two polls: five full pages."""

BATCH = 100
"""Mentions of one stream batch."""

Rows = dict[str, list[dict[str, float]]]


def measure(sizes: tuple[int, ...]) -> Rows:
    """Figures of poll, plain loop, route and calls for each number of mentions, each on a new local AWS."""
    rows: Rows = {"poll": [], "plain loop": [], "route": [], "call": []}
    for size in sizes:
        with redirect_stdout(io.StringIO()):  # logs and metrics
            poll, plain, route, call = _measure_size(size)
        rows["poll"].append(poll.row("mentions") | {"to_plain_loop": round(poll.cpu_ms / plain.cpu_ms, 2)})
        rows["plain loop"].append(plain.row("mentions"))
        rows["route"].append(route.row("mentions"))
        rows["call"].append(call.row("cases"))
    return rows


def _measure_size(size: int) -> tuple[Meter, Meter, Meter, Meter]:
    from poll_mentions.wiring import wire  # noqa: PLC0415 - clients are made for the endpoint set just before

    desk = load_desk(Path("desk.yaml"))
    brand = brand_of(compile_desk(desk, year=MORNING.year))
    with local_x(brand) as (url, secret), ministack() as aws:
        deployed = deploy(aws, desk, XAccess(url, secret), year=MORNING.year)
        use(aws)
        calls = count_calls()
        wired, plain = wire(settings_of(deployed, "PollMentions"), brand), PlainLoop(url, brand.user_id, secret)
        polls = _poll(size, XControl(url), wired, plain, calls)
        return *polls, *_route(settings_of(deployed, "RouteInquiry"), brand, calls)


def _poll(size: int, control: XControl, wired: "Wired", plain: PlainLoop, calls: Counter[str]) -> tuple[Meter, Meter]:
    """What the poll takes, and what the plain loop takes for the same mentions."""
    from poll_mentions import handler  # noqa: PLC0415 - as in _measure_size

    def poll() -> None:
        handler.lambda_handler({"scheduled_time": now.isoformat()}, CONTEXT)

    handler._wired = wired  # noqa: SLF001 - made for this deployment, as Lambda makes one for its own
    meter, beside = Meter(calls), Meter(calls)
    now = MORNING
    control.set_clock(now)
    poll()  # the very first poll looks back; what it finds would be backlog
    texts = _texts(wired.brand)
    for start in range(0, size, ROUND):
        count = min(ROUND, size - start)
        posts = [
            {"author": {"username": f"bench{n}"}, "text": f"{next(texts)} {n}"} for n in range(start, start + count)
        ]
        control.posts(posts[1:])
        now += timedelta(minutes=20)  # past the overlap, so that the next round walks its own pages only
        control.set_clock(now)
        control.posts(posts[:1])
        with meter.running():
            poll()
        meter.done += count
        with beside.running():
            beside.done += plain.poll()
    if meter.done != beside.done:
        raise RuntimeError(f"the poll stored {meter.done} mentions, the plain loop {beside.done}")
    return meter, beside


def _route(settings: Mapping[str, str], brand: Brand, calls: Counter[str]) -> tuple[Meter, Meter]:
    from desk.notifications.wiring import wire_on_call  # noqa: PLC0415 - as above
    from desk.routing.wiring import parts  # noqa: PLC0415

    made = parts(settings, brand)
    caller = wire_on_call(
        settings, brand, made.dynamodb, made.sns, made.notifier.links, topic_arn=settings["ON_CALL_TOPIC_ARN"]
    )
    router = made.router(made.spike_alerts(caller))
    routed, called = Meter(calls), Meter(calls)
    router.route([])  # connections and caches are warm, as in a function that has run before
    ids = _stored(settings["MENTIONS_TABLE"])
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        with routed.running():
            report = router.route(batch)
        if report.failures:
            raise RuntimeError(f"routing failed for {len(report.failures)} mentions: {report.failures}")
        routed.done += len(batch)
        if not called.done:  # so soon after the first call the budget would let no other one through
            with called.running():
                called.done = caller.call(
                    list(made.unit_of_work.cases.get_many(report.urgent).values()), MORNING
                ).called
    return routed, called


def _stored(table: str) -> list[str]:
    """The ids of all mentions there, the oldest first."""
    scanned = (
        boto3.client("dynamodb").get_paginator("scan").paginate(TableName=table, ProjectionExpression="mention_id")
    )
    return sorted((item["mention_id"]["S"] for page in scanned for item in page["Items"]), key=int)


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
