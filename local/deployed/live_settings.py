"""The live settings of a deployed desk, as the commands show and change them."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from desk.live_settings.store import MOST_AT_ONCE, LiveSetting, LiveSettingItems, LiveSettingStore, with_seeds
from local.brand.live import InvalidSettings, checked_values, live_desk, live_values, values_in
from local.brand.load import DESK_FILE, load_desk, plain_desk
from local.brand.model import Desk
from local.deployed.stack import Stack


class DeskSettings:
    """The live settings of a desk with this desk.yaml, which seeds those that are not stored."""

    def __init__(self, store: LiveSettingStore, path: Path = DESK_FILE) -> None:
        self.store = store
        self.seeds = live_values(load_desk(path))
        self._path = path

    def all(self) -> dict[str, LiveSetting]:
        """The settings by key. Raises StoreBusy."""
        return with_seeds(self.store.all(), self.seeds)

    def desk(self) -> Desk:
        """desk.yaml with the settings as they are now. Raises StoreBusy and InvalidSettings."""
        return live_desk({key: setting.value for key, setting in self.all().items()}, self._path)

    def change(self, changes: Mapping[str, Any], by: str, at: datetime) -> list[LiveSetting]:
        """Store the changes together, and return those that change anything.

        Raises InvalidSettings, and SettingMoved if somebody else was faster, with nothing stored; and StoreBusy, after
        which all of them are stored or none: the same call again changes nothing twice.
        """
        now = self.all()
        valid = checked_values({key: setting.value for key, setting in now.items()}, changes, self._path)
        changed = [now[key].changed(value, by, at) for key, value in valid.items() if now[key].value != value]
        if len(changed) > MOST_AT_ONCE:
            raise InvalidSettings([f"These are {len(changed)} changes; at most {MOST_AT_ONCE} are stored at once."])
        self.store.save(changed)
        return changed

    def changes_in(self, plain: Any) -> dict[str, Any]:
        """The live settings in the plain value of a desk.yaml, or of a part of one.

        Raises InvalidSettings if it has anything else otherwise than desk.yaml.
        """
        others = list(_others(plain, plain_desk(self._path), self.seeds))
        if others:
            deployed = "is no live setting: change it in desk.yaml and deploy that."
            raise InvalidSettings([f"{place or 'The whole'} {deployed}" for place in others])
        return values_in(plain)


def settings_of(dynamodb: Any, stack: Stack, path: Path = DESK_FILE) -> DeskSettings:
    """The live settings of the stack that runs with this desk.yaml."""
    return DeskSettings(LiveSettingItems(dynamodb, stack.outputs["DeskTable"]), path)


def _others(part: Any, whole: Any, live: Collection[str], place: str = "") -> Iterator[str]:
    """The places at which a part of a desk.yaml differs from the whole one, besides live settings."""
    if place in live:
        return
    if isinstance(part, dict):
        for name, value in part.items():
            inside = whole.get(name) if isinstance(whole, dict) else None
            yield from _others(value, inside, live, f"{place}.{name}".removeprefix("."))
    elif part != whole:
        yield place
