"""A digest's values as people of the brand read them."""

from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from daily_digest.model import Digest, ListedCase, ListedMention, MentionList
from daily_digest.periods import Period
from desk.brand import Brand
from desk.i18n import LANGUAGES, phrase
from desk.i18n.particles import spoken_clock, spoken_day, spoken_time
from desk.reader.explain import spoken_department
from desk.text import one_line
from desk.x.model import Author

_MICRO = 1_000_000


class Spoken:
    """Phrases, numbers and moments in the desk's language and zone."""

    def __init__(self, brand: Brand) -> None:
        self.brand = brand
        self.language = brand.language
        self.say = partial(phrase, brand.language)
        self._zone = ZoneInfo(brand.timezone)

    def number(self, value: float) -> str:
        """With thousands apart, and one decimal only where there is one: "1,204", "3.5"."""
        rounded = round(value, 1)
        return f"{int(rounded):,}" if rounded == int(rounded) else f"{rounded:,}"

    def pieces(self, value: int) -> str:
        """So many of anything."""
        return self.say("count.pieces", count=self.number(value))

    def people(self, value: int) -> str:
        """So many people."""
        return self.say("count.people", count=self.number(value))

    def usd(self, micro_usd: int) -> str:
        """Dollars and cents, a part of a cent counting as a whole one."""
        return f"{-(-micro_usd // (_MICRO // 100)) / 100:,.2f}"

    def moment(self, moment: datetime) -> str:
        """Day and time."""
        return spoken_time(moment, self._zone, self.language)

    def clock(self, moment: datetime) -> str:
        """The time of day."""
        return spoken_clock(moment, self._zone, self.language)

    def day(self, day: date) -> str:
        """A day."""
        return spoken_day(day, self.language)

    def local_day(self, moment: datetime) -> date:
        """The desk's day of a moment."""
        return moment.astimezone(self._zone).date()

    def stamp(self, moment: datetime) -> str:
        """Day and time as spreadsheets understand them: "2026-11-24 14:30"."""
        return f"{moment.astimezone(self._zone):%Y-%m-%d %H:%M}"

    def days(self, days: tuple[date, ...]) -> str:
        """One day, or the first and the last."""
        if not days:
            return ""
        first, last = self.day(min(days)), self.day(max(days))
        return first if len(days) == 1 else self.say("digest.period", since=first, until=last)

    def period(self, period: Period) -> str:
        """From when until when; whole days without the time of day, one day named once."""
        since, until = period.since.astimezone(self._zone), period.until.astimezone(self._zone)
        if since.time() == until.time() == time.min and since < until:
            last = until.date() - timedelta(days=1)
            return self.days(tuple({since.date(), last}))
        end = self.clock(until) if since.date() == until.date() else self.moment(until)
        return self.say("digest.period", since=self.moment(since), until=end)

    def department(self, key: str) -> str:
        """A department's name."""
        return one_line(spoken_department(key, self.brand))

    def tongue(self, code: str) -> str:
        """A language's name; one for all that the catalogue does not name."""
        return self.known(f"language.{code}", self.say("language.other"))

    def known(self, key: str, otherwise: str) -> str:
        """The catalogue's phrase of this key; what is given where it has none."""
        return self.say(key) if key in LANGUAGES[self.language] else otherwise

    def span(self, span: timedelta) -> str:
        """How long, in hours and whole minutes: "3시간 20분", "45 min"."""
        hours, minutes = divmod(span // timedelta(minutes=1), 60)
        if not hours:
            return self.say("span.minutes", minutes=minutes) if minutes else self.say("span.moment")
        key = "span.hours_minutes" if minutes else "span.hours"
        return self.say(key, hours=self.number(hours), minutes=minutes)

    def hour(self, hour: int) -> str:
        """An hour of the day."""
        return self.say("hours.hour", hour=hour)

    def author(self, author: Author | None) -> str:
        """A person's handle, or that it is not known."""
        return f"@{author.username}" if author else self.say("attendance.somebody")


class SpokenOnPage(Spoken):
    """The same, with days and times that no line breaks apart."""

    def day(self, day: date) -> str:
        """A day that stays in one line."""
        return _unbroken(super().day(day))

    def clock(self, moment: datetime) -> str:
        """A time of day that stays in one line."""
        return _unbroken(super().clock(moment))

    def moment(self, moment: datetime) -> str:
        """A day and a time: a line may break between the two only."""
        day, clock = self.day(self.local_day(moment)), self.clock(moment)
        return f"{day} {clock}" if self.language == "ko" else f"{day}, {clock}"

    def span(self, span: timedelta) -> str:
        """A span that stays in one line."""
        return _unbroken(super().span(span))


def _unbroken(text: str) -> str:
    return text.replace(" ", "\u00a0").replace("(", "\u2060(").replace(")", ")\u2060")


def case_head(case: ListedCase, digest: Digest, spoken: Spoken) -> str:
    """With whom the case is, what it is, by when an answer is due and whether that is over, and its number."""
    late = spoken.say("entry.late") if case.due_at < digest.made_at else ""
    due = spoken.say("entry.due", time=spoken.moment(case.due_at), late=late)
    number = spoken.say("misread.case", case=case.id)
    return spoken.say("entry.case", about=_about(case.department, case.kind, spoken), due=due, number=number)


def mention_head(mention: ListedMention, spoken: Spoken) -> str:
    """What the mention is and whose, and when it was written."""
    urgent = spoken.say("urgency.high") if mention.urgent else ""
    about = _about(mention.department, mention.kind, spoken)
    return spoken.say("entry.mention", urgent=urgent, about=about, time=spoken.moment(mention.created_at))


def mentions_note(mentions: MentionList, spoken: Spoken) -> str:
    """How many mentions there are, in which order they stand, and which are left out."""
    counts = {"mentions.count": mentions.total, "mentions.above": mentions.above, "mentions.junk": mentions.junk}
    return " ".join(spoken.say(key, count=spoken.number(count)) for key, count in counts.items() if count)


def words_of(entry: ListedCase | ListedMention, spoken: Spoken) -> str:
    """What the person wrote, in one line; why there is nothing to read where there is not."""
    if entry.text is None:
        return spoken.say("feedback.gone")
    return one_line(entry.text) or spoken.say("mail.entry_empty")


def _about(department: str | None, kind: str | None, spoken: Spoken) -> str:
    named = spoken.known(f"kind.{kind}", kind) if kind else spoken.say("balance.waiting")
    return f"{spoken.department(department)}, {named}" if department else named
