"""Calls the people on call for urgent cases that nobody has taken on."""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.brand import Brand
from desk.cases.model import Case, CaseEvent, CaseEventKind
from desk.cases.store import CaseFile, CaseStore
from desk.cases.transitions import ANSWERABLE
from desk.errors import failure_of
from desk.i18n import phrase
from desk.notifications.mail_budget import MailBudget
from desk.notifications.model import department_or_operator
from desk.notifications.notifier import AnswerLinks
from desk.notifications.topics import topic_errors
from desk.reading import Urgency
from desk.text import cut, utf16_units

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class OnCallMessage(NamedTuple):
    """One message as each way to reach somebody takes it: a text message, JSON for machines, and plain words.

    Only `sms` has a link: anyone with it can act on the case.
    """

    sms: str
    machine: str
    plain: str


class OnCallTopic(Protocol):
    """Notifies the people on call."""

    def send(self, message: OnCallMessage) -> None:
        """Tell all of them; raises TopicsUnavailable, and then it may have gone out all the same."""
        ...


class OnCallTopicSns:
    """The port OnCallTopic on SNS. Text messages go the dearer way that operators deliver first."""

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
"""The most a text message may have; in Korean 134 go as two parts, and most are shorter."""

VERSION = "1"

_DAY = timedelta(days=1)


class Call(NamedTuple):
    """A case that somebody is called for, and how often that was done, this time included."""

    case: Case
    number: int


def on_call_message(calls: Sequence[Call], now: datetime, brand: Brand, link: str | None) -> OnCallMessage:
    """The calls, at least one, as one message; `link` opens the case that waits the longest, where there is one."""
    plain = _text(calls, now, brand, room=SMS_CHARACTERS)
    sms = plain
    if link:
        short = _text(calls, now, brand, room=SMS_CHARACTERS - utf16_units(link) - 1)
        sms = phrase(brand.language, "on_call.link", text=short, link=link)
    return OnCallMessage(sms=sms, machine=_machine(calls, now), plain=plain)


def longest_waiting(calls: Sequence[Call]) -> Case:
    """The case of these, at least one, whose author waits the longest."""
    return min((call.case for call in calls), key=lambda case: (case.asked_at, case.id))


def _text(calls: Sequence[Call], now: datetime, brand: Brand, *, room: int) -> str:
    """The words; where they are too long, the department's name is what gives way."""
    name = brand.department_name(department_or_operator(longest_waiting(calls).department, brand))
    over = utf16_units(_sentence(calls, now, brand, name)) - room
    short = cut(name, max(utf16_units(name) - over, 0), utf16_units) if over > 0 else name
    return _sentence(calls, now, brand, short)


def _sentence(calls: Sequence[Call], now: datetime, brand: Brand, department: str) -> str:
    case = longest_waiting(calls)
    return phrase(
        brand.language,
        "on_call.one" if len(calls) == 1 else "on_call.many",
        kind=phrase(brand.language, f"kind.{case.kind}"),
        case=case.id,
        department=department,
        waited=_waited(now - case.asked_at, brand.language),
        count=len(calls),
    )


