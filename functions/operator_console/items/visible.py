"""The cases and mentions that a person may see. A key of any other, or of none, is refused with 404."""

import re
from http import HTTPStatus

from desk.cases.model import Case, is_case_id
from desk.cases.store import CaseFile, CaseStore
from desk.mentions.heard import is_over
from desk.mentions.model import StoredMention
from desk.mentions.store import MentionStore
from desk.reading import OPERATOR
from operator_console.app import Refused, Visit

MENTION_KEY = re.compile(r"m([0-9]{1,20})", re.ASCII)
"""The key of a mention without a case: `m` and its id. A case has its number as its key."""


class VisibleItems:
    """Reads items by their keys for the person of a visit. Each method raises Refused (404), and StoreBusy."""

    def __init__(self, cases: CaseStore, mentions: MentionStore) -> None:
        self._cases = cases
        self._mentions = mentions

    def case(self, visit: Visit, key: str) -> Case:
        """The case with this number."""
        case = self._cases.get(key) if is_case_id(key) else None
        if case is None or not visit.person.sees(case.department):
            raise _no_item()
        return case

    def file(self, visit: Visit, key: str) -> CaseFile:
        """The case with this number, with its mentions and its history."""
        file = self._cases.file(key) if is_case_id(key) else None
        if file is None or not visit.person.sees(file.case.department):
            raise _no_item()
        return file

    def mention(self, visit: Visit, key: str) -> StoredMention:
        """The mention with this key."""
        named = MENTION_KEY.fullmatch(key)
        stored = self._mentions.get_many([named[1]]).get(named[1]) if named else None
        if stored is None or is_over(stored, visit.now) or not visit.person.sees(department_of(stored)):
            raise _no_item()
        return stored

    def check(self, visit: Visit, key: str) -> None:
        """Refuse the key of what the person must not see."""
        if MENTION_KEY.fullmatch(key):
            self.mention(visit, key)
        else:
            self.case(visit, key)


def department_of(stored: StoredMention) -> str:
    """The department whose people see the mention; the operator's for one that no department gets."""
    return (stored.outcome.reading.department if stored.outcome else None) or OPERATOR


def _no_item() -> Refused:
    return Refused(HTTPStatus.NOT_FOUND, "console.problem.no_item")
