"""Live settings in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from desk.live_settings.store import MOST_AT_ONCE, LiveSetting, raise_if_moved
from tests.fakes.in_trouble import InTrouble


@dataclass
class FakeLiveSettings(InTrouble):
    """Implements LiveSettingStore in memory."""

    versions: dict[str, list[LiveSetting]] = field(default_factory=dict)

    def all(self) -> Mapping[str, LiveSetting]:
        self._begin("all")
        return {key: versions[-1] for key, versions in self.versions.items()}

    def save(self, settings: Sequence[LiveSetting]) -> None:
        self._begin("save")
        if len(settings) > MOST_AT_ONCE:
            raise ValueError("too many at once")
        now = {key: versions[-1] for key, versions in self.versions.items()}
        if any((now[each.key].version if each.key in now else 0) != each.version - 1 for each in settings):
            raise_if_moved(settings, now)
            return
        for each in settings:
            self.versions.setdefault(each.key, []).append(each)
        self._end("save")

    def history(self, key: str) -> Sequence[LiveSetting]:
        self._begin("history")
        return list(self.versions.get(key, ()))
