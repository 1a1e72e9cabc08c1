"""How long a push takes until the push service has it, with the whole desk on this machine.

Somebody is in danger, the mention is routed, and the outbox's sender wakes the function that notifies devices.
"""

import statistics
import tempfile
import time
from pathlib import Path

from desk.clock import utc_now
from desk.staff.devices import Device, DeviceItems
from desk.staff.model import Person, Role
from local.stage import Stage, stage

_PATIENCE = 60.0
"""Seconds until a push is given up."""


def measure(times: int) -> dict[str, float]:
    """So many pushes one after the other, after a first one that starts the functions."""
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder)) as here:
        _subscribe(here)
        here.fire("poll-mentions", utc_now())
        seconds = [_push(here, number) for number in range(times + 1)][1:]
    return {"median_ms": round(1000 * statistics.median(seconds)), "slowest_ms": round(1000 * max(seconds))}


def _subscribe(here: Stage) -> None:
    devices = DeviceItems(here.deployed.aws.client("dynamodb"), here.deployed.outputs["DeskTable"])
    browser, jimin = here.push.subscribe(), Person("jimin", "박지민", Role.OPERATOR)
    keys = browser.p256dh, browser.auth
    devices.save(Device("phone", jimin, browser.endpoint, *keys, "Chrome · Android", "ko", utc_now()))


def _push(here: Stage, number: int) -> float:
    """Seconds from the beginning of routing, before there is an entry, until the push service has the message."""
    before = len(here.push.received)
    here.control.post(f"person_{number}", f"@{here.desk.brand.handle} 119가 안 걸려요 도와주세요!! {number}")
    here.fire("poll-mentions", utc_now())
    began = time.monotonic()
    here.pump.step(flush=True)
    while len(here.push.received) == before:
        if time.monotonic() > began + _PATIENCE:
            raise TimeoutError(f"push {number} did not arrive")
        time.sleep(0.005)
    return time.monotonic() - began


if __name__ == "__main__":
    print(measure(9))
