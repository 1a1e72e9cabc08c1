"""Routes mentions: reads them and stores readings, cases and who is to be notified. Stream, sweep and replay use it."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from desk.brand import Brand
from desk.cases.author_cases import RecentCases, returns_to
from desk.cases.model import Case, Event, RoutedMention
from desk.cases.opt_outs import OptOuts
from desk.concerned import concerns
from desk.errors import StoreBusy, failure_of, isolated
from desk.mentions.model import Mention, Source, Stage, StoredMention
from desk.notifications.mention_news import MentionNews
from desk.notifications.model import MentionReport
from desk.reader import RoutingReader
from desk.reader.phrases import opts_out, speaks_of_self_harm
from desk.reader.pins import is_in_doubt
from desk.reading import OPERATOR, Kind, Need, Reading, Safety, Urgency, Why
from desk.routing.decide import case_id_for, plan
from desk.routing.unit_of_work import UnitOfWork

READ_TRIES = 5
"""After this many failures to read a mention, a person has to read it."""

_CONTESTED_TRIES = 3

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class RouteReport(MentionReport):
    """What a run read, and what was sent of it; `failures` says why a mention must be read again, by mention id."""

    read: int = 0
    opened: int = 0
    joined: int = 0
    failures: dict[str, str] = field(default_factory=dict)


class Routed(NamedTuple):
    """The report, the mentions of which a department is to be notified from now on, and their authors' recent cases."""

    report: RouteReport
    entries: Sequence[RoutedMention]
    recent: RecentCases


class Router:
    """Routes mentions; it ends with the commit, and the outbox has who is to be notified. Mentions may come again."""

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        reader: RoutingReader,
        brand: Brand,
        clock: Callable[[], datetime],
        opt_outs: OptOuts,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._mentions = unit_of_work.mentions
        self._cases = unit_of_work.cases
        self._reader = reader
        self._brand = brand
        self._clock = clock
        self._opt_outs = opt_outs

    def route(self, mention_ids: Collection[str]) -> Routed:
        """Read, decide, store. Raises StoreBusy when not even the mentions could be read."""
        report, recent = RouteReport(), RecentCases(self._cases.author_cases)
        stored = self._mentions.get_many(mention_ids)
        committed = self._commit(self._read(stored.values(), report), recent, report)
        self._record(report.failures)
        return Routed(report, [entry for entry in committed if entry.recipient], recent)

    def _read(self, stored: Iterable[StoredMention], report: RouteReport) -> list[tuple[Mention, Reading]]:
        """The mentions that had no reading, each with its reading."""
        read = []
        for one in stored:
            if one.stage is not Stage.READING:
                continue
            with concerns(mention=one.mention.id), isolated(report.failures, one.mention.id):
                read.append((one.mention, self._reading_of(one)))
        return read

    def _reading_of(self, stored: StoredMention) -> Reading:
        """The reader's reading; after several failures, which include recording an opt-out, one that needs a person."""
        try:
            mention = _valid_mention(stored)
            record_opt_out(mention, self._opt_outs)
            return self._reader.read(mention).handling_only()
        except Exception:
            if stored.failures + 1 < READ_TRIES:
                raise
            return _unreadable(stored.mention)

    def _commit(
        self, read: list[tuple[Mention, Reading]], recent: RecentCases, report: RouteReport
    ) -> list[RoutedMention]:
        """Store the readings and their cases; returns the entries that this run, not another one, stored."""
        if not read:
            return []
        cases = self._cases.get_many({case_id_for(mention) for mention, _ in read})
        read = [(mention, self._reread(mention, reading, cases, recent)) for mention, reading in read]
        planned = plan(read, cases, self._brand)
        done = self._unit_of_work.commit(planned.steps, self._clock())
        report.failures |= planned.failures | done.failed
        readings = {mention.id: reading for mention, reading in read}
        planned_entries = [entry for step in planned.steps for entry in step.entries]
        lost = done.contested | done.failed.keys()
        entries = [entry for entry in planned_entries if entry.mention.id not in lost]
        for entry in planned_entries:
            if entry.mention.id in done.contested:
                entries += self._commit_alone(entry.mention.id, readings[entry.mention.id], report)
        for entry in entries:
            about = {"mention": entry.mention.id, "case": entry.case and entry.case.id, "to": entry.recipient}
            _log.info("a mention was routed", extra={**about, "kind": entry.reading.kind.value, "event": entry.event})
            report.read += 1
            if entry.event is Event.CASE_OPENED:
                report.opened += 1
            elif entry.case is not None:
                report.joined += 1
        return entries

    def _reread(self, mention: Mention, reading: Reading, cases: Mapping[str, Case], recent: RecentCases) -> Reading:
        """A reading in doubt that joins no case is repeated with the author's last case, if a department has that."""
        if not is_in_doubt(reading) or case_id_for(mention) in cases:
            return reading
        last = returns_to(recent.of_author(mention.post.author_id, mention.received_at), mention.received_at)
        if last is None or last.department not in self._brand.departments:
            return reading
        try:
            return self._reader.read(mention, last).handling_only()
        except Exception:  # noqa: BLE001 - a failure in one mention must not stop the others
            _log.exception("%s is routed by its first reading", mention.id)
            return reading

    def _commit_alone(self, mention_id: str, reading: Reading, report: RouteReport) -> list[RoutedMention]:
        """Decide one mention again on what is stored now; nothing if another run stored it, which then notifies."""
        try:
            for _ in range(_CONTESTED_TRIES):
                stored = self._mentions.get_many([mention_id]).get(mention_id)
                if stored is None or stored.stage is not Stage.READING:
                    return []
                cases = self._cases.get_many([case_id_for(stored.mention)])
                planned = plan([(stored.mention, reading)], cases, self._brand)
                done = self._unit_of_work.commit(planned.steps, self._clock())
                report.failures |= planned.failures | done.failed
                if not done.contested:
                    return [] if mention_id in report.failures else list(planned.steps[0].entries)
        except StoreBusy as exc:
            report.failures[mention_id] = failure_of(exc)
            return []
        report.failures[mention_id] = f"contested {_CONTESTED_TRIES} times"
        return []

    def _record(self, failures: Mapping[str, str]) -> None:
        try:
            self._mentions.record_failures(failures, self._clock())
        except StoreBusy:
            return  # the mentions still wait to be routed, and the sweep finds them


