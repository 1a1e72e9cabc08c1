"""The one pass over the days of a period: all counts of mentions are made while their rows go by."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from heapq import nsmallest
from typing import NamedTuple
from zoneinfo import ZoneInfo

from daily_digest.model import Balance, Comparison, Feedback, FeedbackList, ListedMention, MentionList, Tally
from daily_digest.periods import Period, days_of, last_day_of
from desk.mentions.model import DayNeeds, DayRow
from desk.mentions.store import MentionStore
from desk.private_numbers import masked
from desk.reading import OPERATOR, Kind, Urgency
from desk.reports.feedback import FeedbackStore, FirstEntries, newest_rows
from desk.text import cut, first_words

MOST_WORDS = 50_000
"""When more different words than this were counted, the rarer half is dropped: a flood must not fill the memory."""


def count_words(counts: Counter[str], words: Iterable[str]) -> None:
    """Count each of these once. A count may end up too low, never too high."""
    counts.update(words)
    if len(counts) > MOST_WORDS:
        kept = counts.most_common(MOST_WORDS // 2)
        counts.clear()
        counts.update(dict(kept))


def most_used(counts: Mapping[str, int], number: int) -> tuple[tuple[str, int], ...]:
    """The words that were counted most, most first; of equal ones the first by the alphabet."""
    return tuple(nsmallest(number, counts.items(), key=lambda pair: (-pair[1], pair[0])))


HOURS = 24
TERMS = 20
"""How many of the most used terms a digest shows."""
APART = frozenset({Kind.JUNK, Kind.FEEDBACK})
"""Kinds with figures of their own, which say nothing of what people want of the brand."""


class Tallying:
    """The tally of a period, row by row. What desk.yaml no longer has as a department is the operator's."""

    def __init__(self, departments: Collection[str]) -> None:
        self._departments = departments
        self._total = 0
        self._needs, self._kinds, self._urgencies = Counter[str](), Counter[str](), Counter[str]()
        self._by_department, self._languages = Counter[str](), Counter[str]()
        self._hours = [0] * HOURS
        self._terms = Counter[str]()
        self._to_review = 0

    def add(self, row: DayRow, hour: int) -> None:
        """Count a row that was made in this hour of the desk's clock."""
        self._total += 1
        if row.kind != Kind.JUNK:
            self._hours[hour] += 1
        if row.kind is None:
            return
        self._kinds[row.kind] += 1
        self._urgencies[row.urgency or ""] += 1
        self._languages[row.lang or ""] += 1
        self._to_review += row.to_review
        if row.kind not in APART:
            self._needs[row.need or ""] += 1
        if row.department is not None:
            self._by_department[department_of(row, self._departments)] += 1
        count_words(self._terms, row.terms)

    def tally(self) -> Tally:
        """What was counted so far."""
        return Tally(
            total=self._total,
            unread=self._total - self._kinds.total(),
            by_need=dict(self._needs),
            feedback=self._kinds[Kind.FEEDBACK],
            junk=self._kinds[Kind.JUNK],
            by_kind=dict(self._kinds),
            by_department=dict(self._by_department),
            by_urgency=dict(self._urgencies),
            by_language=dict(self._languages),
            by_hour=tuple(self._hours),
            terms=most_used(self._terms, TERMS),
            to_review=self._to_review,
        )


class DayCount:
    """A whole day: how many mentions, how many read, how many of the `answered` ones, its needs by hour."""

    def __init__(self, answered: Collection[str] = ()) -> None:
        self.rows = 0
        self.read = 0
        self.seen = 0
        self._answered = answered
        self._needs: dict[str, list[int]] = {}

    def add(self, row: DayRow, hour: int) -> None:
        """Count a row that was made in this hour of the desk's clock."""
        self.rows += 1
        self.seen += row.mention_id in self._answered
        if row.kind is None:
            return
        self.read += 1
        if row.kind not in APART and row.need:
            self._needs.setdefault(row.need, [0] * HOURS)[hour] += 1

    def needs(self, polled: int) -> DayNeeds:
        """The day's needs, counted when `polled` mentions were stored."""
        by_hour = {need: tuple(counts) for need, counts in self._needs.items()}
        return DayNeeds(by_hour, polled, unread=self.rows - self.read)


