"""Writes the values of a digest as people read them: phrases, numbers, dates and list entries."""

from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from daily_digest.model import ListedCase, ListedMention, MentionList
from daily_digest.periods import Period
from desk.brand import Brand
from desk.i18n import LANGUAGES, phrase, spoken_clock, spoken_day, spoken_time
from desk.reader.explain import department_label
from desk.text import one_line
from desk.x.model import Author

_MICRO = 1_000_000


class ReportFormatter:
    """Phrases, numbers and dates in the brand's language and time zone."""

    def __init__(self, brand: Brand) -> None:
        self.brand = brand
        self.language = brand.language
        self.phrase = partial(phrase, brand.language)
        self._zone = ZoneInfo(brand.timezone)

    def number(self, value: float) -> str:
        """A number with thousands separators and at most one decimal: "1,204", "3.5"."""
        rounded = round(value, 1)
        return f"{int(rounded):,}" if rounded == int(rounded) else f"{rounded:,}"

    def count(self, value: int) -> str:
        """A number of things."""
        return self.phrase("count.pieces", count=self.number(value))

    def usd(self, micro_usd: int) -> str:
        """Dollars and cents, rounded up to a cent."""
        return f"{-(-micro_usd // (_MICRO // 100)) / 100:,.2f}"

    def moment(self, moment: datetime) -> str:
        """A day and a time."""
        return spoken_time(moment, self._zone, self.language)

    def clock(self, moment: datetime) -> str:
        """A time of day."""
        return spoken_clock(moment, self._zone, self.language)

    def day(self, day: date) -> str:
        """A day."""
        return spoken_day(day, self.language)

    def local_day(self, moment: datetime) -> date:
        """The day of a moment in the brand's time zone."""
        return moment.astimezone(self._zone).date()

    def timestamp(self, moment: datetime) -> str:
        """A day and a time for spreadsheets: "2026-11-24 14:30"."""
        return f"{moment.astimezone(self._zone):%Y-%m-%d %H:%M}"

    def date_range(self, days: tuple[date, ...]) -> str:
        """One day, or the first and the last one."""
        if not days:
            return ""
        first, last = self.day(min(days)), self.day(max(days))
        return first if len(days) == 1 else self.phrase("digest.period", since=first, until=last)

    def period(self, period: Period) -> str:
        """A period: whole days without times; the day once if it begins and ends on the same one."""
        since, until = period.since.astimezone(self._zone), period.until.astimezone(self._zone)
        if since.time() == until.time() == time.min and since < until:
            last = until.date() - timedelta(days=1)
            return self.date_range(tuple({since.date(), last}))
        end = self.clock(until) if since.date() == until.date() else self.moment(until)
        return self.phrase("digest.period", since=self.moment(since), until=end)

    def department(self, key: str) -> str:
        """A department's name."""
        return one_line(department_label(key, self.brand))

    def language_name(self, code: str) -> str:
        """The name of a language, or "another language"."""
        return self.phrase_or(f"language.{code}", self.phrase("language.other"))

    def phrase_or(self, key: str, otherwise: str) -> str:
        """The phrase of this key, or `otherwise` if there is none."""
        return self.phrase(key) if key in LANGUAGES[self.language] else otherwise

    def duration(self, duration: timedelta) -> str:
        """A duration in hours and minutes: "3시간 20분", "45 min"."""
        hours, minutes = divmod(duration // timedelta(minutes=1), 60)
        if not hours:
            return self.phrase("span.minutes", minutes=minutes) if minutes else self.phrase("span.moment")
        key = "span.hours_minutes" if minutes else "span.hours"
        return self.phrase(key, hours=self.number(hours), minutes=minutes)

    def hour(self, hour: int) -> str:
        """An hour of the day."""
        return self.phrase("hours.hour", hour=hour)

    def author(self, author: Author | None) -> str:
        """A person's handle, or a phrase for somebody unknown."""
        return f"@{author.username}" if author else self.phrase("attendance.somebody")

    def case_head(self, case: ListedCase, now: datetime) -> str:
        """A case in one line: department, kind, by when it is due and whether that is over, and its number."""
        late = self.phrase("entry.late") if case.due_at < now else ""
        due = self.phrase("entry.due", time=self.moment(case.due_at), late=late)
        number = self.phrase("misread.case", case=case.id)
        return self.phrase("entry.case", about=self._about(case.department, case.label), due=due, number=number)

    def mention_head(self, mention: ListedMention) -> str:
        """A mention in one line: whether it is urgent, department, kind, and when it was written."""
        urgent = self.phrase("urgency.high") if mention.urgent else ""
        about = self._about(mention.department, mention.label)
        return self.phrase("entry.mention", urgent=urgent, about=about, time=self.moment(mention.created_at))

    def mentions_note(self, mentions: MentionList) -> str:
        """How many mentions there are, in which order they are listed, and how many are left out."""
        counts = {"mentions.count": mentions.total, "mentions.above": mentions.above, "mentions.junk": mentions.junk}
        return " ".join(self.phrase(key, count=self.number(count)) for key, count in counts.items() if count)

    def words_of(self, entry: ListedCase | ListedMention) -> str:
        """What the person wrote, in one line, or why there is nothing to read."""
        if entry.text is None:
            return self.phrase("feedback.gone")
        return one_line(entry.text) or self.phrase("mail.entry_empty")

    def _about(self, department: str | None, label: str | None) -> str:
        named = self.phrase_or(f"kind.{label}", label) if label else self.phrase("balance.waiting")
        return f"{self.department(department)}, {named}" if department else named


class PageFormatter(ReportFormatter):
    """Writes dates and times so that lines do not break inside them."""

    def day(self, day: date) -> str:
        """A day, kept on one line."""
        return _unbroken(super().day(day))

    def clock(self, moment: datetime) -> str:
        """A time of day, kept on one line."""
        return _unbroken(super().clock(moment))

    def moment(self, moment: datetime) -> str:
        """A day and a time: a line may only break between the two."""
        day, clock = self.day(self.local_day(moment)), self.clock(moment)
        return f"{day} {clock}" if self.language == "ko" else f"{day}, {clock}"

    def duration(self, duration: timedelta) -> str:
        """A duration, kept on one line."""
        return _unbroken(super().duration(duration))


def _unbroken(text: str) -> str:
    return text.replace(" ", "\u00a0").replace("(", "\u2060(").replace(")", ")\u2060")
