"""The store of trends: readings by place and hour, and the terms of our posts by day."""

import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ClientError

from desk.aws.dynamodb import from_item, is_refused, moment_text, query_all, store_errors, to_item
from desk.mentions.model import Source
from desk.trends.model import DayTerms, RankedTrend, Sharing, TrendProblem, TrendReading

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT = timedelta(days=30)
"""How long readings are kept, and the terms of days."""


class TrendStore(Protocol):
    """Readings by place (X's number of it) and hour. Every method raises StoreBusy."""

    def claim(self, woeid: int, hour: datetime, now: datetime, until: datetime) -> bool:
        """Claim the hour for this run until then (wall clock); False if another run has it.

        Also False if the hour has its trends, or if X may not be asked again yet.
        """
        ...

    def save(self, reading: TrendReading) -> None:
        """Store the reading in place of an earlier one of its hour. This ends the claim."""
        ...

    def newest(self, woeid: int) -> TrendReading | None:
        """The newest reading of the place, including failed ones."""
        ...

    def between(self, woeid: int, since: datetime, until: datetime) -> Sequence[TrendReading]:
        """The readings of the hours from `since` to before `until`, the oldest first."""
        ...

    def day_terms(self, source: Source, since: date) -> Mapping[date, DayTerms]:
        """The kept terms of the days from this one on."""
        ...

    def keep_day_terms(self, source: Source, day: date, terms: DayTerms) -> None:
        """Keep the terms of a day that is over, in place of an earlier count."""
        ...


_TERMS = "trend_terms"


