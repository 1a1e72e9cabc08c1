"""Notifies departments of mentions that were read: JSON about each, a mail about each danger, one about all others.

Faults are watched for a spike before anybody is notified, so that a spike is one mail from that very batch on.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import batched

from desk.brand import Brand
from desk.cases.author_cases import RecentCases
from desk.cases.model import Event, RoutedMention
from desk.cases.store import CaseStore
from desk.errors import StoreBusy, failure_of, isolated
from desk.mentions.model import Source, Unsent, entry_read, json_left, mail_left
from desk.mentions.store import MentionStore
from desk.notifications.model import MentionReport, Notification, department_or_operator, routed, stored_entries
from desk.notifications.notifier import Notifier, NotifyResult
from desk.notifications.on_call import OnCallCaller
from desk.notifications.outbox_sender import OutboxReport, in_turn
from desk.notifications.spike_alerts import SpikeAlerts
from desk.notifications.summaries import Summaries
from desk.notifications.trial import Trial
from desk.outbox.model import OutboxEntry, OutboxKind
from desk.outbox.store import Outbox
from desk.reading import OPERATOR, Kind, Urgency
from desk.spikes.faults import Fault
from desk.spikes.model import Spike
from desk.spikes.watch import LATE, SpikeWatch, Watched

_THREAD = 10
"""How many of a case's earlier mentions are shown."""

_MAILED_WITHIN = timedelta(minutes=2)
"""The mail about a spike that was found since then may be on its way; an older one is repeated by the sweep."""

_LIMIT = 2_000
"""Of how many mentions a run notifies people, or makes a summary; the next run goes on."""
_BATCH = 100

_log = logging.getLogger(__name__)


