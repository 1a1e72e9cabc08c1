"""What people set for themselves in the console."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import from_item, store_errors, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LONGEST_UNDO = 30
"""Seconds."""
THEMES = ("light", "dark")


class PersonSettings(NamedTuple):
    """A person's settings.

    `undo_seconds` is how long a reply waits after it was sent, so that it can be undone: 0 to LONGEST_UNDO. `notifies`:
    the browser shows notifications of what is urgent, with a sound if `sounds`. `language` is that of the person's
    pages, "" for the desk's; `theme` is one of THEMES, "" for what the browser is set to.
    """

    undo_seconds: int = 10
    notifies: bool = False
    sounds: bool = False
    language: str = ""
    theme: str = ""


class SettingsStore(Protocol):
    """The settings of all people. Every method raises StoreBusy."""

    def find(self, person_id: str) -> PersonSettings:
        """The person's settings; those of the desk if they saved none."""
        ...

    def save(self, person_id: str, settings: PersonSettings, now: datetime) -> None:
        """Save the settings in place of the former ones."""
        ...


_LAST = timedelta(days=730)
"""Settings of people who left are removed in the end; others begin with the defaults again after so long."""


class SettingsItems:
    """Implements SettingsStore on DynamoDB. `expires_at` is the table's TTL; `defaults` are the desk's settings."""

    def __init__(self, client: "DynamoDBClient", desk_table: str, defaults: PersonSettings) -> None:
        self._client = client
        self._desk = desk_table
        self._defaults = defaults

    def find(self, person_id: str) -> PersonSettings:
        """See SettingsStore."""
        with store_errors():
            answer = self._client.get_item(TableName=self._desk, Key=settings_key(person_id), ConsistentRead=True)
        return settings_of(answer["Item"]) if "Item" in answer else self._defaults

    def save(self, person_id: str, settings: PersonSettings, now: datetime) -> None:
        """See SettingsStore."""
        expires_at = int((now + _LAST).timestamp())
        with store_errors():
            self._client.put_item(
                TableName=self._desk,
                Item=settings_key(person_id) | to_item({**settings._asdict(), "expires_at": expires_at}),
            )


SETTINGS = "console_settings"
"""The item with all people's settings; its part is the person's id."""


def settings_key(person_id: str) -> Any:
    """The key of a person's settings."""
    return to_item({"item": SETTINGS, "part": person_id})


def settings_of(item: dict[str, Any]) -> PersonSettings:
    """The settings in an item (typed form)."""
    plain = from_item(item)
    language, theme = plain.get("language", ""), plain.get("theme", "")
    return PersonSettings(int(plain["undo_seconds"]), plain["notifies"], plain["sounds"], language, theme)
