"""`python -m benchmarks.spikes`: false alarms in simulated months, and how soon outages are found."""

import json
import sys
import time
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import batched, groupby
from typing import Any, NamedTuple

import numpy as np
from numpy.random import Generator, default_rng

from benchmarks.faults import BURSTY, BUSIEST, MONTH, ORDINARY, SHARES, START, ZONE, FaultMaker, Nature, Posted
from desk.spikes.bursts import BURST_DAYS
from desk.spikes.detection import EARLIER, LONGEST, QUIET, first_burst, is_quiet
from desk.spikes.faults import Fault
from desk.spikes.history import DayFaults, counted_by_hour
from desk.spikes.model import LASTS
from desk.spikes.profile import Usual, usual_faults

RATES = (5, 20, 100, 500, 2_000)
"""Mentions a day."""
SEED = 93_000
"""The detection was tuned with other seeds."""
DESKS, MONTHS = 6, 3
"""Desks for each rate, and months of each desk, which begins without any history, at some hour of its first day."""
BURSTY_RATES, BURSTY_DESKS = (20, 100, 500, 2_000), 4
SMALL_RATES = (20, 100, 500)
BACKLOG_DAYS = 7
"""Days before a desk's first one. Its first poll reads mentions of them, none of which counts."""
OUTAGES, FEWER_OUTAGES = 36, 12
"""Outages that are tried in each month, each by itself; fewer where that is not what is measured first."""


class Outage(NamedTuple):
    """So many reports within so many minutes."""

    reports: int
    minutes: int


LARGE = Outage(40, 10)
SMALL = (Outage(20, 10), Outage(12, 10), Outage(40, 60), Outage(20, 60))

STANDSTILLS, STANDSTILL_HOURS = 1, (1, 6)
"""How often the desk stands still in a month, and for how many hours. Then it reads all that was posted meanwhile."""
ROUTED_AFTER = (5, 25)
"""Seconds from a poll to the routing of the mentions that it found."""
BATCH = 100
SWEEP = timedelta(minutes=5)
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)


class Detected(NamedTuple):
    """A department's spike, and when it was found."""

    department: str
    at: datetime


