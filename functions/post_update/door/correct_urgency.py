"""Correcting how urgent a case is, for a tool: by the step of the case's own page."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from answer_case.forms import Mend
from answer_case.step import Asked
from answer_case.steps import STEPS
from answer_case.view import Action
from desk.brand import Brand
from desk.case import Case, is_case_id
from desk.catalogue import phrase
from desk.errors import CaseMoved, StoreBusy
from desk.ports.cases import CaseFile, CaseStore
from desk.reading import OPERATOR, Urgency
from post_update.door.answer_cases import done_by_request
from post_update.door.case_faults import BadAnswer, CaseChanged, NobodyWaits, NoSuchCase

_TRIES = 4
_ACTIONS = {Urgency.HIGH: Action.RAISE, Urgency.NORMAL: Action.LOWER}


class Correction(NamedTuple):
    """What is asked: how urgent the case is (high or normal), by whom, and the `version` that was read, if known.

    `request` names what is asked, as for an answer.
    """

    case_id: str
    urgency: Urgency
    name: str
    request: str
    version: int | None


class CorrectUrgency(NamedTuple):
    """The use case."""

    cases: CaseStore
    brand: Brand
    clock: Callable[[], datetime]

    def run(self, asked: Correction) -> Case:
        """The case, which is as urgent as was said; the same request again changes nothing.

        Raises NoSuchCase, CaseChanged, NobodyWaits, BadAnswer, RequestReused and StoreBusy.
        """
        for _ in range(_TRIES):
            with suppress(CaseMoved):  # somebody else was faster: perhaps this very request
                return self._once(self._file(asked.case_id), asked)
        raise StoreBusy(f"{asked.case_id} moves faster than it can be corrected")

    def _file(self, case_id: str) -> CaseFile:
        file = self.cases.file(case_id) if is_case_id(case_id) else None
        if file is None:
            raise NoSuchCase(case_id)
        return file

    def _once(self, file: CaseFile, asked: Correction) -> Case:
        """The same for the case as it was just seen; raises CaseMoved where it is not so any more."""
        if done_by_request(file, asked.request):
            return file.case
        if asked.version not in {None, file.case.version}:
            raise CaseChanged(file.case.version)
        if file.case.urgency is asked.urgency:
            return file.case
        fields = {"name": asked.name}
        try:
            step = STEPS[_ACTIONS[asked.urgency]](
                Asked(file, OPERATOR, False, fields, asked.request, self.clock(), self.brand)
            )
        except Mend as exc:
            if not exc.message.field:
                raise NobodyWaits(file.case.state) from None
            raise BadAnswer(
                exc.message.field, phrase(self.brand.language, exc.message.key, **exc.message.values)
            ) from None
        return self.cases.save(step.after, file.case, step.event)
