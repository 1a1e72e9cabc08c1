"""How the brand's posts on the timeline perform after an hour, a day and a week, and what is usual."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from botocore.exceptions import ClientError

from desk.aws.dynamodb import (
    batch_get,
    from_item,
    is_refused,
    moment_text,
    query_all,
    store_errors,
    to_item,
    unless_refused,
)
from desk.posts.model import PostKind
from desk.x.model import PostMetrics, first_id_at, time_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class MeasuredAge(StrEnum):
    """The age of a post at which it is measured. The values are those of the API and of the items."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


class MarkSpan(NamedTuple):
    """A post older than `after` is due for a measurement; older than `until`, it is too late for that one."""

    after: timedelta
    until: timedelta


SPANS: Mapping[MeasuredAge, MarkSpan] = {
    MeasuredAge.HOUR: MarkSpan(timedelta(hours=1), timedelta(hours=3)),
    MeasuredAge.DAY: MarkSpan(timedelta(hours=24), timedelta(hours=36)),
    MeasuredAge.WEEK: MarkSpan(timedelta(days=7), timedelta(days=8)),
}
"""A number that comes much later than planned can't be compared with those of other posts, so it is left out."""

MEASURED = tuple(kind for kind in PostKind if kind is not PostKind.REPLY)
"""The kinds of posts on the timeline."""

COMPARED_WITH = timedelta(days=90)
"""A post is compared with posts that were published up to this long before it."""

_LEAST_OTHERS = 5
"""With fewer other posts, nothing counts as usual."""


class Measurement(NamedTuple):
    """What X stated about a post at `measured_at` (aware). Metrics of all versions of an edited post are added up."""

    metrics: PostMetrics
    measured_at: datetime

    @property
    def reactions(self) -> int:
        """Likes, replies, reposts and quotes together."""
        metrics = self.metrics
        return metrics.likes + metrics.replies + metrics.reposts + metrics.quotes


class Performance(NamedTuple):
    """How one post performs.

    `kind` is None, and `text` what X shows, for a post that people wrote on X itself; or that the desk published and
    has not measured yet. `gone_at` is when X no longer showed it (aware); then it is not measured again.
    """

    x_id: str
    kind: PostKind | None
    measured: Mapping[MeasuredAge, Measurement] = {}
    gone_at: datetime | None = None
    text: str = ""

    @property
    def published_at(self) -> datetime:
        """When X published it."""
        return time_of(self.x_id)

    def age_at(self, mark: MeasuredAge) -> timedelta:
        """How old it was when it was measured."""
        return self.measured[mark].measured_at - self.published_at


class MeasurementClaim(NamedTuple):
    """A run's claim on a post, from `at` to `until` by the wall clock."""

    holder: str
    at: datetime
    until: datetime


def due_mark(x_id: str, known: Performance | None, now: datetime) -> MeasuredAge | None:
    """The mark for which the post is to be measured now; None if there is none, or it was measured."""
    if known and known.gone_at:
        return None
    age = now - time_of(x_id)
    due = next((mark for mark, span in SPANS.items() if span.after < age <= span.until), None)
    return None if known and due in known.measured else due


def combined(versions: Sequence[PostMetrics]) -> PostMetrics:
    """The metrics of an edited post: those of its versions, added up."""
    seen = [each.impressions for each in versions if each.impressions is not None]
    return PostMetrics(
        likes=sum(each.likes for each in versions),
        replies=sum(each.replies for each in versions),
        reposts=sum(each.reposts for each in versions),
        quotes=sum(each.quotes for each in versions),
        impressions=sum(seen) if seen else None,
    )


def times_usual(performance: Performance, mark: MeasuredAge, others: Iterable[Performance]) -> float | None:
    """The post's reactions divided by the usual number for its kind at that age.

    The usual number is the median of the posts of the 90 days before it. None if there are fewer than five of them, or
    if their median is 0.
    """
    own = int(performance.x_id)
    first = int(first_id_at(performance.published_at - COMPARED_WITH))
    values = [
        other.measured[mark].reactions
        for other in others
        if other.kind is performance.kind and mark in other.measured and first <= int(other.x_id) < own
    ]
    usual = _median(values) if len(values) >= _LEAST_OTHERS else 0
    return performance.measured[mark].reactions / usual if usual else None


def comparisons(performance: Performance, others: Iterable[Performance]) -> dict[MeasuredAge, float]:
    """`times_usual` of each measurement that can be compared."""
    known = list(others)
    compared = {mark: times_usual(performance, mark, known) for mark in performance.measured}
    return {mark: times for mark, times in compared.items() if times is not None}


