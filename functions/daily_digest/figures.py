"""The rows of charts, tables and CSV: named counts in the order in which people read them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from daily_digest.formatter import ReportFormatter
from daily_digest.model import Answers, Comparison, Correction, Digest, Heard, Label, PeriodSpike, Tally
from desk.brand import Purpose
from desk.notifications.mail.spikes import rate_text
from desk.reading import Kind, Need, Urgency
from desk.text import one_line
from desk.x.sentences import sentence_of as stop_sentence


class Row(NamedTuple):
    """A named number. `aside`: drawn fainter, since nobody acts on it."""

    name: str
    number: int
    aside: bool = False

    @property
    def bars(self) -> tuple[tuple[str, float], ...]:
        """The bar of the row: its class and its number."""
        return (("bar aside" if self.aside else "bar", self.number),)


class ComparedRow(NamedTuple):
    """Today's count of a need, and the daily means of earlier days in the order of `known_comparisons`."""

    name: str
    today: int
    means: tuple[float, ...]

    @property
    def bars(self) -> tuple[tuple[str, float], ...]:
        """The bars of the row: their classes and their numbers."""
        return (("bar", self.today), *((f"bar before-{place}", mean) for place, mean in enumerate(self.means, 1)))


def needs(tally: Tally, formatter: ReportFormatter) -> list[Row]:
    """What people wanted; feedback and junk, which are no needs, come last."""
    wanted = [Row(_named(need, formatter), tally.by_need.get(need, 0)) for need in Need]
    feedback = Row(formatter.phrase(f"kind.{Kind.FEEDBACK}"), tally.feedback)
    return [*wanted, feedback, Row(formatter.phrase(f"kind.{Kind.JUNK}"), tally.junk, aside=True)]


def kinds(tally: Tally, formatter: ReportFormatter) -> list[Row]:
    """Every kind, in the order of the enum."""
    return [Row(formatter.phrase(f"kind.{kind}"), tally.by_kind.get(kind, 0), aside=kind is Kind.JUNK) for kind in Kind]


def heard_kinds(heard: Heard, formatter: ReportFormatter) -> list[Row]:
    """The kinds of what was heard, in the order in which people are shown it; junk last."""
    order = (Kind.RUMOR, Kind.FAULT, Kind.INQUIRY, Kind.FEEDBACK, Kind.CHAT, Kind.JUNK)
    return [Row(formatter.phrase(f"kind.{kind}"), heard.by_kind[kind]) for kind in order if heard.by_kind.get(kind)]


def heard_sentences(heard: Heard, formatter: ReportFormatter) -> list[str]:
    """How many posts were heard by kind, and how many people looked at or opened cases for."""
    number = formatter.number
    if not heard.total:
        return [formatter.phrase("heard.none")]
    kinds = [f"{row.name} {number(row.number)}" for row in heard_kinds(heard, formatter)]
    if heard.unread:
        kinds.append(formatter.phrase("heard.unread", count=number(heard.unread)))
    if heard.review:
        kinds.append(formatter.phrase("heard.review", count=number(heard.review)))
    return [
        formatter.phrase("heard.total", count=number(heard.total), kinds=", ".join(kinds)),
        formatter.phrase("heard.used", seen=number(heard.seen), cases=number(heard.cases)),
    ]


def spike_text(found: PeriodSpike, formatter: ReportFormatter) -> str:
    """A spike in one line: whose faults, how many, since and until when, and how it was found."""
    spike = found.spike
    since = formatter.moment(spike.started_at)
    if spike.ended_at is None:
        when = formatter.phrase("digest.spike.since", since=since)
    else:
        is_one_day = formatter.local_day(spike.started_at) == formatter.local_day(spike.ended_at)
        until = formatter.clock(spike.ended_at) if is_one_day else formatter.moment(spike.ended_at)
        when = formatter.phrase("digest.spike.span", since=since, until=until)
    rate = rate_text(spike, formatter.brand)
    name, faults = formatter.department(spike.department), formatter.number(found.faults)
    return formatter.phrase("digest.spike", department=name, when=when, faults=faults, rate=rate)


def urgencies(tally: Tally, formatter: ReportFormatter) -> list[Row]:
    """Every urgency, the highest first."""
    return [Row(formatter.phrase(f"level.{urgency}"), tally.by_urgency.get(urgency, 0)) for urgency in Urgency]


def departments(tally: Tally, formatter: ReportFormatter) -> list[Row]:
    """Departments with mentions, the busiest first."""
    return _ranked(tally.by_department, formatter.department)


def labels(digest: Digest, formatter: ReportFormatter) -> list[Row]:
    """The team's own labels that cases got, the most frequent first."""
    return _ranked(digest.labels, lambda key: one_line(formatter.brand.label_name(key)))


def languages(tally: Tally, formatter: ReportFormatter) -> list[Row]:
    """Languages of the mentions, the most frequent first."""
    return _ranked(tally.by_language, formatter.language_name)


def hours(tally: Tally, formatter: ReportFormatter) -> list[Row]:
    """The 24 hours of the desk's day."""
    return [Row(formatter.hour(hour), count) for hour, count in enumerate(tally.by_hour)]


def terms(tally: Tally) -> list[Row]:
    """The most used terms, which are words of strangers."""
    return [Row(term, count) for term, count in tally.terms]


def known_comparisons(digest: Digest) -> list[Comparison]:
    """The comparisons for which there are figures."""
    return [comparison for comparison in digest.against if comparison.days]


