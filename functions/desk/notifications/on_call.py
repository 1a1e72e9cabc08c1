"""Calls the people on call: for urgent cases that nobody has taken over, for spikes, and to have somebody look."""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.brand import Brand
from desk.cases.model import Case, CaseEvent, CaseEventKind
from desk.cases.store import CaseFile, CaseStore
from desk.cases.transitions import ANSWERABLE
from desk.concerned import concerns
from desk.errors import failure_of, isolated
from desk.i18n import phrase
from desk.notifications.contract import json_text, json_time
from desk.notifications.mail.spikes import usual_text
from desk.notifications.mail_budget import MailBudget
from desk.notifications.model import department_or_operator
from desk.notifications.notifier import AnswerLinks
from desk.notifications.topics import topic_errors
from desk.reader.explain import department_label
from desk.reading import Safety, Urgency
from desk.spikes.model import Spike
from desk.spikes.store import SpikeStore
from desk.text import cut, utf16_units

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class OnCallMessage(NamedTuple):
    """One message for each protocol: a text message for phones, JSON for web hooks, and plain text for the others.

    Only `sms` has a link, with which anyone can act on the case.
    """

    sms: str
    machine: str
    plain: str


class OnCallTopic(Protocol):
    """Notifies the people on call."""

    def send(self, message: OnCallMessage) -> None:
        """Send to all of them. Raises TopicsUnavailable, after which the message may have been sent or not."""
        ...


