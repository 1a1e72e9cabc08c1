"""A month's bill: what one of each thing uses, times how often it happens, times its price."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from benchmarks.cost.assumptions import (
    ADDRESSES,
    ANNOUNCEMENTS,
    ANSWERED,
    ANSWERS_UNKNOWN,
    GREETINGS,
    HEARD,
    HOURS_OF_TRENDS,
    INSTANCES,
    KEPT_BYTES,
    KEPT_DAYS,
    KINDS,
    LATE_CASES,
    LISTENING_AT_MOST,
    LOG_DAYS,
    LOOKED_UP,
    MEASURED,
    OPEN_CASES,
    PAGES,
    PAUSE_MINUTES,
    PEOPLE,
    QUEUE_POLLS,
    SEEN_EVERY,
    SEEN_HOURS,
    SHARED_SECONDS,
    SPIKE_HOURS,
    SPIKES,
    START_MS,
    USED_EVERY,
    USED_HOURS,
    WORKING_DAYS,
)
from benchmarks.cost.counted import Counts
from benchmarks.cost.prices import (
    ALARM,
    BACKED_UP_GB,
    DASHBOARD,
    DAYS,
    KEY,
    METRIC,
    PER_UNIT,
    SECRET,
    STORED_GB,
)
from desk.brand import Purpose

CASES_READ_BY = ("chase-cases", "attend-to-cases")
"""Schedules whose runs read the cases that are late or soon due."""
SPIKES_READ_BY = ("sweep", "chase-cases")
"""Schedules whose runs read the open spikes."""
ON_WORKING_DAYS = ("greet", "morning-digest", "evening-digest", "mail-feedback")
"""Schedules that fire every day, and whose runs do nothing on days off."""


class Fixed(NamedTuple):
    """What the deployed stack has and runs on every day."""

    runs: Mapping[str, float]
    """How often each schedule fires a month."""
    memory: Mapping[str, float]
    """The memory of each schedule's function, in gigabytes."""
    metrics: int
    alarms: int
    queues: int
    """Queues that wake functions."""
    secrets: int


class Bill(NamedTuple):
    """Dollars of a month."""

    x: Mapping[str, float]
    """By purpose."""
    aws: Mapping[str, float]
    """By service."""


def month_of(mentions: int, units: Mapping[str, Counts], fixed: Fixed) -> Bill:
    """The bill of a month with so many mentions a day."""
    used: Counts = defaultdict(float)
    for name, times in _times(mentions, fixed):
        for what, amount in units[name].items():
            used[what] += amount * times
    for name, runs in fixed.runs.items():
        if runs < DAYS * 24 * 60 / PAUSE_MINUTES:
            used["gb_seconds"] += runs * START_MS / 1000 * fixed.memory[name]
    used["mails"] = used["published_mails"] * ADDRESSES
    used["kept_log_bytes"] = used["log_bytes"] * LOG_DAYS / DAYS
    used["sqs"] += fixed.queues * QUEUE_POLLS * DAYS
    x = {name.removeprefix("x:"): amount / 1e6 for name, amount in used.items() if name.startswith("x:")}
    x[Purpose.LISTENING] = min(x[Purpose.LISTENING], LISTENING_AT_MOST * DAYS)
    aws: Counts = defaultdict(float)
    for name, (service, price) in PER_UNIT.items():
        aws[service] += used[name] * price
    stored = mentions * KEPT_DAYS * KEPT_BYTES / 1e9
    aws["DynamoDB"] += stored * (STORED_GB + BACKED_UP_GB)
    aws["CloudWatch"] += fixed.metrics * METRIC + fixed.alarms * ALARM + DASHBOARD
    aws["Secrets Manager"] += fixed.secrets * SECRET
    aws["KMS"] += KEY
    return Bill(x, aws)


def _times(mentions: int, fixed: Fixed) -> Iterator[tuple[str, float]]:
    """How often each unit happens in a month, by its name."""
    month = mentions * DAYS
    for name, runs in fixed.runs.items():
        yield f"schedule {name}", runs * WORKING_DAYS / DAYS if name in ON_WORKING_DAYS else runs
    for kind, share in KINDS.items():
        yield f"mention polled: {kind}", month * share
        yield f"mention routed: {kind}", month * share
    yield "mention answers an unknown post", month * ANSWERS_UNKNOWN
    yield "text removed", month * (1 + HEARD)
    yield "post heard", month * HEARD
    yield "post heard, routed", month * HEARD
    for name in CASES_READ_BY:
        yield f"late case at {name}", mentions * LATE_CASES * fixed.runs[name]
    yield "spike found", SPIKES
    for name in SPIKES_READ_BY:
        yield f"open spike at {name}", SPIKES * SPIKE_HOURS / (DAYS * 24) * fixed.runs[name]
    yield "spike ended", SPIKES
    yield "answer", month * ANSWERED
    yield "name looked up", month * LOOKED_UP
    yield "announcement", ANNOUNCEMENTS * WORKING_DAYS
    yield "post measured", MEASURED * (ANNOUNCEMENTS + GREETINGS) * WORKING_DAYS
    yield "trends of an hour", HOURS_OF_TRENDS * WORKING_DAYS
    yield from polls_of(PEOPLE[mentions]).items()
    people = PEOPLE[mentions] * WORKING_DAYS
    yield "page of the console", people * PAGES
    yield "open case at page of the console", people * PAGES * mentions * OPEN_CASES


def polls_of(people: int, *, hours: Mapping[int, int] | None = None) -> dict[str, float]:
    """A month's polls of so many open pages, and how often the live state is read for them all.

    `hours` are those of a day by the seconds between two polls of a page.
    """
    polls = reads = 0.0
    for every, open_for in (hours or {USED_EVERY: USED_HOURS, SEEN_EVERY: SEEN_HOURS}).items():
        seconds = open_for * 3600 * WORKING_DAYS
        polls += seconds * people / every
        reads += seconds * min(people / every, INSTANCES / SHARED_SECONDS)
    return {"poll of a page": polls, "live state read for polls": reads}


def dollars_of(times: Mapping[str, float], units: Mapping[str, Counts]) -> Mapping[str, float]:
    """What so many of these units cost at AWS, by service."""
    dollars: Counts = defaultdict(float)
    for name, number in times.items():
        for what, amount in units[name].items():
            service, price = PER_UNIT.get(what, ("", 0))
            dollars[service] += amount * number * price
    return dollars
