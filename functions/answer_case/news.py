"""Telling colleagues what they have to hear of, at once; what fails the sweep tells later."""

from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from desk.case import Case
from desk.case_event import CaseEvent, CaseEventKind
from desk.errors import StoreBusy, TopicsUnavailable
from desk.ports.cases import CaseFile, CaseStore

_NEWS = 500
"""So many untold news are looked through: in general there are none."""


class Tells(Protocol):
    """Tells colleagues, as the Teller does."""

    def handed(self, file: CaseFile, event: CaseEvent) -> None:
        """Tell the department that has the case now; raises TopicsUnavailable, StoreBusy, ValueError."""
        ...

    def drafted(self, file: CaseFile) -> None:
        """Tell the operator of the draft; raises TopicsUnavailable, StoreBusy, ValueError."""
        ...


class News:
    """`tells` makes who tells colleagues, with links below the API's address."""

    def __init__(self, cases: CaseStore, tells: Callable[[str], Tells]) -> None:
        self._cases = cases
        self._tells = tells

    def untold(self, event: CaseEvent, file: CaseFile, before: Case, api_url: str) -> str:
        """Tell whoever has to know; why they could not be told, if so."""
        try:
            if event.what is CaseEventKind.DRAFTED:
                self._tells(api_url).drafted(file)
            elif file.case.department != before.department:
                self._tells(api_url).handed(file, event)
            else:
                return ""
        except (TopicsUnavailable, StoreBusy, ValueError) as exc:
            return type(exc).__name__
        with suppress(StoreBusy):  # then the sweep tells it once more
            self._cases.told(file.case.id, file.case.version)
        return ""

    def waits(self, case_id: str, version: int) -> bool:
        """Whether the news that made the case this version waits to be told."""
        return any((one.case_id, one.version) == (case_id, version) for one in self._cases.untold(limit=_NEWS))
