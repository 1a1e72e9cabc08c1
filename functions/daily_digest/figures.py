"""Counts of a digest in the order in which people read them, with their names: for charts, tables and CSV alike."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from daily_digest.formatter import Spoken
from daily_digest.model import Answers, Comparison, Correction, Digest, Place, Tally
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


COUNTS = ("answered", "by_hand", "moved", "promised", "waiting", "overdue")
"""The columns of counts, in their order; the catalogue's key is `answers.<column>`."""
WAITS = ("half", "nine_in_ten")
"""The columns of times, in their order; the catalogue's key is `answers.<column>`."""
_MINUTE = timedelta(minutes=1)


class AnswersRow(NamedTuple):
    """A department's figures: counts in the order of COUNTS, times in that of WAITS; None where nobody was answered."""

    name: str
    counts: tuple[int, ...]
    waits: tuple[timedelta | None, ...]

    @property
    def owes(self) -> bool:
        """Whether somebody waits for its answer."""
        return bool(self.counts[COUNTS.index("waiting")])


def answer_rows(digest: Digest, spoken: Spoken) -> list[AnswersRow]:
    """Departments that answered or owe an answer: who is late most first, then who owes and who answered most."""
    answering, waiting = digest.answering, digest.waiting
    keys = {*answering.by_department, *waiting.by_department}
    rows = [
        _row(
            spoken.department(key),
            answering.by_department.get(key, Answers()),
            waiting.by_department.get(key, 0),
            waiting.overdue_by_department.get(key, 0),
        )
        for key in sorted(keys)
    ]
    return sorted((row for row in rows if any(row.counts)), key=_pressing)


def everybody(digest: Digest, spoken: Spoken) -> AnswersRow:
    """All departments together."""
    waiting = digest.waiting
    return _row(spoken.say("answers.everybody"), digest.answering.all, waiting.open_cases, waiting.overdue)


def halves(digest: Digest, spoken: Spoken) -> list[Row]:
    """The minutes within which half of those who asked a department had their first answer, the slowest first."""
    rows = [row for row in answer_rows(digest, spoken) if row.waits[0] is not None]
    timed = [Row(row.name, (row.waits[0] or timedelta()) // _MINUTE) for row in rows]
    return sorted(timed, key=lambda row: -row.number)


def minutes(wait: timedelta) -> int:
    """A wait as spreadsheets add it up."""
    return wait // _MINUTE


def reason(text: str, spoken: Spoken) -> str:
    """Why a reply was not said: by the catalogue where it knows the reason, else as X or the desk has put it."""
    return spoken.known(f"post.reason.{text}", spoken.known(f"answer.refusal.{text}", text))


def correction(one: Correction, spoken: Spoken) -> str:
    """What was taken for what, and what it was."""
    return spoken.say("misread.pair", was=_place(one.was, spoken), right=_place(one.right, spoken))


def _place(place: Place, spoken: Spoken) -> str:
    kind = spoken.known(f"kind.{place.kind}", place.kind or spoken.say("misread.unknown"))
    urgency = [spoken.known(f"level.{place.urgency}", place.urgency)] if place.urgency else []
    return ", ".join([kind, *([spoken.department(place.department)] if place.department else []), *urgency])


def _pressing(row: AnswersRow) -> tuple[int, ...]:
    counts = dict(zip(COUNTS, row.counts, strict=True))
    return tuple(-counts[column] for column in ("overdue", "waiting", "answered"))


def _row(name: str, answers: Answers, waiting: int, overdue: int) -> AnswersRow:
    counts = (answers.answered, answers.by_hand, answers.moved, answers.promised, waiting, overdue)
    return AnswersRow(name, counts, tuple(answers.waits) if answers.waits else (None, None))
