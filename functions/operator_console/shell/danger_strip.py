"""The strip at the top of every page: all open cases in which somebody may be at risk, and who has taken them."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from desk.brand import Brand
from desk.cases.inbox import COUNTED, Count, Inbox, InboxFilter, InboxRow, row_of_case
from desk.cases.model import Case
from desk.cases.store import CaseStore
from desk.formatting.formatter import DeskFormatter
from desk.reading import Safety, Urgency
from operator_console.shell.phrases import age_words, handle_of

_log = logging.getLogger(__name__)


class DangerCase(NamedTuple):
    """A case in the strip, which is danger or `is_check`.

    `taken` says who has it, or that a reply is on its way; "" while a person has to take it. `called` says that people
    on call were notified of it, and when; "" where the desk knows of no call.
    """

    key: str
    version: int
    handle: str
    excerpt: str
    lang: str
    place: str
    since: str
    since_iso: str
    taken: str
    is_check: bool
    called: str = ""


class Strip(NamedTuple):
    """The strip of one person, and all pressing cases that the person sees, from the same query.

    `cases` are those in danger and, behind them, those to be checked; of each, those that nobody has taken come first.
    `rows` are these and the urgent ones, up to COUNTED. `urgent` is the number of urgent ones; None, and no rows, if
    they could not be read.
    """

    cases: tuple[DangerCase, ...]
    rows: Sequence[InboxRow]
    urgent: Count | None

    @property
    def state(self) -> str:
        """Another one once it has to be shown anew."""
        return (
            "unknown"
            if self.urgent is None
            else " ".join(f"{each.key}:{each.version}:{each.called}" for each in self.cases)
        )

    @property
    def untaken(self) -> int:
        """How many cases in danger nobody has taken."""
        return sum(not (case.taken or case.is_check) for case in self.cases)

    @property
    def unchecked(self) -> int:
        """How many cases to be checked nobody has taken."""
        return sum(case.is_check and not case.taken for case in self.cases)

    @property
    def urgent_rows(self) -> Sequence[InboxRow]:
        """The rows that are urgent."""
        return [row for row in self.rows if row.urgency is Urgency.HIGH]


UNKNOWN = Strip((), (), None)


class DangerStrip:
    """Reads the strip: the one query about what is urgent, which the lists, the poll and the title count by, too."""

    def __init__(self, inbox: Inbox, cases: CaseStore, brand: Brand) -> None:
        self._inbox = inbox
        self._cases = cases
        self._formatter = DeskFormatter(brand)

    def at(self, now: datetime, seen: InboxFilter, changed: Case | None = None) -> Strip:
        """The strip of a person who sees these rows; UNKNOWN if it can't be read, since every page has it.

        `changed` is a case as it was saved a moment ago: the index may not have that yet.
        """
        try:
            page = self._inbox.pressing(seen, limit=COUNTED)
        except Exception:  # noqa: BLE001 - people need the page, and the strip says that it is unknown
            _log.exception("the pressing cases can't be read")
            return UNKNOWN
        known = {changed.id: changed} if changed else {}
        rows = [
            row_of_case(known[row.case_id], row.excerpt, row.photos) if row.case_id in known else row
            for row in page.rows
        ]
        at_risk = sorted((row for row in rows if row.open_safety), key=_place)
        called = self._called([row.case_id for row in at_risk if row.is_untaken])
        strip = Strip(tuple(self._case(row, now, called.get(row.case_id)) for row in at_risk), rows, None)
        return strip._replace(urgent=Count(len(strip.urgent_rows), or_more=page.after is not None))

    def _called(self, case_ids: Sequence[str]) -> Mapping[str, datetime]:
        """When people were called for these cases. If that can't be read, the strip does not speak of it."""
        try:
            return self._cases.called_at(case_ids) if case_ids else {}
        except Exception:  # noqa: BLE001 - who may be at risk is more important than who was called
            _log.exception("when people were called can't be read")
            return {}

    def _case(self, row: InboxRow, now: datetime, called_at: datetime | None) -> DangerCase:
        say = self._formatter.phrase
        queue = say(f"console.queue.{row.queue}" if row.queue else "case.state.queued")
        taken = "" if row.is_untaken else say("console.danger.replied")
        if row.holder:
            taken = say("console.danger.taken", by=self._formatter.person(row.holder))
        return DangerCase(
            key=row.case_id,
            version=row.version,
            handle=handle_of(row.author, self._formatter),
            excerpt=row.excerpt or say("console.row.no_words"),
            lang=row.lang,
            place=f"{self._formatter.department(row.department)} · {queue}",
            since=age_words(row.asked_at, now, self._formatter),
            since_iso=self._formatter.iso(row.asked_at),
            taken=taken,
            is_check=row.open_safety is Safety.CHECK,
            called=self._words_of_call(called_at, now) if called_at else "",
        )

    def _words_of_call(self, at: datetime, now: datetime) -> str:
        formatter = self._formatter
        is_today = at.astimezone(formatter.zone).date() == now.astimezone(formatter.zone).date()
        key = "console.danger.texted" if formatter.brand.on_call.phones else "console.danger.called"
        return formatter.phrase(key, at=formatter.clock(at) if is_today else formatter.moment(at))


def _place(row: InboxRow) -> tuple[bool, bool, str]:
    return row.open_safety is Safety.CHECK, not row.is_untaken, row.order
