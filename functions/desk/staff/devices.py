"""Devices of people that get notifications by Web Push, what people chose to get, and what each device was sent.

A device is one browser of one person. It counts as that person's for a week after the person last signed in there: who
no longer may sign in gets nothing any more.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from botocore.exceptions import ClientError

from desk.aws.dynamodb import is_refused, moment_text, parts_of, store_errors, to_item, unless_refused
from desk.brand import Brand
from desk.links import hash_of
from desk.staff.model import Person, Role
from desk.working_time import is_working

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DEVICE_LASTS = timedelta(days=7)
"""How long a device gets notifications after its person signed in on it: a week's leave."""
MOST_DEVICES = 10
"""How many devices a person has; one more takes the place of the one that was used longest ago."""
_SENT_LASTS = timedelta(days=2)
"""Nothing repeats a notification for so long."""


class Device(NamedTuple):
    """A browser that a person allowed to show notifications.

    Attributes:
        id: A random name, which the browser has in a cookie.
        person: As they were at the last sign-in on this device.
        endpoint: The address at the push service to which messages for this browser go.
        p256dh: The browser's public key, and `auth` the secret that it shares with us, in base64url (RFC 8291).
        name: What the person recognises it by, such as "Chrome · Android".
        language: What its notifications are written in.
        seen_at: When the person last signed in on it, or switched it on.
        is_refused: Whether the push service took no message for it the last time: it has to be switched on anew.
    """

    id: str
    person: Person
    endpoint: str
    p256dh: str
    auth: str
    name: str
    language: str
    seen_at: datetime
    is_refused: bool = False

    def is_due(self, now: datetime) -> bool:
        """Whether it still counts as the person's."""
        return now < self.seen_at + DEVICE_LASTS


class PushKind(StrEnum):
    """What a notification on a device is about. The catalogue's texts are `push.<kind>.title` and `.body`."""

    DANGER = "danger"
    CHECK = "check"
    DRAFT = "draft"
    PROMISE = "promise"


WORKING, ALWAYS = "working", "always"


class PushChoices(NamedTuple):
    """What a person wants to get, on all devices.

    `hours` is WORKING for the desk's opening hours, ALWAYS, or hours of the person's own such as `07:30-22:00`, which
    may go over midnight. At other times nothing comes, but danger if `danger_always`.
    """

    kinds: frozenset[PushKind] = frozenset(PushKind)
    hours: str = WORKING
    danger_always: bool = False

    def want(self, kind: PushKind, now: datetime, brand: Brand) -> bool:
        """Whether a notification of this kind is to come now."""
        if kind not in self.kinds:
            return False
        return (kind is PushKind.DANGER and self.danger_always) or self._is_in_hours(now, brand)

    def _is_in_hours(self, now: datetime, brand: Brand) -> bool:
        if self.hours in (WORKING, ALWAYS):
            return self.hours == ALWAYS or is_working(now, brand)
        start, end = (time.fromisoformat(each) for each in self.hours.split("-"))
        local = now.astimezone(ZoneInfo(brand.timezone)).time()
        return start <= local < end if start < end else local >= start or local < end


class DeviceStore(Protocol):
    """The devices of all people. Every method raises StoreBusy."""

    def all(self, now: datetime) -> Sequence[Device]:
        """The devices that count, read consistently, the one that was used last first."""
        ...

    def save(self, device: Device) -> None:
        """Save the device in place of those with its id or endpoint, and of the person's oldest above MOST_DEVICES."""
        ...

    def signed_in(self, device_id: str, person: Person, language: str, now: datetime) -> None:
        """The person signed in on this device: it counts for another week, or goes if it was somebody else's."""
        ...

    def record_refusal(self, device: Device, *, is_refused: bool) -> None:
        """Record whether its last message was refused; does nothing if the device has changed since it was read."""
        ...

    def remove(self, device_id: str, endpoint: str = "") -> None:
        """Remove the device, with `endpoint` only if that is still its own; does nothing if it is gone."""
        ...

    def remove_all_of(self, person_id: str) -> None:
        """Remove the devices of a person who may no longer sign in."""
        ...

    def choices(self, person_id: str) -> PushChoices:
        """What the person chose."""
        ...

    def save_choices(self, person_id: str, choices: PushChoices) -> None:
        """Save them in place of the former ones."""
        ...

    def public_key(self) -> str:
        """The desk's public key in base64url, with which browsers subscribe; "" before `dorothy push-keys`."""
        ...

    def save_public_key(self, key: str) -> None:
        """Save the desk's public key. Devices that subscribed with another one go: messages no longer reach them."""
        ...

    def claim(self, device_id: str, event: str, now: datetime) -> bool:
        """Whether this caller is to send the event to the device; nobody else then is."""
        ...

    def give_back(self, device_id: str, event: str) -> None:
        """The event certainly did not reach the device: it may be claimed again."""
        ...


PUSH = "push"
"""The item that has all of it."""
_DEVICE, _CHOICES, _SENT, _KEY = "device#", "person#", "sent#", "key"


