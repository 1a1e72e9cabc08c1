"""Notifies the devices of people: who is to hear of what, at which hours, each event once on each device."""

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from desk.brand import Brand
from desk.cases.inbox import COUNTED, Inbox, InboxRow
from desk.cases.model import CaseState, Queue
from desk.concerned import concerns
from desk.errors import StoreBusy
from desk.i18n import phrase
from desk.notifications.phone_news import PhoneNews
from desk.reading import Safety
from desk.staff.devices import Device, DeviceStore, PushChoices, PushKind
from desk.staff.model import Person, Role
from notify_phones.web_push import Delivery, Result, SendsPush

CONSOLE = "/console"
_AT_ONCE = 16
"""Messages that are under way at the same time: each waits for another server."""
_OLDEST = timedelta(hours=1)
"""What waited longer, in queues or for a function that failed, surprises people rather than helps them."""
_SAFETY = {PushKind.DANGER: Safety.DANGER, PushKind.CHECK: Safety.CHECK}
_FOR_ROLE: Mapping[Role, frozenset[PushKind]] = {
    Role.OPERATOR: frozenset(PushKind),
    Role.VIEWER: frozenset({PushKind.DANGER, PushKind.CHECK}),
    Role.DEPARTMENT: frozenset({PushKind.DANGER, PushKind.CHECK, PushKind.PROMISE}),
}
_DELIVERIES = {
    PushKind.DANGER: Delivery(timedelta(hours=1), is_urgent=True, topic="danger"),
    PushKind.CHECK: Delivery(timedelta(hours=4), is_urgent=True, topic="check"),
    PushKind.DRAFT: Delivery(timedelta(hours=8), is_urgent=False, topic="draft"),
    PushKind.PROMISE: Delivery(timedelta(minutes=10), is_urgent=True, topic="promise"),
}
_PLACES = {
    PushKind.DANGER: "inbox/all?urgent=1",
    PushKind.CHECK: "inbox/all?urgent=1",
    PushKind.DRAFT: "inbox/to_answer",
    PushKind.PROMISE: "promises",
}
"""The pages below the console on which people see several of a kind."""

_SHOWS_IF_REFUSED = (Result.SENT, Result.REFUSED)
"""Results after which it is known whether the push service takes messages for a device."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class PushReport:
    """What became of the messages; None counts those that were sent before."""

    results: Counter[Result | None] = field(default_factory=Counter)

    @property
    def left(self) -> int:
        """How many messages push services did not take now."""
        return self.results[Result.LATER]


class _Message(NamedTuple):
    news: PhoneNews
    device: Device
    waiting: int


class PhoneNotifier:
    """Sends news to the devices of those whom it concerns. `clock` is the wall clock.

    An event is claimed for a device before it is sent, and given back if it certainly did not arrive: so none arrives
    twice, and one is missing if this dies in between. Danger is mailed, called and shown as well.
    """

    def __init__(
        self, devices: DeviceStore, inbox: Inbox, push: SendsPush, brand: Brand, clock: Callable[[], datetime]
    ) -> None:
        self._devices = devices
        self._inbox = inbox
        self._push = push
        self._brand = brand
        self._clock = clock

    def notify(self, news: Iterable[PhoneNews]) -> PushReport:
        """Send the news. Raises StoreBusy before anything was sent, or after it; repeating sends the rest."""
        now = self._clock()
        fresh = [one for one in news if now - one.at < _OLDEST]
        devices = self._devices.all(now) if fresh else ()
        choices = {id_: self._devices.choices(id_) for id_ in {device.person.id for device in devices}}
        wanted = [(one, device) for one in fresh for device in devices if self._is_for(one, device, choices, now)]
        counts, report = _Counts(self._inbox), PushReport()
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            messages = [_Message(one, device, counts.of(one, device.person)) for one, device in wanted]
            report.results.update(threads.map(lambda message: self._send(message, now), messages))
        return report

    def _is_for(self, news: PhoneNews, device: Device, choices: Mapping[str, PushChoices], now: datetime) -> bool:
        person = device.person
        is_theirs = person.id == news.person_id if news.person_id else person.sees(news.department)
        return (
            is_theirs and news.kind in _FOR_ROLE[person.role] and choices[person.id].want(news.kind, now, self._brand)
        )

    def _send(self, message: _Message, now: datetime) -> Result | None:
        news, device, waiting = message
        with concerns(case=news.case_id):  # this is a thread of its own
            if not self._devices.claim(device.id, news.event, now):
                return None
            content = content_of(news, waiting, device.language)
            result = self._push.send(device, content, _DELIVERIES[news.kind], now)
            if result is Result.LATER:
                self._devices.give_back(device.id, news.event)
            elif result is Result.GONE:
                self._devices.remove(device.id, device.endpoint)
            elif result in _SHOWS_IF_REFUSED and device.is_refused is not (result is Result.REFUSED):
                self._devices.record_refusal(device, is_refused=result is Result.REFUSED)
            level = logging.INFO if result is Result.SENT else logging.WARNING
            _log.log(level, "a device: %s", result, extra={"device": device.id, "kind": news.kind})
            return result


def content_of(news: PhoneNews, waiting: int, language: str) -> bytes:
    """What a device shows: the kind, how many wait, and where they are. No word or name of an author."""
    key = f"push.{news.kind}"
    place = f"case/{news.case_id}" if waiting == 1 and news.case_id else _PLACES[news.kind]
    content = {
        "kind": news.kind,
        "title": phrase(language, f"{key}.title", count=waiting),
        "body": phrase(language, f"{key}.body"),
        "path": f"{CONSOLE}/{place}",
    }
    return json.dumps(content, ensure_ascii=False).encode()


class _Counts:
    """How many cases of a kind wait for a person, read once; an index may not have the newest yet, so at least one."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._rows: dict[PushKind, Sequence[InboxRow]] = {}

    def of(self, news: PhoneNews, person: Person) -> int:
        rows = self._rows_of(news.kind)
        return max(sum(person.sees(row.department) for row in rows), 1)

    def _rows_of(self, kind: PushKind) -> Sequence[InboxRow]:
        if kind not in self._rows:
            try:
                self._rows[kind] = self._read(kind)
            except StoreBusy:
                _log.warning("how many there are is not known; the notification says one")
                self._rows[kind] = ()
        return self._rows[kind]

    def _read(self, kind: PushKind) -> Sequence[InboxRow]:
        if safety := _SAFETY.get(kind):
            rows = self._inbox.pressing(limit=COUNTED).rows
            return [row for row in rows if row.open_safety is safety and row.is_untaken]
        if kind is PushKind.DRAFT:
            rows = self._inbox.page([Queue.TO_ANSWER], limit=COUNTED).rows
            return [row for row in rows if row.state is CaseState.DRAFTED]
        return ()
