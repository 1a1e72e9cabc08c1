"""Who is on call, as one topic."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.brand import Brand
from desk.cases.model import Case
from desk.i18n import phrase
from desk.notifications.topics import topic_errors
from desk.reading import OPERATOR
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

    def publish(self, message: OnCallMessage) -> None:
        """Tell all of them; raises TopicsUnavailable, and then it may have gone out all the same."""
        ...


class OnCallTopicSns:
    """The port OnCallTopic on SNS. Text messages go the dearer way that operators deliver first."""

    def __init__(self, client: "SNSClient", *, topic_arn: str) -> None:
        self._client = client
        self._topic = topic_arn

    def publish(self, message: OnCallMessage) -> None:
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


def department_of(case: Case, brand: Brand) -> str:
    """Who has the case; the operator when desk.yaml no longer has its department."""
    return case.department if case.department in brand.departments else OPERATOR


def _text(calls: Sequence[Call], now: datetime, brand: Brand, *, room: int) -> str:
    """The words; where they are too long, the department's name is what gives way."""
    name = brand.department_name(department_of(longest_waiting(calls), brand))
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
