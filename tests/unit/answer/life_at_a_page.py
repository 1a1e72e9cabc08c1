"""What all random lives of the one case have: its pages, their forms, and how no reply may ever go on its way."""

from abc import ABC, abstractmethod
from collections import Counter
from datetime import datetime
from random import Random

from desk.cases.links import CaseLinks
from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState, ReplyAs
from desk.replies.actions import page_token
from desk.replies.open import OpenCase, OpenOutcome
from tests.fakes.cases import FakeCases, FakeOptOuts
from tests.fakes.posts import FakePauseSwitch
from tests.unit.answer.desk_of_answers import CASE

AGAIN = "다시"
"""Stands in an answer that a person gives although there is one."""

STANDS = frozenset({CaseEventKind.ANSWERED, CaseEventKind.PROMISED, CaseEventKind.MOVED})
ENDS = STANDS | {CaseEventKind.NOT_SAID}


class LifeAtAPage(ABC):
    """Pages are opened and forms sent; what may never be so is written down in `wrongs`."""

    random: Random
    now: datetime
    seen: Counter[str]
    links: CaseLinks
    cases: FakeCases
    switch: FakePauseSwitch
    pages: list[tuple[str, str]]
    """Links and the version that their page showed."""
    forms: list[tuple[str, dict[str, str]]]
    wrongs: list[str]
    number: int

    @property
    def case(self) -> Case:
        return self.cases.cases[CASE.id]

    @property
    def events(self) -> list[CaseEvent]:
        return self.cases.events[CASE.id]

    def note_queued(self, seen: Case, event: CaseEvent) -> None:
        """A reply went on its way."""
        self.seen["queued"] += 1
        self.seen["asked into private"] += self.case.reply_as is ReplyAs.PRIVATE
        if seen.state in (CaseState.ANSWERED, CaseState.MOVED) and AGAIN not in event.text:
            self.wrongs.append(f"answered again though nobody said so: {event}")
        for earlier in self.events:
            known = {one.what for one in self.events if one.post_id == earlier.post_id} & ENDS
            if earlier.what is CaseEventKind.QUEUED and earlier is not event and not known:
                self.wrongs.append(f"a second reply while nobody knew of the first: {earlier}, {event}")

    def opens_the_page(self, department: str) -> None:
        link_id = self.links.make([CASE.id], department, self.now)[CASE.id]
        opened = OpenCase(self.links, self.cases, self.switch, FakeOptOuts()).by_link(link_id, self.now)
        if opened.outcome is OpenOutcome.OPENED and opened.file:
            self.pages.append((link_id, str(opened.file.case.version)))

    def filled_in(self, page: tuple[str, str], action: str, name: str, *, again: bool) -> dict[str, str]:
        """A form of this page with every field that any button asks for."""
        link_id, version = page
        self.number += 1
        return {
            "version": version,
            "token": page_token(link_id, version),
            "request": f"form-{self.number:06}",
            "action": action,
            "name": name,
            "text": f"답변 {self.random.choice((1, 2, self.number))} {AGAIN if again else ''}",
            "again": "1" if again else "",
            "department": self.random.choice(("network", "billing")),
            "kind": self.random.choice(("inquiry", "fault")),
            "reason": "끝",
        }

    def sends_a_form_again(self) -> None:
        if self.forms:
            self.sends(*self.random.choice(self.forms[-3:]))

    @abstractmethod
    def sends(self, link_id: str, fields: dict[str, str]) -> None:
        """One request with this form."""
