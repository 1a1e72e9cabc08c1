"""AWS calls and CPU per item of what the desk does with posts, and how they grow, against the local AWS and local X.

Beside the poll stands what one would write first, a plain loop over the same pages in the same run.

The poll also looks for replies that people gave on X, of which there are none. For a batch of the stream the clock on
the wall is read, too: until SNS has taken its first and its last message. What routing does besides for the urgent
cases among what it routed, which is to call the people on call, is reported by case.

Faults are watched for spikes while they are routed. All mentions of this benchmark are posted within minutes; none of
their faults begins a spike, so that a mention's figures are those of a usual day. Then an outage begins one.
"""

import io
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import boto3

from benchmarks.meter import Meter
from benchmarks.plain_loop import PlainLoop
from benchmarks.surroundings import CONTEXT, MORNING, count_calls, local_x, settings_of, use
from desk.brand import Brand, brand_of
from desk.spikes import detection
from local.aws.deploy import Deployed, XAccess, deploy
from local.aws.ministack import ministack
from local.brand.compile import compile_desk
from local.brand.load import load_desk
from local.demo.script import Said, read_day
from local.x.control import XControl

if TYPE_CHECKING:
    from desk.notifications.on_call import OnCallCaller
    from desk.routing.route import RouteAndNotify
    from desk.routing.wiring import Parts
    from poll_mentions.wiring import Wired

ROUND = 500
"""Mentions between two polls: five full pages."""

BATCH = 100
"""Mentions of one stream batch."""

REPORTS = 40
"""Faults of an outage in one batch: the first batch begins a spike, the second one joins it."""

HEARD, RUNS = 10, 10
"""Posts that listening hears in one run, and runs."""

_OUTAGE = MORNING + timedelta(days=1)
_FAULT = "어제 저녁부터 집 인터넷이 자꾸 끊겨요. 공유기를 껐다 켜도 똑같아요."

Rows = dict[str, list[dict[str, float]]]


def measure(sizes: tuple[int, ...]) -> Rows:
    """Figures of each kind of work for each number of mentions, each on a new local AWS."""
    rows: Rows = defaultdict(list)
    for size in sizes:
        with redirect_stdout(io.StringIO()):  # logs and metrics
            meters = _measure_size(size)
        for (work, item), meter in meters.items():
            rows[work].append({"of mentions": size} | meter.row(item) | meter.more)
        poll, plain = meters["poll", "mentions"], meters["plain loop", "mentions"]
        rows["poll"][-1]["to_plain_loop"] = round(poll.cpu_ms / plain.cpu_ms, 2)
    return rows


def _measure_size(size: int) -> Mapping[tuple[str, str], Meter]:
    """The meters by the work and what it is done with."""
    from poll_mentions.wiring import wire  # noqa: PLC0415 - clients are made for the endpoint set just before

    desk = load_desk(Path("desk.yaml"))
    brand = brand_of(compile_desk(desk, year=MORNING.year))
    with local_x(brand) as (url, secret), ministack() as aws:
        deployed = deploy(aws, desk, XAccess(url, secret), year=MORNING.year)
        use(aws)
        calls = count_calls()
        wired, plain = wire(settings_of(deployed, "PollMentions"), brand), PlainLoop(url, brand.user_id, secret)
        control = XControl(url)
        poll, beside = _poll(size, control, wired, plain, calls)
        routed, called = _route(deployed, brand, calls)
        begun, joined = _spike(deployed, brand, control, calls)
        return {
            ("poll", "mentions"): poll,
            ("plain loop", "mentions"): beside,
            ("route", "mentions"): routed,
            ("call", "cases"): called,
            ("begin a spike", "spikes"): begun,
            ("join a spike", "faults"): joined,
            ("listen", "posts"): _listen(deployed, brand, control, calls),
            ("read trends", "readings"): _read_trends(deployed, brand, control, calls),
        }


def _poll(size: int, control: XControl, wired: "Wired", plain: PlainLoop, calls: Counter[str]) -> tuple[Meter, Meter]:
    """What the poll takes, and what the plain loop takes for the same mentions."""
    from poll_mentions import handler  # noqa: PLC0415 - as in _measure_size

    handler._wired = lambda: wired  # noqa: SLF001 - made for this deployment, as Lambda makes one for its own
    meter, beside = Meter(calls), Meter(calls)
    now = MORNING
    control.set_clock(now)
    _fire(handler, now)  # the very first poll looks back; what it finds would be backlog
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
            _fire(handler, now)
        meter.done += count
        with beside.running():
            beside.done += plain.poll()
    if meter.done != beside.done:
        raise RuntimeError(f"the poll stored {meter.done} mentions, the plain loop {beside.done}")
    return meter, beside


def _fire(handler: Any, moment: datetime) -> Any:
    """A schedule invokes the function for this moment."""
    return handler.lambda_handler({"scheduled_time": moment.isoformat()}, CONTEXT)


