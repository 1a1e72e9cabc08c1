"""Counts of a digest in the order in which people read them, with their names: for charts, tables and CSV alike."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from daily_digest.formatter import Spoken
from daily_digest.model import Comparison, Digest, Tally
from desk.reading import Kind, Need, Urgency


class Row(NamedTuple):
    """A number and what it counts. `aside`: shown fainter, since nobody acts on it."""

    name: str
    number: int
    aside: bool = False

    @property
    def bars(self) -> tuple[tuple[str, float], ...]:
        """The bar of the row: its class and its number."""
        return (("bar aside" if self.aside else "bar", self.number),)


class ComparedRow(NamedTuple):
    """Today's count of a need and the daily means of the earlier days, in the order of `known`."""

    name: str
    today: int
    means: tuple[float, ...]

    @property
    def bars(self) -> tuple[tuple[str, float], ...]:
        """The bars of the row: their classes and their numbers."""
        return (("bar", self.today), *((f"bar before-{place}", mean) for place, mean in enumerate(self.means, 1)))


def needs(tally: Tally, spoken: Spoken) -> list[Row]:
    """What people wanted; feedback and junk are no needs and come after them."""
    wanted = [Row(_named(need, spoken), tally.by_need.get(need, 0)) for need in Need]
    feedback = Row(spoken.say(f"kind.{Kind.FEEDBACK}"), tally.feedback)
    return [*wanted, feedback, Row(spoken.say(f"kind.{Kind.JUNK}"), tally.junk, aside=True)]


def kinds(tally: Tally, spoken: Spoken) -> list[Row]:
    """Every kind, in the order of labels."""
    return [Row(spoken.say(f"kind.{kind}"), tally.by_kind.get(kind, 0), aside=kind is Kind.JUNK) for kind in Kind]


def urgencies(tally: Tally, spoken: Spoken) -> list[Row]:
    """Every urgency, the highest first."""
    return [Row(spoken.say(f"level.{urgency}"), tally.by_urgency.get(urgency, 0)) for urgency in Urgency]


def departments(tally: Tally, spoken: Spoken) -> list[Row]:
    """Departments that got something, the busiest first."""
    return _ranked(tally.by_department, spoken.department)


def languages(tally: Tally, spoken: Spoken) -> list[Row]:
    """Languages that were met, the most frequent first."""
    return _ranked(tally.by_language, spoken.tongue)


def hours(tally: Tally, spoken: Spoken) -> list[Row]:
    """The 24 hours of the desk's day."""
    return [Row(spoken.hour(hour), count) for hour, count in enumerate(tally.by_hour)]


def terms(tally: Tally) -> list[Row]:
    """The most used terms, most first; strangers' words."""
    return [Row(term, count) for term, count in tally.terms]


def known(digest: Digest) -> list[Comparison]:
    """The comparisons for which there are figures."""
    return [comparison for comparison in digest.against if comparison.days]


def compared(digest: Digest, spoken: Spoken) -> list[ComparedRow]:
    """The needs of the period's last day beside those of earlier days."""
    return [
        ComparedRow(
            _named(need, spoken),
            digest.today.get(need, 0),
            tuple(comparison.by_need.get(need, 0.0) for comparison in known(digest)),
        )
        for need in Need
    ]


def share(count: int, rows: Sequence[Row]) -> str:
    """A count's part of all, as people write it; "" where there is nothing to share."""
    total = sum(row.number for row in rows)
    if not total:
        return ""
    percent = round(100 * count / total)
    return "<1%" if count and not percent else f"{percent}%"


def _ranked(counts: Mapping[str, int], name: Callable[[str], str]) -> list[Row]:
    met = [(key, count) for key, count in counts.items() if count]
    return [Row(name(key), count) for key, count in sorted(met, key=lambda pair: (-pair[1], pair[0]))]


def _named(need: Need, spoken: Spoken) -> str:
    """A need's name as the beginning of a line."""
    name = spoken.say(f"need.{need}")
    return name[:1].upper() + name[1:]
