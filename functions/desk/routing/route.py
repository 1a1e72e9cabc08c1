"""Routes mentions: reads them, stores readings and cases, notifies departments. Stream, sweep and replay use it."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk.brand import Brand
from desk.cases.author_cases import RecentCases, returns_to
from desk.cases.model import Case, Event, RoutedMention
from desk.cases.opt_outs import OptOuts
from desk.cases.store import CaseStore
from desk.errors import StoreBusy, failure_of
from desk.mentions.model import Mention, Settlement, Source, Stage, StoredMention
from desk.notifications.model import Notification, department_or_operator, routed
from desk.notifications.notifier import Notifier
from desk.notifications.on_call import OnCallCaller
from desk.notifications.spike_alerts import SpikeAlerts
from desk.notifications.trial import Trial
from desk.reader import RoutingReader
from desk.reader.phrases import opts_out, speaks_of_self_harm
from desk.reader.pins import is_in_doubt
from desk.reading import OPERATOR, Kind, Need, Reading, Safety, Urgency, Why
from desk.routing.decide import case_id_for, plan
from desk.routing.unit_of_work import UnitOfWork
from desk.spikes.faults import Fault
from desk.spikes.model import Spike
from desk.spikes.watch import LATE, SpikeWatch, Watched

READ_TRIES = 5
"""After this many failures to read a mention, a person has to read it."""

_CONTESTED_TRIES = 3
_THREAD = 10
"""How many of a case's earlier mentions are shown."""

