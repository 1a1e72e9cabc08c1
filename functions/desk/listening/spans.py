"""Which minutes to read, decided by X's counts before any post is paid for."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from desk.x.model import PostCount

MOST_READ = 100
"""More posts than this in ten minutes are a surge, which is counted and not read.

That is one page of X's search, for $0.50. If each ten-minute run of a day read a page, the day would cost $72. Nobody
has time to read that much: the ten most important posts and the counts are enough.
"""

_RUN = timedelta(minutes=10)


class Span(NamedTuple):
    """Whole minutes with what X counted in them. Of a surge, only the most important posts are read."""

    start: datetime
    end: datetime
    posts: int
    most_a_minute: int
    surges: bool


def spans_of(counts: Sequence[PostCount]) -> tuple[Span, ...]:
    """The time of these counts, oldest first, divided into surges and the spans between them, which can be read.

    The time is checked in pieces of about ten minutes. So a surge does not hide the minutes before it when a run has to
    make up for a long interruption.
    """
    spans: list[Span] = []
    for piece in _pieces(counts):
        posts = sum(count.posts for count in piece)
        most = max(count.posts for count in piece)
        span = Span(piece[0].start, piece[-1].end, posts, most, surges=posts > MOST_READ)
        if spans and spans[-1].surges is span.surges:
            before = spans.pop()
            most = max(before.most_a_minute, most)
            span = Span(before.start, span.end, before.posts + posts, most, span.surges)
        spans.append(span)
    return tuple(spans)


def _pieces(counts: Sequence[PostCount]) -> list[Sequence[PostCount]]:
    """Pieces of nearly equal length, as close to ten minutes as possible."""
    if not counts:
        return []
    number = max(1, round((counts[-1].end - counts[0].start) / _RUN))
    ends = [len(counts) * (each + 1) // number for each in range(number)]
    starts = [0, *ends[:-1]]
    return [counts[start:end] for start, end in zip(starts, ends, strict=True) if start < end]
