"""Live settings: those of the brand's settings that people change while the desk runs, and their history.

desk.yaml seeds each of them once; afterwards a deployment changes none. A key is the place in desk.yaml from which the
setting is seeded, and its value has the form that it has there, as JSON.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import moment_text, parts_of, to_item, written_or_refused
from desk.errors import SettingMoved

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

MOST_AT_ONCE = 50
"""Two of a transaction's 100 actions for each setting."""
SEEDED_BY = "desk.yaml"
"""Who has made the first version of a setting, unless a person was faster."""


class LiveSetting(NamedTuple):
    """A live setting: its value and the value `before` it, how often it was written, by whom last, and when.

    With version 0 it is as desk.yaml has it, and was not stored yet.
    """

    key: str
    value: Any
    version: int = 0
    by: str = SEEDED_BY
    at: datetime | None = None
    before: Any = None

    def changed(self, value: Any, by: str, at: datetime) -> "LiveSetting":
        """The next version, with this value."""
        return LiveSetting(self.key, value, self.version + 1, by, at, before=self.value)


class LiveSettingStore(Protocol):
    """The live settings. Every method raises StoreBusy."""

    def all(self) -> Mapping[str, LiveSetting]:
        """All that are stored, by key, read consistently. What is only in desk.yaml is not among them."""
        ...

    def save(self, settings: Sequence[LiveSetting]) -> None:
        """Store each setting in place of the version before it and add it to its history: all of them, or none.

        Nothing changes if this very change was stored already. Raises SettingMoved with the keys of those for which
        somebody else was faster. At most MOST_AT_ONCE; raises ValueError for more.
        """
        ...

    def history(self, key: str) -> Sequence[LiveSetting]:
        """All versions of the setting, the first one first."""
        ...


def with_seeds(stored: Mapping[str, LiveSetting], seeds: Mapping[str, Any]) -> dict[str, LiveSetting]:
    """The settings that this desk.yaml has: as they are stored, or with version 0 as desk.yaml seeds them."""
    return {key: stored.get(key) or LiveSetting(key, seed) for key, seed in seeds.items()}


def raise_if_moved(settings: Sequence[LiveSetting], stored: Mapping[str, LiveSetting]) -> None:
    """Raise SettingMoved after a refused change, unless all of it is stored: then only its answer was lost."""
    if any(stored.get(each.key) != each for each in settings):
        versions = {each.key: stored[each.key].version if each.key in stored else 0 for each in settings}
        moved = [each.key for each in settings if versions[each.key] != each.version - 1]
        raise SettingMoved(", ".join(moved or versions))


def seed_missing(store: LiveSettingStore, seeds: Mapping[str, Any], at: datetime) -> list[str]:
    """Store the seeds of the settings that are not stored yet, and return their keys. Doing it again changes nothing.

    Raises StoreBusy.
    """
    seeded = []
    for key in sorted(seeds.keys() - store.all().keys()):
        try:
            store.save([LiveSetting(key, seeds[key], 1, SEEDED_BY, at)])
        except SettingMoved:  # somebody has changed it just now
            continue
        seeded.append(key)
    return seeded


_ITEM = "live_setting"
_HISTORY = "live_setting_history"


class LiveSettingItems:
    """LiveSettingStore on DynamoDB: an item for each setting in one partition, and one for each version in another."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def all(self) -> Mapping[str, LiveSetting]:
        """See LiveSettingStore. One query, one unit for 4 KB."""
        return {setting.key: setting for setting in map(_setting_of, parts_of(self._client, self._desk, _ITEM))}

    def save(self, settings: Sequence[LiveSetting]) -> None:
        """See LiveSettingStore."""
        if len(settings) > MOST_AT_ONCE:
            raise ValueError(f"{len(settings)} settings at once, and {MOST_AT_ONCE} are possible")
        writes = [write for setting in settings for write in self._writes(setting)]
        if writes and written_or_refused(self._client, writes):
            raise_if_moved(settings, self.all())

    def history(self, key: str) -> Sequence[LiveSetting]:
        """See LiveSettingStore."""
        return [_setting_of(plain) for plain in parts_of(self._client, self._desk, _HISTORY, beginning=f"{key}#")]

    def _writes(self, setting: LiveSetting) -> "list[TransactWriteItemTypeDef]":
        plain = {
            "key": setting.key,
            "value": json.dumps(setting.value, ensure_ascii=False),
            "before": json.dumps(setting.before, ensure_ascii=False),
            "version": setting.version,
            "by": setting.by,
            "at": moment_text(setting.at) if setting.at else None,
        }
        condition: Any = {"ConditionExpression": "attribute_not_exists(version)"}
        if setting.version > 1:
            seen = to_item({":seen": setting.version - 1})
            condition = {"ConditionExpression": "version = :seen", "ExpressionAttributeValues": seen}
        version = to_item({"item": _HISTORY, "part": f"{setting.key}#{setting.version:06}", **plain})
        current = to_item({"item": _ITEM, "part": setting.key, **plain})
        puts: list[dict[str, Any]] = [{"Item": current, **condition}, {"Item": version}]
        return [{"Put": {"TableName": self._desk, **put}} for put in puts]  # type: ignore[typeddict-item]


def _setting_of(plain: dict[str, Any]) -> LiveSetting:
    return LiveSetting(
        key=plain["key"],
        value=json.loads(plain["value"]),
        version=int(plain["version"]),
        by=plain["by"],
        at=datetime.fromisoformat(plain["at"]) if "at" in plain else None,
        before=json.loads(plain["before"]),
    )
