"""Up to which day each department's feedback was mailed."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from heapq import heappush, heapreplace
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ClientError

from desk.aws.dynamodb import batch_get, is_refused, parts_of, store_errors, to_item, unless_refused
from desk.cases.routing import stored_mention_of
from desk.mentions.erased_authors import erased_among
from desk.mentions.model import DayRow, Mention

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class FeedbackLog(Protocol):
    """Which of the desk's days were mailed. Every method raises StoreBusy."""

    def mailed_until(self) -> Mapping[str, date]:
        """The first day that was not mailed yet, by department; a department that never got a mail is absent."""
        ...

    def begin(self, department: str, until: date, *, holder: str, now: datetime, ends_at: datetime) -> bool:
        """Claim the mail about the days before `until`; whether it is this run's to send.

        It is not when it was sent already, or when another run than `holder` may still be sending it: one that
        claimed it and whose end (`ends_at`, machine time, like `now`) has not passed.
        """
        ...

    def note(self, department: str, until: date) -> None:
        """Note that all days before `until` are settled: mailed, or without anything to mail."""
        ...


_ITEM = "feedback_mail"


class FeedbackLogItems:
    """The port FeedbackLog on DynamoDB. `ends_at` is in milliseconds of the epoch."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def mailed_until(self) -> dict[str, date]:
        """See FeedbackLog."""
        parts = parts_of(self._client, self._desk, _ITEM)
        return {part["part"]: date.fromisoformat(part["mailed_until"]) for part in parts if "mailed_until" in part}

    def begin(self, department: str, until: date, *, holder: str, now: datetime, ends_at: datetime) -> bool:
        """See FeedbackLog."""
        update = self._about(department) | {
            "UpdateExpression": "SET holder = :holder, ends_at = :ends",
            "ConditionExpression": "(attribute_not_exists(mailed_until) OR mailed_until < :until)"
            " AND (attribute_not_exists(holder) OR holder = :holder OR ends_at <= :now)",
            "ExpressionAttributeValues": to_item(
                {":holder": holder, ":ends": _millis(ends_at), ":until": until.isoformat(), ":now": _millis(now)}
            ),
        }
        try:
            with store_errors():
                self._client.update_item(**update)
        except ClientError as exc:
            if is_refused(exc):
                return False
            raise
        return True

    def note(self, department: str, until: date) -> None:
        """See FeedbackLog. A run that is late never sets the day back."""
        update = self._about(department) | {
            "UpdateExpression": "SET mailed_until = :until REMOVE holder, ends_at",
            "ConditionExpression": "attribute_not_exists(mailed_until) OR mailed_until < :until",
            "ExpressionAttributeValues": to_item({":until": until.isoformat()}),
        }
        with unless_refused():
            self._client.update_item(**update)

    def _about(self, department: str) -> dict[str, Any]:
        return {"TableName": self._desk, "Key": to_item({"item": _ITEM, "part": department})}


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


class FeedbackMentions(Protocol):
    """Mentions as they are stored now."""

    def mentions(self, mention_ids: Collection[str]) -> Mapping[str, Mention]:
        """Those of the mentions that still have their words and whose authors were not erased. Raises StoreBusy."""
        ...


_PROJECTION = "mention_id, author_id, received_at, backlog, post"


class FeedbackMentionItems:
    """The port FeedbackMentions on DynamoDB.

    An erasure writes its tombstone first and removes words later, so the tombstones decide here.
    """

    def __init__(self, client: "DynamoDBClient", *, mentions_table: str, desk_table: str) -> None:
        self._client = client
        self._mentions = mentions_table
        self._desk = desk_table

    def mentions(self, mention_ids: Collection[str]) -> dict[str, Mention]:
        """See FeedbackMentions."""
        keys = [{"mention_id": {"S": mention_id}} for mention_id in dict.fromkeys(mention_ids)]
        items = batch_get(self._client, self._mentions, keys, projection=_PROJECTION)
        found = [stored_mention_of(item).mention for item in items if "post" in item]
        erased = erased_among(self._client, self._desk, {mention.post.author_id for mention in found})
        return {mention.id: mention for mention in found if mention.post.author_id not in erased}


class FeedbackWords(Protocol):
    """The words of mentions. Raises StoreBusy."""

    def texts(self, mention_ids: Collection[str]) -> Mapping[str, str]:
        """The texts of those mentions whose words are still there."""
        ...


class FeedbackWordItems:
    """The port FeedbackWords on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", *, mentions_table: str) -> None:
        self._client = client
        self._mentions = mentions_table

    def texts(self, mention_ids: Collection[str]) -> dict[str, str]:
        """See FeedbackWords."""
        keys = [{"mention_id": {"S": mention_id}} for mention_id in dict.fromkeys(mention_ids)]
        items = batch_get(self._client, self._mentions, keys, projection="mention_id, post")
        found = {item["mention_id"]["S"]: item.get("post", {}).get("M", {}) for item in items}
        return {mention_id: str(post["text"]["S"]) for mention_id, post in found.items() if "text" in post}


class NewestRows:
    """Keeps the `most` newest of the rows that are added, and counts all of them in `total`."""

    def __init__(self, most: int) -> None:
        self.total = 0
        self._most = most
        self._newest: list[tuple[datetime, str, DayRow]] = []

    def add(self, row: DayRow) -> None:
        """Count a row, and keep it while it is among the newest."""
        self.total += 1
        entry = (row.created_at, row.mention_id, row)
        if len(self._newest) < self._most:
            heappush(self._newest, entry)
        elif entry > self._newest[0]:
            heapreplace(self._newest, entry)

    def rows(self) -> list[DayRow]:
        """The rows that were kept, the newest first."""
        return [row for _, _, row in sorted(self._newest, reverse=True)]