def _router(deployed: Deployed, brand: Brand) -> tuple["Parts", "OnCallCaller", "RouteAndNotify"]:
    from desk.notifications.wiring import wire_on_call  # noqa: PLC0415 - as above
    from desk.routing.wiring import parts  # noqa: PLC0415

    settings = settings_of(deployed, "RouteInquiry")
    made = parts(settings, brand)
    caller = wire_on_call(
        settings, brand, made.dynamodb, made.sns, made.notifier.links, topic_arn=settings["ON_CALL_TOPIC_ARN"]
    )
    router = made.router(made.mention_news(made.spike_alerts(caller)))
    router.route([])  # connections and caches are warm, as in a function that has run before
    return made, caller, router


def _route(deployed: Deployed, brand: Brand, calls: Counter[str]) -> tuple[Meter, Meter]:
    taken = _taken_by_sns()
    made, caller, router = _router(deployed, brand)
    routed, called, firsts, lasts = Meter(calls), Meter(calls), list[float](), list[float]()
    ids = _stored(deployed.outputs["MentionsTable"])
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        taken.clear()
        with routed.running(), patch.object(detection, "MOST_LIKELY", -1.0):  # no burst is unlikely enough
            began = time.perf_counter()
            report = router.route(batch)
        firsts.append(taken[0] - began)
        lasts.append(taken[-1] - began)
        if report.failures or report.unsent or report.spikes:
            raise RuntimeError(
                f"{report.spikes} spikes, and routing failed for mentions: {report.failures | report.unsent}"
            )
        routed.done += len(batch)
        if not called.done:  # so soon after the first call the budget would let no other one through
            with called.running():
                called.done = caller.call(
                    list(made.unit_of_work.cases.get_many(report.urgent).values()), MORNING
                ).called
    routed.more = {
        f"{name}_message_ms": round(statistics.median(each) * 1000, 1)
        for name, each in (("first", firsts), ("last", lasts))
    }
    return routed, called


def _taken_by_sns() -> list[float]:
    """When SNS answered each batch of messages, of every client that is made from now on."""
    moments = list[float]()
    events = boto3.DEFAULT_SESSION.events if boto3.DEFAULT_SESSION else boto3.Session().events
    events.register("after-call.sns.PublishBatch", lambda **_: moments.append(time.perf_counter()))
    return moments


def _spike(deployed: Deployed, brand: Brand, control: XControl, calls: Counter[str]) -> tuple[Meter, Meter]:
    """What an outage takes: the batch that begins a spike, with its alerts, and one that joins it."""
    from poll_mentions import handler  # noqa: PLC0415 - as above

    _, _, router = _router(deployed, brand)
    begun, joined = Meter(calls), Meter(calls)
    for number, meter in enumerate((begun, joined)):
        now = _OUTAGE + number * timedelta(minutes=1)
        before = set(_stored(deployed.outputs["MentionsTable"]))
        control.set_clock(now)
        _post(control, f"outage{number}_", f"@{brand.handle} {_FAULT}", REPORTS)
        _fire(handler, now)
        ids = [each for each in _stored(deployed.outputs["MentionsTable"]) if each not in before]
        with meter.running():
            report = router.route(ids)
        if len(ids) != REPORTS or report.failures or report.unsent or report.spikes != (meter is begun):
            raise RuntimeError(f"{len(ids)} faults, {report.spikes} spikes, and routing failed: {report.failures}")
    begun.done, joined.done = 1, REPORTS
    return begun, joined


def _listen(deployed: Deployed, brand: Brand, control: XControl, calls: Counter[str]) -> Meter:
    """What a post takes that is heard: it is counted, found and stored."""
    from listen import handler  # noqa: PLC0415 - as above
    from listen.wiring import wire  # noqa: PLC0415

    wired = wire(settings_of(deployed, "Listen"), brand)
    handler._wired = lambda: wired  # noqa: SLF001
    meter, now = Meter(calls), _OUTAGE + timedelta(hours=1)
    control.set_clock(now)
    _fire(handler, now)  # the first run looks back
    for run in range(RUNS):
        now += timedelta(minutes=10)
        control.set_clock(now - timedelta(minutes=1))
        _post(control, f"heard{run}_", f"{brand.name_ko} {_FAULT} {run}", HEARD)
        control.set_clock(now)
        with meter.running():
            _fire(handler, now)
        meter.done += HEARD
    return meter


def _read_trends(deployed: Deployed, brand: Brand, control: XControl, calls: Counter[str]) -> Meter:
    """What a reading of one place's trends takes, with the mentions that share their words."""
    from read_trends import handler  # noqa: PLC0415 - as above
    from read_trends.wiring import wire  # noqa: PLC0415

    wired = wire(settings_of(deployed, "ReadTrends"), brand)
    handler._wired = lambda: wired  # noqa: SLF001
    control.trends(brand.trends[0].woeid, {f"화제 {number}": 1_000 * number for number in range(1, 21)})
    meter, now = Meter(calls), _OUTAGE + timedelta(hours=4)
    control.set_clock(now)
    _fire(handler, now)  # the first run counts the days before, once
    now += timedelta(hours=1)
    control.set_clock(now)
    with meter.running():
        meter.done = _fire(handler, now)["read"]
    return meter


def _post(control: XControl, name: str, text: str, count: int) -> None:
    """So many authors post the text, each with another number."""
    control.posts([{"author": {"username": f"{name}{number}"}, "text": f"{text} {number}"} for number in range(count)])


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