def _median(values: Sequence[int]) -> float:
    """The median, without the module `statistics`, which would slow down every start of the console."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


class PerformanceStore(Protocol):
    """The measurements, in the Desk table; they are never removed. Every method raises StoreBusy."""

    def get_many(self, x_ids: Iterable[str]) -> Mapping[str, Performance]:
        """What is known of the posts with these ids on X, by id, read consistently."""
        ...

    def between(self, since: datetime, until: datetime) -> Sequence[Performance]:
        """Those of posts that X published from `since` to before `until`, the earliest first. Eventually consistent."""
        ...

    def record_shown(self, x_id: str, text: str) -> None:
        """Store that the account's timeline shows this post, with its text as it is now.

        Nothing changes for a post of the desk that was claimed, and for one that is gone.
        """
        ...

    def claim(self, x_id: str, kind: PostKind | None, mark: MeasuredAge, claim: MeasurementClaim) -> bool:
        """Reserve the measurement for a run, before it pays X. `kind` is the post's, None if people wrote it on X.

        False if another run has claimed the post, and if it is gone or was measured.
        """
        ...

    def record(self, x_id: str, mark: MeasuredAge, measurement: Measurement) -> None:
        """Store the measurement of a post that was claimed. An earlier one for the mark stays as it is."""
        ...

    def record_gone(self, x_id: str, at: datetime) -> None:
        """Store that X does not show a post that was claimed, and remove its text. An earlier time stays as it is."""
        ...


_ITEM = "post_performance"
_ID_DIGITS = 19


class PerformanceItems:
    """PerformanceStore on DynamoDB. A part is the id on X with leading zeros, so that parts sort by time."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def get_many(self, x_ids: Iterable[str]) -> dict[str, Performance]:
        """See PerformanceStore."""
        items = batch_get(self._client, self._desk, [_key(x_id) for x_id in dict.fromkeys(x_ids)])
        found = map(_performance, map(from_item, items))
        return {each.x_id: each for each in found}

    def between(self, since: datetime, until: datetime) -> Sequence[Performance]:
        """See PerformanceStore."""
        ask = {
            "TableName": self._desk,
            "KeyConditionExpression": "#item = :item AND #part BETWEEN :first AND :last",
            "ExpressionAttributeNames": {"#item": "item", "#part": "part"},
            "ExpressionAttributeValues": to_item(
                {":item": _ITEM, ":first": _part(first_id_at(since)), ":last": _part(str(int(first_id_at(until)) - 1))}
            ),
        }
        return [_performance(from_item(item)) for item in query_all(self._client, ask)]

    def record_shown(self, x_id: str, text: str) -> None:
        """See PerformanceStore."""
        with unless_refused():
            self._client.update_item(
                TableName=self._desk,
                Key=_key(x_id),
                UpdateExpression="SET shown_text = :text",
                ConditionExpression="attribute_not_exists(kind) AND attribute_not_exists(gone_at)",
                ExpressionAttributeValues=to_item({":text": text}),
            )

    def claim(self, x_id: str, kind: PostKind | None, mark: MeasuredAge, claim: MeasurementClaim) -> bool:
        """See PerformanceStore. A run may claim a post again, since the answer to its first claim may be lost."""
        of_the_desk = {":kind": kind.value} if kind else {}
        try:
            with store_errors():
                self._client.update_item(
                    TableName=self._desk,
                    Key=_key(x_id),
                    UpdateExpression="SET held_by = :holder, held_until = :until"
                    + (", kind = :kind REMOVE shown_text" if kind else ""),
                    ConditionExpression="attribute_not_exists(#mark) AND attribute_not_exists(gone_at) AND "
                    "(attribute_not_exists(held_until) OR held_until <= :now OR held_by = :holder)",
                    ExpressionAttributeNames={"#mark": mark.value},
                    ExpressionAttributeValues=to_item(
                        {
                            **of_the_desk,
                            ":holder": claim.holder,
                            ":until": moment_text(claim.until),
                            ":now": moment_text(claim.at),
                        }
                    ),
                )
        except ClientError as exc:
            if not is_refused(exc):
                raise
            return False
        return True

    def record(self, x_id: str, mark: MeasuredAge, measurement: Measurement) -> None:
        """See PerformanceStore."""
        value = measurement.metrics._asdict() | {"measured_at": moment_text(measurement.measured_at)}
        stated = {name: each for name, each in value.items() if each is not None}
        self._set_once(x_id, mark.value, stated, removing="held_by, held_until")

    def record_gone(self, x_id: str, at: datetime) -> None:
        """See PerformanceStore."""
        self._set_once(x_id, "gone_at", moment_text(at), removing="held_by, held_until, shown_text")

    def _set_once(self, x_id: str, name: str, value: Any, *, removing: str) -> None:
        with unless_refused():
            self._client.update_item(
                TableName=self._desk,
                Key=_key(x_id),
                UpdateExpression=f"SET #name = :value REMOVE {removing}",
                ConditionExpression="attribute_not_exists(#name)",
                ExpressionAttributeNames={"#name": name},
                ExpressionAttributeValues=to_item({":value": value}),
            )


def _part(x_id: str) -> str:
    return x_id.zfill(_ID_DIGITS)


def _key(x_id: str) -> Any:
    return to_item({"item": _ITEM, "part": _part(x_id)})


def _performance(plain: Mapping[str, Any]) -> Performance:
    gone_at = plain.get("gone_at")
    return Performance(
        str(int(plain["part"])),
        PostKind(plain["kind"]) if "kind" in plain else None,
        {mark: _measurement(plain[mark]) for mark in MeasuredAge if mark in plain},
        datetime.fromisoformat(gone_at) if gone_at else None,
        plain.get("shown_text", ""),
    )


def _measurement(plain: Mapping[str, Any]) -> Measurement:
    metrics = PostMetrics(**{name: int(plain[name]) for name in PostMetrics._fields if name in plain})
    return Measurement(metrics, datetime.fromisoformat(plain["measured_at"]))
