"""What one look at the tables tells a page: the open case, who else has it open, and the person's settings."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import store_errors
from desk.cases.items import case_key, case_of
from desk.cases.model import Case, is_case_id
from desk.errors import StoreBusy
from desk.staff.model import Person
from desk.staff.presence import PRESENCE, Presence, others_in, presence_key
from desk.staff.settings import SETTINGS, PersonSettings, settings_key, settings_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Glance(NamedTuple):
    """What was found. `case` is None for a key that is no case's, `others` are who else has the item open."""

    case: Case | None
    others: Sequence[Presence]
    settings: PersonSettings


class Glances(Protocol):
    """Looks at an open item. Raises StoreBusy."""

    def at(self, key: str, person: Person, now: datetime) -> Glance:
        """The item with this key, which may be "", and the person's settings; in one read."""
        ...


class GlanceItems:
    """Implements Glances on DynamoDB by one BatchGetItem over two tables."""

    def __init__(self, client: "DynamoDBClient", *, cases_table: str, desk_table: str) -> None:
        self._client = client
        self._cases = cases_table
        self._desk = desk_table

    def at(self, key: str, person: Person, now: datetime) -> Glance:
        """See Glances. Three small items always fit; if DynamoDB leaves one out, it is busy."""
        ask: dict[str, Any] = {self._desk: {"Keys": [settings_key(person.id), *([presence_key(key)] if key else [])]}}
        if is_case_id(key):
            ask[self._cases] = {"Keys": [case_key(key)]}
        with store_errors():
            answer = self._client.batch_get_item(RequestItems=ask)
        if answer.get("UnprocessedKeys"):
            raise StoreBusy("a key stayed unprocessed")
        others: Sequence[Presence] = ()
        settings = PersonSettings()
        for item in answer["Responses"].get(self._desk, []):
            if item["item"] == {"S": PRESENCE}:
                others = others_in(item, person.id, person.name, now)
            elif item["item"] == {"S": SETTINGS}:
                settings = settings_of(item)
        cases = [item for item in answer["Responses"].get(self._cases, []) if "erased" not in item]
        return Glance(case_of(cases[0]) if cases else None, others, settings)
