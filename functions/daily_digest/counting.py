"""Counts mentions in one pass over the days of a period, and compares their needs with earlier days."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from heapq import nsmallest
from typing import NamedTuple
from zoneinfo import ZoneInfo

from daily_digest.decisions import decided_rows
from daily_digest.model import Balance, Comparison, DepartmentFeedback, Feedback, ListedMention, MentionList, Tally
from daily_digest.periods import Period, days_of, last_day_of
from desk.cases.queries import CaseQueries
from desk.mentions.model import DayNeeds, DayRow
from desk.mentions.store import MentionStore
from desk.private_numbers import masked
from desk.reading import OPERATOR, REVIEW, Kind, Urgency, label_of
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
"""The most terms that a digest lists."""
APART = frozenset({Kind.JUNK, Kind.FEEDBACK, REVIEW})
"""Labels with figures of their own: they say nothing about what people want from the brand."""


class TallyCounter:
    """Counts the mentions of a period. Departments that desk.yaml no longer has count as the operator."""

    def __init__(self, departments: Collection[str]) -> None:
        self._departments = departments
        self._total = 0
        self._needs, self._kinds, self._urgencies = Counter[str](), Counter[str](), Counter[str]()
        self._by_department, self._languages = Counter[str](), Counter[str]()
        self._hours = [0] * HOURS
        self._terms = Counter[str]()

    def add(self, row: DayRow, hour: int) -> None:
        """Count a mention of this hour of the day."""
        self._total += 1
        kind = row.counts_as
        if kind != Kind.JUNK:
            self._hours[hour] += 1
        if kind is None:
            return
        self._kinds[kind] += 1
        self._urgencies[row.urgency or ""] += 1
        self._languages[row.lang or ""] += 1
        if kind not in APART:
            self._needs[row.need or ""] += 1
        if row.department is not None:
            self._by_department[known_department(row.department, self._departments)] += 1
        count_words(self._terms, row.terms)

    def tally(self) -> Tally:
        """Return the counts so far."""
        kinds = self._kinds.copy()
        review = kinds.pop(REVIEW, 0)
        return Tally(
            total=self._total,
            unread=self._total - self._kinds.total(),
            review=review,
            by_need=dict(self._needs),
            feedback=kinds[Kind.FEEDBACK],
            junk=kinds[Kind.JUNK],
            by_kind=dict(kinds),
            by_department=dict(self._by_department),
            by_urgency=dict(self._urgencies),
            by_language=dict(self._languages),
            by_hour=tuple(self._hours),
            terms=most_used(self._terms, TERMS),
        )


class DayCounter:
    """Counts a whole day: mentions, those that are read, those among `reacted_ids`, and needs by hour."""

    def __init__(self, reacted_ids: Collection[str] = ()) -> None:
        self.rows = 0
        self.read = self._review = 0
        self.reacted = 0
        self._reacted_ids = reacted_ids
        self._needs: dict[str, list[int]] = {}

    def add(self, row: DayRow, hour: int) -> None:
        """Count a mention of this hour of the day."""
        self.rows += 1
        self.reacted += row.mention_id in self._reacted_ids
        if row.kind is None:
            return
        self.read += 1
        self._review += row.review
        if row.counts_as not in APART and row.need:
            self._needs.setdefault(row.need, [0] * HOURS)[hour] += 1

    def needs(self, polled: int) -> DayNeeds:
        """Return the day's needs, with the number of mentions that were polled when they were counted."""
        by_hour = {need: tuple(counts) for need, counts in self._needs.items()}
        return DayNeeds(by_hour, polled, undecided=self.rows - self.read + self._review)


def known_department(key: str | None, departments: Collection[str]) -> str:
    """Return the department if desk.yaml has it, else the operator."""
    return key if key in departments and key else OPERATOR


SPANS = (7, 28)
"""The day is compared with the means of this many days before."""
_SETTLES = timedelta(days=2)
"""The saved needs of a day this old are used even if some of its mentions were undecided."""
_MINUTES_OF_AN_HOUR = 60
_MINUTES_OF_A_DAY = 24 * _MINUTES_OF_AN_HOUR


