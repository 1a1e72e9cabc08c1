"""An author's other cases as sentences: when, what, who had it, and how it ended."""

from collections.abc import Callable
from datetime import datetime

from desk.author_cases import AuthorCase
from desk.brand import Brand
from desk.case import CaseState
from desk.catalogue import phrase
from desk.catalogue.reasons import spoken_department

_TIMED = frozenset({CaseState.ANSWERED, CaseState.MOVED})


def spoken_case(case: AuthorCase, brand: Brand, moment: Callable[[datetime], str]) -> str:
    """One case in one line, in the desk's language; `moment` says a time."""
    return phrase(
        brand.language,
        "earlier.case",
        opened=moment(case.opened_at),
        kind=phrase(brand.language, f"kind.{case.kind}"),
        case=case.id,
        department=spoken_department(case.department, brand),
        outcome=_outcome(case, brand, moment),
    )


def _outcome(case: AuthorCase, brand: Brand, moment: Callable[[datetime], str]) -> str:
    """The state, with when the author was answered, where that is known."""
    if case.state is CaseState.CLOSED and case.answered_at is None:
        return phrase(brand.language, "earlier.unanswered")
    if case.answered_at and (case.state in _TIMED or case.state is CaseState.CLOSED):
        return phrase(brand.language, f"earlier.{case.state}", time=moment(case.answered_at))
    return phrase(brand.language, f"case.state.{case.state}")
