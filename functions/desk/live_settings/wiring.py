"""Wiring a function again when a live setting has changed."""

from collections.abc import Mapping

import boto3
from botocore.config import Config

from desk.brand import Brand, load_compiled
from desk.clock import utc_now
from desk.live_settings.brand import LiveBrand, Log
from desk.live_settings.store import LiveSettingItems
from desk.logs import desk_log
from desk.settings import setting
from desk.start import Wire

_TIMEOUTS = Config(connect_timeout=1, read_timeout=1, retries={"mode": "standard", "total_max_attempts": 2})
"""What is known will do: nobody waits long for what is new."""


class LiveWiring[Wired]:
    """What `wire` makes of the brand as it is now: made again in the first call after a live setting has changed.

    What cannot be wired with the changed brand stays as it was, and at first as desk.yaml has it. That is logged once.
    """

    def __init__(self, wire: Wire[Wired], environment: Mapping[str, str], live: LiveBrand, log: Log) -> None:
        self._wire = wire
        self._environment = environment
        self._live = live
        self._log = log
        self._brand = live.now()
        self._wired = self._made(self._brand) or wire(environment)

    def __call__(self) -> Wired:
        """The parts for this invocation."""
        brand = self._live.now()
        if brand is not self._brand:
            self._brand = brand
            self._wired = self._made(brand) or self._wired
        return self._wired

    def _made(self, brand: Brand) -> Wired | None:
        try:
            return self._wire(self._environment, brand)
        except Exception:  # noqa: BLE001 - what a person has set must not stop the function
            self._log.warning("the function could not be wired with the live settings", exc_info=True)
            return None


def with_live_settings[Wired](wire: Wire[Wired], environment: Mapping[str, str]) -> LiveWiring[Wired]:
    """The function of the compiled brand, with the live settings of its Desk table. Raises SettingsError."""
    store = LiveSettingItems(boto3.client("dynamodb", config=_TIMEOUTS), setting(environment, "DESK_TABLE"))
    log = desk_log()
    return LiveWiring(wire, environment, LiveBrand(load_compiled(), store, utc_now, log), log)
