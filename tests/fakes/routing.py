"""The unit of work of routing, and retention, in memory: both work on the fakes of mentions and cases."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desk.cases.model import Case, RoutedMention, Step
from desk.cases.store import CaseMention
from desk.errors import StoreBusy
from desk.mentions.model import RoutingOutcome, Stage, StoredMention, entry_read
from desk.routing.unit_of_work import Committed
from tests.fakes.cases import FakeCases
from tests.fakes.mentions import FakeMentions


@dataclass
class FakeUnitOfWork:
    """Commits to the fakes of mentions and cases.

    `busy` makes all steps fail; `raced` are mentions that another run reads first. `commits` counts the calls.
    """

    mentions: FakeMentions = field(default_factory=FakeMentions)
    cases: FakeCases = field(default_factory=FakeCases)
    busy: bool = False
    raced: dict[str, StoredMention] = field(default_factory=dict)
    commits: int = 0

    def commit(self, steps: Sequence[Step], at: datetime) -> Committed:
        self.commits += 1
        if self.busy:
            return Committed(failed={e.mention.id: "busy" for step in steps for e in step.entries})
        contested: set[str] = set()
        for step in steps:
            ids = {entry.mention.id for entry in step.entries}
            self.mentions.stored |= {key: self.raced.pop(key) for key in ids & self.raced.keys()}
            if self._is_unchanged(step):
                self._store(step, at)
            else:
                contested |= ids
        return Committed(frozenset(contested))

    def open_case(self, entry: RoutedMention) -> bool:
        case, key = entry.case, entry.mention.id
        assert case
        if self.busy:
            raise StoreBusy("the unit of work")
        stored = self.mentions.stored.get(key)
        if stored is None or stored.outcome is None or stored.outcome.case_id or case.id in self.cases.cases:
            return bool(stored and stored.outcome and stored.outcome.case_id == case.id)
        self.mentions.stored[key] = stored._replace(outcome=stored.outcome._replace(case_id=case.id))
        self.mentions.cases[key] = case.id
        self.cases.joined[case.id].append(key)
        self.cases.put(case, CaseMention(entry.mention, entry.reading))
        return True

    def _is_unchanged(self, step: Step) -> bool:
        stored = [(self.mentions.stored[entry.mention.id], entry.mention.source) for entry in step.entries]
        unread = all(each.stage is Stage.READING and each.mention.source is source for each, source in stored)
        return unread and (step.after is None or _version(self.cases.cases.get(step.after.id)) == _version(step.before))

    def _store(self, step: Step, at: datetime) -> None:
        for entry in step.entries:
            key, case_id = entry.mention.id, entry.case.id if entry.case else None
            outcome = RoutingOutcome(entry.reading, entry.event, case_id)
            self.mentions.stored[key] = self.mentions.stored[key]._replace(stage=Stage.NOTHING, outcome=outcome)
            if entry.recipient:
                self.cases.outbox.put([entry_read(key, entry.recipient, at)])
            self.mentions.read_at[key] = at
            if case_id:
                self.mentions.cases[key] = case_id
                self.cases.joined[case_id].append(key)
                self.cases.mentions[key] = CaseMention(entry.mention, entry.reading)
        if step.after:
            self.cases.cases[step.after.id] = step.after


def _version(case: Case | None) -> int | None:
    return case.version if case else None
