"""The port CaseStore in memory."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desk.author_cases import AuthorCase
from desk.case import Case, CaseState
from desk.case_event import CaseEvent
from desk.case_news import is_news
from desk.errors import CaseMoved
from desk.ports.cases import CaseFile, CaseMention, Untold
from tests.fakes.author_cases import author_cases
from tests.fakes.in_trouble import InTrouble

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
