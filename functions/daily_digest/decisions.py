"""Mentions that were to review, counted as what people decided that they are."""

from collections.abc import Iterable, Iterator, Sequence

from desk.cases.queries import CaseQueries
from desk.mentions.model import DayRow
from desk.reading import Kind, Need, agreeing_need

_AT_ONCE = 100
"""Rows whose cases are read together. Few mentions are to review, so a day costs few such reads."""


def decided_rows(rows: Iterable[DayRow], cases: CaseQueries) -> Iterator[DayRow]:
    """Yield the rows, those to review that a person decided with the kind that they count as. Raises StoreBusy.

    One that nobody decided, whose case is gone or that opened none, stays to review.
    """
    waiting: list[DayRow] = []
    for row in rows:
        if not (row.review and row.case_id):
            yield row
            continue
        waiting.append(row)
        if len(waiting) == _AT_ONCE:
            yield from _decided(waiting, cases)
            waiting = []
    yield from _decided(waiting, cases)


def _decided(rows: Sequence[DayRow], cases: CaseQueries) -> Iterator[DayRow]:
    kinds = cases.decided_kinds({row.case_id for row in rows if row.case_id}) if rows else {}
    for row in rows:
        kind = kinds.get(row.mention_id)
        yield _as_kind(row, kind) if kind else row


def _as_kind(row: DayRow, kind: Kind) -> DayRow:
    need = agreeing_need(kind, Need(row.need)) if row.need else None
    return row._replace(kind=kind.value, need=need, review=False)
