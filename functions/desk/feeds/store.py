"""The store of feeds: what the desk knows of each one, and the marks of its entries."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ClientError

from desk.aws.dynamodb import from_item, is_refused, moment_text, parts_of, store_errors, to_item
from desk.errors import LeaseLost
from desk.feeds.marks import FeedMarks, packed, unpacked
from desk.feeds.model import FeedFailure, FeedState

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class FeedStore(Protocol):
    """Feeds by their names, kept for good. Every method raises StoreBusy."""

    def all(self) -> Mapping[str, FeedState]:
        """All feeds that were ever tried, by name, read consistently."""
        ...

    def claim(self, name: str, now: datetime, until: datetime) -> FeedState | None:
        """The feed for this run alone, until then; an untried one is new. None if another run works on it."""
        ...

    def save(self, state: FeedState) -> None:
        """Store the state of a claimed feed, and end the claim. Raises LeaseLost if another run has claimed it."""
        ...

    def marks(self, name: str) -> FeedMarks:
        """The marks of the feed, read consistently."""
        ...

    def save_marks(self, name: str, marks: FeedMarks) -> None:
        """Replace the marks. Raises LeaseLost if they have changed since they were read."""
        ...


_FEED, _MARKS = "feed", "feed_entry"
_MOMENTS = frozenset(
    {"began_at", "tried_at", "read_at", "failing_since", "retry_at", "news_at", "left_out_at", "claimed_until"}
)
_NUMBERS = frozenset({"drafted", "posted", "left_out", "version"})


class FeedItems:
    """FeedStore on DynamoDB: an item for each feed, and one for its marks.

    When the answer to a write is lost, botocore repeats it, and the repetition is refused. The run then counts as
    having lost its claim, and the next one does the same work again, which changes nothing.
    """

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def all(self) -> Mapping[str, FeedState]:
        """See FeedStore."""
        states = map(_state_of, parts_of(self._client, self._desk, _FEED))
        return {state.name: state for state in states}

    def claim(self, name: str, now: datetime, until: datetime) -> FeedState | None:
        """See FeedStore."""
        values = to_item({":until": moment_text(until), ":now": moment_text(now), ":one": 1})
        try:
            with store_errors():
                answer = self._client.update_item(
                    TableName=self._desk,
                    Key=_key(_FEED, name),
                    UpdateExpression="SET claimed_until = :until, tried_at = :now ADD version :one",
                    ConditionExpression="attribute_not_exists(claimed_until) OR claimed_until <= :now",
                    ExpressionAttributeValues=values,
                    ReturnValues="ALL_NEW",
                )
        except ClientError as exc:
            if not is_refused(exc):
                raise
            return None
        return _state_of(from_item(answer["Attributes"]))

    def save(self, state: FeedState) -> None:
        """See FeedStore."""
        saved = state._replace(claimed_until=None, version=state.version + 1)
        self._put(_key(_FEED, state.name) | to_item(_plain(saved)), seen=state.version)

    def marks(self, name: str) -> FeedMarks:
        """See FeedStore."""
        with store_errors():
            answer = self._client.get_item(TableName=self._desk, Key=_key(_MARKS, name), ConsistentRead=True)
        plain = from_item(answer.get("Item", {}))
        return FeedMarks(unpacked(bytes(plain["marks"])), int(plain["version"])) if plain else FeedMarks()

    def save_marks(self, name: str, marks: FeedMarks) -> None:
        """See FeedStore."""
        plain = {"marks": packed(marks.days), "version": marks.version + 1}
        self._put(_key(_MARKS, name) | to_item(plain), seen=marks.version)

    def _put(self, item: Any, *, seen: int) -> None:
        """Put the item in place of the version that was seen; 0 is none."""
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(version)"}
        if seen:
            values = to_item({":seen": seen})
            condition = {"ConditionExpression": "version = :seen", "ExpressionAttributeValues": values}
        try:
            with store_errors():
                self._client.put_item(TableName=self._desk, Item=item, **condition)
        except ClientError as exc:
            if not is_refused(exc):
                raise
            raise LeaseLost(item["part"]["S"]) from exc


def _key(item: str, name: str) -> Any:
    return to_item({"item": item, "part": name})


def _plain(state: FeedState) -> dict[str, Any]:
    """The state's fields as attributes, without those that are None or empty."""
    plain = state._asdict()
    del plain["name"]
    return {name: _value(value) for name, value in plain.items() if value not in (None, "", 0)}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, FeedFailure) else value


def _state_of(plain: Mapping[str, Any]) -> FeedState:
    fields = {name: _field(name, plain[name]) for name in FeedState._fields if name in plain}
    return FeedState(plain["part"], **fields)


def _field(name: str, value: Any) -> Any:
    if name in _MOMENTS:
        return datetime.fromisoformat(value)
    if name in _NUMBERS:
        return int(value)
    if name == "day":
        return date.fromisoformat(value)
    if name == "failure":  # of another release, perhaps; a state that can't be read would stop its feed for good
        return FeedFailure(value) if value in tuple(FeedFailure) else FeedFailure.DEFECT
    return value
