"""The port CaseStore in memory."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desk.cases.author_cases import MOST, AuthorCase
from desk.cases.links import CaseLink
from desk.cases.model import WAITING, Case, CaseEvent, CaseEventKind, CaseState
from desk.cases.queries import CaseDeed, CasePage, OpenCase
from desk.cases.reminders import ChaseStep
from desk.cases.store import CaseFile, CaseMention, Untold
from desk.cases.transitions import is_news
from desk.errors import CaseMoved, StoreBusy
from desk.links import CASE_LINK_LASTS, cursor_to, hash_of, new_link_id, place_at
from desk.reports.links import ReportLink
from tests.fakes.in_trouble import InTrouble


@dataclass
class FakeCaseDays:
    """Deeds and each case's mentions; `busy` are methods that fail."""

    deeds: list[CaseDeed] = field(default_factory=list)
    joined: dict[str, tuple[str, ...]] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)

    def happened(self, case_id: str, event: CaseEvent) -> None:
        """Have this there."""
        self.deeds.append(CaseDeed(case_id, event))

    def between(self, since: datetime, until: datetime) -> Iterator[CaseDeed]:
        if "between" in self.busy:
            raise StoreBusy("between")
        yield from sorted(
            (deed for deed in self.deeds if since <= deed.event.at < until), key=lambda deed: deed.event.at
        )

    def mentions(self, case_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
        if "mentions" in self.busy:
            raise StoreBusy("mentions")
        return {case_id: self.joined[case_id] for case_id in case_ids if case_id in self.joined}


@dataclass
class FakeCaseList:
    """Lists what `cases` has by then. `busy` makes it fail."""

    cases: Callable[[], Iterable[Case]]
    busy: bool = False

    def page(
        self, states: Collection[CaseState], *, department: str | None = None, limit: int, cursor: str | None = None
    ) -> CasePage:
        if self.busy:
            raise StoreBusy("page")
        before = place_at(cursor) if cursor else None
        matching = [
            case
            for case in sorted(self.cases(), key=_place, reverse=True)
            if case.state in states and department in {None, case.department} and (not before or _place(case) < before)
        ]
        shown = tuple(matching[:limit])
        return CasePage(shown, cursor_to(*_place(shown[-1])) if len(matching) > limit else None)


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


_MENTIONS = 20


@dataclass
class FakeCases(InTrouble):
    """Cases, mentions and events as dictionaries; a mention that is not there was erased or forgotten."""

    cases: dict[str, Case] = field(default_factory=dict)
    mentions: dict[str, CaseMention] = field(default_factory=dict)
    events: dict[str, list[CaseEvent]] = field(default_factory=lambda: defaultdict(list))
    queued_since: dict[str, datetime] = field(default_factory=dict)
    news: dict[tuple[str, int], Untold] = field(default_factory=dict)

    def put(self, case: Case, *mentions: CaseMention) -> None:
        """Have this case and these mentions there, as if routing had brought them."""
        self.cases[case.id] = case
        self.mentions |= {one.mention.id: one for one in mentions}

    def get(self, case_id: str) -> Case | None:
        self._begin("get")
        return self.cases.get(case_id)

    def file(self, case_id: str) -> CaseFile | None:
        self._begin("file")
        case = self.cases.get(case_id)
        if case is None:
            return None
        found = [self.mentions[key] for key in case.mention_ids[-_MENTIONS:] if key in self.mentions]
        found.sort(key=lambda one: (one.mention.post.created_at, one.mention.id))
        return CaseFile(case, found, sorted(self.events[case_id], key=lambda event: event.at))

    def author_cases(self, author_id: str, since: datetime) -> Sequence[AuthorCase]:
        self._begin("author_cases")
        return author_cases(self.cases.values(), author_id, since)

    def save(self, after: Case, seen: Case, event: CaseEvent) -> Case:
        self._begin("save")
        stored = self.cases.get(seen.id)
        if stored is None or stored.version != seen.version:
            raise CaseMoved(seen.id)
        self.cases[seen.id] = saved = after._replace(version=seen.version + 1, author=stored.author)
        self.events[seen.id].append(event)
        if saved.state is not CaseState.QUEUED:
            self.queued_since.pop(seen.id, None)
        elif seen.state is not CaseState.QUEUED or saved.post_id != seen.post_id:
            self.queued_since[seen.id] = event.at
        if is_news(saved, seen, event):
            self.news[saved.id, saved.version] = Untold(saved.id, saved.version, event.what, event.at)
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

    def untold(self, *, limit: int) -> Sequence[Untold]:
        self._begin("untold")
        return sorted(self.news.values(), key=lambda each: each.at)[:limit]

    def told(self, case_id: str, version: int) -> None:
        self._begin("told")
        self.news.pop((case_id, version), None)
        self._end("told")


@dataclass
class FakeChases:
    """What was noted by case and due moment. `busy` are methods, departments and cases that fail."""

    cases: FakeCases
    noted: dict[tuple[str, datetime], CaseEventKind] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)
    looks: list[datetime] = field(default_factory=list)

    def waiting(self, department: str, until: datetime) -> Iterator[Case]:
        self._check("waiting", department)
        self.looks.append(until)
        theirs = [
            case
            for case in self.cases.cases.values()
            if case.state in WAITING and case.department == department and case.due_at <= until
        ]
        yield from sorted(theirs, key=lambda case: case.due_at)

    def told(self, dues: Mapping[str, datetime]) -> Mapping[str, CaseEventKind]:
        self._check("told")
        return {case_id: self.noted[case_id, due] for case_id, due in dues.items() if (case_id, due) in self.noted}

    def note(self, case: Case, step: ChaseStep, seen: CaseEventKind | None, event: CaseEvent | None) -> bool:
        self._check("note", case.id)
        if self.noted.get((case.id, step.due)) != seen:
            return False
        self.noted[case.id, step.due] = step.stage
        if event:
            self.cases.events[case.id].append(event)
        return True

    def _check(self, *names: str) -> None:
        if busy := self.busy & set(names):
            raise StoreBusy(", ".join(busy))


@dataclass
class FakeCasesWaiting:
    """Cases as they stand; `busy` makes it fail."""

    cases: list[Case] = field(default_factory=list)
    busy: bool = False

    def of(self, department: str) -> Iterator[OpenCase]:
        if self.busy:
            raise StoreBusy("of")
        for case in self.cases:
            if case.department == department and case.state in WAITING:
                yield OpenCase(case.id, case.kind, case.urgency, case.asked_at, case.first_due_at, case.mention_ids[-1])


@dataclass
class FakeOptOuts:
    """When each author opted out; `busy` makes every method fail, `fail` that many calls."""

    at: dict[str, datetime] = field(default_factory=dict)
    busy: bool = False
    fail: int = 0

    def note(self, author_id: str, mention_id: str, at: datetime) -> None:
        self._check()
        self.at[author_id] = max(at, self.at.get(author_id, at))

    def since(self, author_id: str) -> datetime | None:
        self._check()
        return self.at.get(author_id)

    def _check(self) -> None:
        self.fail -= 1
        if self.busy or self.fail >= 0:
            raise StoreBusy("opt-outs")


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