class OnCallTopicSns:
    """OnCallTopic on SNS. Text messages are sent as transactional ones, which cost more and are delivered first."""

    def __init__(self, client: "SNSClient", *, topic_arn: str) -> None:
        self._client = client
        self._topic = topic_arn

    def send(self, message: OnCallMessage) -> None:
        """See OnCallTopic."""
        by_protocol = {"default": message.plain, "sms": message.sms, "https": message.machine}
        with topic_errors("on call"):
            self._client.publish(
                TopicArn=self._topic,
                Message=json.dumps(by_protocol, ensure_ascii=False),
                MessageStructure="json",
                MessageAttributes={"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}},
            )


SMS_CHARACTERS = 140
"""The longest text message; in Korean 134 characters go in two parts, and most messages are shorter."""

VERSION = "1"

_DAY = timedelta(days=1)


class Call(NamedTuple):
    """A case for which somebody is called, and how often this was done, this time included."""

    case: Case
    number: int


def on_call_message(calls: Sequence[Call], now: datetime, brand: Brand, link: str | None) -> OnCallMessage:
    """One message for all calls (at least one); `link` opens the case that has waited longest."""
    case = longest_waiting(calls)
    key = "on_call.one" if len(calls) == 1 else "on_call.many"
    text = partial(_case_text, key, case, now - case.asked_at, len(calls), brand)
    return _message(text, _name_of(case, brand), _machine(calls, now), brand, link)


def check_message(calls: Sequence[Call], count: int, now: datetime, brand: Brand, link: str | None) -> OnCallMessage:
    """One message about `count` cases that nobody has opened; `calls` begin with the one that has waited longest.

    As everywhere outside the desk, it doesn't say why somebody should look.
    """
    case = calls[0].case
    key = "on_call.checks.one" if count == 1 else "on_call.checks.many"
    text = partial(_case_text, key, case, now - (case.unseen_since or now), count, brand)
    return _message(text, _name_of(case, brand), _machine(calls, now), brand, link)


def longest_waiting(calls: Sequence[Call]) -> Case:
    """The case whose author has waited longest; there is at least one call."""
    return min((call.case for call in calls), key=lambda case: (case.asked_at, case.id))


def _message(
    text: Callable[[str], str], department: str, machine: str, brand: Brand, link: str | None
) -> OnCallMessage:
    """A message with this text of the department's name, which is cut where the text is too long."""

    def fitted(room: int) -> str:
        over = utf16_units(text(department)) - room
        return text(cut(department, max(utf16_units(department) - over, 0), utf16_units) if over > 0 else department)

    sms = plain = fitted(SMS_CHARACTERS)
    if link:
        short = fitted(SMS_CHARACTERS - utf16_units(link) - 1)
        sms = phrase(brand.language, "on_call.link", text=short, link=link)
    return OnCallMessage(sms=sms, machine=machine, plain=plain)


def _name_of(case: Case, brand: Brand) -> str:
    return brand.department_name(department_or_operator(case.department, brand))


def _case_text(key: str, case: Case, waited: timedelta, count: int, brand: Brand, department: str) -> str:  # noqa: PLR0913, PLR0917 - the key and its values
    return phrase(
        brand.language,
        key,
        kind=phrase(brand.language, f"kind.{case.label}"),
        case=case.id,
        department=department,
        waited=_waited(waited, brand.language),
        count=count,
    )


def _waited(waited: timedelta, language: str) -> str:
    if waited >= _DAY:
        return phrase(language, "on_call.waited.days", days=waited // _DAY)
    hours, minutes = divmod(max(waited // timedelta(minutes=1), 1), 60)
    key = "on_call.waited.hours" if hours else "on_call.waited.minutes"
    return phrase(language, key, hours=hours, minutes=minutes)


def _machine(calls: Sequence[Call], now: datetime) -> str:
    cases = [_case(call) for call in calls]
    return json_text({"version": VERSION, "event": "on_call", "called_at": json_time(now), "cases": cases})


def _case(call: Call) -> dict[str, Any]:
    case = call.case
    return {
        "id": case.id,
        "kind": str(case.kind),
        "review": case.is_doubted,
        "department": case.department,
        "likely": case.wakes,
        "asked_at": json_time(case.asked_at),
        "due_at": json_time(case.due_at),
        "call": call.number,
    }


def spike_message(spike: Spike, now: datetime, brand: Brand) -> OnCallMessage:
    """The message about a spike of faults. Its link opens the list of spikes in the console: that of one is longer."""
    about = {
        "id": spike.id,
        "department": spike.department,
        "started_at": json_time(spike.started_at),
        "detected_at": json_time(spike.detected_at),
        "minutes": spike.minutes,
        "faults": spike.faults,
        "expected": round(spike.expected, 3),
    }
    machine = json_text({"version": VERSION, "event": "spike", "called_at": json_time(now), "spike": about})
    link = f"{brand.console_url}/spikes" if brand.console_url else None

    def text(department: str) -> str:
        usual, key = usual_text(spike.expected, brand), "on_call.spike"
        values = {"minutes": spike.minutes, "faults": spike.faults, "usual": usual}
        return phrase(brand.language, key, department=department, **values)

    return _message(text, department_label(spike.department, brand), machine, brand, link)


ON_CALL = "on_call"
"""The topic's name in the budget; no department's key has an underscore."""

CASES_A_CALL = 20
"""Cases in one message; the next minute's run calls for the others."""

_CALLED_WITHIN = timedelta(minutes=2)
"""By then a spike's own call was made, or its cases are called for as any others."""
_SPIKES_OF = timedelta(days=2)
"""An emergency waits no longer than this until somebody acts on it; older spikes have none."""
_HELD = timedelta(seconds=45)  # how long a claim lasts: a call takes seconds, and a run may die in it

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class CallReport:
    """For how many cases somebody was called, and why calls failed, by case id or `on_call` for the topic.

    `waiting` cases need a call, now or later. `put_off`: the budget is used up, and the other cases wait for a later
    run.
    """

    waiting: int = 0
    called: int = 0
    put_off: bool = False
    failures: dict[str, str] = field(default_factory=dict)


class _Claimed(NamedTuple):
    call: Call
    file: CaseFile


class OnCallCaller:
    """Calls the people on call in one message about several cases. `clock` is the wall clock.

    `budget` limits messages, and this caller leaves `keep` of them to others.

    A case is claimed, then the call is sent, then it is recorded. Of two runs at the same time one calls. If a run
    dies before the call, another one calls within two minutes; if it dies right after the call, phones ring twice. The
    budget is used after the first claim, when it is certain that there is a call to make.
    """

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        cases: CaseStore,
        topic: OnCallTopic,
        brand: Brand,
        clock: Callable[[], datetime],
        *,
        links: AnswerLinks,
        budget: MailBudget,
        spikes: SpikeStore,
        keep: int = 0,
    ) -> None:
        self._cases = cases
        self._topic = topic
        self._spikes = spikes
        self._links = links
        self._budget = budget
        self._keep = keep
        self._brand = brand
        self._clock = clock

    @property
    def is_configured(self) -> bool:
        """Whether the settings name anybody who could be called."""
        return bool(self._brand.on_call.phones or self._brand.on_call.webhooks)

    def needs_call(self, case: Case) -> bool:
        """Whether the case, as it is now, is an emergency that nobody has taken over.

        While it waits in a trial, only danger counts, and that only if the settings say so.
        """
        if not self._brand.may_call(case.department):
            return False
        is_withheld = case.awaits_release or self._brand.in_trial(case.department)
        is_danger = case.safety is Safety.DANGER
        wakes = is_danger if is_withheld else case.wakes or is_danger or self._brand.on_call.every
        is_emergency = case.urgency is Urgency.HIGH and wakes
        return is_emergency and case.state in ANSWERABLE and case.holder is None

    def call_for_spike(self, spike: Spike, now: datetime) -> None:
        """Call once for all of the spike's cases. Raises TopicsUnavailable; then they may have been called or not.

        The call counts against the budget, which never holds it up.
        """
        self._count(f"spike {spike.id}")
        self._topic.send(spike_message(spike, now, self._brand))

    def call_for_checks(self, calls: Sequence[Call], count: int, now: datetime) -> None:
        """Call once for `count` cases that nobody has opened, as `check_message` says. Raises as `call_for_spike`.

        The call counts against the budget, which never holds it up.
        """
        self._count(f"{count} cases that nobody has opened")
        self._topic.send(check_message(calls, count, now, self._brand, self._link_to(calls[0].case)))

    def _count(self, about: str) -> None:
        try:
            self._budget.reserve(ON_CALL, self._clock())
        except Exception:  # noqa: BLE001 - the call is more important than its count
            _log.exception("the call about %s is not counted", about)

    def _link_to(self, case: Case) -> str | None:
        return self._links.make([case.id], department_or_operator(case.department, self._brand)).get(case.id)

    def call(self, cases: Sequence[Case], now: datetime) -> CallReport:
        """Call for the cases that are due for a call, the longest waiting first. Raises none of the expected errors."""
        waiting = self._needing_calls(cases, now)
        report = CallReport(waiting=len(waiting))
        claims = self._claims(waiting, now, report)
        if (first := next(claims, None)) and self._may_call(report):
            claimed = [first, *islice(claims, CASES_A_CALL - 1)]
            if self._send([one.call for one in claimed], now, report):
                for one in claimed:
                    self._record(one, now, report)
        return report

    def _needing_calls(self, cases: Sequence[Case], now: datetime) -> list[Case]:
        """Those of the cases that need a call of their own: the one call about a spike is for all of its cases.

        If the spikes can't be read, or that call was not made, its cases are called for as any others.
        """
        waiting = [case for case in cases if self.needs_call(case)]
        if all(case.safety is Safety.DANGER for case in waiting):
            return waiting
        try:
            spikes = self._spikes.recent(now - _SPIKES_OF)
        except Exception:  # noqa: BLE001 - a call too many is better than none
            _log.exception("people are called although a spike may cover some cases")
            return waiting
        called = [spike for spike in spikes if spike.called_at or spike.detected_at > now - _CALLED_WITHIN]
        return [case for case in waiting if not any(_calls_for(spike, case) for spike in called)]

    def _claims(self, cases: Sequence[Case], now: datetime, report: CallReport) -> Iterator[_Claimed]:
        """The cases that are due for a call; each is claimed when the iterator reaches it."""
        for case in sorted(cases, key=lambda case: (case.asked_at, case.id)):
            claimed = None
            with concerns(case=case.id), isolated(report.failures, case.id):
                claimed = self._claim(case, now)
            if claimed:
                yield claimed

    def _may_call(self, report: CallReport) -> bool:
        """Take a message out of the budget; whether it had one."""
        try:
            report.put_off = not self._budget.reserve(ON_CALL, self._clock(), keep=self._keep)
        except Exception as exc:  # noqa: BLE001 - nothing was sent: the next minute's run takes from the budget again
            report.failures[ON_CALL] = failure_of(exc)
            return False
        return not report.put_off

    def _claim(self, seen: Case, now: datetime) -> _Claimed | None:
        """Claim the case for this run and read it again; None when no call is due."""
        moment = self._clock()
        number = self._cases.claim_call(seen, now, held=(moment, moment + _HELD))
        file = self._cases.file(seen.id) if number is not None else None
        if number is None or file is None or not self._still_waits(file, seen):
            return None
        return _Claimed(Call(file.case, number), file)

    def _still_waits(self, file: CaseFile, seen: Case) -> bool:
        """Whether nobody has acted on it since, and its author wrote after the desk started."""
        is_backlog = bool(file.mentions) and all(one.mention.backlog for one in file.mentions)
        return self.needs_call(file.case) and file.case.department == seen.department and not is_backlog

    def _send(self, calls: Sequence[Call], now: datetime, report: CallReport) -> bool:
        try:
            link = self._link_to(longest_waiting(calls))
            self._topic.send(on_call_message(calls, now, self._brand, link))
        except Exception as exc:  # noqa: BLE001 - the call was not sent: the next minute's run calls again
            _log.exception("nobody on call could be called for %d cases", len(calls))
            report.failures[ON_CALL] = failure_of(exc)
            return False
        report.called = len(calls)
        return True

    def _record(self, one: _Claimed, now: datetime, report: CallReport) -> None:
        """Record the call; the case's history shows only the first of several calls for the same question."""
        case, calls = one.call.case, [event.at for event in one.file.events if event.what is CaseEventKind.CALLED]
        # The message covers several cases: the others must still be recorded.
        with concerns(case=case.id), isolated(report.failures, case.id):
            self._cases.record_call(case, now, one.call.number)
            if all(at < case.calls_since for at in calls):
                self._cases.record(case, CaseEvent(CaseEventKind.CALLED, max(now, case.calls_since), by=""))


def _calls_for(spike: Spike, case: Case) -> bool:
    """Whether the spike's call was about this case: its author has written nothing alarming after the spike."""
    return spike.covers(case) and (spike.ended_at is None or case.calls_since <= spike.ended_at)