class TrendItems:
    """Implements TrendStore on DynamoDB: an item for each place and hour, and one for each day and source."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def claim(self, woeid: int, hour: datetime, now: datetime, until: datetime) -> bool:
        """See TrendStore. A claim whose answer was lost is refused to its own caller too, until it expires."""
        values = {":until": moment_text(until), ":now": moment_text(now), ":expiry": _expiry(hour)}
        free = (
            "attribute_not_exists(trends) AND (attribute_not_exists(claimed_until) OR claimed_until <= :now)"
            " AND (attribute_not_exists(retry_at) OR retry_at <= :now)"
        )
        try:
            with store_errors():
                self._client.update_item(
                    TableName=self._desk,
                    Key=_key(woeid, hour),
                    UpdateExpression="SET claimed_until = :until, expires_at = :expiry",
                    ConditionExpression=free,
                    ExpressionAttributeValues=to_item(values),
                )
        except ClientError as exc:
            if not is_refused(exc):
                raise
            return False
        return True

    def save(self, reading: TrendReading) -> None:
        """See TrendStore."""
        with store_errors():
            self._client.put_item(TableName=self._desk, Item=_item_of(reading))

    def newest(self, woeid: int) -> TrendReading | None:
        """See TrendStore."""
        ask = self._ask("#item = :item", {":item": _item(woeid)}) | {"ScanIndexForward": False}
        items = (item for item in query_all(self._client, ask, page=2) if "at" in item)
        return next((_reading_of(woeid, from_item(item)) for item in items), None)

    def between(self, woeid: int, since: datetime, until: datetime) -> Sequence[TrendReading]:
        """See TrendStore."""
        bounds = {":item": _item(woeid), ":since": moment_text(since), ":until": moment_text(until)}
        ask = self._ask("#item = :item AND #part BETWEEN :since AND :until", bounds)
        found = [_reading_of(woeid, from_item(item)) for item in query_all(self._client, ask) if "at" in item]
        return [reading for reading in found if reading.hour < until]

    def day_terms(self, source: Source, since: date) -> Mapping[date, DayTerms]:
        """See TrendStore."""
        bounds = {":item": f"{_TERMS}#{source}", ":since": since.isoformat()}
        ask = self._ask("#item = :item AND #part >= :since", bounds)
        plain = map(from_item, query_all(self._client, ask))
        return {date.fromisoformat(each["part"]): _terms_of(each) for each in plain}

    def keep_day_terms(self, source: Source, day: date, terms: DayTerms) -> None:
        """See TrendStore."""
        plain = {
            "item": f"{_TERMS}#{source}",
            "part": day.isoformat(),
            "posts": terms.posts,
            "below": terms.below,
            "counts": zlib.compress(json.dumps(dict(terms.counts), ensure_ascii=False).encode()),
            "expires_at": _expiry(datetime(day.year, day.month, day.day, tzinfo=UTC)),
        }
        with store_errors():
            self._client.put_item(TableName=self._desk, Item=to_item(plain))

    def _ask(self, condition: str, values: Mapping[str, str]) -> dict[str, Any]:
        names = {"#item": "item", "#part": "part"}
        return {
            "TableName": self._desk,
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": {name: real for name, real in names.items() if name in condition},
            "ExpressionAttributeValues": to_item(dict(values)),
            "ConsistentRead": True,
        }


def _item(woeid: int) -> str:
    return f"trends#{woeid}"


def _key(woeid: int, hour: datetime) -> Any:
    return to_item({"item": _item(woeid), "part": moment_text(hour)})


def _expiry(moment: datetime) -> int:
    return int((moment + KEPT).timestamp())


def _item_of(reading: TrendReading) -> Any:
    plain = {
        "at": moment_text(reading.at),
        "trends": None if reading.problem else [_plain(trend) for trend in reading.trends],
        "compared": reading.compared or None,
        "problem": reading.problem.value if reading.problem else None,
        "retry_at": moment_text(reading.retry_at) if reading.retry_at else None,
        "failing_since": moment_text(reading.failing_since) if reading.failing_since else None,
        "expires_at": _expiry(reading.hour),
    }
    return _key(reading.woeid, reading.hour) | to_item(plain)


def _plain(trend: RankedTrend) -> dict[str, Any]:
    """The fields that are not empty. DynamoDB takes decimals, not floats."""
    plain = trend._asdict() | {"mentions": _plain_sharing(trend.mentions), "heard": _plain_sharing(trend.heard)}
    return {name: value for name, value in plain.items() if value not in ("", None)}


def _plain_sharing(sharing: Sharing) -> dict[str, Any] | None:
    return sharing._asdict() | {"usual": Decimal(str(round(sharing.usual, 2)))} if sharing != Sharing(0) else None


def _reading_of(woeid: int, plain: Mapping[str, Any]) -> TrendReading:
    return TrendReading(
        woeid=woeid,
        hour=datetime.fromisoformat(plain["part"]),
        at=datetime.fromisoformat(plain["at"]),
        trends=tuple(map(_trend_of, plain.get("trends", ()))),
        compared=plain.get("compared", False),
        problem=_problem_of(plain.get("problem")),
        retry_at=_moment_of(plain.get("retry_at")),
        failing_since=_moment_of(plain.get("failing_since")),
    )


def _trend_of(plain: Mapping[str, Any]) -> RankedTrend:
    fields = {
        **plain,
        "posts": int(plain["posts"]) if "posts" in plain else None,
        "mentions": _sharing_of(plain.get("mentions")),
        "heard": _sharing_of(plain.get("heard")),
    }
    return RankedTrend(**{name: value for name, value in fields.items() if name in RankedTrend._fields})


def _sharing_of(plain: Mapping[str, Any] | None) -> Sharing:
    if plain is None:
        return Sharing(0)
    return Sharing(int(plain["posts"]), float(plain["usual"]), int(plain["days"]), plain["is_more"])


def _problem_of(value: str | None) -> TrendProblem | None:
    """The problem. One that a newer release stored is unknown here, so it becomes UNAVAILABLE."""
    if value is None:
        return None
    return TrendProblem(value) if value in tuple(TrendProblem) else TrendProblem.UNAVAILABLE


def _moment_of(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _terms_of(plain: Mapping[str, Any]) -> DayTerms:
    counts = json.loads(zlib.decompress(bytes(plain["counts"])))
    return DayTerms(int(plain["posts"]), counts, int(plain["below"]))
