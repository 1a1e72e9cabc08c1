"""A person's devices: added, listed, removed and ended with the sign-in; what they get, and when."""

from datetime import timedelta

import pytest

from desk.brand import ConsoleSettings
from desk.links import new_link_id
from desk.staff.devices import DEVICE_LASTS, Device, PushChoices, PushKind
from operator_console.device import DEVICE_COOKIE
from tests.families import for_each
from tests.unit.operator_console.scene import BILLING, JIMIN, SUJIN, VIEWER, ConsoleScene, SignedIn, html_of
from tests.unit.operator_console.sign_in_scene import cookies_of, sign_in_scene, signed_in

KEYS = {"p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6", "auth": "BTBZMqHH6r4Tts7J_aSIgg"}
PUSH = {"endpoint": "https://push.example/1", **KEYS}


@pytest.fixture
def scene() -> ConsoleScene:
    scene = ConsoleScene()
    scene.devices.key = "BPublic"
    return scene


def on_device(person: SignedIn, device_id: str) -> SignedIn:
    """The person in the browser that is this device."""

    class OnDevice(SignedIn):
        @property
        def cookies(self) -> dict[str, str]:
            return {**super().cookies, DEVICE_COOKIE: device_id}

    return OnDevice(person.scene, person.session_id, person.session)


def added(scene: ConsoleScene, person: SignedIn) -> str:
    """The id of a device that the person added."""
    response = person.post("settings/devices", PUSH)
    assert response["statusCode"] == 204
    return cookies_of(response)[DEVICE_COOKIE]


def test_a_device_is_added_by_its_browser_and_listed_and_removed(scene: ConsoleScene) -> None:
    person = scene.signed_in(VIEWER)
    assert 'data-key="BPublic"' in html_of(person.get("settings/devices"))

    device_id = added(scene, person)

    [device] = scene.devices.all(scene.now)
    assert (device.id, device.person, device.endpoint) == (device_id, VIEWER, PUSH["endpoint"])
    assert (device.p256dh, device.auth, device.language) == (KEYS["p256dh"], KEYS["auth"], "ko")
    page = html_of(on_device(person, device_id).get("settings/devices"))
    assert "이 기기 다시 등록하기" in page
    assert "지난 알림을 보내지 못했어요" not in page

    scene.devices.record_refusal(device, is_refused=True)
    assert "지난 알림을 보내지 못했어요. 그 기기에서 이 화면을 열어 다시 등록해 주세요." in html_of(
        person.get("settings/devices")
    )
    person.post("settings/devices/remove", {"device": device_id})
    assert list(scene.devices.all(scene.now)) == []


def test_a_browser_that_subscribes_again_stays_one_device(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    device_id = added(scene, person)

    on_device(person, device_id).post("settings/devices", PUSH | {"endpoint": "https://push.example/new"})

    assert [(one.id, one.endpoint) for one in scene.devices.all(scene.now)] == [(device_id, "https://push.example/new")]


def test_nobody_sees_or_removes_a_colleagues_device(scene: ConsoleScene) -> None:
    device_id = added(scene, scene.signed_in(JIMIN))
    sujin = scene.signed_in(SUJIN)

    sujin.post("settings/devices/remove", {"device": device_id})

    assert device_id not in html_of(sujin.get("settings/devices"))
    assert len(scene.devices.all(scene.now)) == 1


@for_each(
    "wrong",
    [
        {"endpoint": "file:///etc/passwd"},
        {"endpoint": f"https://push.example/{'a' * 1000}"},
        {"p256dh": "?"},
        {"auth": ""},
    ],
)
def test_what_is_no_subscription_is_refused(wrong: dict[str, str]) -> None:
    scene = ConsoleScene()

    assert scene.signed_in().post("settings/devices", PUSH | wrong)["statusCode"] == 422
    assert scene.devices.devices == {}


def test_without_keys_the_page_says_whom_to_ask(scene: ConsoleScene) -> None:
    scene.devices.key = ""

    assert "배포 담당자" in html_of(scene.signed_in().get("settings/devices"))


CHOICES = [
    ({"kind_danger": "1", "hours": "always"}, PushChoices(frozenset({PushKind.DANGER}), "always")),
    (
        {"kind_draft": "1", "kind_check": "1", "hours": "own", "from": "07:30", "until": "22:00", "danger_always": "1"},
        PushChoices(frozenset({PushKind.DRAFT, PushKind.CHECK}), "07:30-22:00", danger_always=True),
    ),
    ({"hours": "working"}, PushChoices(frozenset())),
]


@for_each("fields, choices", CHOICES)
def test_choices_are_saved_and_shown(fields: dict[str, str], choices: PushChoices) -> None:
    scene = ConsoleScene()
    person = scene.signed_in(BILLING)

    assert person.post("settings/devices/choices", fields)["statusCode"] == 303

    assert scene.devices.choices(BILLING.id) == choices
    page = html_of(person.get("settings/devices?saved=1"))
    assert "저장했어요." in page
    assert f'name="hours" value="{fields["hours"]}" checked' in page


@for_each(
    "fields", [{"hours": "own", "from": "25:00", "until": "26:00"}, {"hours": "own"}, {"hours": ""}, {"hours": "a-b"}]
)
def test_hours_that_are_none_are_refused(fields: dict[str, str]) -> None:
    scene = ConsoleScene()

    assert scene.signed_in().post("settings/devices/choices", fields)["statusCode"] == 422
    assert scene.devices.chosen == {}


def test_signing_out_ends_the_device_and_clears_what_the_browser_keeps(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    device_id = added(scene, person)

    response = on_device(person, device_id).post("sign-out")

    assert list(scene.devices.all(scene.now)) == []
    assert response["headers"]["clear-site-data"] == '"cache", "storage"'
    assert cookies_of(response)[DEVICE_COOKIE] == ""


def test_a_sign_in_on_a_device_renews_it_and_ends_it_for_everybody_else() -> None:
    scene = sign_in_scene()
    device_id, other_id = new_link_id(), new_link_id()
    cookies = cookies_of(signed_in(scene))
    [session] = scene.sessions.sessions.values()
    jimin = session.person
    device = Device(device_id, jimin, PUSH["endpoint"], KEYS["p256dh"], KEYS["auth"], "Chrome", "ko", scene.now)
    scene.devices.save(device)
    scene.devices.save(device._replace(id=other_id, person=SUJIN, endpoint="https://push.example/2"))
    scene.now += timedelta(days=6)

    signed_in(scene, cookies=cookies | {DEVICE_COOKIE: device_id})
    signed_in(scene, cookies=cookies | {DEVICE_COOKIE: other_id})

    assert [one.id for one in scene.devices.all(scene.now + DEVICE_LASTS - timedelta(seconds=1))] == [device_id]


def test_who_lost_their_role_hears_nothing_any_more() -> None:
    scene = sign_in_scene()
    signed_in(scene)
    [session] = scene.sessions.sessions.values()
    scene.devices.save(
        Device(new_link_id(), session.person, PUSH["endpoint"], KEYS["p256dh"], KEYS["auth"], "Chrome", "ko", scene.now)
    )
    scene.brand = scene.brand._replace(console=ConsoleSettings(role_claim="roles"))

    assert signed_in(scene)["statusCode"] == 403

    assert scene.devices.devices == {}