class DeviceItems:
    """Implements DeviceStore on DynamoDB. `expires_at` is the table's TTL."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def all(self, now: datetime) -> Sequence[Device]:
        """See DeviceStore. TTL deletes an item within days, so the time decides."""
        return newest_first(device for device in self._stored() if device.is_due(now))

    def save(self, device: Device) -> None:
        """See DeviceStore. It may take another one's place while that is notified, which harms nothing."""
        for other in replaced_by(device, self._stored()):
            self.remove(other.id, other.endpoint)
        with store_errors():
            self._client.put_item(TableName=self._desk, Item=_item(device))

    def signed_in(self, device_id: str, person: Person, language: str, now: datetime) -> None:
        """See DeviceStore."""
        device = next((one for one in self._stored() if one.id == device_id), None)
        if device is None:
            return
        if device.person.id != person.id:
            self.remove(device_id)
            return
        self._replace(device, device._replace(person=person, language=language, seen_at=now))

    def record_refusal(self, device: Device, *, is_refused: bool) -> None:
        """See DeviceStore."""
        self._replace(device, device._replace(is_refused=is_refused))

    def _replace(self, seen: Device, device: Device) -> None:
        """Store the device unless it was removed, signed in or switched on since it was seen, and so stays."""
        with unless_refused():
            self._client.put_item(
                TableName=self._desk,
                Item=_item(device),
                ConditionExpression="endpoint = :endpoint AND seen_at = :seen_at",
                ExpressionAttributeValues=to_item({":endpoint": seen.endpoint, ":seen_at": moment_text(seen.seen_at)}),
            )

    def remove(self, device_id: str, endpoint: str = "") -> None:
        """See DeviceStore."""
        condition: Any = {
            "ConditionExpression": "endpoint = :endpoint",
            "ExpressionAttributeValues": to_item({":endpoint": endpoint}),
        }
        with unless_refused():
            self._client.delete_item(
                TableName=self._desk, Key=_key(_DEVICE + device_id), **(condition if endpoint else {})
            )

    def remove_all_of(self, person_id: str) -> None:
        """See DeviceStore."""
        for device in self._stored():
            if device.person.id == person_id:
                self.remove(device.id)

    def choices(self, person_id: str) -> PushChoices:
        """See DeviceStore."""
        part = _CHOICES + person_id
        found = parts_of(self._client, self._desk, PUSH, beginning=part)
        plain = next((each for each in found if each["part"] == part), None)
        if plain is None:
            return PushChoices()
        return PushChoices(frozenset(map(PushKind, plain["kinds"])), plain["hours"], plain["danger_always"])

    def save_choices(self, person_id: str, choices: PushChoices) -> None:
        """See DeviceStore."""
        plain = {**choices._asdict(), "kinds": sorted(choices.kinds)}
        with store_errors():
            self._client.put_item(TableName=self._desk, Item=_key(_CHOICES + person_id) | to_item(plain))

    def public_key(self) -> str:
        """See DeviceStore."""
        found = list(parts_of(self._client, self._desk, PUSH, beginning=_KEY))
        return found[0]["public"] if found else ""

    def save_public_key(self, key: str) -> None:
        """See DeviceStore. The key comes last: if a run dies before, the next one saves it and finds the others."""
        for device in self._stored():
            self.remove(device.id, device.endpoint)
        with store_errors():
            self._client.put_item(TableName=self._desk, Item=_key(_KEY) | to_item({"public": key}))

    def claim(self, device_id: str, event: str, now: datetime) -> bool:
        """See DeviceStore."""
        expires_at = int((now + _SENT_LASTS).timestamp())
        try:
            with store_errors():
                self._client.put_item(
                    TableName=self._desk,
                    Item=_sent(device_id, event) | to_item({"expires_at": expires_at}),
                    ConditionExpression="attribute_not_exists(part)",
                )
        except ClientError as exc:
            if is_refused(exc):
                return False
            raise
        return True

    def give_back(self, device_id: str, event: str) -> None:
        """See DeviceStore."""
        with store_errors():
            self._client.delete_item(TableName=self._desk, Key=_sent(device_id, event))

    def _stored(self) -> list[Device]:
        return [_device(plain) for plain in parts_of(self._client, self._desk, PUSH, beginning=_DEVICE)]


def newest_first(devices: Iterable[Device]) -> list[Device]:
    """The devices, the one that was used last first."""
    return sorted(devices, key=lambda device: (device.seen_at, device.id), reverse=True)


def replaced_by(device: Device, stored: Sequence[Device]) -> list[Device]:
    """Those in whose place the device is saved, apart from one with its own id."""
    others = [other for other in stored if other.id != device.id]
    same = [other for other in others if other.endpoint == device.endpoint]
    theirs = newest_first(other for other in others if other.person.id == device.person.id and other not in same)
    return [*same, *theirs[MOST_DEVICES - 1 :]]


def _key(part: str) -> Any:
    return to_item({"item": PUSH, "part": part})


def _sent(device_id: str, event: str) -> Any:
    return _key(f"{_SENT}{device_id}#{hash_of(event)}")


def _item(device: Device) -> Any:
    person = device.person
    plain = {
        "person": person.id,
        "person_name": person.name,
        "role": person.role.value,
        "departments": sorted(person.departments),
        "endpoint": device.endpoint,
        "p256dh": device.p256dh,
        "auth": device.auth,
        "name": device.name,
        "language": device.language,
        "seen_at": moment_text(device.seen_at),
        "is_refused": device.is_refused,
        "expires_at": int((device.seen_at + DEVICE_LASTS).timestamp()),
    }
    return _key(_DEVICE + device.id) | to_item(plain)


def _device(plain: dict[str, Any]) -> Device:
    departments = frozenset(plain["departments"])
    person = Person(plain["person"], plain["person_name"], Role(plain["role"]), departments)
    return Device(
        id=plain["part"].removeprefix(_DEVICE),
        person=person,
        endpoint=plain["endpoint"],
        p256dh=plain["p256dh"],
        auth=plain["auth"],
        name=plain["name"],
        language=plain["language"],
        seen_at=datetime.fromisoformat(plain["seen_at"]),
        is_refused=plain["is_refused"],
    )
