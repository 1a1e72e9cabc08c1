"""Live settings in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from desk.errors import SettingMoved
from desk.live_settings.store import LiveSetting
from tests.fakes.in_trouble import InTrouble


@dataclass
class FakeLiveSettings(InTrouble):
    """Implements LiveSettingStore in memory."""

    versions: dict[str, list[LiveSetting]] = field(default_factory=dict)

    def all(self) -> Mapping[str, LiveSetting]:
        self._begin("all")
        return {key: versions[-1] for key, versions in self.versions.items()}

    def save(self, setting: LiveSetting) -> None:
        self._begin("save")
        versions = self.versions.setdefault(setting.key, [])
        if versions and versions[-1] == setting:
            return
        if len(versions) != setting.version - 1:
            raise SettingMoved(setting.key)
        versions.append(setting)
        self._end("save")

    def history(self, key: str) -> Sequence[LiveSetting]:
        self._begin("history")
        return list(self.versions.get(key, ()))
