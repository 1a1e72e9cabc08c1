"""Measures how own posts perform: each one that is due is read again on X, once for each mark."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from desk.errors import BadRequest, BreakerOpen, Gone, StoreBusy, XError, failure_of
from desk.posts.model import PostKind, PostState
from desk.posts.performance import MEASURED, SPANS, MeasuredAge, Measurement, MeasurementClaim, combined, due_mark
from desk.x.model import PostMetrics, Usage

if TYPE_CHECKING:
    from desk.posts.performance import PerformanceStore
    from desk.posts.store import PostStore
    from desk.x.model import XPerformance

_CLAIM = timedelta(minutes=50)
"""How long a post is not read again after X gave nothing for it: longer than until the next run, which would pay again.
"""
_CLOCKS_APART = timedelta(minutes=1)
"""How much X's time of a post and the desk's may differ."""
_MOST_POSTS = 200
"""The most posts of one mark that are read. No brand publishes as many in a day."""


class DuePost(NamedTuple):
    """A post on X, and the mark for which it is to be measured. `kind` is None if people wrote it on X itself."""

    x_id: str
    kind: PostKind | None
    mark: MeasuredAge


@dataclass(slots=True)
class MeasureReport:
    """The outcome of a run.

    `left` are posts that are due and were not measured; the next run measures them if it is not too late by then.
    `problem` says why the run ended early.
    """

    measured: int = 0
    gone: int = 0
    left: list[str] = field(default_factory=list)
    problem: str = ""
    usage: Usage = field(default_factory=Usage)


class PostMeasurer:
    """Reads posts that are due from the account's own timeline, one range for each, and stores their metrics.

    X bills each post that it returns, so a page that covers several posts never costs less than reading them one by
    one, and costs more with every other post on it. A post that the timeline does not show is looked up by its id.
    `clock` is the wall clock, for claims.
    """

    def __init__(
        self,
        x: "XPerformance",
        posts: "PostStore",
        performances: "PerformanceStore",
        clock: Callable[[], datetime],
    ) -> None:
        self._x = x
        self._posts = posts
        self._performances = performances
        self._clock = clock

    def measure(self, now: datetime, holder: str, has_time: Callable[[], bool]) -> MeasureReport:
        """Measure what is due at `now`, the scheduled time, as the run `holder`.

        An error of X or of the tables ends the run, and the next one goes on. Repeating a run pays nothing twice.
        """
        report = MeasureReport()
        try:
            due = self._due(now)
            report.left = [each.x_id for each in due]
            for each in due:
                if not has_time():
                    report.problem = "the run had no time left"
                    break
                self._measure(each, now, holder, report)
        except (XError, BreakerOpen, StoreBusy) as exc:
            report.problem = failure_of(exc)
        finally:
            report.usage = self._x.take_usage()
        return report

    def _due(self, now: datetime) -> Sequence[DuePost]:
        """What is due, in the order of the marks. Only posts whose age is that of a mark are read from the table."""
        found = dict(self._on_timeline(now))
        known = self._performances.get_many(found)
        marks = ((x_id, kind, due_mark(x_id, known.get(x_id), now)) for x_id, kind in found.items())
        return [DuePost(x_id, kind, mark) for x_id, kind, mark in marks if mark]

    def _on_timeline(self, now: datetime) -> Iterator[tuple[str, PostKind | None]]:
        """The posts of the hours in which one can be due, with their kinds.

        A post of the desk may come twice: as the timeline showed it, and then with its kind.
        """
        for span in SPANS.values():
            since, until = now - span.until, now - span.after
            shown = self._performances.between(since, until)
            yield from ((each.x_id, None) for each in shown if each.kind is None)
            since, until = since - _CLOCKS_APART, until + _CLOCKS_APART
            published = self._posts.between(PostState.PUBLISHED, since, until, limit=_MOST_POSTS, kinds=MEASURED)
            yield from ((post.x_id, post.kind) for post in published if post.x_id)

    def _measure(self, due: DuePost, now: datetime, holder: str, report: MeasureReport) -> None:
        clock = self._clock()
        if not self._performances.claim(due.x_id, due.kind, due.mark, MeasurementClaim(holder, clock, clock + _CLAIM)):
            report.left.remove(due.x_id)  # another run has it, or has done it
            return
        try:
            metrics = self._metrics(due.x_id)
        except Gone:
            self._performances.record_gone(due.x_id, now)
            report.gone += 1
        except BadRequest:  # X refuses this post; others may be measured
            return
        else:
            if metrics is None:
                return
            self._performances.record(due.x_id, due.mark, Measurement(metrics, now))
            report.measured += 1
        report.left.remove(due.x_id)

    def _metrics(self, x_id: str) -> PostMetrics | None:
        """The metrics of the post; None if X states none. Raises Gone if X does not show the post."""
        try:
            shown = self._x.own_post(x_id)
        except BadRequest:  # X may not take ids of that age
            shown = None
        return shown.metrics if shown else self._metrics_by_id(x_id)

    def _metrics_by_id(self, x_id: str) -> PostMetrics | None:
        """The metrics of a post that the timeline does not show: it was edited, is too far back, or is gone.

        An edited post has a new id, and metrics of its own for each version.
        """
        found = self._x.posts([x_id], with_authors=False, with_metrics=True)
        if x_id in found.gone:
            raise Gone(f"X does not show {x_id}")
        first = found.posts.get(x_id)
        if first is None:
            return None
        others = [version for version in first.edit_ids if version != x_id]
        later = self._x.posts(others, with_authors=False, with_metrics=True).posts if others else {}
        versions = [post.metrics for post in (first, *later.values()) if post.metrics]
        return combined(versions) if versions else None
