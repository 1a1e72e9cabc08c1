"""The sentences about a use of X that has stopped; a module of its own, since the poll must not load catalogues."""

from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.i18n import phrase, spoken_time
from desk.x.stops import StopCause, Stopped


def sentence_of(stopped: Stopped, brand: Brand) -> str:
    """Why it has stopped, since when and until when, for people."""
    language, zone = brand.language, ZoneInfo(brand.timezone)
    percent = brand.x_budget.stops_at.get(stopped.purpose, 100)
    is_part = percent < 100 and stopped.cause in (StopCause.DAY, StopCause.MONTH)  # noqa: PLR2004 - percent
    why = phrase(language, f"stop.{stopped.cause}.part" if is_part else f"stop.{stopped.cause}", percent=percent)
    since = phrase(language, "stop.since", since=spoken_time(stopped.since, zone, language)) if stopped.since else ""
    until = "stop.resumes" + (f".{stopped.cause}" if stopped.cause.needs_a_person else "")
    resumes = phrase(language, until, moment=spoken_time(stopped.resumes_at, zone, language))
    return " ".join(part for part in (why, since, resumes) if part)
