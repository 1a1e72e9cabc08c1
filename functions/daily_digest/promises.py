"""What a digest says about promises: which were kept, moved or broken, and by how much."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from daily_digest.formatter import ReportFormatter
from daily_digest.model import PromiseFigures
from daily_digest.periods import Period
from desk.promises.model import Promise, PromiseState
from desk.promises.store import Promises


def promise_figures(promises: Promises, period: Period, now: datetime) -> PromiseFigures:
    """The promises that were due in the period, and all that are broken and still open. Raises StoreBusy."""
    due = promises.due_between(period.since, period.until)
    before = (each for each in promises.open(period.since) if each.due_at < period.since)
    return figures_of([*due, *before], now)


def figures_of(promises: Iterable[Promise], now: datetime) -> PromiseFigures:
    """Count these promises as they stand. One that was withdrawn, or is not due yet, is not counted."""
    found = [(each, each.state_at(now)) for each in promises]
    states = Counter(state for _, state in found)
    broken = [each for each, state in found if state is PromiseState.BROKEN]
    return PromiseFigures(
        kept=states[PromiseState.KEPT],
        moved=states[PromiseState.MOVED],
        broken=len(broken),
        still_open=sum(each.ending is None for each in broken),
        latest=max((each.late_by(now) for each in broken), default=None),
    )


def promise_sentences(figures: PromiseFigures, formatter: ReportFormatter) -> list[str]:
    """The figures in one or two sentences; none where nothing was due."""
    number = formatter.number
    if not figures.kept + figures.moved + figures.broken:
        return []
    counts = {"kept": number(figures.kept), "moved": number(figures.moved), "broken": number(figures.broken)}
    sentences = [formatter.phrase("promises.counts", **counts)]
    if figures.latest is not None:
        late, still = formatter.duration(figures.latest), number(figures.still_open)
        sentences.append(formatter.phrase("promises.late", late=late, still=still))
    return sentences