def department_of(row: DayRow, departments: Collection[str]) -> str:
    """Whose row it is."""
    return row.department if row.department in departments and row.department else OPERATOR


SPANS = (7, 28)
"""With how many last days one compares."""
_SETTLES = timedelta(days=2)
"""After so long a day's unread mentions are not waited for: its count is remembered as it is."""
_MINUTES_OF_AN_HOUR = 60
_MINUTES_OF_A_DAY = 24 * _MINUTES_OF_AN_HOUR


class Comparing:
    """Finds the needs of earlier days: remembered ones, and by a pass those that are not, which are then remembered.

    `has_time` says whether another pass may begin. A day that no pass was made for is left out, and the comparison
    says that it has fewer days.
    """

    def __init__(self, mentions: MentionStore, zone: ZoneInfo, has_time: Callable[[], bool]) -> None:
        self._mentions = mentions
        self._zone = zone
        self._has_time = has_time

    def against(self, period: Period, counted: Mapping[date, DayNeeds], today: date) -> tuple[Comparison, ...]:
        """The means of the days before the period's last one; `counted` are days of which this run knows the needs.

        Raises StoreBusy.
        """
        last = last_day_of(period)
        days = [last - timedelta(days=back) for back in range(1, max(SPANS) + 1)]
        needs = self._needs_of(days, counted, today)
        minutes = minutes_into(last, period.until)
        return tuple(_mean(span, [needs[day] for day in days[:span] if day in needs], minutes) for span in SPANS)

    def _needs_of(self, days: Sequence[date], counted: Mapping[date, DayNeeds], today: date) -> dict[date, DayNeeds]:
        """The needs of those of the days, latest first, on which there was a desk already."""
        polled = self._mentions.polled(days)
        kept = self._mentions.day_needs(polled)
        found: dict[date, DayNeeds] = {}
        for day in days:
            if not polled or day < min(polled):
                break
            if day not in polled:
                found[day] = DayNeeds({}, 0, 0)
            elif day in counted:
                found[day] = counted[day]
            elif day in kept and _holds(kept[day], polled[day], today - day):
                found[day] = kept[day]
            elif self._has_time():
                found[day] = self._counted(day, polled[day])
        return found

    def _counted(self, day: date, polled: int) -> DayNeeds:
        count = DayCount()
        for row in self._mentions.day_rows(day, needs_only=True):
            count.add(row, row.created_at.astimezone(self._zone).hour)
        needs = count.needs(polled)
        self._mentions.keep_day_needs(day, needs)
        return needs


def minutes_into(day: date, moment: datetime) -> int:
    """How far the wall clock is into this day at that moment; a moment after it is its end."""
    return _MINUTES_OF_A_DAY if moment.date() > day else moment.hour * _MINUTES_OF_AN_HOUR + moment.minute


def _holds(kept: DayNeeds, polled: int, age: timedelta) -> bool:
    """Whether nothing came to the day since it was counted: late mentions, and readings of what waited then."""
    return kept.polled == polled and (not kept.unread or age > _SETTLES)


def _mean(span: int, needs: Iterable[DayNeeds], minutes: int) -> Comparison:
    days, sums = 0, dict[str, float]()
    for day in needs:
        days += 1
        for need, hours in day.by_hour.items():
            sums[need] = sums.get(need, 0.0) + _up_to(hours, minutes)
    return Comparison(of=span, days=days, by_need={need: total / days for need, total in sums.items()})