_MAILED_WITHIN = timedelta(minutes=2)
"""The mail about a spike that was found since then may be on its way; an older one is repeated by the sweep."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class RouteReport:
    """What a run did.

    Attributes:
        failures: Why a mention must be tried again, by mention id.
        left_to_sweep: Failed mentions that are read and could not be sent twice: no stream should stop for them.
        urgent: Cases that were opened or continued and are urgent, except those that the very first poll found.
        spikes: How many spikes of faults it found; `unwatched` is how many faults could not be watched for one.
    """

    read: int = 0
    opened: int = 0
    joined: int = 0
    published: int = 0
    mails: int = 0
    put_off: int = 0
    spikes: int = 0
    unwatched: int = 0
    failures: dict[str, str] = field(default_factory=dict)
    left_to_sweep: list[str] = field(default_factory=list)
    urgent: list[str] = field(default_factory=list)


class Router:
    """Routes mentions, then calls the people on call where `on_call` is given. Routed mentions may come again.

    SNS has no "send if not sent yet". A run that dies between sending and settling, or that races another run over
    the same mention, therefore notifies a department twice.
    """

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        unit_of_work: UnitOfWork,
        reader: RoutingReader,
        notifier: Notifier,
        brand: Brand,
        clock: Callable[[], datetime],
        *,
        opt_outs: OptOuts,
        trial: Trial,
        spikes: SpikeWatch,
        alerts: SpikeAlerts,
        on_call: OnCallCaller | None = None,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._mentions = unit_of_work.mentions
        self._cases = unit_of_work.cases
        self._reader = reader
        self._notifier = notifier
        self._brand = brand
        self._clock = clock
        self._opt_outs = opt_outs
        self._trial = trial
        self._spikes = spikes
        self._alerts = alerts
        self._on_call = on_call

    def route(self, mention_ids: Collection[str]) -> RouteReport:
        """Read, decide, store, notify, settle, call, alert. Raises StoreBusy when not even the mentions could be read.

        Faults are watched for spikes before anybody is notified, so that a spike is one mail from this very batch on.
        """
        report, recent = RouteReport(), RecentCases(self._cases.author_cases)
        stored = self._mentions.get_many(mention_ids)
        committed = self._commit(self._read(stored.values(), report), recent, report)
        unsent = self._unsent(stored.values(), report)
        entries = [entry for entry in committed if entry.published] + unsent
        watched = self._watch(entries, report)
        if entries:
            self._notify(entries, stored, recent, watched.open, report)
        urgent = (e.case.id for e in entries if e.case and e.case.urgency is Urgency.HIGH and not e.mention.backlog)
        report.urgent = list(dict.fromkeys(urgent))
        report.left_to_sweep = [key for key in report.failures if key in stored and _failed_before(stored[key])]
        self._record(report.failures)
        if report.urgent and self._on_call and self._on_call.is_configured:
            self._call(report.urgent, self._on_call)  # before the spike's call, which uses up this second's budget
        for spike in watched.begun:
            self._alerts.alert(spike)
        return report

    def _read(self, stored: Iterable[StoredMention], report: RouteReport) -> list[tuple[Mention, Reading]]:
        """The mentions that had no reading, each with its reading."""
        read = []
        for one in stored:
            if one.stage is not Stage.READING:
                continue
            try:
                read.append((one.mention, self._reading_of(one)))
            except Exception as exc:  # noqa: BLE001 - a failure in one mention must not stop the others
                report.failures[one.mention.id] = failure_of(exc)
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

    def _unsent(self, stored: Iterable[StoredMention], report: RouteReport) -> list[RoutedMention]:
        """The mentions that an earlier run read without notifying their departments."""
        unsent = [one for one in stored if one.stage is Stage.PUBLISHING]
        try:
            entries = stored_entries(unsent, self._cases)
        except StoreBusy as exc:
            report.failures |= {one.mention.id: failure_of(exc) for one in unsent}
            return []
        known = {entry.mention.id for entry in entries}
        reason = "its item does not say what to publish"
        report.failures |= {one.mention.id: reason for one in unsent if one.mention.id not in known}
        return entries

    def _watch(self, entries: Sequence[RoutedMention], report: RouteReport) -> Watched:
        """Watch the faults among these for spikes. If that fails, everybody is notified as if there were none."""
        faults = faults_among(entries, self._brand)
        try:
            watched = self._spikes.watch(faults)
        except Exception:  # noqa: BLE001 - raised, it would have the mentions routed again
            _log.exception("%d faults were not watched for a spike", len(faults))
            report.unwatched = len(faults)
            return Watched()
        report.spikes = len(watched.begun)
        return watched

    def _notify(
        self,
        entries: list[RoutedMention],
        stored: Mapping[str, StoredMention],
        recent: RecentCases,
        spikes: Sequence[Spike],
        report: RouteReport,
    ) -> None:
        try:
            notifications = self._notifications(entries, stored, recent)
            notifications = [self._silent_if_covered(one, spikes) for one in notifications]
            mailed = {key for key, one in stored.items() if one.mailed}
            to_send, withheld = self._trial.split(notifications, mailed)
            result = self._notifier.notify(to_send, mailed)
            result.settlements += [Settlement(one.mention, Stage.NOTHING) for one in withheld]
        except StoreBusy as exc:
            report.failures |= {entry.mention.id: failure_of(exc) for entry in entries}
            return
        report.published, report.mails, report.put_off = result.published, result.mails, len(result.deferred)
        report.failures |= {**result.failures, **self._settle(result.settlements)}

    def _notifications(
        self, entries: list[RoutedMention], stored: Mapping[str, StoredMention], recent: RecentCases
    ) -> list[Notification]:
        """One notification for each entry: new cases with their author's other cases, others with their thread."""
        earlier = {entry.mention.id: _earlier_mentions(entry) for entry in entries}
        mentions = {one.mention.id: one.mention for one in stored.values()}
        mentions |= {entry.mention.id: entry.mention for entry in entries}
        missing = {mention_id for ids in earlier.values() for mention_id in ids} - mentions.keys()
        if missing:
            mentions |= {key: one.mention for key, one in self._mentions.get_many(missing).items()}
        notifications = []
        for entry in entries:
            thread = [mentions[key] for key in earlier[entry.mention.id] if key in mentions]
            notification = routed(entry, self._brand, thread)
            if entry.case and entry.event is Event.CASE_OPENED:
                notification = notification._replace(earlier=recent.beside(entry.case))
            notifications.append(notification)
        return notifications

    def _silent_if_covered(self, notification: Notification, spikes: Sequence[Spike]) -> Notification:
        """The notification without a mail, if people were mailed about its spike, or are being mailed at this moment.

        Only a fault of a case that the spike covers joins it; never where somebody may be at risk.
        """
        case, since = notification.case, self._clock() - _MAILED_WITHIN
        if case is None or notification.reading.kind is not Kind.FAULT or notification.safety_note:
            return notification
        joins = any(spike.covers(case) and (spike.mailed_at or spike.detected_at > since) for spike in spikes)
        return notification._replace(joins_spike=True) if joins else notification

    def _settle(self, settlements: list[Settlement]) -> Mapping[str, str]:
        try:
            moved = [s for s in settlements if s.stage is not Stage.PUBLISHING or s.mailed]
            return self._mentions.settle(moved, self._clock())
        except Exception as exc:  # noqa: BLE001 - raised, it would make the others of the batch be sent again as well
            return {settlement.mention.id: failure_of(exc) for settlement in settlements}

    def _record(self, failures: Mapping[str, str]) -> None:
        try:
            self._mentions.record_failures(failures, self._clock())
        except StoreBusy:
            return  # the mentions still wait to be routed, and the sweep finds them

    def _call(self, case_ids: Collection[str], on_call: OnCallCaller) -> None:
        """Call the people on call once; the task of every minute finds the cases for which that failed."""
        try:
            called = on_call.call(list(self._cases.get_many(case_ids).values()), self._clock())
        except Exception:  # noqa: BLE001 - the mentions are routed; raised, it would have them routed again
            _log.exception("nobody on call could be notified")
            return
        if called.failures:
            _log.error("calls failed: %s", called.failures)


