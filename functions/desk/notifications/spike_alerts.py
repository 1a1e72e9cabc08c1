"""Notifies people of spikes: one mail and one call when a spike is found, and one mail when it has ended."""

import logging
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
from desk.reading import OPERATOR
from desk.spikes.belonging import faults_around
from desk.spikes.faults import Faults, shared_words
from desk.spikes.model import Spike
from desk.spikes.store import SpikeNotice, SpikeStore

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
    """Notifies people of each spike once. It may be called again until everything was sent.

    A run claims the spike, sends, and marks what was sent. Of two runs at the same time one sends. If a run dies after
    sending and before marking, another run sends again: nobody may miss an outage. The process remembers which topics
    have the mail, so that they do not get it again because SNS refused it for another topic. `clock` is the wall clock.
    """

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
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
        self._spikes = spikes
        self._faults = faults
        self._mentions = mentions
        self._cases = cases
        self._notifier = notifier
        self._on_call = on_call
        self._brand = brand
        self._clock = clock
        self._sent = set[tuple[str, SpikeNotice, str]]()

    def alert(self, spike: Spike, now: datetime) -> AlertReport:
        """Call the people on call and mail the department and the operator, unless that was done. Raises nothing.

        A department in trial and the people on call are not notified of a trial's spike; the operator is.
        """
        report = AlertReport()
        with isolated(report.failures, f"spike#{spike.id}"):
            claimed = self._claim(spike)
            if claimed and claimed.is_open:
                self._call(claimed, now, report)
                if claimed.mailed_at is None:
                    self._mail_found(claimed, now, report)
        return _logged(report)

    def ended(self, spike: Spike, now: datetime) -> AlertReport:
        """Mail the department and the operator which cases still wait, unless that was done. Raises nothing."""
        report = AlertReport()
        with isolated(report.failures, f"spike#{spike.id}"):
            claimed = self._claim(spike)
            if claimed and claimed.ended_at and claimed.end_mailed_at is None:
                self._mail_ended(claimed, claimed.ended_at, now, report)
        return _logged(report)

    def needs_alert(self, spike: Spike) -> bool:
        """Whether this open spike's call or mail is still to be sent."""
        return spike.is_open and (spike.mailed_at is None or self._needs_call(spike))

    def _claim(self, spike: Spike) -> Spike | None:
        moment = self._clock()
        return self._spikes.claim(spike.id, moment, moment + _HELD)

    def _needs_call(self, spike: Spike) -> bool:
        is_called = spike.called_at is not None or self._brand.in_trial(spike.department)
        return self._on_call.is_configured and not is_called

    def _call(self, spike: Spike, now: datetime, report: AlertReport) -> None:
        """Call first: a phone wakes people, a mail does not."""
        if not self._needs_call(spike):
            return
        with isolated(report.failures, f"spike#{spike.id}#call"):
            if (spike.id, SpikeNotice.CALL, "") not in self._sent:
                self._on_call.call_for_spike(spike, now)
                self._sent.add((spike.id, SpikeNotice.CALL, ""))
                report.calls += 1
            self._spikes.mark(spike.id, SpikeNotice.CALL, now)

    def _mail_found(self, spike: Spike, now: datetime, report: AlertReport) -> None:
        found = self._found(spike, now)
        case_ids = [one.case_id for one in found.quoted if one.case_id]

        def render(topic: str, links: Mapping[str, str]) -> Mail:
            return render_spike(spike, found, topic, self._brand, links)

        self._mail(spike, SpikeNotice.MAIL, case_ids, render, now, report)

    def _mail_ended(self, spike: Spike, ended_at: datetime, now: datetime, report: AlertReport) -> None:
        ended = self._ended(spike, ended_at)
        case_ids = [one.case.id for one in ended.waiting]

        def render(topic: str, links: Mapping[str, str]) -> Mail:
            return render_spike_end(spike, ended, topic, self._brand, links)

        self._mail(spike, SpikeNotice.END_MAIL, case_ids, render, now, report)

    def _mail(  # noqa: PLR0913, PLR0917 - what a mail is made of
        self,
        spike: Spike,
        notice: SpikeNotice,
        case_ids: Sequence[str],
        render: Callable[[str, Mapping[str, str]], Mail],
        now: datetime,
        report: AlertReport,
    ) -> None:
        """Mail each topic that has no mail yet. The mail counts against the topic's budget, which never delays it."""
        topics = self._topics(spike)
        for topic in topics:
            if (spike.id, notice, topic) in self._sent:
                continue
            with isolated(report.failures, f"spike#{spike.id}#{topic}"):
                mail = render(topic, self._notifier.links.make(case_ids, topic))
                self._notifier.reserve_mail(topic)
                if failed := self._notifier.send_mail(topic, mail):
                    report.failures[f"spike#{spike.id}#{topic}"] = failed
                    continue
                self._sent.add((spike.id, notice, topic))
                report.mails += 1
        if all((spike.id, notice, topic) in self._sent for topic in topics):
            self._spikes.mark(spike.id, notice, now)

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


def _logged(report: AlertReport) -> AlertReport:
    if report.failures:
        _log.error("people could not be notified of a spike: %s", report.failures)
    return report
