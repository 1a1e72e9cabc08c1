"""Short words that several sections use: an account's handle, a length of time, a moment, and how far off it is."""

from datetime import datetime, timedelta

from desk.formatting.formatter import DeskFormatter, short_name
from desk.x.model import Author

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_WEEK = 7


def handle_of(author: Author | None, formatter: DeskFormatter) -> str:
    """The author's handle; a phrase for one whose name X was not asked for."""
    return short_name(f"@{author.username}") if author else formatter.phrase("console.row.unknown")


def span_text(span: timedelta, formatter: DeskFormatter) -> str:
    """A length of time in its largest unit: "12분", "3시간", "2일"."""
    unit, n = _largest(span)
    return formatter.phrase(f"console.script.span.{unit}", n=n)


def near_moment(moment: datetime, now: datetime, formatter: DeskFormatter) -> str:
    """A moment: of today only its time."""
    local, today = moment.astimezone(formatter.zone), now.astimezone(formatter.zone).date()
    return formatter.clock(moment) if local.date() == today else formatter.moment(moment)


def due_words(moment: datetime, now: datetime, formatter: DeskFormatter) -> str:
    """How long there is time until the moment, in at most three words: "3분 남음", "내일 10시", "12분 지남".

    The page that stays open says the same by itself (`due.js`), in each `<time data-due>`.
    """
    say, left = formatter.phrase, moment - now
    if left <= timedelta(0):
        unit, n = _largest(-left)
        return say(f"console.script.due.over_{unit}", n=n)
    if left < _HOUR:
        return say("console.script.due.left", n=_largest(left)[1])
    local, today = moment.astimezone(formatter.zone), now.astimezone(formatter.zone).date()
    days = (local.date() - today).days
    clock = f"{local:%H:%M}"
    if not days:
        return say("console.script.due.today", time=clock)
    hour = clock if local.minute else say("console.script.due.hour", hour=local.hour)
    if days == 1:
        return say("console.script.due.tomorrow", time=hour)
    if days < _WEEK:
        weekday = say("console.script.weekdays").split()[local.weekday()]
        return say("console.script.due.weekday", weekday=weekday, time=hour)
    return say("console.script.due.day", month=say("console.script.months").split()[local.month - 1], day=local.day)


def age_words(moment: datetime, now: datetime, formatter: DeskFormatter) -> str:
    """How long ago the moment was: "4분 전". The page says the same by itself, in each `<time data-age>`."""
    if now - moment < timedelta(minutes=1):
        return formatter.phrase("console.script.age.now")
    unit, n = _largest(now - moment)
    return formatter.phrase(f"console.script.age.{unit}", n=n)


def _largest(span: timedelta) -> tuple[str, int]:
    """The length of time in its largest unit, at least a minute."""
    if span < _HOUR:
        return "minutes", max(1, span // timedelta(minutes=1))
    return ("hours", span // _HOUR) if span < _DAY else ("days", span // _DAY)
