"""Reviews of a day: what a person leaves before going home, for the next shift and for the next report."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import moment_text, parts_of, to_item, unless_refused

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LONGEST_LINE, LONGEST_NOTE = 200, 2_000
"""Letters."""

BEFORE_CLOSING = timedelta(hours=1)
"""A review makes the evening digest this long before closing time at the earliest."""


class DayReview(NamedTuple):
    """What somebody left on one of the desk's days. `line` is for the readers of the next report, "" for nothing.

    `note` is for the next shift, "" for nothing, and was read by `read_by` ("": nobody yet). `id` is that of the
    form that it came with, and `report` names the report that has the line. Moments are aware.
    """

    id: str
    day: date
    line: str
    note: str
    by: str
    at: datetime
    read_by: str = ""
    read_at: datetime | None = None
    report: str = ""

    @property
    def is_unread(self) -> bool:
        """Whether there is a note that nobody has read."""
        return bool(self.note) and not self.read_by


class DayReviews(Protocol):
    """The reviews of the last weeks. Every method raises StoreBusy."""

    def add(self, review: DayReview) -> None:
        """Store a review, once for each id."""
        ...

    def recent(self, now: datetime) -> Sequence[DayReview]:
        """The reviews whose time is not over, the oldest first, read consistently."""
        ...

    def mark_read(self, review: DayReview, by: str, at: datetime) -> None:
        """Record who has read the note; the first who says so stays."""
        ...

    def lines_for(self, report: str, now: datetime) -> Sequence[DayReview]:
        """The reviews whose lines this report has: those that no report has yet, and its own of an earlier attempt."""
        ...


_ITEM = "day_review"


class DayReviewItems:
    """DayReviews on DynamoDB. A review `lasts` so long; `expires_at` is the table's TTL."""

    def __init__(self, client: "DynamoDBClient", desk_table: str, *, lasts: timedelta) -> None:
        self._client = client
        self._desk = desk_table
        self._lasts = lasts

    def add(self, review: DayReview) -> None:
        """See DayReviews."""
        plain = {
            **_key(review),
            "line": review.line,
            "note": review.note,
            "by": review.by,
            "at": moment_text(review.at),
            "expires_at": int((review.at + self._lasts).timestamp()),
        }
        with unless_refused():
            self._client.put_item(
                TableName=self._desk, Item=to_item(plain), ConditionExpression="attribute_not_exists(part)"
            )

    def recent(self, now: datetime) -> Sequence[DayReview]:
        """See DayReviews. TTL deletes an item within days, so the time decides."""
        found = parts_of(self._client, self._desk, _ITEM)
        kept = (_review_of(plain) for plain in found if now.timestamp() < plain["expires_at"])
        return sorted(kept, key=lambda review: (review.at, review.id))

    def mark_read(self, review: DayReview, by: str, at: datetime) -> None:
        """See DayReviews."""
        self._set_once(review, "read_by", {"read_by": by, "read_at": moment_text(at)})

    def lines_for(self, report: str, now: datetime) -> Sequence[DayReview]:
        """See DayReviews. Each line is claimed for the report before it is shown, so that no other one has it."""
        open_lines = [each for each in self.recent(now) if each.line and not each.report]
        for each in open_lines:
            self._set_once(each, "report", {"report": report})
        return [each for each in self.recent(now) if each.line and each.report == report]

    def _set_once(self, review: DayReview, name: str, about: dict[str, Any]) -> None:
        """Set these attributes of a stored review unless `name` is set already."""
        with unless_refused():
            self._client.update_item(
                TableName=self._desk,
                Key=to_item(_key(review)),
                UpdateExpression="SET " + ", ".join(f"#{each} = :{each}" for each in about),
                ConditionExpression=f"attribute_exists(part) AND attribute_not_exists(#{name})",
                ExpressionAttributeNames={f"#{each}": each for each in about},
                ExpressionAttributeValues=to_item({f":{each}": value for each, value in about.items()}),
            )


def _key(review: DayReview) -> dict[str, Any]:
    return {"item": _ITEM, "part": f"{review.day.isoformat()}#{review.id}"}


def _review_of(plain: dict[str, Any]) -> DayReview:
    day, _, review_id = str(plain["part"]).partition("#")
    return DayReview(
        id=review_id,
        day=date.fromisoformat(day),
        line=plain["line"],
        note=plain["note"],
        by=plain["by"],
        at=datetime.fromisoformat(plain["at"]),
        read_by=plain.get("read_by", ""),
        read_at=datetime.fromisoformat(plain["read_at"]) if "read_at" in plain else None,
        report=plain.get("report", ""),
    )