class Desk:
    """A desk that polls every minute and sweeps every five minutes, and decides with the product's own code.

    `cpu_seconds` is the time that detection took for all `routed` faults.
    """

    def __init__(self, random: Generator) -> None:
        self.read: dict[str, list[Fault]] = defaultdict(list)
        self.open: dict[str, datetime] = {}
        self.detected: list[Detected] = []
        self.routed = 0
        self.cpu_seconds = 0.0
        self._random = random
        self._learnt_until: datetime | None = None
        self._days: dict[date, DayFaults] = {}
        self._settled: dict[datetime, DayFaults] = {}
        self._usual: dict[str, Usual] = {}
        self._swept = START

    def run(self, posts: Sequence[Posted], standstills: Sequence[tuple[datetime, datetime]] = ()) -> None:
        """Poll for the posts, which are in the order in which X shows them."""

        def polled_at(post: Posted) -> datetime:
            minute = post.shown_at.replace(second=0, microsecond=0) + _MINUTE
            return next((end for begin, end in standstills if begin <= minute < end), minute)

        for poll, found in groupby(sorted(posts, key=polled_at), key=polled_at):
            self._sweep(until=poll)
            faults = sorted((post.fault for post in found), key=_posted_at)
            for batch in batched(faults, BATCH, strict=False):
                self.route(batch, poll + timedelta(seconds=float(self._random.uniform(*ROUTED_AFTER))))

    def route(self, faults: Iterable[Fault], now: datetime) -> None:
        """Read the faults, and begin the spikes that they show."""
        by_department: dict[str, list[Fault]] = defaultdict(list)
        for fault in faults:
            by_department[fault.department].append(fault)
            insort(self.read[fault.department], fault, key=_posted_at)
            self.routed += 1
        for department, new in by_department.items():
            if department not in self.open:
                usual = self.usual(department, now)
                began = time.process_time()
                first = bisect_left(self.read[department], new[0].posted_at - LONGEST, key=_posted_at)
                ids = {each.mention_id for each in new}
                earlier = bisect_left(self.read[department], new[0].posted_at - LONGEST - EARLIER, key=_posted_at)
                before = self.read[department][earlier:first]
                burst = first_burst(self.read[department][first:], ids, usual, partial(list, before))
                self.cpu_seconds += time.process_time() - began
                if burst:
                    self.open[department] = burst.since
                    self.detected.append(Detected(department, now))

    def usual(self, department: str, now: datetime) -> Usual:
        """What is usual: learnt every hour on the first two days, then once a day, which changes little."""
        local = now.astimezone(ZONE).replace(minute=0, second=0, microsecond=0)
        until = local if local - START < 2 * _DAY else local.replace(hour=0)
        if until != self._learnt_until:
            self._learnt_until, self._days, self._usual = until, self._counted_days(until), {}
        if department not in self._usual:
            self._usual[department] = usual_faults(department, self._days, ZONE)
        return self._usual[department]

    def beside(self, department: str, now: datetime) -> "Desk":
        """A copy of the desk at this moment, on which an outage is tried."""
        desk = Desk(self._random)
        first = bisect_left(self.read[department], now - 2 * EARLIER, key=_posted_at)
        last = bisect_left(self.read[department], now, key=_posted_at)
        desk.read[department] = self.read[department][first:last]
        usual = self.usual(department, now)
        desk.usual = lambda *_: usual  # type: ignore[method-assign]
        return desk

    def _sweep(self, until: datetime) -> None:
        while self._swept + SWEEP <= until:
            self._swept += SWEEP
            for department, since in list(self.open.items()):
                first = bisect_left(self.read[department], self._swept - QUIET, key=_posted_at)
                usual = self.usual(department, self._swept)
                is_too_long = self._swept - since >= LASTS
                if is_too_long or is_quiet(self.read[department][first:], since, self._swept, usual):
                    del self.open[department]

    def _counted_days(self, until: datetime) -> dict[date, DayFaults]:
        """The counts of the last days. A day that ended a day ago does not change any more."""
        days = {}
        for back in range(BURST_DAYS + 1):
            begin = datetime.combine((until - back * _DAY).date(), datetime.min.time(), ZONE)
            if START - BACKLOG_DAYS * _DAY <= begin < until:
                days[begin.date()] = self._settled.get(begin) or self._counted(begin, min(until, begin + _DAY))
                if until - begin >= 2 * _DAY:
                    self._settled[begin] = days[begin.date()]
        return days

    def _counted(self, begin: datetime, end: datetime) -> DayFaults:
        faults = []
        for read in self.read.values():
            first, last = (bisect_left(read, moment, key=_posted_at) for moment in (begin, end))
            faults += read[first:last]
        return counted_by_hour(faults, end, ZONE)


def _posted_at(fault: Fault) -> datetime:
    return fault.posted_at


class Outcome(NamedTuple):
    """One desk's results: false alarms by month, and the seconds from each outage's first report to its spike.

    They are infinite for an outage that was not found.
    """

    alarms: list[int]
    seconds: list[float]
    cpu_ms: float


def simulate(  # noqa: PLR0913 - what is simulated, each named
    rate: float,
    seed: int,
    *,
    nature: Nature = ORDINARY,
    bursty: Collection[str] = BUSIEST,
    months: int = MONTHS,
    outages: int = OUTAGES,
    outage: Outage = LARGE,
) -> Outcome:
    """One desk's months. Outages are tried in the last week of each month, when the desk knows what is usual."""
    random = default_rng([seed, int(rate * 10)])
    maker, desk = FaultMaker(rate, random, nature, bursty), Desk(random)
    listens_from = START + _DAY * float(random.uniform())
    alarms: list[int] = []
    seconds: list[float] = []
    for number in range(months):
        begin = START + number * MONTH * _DAY
        posts = [post for post in maker.month(begin) if post.shown_at >= listens_from]
        before = len(desk.detected)
        desk.run(posts, _standstills(begin, random))
        alarms.append(len(desk.detected) - before)
        for _ in range(outages):
            at = begin + timedelta(days=MONTH - 7, minutes=float(random.uniform(0, 7 * 24 * 60 - 30)))
            seconds.append(_seconds_to_find(maker, desk, posts, at.replace(microsecond=0), random, outage))
    return Outcome(alarms, seconds, desk.cpu_seconds * 1000 / max(desk.routed, 1))


