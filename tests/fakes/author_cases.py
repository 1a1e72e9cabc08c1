"""What the index `by_author` holds, from cases in memory."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from desk.author_cases import MOST, AuthorCase
from desk.case import Case


def author_cases(cases: Iterable[Case], author_id: str, since: datetime) -> Sequence[AuthorCase]:
    """The author's cases that were opened since then, the newest first."""
    theirs = [case for case in cases if case.author_id == author_id and case.opened_at >= since]
    theirs.sort(key=lambda case: case.opened_at, reverse=True)
    return [author_case(case) for case in theirs[:MOST]]


def author_case(case: Case) -> AuthorCase:
    """The case as the index has it."""
    return AuthorCase(case.id, case.department, case.kind, case.state, case.opened_at, case.answered_at)
