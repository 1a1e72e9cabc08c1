"""The operator's inbox in memory: what the index would have of FakeCases."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from desk.cases.inbox import COUNTED, EVERYTHING, Count, InboxFilter, InboxPage, InboxRow, row_of_case
from desk.cases.items import excerpt_of_post
from desk.cases.model import WAITING, Case, Queue, queue_of
from desk.reading import Urgency
from desk.staff.model import Person
from operator_console.inbox.glance import Glance
from tests.fakes.cases import FakeCases
from tests.fakes.in_trouble import InTrouble
from tests.fakes.staff import FakePresence, FakeSettings


@dataclass
class FakeInbox(InTrouble):
    """Implements Inbox on the cases of FakeCases."""

    cases: FakeCases

    def page(
        self,
        queues: Sequence[Queue],
        chosen: InboxFilter = EVERYTHING,
        *,
        limit: int,
        after: str | None = None,
        most_pages: int = 2,
    ) -> InboxPage:
        self._begin("page")
        of_queue = {
            queue: [row for row in self._rows(queue, chosen) if not after or row.order > after] for queue in queues
        }
        rows = sorted((row for some in of_queue.values() for row in some), key=lambda row: row.order)
        counts = {queue: Count(min(len(some), limit), or_more=len(some) > limit) for queue, some in of_queue.items()}
        return InboxPage(tuple(rows[:limit]), rows[limit - 1].order if len(rows) > limit else None, counts)

    def count(self, queue: Queue, chosen: InboxFilter = EVERYTHING) -> Count:
        self._begin("count")
        number = len(list(self._rows(queue, chosen)))
        return Count(min(number, COUNTED), or_more=number > COUNTED)

    def pressing(self, chosen: InboxFilter = EVERYTHING, *, limit: int, after: str | None = None) -> InboxPage:
        self._begin("pressing")
        found = (
            self._row(case)
            for case in self.cases.cases.values()
            if case.state in WAITING and (case.urgency is Urgency.HIGH or case.open_safety)
        )
        rows = sorted((row for row in found if _is_chosen(row, chosen)), key=lambda row: row.order)
        rows = [row for row in rows if not after or row.order > after]
        return InboxPage(tuple(rows[:limit]), rows[limit - 1].order if len(rows) > limit else None, {})

    def _rows(self, queue: Queue, chosen: InboxFilter) -> Iterator[InboxRow]:
        for case in self.cases.cases.values():
            if queue_of(case) is queue:
                row = self._row(case)
                if _is_chosen(row, chosen):
                    yield row

    def _row(self, case: Case) -> InboxRow:
        newest = self.cases.mentions.get(case.mention_ids[-1])
        excerpt = excerpt_of_post(newest.mention.post) if newest else {}
        return row_of_case(case, excerpt.get("text", ""), excerpt.get("photos", 0))


def _is_chosen(row: InboxRow, chosen: InboxFilter) -> bool:
    return (
        (chosen.departments is None or row.department in chosen.departments)
        and chosen.holder in {None, row.holder}
        and chosen.urgency in {None, row.urgency}
        and (chosen.label is None or chosen.label in row.labels)
        and (chosen.promised_before is None or bool(row.promised_until and row.promised_until < chosen.promised_before))
        and (chosen.due_from is None or row.due_at >= chosen.due_from)
        and (chosen.due_before is None or row.due_at < chosen.due_before)
    )


@dataclass
class FakeGlances(InTrouble):
    """Implements Glances on the other fakes."""

    cases: FakeCases
    presence: FakePresence
    settings: FakeSettings

    def at(self, key: str, person: Person, now: datetime) -> Glance:
        self._begin("at")
        others = self.presence.others(key, person.id, person.name, now)
        return Glance(self.cases.cases.get(key), others, self.settings.find(person.id))
