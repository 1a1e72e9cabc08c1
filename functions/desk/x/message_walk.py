"""How far the desk has read the account's private messages."""

from typing import TYPE_CHECKING, NamedTuple, Protocol

from desk.aws.dynamodb import from_item, store_errors, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class MessageWalk(NamedTuple):
    """`known` is the newest message up to which all were read.

    A walk that has not reached it yet began at `first` and goes on at the page `token`.
    """

    known: str | None = None
    first: str | None = None
    token: str | None = None


class MessageWalkStore(Protocol):
    """Keeps the walk between runs. Every method raises StoreBusy."""

    def load(self) -> MessageWalk:
        """The saved walk; an empty one before the first run."""
        ...

    def save(self, walk: MessageWalk) -> None:
        """Save the walk, in place of the one before."""
        ...


_KEY = to_item({"item": "private_messages", "part": "walk"})


class MessageWalkItems:
    """Implements MessageWalkStore on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def load(self) -> MessageWalk:
        """See MessageWalkStore."""
        with store_errors():
            answer = self._client.get_item(TableName=self._desk, Key=_KEY, ConsistentRead=True)
        plain = from_item(answer.get("Item", {}))
        return MessageWalk(plain.get("known"), plain.get("first"), plain.get("token"))

    def save(self, walk: MessageWalk) -> None:
        """See MessageWalkStore."""
        with store_errors():
            self._client.put_item(TableName=self._desk, Item=_KEY | to_item(walk._asdict()))
