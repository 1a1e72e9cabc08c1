"""What a digest says of answers: how many were given, by whom, and how long people had waited for them."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import NamedTuple


class Waits(NamedTuple):
    """How long people waited for a first answer, in working time and whole minutes: half of them, nine in ten."""

    half: timedelta
    nine_in_ten: timedelta


class Answers(NamedTuple):
    """Answers of a period. `answered` and `moved` ended somebody's waiting, each by one reply.

    `by_hand` are those of `answered` that were given on X itself. `promised` counts holding replies, which are no
    answers. `waits` None: nobody's waiting ended.
    """

    answered: int = 0
    by_hand: int = 0
    moved: int = 0
    promised: int = 0
    waits: Waits | None = None


class Answering(NamedTuple):
    """The answers of all departments and of each; `unsaid` are replies that did not come to stand on X, by the reason.

    `acknowledged` counts what the desk said by itself.
    """

    all: Answers = Answers()
    by_department: Mapping[str, Answers] = MappingProxyType({})
    unsaid: tuple[tuple[str, int], ...] = ()
    acknowledged: int = 0
