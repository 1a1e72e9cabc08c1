"""Danger reaches a person's phone once and at once, and the push says nothing that its author wrote.

In the rehearsal's time calls take none, and only schedules and delays do. `benchmarks/push.py` measures the calls.
"""

import json
import time

from desk.staff.devices import Device, DeviceItems
from desk.staff.model import Person, Role
from tests.e2e.driver import Driver

DANGER = "119가 안 걸려요 도와주세요!!"
PATIENCE = 60.0
"""Seconds for a function that starts on a busy machine; on AWS and on an idle machine it takes one."""


def test_danger_reaches_a_phone_once_without_any_wait_and_without_a_word_of_its_author(desk: Driver) -> None:
    deployed, push = desk.stage.deployed, desk.stage.push
    phone, gone = push.subscribe(), push.subscribe()
    push.forget(gone)
    devices = DeviceItems(deployed.aws.client("dynamodb"), deployed.outputs["DeskTable"])
    for name, browser in (("phone", phone), ("old phone", gone)):
        jimin = Person("jimin", "박지민", Role.OPERATOR)
        keys = browser.p256dh, browser.auth
        devices.save(Device(name, jimin, browser.endpoint, *keys, "Chrome · Android", "ko", desk.now))
    before = len(push.received)
    deployed.aws.client("lambda").invoke(FunctionName=deployed.outputs["NotifyPhones"], Payload=b'{"Records": []}')
    desk.post("burned_hand", DANGER)
    desk.poll(carried=False)

    began = time.monotonic()
    desk.carry()
    routed_at = desk.stage.clock.now() if desk.stage.clock else None
    while len(push.received) == before and time.monotonic() - began < PATIENCE:
        time.sleep(0.01)
    while len(devices.all(desk.now)) > 1 and time.monotonic() - began < PATIENCE:
        time.sleep(0.01)

    [received] = push.received[before:]
    content = json.loads(received.content)
    assert (content["kind"], content["title"]) == ("danger", "위험 1건")
    assert content["path"].startswith("/console/case/")
    assert (received.topic, received.urgency, received.ttl) == ("danger", "high", 3600)
    assert not any(word in received.content.decode() for word in (*DANGER.split(), "burned_hand"))
    assert received.at == routed_at, "a schedule or a delay was between the entry and the push"
    desk.sweep()
    assert len(push.received) == before + 1
    assert [device.id for device in devices.all(desk.now)] == ["phone"]
