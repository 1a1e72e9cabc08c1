"""Retention in memory, on the fakes of mentions and cases."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from desk.cases.model import WAITING
from desk.errors import StoreBusy
from desk.mentions.model import Source
from desk.retention.store import MentionOfDay
from tests.fakes.cases import FakeCases
from tests.fakes.mentions import SEOUL, FakeMentions


@dataclass
class FakeRetention:
    """Retention of the mentions and cases in memory.

    `words_removed` is the version at which a case's words were removed; those of `busy` heard posts can't be.
    """

    mentions: FakeMentions
    cases: FakeCases
    words_removed: dict[str, int] = field(default_factory=dict)
    busy: frozenset[str] = frozenset()

    def expired_heard(self, until: datetime) -> Iterator[Sequence[str]]:
        yield [key for key in self.mentions.stored if self._is_heard(key) and self._received_at(key) <= until]

    def remove_heard(self, mention_id: str) -> None:
        if mention_id in self.busy:
            raise StoreBusy(mention_id)
        if self._is_heard(mention_id):
            del self.mentions.stored[mention_id]

    def mentions_of_day(self, day: date) -> Iterator[Sequence[MentionOfDay]]:
        yield [
            MentionOfDay(key, stored.outcome.case_id if stored.outcome else None)
            for key, stored in self.mentions.stored.items()
            if stored.mention.post.created_at.astimezone(SEOUL).date() == day
        ]

    def expired_cases(self, case_ids: Collection[str], until: datetime) -> frozenset[str]:
        return frozenset(key for key in case_ids if self._is_over(key, until))

    def remove_words(self, mention_ids: Collection[str]) -> int:
        return self._forget([key for key in mention_ids if key not in self.mentions.cases])

    def _forget(self, mention_ids: Collection[str]) -> int:
        return len([self.mentions.stored.pop(key) for key in mention_ids if key in self.mentions.stored])

    def remove_case_words(self, case_id: str, until: datetime) -> int:
        if not self._is_over(case_id, until):
            return 0
        case = self.cases.cases[case_id]
        self.cases.cases[case_id] = case._replace(author=None, draft=None)
        self.words_removed[case_id] = case.version
        return self._forget(dict.fromkeys([*case.mention_ids, *self.cases.joined[case_id]]))

    def _received_at(self, mention_id: str) -> datetime:
        return self.mentions.stored[mention_id].mention.received_at

    def _is_heard(self, mention_id: str) -> bool:
        """Whether it is a heard post with words and without a case."""
        stored = self.mentions.stored.get(mention_id)
        has_case = stored and stored.outcome and stored.outcome.case_id
        return bool(stored and stored.mention.source is Source.LISTENING and not has_case)

    def _is_over(self, case_id: str, until: datetime) -> bool:
        case = self.cases.cases.get(case_id)
        if case is None or case.state in WAITING or self.words_removed.get(case_id) == case.version:
            return False
        joined = (self.mentions.stored.get(key) for key in self.cases.joined[case_id])
        received = (one.mention.received_at for one in joined if one)
        happened = (event.at for event in self.cases.events[case_id])
        return max([case.opened_at, *happened, *received]) < until