def _up_to(hours: Sequence[int], minutes: int) -> float:
    """The counts of the hours gone, and of the hour that runs the share of it that is gone."""
    whole, rest = divmod(minutes, _MINUTES_OF_AN_HOUR)
    running = hours[whole] * rest / _MINUTES_OF_AN_HOUR if rest else 0
    return sum(hours[:whole]) + running


SHOWN = 50
"""Opinions of one department that a report has room for."""


class FeedbackPicking:
    """Remembers the newest feedback of each department while rows pass by."""

    def __init__(self, departments: Collection[str], shown: int = SHOWN) -> None:
        self._departments = departments
        self._shown = shown
        self._found: dict[str, FirstEntries[DayRow]] = {}

    def add(self, row: DayRow) -> None:
        """Look at a row; what is no feedback is passed over."""
        if row.kind == Kind.FEEDBACK:
            department = department_of(row, self._departments)
            self._found.setdefault(department, newest_rows(self._shown)).add(row)

    def lists(self, store: FeedbackStore) -> tuple[FeedbackList, ...]:
        """The lists with their words, in the departments' order; private numbers are masked. Raises StoreBusy."""
        newest = {department: found.entries() for department, found in self._found.items()}
        mentions = store.mentions([row.mention_id for rows in newest.values() for row in rows])
        found = {key: masked(mention.post.text) for key, mention in mentions.items()}
        return tuple(
            FeedbackList(
                department,
                self._found[department].total,
                tuple(
                    Feedback(row.mention_id, row.created_at, found.get(row.mention_id)) for row in newest[department]
                ),
            )
            for department in dict.fromkeys([*self._departments, OPERATOR])
            if department in newest
        )


type _Also = Callable[[DayRow], None]


class Counted(NamedTuple):
    """What the pass found. `today` are the needs of the period's last day, `needs` those of every day gone over.

    `uncounted` are the period's earliest days, for which there was no time; nothing else says anything of them.
    """

    tally: Tally
    balance: Balance
    today: Mapping[str, int]
    needs: Mapping[date, DayNeeds]
    feedback: FeedbackPicking
    uncounted: tuple[date, ...] = ()


class Counting:
    """Counts a period. `seen` are mentions that a person answered or liked; None when X did not tell."""

    def __init__(
        self,
        mentions: MentionStore,
        departments: Collection[str],
        period: Period,
        seen: Collection[str] | None,
    ) -> None:
        self._mentions = mentions
        self._period = period
        self._zone = period.since.tzinfo
        self._seen = seen
        self._tallying = Tallying(departments)
        self._feedback = FeedbackPicking(departments)
        self._today = Counter[str]()

    def run(self, has_time: Callable[[], bool] = lambda: True, also: _Also = lambda _: None) -> Counted:
        """Go over every day that the period touches, once. Raises StoreBusy.

        The last day comes first, and before each other one `has_time` is asked. `also` gets every row of the period.
        """
        days = days_of(self._period)
        before = self._mentions.polled(days)
        found = self._latest_first(days, has_time, also)
        after = self._mentions.polled(days)
        self._look_again(found, before, has_time)
        return Counted(
            tally=self._tallying.tally(),
            balance=self._balance(found, before, after),
            today={need: self._today[need] for need in sorted(self._today)},
            needs={day: count.needs(after.get(day, 0)) for day, count in found.items()},
            feedback=self._feedback,
            uncounted=tuple(day for day in days if day not in found),
        )

    def _latest_first(self, days: Sequence[date], has_time: Callable[[], bool], also: _Also) -> dict[date, DayCount]:
        found: dict[date, DayCount] = {}
        for day in reversed(days):
            if found and not has_time():
                break
            found[day] = self._of_day(day, also)
        return found

    def _of_day(self, day: date, also: _Also) -> DayCount:
        count = DayCount(self._seen or ())
        is_last = day == last_day_of(self._period)
        for row in self._mentions.day_rows(day):
            hour = row.created_at.astimezone(self._zone).hour
            count.add(row, hour)
            if row.created_at < self._period.until:
                if row.created_at >= self._period.since:
                    self._tallying.add(row, hour)
                    self._feedback.add(row)
                    also(row)
                if is_last:
                    self._count_today(row)
        return count

    def _count_today(self, row: DayRow) -> None:
        if row.kind is not None and row.kind not in APART and row.need:
            self._today[row.need] += 1

    def _look_again(
        self, found: dict[date, DayCount], before: Mapping[date, int], has_time: Callable[[], bool]
    ) -> None:
        """Count once more where the index shows less than was polled before the pass began: it lags by seconds.

        What is still missing then is missing, and the digest must say so.
        """
        for day, count in found.items():
            if count.rows < before.get(day, 0) and has_time():
                again = DayCount(self._seen or ())
                for row in self._mentions.day_rows(day, needs_only=True):
                    again.add(row, row.created_at.astimezone(self._zone).hour)
                found[day] = again

    def _balance(
        self, found: Mapping[date, DayCount], before: Mapping[date, int], after: Mapping[date, int]
    ) -> Balance:
        """The poll goes on during the pass: of what it stored meanwhile, as much counts as the pass met."""
        polled = sum(min(max(found[day].rows, before.get(day, 0)), after.get(day, 0)) for day in found)
        rows, read = sum(count.rows for count in found.values()), sum(count.read for count in found.values())
        seen = None if self._seen is None else sum(count.seen for count in found.values())
        return Balance(tuple(sorted(found)), polled=polled, read=read, waiting=rows - read, seen=seen)


