"""Trends in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from desk.mentions.model import Source
from desk.trends.model import DayTerms, TrendReading
from tests.fakes.in_trouble import InTrouble


@dataclass
class FakeTrends(InTrouble):
    """Implements TrendStore in memory; nothing expires."""

    readings: dict[tuple[int, datetime], TrendReading] = field(default_factory=dict)
    claims: dict[tuple[int, datetime], datetime] = field(default_factory=dict)
    terms: dict[tuple[Source, date], DayTerms] = field(default_factory=dict)

    def claim(self, woeid: int, hour: datetime, now: datetime, until: datetime) -> bool:
        self._begin("claim")
        key = (woeid, hour)
        reading, claimed = self.readings.get(key), self.claims.get(key)
        if (reading and (not reading.problem or (reading.retry_at and now < reading.retry_at))) or (
            claimed and now < claimed
        ):
            return False
        self.claims[key] = until
        self._end("claim")
        return True

    def save(self, reading: TrendReading) -> None:
        self._begin("save")
        key = (reading.woeid, reading.hour)
        self.readings[key] = reading
        self.claims.pop(key, None)
        self._end("save")

    def newest(self, woeid: int) -> TrendReading | None:
        self._begin("newest")
        return self.readings[max(of_place)] if (of_place := [key for key in self.readings if key[0] == woeid]) else None

    def between(self, woeid: int, since: datetime, until: datetime) -> Sequence[TrendReading]:
        self._begin("between")
        keys = sorted(key for key in self.readings if key[0] == woeid and since <= key[1] < until)
        return [self.readings[key] for key in keys]

    def day_terms(self, source: Source, since: date) -> Mapping[date, DayTerms]:
        self._begin("day_terms")
        return {day: terms for (each, day), terms in self.terms.items() if each is source and day >= since}

    def keep_day_terms(self, source: Source, day: date, terms: DayTerms) -> None:
        self._begin("keep_day_terms")
        self.terms[source, day] = terms
        self._end("keep_day_terms")
