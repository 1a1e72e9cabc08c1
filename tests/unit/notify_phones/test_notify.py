"""Who is notified of what on which device, at which hours, and each event once."""

import json
import threading
from copy import replace
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from desk.brand import Brand
from desk.cases.model import CaseState, Draft
from desk.errors import StoreBusy
from desk.notifications.phone_news import PhoneNews, phone_message, phone_news, phone_news_in
from desk.reading import OPERATOR, Kind, Reading, Safety, Urgency
from desk.staff.devices import ALWAYS, Device, PushChoices, PushKind
from desk.staff.model import Person, Role
from notify_phones.notify import PhoneNotifier, PushReport
from notify_phones.web_push import Delivery, Result
from tests.brands import small_brand
from tests.fakes.cases import FakeCases
from tests.fakes.inbox import FakeInbox
from tests.fakes.staff import FakeDevices
from tests.families import for_each
from tests.unit.notifications.mail_scene import delivery, mention, post, reading
from tests.unit.replies.scene import CASE
from tests.unit.replies.scene import mention as case_mention

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
"""Noon in Seoul, a Tuesday; the small brand is open from nine to six."""
NIGHT = NOON + timedelta(hours=10)
JIMIN = Person("jimin", "박지민", Role.OPERATOR)
LEAD = Person("lead", "최보라", Role.VIEWER)
BILLING = Person("jieun", "김지은", Role.DEPARTMENT, frozenset({"billing"}))
NETWORK = Person("dohyun", "정도현", Role.DEPARTMENT, frozenset({"network"}))
PEOPLE = (JIMIN, LEAD, BILLING, NETWORK)
HURT = "@jade 배터리가 터져서 다쳤어요"


@dataclass
class FakePush:
    """Implements SendsPush: `results` are the next results by device, then each is sent."""

    results: dict[str, list[Result]] = field(default_factory=dict)
    sent: list[tuple[str, str, Delivery]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, device: Device, content: bytes, delivery: Delivery, now: datetime) -> Result:
        with self.lock:
            coming = self.results.get(device.id, [])
            result = coming.pop(0) if coming else Result.SENT
            if result is Result.SENT:
                self.sent.append((device.id, content.decode(), delivery))
            return result


@dataclass
class Phones:
    """A desk whose four people have a device each, at noon; they want everything at all hours."""

    brand: Brand = field(default_factory=small_brand)
    devices: FakeDevices = field(default_factory=FakeDevices)
    cases: FakeCases = field(default_factory=FakeCases)
    inbox: FakeInbox = field(init=False)
    push: FakePush = field(default_factory=FakePush)
    now: datetime = NOON

    def __post_init__(self) -> None:
        self.inbox = FakeInbox(self.cases)
        for person in PEOPLE:
            endpoint = f"https://push.example/{person.id}"
            self.devices.save(Device(f"{person.id}'s", person, endpoint, "BCVx", "BTBZ", "Chrome", "ko", NOON))
            self.devices.save_choices(person.id, PushChoices(hours=ALWAYS))

    def danger(self, number: int = 1) -> None:
        case = replace(CASE, id=f"7Q2M4-XD9{number:02}", safety=Safety.DANGER, urgency=Urgency.HIGH)
        self.cases.put(case, case_mention(100 + number, HURT))

    def notify(self, *news: PhoneNews) -> PushReport:
        return PhoneNotifier(self.devices, self.inbox, self.push, self.brand, lambda: self.now).notify(news)

    def notified(self) -> list[str]:
        return sorted(device for device, *_ in self.push.sent)


def news(kind: PushKind = PushKind.DANGER, event: str = "1", department: str = "billing") -> PhoneNews:
    return PhoneNews(kind, event, department, "7Q2M4-XD901", "", NOON)


@pytest.fixture
def phones() -> Phones:
    return Phones()


WHO = {
    (PushKind.DANGER, "billing"): ["jieun's", "jimin's", "lead's"],
    (PushKind.CHECK, "network"): ["dohyun's", "jimin's", "lead's"],
    (PushKind.DANGER, OPERATOR): ["jimin's", "lead's"],
    (PushKind.DRAFT, OPERATOR): ["jimin's"],
    (PushKind.PROMISE, "billing"): ["jieun's", "jimin's"],
}


@for_each("kind, department", WHO)
def test_people_are_notified_of_what_they_see_and_act_on(kind: PushKind, department: str) -> None:
    phones = Phones()

    phones.notify(news(kind, department=department))

    assert phones.notified() == WHO[kind, department]


def test_a_promise_reaches_its_maker_alone_whoever_else_has_the_name_and_whatever_the_name_is_now(
    phones: Phones,
) -> None:
    for person in (JIMIN._replace(name="박지민B"), LEAD._replace(role=Role.OPERATOR, name=JIMIN.name)):
        phones.devices.signed_in(f"{person.id}'s", person, "ko", NOON)

    phones.notify(news(PushKind.PROMISE)._replace(person_id=JIMIN.id))

    assert phones.notified() == ["jimin's"]


def test_a_device_shows_the_kind_how_many_wait_and_where_and_no_word_of_the_author(phones: Phones) -> None:
    phones.danger(1)
    phones.notify(news())
    phones.danger(2)
    phones.notify(news(event="2"))

    shown = [json.loads(content) for device, content, _ in phones.push.sent if device == "jimin's"]
    assert shown == [
        {
            "kind": "danger",
            "title": "위험 1건",
            "body": "아직 아무도 맡지 않았습니다. 바로 확인해 주시기 바랍니다.",
            "path": "/console/case/7Q2M4-XD901",
        },
        {
            "kind": "danger",
            "title": "위험 2건",
            "body": "아직 아무도 맡지 않았습니다. 바로 확인해 주시기 바랍니다.",
            "path": "/console/inbox/all?urgent=1",
        },
    ]


