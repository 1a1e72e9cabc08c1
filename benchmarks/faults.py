"""Simulated faults of a brand: as posted on X, and as X shows them to the desk.

They have a weekly rhythm, good and bad days, busy hours, holidays, days on which the brand goes viral, people who
report twice, reports that cause others, and posts that X shows late. The figures were set before the detection of
spikes was tuned, and it knows none of them.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.random import Generator

from desk.spikes.faults import Fault

ZONE = ZoneInfo("Asia/Seoul")
START = datetime(2026, 3, 2, tzinfo=ZONE)  # a Monday
MONTH = 28
"""Days of a simulated month."""

SHARES = {"network": 0.5, "devices": 0.2, "billing": 0.2, "operator": 0.1}
FAULTS = 0.25
"""The share of mentions that are faults."""
RHYTHM = (5, 3, 2, 1, 1, 1, 2, 4, 7, 9, 10, 9, 8, 9, 9, 8, 8, 8, 7, 7, 8, 8, 8, 7)
SATURDAY, WEEKEND, HOLIDAY = 5, 0.6, 0.5
HOLIDAYS, VIRAL_DAYS = 1, 2
"""How many holidays and viral days a month has on average."""
DAY_SIGMA, HOUR_SHAPE = 0.25, 4
"""Parameters of the random factors of days (lognormal) and of hours (gamma), each with the mean 1."""
VIRAL_TIMES, VIRAL_HOURS, VIRAL_FAULTS = (2, 6), (3, 9), 0.5
"""How many times the usual mentions, for how many hours, and their share of faults, relative to FAULTS."""
DRAWS, DRAWN_AFTER = 0.08, 300
"""How many further reports each one causes, and after how many seconds; both are means."""
REPEATS, REPEATED_AFTER = 0.15, 240
SHOWN_AFTER, LATE, LATE_AFTER = (1, 10), 0.02, 90
"""Seconds until X shows a post; the share of late posts, and the mean of their additional seconds."""
MISREAD = 0.1
"""The share of an outage's reports that are read as another kind or department."""


class Posted(NamedTuple):
    """A fault, and when X shows it."""

    shown_at: datetime
    fault: Fault


class FaultMaker:
    """Makes faults. `mentions` is how many a day has on average."""

    def __init__(self, mentions: float, random: Generator) -> None:
        self._daily = mentions * FAULTS
        self._random = random
        self._ids = count(1)

    def month(self, begin: datetime) -> list[Posted]:
        """The faults of the next 28 days, in the order in which X shows them."""
        shape = np.array(RHYTHM) / sum(RHYTHM)
        days = np.array([WEEKEND if (begin + timedelta(day)).weekday() >= SATURDAY else 1.0 for day in range(MONTH)])
        days *= np.where(self._random.random(MONTH) < HOLIDAYS / MONTH, HOLIDAY, 1)
        days *= self._random.lognormal(-(DAY_SIGMA**2) / 2, DAY_SIGMA, MONTH)
        hourly = (self._daily * days[:, None] * shape).ravel() * self._viral()
        made = [
            posted
            for department, share in SHARES.items()
            for hour, mean in enumerate(hourly * share * self._random.gamma(HOUR_SHAPE, 1 / HOUR_SHAPE, hourly.size))
            for second in self._random.uniform(0, 3600, self._random.poisson(mean))
            for posted in self._reported(department, begin + timedelta(hours=hour, seconds=float(second)))
        ]
        return sorted(made, key=lambda posted: posted.shown_at)

    def outage(self, department: str, begin: datetime, reports: int, within: timedelta) -> list[Posted]:
        """An outage's reports, at any time of these minutes each; some are misread, which leaves fewer of them."""
        seconds = self._random.uniform(0, within.total_seconds(), reports)
        read = seconds[self._random.random(reports) >= MISREAD]
        return [self._posted(department, begin + timedelta(seconds=float(second)), next(self._ids)) for second in read]

    def _viral(self) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        """A factor for each hour of the month."""
        factor = np.ones(MONTH * 24)
        for _ in range(self._random.poisson(VIRAL_DAYS)):
            begin = int(self._random.integers(MONTH)) * 24 + int(self._random.integers(8, 21))
            times, hours = self._random.uniform(*VIRAL_TIMES), int(self._random.integers(*VIRAL_HOURS))
            factor[begin : begin + hours] *= 1 + (times - 1) * VIRAL_FAULTS
        return factor

    def _reported(self, department: str, at: datetime) -> Iterator[Posted]:
        """A report, the author's next ones, and those that it causes."""
        author = next(self._ids)
        yield self._posted(department, at, author)
        if self._random.random() < REPEATS:
            yield self._posted(department, at + self._after(REPEATED_AFTER), author)
        for _ in range(self._random.poisson(DRAWS)):
            yield from self._reported(department, at + self._after(DRAWN_AFTER))

    def _after(self, mean: float) -> timedelta:
        return timedelta(seconds=float(self._random.exponential(mean)))

    def _posted(self, department: str, at: datetime, author: int) -> Posted:
        at = at.replace(microsecond=0)
        delay = timedelta(seconds=float(self._random.uniform(*SHOWN_AFTER)))
        if self._random.random() < LATE:
            delay += self._after(LATE_AFTER)
        number = str(next(self._ids))
        return Posted(at + delay, Fault(number, at, department, str(author), case_id=number))
