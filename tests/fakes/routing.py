"""The ports RoutingStore, WaitingMentions and Retention in memory."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import replace
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from desk.cases.author_cases import AuthorCase
from desk.cases.model import WAITING, Case
from desk.cases.routing import Committed, Outcome, Settlement, Step, StoredMention
from desk.errors import StoreBusy
from desk.mentions.model import Mention, Stage, WaitingMention
from desk.retention.store import Dated
from tests.fakes.cases import author_cases


@dataclass
class FakeRoutingStore:
    """Set `busy` to names of methods that shall fail, `raced` to mentions that another run reads first."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Seoul"))
    stored: dict[str, StoredMention] = field(default_factory=dict)
    kept_cases: dict[str, Case] = field(default_factory=dict)
    events: list[tuple[str, str]] = field(default_factory=list)
    reasons: dict[str, list[str]] = field(default_factory=dict)
    summary_of: dict[str, str] = field(default_factory=dict)
    happened: dict[str, datetime] = field(default_factory=dict)
    """When a person, X or the desk last did something with a case."""
    forgotten: dict[str, int] = field(default_factory=dict)
    """At which version a case was forgotten."""
    busy: set[str] = field(default_factory=set)
    raced: dict[str, StoredMention] = field(default_factory=dict)
    commits: int = 0
    look_ups: int = 0
    """How often authors' cases were looked up."""
    stale_cases: dict[str, Case] | None = None
    """What the next look at cases sees instead, as if another run wrote right after it."""

    def receive(self, *mentions: Mention) -> None:
        self.stored |= {mention.id: StoredMention(mention, Stage.READING) for mention in mentions}

    def mentions(self, ids: Collection[str]) -> dict[str, StoredMention]:
        self._ask("mentions")
        return {key: self.stored[key] for key in dict.fromkeys(ids) if key in self.stored}

    def cases(self, ids: Collection[str]) -> dict[str, Case]:
        self._ask("cases")
        if self.stale_cases is not None:
            stale, self.stale_cases = self.stale_cases, None
            return stale
        return {key: self.kept_cases[key] for key in dict.fromkeys(ids) if key in self.kept_cases}

    def author_cases(self, author_id: str, since: datetime) -> Sequence[AuthorCase]:
        self.look_ups += 1
        self._ask("author_cases")
        return author_cases(self.kept_cases.values(), author_id, since)

    def commit(self, steps: Sequence[Step], at: datetime) -> Committed:
        self.commits += 1
        contested: set[str] = set()
        for step in steps:
            if "commit" in self.busy:
                return Committed(failed={e.mention.id: "busy" for s in steps for e in s.entries})
            for entry in step.entries:
                self.stored |= {key: self.raced.pop(key) for key in [entry.mention.id] if key in self.raced}
            if self._holds(step):
                self._keep(step)
            else:
                contested |= {entry.mention.id for entry in step.entries}
        return Committed(frozenset(contested))

    def settle(self, settlements: Sequence[Settlement], at: datetime) -> dict[str, str]:
        self._ask("settle")
        for settlement in settlements:
            key = settlement.mention.id
            if key in self.stored:
                mailed = settlement.mailed if settlement.stage is Stage.PUBLISHING else False
                self.stored[key] = replace(self.stored[key], stage=settlement.stage, mailed=mailed)
                self.summary_of.pop(key, None)
                if settlement.department:
                    self.summary_of[key] = settlement.department
        return {}

    def note_failures(self, reasons: Mapping[str, str], at: datetime) -> None:
        self._ask("note_failures")
        for key, reason in reasons.items():
            if key in self.stored:
                self.stored[key] = replace(self.stored[key], failures=self.stored[key].failures + 1)
                self.reasons.setdefault(key, []).append(reason)

    def waiting_for_stage(self, stage: Stage, *, before: datetime, limit: int) -> Sequence[WaitingMention]:
        found = [WaitingMention(k, s.mention.received_at) for k, s in self.stored.items() if s.stage is stage]
        return sorted((w for w in found if w.since < before), key=lambda w: w.since)[:limit]

    def waiting_for_summary(self, department: str, *, limit: int) -> Sequence[WaitingMention]:
        self._ask(f"waiting_for_summary {department}")
        keys = [key for key, waits_for in self.summary_of.items() if waits_for == department]
        return sorted((WaitingMention(k, self.stored[k].mention.received_at) for k in keys), key=lambda w: w.since)[
            :limit
        ]

    def of_day(self, day: date) -> Iterator[Sequence[Dated]]:
        yield [
            Dated(key, stored.outcome.case_id if stored.outcome else None)
            for key, stored in self.stored.items()
            if stored.mention.post.created_at.astimezone(self.zone).date() == day
        ]

    def over(self, case_ids: Collection[str], until: datetime) -> frozenset[str]:
        return frozenset(key for key in case_ids if self._is_over(key, until))

    def forget_words(self, mention_ids: Collection[str]) -> int:
        return len([self.stored.pop(key) for key in mention_ids if key in self.stored])

    def forget_case(self, case_id: str) -> int:
        case = self.kept_cases[case_id]
        joined = [mention_id for key, mention_id in self.events if key == case_id]
        forgotten = self.forget_words(dict.fromkeys([*case.mention_ids, *joined]))
        if case.state not in WAITING:
            self.kept_cases[case_id] = replace(case, author=None, draft=None)
            self.forgotten[case_id] = case.version
        return forgotten

    def _is_over(self, case_id: str, until: datetime) -> bool:
        case = self.kept_cases.get(case_id)
        if case is None or case.state in WAITING or self.forgotten.get(case_id) == case.version:
            return False
        joined = [
            self.stored[mention_id] for key, mention_id in self.events if key == case_id and mention_id in self.stored
        ]
        moments = [self.happened.get(case_id, case.opened_at), *(one.mention.received_at for one in joined)]
        return max(moments) < until

    def _ask(self, method: str) -> None:
        if method in self.busy:
            raise StoreBusy(method)

    def _holds(self, step: Step) -> bool:
        unread = all(self.stored[entry.mention.id].stage is Stage.READING for entry in step.entries)
        return unread and (step.after is None or _version(self.kept_cases.get(step.after.id)) == _version(step.before))

    def _keep(self, step: Step) -> None:
        for entry in step.entries:
            outcome = Outcome(entry.reading, entry.event, entry.case.id if entry.case else None)
            stage = Stage.PUBLISHING if entry.published else Stage.NOTHING
            self.stored[entry.mention.id] = replace(self.stored[entry.mention.id], stage=stage, outcome=outcome)
            if entry.case:
                self.events.append((entry.case.id, entry.mention.id))
        if step.after:
            self.kept_cases[step.after.id] = step.after


def _version(case: Case | None) -> int | None:
    return case.version if case else None