MENTIONS_SHOWN = 50
"""Mentions that a report has room for."""
_KINDS = (Kind.FAULT, Kind.RUMOR, Kind.INQUIRY, None, Kind.FEEDBACK, Kind.CHAT)
"""The most important first; what is not read yet may be anything, and stands before what needs no answer."""


class MentionPicking:
    """Remembers the most important mentions while rows pass by: urgent ones first, then by kind, then the newest.

    Advertising is left out, and so are mentions that stand on the list of a case (`listed`): both are only counted.
    """

    def __init__(self, departments: Collection[str], listed: Collection[str], shown: int = MENTIONS_SHOWN) -> None:
        self._departments = departments
        self._listed = listed
        self._total = self._above = self._junk = 0
        self._first = FirstEntries[DayRow](shown, _importance)

    def add(self, row: DayRow) -> None:
        """Look at a row."""
        self._total += 1
        if row.mention_id in self._listed:
            self._above += 1
        elif row.kind == Kind.JUNK:
            self._junk += 1
        else:
            self._first.add(row)

    def mention_ids(self) -> frozenset[str]:
        """The mentions that are shown."""
        return frozenset(row.mention_id for row in self._first.entries())

    def found(self, words: Mapping[str, str]) -> MentionList:
        """What was met so far; `words` are what the mentions say, as far as it is still there."""
        shown = tuple(self._mention(row, words.get(row.mention_id)) for row in self._first.entries())
        return MentionList(self._total, self._above, self._junk, shown)

    def _mention(self, row: DayRow, text: str | None) -> ListedMention:
        department = department_of(row, self._departments) if row.department else None
        return ListedMention(row.mention_id, row.created_at, row.kind, department, row.urgency == Urgency.HIGH, text)


def _importance(row: DayRow) -> tuple[bool, int, float, str]:
    kind = Kind(row.kind) if row.kind else None
    return row.urgency != Urgency.HIGH, _KINDS.index(kind), -row.created_at.timestamp(), row.mention_id


_BYTES = 600
"""A post of X's usual length; longer ones are read on X."""


def listed_words(store: FeedbackStore, mention_ids: Collection[str]) -> dict[str, str]:
    """The words of these mentions that are still there, in one line, private numbers masked. Raises StoreBusy."""
    mentions = store.mentions(mention_ids)
    return {key: cut(first_words(mention.post.text), _BYTES) for key, mention in mentions.items()}
