"""Drafts of announcements that nobody has submitted yet, such as new entries of the brand's feeds."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import from_item, moment_text, parts_of, store_errors, to_item, unless_refused
from desk.pictures.model import AttachedPicture, pictures_in, plain_pictures

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class AnnouncementDraft(NamedTuple):
    """A draft. The post that is submitted from it has the same `id`, so that it is never published twice.

    Attributes:
        source: where it comes from, for people: the name of the feed.
        made_at: when the desk made it.
        is_guessed: the encoding of what it comes from had to be guessed, so its words may be wrong.
    """

    id: str
    text: str
    source: str
    made_at: datetime
    pictures: tuple[AttachedPicture, ...] = ()
    is_guessed: bool = False


class AnnouncementDrafts(Protocol):
    """The drafts, in the Desk table, for 90 days. Every method raises StoreBusy."""

    def add(self, draft: AnnouncementDraft) -> None:
        """Store a new draft. Adding it again, also after it was removed, changes nothing."""
        ...

    def get(self, draft_id: str) -> AnnouncementDraft | None:
        """The draft; None once it was removed."""
        ...

    def all(self) -> Sequence[AnnouncementDraft]:
        """All drafts, the newest first."""
        ...

    def remove(self, draft_id: str, *, by: str, now: datetime) -> None:
        """Remove the draft, because it was submitted or is not wanted. Its id stays known for 90 days."""
        ...


_KEPT = timedelta(days=90)
_ITEM = "announcement_draft"


class AnnouncementDraftItems:
    """AnnouncementDrafts on DynamoDB. A removed draft stays as an item without a text."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def add(self, draft: AnnouncementDraft) -> None:
        """See AnnouncementDrafts."""
        with unless_refused():
            self._client.put_item(
                TableName=self._desk,
                Item=_item(draft),
                ConditionExpression="attribute_not_exists(#part)",
                ExpressionAttributeNames={"#part": "part"},
            )

    def get(self, draft_id: str) -> AnnouncementDraft | None:
        """See AnnouncementDrafts."""
        with store_errors():
            answer = self._client.get_item(TableName=self._desk, Key=_key(draft_id), ConsistentRead=True)
        return _draft_of(from_item(answer.get("Item", {})))

    def all(self) -> Sequence[AnnouncementDraft]:
        """See AnnouncementDrafts."""
        drafts = filter(None, map(_draft_of, parts_of(self._client, self._desk, _ITEM)))
        return newest_first(drafts)

    def remove(self, draft_id: str, *, by: str, now: datetime) -> None:
        """See AnnouncementDrafts."""
        with unless_refused():
            self._client.update_item(
                TableName=self._desk,
                Key=_key(draft_id),
                UpdateExpression="SET removed_by = :by, removed_at = :now, expires_at = :expires_at "
                "REMOVE #text, pictures, guessed",
                ConditionExpression="attribute_exists(#text)",
                ExpressionAttributeNames={"#text": "text"},
                ExpressionAttributeValues=to_item(
                    {":by": by, ":now": moment_text(now), ":expires_at": int((now + _KEPT).timestamp())}
                ),
            )


def newest_first(drafts: Iterable[AnnouncementDraft]) -> list[AnnouncementDraft]:
    """The drafts in the order in which people see them."""
    return sorted(drafts, key=lambda draft: (draft.made_at, draft.id), reverse=True)


def _key(draft_id: str) -> Any:
    return to_item({"item": _ITEM, "part": draft_id})


def _item(draft: AnnouncementDraft) -> Any:
    plain = {
        "text": draft.text,
        "source": draft.source,
        "made_at": moment_text(draft.made_at),
        "pictures": plain_pictures(draft.pictures) or None,
        "guessed": draft.is_guessed or None,
        "expires_at": int((draft.made_at + _KEPT).timestamp()),
    }
    return _key(draft.id) | to_item(plain)


def _draft_of(plain: dict[str, Any]) -> AnnouncementDraft | None:
    """The draft of an item; None if there is none, or if it was removed."""
    if "text" not in plain:
        return None
    return AnnouncementDraft(
        plain["part"],
        plain["text"],
        plain["source"],
        datetime.fromisoformat(plain["made_at"]),
        pictures_in(plain.get("pictures", ())),
        bool(plain.get("guessed")),
    )
