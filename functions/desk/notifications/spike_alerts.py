"""Notifies people of spikes: one mail and one call when a spike is found, and one mail when it has ended."""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk.brand import Brand
from desk.cases.model import WAITING
from desk.cases.sla import answer_due_at
from desk.cases.store import CaseStore
from desk.errors import isolated
from desk.mentions.store import MentionStore
from desk.notifications.mail.parts import Mail
from desk.notifications.mail.spikes import Ended, QuotedFault, SpikeExcerpt, WaitingCase, render_spike, render_spike_end
from desk.notifications.model import department_or_operator
from desk.notifications.notifier import Notifier
from desk.notifications.on_call import OnCallCaller
from desk.notifications.outbox_sender import OutboxReport
from desk.outbox.model import OutboxEntry
from desk.outbox.store import Outbox
from desk.reading import OPERATOR
from desk.spikes.belonging import faults_around
from desk.spikes.faults import Faults, shared_words
from desk.spikes.model import Spike, SpikeNotice, entries_begun
from desk.spikes.store import SpikeStore

FIRST = 5
"""How many faults the first mail quotes."""
WAITING_CASES = 40
"""How many cases the last mail lists."""
_HELD = timedelta(minutes=2)
"""How long a claim lasts. Two mails and a call take seconds, or half a minute if SNS does not answer."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class AlertReport:
    """What was sent, and why the rest failed, by `spike#<id>` and kind or topic; the sweep tries those again."""

    mails: int = 0
    calls: int = 0
    failures: dict[str, str] = field(default_factory=dict)


class SpikeAlerts:
    """Notifies people of each spike once; implements SendsEntries.

    A run claims the spike, and sends what its entries in the outbox stand for. Of two runs at the same time one sends.
    If a run dies after sending and before removing the entry, another run sends again: nobody may miss an outage. The
    process remembers what it sent, so that an entry that could not be removed is not sent again. `clock` is the wall
    clock.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what it works with, each named
        self,
        outbox: Outbox,
        spikes: SpikeStore,
        notifier: Notifier,
        on_call: OnCallCaller,
        brand: Brand,
        clock: Callable[[], datetime],
        *,
        faults: Faults,
        mentions: MentionStore,
        cases: CaseStore,
    ) -> None:
        self._outbox = outbox
        self._spikes = spikes
        self._faults = faults
        self._mentions = mentions
        self._cases = cases
        self._notifier = notifier
        self._on_call = on_call
        self._brand = brand
        self._clock = clock
        self._sent = set[OutboxEntry]()

    def alert(self, spike: Spike) -> AlertReport:
        """Call the people on call and mail the department and the operator about a spike that was just begun.

        A department in trial and the people on call are not notified of a trial's spike; the operator is. Raises
        nothing.
        """
        return self.notify(spike.id, entries_begun(spike))

    def send(self, entries: Sequence[OutboxEntry], goes_on: Callable[[], bool], report: OutboxReport) -> None:
        """Send what is left."""
        by_spike: dict[str, list[OutboxEntry]] = defaultdict(list)
        for entry in entries:
            by_spike[entry.subject].append(entry)
        for spike_id, theirs in by_spike.items():
            if goes_on():
                report.failures |= self.notify(spike_id, theirs).failures

    def notify(self, spike_id: str, entries: Sequence[OutboxEntry]) -> AlertReport:
        """Send what these entries, all of this spike, stand for, unless another run does. Raises nothing."""
        report = AlertReport()
        with isolated(report.failures, f"spike#{spike_id}"):
            moment = self._clock()
            if claimed := self._spikes.claim(spike_id, moment, moment + _HELD):
                self._notify(claimed, entries, report)
            elif self._spikes.get(spike_id) is None:
                self._outbox.settle(entries)
        if report.failures:
            _log.error("people could not be notified of a spike: %s", report.failures)
        return report

    def _notify(self, spike: Spike, entries: Sequence[OutboxEntry], report: AlertReport) -> None:
        """Call first: a phone wakes people, a mail does not."""
        due = [entry for entry in entries if self._is_relevant(entry, spike)]
        with isolated(report.failures, f"spike#{spike.id}"):
            self._outbox.settle([entry for entry in entries if entry not in due])
        by_notice = {notice: [entry for entry in due if entry.what == notice] for notice in SpikeNotice}
        for entry in by_notice[SpikeNotice.CALL]:
            self._call(spike, entry, report)
        if begun := by_notice[SpikeNotice.MAIL]:
            self._mail_found(spike, begun, report)
        if (ended := by_notice[SpikeNotice.END_MAIL]) and spike.ended_at:
            self._mail_ended(spike, spike.ended_at, ended, report)

    def _is_relevant(self, entry: OutboxEntry, spike: Spike) -> bool:
        """Whether this is still sent, to this recipient. Of a spike that has ended the mail about its end says all."""
        if entry.what == SpikeNotice.CALL:
            return spike.is_open and self._on_call.is_configured and not self._brand.in_trial(spike.department)
        return spike.is_open is (entry.what == SpikeNotice.MAIL) and entry.recipient in self._topics(spike)

    def _call(self, spike: Spike, entry: OutboxEntry, report: AlertReport) -> None:
        with isolated(report.failures, f"spike#{spike.id}#call"):
            if entry not in self._sent:
                self._on_call.call_for_spike(spike, self._clock())
                self._sent.add(entry)
                report.calls += 1
            self._spikes.mark_sent(entry, self._clock())

    def _mail_found(self, spike: Spike, entries: Sequence[OutboxEntry], report: AlertReport) -> None:
        found = self._found(spike, self._clock())
        case_ids = [one.case_id for one in found.quoted if one.case_id]

        def render(topic: str, links: Mapping[str, str]) -> Mail:
            return render_spike(spike, found, topic, self._brand, links)

        for entry in entries:
            self._mail(spike, entry, case_ids, render, report)

    def _mail_ended(
        self, spike: Spike, ended_at: datetime, entries: Sequence[OutboxEntry], report: AlertReport
    ) -> None:
        ended = self._ended(spike, ended_at)
        case_ids = [one.case.id for one in ended.waiting]

        def render(topic: str, links: Mapping[str, str]) -> Mail:
            return render_spike_end(spike, ended, topic, self._brand, links)

        for entry in entries:
            self._mail(spike, entry, case_ids, render, report)

    def _mail(
        self,
        spike: Spike,
        entry: OutboxEntry,
        case_ids: Sequence[str],
        render: Callable[[str, Mapping[str, str]], Mail],
        report: AlertReport,
    ) -> None:
        """Mail the entry's recipient. The mail counts against the topic's budget, which never delays it."""
        topic = entry.recipient
        with isolated(report.failures, f"spike#{spike.id}#{topic}"):
            if entry not in self._sent:
                mail = render(topic, self._notifier.links.make(case_ids, topic))
                self._notifier.reserve_mail(topic)
                if failed := self._notifier.send_mail(topic, mail):
                    report.failures[f"spike#{spike.id}#{topic}"] = failed
                    return
                self._sent.add(entry)
                report.mails += 1
            self._remove(entry, spike)

    def _remove(self, entry: OutboxEntry, spike: Spike) -> None:
        """Remove the entry of a mail. The spike records when its department was mailed, or the operator instead."""
        if entry.recipient == self._topics(spike)[0]:
            self._spikes.mark_sent(entry, self._clock())
        else:
            self._outbox.settle([entry])

    def _topics(self, spike: Spike) -> Sequence[str]:
        """The department and the operator; the operator alone for a trial."""
        if self._brand.in_trial(spike.department):
            return [OPERATOR]
        return list(dict.fromkeys([department_or_operator(spike.department, self._brand), OPERATOR]))

    # What the mails show

    def _found(self, spike: Spike, now: datetime) -> SpikeExcerpt:
        """The first faults and the words that they share; empty if they can't be read, since the mail must not wait."""
        try:
            _, faults = faults_around(self._faults, spike, now)
            stored = self._mentions.get_many([fault.mention_id for fault in faults[: 2 * FIRST]])
        except Exception:  # noqa: BLE001 - see above
            _log.exception("the faults of spike %s could not be read; its mail quotes none", spike.id)
            return SpikeExcerpt()
        quoted = [
            QuotedFault(one.mention.post, fault.case_id)
            for fault in faults
            if (one := stored.get(fault.mention_id)) and not (one.outcome and one.outcome.reading.safety)
        ]
        return SpikeExcerpt(quoted[:FIRST], shared_words(faults))

    def _ended(self, spike: Spike, ended_at: datetime) -> Ended:
        """How many faults there were, and the cases that wait; if they can't be read, only the spike's own number."""
        try:
            _, faults = faults_around(self._faults, spike, ended_at)
            found = self._cases.get_many({fault.case_id for fault in faults if fault.case_id})
            waiting = [case for case in found.values() if case.state in WAITING and spike.covers(case)]
            waiting.sort(key=lambda case: (answer_due_at(case), case.id))
            listed = waiting[:WAITING_CASES]
            stored = self._mentions.get_many([case.mention_ids[-1] for case in listed])
        except Exception:  # noqa: BLE001 - see above
            _log.exception("the cases of spike %s could not be read; the mail about its end lists none", spike.id)
            return Ended(spike.faults, is_known=False)
        posts = {key: one.mention.post for key, one in stored.items()}
        cases = [WaitingCase(case, posts.get(case.mention_ids[-1])) for case in listed]
        return Ended(len(faults), cases, more=len(waiting) - len(cases))