class MentionNews:
    """Sends notifications about mentions right after the commit, and what is left of them; implements SendsEntries.

    SNS has no "send if not sent yet". A run that dies between sending and removing the entries, or that races another
    run over the same mention, therefore notifies a department twice. `on_call`, where given, is called for urgent cases
    that were just committed.
    """

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        outbox: Outbox,
        notifier: Notifier,
        brand: Brand,
        clock: Callable[[], datetime],
        *,
        mentions: MentionStore,
        cases: CaseStore,
        trial: Trial,
        spikes: SpikeWatch,
        alerts: SpikeAlerts,
        on_call: OnCallCaller | None = None,
    ) -> None:
        self._outbox = outbox
        self._notifier = notifier
        self._brand = brand
        self._clock = clock
        self._mentions = mentions
        self._cases = cases
        self._trial = trial
        self._spikes = spikes
        self._alerts = alerts
        self._on_call = on_call
        self._summaries = Summaries(outbox, mentions, cases, notifier, trial, brand, clock)

    def send_new(self, entries: Sequence[RoutedMention], recent: RecentCases, report: MentionReport) -> None:
        """Notify people of mentions that were just committed, call the people on call, alert. Raises nothing.

        What fails stays in the outbox. `recent` are the authors' cases, as far as routing has looked at them.
        """
        if not entries:
            return
        now = self._clock()
        unsent = {one.mention.id: entry_read(one.mention.id, one.recipient or OPERATOR, now) for one in entries}
        begun: Sequence[Spike] = ()
        try:
            begun = self._notify(entries, unsent, recent, report)
        except Exception as exc:  # noqa: BLE001 - the mentions are routed: the sweep sends what is left
            _log.exception("%d mentions stay in the outbox", len(entries))
            report.unsent = dict.fromkeys(unsent, failure_of(exc))
        urgent = (e.case.id for e in entries if e.case and e.case.urgency is Urgency.HIGH and not e.mention.backlog)
        report.urgent = list(dict.fromkeys(urgent))
        if report.urgent and self._on_call and self._on_call.is_configured:
            self._call(report.urgent, self._on_call)  # before the spike's call, which uses up this second's budget
        for spike in begun:
            self._alerts.alert(spike)

    def send(self, entries: Sequence[OutboxEntry], goes_on: Callable[[], bool], report: OutboxReport) -> None:
        """Send what nobody was notified of, some each run and each run from elsewhere on, then the summaries.

        Summaries can wait; danger is among the others.
        """
        fresh = [entry for entry in entries if not _waits_for_summary(entry)]
        report.mentions += len(fresh)
        for some in batched(in_turn(fresh, self._clock(), _LIMIT), _BATCH, strict=False):
            if not goes_on():
                return
            self._send_again(some, report)
        self._send_summaries(list(filter(_waits_for_summary, entries)), goes_on, report)

    def _send_summaries(
        self, entries: Sequence[OutboxEntry], goes_on: Callable[[], bool], report: OutboxReport
    ) -> None:
        listed: dict[str, list[OutboxEntry]] = defaultdict(list)
        for entry in entries:
            listed[entry.recipient].append(entry)
        of_operator = [OPERATOR] if listed else []  # who inherits from the others, last
        for recipient in [*(key for key in listed if key != OPERATOR), *of_operator]:
            if goes_on():
                with isolated(report.failures, f"summary#{recipient}"):
                    if recipient == OPERATOR:
                        listed[OPERATOR] = list(filter(_waits_for_summary, self._outbox.entries(OPERATOR)))
                    if found := listed[recipient][:_LIMIT]:
                        report.summaries += self._summaries.send(recipient, found)

    def _send_again(self, entries: Sequence[OutboxEntry], report: OutboxReport) -> None:
        """Send a batch. If that raises, send its halves, so that one defective mention holds up no other."""
        try:
            report.failures |= self._send_left(entries)
        except StoreBusy as exc:
            report.failures |= {entry.subject: str(exc) for entry in entries}
        except Exception as exc:  # noqa: BLE001 - a defect that one mention meets must not hold up all the others
            if len(entries) == 1:
                report.failures[entries[0].subject] = failure_of(exc)
                return
            half = len(entries) // 2
            self._send_again(entries[:half], report)
            self._send_again(entries[half:], report)

    def _send_left(self, entries: Sequence[OutboxEntry]) -> dict[str, str]:
        """Send what these entries stand for; why some stay, by mention id."""
        stored = self._mentions.get_many([entry.subject for entry in entries])
        read = {one.mention.id: one for one in stored_entries(stored.values(), self._cases)}
        unsent = {entry.subject: entry for entry in entries if entry.subject in read}
        self._outbox.settle([entry for entry in entries if unsent.get(entry.subject) is not entry])
        report = MentionReport()
        begun = self._notify([read[key] for key in unsent], unsent, RecentCases(self._cases.author_cases), report)
        for spike in begun:
            self._alerts.alert(spike)
        return report.unsent

    def _notify(
        self,
        entries: Sequence[RoutedMention],
        unsent: Mapping[str, OutboxEntry],
        recent: RecentCases,
        report: MentionReport,
    ) -> Sequence[Spike]:
        """Notify the departments, and settle their entries; returns the spikes that were found."""
        mailed = {key for key, entry in unsent.items() if entry.what == Unsent.JSON}
        watched = self._watch(entries, report)
        try:
            notifications = self._notifications(entries, recent)
            notifications = [self._silent_if_covered(one, watched.open) for one in notifications]
            to_send, withheld = self._trial.split(notifications, mailed)
            result = self._notifier.notify(to_send, mailed)
            report.published, report.mails, report.put_off = result.published, result.mails, len(result.deferred)
            report.unsent = result.failures
            self._settle(result, [one.mention.id for one in (*to_send, *withheld)], unsent)
        except StoreBusy as exc:
            report.unsent = dict.fromkeys(unsent, failure_of(exc)) | report.unsent
        return watched.begun

    def _settle(self, result: NotifyResult, mention_ids: Collection[str], unsent: Mapping[str, OutboxEntry]) -> None:
        """Remove the entries of what was sent, and put in what is left of them; raises StoreBusy."""
        sent, left, now = list[OutboxEntry](), list[OutboxEntry](), self._clock()
        for mention_id in mention_ids:
            entry = unsent[mention_id]
            if mention_id in result.failures:
                if mention_id not in result.mailed or entry.what == Unsent.JSON:
                    continue
                left.append(json_left(entry))
            elif topic := result.deferred.get(mention_id):
                left.append(mail_left(entry, topic, now))
            sent.append(entry)
        self._outbox.settle(sent, left)

    def _watch(self, entries: Sequence[RoutedMention], report: MentionReport) -> Watched:
        """Watch the faults among these for spikes. If that fails, everybody is notified as if there were none."""
        faults = faults_among(entries, self._brand)
        try:
            watched = self._spikes.watch(faults)
        except Exception:  # noqa: BLE001 - departments must be notified even if no spike can be looked for
            _log.exception("%d faults were not watched for a spike", len(faults))
            report.unwatched = len(faults)
            return Watched()
        report.spikes = len(watched.begun)
        return watched

    def _notifications(self, entries: Sequence[RoutedMention], recent: RecentCases) -> list[Notification]:
        """One notification for each entry: new cases with their author's other cases, others with their thread."""
        earlier = {entry.mention.id: _earlier_mentions(entry) for entry in entries}
        mentions = {entry.mention.id: entry.mention for entry in entries}
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

    def _call(self, case_ids: Collection[str], on_call: OnCallCaller) -> None:
        """Call the people on call once; the task of every minute finds the cases for which that failed."""
        try:
            called = on_call.call(list(self._cases.get_many(case_ids).values()), self._clock())
        except Exception:  # noqa: BLE001 - a spike must still be told of even if the calls fail
            _log.exception("nobody on call could be notified")
            return
        if called.failures:
            _log.error("calls failed: %s", called.failures)


def _waits_for_summary(entry: OutboxEntry) -> bool:
    return entry.kind is OutboxKind.MENTION and entry.what == Unsent.MAIL


def _earlier_mentions(entry: RoutedMention) -> Collection[str]:
    """The case's mentions before this one, the last few, oldest first."""
    if entry.case is None or entry.event is Event.CASE_OPENED:
        return ()
    ids = entry.case.mention_ids
    place = ids.index(entry.mention.id) if entry.mention.id in ids else len(ids)
    return ids[max(0, place - _THREAD) : place]


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
