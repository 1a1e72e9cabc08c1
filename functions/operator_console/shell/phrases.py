"""Short words that several sections use: an account's handle, a length of time, and a moment."""

from datetime import datetime, timedelta

from desk.formatting.formatter import DeskFormatter, short_name
from desk.x.model import Author

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def handle_of(author: Author | None, formatter: DeskFormatter) -> str:
    """The author's handle; a phrase for one whose name X was not asked for."""
    return short_name(f"@{author.username}") if author else formatter.phrase("console.row.unknown")


def span_text(span: timedelta, formatter: DeskFormatter) -> str:
    """A length of time in its largest unit: "12분", "3시간", "2일"."""
    if span < _HOUR:
        return formatter.phrase("console.span.minutes", n=max(1, span // timedelta(minutes=1)))
    if span < _DAY:
        return formatter.phrase("console.span.hours", n=span // _HOUR)
    return formatter.phrase("console.span.days", n=span // _DAY)


def near_moment(moment: datetime, now: datetime, formatter: DeskFormatter) -> str:
    """A moment: of today only its time."""
    local, today = moment.astimezone(formatter.zone), now.astimezone(formatter.zone).date()
    return formatter.clock(moment) if local.date() == today else formatter.moment(moment)
