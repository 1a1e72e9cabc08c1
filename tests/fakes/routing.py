"""The unit of work of routing, and retention, in memory: both work on the fakes of mentions and cases."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from desk.cases.model import WAITING, Case, Step
from desk.cases.store import CaseMention
from desk.mentions.model import Outcome, Stage, StoredMention
from desk.retention.store import MentionOfDay
from desk.routing.unit_of_work import Committed
from tests.fakes.cases import FakeCases
from tests.fakes.mentions import SEOUL, FakeMentions


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
                self._store(step)
            else:
                contested |= ids
        return Committed(frozenset(contested))

    def _is_unchanged(self, step: Step) -> bool:
        unread = all(self.mentions.stored[entry.mention.id].stage is Stage.READING for entry in step.entries)
        return unread and (step.after is None or _version(self.cases.cases.get(step.after.id)) == _version(step.before))

    def _store(self, step: Step) -> None:
        for entry in step.entries:
            key, case_id = entry.mention.id, entry.case.id if entry.case else None
            outcome = Outcome(entry.reading, entry.event, case_id)
            stage = Stage.PUBLISHING if entry.published else Stage.NOTHING
            self.mentions.stored[key] = self.mentions.stored[key]._replace(stage=stage, outcome=outcome)
            if case_id:
                self.mentions.cases[key] = case_id
                self.cases.joined[case_id].append(key)
                self.cases.mentions[key] = CaseMention(entry.mention, entry.reading)
        if step.after:
            self.cases.cases[step.after.id] = step.after


def _version(case: Case | None) -> int | None:
    return case.version if case else None


@dataclass
class FakeRetention:
    """Retention of the mentions and cases in memory.

    `forgotten` is the version at which a case was forgotten.
    """

    mentions: FakeMentions
    cases: FakeCases
    forgotten: dict[str, int] = field(default_factory=dict)

    def mentions_of_day(self, day: date) -> Iterator[Sequence[MentionOfDay]]:
        yield [
            MentionOfDay(key, stored.outcome.case_id if stored.outcome else None)
            for key, stored in self.mentions.stored.items()
            if stored.mention.post.created_at.astimezone(SEOUL).date() == day
        ]

    def expired_cases(self, case_ids: Collection[str], until: datetime) -> frozenset[str]:
        return frozenset(key for key in case_ids if self._is_over(key, until))

    def forget_words(self, mention_ids: Collection[str]) -> int:
        return len([self.mentions.stored.pop(key) for key in mention_ids if key in self.mentions.stored])

    def forget_case(self, case_id: str) -> int:
        case = self.cases.cases[case_id]
        forgotten = self.forget_words(dict.fromkeys([*case.mention_ids, *self.cases.joined[case_id]]))
        if case.state not in WAITING:
            self.cases.cases[case_id] = case._replace(author=None, draft=None)
            self.forgotten[case_id] = case.version
        return forgotten

    def _is_over(self, case_id: str, until: datetime) -> bool:
        case = self.cases.cases.get(case_id)
        if case is None or case.state in WAITING or self.forgotten.get(case_id) == case.version:
            return False
        joined = (self.mentions.stored.get(key) for key in self.cases.joined[case_id])
        received = (one.mention.received_at for one in joined if one)
        happened = (event.at for event in self.cases.events[case_id])
        return max([case.opened_at, *happened, *received]) < until