class NeedHistory:
    """The needs of earlier days: saved ones, and others by a pass over the day, after which they are saved.

    `has_time` says whether another pass may begin. Without time, a day is left out, and the comparison has fewer days.
    """

    def __init__(
        self, mentions: MentionStore, cases: CaseQueries, zone: ZoneInfo, has_time: Callable[[], bool]
    ) -> None:
        self._mentions = mentions
        self._cases = cases
        self._zone = zone
        self._has_time = has_time

    def compare(self, period: Period, counted: Mapping[date, DayNeeds], today: date) -> tuple[Comparison, ...]:
        """Return the means of the days before the period's last one. Raises StoreBusy.

        `counted` are the needs that this run has counted already.
        """
        last = last_day_of(period)
        days = [last - timedelta(days=back) for back in range(1, max(SPANS) + 1)]
        needs = self._needs_of(days, counted, today)
        minutes = minutes_into(last, period.until)
        return tuple(_mean(span, [needs[day] for day in days[:span] if day in needs], minutes) for span in SPANS)

    def _needs_of(self, days: Sequence[date], counted: Mapping[date, DayNeeds], today: date) -> dict[date, DayNeeds]:
        """Return the needs of these days (latest first), as far back as mentions were polled."""
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
            elif day in kept and _is_current(kept[day], polled[day], today - day):
                found[day] = kept[day]
            elif self._has_time():
                found[day] = self._count(day, polled[day])
        return found

    def _count(self, day: date, polled: int) -> DayNeeds:
        count = DayCounter()
        for row in decided_rows(self._mentions.day_rows(day, needs_only=True), self._cases):
            count.add(row, row.created_at.astimezone(self._zone).hour)
        needs = count.needs(polled)
        self._mentions.keep_day_needs(day, needs)
        return needs


def minutes_into(day: date, moment: datetime) -> int:
    """Return how many minutes of the day have passed on the wall clock; all of them after the day."""
    return _MINUTES_OF_A_DAY if moment.date() > day else moment.hour * _MINUTES_OF_AN_HOUR + moment.minute


def _is_current(kept: DayNeeds, polled: int, age: timedelta) -> bool:
    """Whether the saved needs are still right: no mention came late, and none may have been decided since."""
    return kept.polled == polled and (not kept.undecided or age > _SETTLES)


def _mean(span: int, needs: Iterable[DayNeeds], minutes: int) -> Comparison:
    days, sums = 0, dict[str, float]()
    for day in needs:
        days += 1
        for need, hours in day.by_hour.items():
            sums[need] = sums.get(need, 0.0) + _up_to(hours, minutes)
    return Comparison(span=span, days=days, by_need={need: total / days for need, total in sums.items()})


def _up_to(hours: Sequence[int], minutes: int) -> float:
    """Return the sum of the past hours, and of the current hour the share that is past."""
    whole, rest = divmod(minutes, _MINUTES_OF_AN_HOUR)
    running = hours[whole] * rest / _MINUTES_OF_AN_HOUR if rest else 0
    return sum(hours[:whole]) + running


FEEDBACK_LISTED = 50
"""The most opinions of one department in a report."""


