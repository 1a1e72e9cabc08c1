"""The counts of a preview as lines for a terminal."""

from collections.abc import Iterator, Mapping

from desk.brand import Brand
from desk.i18n import phrase
from desk.reading import REVIEW
from local.preview.figures import WeekFigures


def lines_of(week: WeekFigures, brand: Brand) -> Iterator[str]:
    """A line for each figure; what nobody can know is not guessed."""
    part = "" if week.is_whole else ", as far back as the posts that were read reach"
    yield f"@{week.handle}, {week.since:%d %b %H:%M} to {week.until:%d %b %H:%M}{part}"
    yield f"Mentions: {week.mentions}"
    yield f"  by kind: {_counts(week.by_kind, {key: kind_name(key, 'en') for key in week.by_kind})}"
    names = {key: each.name_en for key, each in brand.departments.items()}
    yield f"  by department: {_counts(week.by_department, names)}"
    yield f"Unanswered: {week.unanswered}" + (f" ({_counts(week.waiting, names)})" if week.unanswered else "")
    if week.median_minutes is None or week.p90_minutes is None:
        yield "Time to first answer: no answer found"
    else:
        half, most = duration(week.median_minutes), duration(week.p90_minutes)
        waits = f"half within {half}, nine in ten within {most}"
        yield f"Time to first answer, in working time: {waits} ({week.answered} answers)"
    yield f"Danger: {week.danger}, safety checks: {week.checks}"
    spikes = [
        f"{names.get(one.department, one.department)} {one.started_at:%d %b %H:%M} ({one.faults})"
        for one in week.spikes
    ]
    yield f"Spikes of faults: {', '.join(spikes) or 'none'}"
    yield f"Busiest hours: {', '.join(f'{hour:02}:00 ({count})' for hour, count in week.busiest) or 'none'}"


def kind_name(key: str, language: str) -> str:
    """What people call a kind of mention, or those that are to be reviewed."""
    return phrase(language, "preview.review" if key == REVIEW else f"kind.{key}")


def duration(minutes: int) -> str:
    """A time in hours and minutes."""
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def _counts(counts: Mapping[str, int], names: Mapping[str, str]) -> str:
    ranked = sorted(counts.items(), key=lambda pair: -pair[1])
    return ", ".join(f"{names.get(key, key)} {count}" for key, count in ranked if count) or "none"
