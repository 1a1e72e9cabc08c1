"""Devices that get notifications: the fake and DynamoDB keep the same promises."""

from datetime import UTC, datetime, timedelta

import pytest

from desk.staff.devices import DEVICE_LASTS, MOST_DEVICES, Device, DeviceItems, DeviceStore, PushChoices, PushKind
from desk.staff.model import Person, Role
from tests.fakes.staff import FakeDevices
from tests.tables import Dynamo

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
JIMIN = Person("jimin", "박지민", Role.OPERATOR)
BILLING = Person("jieun", "김지은", Role.DEPARTMENT, frozenset({"billing", "delivery"}))
PHONE = Device("phone", JIMIN, "https://push.example/1", "BCVx", "BTBZ", "Chrome · Android", "ko", NOON)


@pytest.fixture
def devices(dynamo: Dynamo | None) -> DeviceStore:
    return DeviceItems(dynamo.client, dynamo.tables.desk) if dynamo else FakeDevices()


def test_a_device_counts_for_a_week_after_its_person_signed_in_on_it(devices: DeviceStore) -> None:
    laptop = PHONE._replace(id="laptop", person=BILLING, endpoint="https://push.example/2", seen_at=NOON)
    later = NOON + timedelta(days=6)
    devices.save(PHONE)
    devices.save(laptop)

    devices.signed_in("laptop", BILLING._replace(departments=frozenset({"billing"})), "en", later)
    devices.signed_in("unknown", JIMIN, "ko", later)

    renewed = laptop._replace(person=BILLING._replace(departments=frozenset({"billing"})), language="en", seen_at=later)
    assert list(devices.all(later)) == [renewed, PHONE]
    assert list(devices.all(NOON + DEVICE_LASTS)) == [renewed]


def test_a_device_on_which_somebody_else_signs_in_is_nobodys(devices: DeviceStore) -> None:
    devices.save(PHONE)
    devices.signed_in("phone", BILLING, "ko", NOON)

    assert list(devices.all(NOON)) == []


def test_one_browser_is_one_device_and_a_person_has_no_more_than_some(devices: DeviceStore) -> None:
    devices.save(PHONE)
    devices.save(PHONE._replace(id="same browser"))
    assert [device.id for device in devices.all(NOON)] == ["same browser"]

    for number in range(MOST_DEVICES):
        seen_at = NOON + timedelta(minutes=number + 1)
        devices.save(PHONE._replace(id=f"{number}", endpoint=f"https://push.example/{number + 10}", seen_at=seen_at))

    assert [device.id for device in devices.all(NOON)] == [f"{number}" for number in reversed(range(MOST_DEVICES))]


def test_what_the_push_service_said_of_an_old_address_leaves_a_new_one_alone(devices: DeviceStore) -> None:
    devices.save(PHONE)
    devices.save(PHONE._replace(endpoint="https://push.example/new"))

    devices.remove("phone", PHONE.endpoint)
    devices.remove("unknown")
    assert [device.endpoint for device in devices.all(NOON)] == ["https://push.example/new"]

    devices.remove("phone")
    devices.remove("phone", "https://push.example/new")
    assert list(devices.all(NOON)) == []


def test_a_refusal_is_kept_until_a_message_is_taken_or_the_device_is_switched_on_anew(devices: DeviceStore) -> None:
    devices.save(PHONE)
    devices.record_refusal(PHONE, is_refused=True)
    [refused] = devices.all(NOON)
    assert refused == PHONE._replace(is_refused=True)

    devices.record_refusal(refused, is_refused=False)
    assert list(devices.all(NOON)) == [PHONE]

    renewed = PHONE._replace(endpoint="https://push.example/new", seen_at=NOON + timedelta(minutes=1))
    devices.save(renewed)
    devices.record_refusal(PHONE, is_refused=True)
    devices.record_refusal(PHONE._replace(id="unknown"), is_refused=True)
    assert list(devices.all(NOON)) == [renewed]


def test_who_may_no_longer_sign_in_has_no_device(devices: DeviceStore) -> None:
    laptop = PHONE._replace(id="laptop", person=BILLING, endpoint="https://push.example/2")
    devices.save(PHONE)
    devices.save(PHONE._replace(id="tablet", endpoint="https://push.example/3"))
    devices.save(laptop)

    devices.remove_all_of("jimin")

    assert list(devices.all(NOON)) == [laptop]


def test_choices_are_the_persons(devices: DeviceStore) -> None:
    chosen = PushChoices(frozenset({PushKind.DANGER, PushKind.PROMISE}), "07:30-22:00", danger_always=True)
    devices.save_choices("jimin", chosen)
    devices.save_choices("sujin", PushChoices(frozenset()))

    assert devices.choices("jimin") == chosen
    assert devices.choices("sujin") == PushChoices(frozenset())
    assert devices.choices("jieun") == PushChoices()


def test_a_new_key_ends_what_subscribed_with_the_old_one(devices: DeviceStore) -> None:
    assert devices.public_key() == ""
    devices.save(PHONE)

    devices.save_public_key("BNEW")

    assert devices.public_key() == "BNEW"
    assert list(devices.all(NOON)) == []


def test_an_event_is_claimed_for_a_device_once_unless_it_is_given_back(devices: DeviceStore) -> None:
    assert devices.claim("phone", "mention#1", NOON)
    assert not devices.claim("phone", "mention#1", NOON)
    assert devices.claim("laptop", "mention#1", NOON)
    assert devices.claim("phone", "mention#2", NOON)

    devices.give_back("phone", "mention#1")
    devices.give_back("phone", "mention#1")
    assert devices.claim("phone", "mention#1", NOON)
