"""Private messages of a case that was moved to a private conversation.

They are items of the case beside its events, so that erasure and retention remove their words with those of the case.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import from_item, moment_text, query_all, to_item, unless_refused
from desk.text import cut
from desk.x.model import DirectMessage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class PrivateMessage(NamedTuple):
    """A message of the author, or of the account (`is_ours`), in the private conversation on X with this id."""

    id: str
    conversation_id: str
    text: str
    at: datetime
    is_ours: bool


class PrivateMessages(Protocol):
    """The private messages of cases. Every method raises StoreBusy."""

    def of_case(self, case_id: str) -> Sequence[PrivateMessage]:
        """Those whose words are kept, the oldest first, read consistently."""
        ...

    def add(self, case_id: str, message: DirectMessage, *, is_ours: bool) -> None:
        """Keep the message. Doing it again changes nothing, and never brings back words that were removed."""
        ...


_PREFIX = "private#"
_TEXT = 40_000  # bytes; X takes 10,000 characters


class PrivateMessageItems:
    """Implements PrivateMessages on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", cases_table: str) -> None:
        self._client = client
        self._cases = cases_table

    def of_case(self, case_id: str) -> Sequence[PrivateMessage]:
        """See PrivateMessages."""
        ask: dict[str, Any] = {
            "TableName": self._cases,
            "KeyConditionExpression": "case_id = :case AND begins_with(what, :prefix)",
            "ExpressionAttributeValues": to_item({":case": case_id, ":prefix": _PREFIX}),
            "ConsistentRead": True,
        }
        return [_message_of(item) for item in query_all(self._client, ask) if "text" in item]

    def add(self, case_id: str, message: DirectMessage, *, is_ours: bool) -> None:
        """See PrivateMessages."""
        plain = {
            "case_id": case_id,
            "what": f"{_PREFIX}{moment_text(message.created_at)}#{message.id}",
            "text": cut(message.text, _TEXT),
            "conversation_id": message.conversation_id,
            "sent_at": message.created_at.isoformat(),
            "is_ours": is_ours,
        }
        with unless_refused():
            self._client.put_item(
                TableName=self._cases, Item=to_item(plain), ConditionExpression="attribute_not_exists(case_id)"
            )


def _message_of(item: dict[str, Any]) -> PrivateMessage:
    plain = from_item(item)
    return PrivateMessage(
        id=plain["what"].rpartition("#")[2],
        conversation_id=plain["conversation_id"],
        text=plain["text"],
        at=datetime.fromisoformat(plain["sent_at"]),
        is_ours=plain["is_ours"],
    )