def _waited(waited: timedelta, language: str) -> str:
    if waited >= _DAY:
        return phrase(language, "on_call.waited.days", days=waited // _DAY)
    hours, minutes = divmod(max(waited // timedelta(minutes=1), 1), 60)
    key = "on_call.waited.hours" if hours else "on_call.waited.minutes"
    return phrase(language, key, hours=hours, minutes=minutes)


def _machine(calls: Sequence[Call], now: datetime) -> str:
    cases = [_case(call) for call in calls]
    message = {"version": VERSION, "event": "on_call", "called_at": _moment(now), "cases": cases}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def _case(call: Call) -> dict[str, Any]:
    case = call.case
    return {
        "id": case.id,
        "kind": str(case.kind),
        "department": case.department,
        "likely": case.wakes,
        "asked_at": _moment(case.asked_at),
        "due_at": _moment(case.due_at),
        "call": call.number,
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


ON_CALL = "on_call"
"""The topic's name in the budget: no department's key has an underscore."""

CASES_A_CALL = 20
"""In one message; others are told of with the next minute's run."""

_HELD = timedelta(seconds=45)  # a call takes seconds; a run that died in it holds the case up for no longer

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class CallReport:
    """Of how many cases somebody was told, and why that failed, by case id or `on_call` for the topic.

    `put_off`: so much was told within a few minutes that the rest waits for a later run.
    """

    called: int = 0
    put_off: bool = False
    failures: dict[str, str] = field(default_factory=dict)


class _Claimed(NamedTuple):
    call: Call
    file: CaseFile


class OnCallCaller:
    """Tells those on call of cases, in one message; `clock` is the machine's.

    `budget` limits messages, and this caller leaves `keep` of them to others.

    A case is claimed, told of, and then noted: of two runs at once one tells, a run that dies before it told is made
    up for within a minute or two, and one that dies right after it makes a phone ring twice. The budget is asked
    between the first claim and the others: by then it is known that there is something to tell.
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
        keep: int = 0,
    ) -> None:
        self._cases = cases
        self._topic = topic
        self._links = links
        self._budget = budget
        self._keep = keep
        self._brand = brand
        self._clock = clock

    @property
    def is_configured(self) -> bool:
        """Whether desk.yaml names anybody who could be called."""
        return bool(self._brand.on_call.phones or self._brand.on_call.webhooks)

    def needs_call(self, case: Case) -> bool:
        """Whether somebody on call must hear of the case as it is."""
        wakes = case.wakes or case.danger or self._brand.on_call.every
        is_emergency = case.urgency is Urgency.HIGH and wakes
        return is_emergency and case.state in ANSWERABLE and case.holder is None

    def call(self, cases: Sequence[Case], now: datetime) -> CallReport:
        """Tell of those of the cases for which a call is due, the longest waiting first. Raises nothing expected."""
        report = CallReport()
        claims = self._claims(cases, now, report)
        if (first := next(claims, None)) and self._may_call(report):
            claimed = [first, *islice(claims, CASES_A_CALL - 1)]
            if self._told([one.call for one in claimed], now, report):
                for one in claimed:
                    self._note(one, now, report)
        return report

    def _claims(self, cases: Sequence[Case], now: datetime, report: CallReport) -> Iterator[_Claimed]:
        """The cases for which a call is due; each is claimed only when it is asked for."""
        for case in sorted(filter(self.needs_call, cases), key=lambda case: (case.asked_at, case.id)):
            try:
                yield from self._claimed(case, now)
            except Exception as exc:  # noqa: BLE001 - a failure in one case must not stop the others
                report.failures[case.id] = failure_of(exc)

    def _may_call(self, report: CallReport) -> bool:
        """Whether the budget has a message, which is taken."""
        try:
            report.put_off = not self._budget.reserve(ON_CALL, self._clock(), keep=self._keep)
        except Exception as exc:  # noqa: BLE001 - nothing was sent: the next minute's run takes from the budget again
            report.failures[ON_CALL] = failure_of(exc)
            return False
        return not report.put_off

    def _claimed(self, seen: Case, now: datetime) -> Sequence[_Claimed]:
        """The case, as it is by now, for this run alone; nothing when no call is due."""
        moment = self._clock()
        number = self._cases.claim_call(seen, now, held=(moment, moment + _HELD))
        file = self._cases.file(seen.id) if number is not None else None
        if number is None or file is None or not self._still_waits(file, seen):
            return ()
        return (_Claimed(Call(file.case, number), file),)

    def _still_waits(self, file: CaseFile, seen: Case) -> bool:
        """Whether nobody acted meanwhile, and its author asked while the desk was there to hear it."""
        is_backlog = bool(file.mentions) and all(one.mention.backlog for one in file.mentions)
        return self.needs_call(file.case) and file.case.department == seen.department and not is_backlog

    def _told(self, calls: Sequence[Call], now: datetime, report: CallReport) -> bool:
        try:
            oldest = longest_waiting(calls)
            link = self._links.make([oldest.id], department_or_operator(oldest.department, self._brand)).get(oldest.id)
            self._topic.send(on_call_message(calls, now, self._brand, link))
        except Exception as exc:  # noqa: BLE001 - the call was not sent: the next minute's run calls again
            _log.exception("nobody on call could be told of %d cases", len(calls))
            report.failures[ON_CALL] = failure_of(exc)
            return False
        report.called = len(calls)
        return True

    def _note(self, one: _Claimed, now: datetime, report: CallReport) -> None:
        """Note the call; the case's history has one for each matter, however often the phone rang."""
        case = one.call.case
        at = max(now, case.calls_since)
        try:
            self._cases.record_call(case, now, one.call.number)
            if not any(
                event.what is CaseEventKind.CALLED and event.at >= case.calls_since for event in one.file.events
            ):
                self._cases.record(case, CaseEvent(CaseEventKind.CALLED, at, by=""))
        except Exception as exc:  # noqa: BLE001 - the message covers several cases: the others must still be recorded
            report.failures[case.id] = failure_of(exc)