def test_drafts_are_counted_that_still_wait(phones: Phones) -> None:
    draft = Draft("두 장 중 한 장은 버리셔도 됩니다.", "김지은", NOON)
    for number in (1, 2):
        case = replace(CASE, id=f"7Q2M4-XD90{number}", state=CaseState.DRAFTED, draft=draft)
        phones.cases.put(case, case_mention(100 + number))
    phones.cases.put(replace(CASE, id="7Q2M4-XD903", department=OPERATOR), case_mention(103))

    phones.notify(news(PushKind.DRAFT, department=OPERATOR))

    [(_, content, sent)] = phones.push.sent
    assert json.loads(content)["title"] == "보낼 초안 2건"
    assert not sent.is_urgent


def test_a_device_speaks_its_persons_language(phones: Phones) -> None:
    phones.devices.signed_in("jimin's", JIMIN, "en", NOON)
    phones.notify(news(PushKind.DRAFT, department=OPERATOR))

    assert json.loads(phones.push.sent[0][1])["title"] == "Drafts to send: 1"


def test_no_event_arrives_twice_on_a_device_although_a_run_is_repeated(phones: Phones) -> None:
    phones.push.results = {"lead's": [Result.LATER], "jieun's": [Result.UNKNOWN]}

    assert phones.notify(news(), news()).left == 1
    assert phones.notify(news()).left == 0
    phones.notify(news()._replace(department=OPERATOR))

    assert phones.notified() == ["jimin's", "lead's"]


def test_a_device_that_is_gone_is_removed_and_the_others_are_notified(phones: Phones) -> None:
    phones.push.results = {"jimin's": [Result.GONE]}
    phones.notify(news())

    assert phones.notified() == ["jieun's", "lead's"]
    assert "jimin's" not in phones.devices.devices
    assert len(phones.devices.devices) == 3


def test_a_device_whose_messages_are_refused_is_marked_until_one_is_taken_again(phones: Phones) -> None:
    phones.push.results = {"jimin's": [Result.REFUSED, Result.UNKNOWN, Result.SENT], "lead's": [Result.UNKNOWN]}

    marked = []
    for event in ("1", "2", "3"):
        phones.notify(news(event=event))
        marked.append([key for key, device in phones.devices.devices.items() if device.is_refused])

    assert marked == [["jimin's"], ["jimin's"], []]
    assert phones.devices.calls["record_refusal"] == 2


def test_who_has_not_signed_in_for_a_week_hears_nothing(phones: Phones) -> None:
    phones.now = NOON + timedelta(days=7)
    phones.notify(news()._replace(at=phones.now))

    assert phones.notified() == []


HOURS = [
    (PushChoices(), NOON, True),
    (PushChoices(), NIGHT, False),
    (PushChoices(danger_always=True), NIGHT, True),
    (PushChoices(frozenset({PushKind.DRAFT}), ALWAYS), NOON, False),
    (PushChoices(frozenset({PushKind.DRAFT}), danger_always=True), NIGHT, False),
    (PushChoices(hours="07:30-22:00"), NOON, True),
    (PushChoices(hours="07:30-22:00"), NIGHT, False),
    (PushChoices(hours="21:00-07:00"), NIGHT, True),
    (PushChoices(hours="21:00-07:00"), NOON, False),
]


@for_each("choices, now, comes", HOURS)
def test_people_choose_what_comes_and_when(choices: PushChoices, now: datetime, comes: bool) -> None:
    phones = Phones(now=now)
    phones.devices.save_choices("jimin", choices)
    phones.notify(news()._replace(at=now))

    assert ("jimin's" in phones.notified()) is comes


def test_only_danger_breaks_quiet_hours(phones: Phones) -> None:
    phones.devices.save_choices("jimin", PushChoices(danger_always=True))
    phones.now = NIGHT
    phones.notify(news(PushKind.CHECK)._replace(at=NIGHT))

    assert "jimin's" not in phones.notified()


def test_old_news_surprises_nobody(phones: Phones) -> None:
    phones.now = NOON + timedelta(hours=1)
    phones.notify(news())

    assert phones.notified() == []


def test_how_many_wait_may_be_unknown(phones: Phones) -> None:
    phones.inbox.busy.add("pressing")
    phones.notify(news())

    assert len(phones.notified()) == 3


def test_nothing_is_sent_if_the_devices_can_not_be_read(phones: Phones) -> None:
    phones.devices.busy.add("choices")
    with pytest.raises(StoreBusy):
        phones.notify(news())

    assert phones.push.sent == []


def test_a_mention_in_danger_is_news_and_its_message_says_nothing_that_its_author_wrote() -> None:
    hurt = Reading(Kind.FAULT, reading().need, "billing", Urgency.HIGH, "ko", 0.9, (), safety=Safety.DANGER)
    of = delivery(mention(post("9001", HURT)), hurt)
    assert of.case is not None
    case = of.case._replace(safety=Safety.DANGER, urgency=Urgency.HIGH)
    of = of._replace(case=case)

    found = phone_news(of, NOON)

    assert found is not None
    assert (found.kind, found.department, found.case_id) == (PushKind.DANGER, of.department, case.id)
    message = phone_message("9001", found)
    assert not any(word in message.body for word in HURT.split())
    assert phone_news_in(message.body) == found
    assert phone_news(of._replace(joins_spike=True), NOON) is None
    assert phone_news(of._replace(case=case._replace(safety=None)), NOON) is None
