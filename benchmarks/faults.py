"""Simulated faults of a brand: as posted on X, and as X shows them to the desk.

They have a weekly rhythm, good and bad days, busy hours, holidays, days on which the brand goes viral, people who
report twice, reports that cause others, and posts that X shows late. The figures were set before the detection of
spikes was tuned, and it knows none of them.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.random import Generator

from desk.spikes.faults import Fault

type _Floats = np.ndarray[tuple[int], np.dtype[np.float64]]

ZONE = ZoneInfo("Asia/Seoul")
START = datetime(2026, 3, 2, tzinfo=ZONE)  # a Monday
MONTH = 28
"""Days of a simulated month."""

SHARES = {"network": 0.5, "devices": 0.2, "billing": 0.2, "operator": 0.1}
FAULTS = 0.25
"""The share of mentions that are faults."""
RHYTHM = (5, 3, 2, 1, 1, 1, 2, 4, 7, 9, 10, 9, 8, 9, 9, 8, 8, 8, 7, 7, 8, 8, 8, 7)
SATURDAY, WEEKEND, HOLIDAY = 5, 0.6, 0.5
_DAY = 24 * 60 * 60
DAY_SIGMA = 0.25
"""The parameter of the random factor of days (lognormal with the mean 1)."""
HOLIDAYS, VIRAL_DAYS = 1, 2
"""How many holidays and viral days a month has on average."""
VIRAL_TIMES, VIRAL_HOURS, VIRAL_FAULTS = (2, 6), (3, 9), 0.5
"""How many times the usual mentions, for how many hours, and their share of faults, relative to FAULTS."""
DRAWN_AFTER = 300
"""Seconds until a report causes another one; the mean."""
REPEATS, REPEATED_AFTER = 0.15, 240
SHOWN_AFTER, LATE, LATE_AFTER = (1, 10), 0.02, 90
"""Seconds until X shows a post; the share of late posts, and the mean of their additional seconds."""
MISREAD = 0.1
"""The share of an outage's reports that are read as another kind or department."""


BURST_MINUTES = (2, 30)
LEAST_BURST, MOST_BURST, BURST_TAIL = 4, 400, 1.3
"""How long a burst lasts, its smallest and largest size, and the index of the Pareto distribution of its size."""
CAMPAIGN_DAY, CAMPAIGN_HOUR, CAMPAIGN_MINUTES = 3, 20, 45


class Nature(NamedTuple):
    """How a department's faults vary beyond the rhythm of the week and the good and bad days of the brand.

    `day_sigma` and `hour_shape` are parameters of random factors of its days (lognormal) and hours (gamma), each with
    the mean 1. `draws` is how many further reports each one causes, a mean. `bursts` is the number of faults in bursts
    of Pareto sizes, relative to all others. Each week, a campaign causes `campaign` times the faults of an average day,
    always at the same hour, or at any hour if it `shifts`.
    """

    day_sigma: float = 0
    hour_shape: float = 4
    draws: float = 0.08
    bursts: float = 0
    campaign: float = 0
    shifts: bool = False


ORDINARY = Nature()
BURSTY = {
    "overdispersed": Nature(day_sigma=0.8, hour_shape=0.5),
    "heavy-tailed": Nature(bursts=0.4),
    "campaigns": Nature(campaign=1),
    "shifting campaigns": Nature(campaign=1, shifts=True),
    "self-exciting": Nature(draws=0.8),
}
"""Natures with bursts of which none is an outage."""
BUSIEST = ("network",)


class Posted(NamedTuple):
    """A fault, and when X shows it."""

    shown_at: datetime
    fault: Fault


