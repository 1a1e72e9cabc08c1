"""Fields of forms whose text is saved as a personal draft while it is typed."""

from collections.abc import Mapping
from http import HTTPStatus

from operator_console.app import Refused
from operator_console.http import number_in

LONGEST_DRAFT = 20_000
"""Letters. Text that no post can hold is saved too, so that it can be shortened later."""


def sequence_in(fields: Mapping[str, str]) -> int:
    """The browser's count of saves; 0 for none. Raises Refused for anything but a number."""
    return whole_number_in(fields, "sequence")


def whole_number_in(fields: Mapping[str, str], name: str) -> int:
    """The number in the field; 0 for none. Raises Refused for anything else."""
    number = number_in(fields.get(name, "") or "0")
    if number is None:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.problem.unreadable")
    return number
