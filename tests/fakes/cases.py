"""Cases, opt-outs and links in memory."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from desk.cases.author_cases import MOST, AuthorCase
from desk.cases.author_notes import UNDO_FOR, AuthorNote
from desk.cases.links import CaseLink
from desk.cases.model import WAITING, Case, CaseEvent, CaseEventKind, CaseState
from desk.cases.opt_outs import OptOut, Withdrawal
from desk.cases.outbox import entries_for, needs_notification
from desk.cases.queries import LoggedEvent, OpenCaseSummary, PageOfCases
from desk.cases.sla import CALL_AGAIN_AFTER, Reminder
from desk.cases.store import MAX_MENTIONS, CaseFile, CaseMention, ended_by
from desk.cases.trial import TrialFigures, Withheld, decision_in, figures_of
from desk.errors import CaseMoved, StoreBusy
from desk.links import CASE_LINK_LASTS, cursor_to, hash_of, new_link_id, place_at
from desk.outbox.model import OutboxEntry
from desk.promises.model import still_open
from desk.reading import Kind
from desk.reports.store import ReportLink
from tests.fakes.in_trouble import InTrouble
from tests.fakes.outbox import FakeOutbox
from tests.fakes.promises import FakePromises


@dataclass
class FakeTrial(InTrouble):
    """Implements TrialStore in memory: by department what the item would have."""

    items: dict[str, dict[str, Any]] = field(default_factory=dict)

    def figures(self) -> Sequence[TrialFigures]:
        self._begin("figures")
        return [figures_of(self.items[key] | {"part": key}) for key in sorted(self.items)]

    def count_withheld(self, department: str, now: datetime, day: date, counts: Withheld) -> None:
        self._begin("count_withheld", department)
        self.count(department, now, counts.by_name(day))

    def count(self, department: str, now: datetime, counts: Mapping[str, int]) -> None:
        """Add to the figures of a department."""
        item = self.items.setdefault(department, {"since": now.isoformat()})
        for name, count in counts.items():
            item[name] = item.get(name, 0) + count


@dataclass
class FakeCases(InTrouble):
    """Implements CaseStore in memory: cases, mentions and events as dictionaries.

    A mention that is not there was erased or forgotten. `busy` may also name departments and cases.
    """

    cases: dict[str, Case] = field(default_factory=dict)
    mentions: dict[str, CaseMention] = field(default_factory=dict)
    events: dict[str, list[CaseEvent]] = field(default_factory=lambda: defaultdict(list))
    queued_since: dict[str, datetime] = field(default_factory=dict)
    outbox: FakeOutbox = field(default_factory=FakeOutbox)
    promises: FakePromises = field(default_factory=FakePromises)
    reminders: dict[tuple[str, datetime], CaseEventKind] = field(default_factory=dict)
    horizons: list[datetime] = field(default_factory=list)
    """Until when each call of `due_cases` looked ahead."""
    called: dict[str, tuple[datetime, str, datetime, int]] = field(default_factory=dict)
    """The last call by case: the case's `calls_since`, its department, when the call was made, and its number."""
    claimed: dict[str, datetime] = field(default_factory=dict)
    """Until when the call for a case is claimed."""
    joined: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """The mentions that routing let join each case."""
    trial: FakeTrial = field(default_factory=FakeTrial)
    """The figures of the trial, of which the decisions are counted here."""
    stale_cases: dict[str, Case] | None = None
    """What the next `get_many` returns instead, as if another run wrote right after it."""

    @property
    def entries(self) -> dict[tuple[str, str], OutboxEntry]:
        """What is in the outbox, by recipient and name."""
        return self.outbox.stored

    def put(self, case: Case, *mentions: CaseMention) -> None:
        """Have this case and these mentions there, as if routing had brought them."""
        self.cases[case.id] = case
        self.mentions |= {one.mention.id: one for one in mentions}

    def get(self, case_id: str) -> Case | None:
        self._begin("get", case_id)
        return self.cases.get(case_id)

    def get_many(self, case_ids: Collection[str]) -> dict[str, Case]:
        self._begin("get_many")
        if self.stale_cases is not None:
            stale, self.stale_cases = self.stale_cases, None
            return stale
        return {case_id: self.cases[case_id] for case_id in dict.fromkeys(case_ids) if case_id in self.cases}

    def file(self, case_id: str) -> CaseFile | None:
        self._begin("file")
        case = self.cases.get(case_id)
        if case is None:
            return None
        ids = list(dict.fromkeys([*case.mention_ids, *self.joined[case_id]]))
        found = [self.mentions[key] for key in ids[-MAX_MENTIONS:] if key in self.mentions]
        found.sort(key=lambda one: (one.mention.post.created_at, one.mention.id))
        return CaseFile(case, found, sorted(self.events[case_id], key=lambda event: event.at))

    def mark_opened(self, case: Case) -> None:
        self._begin("mark_opened", case.id)
        stored = self.cases.get(case.id)
        if stored and stored.unseen_since == case.unseen_since:
            self.cases[case.id] = stored._replace(unseen_since=None)

    def save(self, after: Case, seen: Case, event: CaseEvent) -> Case:
        self._begin("save")
        stored = self.cases.get(seen.id)
        if stored is None or stored.version != seen.version:
            raise CaseMoved(seen.id)
        unseen_since = stored.unseen_since if after.unseen_since == seen.unseen_since else after.unseen_since
        self.cases[seen.id] = saved = after._replace(
            version=seen.version + 1,
            author=stored.author,
            unseen_since=unseen_since,
            promises=still_open(after.promises),
        )
        self.promises.write(seen.promises, after.promises, event.at, ended_by(event))
        self.events[seen.id].append(event)
        if saved.state is not CaseState.QUEUED:
            self.queued_since.pop(seen.id, None)
        elif seen.state is not CaseState.QUEUED or saved.post_id != seen.post_id:
            self.queued_since[seen.id] = event.at
        if decision := decision_in(saved, seen, event):
            self.trial.count(seen.department, event.at, {decision: 1})
        if needs_notification(saved, seen, event):
            self.outbox.put(entries_for(saved, event))
        self._end("save")
        return saved

    def record(self, case: Case, event: CaseEvent) -> None:
        self._begin("record")
        self.events[case.id].append(event)
        self._end("record")

    def queued(self, *, limit: int) -> Sequence[Case]:
        self._begin("queued")
        longest_first = sorted(self.queued_since, key=lambda case_id: self.queued_since[case_id])
        return [self.cases[case_id] for case_id in longest_first][:limit]

    def is_unsent(self, case: Case, event: CaseEvent) -> bool:
        self._begin("is_unsent")
        return any(map(self.outbox.has, entries_for(case, event)))

    def mark_sent(self, case: Case, event: CaseEvent) -> None:
        self._begin("mark_sent")
        self.outbox.settle(entries_for(case, event))
        self._end("mark_sent")

    def last_reminders(self, dues: Mapping[str, datetime]) -> Mapping[str, CaseEventKind]:
        self._begin("last_reminders")
        return {key: self.reminders[key, due] for key, due in dues.items() if (key, due) in self.reminders}

    def record_reminder(
        self, case: Case, reminder: Reminder, last: CaseEventKind | None, event: CaseEvent | None
    ) -> bool:
        self._begin("record_reminder", case.id)
        if self.reminders.get((case.id, reminder.due)) != last:
            return False
        self.reminders[case.id, reminder.due] = reminder.stage
        if event:
            self.events[case.id].append(event)
        return True

    def claim_call(self, case: Case, now: datetime, *, held: tuple[datetime, datetime]) -> int | None:
        self._begin("claim_call", case.id)
        if case.id in self.claimed and self.claimed[case.id] > held[0]:
            return None
        since, department, called_at, number = self.called.get(case.id, (None, "", now, 0))
        if since == case.calls_since and (department != case.department or called_at > now - CALL_AGAIN_AFTER):
            return None
        self.claimed[case.id] = held[1]
        return number + 1 if since == case.calls_since else 1

    def record_call(self, case: Case, now: datetime, number: int) -> None:
        self._begin("record_call")
        self.claimed.pop(case.id, None)
        self.called[case.id] = (case.calls_since, case.department, now, number)

    def called_at(self, case_ids: Collection[str]) -> dict[str, datetime]:
        self._begin("called_at")
        return {key: self.called[key][2] for key in case_ids if key in self.called}

    def page(
        self, states: Collection[CaseState], *, department: str | None = None, limit: int, cursor: str | None = None
    ) -> PageOfCases:
        self._begin("page")
        before = place_at(cursor) if cursor else None
        matching = [
            case
            for case in sorted(self.cases.values(), key=_place, reverse=True)
            if case.state in states and department in {None, case.department} and (not before or _place(case) < before)
        ]
        shown = tuple(matching[:limit])
        return PageOfCases(shown, cursor_to(*_place(shown[-1])) if len(matching) > limit else None)

    def open_cases(self, department: str) -> Iterator[OpenCaseSummary]:
        self._begin("open_cases", department)
        for case in self._open(department):
            yield OpenCaseSummary(
                case.id, case.label, case.urgency, case.asked_at, case.first_due_at, case.mention_ids[-1]
            )

    def due_cases(self, department: str, until: datetime) -> Iterator[Case]:
        self._begin("due_cases", department)
        self.horizons.append(until)
        yield from (case for case in self._open(department) if case.due_at <= until)

    def author_cases(self, author_id: str, since: datetime) -> Sequence[AuthorCase]:
        self._begin("author_cases")
        return author_cases(self.cases.values(), author_id, since)

    def events_between(self, since: datetime, until: datetime) -> Iterator[LoggedEvent]:
        self._begin("events_between")
        logged = (LoggedEvent(case_id, event) for case_id, events in self.events.items() for event in events)
        yield from sorted((each for each in logged if since <= each.event.at < until), key=lambda each: each.event.at)

    def mention_ids(self, case_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
        self._begin("mention_ids")
        return {case_id: self.cases[case_id].mention_ids for case_id in case_ids if case_id in self.cases}

    def decided_kinds(self, case_ids: Collection[str]) -> dict[str, Kind]:
        self._begin("decided_kinds")
        known = (self.cases[case_id] for case_id in case_ids if case_id in self.cases)
        return {doubt.mention_id: doubt.kind for case in known for doubt in case.doubts if doubt.is_decided}

    def _open(self, department: str) -> list[Case]:
        theirs = (case for case in self.cases.values() if case.department == department and case.state in WAITING)
        return sorted(theirs, key=lambda case: case.due_at)


def _place(case: Case) -> tuple[datetime, str]:
    return case.opened_at, case.id


def author_cases(cases: Iterable[Case], author_id: str, since: datetime) -> Sequence[AuthorCase]:
    """The author's cases that were opened since then, the newest first."""
    theirs = [case for case in cases if case.author_id == author_id and case.opened_at >= since]
    theirs.sort(key=lambda case: case.opened_at, reverse=True)
    return [author_case(case) for case in theirs[:MOST]]


def author_case(case: Case) -> AuthorCase:
    """The case as the index has it."""
    return AuthorCase(case.id, case.department, case.kind, case.state, case.opened_at, case.answered_at)


@dataclass
class FakeOptOuts:
    """When each author opted out, in which mention, and withdrawals; `busy` makes every method fail, `fail` some."""

    at: dict[str, datetime] = field(default_factory=dict)
    mention_ids: dict[str, str] = field(default_factory=dict)
    withdrawals: dict[str, Withdrawal] = field(default_factory=dict)
    busy: bool = False
    fail: int = 0

    def record(self, author_id: str, mention_id: str, at: datetime) -> None:
        self._check()
        if author_id not in self.at or self.at[author_id] < at:
            self.at[author_id], self.mention_ids[author_id] = at, mention_id

    def opted_out_at(self, author_id: str) -> datetime | None:
        found = self.find(author_id)
        return None if found is None or found.is_withdrawn else found.at

    def find(self, author_id: str) -> OptOut | None:
        self._check()
        if author_id not in self.at:
            return None
        return OptOut(author_id, self.at[author_id], self.mention_ids.get(author_id), self.withdrawals.get(author_id))

    def all(self) -> Sequence[OptOut]:
        found = [each for author_id in self.at if (each := self.find(author_id))]
        return sorted(found, key=lambda each: (each.at, each.author_id), reverse=True)

    def among(self, author_ids: Collection[str]) -> frozenset[str]:
        return frozenset(each for each in author_ids if self.opted_out_at(each))

    def withdraw(self, author_id: str, withdrawal: Withdrawal) -> Withdrawal | None:
        found = self.find(author_id)
        if found and found.at < withdrawal.written_at:
            before = self.withdrawals.get(author_id)
            if before is None or before.written_at < withdrawal.written_at:
                self.withdrawals[author_id] = withdrawal
        now = self.find(author_id)
        return now.withdrawal if now and now.is_withdrawn else None

    def _check(self) -> None:
        self.fail -= 1
        if self.busy or self.fail >= 0:
            raise StoreBusy("opt-outs")


@dataclass
class FakeAuthorNotes:
    """Notes by author and id, and those that were removed, with when; `busy` makes every method fail."""

    notes: dict[tuple[str, str], AuthorNote] = field(default_factory=dict)
    removed: dict[tuple[str, str], datetime] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    busy: bool = False
    lasts: timedelta = timedelta(days=30)

    def of_author(self, author_id: str, now: datetime) -> Sequence[AuthorNote]:
        self._check()
        kept = [
            note
            for (author, note_id), note in self.notes.items()
            if author == author_id and (author, note_id) not in self.removed and now < note.at + self.lasts
        ]
        return sorted(kept, key=lambda note: (note.at, note.id))

    def add(self, author_id: str, note: AuthorNote) -> bool:
        self._check()
        if author_id in self.erased:
            return False
        self.notes.setdefault((author_id, note.id), note)
        return True

    def remove(self, author_id: str, note_id: str, now: datetime) -> None:
        self._check()
        if (author_id, note_id) in self.notes:
            self.removed.setdefault((author_id, note_id), now)

    def restore(self, author_id: str, note_id: str, now: datetime) -> bool:
        self._check()
        removed_at = self.removed.get((author_id, note_id))
        if removed_at and now < removed_at + UNDO_FOR:
            del self.removed[author_id, note_id]
        return any(note.id == note_id for note in self.of_author(author_id, now))

    def _check(self) -> None:
        if self.busy:
            raise StoreBusy("notes about authors")


@dataclass
class FakeLinks[L: (CaseLink, ReportLink)]:
    """Links by hash; `busy` makes every call fail."""

    links: dict[str, L] = field(default_factory=dict)
    busy: bool = False

    def find(self, link_id: str) -> L | None:
        self._check()
        return self.links.get(hash_of(link_id))

    def revoke(self, hash_: str, now: datetime) -> bool:
        self._check()
        link = self.links.get(hash_)
        if link is None:
            return False
        self.links[hash_] = link._replace(revoked_at=link.revoked_at or now)
        return True

    def _check(self) -> None:
        if self.busy:
            raise StoreBusy("links")


class FakeCaseLinks(FakeLinks[CaseLink]):
    """Links that open cases."""

    def make(self, case_ids: Collection[str], department: str, now: datetime) -> Mapping[str, str]:
        self._check()
        ids = {case_id: new_link_id() for case_id in case_ids}
        for case_id, link_id in ids.items():
            hash_ = hash_of(link_id)
            self.links[hash_] = CaseLink(hash_, case_id, department, made_at=now, expires_at=now + CASE_LINK_LASTS)
        return ids