def _standstills(begin: datetime, random: Generator) -> list[tuple[datetime, datetime]]:
    found = []
    for _ in range(random.poisson(STANDSTILLS)):
        at = begin + timedelta(minutes=int(random.integers((MONTH - 3) * 24 * 60)))
        found.append((at, at + timedelta(minutes=int(60 * random.uniform(*STANDSTILL_HOURS)))))
    return found


def _seconds_to_find(  # noqa: PLR0913, PLR0917 - the desk, its posts and the outage
    maker: FaultMaker, desk: Desk, posts: Sequence[Posted], at: datetime, random: Generator, outage: Outage
) -> float:
    department, within = str(random.choice(list(SHARES))), timedelta(minutes=outage.minutes)
    reports = maker.outage(department, at, outage.reports, within)
    others = [
        post for post in posts if at <= post.fault.posted_at < at + 2 * within and post.fault.department == department
    ]
    beside = desk.beside(department, at)
    beside.run(sorted([*others, *reports], key=lambda post: post.shown_at))
    first = min(post.fault.posted_at for post in reports)
    return (beside.detected[0].at - first).total_seconds() if beside.detected else float("inf")


def measure() -> dict[str, Any]:
    """The figures of ordinary desks, of bursty ones, and of outages that are smaller or slower."""
    return {
        "ordinary": figures(),
        "bursty": [
            {"series": name, **row}
            for name, nature in BURSTY.items()
            for row in figures(desks=BURSTY_DESKS, rates=BURSTY_RATES, nature=nature, outages=FEWER_OUTAGES)
        ],
        "smaller outages": [
            {"reports": outage.reports, "minutes": outage.minutes, **row}
            for outage in SMALL
            for row in figures(desks=2, rates=SMALL_RATES, outages=FEWER_OUTAGES, outage=outage)
        ],
    }


def figures(  # noqa: PLR0913, PLR0917 - what is simulated, each named
    seed: int = SEED,
    desks: int = DESKS,
    months: int = MONTHS,
    rates: Sequence[float] = RATES,
    nature: Nature = ORDINARY,
    outages: int = OUTAGES,
    outage: Outage = LARGE,
) -> list[dict[str, Any]]:
    """The figures of each rate."""
    rows = []
    for rate in rates:
        outcomes = [
            simulate(rate, seed + number, nature=nature, months=months, outages=outages, outage=outage)
            for number in range(desks)
        ]
        alarms = [each for outcome in outcomes for each in outcome.alarms]
        seconds = [each for outcome in outcomes for each in outcome.seconds]
        rows.append(
            {
                "mentions_a_day": rate,
                "months": len(alarms),
                "false_alarms_a_month": round(float(np.mean(alarms)), 3),
                "in_first_months": round(sum(outcome.alarms[0] for outcome in outcomes) / desks, 3),
                "most_in_a_month": max(alarms),
                "outages": len(seconds),
                "missed": sum(each == float("inf") for each in seconds),
                "seconds_to_find_p50": _percentile(seconds, 50),
                "seconds_to_find_p95": _percentile(seconds, 95),
                "cpu_ms": round(float(np.mean([outcome.cpu_ms for outcome in outcomes])), 3),
            }
        )
    return rows


def _percentile(seconds: Sequence[float], percent: int) -> int | None:
    """None if that many outages were not found."""
    found = float(np.percentile(seconds, percent, method="higher"))
    return None if found == float("inf") else round(found)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(), indent=2) + "\n")