def record_opt_out(mention: Mention, opt_outs: OptOuts) -> None:
    """Record the author's wish for no replies, if the mention has it; repeating changes nothing. Raises StoreBusy.

    A post that was found by listening says it to somebody else.
    """
    post = mention.post
    if mention.source is Source.MENTIONS and opts_out(post.text):
        opt_outs.record(post.author_id, post.id, post.created_at)


def faults_among(entries: Iterable[RoutedMention], brand: Brand) -> list[Fault]:
    """Those of the entries by which a spike may be found."""
    return [_fault_of(entry, brand) for entry in entries if _may_show_spike(entry)]


def _may_show_spike(entry: RoutedMention) -> bool:
    """Whether the mention is a fault that somebody told the brand lately; a later version of it tells nothing new."""
    mention = entry.mention
    is_recent = mention.received_at - mention.post.created_at <= LATE
    return entry.reading.kind is Kind.FAULT and mention.source is Source.MENTIONS and not mention.is_edit and is_recent


def _fault_of(entry: RoutedMention, brand: Brand) -> Fault:
    mention = entry.mention
    return Fault(
        mention.id,
        mention.post.created_at,
        department_or_operator(entry.reading.department, brand),
        mention.post.author_id,
        entry.case.id if entry.case else None,
        backlog=mention.backlog,
    )


def stored_entries(stored: Collection[StoredMention], cases: CaseStore) -> list[RoutedMention]:
    """What was decided about mentions that were read; without those whose items do not say. Raises StoreBusy."""
    outcomes = [(one.mention, one.outcome) for one in stored if one.outcome]
    case_ids = {outcome.case_id for _, outcome in outcomes if outcome.case_id}
    found = cases.get_many(case_ids) if case_ids else {}
    return [
        RoutedMention(mention, outcome.reading, Event(outcome.event), found.get(outcome.case_id or ""), published=True)
        for mention, outcome in outcomes
        if outcome.event in set(Event)
    ]


def _earlier_mentions(entry: RoutedMention) -> Collection[str]:
    """The case's mentions before this one, the last few, oldest first."""
    if entry.case is None or entry.event is Event.CASE_OPENED:
        return ()
    ids = entry.case.mention_ids
    place = ids.index(entry.mention.id) if entry.mention.id in ids else len(ids)
    return ids[max(0, place - _THREAD) : place]


def _valid_mention(stored: StoredMention) -> Mention:
    if stored.fault:
        raise ValueError(stored.fault)
    return stored.mention


def _failed_before(stored: StoredMention) -> bool:
    return stored.stage is Stage.PUBLISHING and stored.failures > 0


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
