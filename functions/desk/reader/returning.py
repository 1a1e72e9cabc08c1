"""A reading in doubt about the department follows the author's last case: pure functions."""

from copy import replace

from desk.author_cases import AuthorCase
from desk.reading import OPERATOR, Reading, Urgency, Why

RETURNING = "returning_customer"
"""The reason of such a reading; its evidence is the number of the last case."""

_DOUBT = "uncertain"


def is_in_doubt(reading: Reading) -> bool:
    """Whether the operator gets it only because nobody knows whose matter it is; what is urgent stays there."""
    is_unknown = reading.department == OPERATOR and any(why.rule == _DOUBT for why in reading.why)
    return is_unknown and reading.urgency is not Urgency.HIGH


def returned(reading: Reading, last: AuthorCase) -> Reading:
    """The reading for the department that has the author's last case; unchanged where it is not in doubt."""
    if not is_in_doubt(reading) or last.department == OPERATOR:
        return reading
    why = tuple(Why(RETURNING, last.id) if each.rule == _DOUBT else each for each in reading.why)
    return replace(reading, department=last.department, why=why)