class RouteAndNotify:
    """Routes mentions, and sends what the commit put into the outbox.

    What is not sent stays there, and is no reason to route again.
    """

    def __init__(self, router: Router, news: MentionNews) -> None:
        self._router = router
        self._news = news

    def route(self, mention_ids: Collection[str]) -> RouteReport:
        """Route these. Raises StoreBusy when not even the mentions could be read."""
        routed = self._router.route(mention_ids)
        self._news.send_new(routed.entries, routed.recent, routed.report)
        return routed.report


def record_opt_out(mention: Mention, opt_outs: OptOuts) -> None:
    """Record the author's wish for no replies, if the mention has it; repeating changes nothing. Raises StoreBusy.

    A post that was found by listening says it to somebody else.
    """
    post = mention.post
    if mention.source is Source.MENTIONS and opts_out(post.text):
        opt_outs.record(post.author_id, post.id, post.created_at)


def _valid_mention(stored: StoredMention) -> Mention:
    if stored.fault:
        raise ValueError(stored.fault)
    return stored.mention


def _unreadable(mention: Mention) -> Reading:
    """A reading for a mention that only a person can read: an inquiry to the operator, urgent for self-harm."""
    danger = speaks_of_self_harm(mention.post.text)
    return Reading(
        kind=Kind.INQUIRY,
        need=Need.INFORMATION,
        department=OPERATOR,
        urgency=Urgency.HIGH if danger else Urgency.NORMAL,
        lang=mention.post.lang or "und",
        confidence=0.0,
        why=(Why("unreadable"),),
        wakes=danger,
        safety=Safety.DANGER if danger else None,
    )