class FaultMaker:
    """Makes faults. `mentions` is how many a day has on average, bursts aside; `bursty` departments have the nature."""

    def __init__(
        self,
        mentions: float,
        random: Generator,
        nature: Nature = ORDINARY,
        bursty: Collection[str] = BUSIEST,
    ) -> None:
        self._daily = mentions * FAULTS
        self._natures = {key: nature if key in bursty else ORDINARY for key in SHARES}
        self._random = random
        self._ids = count(1)

    def month(self, begin: datetime) -> list[Posted]:
        """The faults of the next 28 days, in the order in which X shows them."""
        shape = np.array(RHYTHM) / sum(RHYTHM)
        days = np.array([WEEKEND if (begin + timedelta(day)).weekday() >= SATURDAY else 1.0 for day in range(MONTH)])
        days *= np.where(self._random.random(MONTH) < HOLIDAYS / MONTH, HOLIDAY, 1)
        days *= self._factors(DAY_SIGMA)
        hourly = (self._daily * days[:, None] * shape).ravel() * self._viral()
        made = [posted for key, share in SHARES.items() for posted in self._of(key, begin, hourly * share)]
        return sorted(made, key=lambda posted: posted.shown_at)

    def _of(self, department: str, begin: datetime, hourly: "_Floats") -> Iterator[Posted]:
        nature, daily = self._natures[department], self._daily * SHARES[department]
        means = hourly * np.repeat(self._factors(nature.day_sigma), 24)
        for second in [
            *self._by_hour(means, nature.hour_shape),
            *self._in_bursts(nature.bursts * daily * MONTH),
            *self._in_campaigns(nature.campaign * daily, shifts=nature.shifts),
        ]:
            yield from self._reported(department, begin + timedelta(seconds=float(second)))

    def _factors(self, sigma: float) -> "_Floats":
        """A random factor for each day of the month, with the mean 1."""
        return self._random.lognormal(-(sigma**2) / 2, sigma, MONTH)

    def outage(self, department: str, begin: datetime, reports: int, within: timedelta) -> list[Posted]:
        """An outage's reports, at any time of these minutes each; some are misread, which leaves fewer of them."""
        seconds = self._random.uniform(0, within.total_seconds(), reports)
        read = seconds[self._random.random(reports) >= MISREAD]
        return [self._posted(department, begin + timedelta(seconds=float(second)), next(self._ids)) for second in read]

    def _by_hour(self, means: "_Floats", hour_shape: float) -> Iterator[float]:
        """Seconds of the month at which people report a fault, on average so many in each hour."""
        for hour, mean in enumerate(means * self._random.gamma(hour_shape, 1 / hour_shape, means.size)):
            yield from self._random.uniform(0, 3600, self._random.poisson(mean)) + 3600 * hour

    def _in_bursts(self, faults: float) -> Iterator[float]:
        """Seconds of the month at which people report in bursts, which come at any time; so many on average."""
        for _ in range(self._random.poisson(faults / (LEAST_BURST * BURST_TAIL / (BURST_TAIL - 1)))):
            size = int(min(LEAST_BURST * (1 + self._random.pareto(BURST_TAIL)), MOST_BURST))
            begin = float(self._random.uniform(0, MONTH * _DAY))
            yield from self._around(begin, float(self._random.uniform(*BURST_MINUTES)), size)

    def _in_campaigns(self, faults: float, *, shifts: bool) -> Iterator[float]:
        """Seconds of the month at which people report because of the week's campaign; so many each week on average."""
        for week in range(MONTH // 7):
            day, hour = CAMPAIGN_DAY, CAMPAIGN_HOUR
            if shifts:
                day, hour = int(self._random.integers(7)), int(self._random.integers(9, 22))
            begin = (week * 7 + day) * _DAY + hour * 3600
            yield from self._around(begin, CAMPAIGN_MINUTES, self._random.poisson(faults))

    def _around(self, begin: float, minutes: float, count: int) -> "_Floats":
        """So many seconds within these minutes, most of them early."""
        return begin + np.minimum(self._random.exponential(minutes * 60 / 2, count), minutes * 60)

    def _viral(self) -> "_Floats":
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
        for _ in range(self._random.poisson(self._natures[department].draws)):
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