def compared_needs(digest: Digest, formatter: ReportFormatter) -> list[ComparedRow]:
    """The needs of the period's last day beside those of earlier days."""
    return [
        ComparedRow(
            _named(need, formatter),
            digest.today.get(need, 0),
            tuple(comparison.by_need.get(need, 0.0) for comparison in known_comparisons(digest)),
        )
        for need in Need
    ]


def share(count: int, rows: Sequence[Row]) -> str:
    """The percentage of all rows, as people write it; "" when all rows are zero."""
    total = sum(row.number for row in rows)
    if not total:
        return ""
    percent = round(100 * count / total)
    return "<1%" if count and not percent else f"{percent}%"


def _ranked(counts: Mapping[str, int], name: Callable[[str], str]) -> list[Row]:
    met = [(key, count) for key, count in counts.items() if count]
    return [Row(name(key), count) for key, count in sorted(met, key=lambda pair: (-pair[1], pair[0]))]


def _named(need: Need, formatter: ReportFormatter) -> str:
    """The name of a need with a capital letter."""
    name = formatter.phrase(f"need.{need}")
    return name[:1].upper() + name[1:]


COUNTS = ("answered", "by_hand", "moved", "promised", "waiting", "overdue")
"""The columns of counts in order; the phrase is `answers.<column>`."""
WAITS = ("half", "nine_in_ten")
"""The columns of times in order; the phrase is `answers.<column>`."""
_MINUTE = timedelta(minutes=1)


class AnswersRow(NamedTuple):
    """A department's counts in the order of COUNTS, and times in the order of WAITS (None: nobody was answered)."""

    name: str
    counts: tuple[int, ...]
    waits: tuple[timedelta | None, ...]

    @property
    def owes(self) -> bool:
        """Whether somebody waits for an answer."""
        return bool(self.counts[COUNTS.index("waiting")])


def answer_rows(digest: Digest, formatter: ReportFormatter) -> list[AnswersRow]:
    """Departments that answered or owe an answer, ordered by overdue, waiting and answered cases."""
    answering, waiting = digest.answering, digest.waiting
    keys = {*answering.by_department, *waiting.by_department}
    rows = [
        _row(
            formatter.department(key),
            answering.by_department.get(key, Answers()),
            waiting.by_department.get(key, 0),
            waiting.overdue_by_department.get(key, 0),
        )
        for key in sorted(keys)
    ]
    return sorted((row for row in rows if any(row.counts)), key=_by_urgency)


def total_row(digest: Digest, formatter: ReportFormatter) -> AnswersRow:
    """The row of all departments together."""
    waiting = digest.waiting
    return _row(formatter.phrase("answers.everybody"), digest.answering.all, waiting.open_cases, waiting.overdue)


def median_waits(digest: Digest, formatter: ReportFormatter) -> list[Row]:
    """Each department's median minutes to the first answer, the slowest first."""
    rows = [row for row in answer_rows(digest, formatter) if row.waits[0] is not None]
    timed = [Row(row.name, (row.waits[0] or timedelta()) // _MINUTE) for row in rows]
    return sorted(timed, key=lambda row: -row.number)


def whole_minutes(wait: timedelta) -> int:
    """A wait in minutes, for spreadsheets."""
    return wait // _MINUTE


def refusal_text(text: str, formatter: ReportFormatter) -> str:
    """Why a reply was not posted: the phrase of the reason if there is one, else the words of X."""
    return formatter.phrase_or(f"post.reason.{text}", formatter.phrase_or(f"answer.refusal.{text}", text))


def correction_text(one: Correction, formatter: ReportFormatter) -> str:
    """A correction in one line: "before → after"."""
    return formatter.phrase(
        "misread.pair", was=_label_text(one.was, formatter), right=_label_text(one.right, formatter)
    )


def _label_text(label: Label, formatter: ReportFormatter) -> str:
    kind = formatter.phrase_or(f"kind.{label.kind}", label.kind or formatter.phrase("misread.unknown"))
    urgency = [formatter.phrase_or(f"level.{label.urgency}", label.urgency)] if label.urgency else []
    return ", ".join([kind, *([formatter.department(label.department)] if label.department else []), *urgency])


def _by_urgency(row: AnswersRow) -> tuple[int, ...]:
    counts = dict(zip(COUNTS, row.counts, strict=True))
    return tuple(-counts[column] for column in ("overdue", "waiting", "answered"))


def _row(name: str, answers: Answers, waiting: int, overdue: int) -> AnswersRow:
    counts = (answers.answered, answers.external, answers.moved, answers.promised, waiting, overdue)
    return AnswersRow(name, counts, tuple(answers.waits) if answers.waits else (None, None))


def stopped_texts(digest: Digest, formatter: ReportFormatter) -> list[str]:
    """What has stopped because of X's cost or by X, with why and until when."""
    return [
        formatter.phrase(
            "digest.stopped", purpose=purpose_name(each.purpose, formatter), why=stop_sentence(each, formatter.brand)
        )
        for each in digest.spend.stopped
    ]


def refused_texts(digest: Digest, formatter: ReportFormatter) -> list[str]:
    """What had stopped in the period, and goes on again."""
    return [
        formatter.phrase(
            "digest.refused", purpose=purpose_name(each.purpose, formatter), since=formatter.moment(each.at)
        )
        for each in digest.spend.refused
    ]


def purpose_name(purpose: Purpose, formatter: ReportFormatter) -> str:
    """What calls of X were for."""
    return formatter.phrase(f"purpose.{purpose}")
