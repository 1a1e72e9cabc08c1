"""One action on several cases, each for itself. No text ever goes to several authors.

What is in danger is left alone, whatever a page sends: a person opens it. So is what is folded and what was never on
the screen, which only the page knows: `on_screen.js` leaves those rows out of the form and sends how many they are.
"""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple

from desk.formatting.formatter import DeskFormatter
from desk.replies.actions import ActionOutcome
from desk.replies.forms import Action
from desk.replies.perform import Handed
from desk.web.request import Request, number_in
from operator_console.app import Refused, Visit
from operator_console.items.personal_actions import PersonalActions, fields_of

MOST = 50
"""The most cases of one action on several; each takes a few calls of the tables."""

FOLDED, UNSHOWN = "left_folded", "left_unshown"
"""The fields in which a page says how many rows of each it left out."""

_MOST_LEFT = 999
_ITEM = re.compile(r"(?P<key>[0-9A-Z]{5}-[0-9A-Z]{5}):(?P<version>[0-9]{1,9})", re.ASCII)
_REQUEST_LETTERS = 48


class LeftAlone(NamedTuple):
    """How many of the rows were left alone, by the reason."""

    danger: int = 0
    folded: int = 0
    unshown: int = 0

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self)

    def sentence(self, formatter: DeskFormatter) -> str:
        """How many were left and why; "" for none."""
        if not self.total:
            return ""
        parts = [formatter.phrase(f"console.left.{why}", count=count) for why, count in self._asdict().items() if count]
        return formatter.phrase("console.left", count=self.total, why=", ".join(parts))


class NotDone(NamedTuple):
    """A case on which the action was not done, and why."""

    key: str
    sentence: str


class BulkResult(NamedTuple):
    """How many cases the action was done on, and the others: `in_danger` are those that were left alone for that."""

    done: int
    not_done: Sequence[NotDone] = ()
    in_danger: Sequence[NotDone] = ()
    left: LeftAlone = LeftAlone()


class Several:
    """Does an action on several cases, each at the version that its row showed. A failure is that case's own."""

    def __init__(self, actions: PersonalActions, formatter: DeskFormatter) -> None:
        self._actions = actions
        self._formatter = formatter

    def act(
        self, visit: Visit, action: Action, *, later: list[Handed] | None = None, is_one: bool = False
    ) -> BulkResult:
        """Act on the cases of the form; of a form that `is_one` row's own, danger is not left alone.

        With `later`, departments that get a case are not notified, but added to it. Raises Refused for a selection that
        is none.
        """
        left = left_by_page(visit.request)
        items = items_of(visit, may_be_empty=left.total > 0)
        is_of_several = not is_one or len(items) > 1
        not_done: list[NotDone] = []
        in_danger: list[NotDone] = []
        for key, version in items:
            fields = {**fields_of(visit), "version": version, "request": _request_for(visit, key)}
            try:
                result = self._actions.perform(visit, key, action, fields, later, is_of_several=is_of_several).result
                problem = self._actions.problem_of(result)
            except Refused as exc:
                not_done.append(NotDone(key, self._formatter.phrase(exc.key, **exc.values)))
                continue
            if problem:
                to = in_danger if result.outcome is ActionOutcome.LEFT_ALONE else not_done
                to.append(NotDone(key, problem.sentence))
        done = len(items) - len(not_done) - len(in_danger)
        return BulkResult(done, not_done, in_danger, left._replace(danger=len(in_danger)))


def left_by_page(request: Request) -> LeftAlone:
    """What the page left out itself. Nothing but a sentence depends on it."""
    folded, unshown = (number_in(request.field(name), _MOST_LEFT) or 0 for name in (FOLDED, UNSHOWN))
    return LeftAlone(folded=folded, unshown=unshown)


def items_of(visit: Visit, *, may_be_empty: bool = False) -> Sequence[tuple[str, str]]:
    """The keys and versions of the cases that were chosen. Raises Refused for none, too many, or anything else."""
    found = [_ITEM.fullmatch(item) for item in dict.fromkeys(visit.request.lists.get("item", ()))]
    items = [(match["key"], match["version"]) for match in found if match]
    if not (items or may_be_empty) or len(items) < len(found) or len(items) > MOST:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.bulk.choose", most=MOST)
    return items


def _request_for(visit: Visit, key: str) -> str:
    """The id of the form as far as it is about this case."""
    return f"{visit.request.field('request')[:_REQUEST_LETTERS]}-{key}"
