"""The brand with its live settings as they are now."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from desk.brand import Brand, brand_of
from desk.live_settings.store import LiveSetting, LiveSettingStore


class Log(Protocol):
    """The part of a logger that is needed here."""

    def warning(self, msg: str, /, *, exc_info: bool) -> None:
        """Log what a person should look at, with the exception that is being handled."""
        ...


class LiveBrand:
    """The brand with its live settings: the table is asked in the first call of each minute.

    Nothing fails because of a setting. While the table cannot be read, the last known values hold, at first those of
    desk.yaml. A value that makes no brand is left out. Each trouble is logged once.
    """

    def __init__(
        self, compiled: dict[str, Any], store: LiveSettingStore, clock: Callable[[], datetime], log: Log
    ) -> None:
        self._compiled = compiled
        self._store = store
        self._clock = clock
        self._log = log
        self._live: dict[str, Any] = compiled["live"]
        self._brand = brand_of(compiled)
        self._stored: Mapping[str, LiveSetting] = {}
        self._minute: datetime | None = None
        self._is_unread = False

    def now(self) -> Brand:
        """The brand; the same object until a setting changes."""
        minute = self._clock().replace(second=0, microsecond=0)
        if minute != self._minute:
            self._minute = minute
            self._refresh()
        return self._brand

    def _refresh(self) -> None:
        try:
            stored = self._store.all()
        except Exception:  # noqa: BLE001 - whatever it is, the desk works on with what it knows
            if not self._is_unread:
                self._log.warning("the live settings could not be read; the last known ones hold", exc_info=True)
            self._is_unread = True
            return
        self._is_unread = False
        if stored != self._stored:
            self._stored = stored
            self._apply(stored)

    def _apply(self, stored: Mapping[str, LiveSetting]) -> None:
        """Make the brand with each stored value that this release knows; departments come and go with deployments."""
        seeds = self._compiled["live"]
        self._live = seeds | {key: self._live[key] for key in seeds.keys() & stored.keys()}
        for key in seeds.keys() & stored.keys():
            live = self._live | {key: stored[key].value}
            try:
                brand_of(self._compiled | {"live": live})
            except Exception:  # noqa: BLE001 - one value must not cost the others
                self._log.warning(f"the live setting {key} is unusable; its last known value holds", exc_info=True)
            else:
                self._live = live
        brand = brand_of(self._compiled | {"live": self._live})
        self._brand = self._brand if brand == self._brand else brand