class FeedbackSelection:
    """Keeps the newest feedback of each department."""

    def __init__(self, departments: Collection[str], room: int = FEEDBACK_LISTED) -> None:
        self._departments = departments
        self._room = room
        self._found: dict[str, FirstEntries[DayRow]] = {}

    def add(self, row: DayRow) -> None:
        """Count a row if it is feedback."""
        if row.kind == Kind.FEEDBACK:
            department = known_department(row.department, self._departments)
            self._found.setdefault(department, newest_rows(self._room)).add(row)

    def lists(self, store: FeedbackStore) -> tuple[DepartmentFeedback, ...]:
        """Return the lists in the departments' order, with texts whose private numbers are masked. Raises StoreBusy."""
        newest = {department: found.entries() for department, found in self._found.items()}
        mentions = store.mentions([row.mention_id for rows in newest.values() for row in rows])
        found = {key: masked(mention.post.text) for key, mention in mentions.items()}
        return tuple(
            DepartmentFeedback(
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


class PeriodCounts(NamedTuple):
    """What the pass counted. `today` are the needs of the period's last day, `needs` those of every counted day.

    `uncounted` are the period's earliest days, which are in no other figure because time ran out.
    """

    tally: Tally
    balance: Balance
    today: Mapping[str, int]
    needs: Mapping[date, DayNeeds]
    feedback: FeedbackSelection
    uncounted: tuple[date, ...] = ()


class PeriodCounter:
    """Counts a period. `reacted` are mentions that a person answered or liked; None: unknown."""

    def __init__(
        self,
        mentions: MentionStore,
        cases: CaseQueries,
        departments: Collection[str],
        period: Period,
        reacted: Collection[str] | None,
    ) -> None:
        self._mentions = mentions
        self._cases = cases
        self._period = period
        self._zone = period.since.tzinfo
        self._reacted = reacted
        self._tally = TallyCounter(departments)
        self._feedback = FeedbackSelection(departments)
        self._today = Counter[str]()

    def count(self, has_time: Callable[[], bool] = lambda: True, also: _Also = lambda _: None) -> PeriodCounts:
        """Read every day of the period once, the last one first. Raises StoreBusy.

        `has_time` says whether another day may begin; `also` receives each row of the period.
        """
        days = days_of(self._period)
        before = self._mentions.polled(days)
        found = self._count_days(days, has_time, also)
        after = self._mentions.polled(days)
        self._recount(found, before, has_time)
        return PeriodCounts(
            tally=self._tally.tally(),
            balance=self._balance(found, before, after),
            today={need: self._today[need] for need in sorted(self._today)},
            needs={day: count.needs(after.get(day, 0)) for day, count in found.items()},
            feedback=self._feedback,
            uncounted=tuple(day for day in days if day not in found),
        )

    def _count_days(self, days: Sequence[date], has_time: Callable[[], bool], also: _Also) -> dict[date, DayCounter]:
        found: dict[date, DayCounter] = {}
        for day in reversed(days):
            if found and not has_time():
                break
            found[day] = self._count_day(day, also)
        return found

    def _count_day(self, day: date, also: _Also) -> DayCounter:
        count = DayCounter(self._reacted or ())
        is_last = day == last_day_of(self._period)
        for row in decided_rows(self._mentions.day_rows(day), self._cases):
            hour = row.created_at.astimezone(self._zone).hour
            count.add(row, hour)
            if row.created_at < self._period.until:
                if row.created_at >= self._period.since:
                    self._tally.add(row, hour)
                    self._feedback.add(row)
                    also(row)
                if is_last:
                    self._count_today(row)
        return count

    def _count_today(self, row: DayRow) -> None:
        if row.kind is not None and row.counts_as not in APART and row.need:
            self._today[row.need] += 1

    def _recount(self, found: dict[date, DayCounter], before: Mapping[date, int], has_time: Callable[[], bool]) -> None:
        """Count a day again if fewer rows were found than were polled before the pass: the index lags by seconds.

        Mentions that are still missing then are reported as missing.
        """
        for day, count in found.items():
            if count.rows < before.get(day, 0) and has_time():
                again = DayCounter(self._reacted or ())
                for row in decided_rows(self._mentions.day_rows(day, needs_only=True), self._cases):
                    again.add(row, row.created_at.astimezone(self._zone).hour)
                found[day] = again

    def _balance(
        self, found: Mapping[date, DayCounter], before: Mapping[date, int], after: Mapping[date, int]
    ) -> Balance:
        """Compare polled and found mentions. Of those polled during the pass, only those that it found count."""
        polled = sum(min(max(found[day].rows, before.get(day, 0)), after.get(day, 0)) for day in found)
        rows, read = sum(count.rows for count in found.values()), sum(count.read for count in found.values())
        reacted = None if self._reacted is None else sum(count.reacted for count in found.values())
        seen = sum(self._mentions.seen(found.keys()).values())
        return Balance(tuple(sorted(found)), polled, read, waiting=rows - read, reacted=reacted, seen=min(seen, polled))


MENTIONS_LISTED = 50
"""The most mentions that a report lists."""
_LABELS = (Kind.FAULT, Kind.RUMOR, Kind.INQUIRY, None, REVIEW, Kind.FEEDBACK, Kind.CHAT)
"""The most important first. What is unread or to review may be anything, so it comes before what needs no answer."""


class MentionSelection:
    """Keeps the most important mentions: urgent ones first, then by kind, then the newest.

    Advertising and mentions that are on a list of cases (`listed`) are only counted.
    """

    def __init__(self, departments: Collection[str], listed: Collection[str], room: int = MENTIONS_LISTED) -> None:
        self._departments = departments
        self._listed = listed
        self._total = self._above = self._junk = 0
        self._first = FirstEntries[DayRow](room, _importance)

    def add(self, row: DayRow) -> None:
        """Count a row."""
        self._total += 1
        if row.mention_id in self._listed:
            self._above += 1
        elif row.counts_as == Kind.JUNK:
            self._junk += 1
        else:
            self._first.add(row)

    def mention_ids(self) -> frozenset[str]:
        """Return the mentions that are listed."""
        return frozenset(row.mention_id for row in self._first.entries())

    def mentions(self, texts: Mapping[str, str]) -> MentionList:
        """Return the list so far; `texts` are the texts of those mentions that still have one."""
        listed = tuple(self._mention(row, texts.get(row.mention_id)) for row in self._first.entries())
        return MentionList(self._total, self._above, self._junk, listed)

    def _mention(self, row: DayRow, text: str | None) -> ListedMention:
        department = known_department(row.department, self._departments) if row.department else None
        label = label_of(row.kind, review=row.review) if row.kind else None
        return ListedMention(row.mention_id, row.created_at, label, department, row.urgency == Urgency.HIGH, text)


def _importance(row: DayRow) -> tuple[bool, int, float, str]:
    place = _LABELS.index(row.counts_as)
    return row.urgency != Urgency.HIGH, place, -row.created_at.timestamp(), row.mention_id


_BYTES = 600
"""The length of an ordinary post; longer ones are cut."""


def listed_texts(store: FeedbackStore, mention_ids: Collection[str]) -> dict[str, str]:
    """Return the texts of these mentions that still have one, in one line, private numbers masked. Raises StoreBusy."""
    mentions = store.mentions(mention_ids)
    return {key: cut(first_words(mention.post.text), _BYTES) for key, mention in mentions.items()}
