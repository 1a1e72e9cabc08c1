"""The Mentions table, and the counts of its days in the Desk table."""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, islice
from time import sleep
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from desk.aws.dynamodb import (
    REFUSED,
    all_or_nothing,
    attempts,
    batch_get,
    changing,
    from_item,
    query_all,
    store_errors,
    to_item,
    unless_refused,
    values,
)
from desk.errors import StoreBusy
from desk.mentions.erased_authors import ErasedAuthors, nobody_erased_since, read_erased_authors
from desk.mentions.items import (
    HEARD,
    HEARD_SEEN,
    POLLED,
    counted_in,
    day_key,
    day_part,
    is_heard,
    mention_item,
    mention_of,
    needs_of,
    packed,
    reading_attributes,
    row_of,
    slot_name,
    storable,
    stored_mention_of,
    unseen_key,
    without_quoted,
)
from desk.mentions.model import (
    SHARDS,
    DayNeeds,
    DayRow,
    Mention,
    RoutingOutcome,
    Source,
    Stage,
    StoredMention,
    WaitingMention,
)
from desk.x.model import XPost, time_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

    from desk.mentions.items import Item

_log = logging.getLogger(__name__)


class WaitingMentions(Protocol):
    """The part of the store that the sweep reads. Every method raises StoreBusy."""

    def unread(self, *, before: datetime, limit: int) -> Sequence[WaitingMention]:
        """At most `limit` mentions received before that moment that wait to be read, oldest first.

        The answer may lag behind by seconds.
        """
        ...


class MentionStore(WaitingMentions, Protocol):
    """All mentions. Every method raises StoreBusy when the store gives up after bounded retries."""

    def erased_authors(self) -> frozenset[str]:
        """Ids of the erased authors as this store knows them; `store` makes sure, so they only save needless work."""
        ...

    def store(self, mentions: Sequence[Mention]) -> frozenset[str]:
        """Store mentions and count them on their days, exactly once each; the ids that were new.

        A mention that is stored already, read or erased, stays as it is, with one exception: a mention of the brand
        replaces a post that was only heard, counts as new, and waits to be read again. It keeps the case of that post.
        One of an erased author is not stored, and the words of an erased author that a mention answers are left out,
        no matter when that author was erased. After an error some of the mentions may be stored, and only those are
        counted: storing the same ones again is safe.
        """
        ...

    def known(self, ids: Collection[str], *, heard: bool = True) -> frozenset[str]:
        """The ids among these that are stored already or were erased.

        Without `heard`, a stored post that was only heard is not among them: it may turn out to be a mention.
        """
        ...

    def posts(self, ids: Collection[str]) -> Mapping[str, XPost | None]:
        """The stored posts among these ids; None for one whose words were erased or forgotten."""
        ...

    def case_ids(self, mention_ids: Collection[str]) -> Mapping[str, str]:
        """The cases of those mentions that belong to one, by mention id."""
        ...

    def ids_from(self, post_id: str, *, until: datetime, count: int) -> Sequence[str]:
        """The `count` lowest ids of stored mentions from `post_id` on, lowest first, none of a post after `until`.

        One that was stored a moment ago may be missing. Of posts of one second any may stand for the nearest.
        """
        ...

    def ids_below(self, post_id: str, *, since: datetime, count: int) -> Sequence[str]:
        """The `count` highest ids of stored mentions below `post_id`, highest first, none of a post before `since`.

        Of posts of one second any may stand for the nearest.
        """
        ...

    def get_many(self, ids: Collection[str]) -> Mapping[str, StoredMention]:
        """Those of the mentions that are stored with their words, read consistently."""
        ...

    def record_failures(self, reasons: Mapping[str, str], at: datetime) -> None:
        """Record for each mention that routing it failed once more, and why."""
        ...

    def day_rows(self, day: date, *, needs_only: bool = False, source: Source = Source.MENTIONS) -> Iterator[DayRow]:
        """The day's mentions of this source in no order, one by one, so that a day of any size takes no memory.

        Mentions of the last seconds may be missing. With `needs_only` a row has only id, time, kind, need,
        review and case.
        """
        ...

    def polled(self, days: Collection[date]) -> Mapping[date, int]:
        """How many mentions of the brand each of these days has, read consistently; a day without any is absent."""
        ...

    def heard(self, days: Collection[date]) -> Mapping[date, int]:
        """How many posts that were only heard each of these days has; read and answered as by `polled`."""
        ...

    def heard_seen(self, days: Collection[date]) -> Mapping[date, int]:
        """How many of the heard posts of each of these days a person has seen; a day without any is absent."""
        ...

    def seen(self, days: Collection[date]) -> Mapping[date, int]:
        """How many mentions of each of these days a person has seen; a day without any is absent."""
        ...

    def day_needs(self, days: Collection[date]) -> Mapping[date, DayNeeds]:
        """The needs of those of these days for which they were kept."""
        ...

    def keep_day_needs(self, day: date, needs: DayNeeds) -> None:
        """Keep the needs of a finished day, in place of an earlier count."""
        ...


_TRIES = 5
_IDS_A_QUERY = 100
_NEEDS = ("mention_id", "created_at", "kind", "need", "review", "case_id")
_ROW = (*_NEEDS, "department", "urgency", "lang", "terms")
_PLACE = "mention_id, day_shard, erased, case_id"


class MentionStoreItems:
    """MentionStore on DynamoDB.

    A page is stored by transactions: each mention is put only where no item exists, and the same transaction adds
    their number to the day. So the count is exact under retries, and no reading is ever overwritten.

    Nothing of an erased author is stored, not even as the post that somebody answers. The list of erased authors is
    cached; each transaction checks that nobody was erased since it was read. `page` is how many rows one query of a day
    takes at most; DynamoDB itself ends a page at 1 MB.

    `on_promoted` is called with the ids of mentions that replaced heard posts: the stream brings the router only what
    was inserted.
    """

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        client: "DynamoDBClient",
        *,
        mentions_table: str,
        desk_table: str,
        zone: ZoneInfo,
        page: int | None = None,
        pause: Callable[[float], None] = sleep,
        on_promoted: Callable[[Collection[str]], None] = lambda _: None,
    ) -> None:
        self._client = client
        self._mentions = mentions_table
        self._desk = desk_table
        self._zone = zone
        self._page = page
        self._pause = pause
        self._on_promoted = on_promoted
        self._erased: ErasedAuthors | None = None

    def erased_authors(self) -> frozenset[str]:
        """See MentionStore. Read once, and again after a transaction was cancelled because somebody was erased."""
        return self._known_erased().ids

    def store(self, mentions: Sequence[Mention]) -> frozenset[str]:
        """See MentionStore."""
        items = [mention_item(storable(mention), self._zone) for mention in mentions]
        stored = {mention_id for pack in packed(items) for mention_id in self._put(pack)}
        mentions_of_brand = {item["mention_id"]["S"]: item for item in items if counted_in(item)[1] == POLLED}
        heard = [
            each["mention_id"]["S"] for each in self._get(mentions_of_brand.keys() - stored, _PLACE) if is_heard(each)
        ]
        promoted = {each for each in heard if self._promote(mentions_of_brand[each])}
        if promoted:
            self._on_promoted(promoted)
        if stored | promoted:
            _log.info("mentions were stored", extra={"mention": stored | promoted})
        return frozenset(stored | promoted)

    def known(self, ids: Collection[str], *, heard: bool = True) -> frozenset[str]:
        """See MentionStore."""
        found = self._get(ids, "mention_id" if heard else _PLACE)
        return frozenset(item["mention_id"]["S"] for item in found if heard or not is_heard(item))

    def posts(self, ids: Collection[str]) -> dict[str, XPost | None]:
        """See MentionStore."""
        found = self._get(ids, "mention_id, post, received_at")
        return {item["mention_id"]["S"]: mention_of(item).post if "post" in item else None for item in found}

    def ids_from(self, post_id: str, *, until: datetime, count: int) -> Sequence[str]:
        """See MentionStore."""
        since = time_of(post_id).replace(microsecond=0)  # X has no fractions of a second
        return self._nearest(since, until, count, lambda each: int(each) >= int(post_id), newest_first=False)

    def ids_below(self, post_id: str, *, since: datetime, count: int) -> Sequence[str]:
        """See MentionStore."""
        return self._nearest(since, time_of(post_id), count, lambda each: int(each) < int(post_id), newest_first=True)

    def case_ids(self, mention_ids: Collection[str]) -> dict[str, str]:
        """See MentionStore."""
        found = self._get(mention_ids, "mention_id, case_id")
        return {item["mention_id"]["S"]: item["case_id"]["S"] for item in found if "case_id" in item}

    def unread(self, *, before: datetime, limit: int) -> Sequence[WaitingMention]:
        """See WaitingMentions."""
        keys = [f"{Stage.READING}#{shard}" for shard in range(SHARDS)]
        found = [waiting for key in keys for waiting in self._waiting(key, before.isoformat(), limit)]
        return sorted(found, key=lambda waiting: waiting.since)[:limit]

    def get_many(self, ids: Collection[str]) -> dict[str, StoredMention]:
        """See MentionStore."""
        found = self._get(ids)
        return {item["mention_id"]["S"]: stored_mention_of(item) for item in found if "post" in item}

    def record_failures(self, reasons: Mapping[str, str], at: datetime) -> None:
        """See MentionStore."""
        for mention_id, reason in reasons.items():
            update = self._update(
                mention_id,
                "SET failure = :failure ADD failures :one",
                {":failure": {"reason": reason, "at": at.isoformat()}, ":one": 1},
                condition="attribute_exists(mention_id) AND attribute_not_exists(erased)",
            )
            with unless_refused():
                self._client.update_item(**update)

    def reading_action(self, mention: Mention, outcome: RoutingOutcome, at: datetime) -> dict[str, Any]:
        """The action of a transaction that stores what routing decided.

        The reading is written once, and only if the mention still has its words: otherwise it would store some again.
        It is refused when the post was only heard as it was read, and is a mention of the brand by now.
        """
        plain = reading_attributes(outcome.reading) | {
            "event": outcome.event,
            "case_id": outcome.case_id,
            "read_at": at.isoformat(),
            "unseen": unseen_key(mention, outcome),
            "waiting": None,
        }
        unread = f"attribute_not_exists(#kind) AND attribute_exists(post) AND {_is_still(mention)}"
        names = (*plain, "source")
        return {"Update": self._update(mention.id, changing(plain), values(plain), names=names, condition=unread)}

    def case_action(self, mention_id: str, case_id: str) -> dict[str, Any]:
        """The action of a transaction that gives a case to a mention that was read, has its words and has none yet."""
        return {
            "Update": self._update(
                mention_id,
                "SET case_id = :case REMOVE unseen",
                {":case": case_id},
                names=("kind",),
                condition="attribute_exists(#kind) AND attribute_exists(post) AND attribute_not_exists(case_id)",
            )
        }

    def day_rows(self, day: date, *, needs_only: bool = False, source: Source = Source.MENTIONS) -> Iterator[DayRow]:
        """See MentionStore."""
        names = _NEEDS if needs_only else _ROW
        for key in _day_keys(day, source):
            ask: dict[str, Any] = {
                "TableName": self._mentions,
                "IndexName": "by_day",
                "KeyConditionExpression": "day_shard = :key",
                "ExpressionAttributeValues": {":key": {"S": key}},
                "ProjectionExpression": ", ".join(f"#{name}" for name in names),
                "ExpressionAttributeNames": {f"#{name}": name for name in names},
            }
            yield from map(row_of, query_all(self._client, ask, page=self._page))

    def polled(self, days: Collection[date]) -> dict[date, int]:
        """See MentionStore."""
        return {day: int(plain["n"]) for day, plain in self._day_parts(days, POLLED)}

    def heard(self, days: Collection[date]) -> dict[date, int]:
        """See MentionStore."""
        return {day: int(plain["n"]) for day, plain in self._day_parts(days, HEARD) if plain["n"]}

    def heard_seen(self, days: Collection[date]) -> dict[date, int]:
        """See MentionStore."""
        return {day: int(plain["n"]) for day, plain in self._day_parts(days, HEARD_SEEN) if plain["n"]}

    def seen(self, days: Collection[date]) -> dict[date, int]:
        """See MentionStore."""
        return {day: int(plain["n"]) for day, plain in self._day_parts(days, "seen")}

    def day_needs(self, days: Collection[date]) -> dict[date, DayNeeds]:
        """See MentionStore."""
        return {day: needs_of(plain) for day, plain in self._day_parts(days, "needs")}

    def keep_day_needs(self, day: date, needs: DayNeeds) -> None:
        """See MentionStore."""
        plain = day_part(day, "needs") | {
            "by_hour": {need: list(counts) for need, counts in needs.by_hour.items()},
            "polled": needs.polled,
            "undecided": needs.undecided,
        }
        with store_errors():
            self._client.put_item(TableName=self._desk, Item=to_item(plain))

    def _nearest(
        self, since: datetime, until: datetime, count: int, is_wanted: Callable[[str], bool], *, newest_first: bool
    ) -> Sequence[str]:
        """Look from one end through the days that have mentions until enough are found."""
        if since > until:
            return []
        first, last = (moment.astimezone(self._zone).date() for moment in (since, until))
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        found = list[str]()
        for day in sorted(self.polled(days), reverse=newest_first):
            for key in _day_keys(day):
                ids = self._ids(key, since, until, newest_first=newest_first)
                found += islice(filter(is_wanted, ids), count)
            if len(found) >= count:
                break
        return sorted(found, key=int, reverse=newest_first)[:count]

    def _ids(self, key: str, since: datetime, until: datetime, *, newest_first: bool) -> Iterator[str]:
        ask: dict[str, Any] = {
            "TableName": self._mentions,
            "IndexName": "by_day",
            "KeyConditionExpression": "day_shard = :key AND created_at BETWEEN :since AND :until",
            "ExpressionAttributeValues": {
                ":key": {"S": key},
                ":since": {"S": since.astimezone(UTC).isoformat()},
                ":until": {"S": until.astimezone(UTC).isoformat()},
            },
            "ProjectionExpression": "mention_id",
            "ScanIndexForward": not newest_first,
        }
        return (item["mention_id"]["S"] for item in query_all(self._client, ask, page=_IDS_A_QUERY))

    def _known_erased(self) -> ErasedAuthors:
        self._erased = self._erased or read_erased_authors(self._client, self._desk)
        return self._erased

    def _put(self, items: "list[Item]") -> list[str]:
        """Put these in one transaction, except those that turn out to exist; the ids that were put."""
        for _ in attempts(self._pause, _TRIES):
            erased = self._known_erased()
            items = [without_quoted(item, erased.ids) for item in items if item["author_id"]["S"] not in erased.ids]
            if not items:
                return []
            unchanged = nobody_erased_since(self._desk, erased)
            codes = all_or_nothing(self._client, [*self._actions(items), unchanged])
            if not codes:
                return [item["mention_id"]["S"] for item in items]
            if codes[-1] == REFUSED:
                self._erased = None
            items = [item for item, code in zip(items, codes, strict=False) if code != REFUSED]
        raise StoreBusy(f"a transaction was cancelled {_TRIES} times")

    def _promote(self, item: "Item") -> bool:
        """Put a mention of the brand in place of the same post that was only heard, and move its count; whether so.

        It waits to be read like a new one. The case that a person opened for it stays with it.
        """
        day, _ = counted_in(item)
        counts = [self._counting(day, POLLED, [item]), self._counting(day, HEARD, [item], step=-1)]
        for _ in attempts(self._pause, _TRIES):
            erased = self._known_erased()
            before = next(self._get([item["mention_id"]["S"]], _PLACE), {})
            if item["author_id"]["S"] in erased.ids or not is_heard(before):
                return False
            case = {"case_id": before["case_id"]} if "case_id" in before else {}
            same_case = "case_id = :case_id" if case else "attribute_not_exists(case_id)"
            put: Any = {
                "TableName": self._mentions,
                "Item": without_quoted(item, erased.ids) | case,
                "ConditionExpression": f"#source = :source AND attribute_not_exists(erased) AND {same_case}",
                "ExpressionAttributeNames": {"#source": "source"},
                "ExpressionAttributeValues": {":source": {"S": Source.LISTENING.value}}
                | {f":{name}": value for name, value in case.items()},
            }
            codes = all_or_nothing(self._client, [{"Put": put}, *counts, nobody_erased_since(self._desk, erased)])
            if not codes:
                return True
            if codes[-1] == REFUSED:
                self._erased = None
        raise StoreBusy(f"a transaction was cancelled {_TRIES} times")

    def _actions(self, items: "list[Item]") -> "list[TransactWriteItemTypeDef]":
        puts: list[TransactWriteItemTypeDef] = [
            {
                "Put": {
                    "TableName": self._mentions,
                    "Item": item,
                    "ConditionExpression": "attribute_not_exists(mention_id)",
                }
            }
            for item in items
        ]
        by_count = groupby(sorted(items, key=counted_in), key=counted_in)
        return puts + [self._counting(*count, counted) for count, counted in by_count]

    def _counting(self, day: date, part: str, items: "Iterable[Item]", step: int = 1) -> "TransactWriteItemTypeDef":
        """The action that adds these mentions to a count of their day, `step` each, and to its half hours."""
        times = (datetime.fromisoformat(item["created_at"]["S"]) for item in items)
        by_slot = Counter(slot_name(time, self._zone) for time in times)
        numbers = {"n": step * by_slot.total(), **{name: step * number for name, number in by_slot.items()}}
        return {
            "Update": {
                "TableName": self._desk,
                "Key": to_item(day_part(day, part)),
                "UpdateExpression": f"ADD {', '.join(f'{name} :{name}' for name in numbers)}",
                "ExpressionAttributeValues": {f":{name}": {"N": str(number)} for name, number in numbers.items()},
            }
        }

    def _get(self, ids: Collection[str], projection: str | None = None) -> Iterator[dict[str, Any]]:
        keys = [{"mention_id": {"S": key}} for key in dict.fromkeys(ids)]
        return batch_get(self._client, self._mentions, keys, projection=projection, pause=self._pause)

    def _update(
        self,
        mention_id: str,
        expression: str,
        plain: dict[str, Any],
        *,
        condition: str,
        names: Collection[str] = (),
    ) -> dict[str, Any]:
        update: dict[str, Any] = {
            "TableName": self._mentions,
            "Key": {"mention_id": {"S": mention_id}},
            "UpdateExpression": expression,
            "ConditionExpression": condition,
        }
        if names:
            update["ExpressionAttributeNames"] = {f"#{name}": name for name in {*names, "kind"}}
        if plain:
            update["ExpressionAttributeValues"] = to_item(plain)
        return update

    def _waiting(self, key: str, before: str, limit: int) -> Iterator[WaitingMention]:
        ask: dict[str, Any] = {
            "TableName": self._mentions,
            "IndexName": "waiting",
            "KeyConditionExpression": "waiting = :key AND waiting_since < :before",
            "ExpressionAttributeValues": {":key": {"S": key}, ":before": {"S": before}},
        }
        for item in query_all(self._client, ask, most=limit):
            yield WaitingMention(item["mention_id"]["S"], datetime.fromisoformat(item["waiting_since"]["S"]))

    def _day_parts(self, days: Collection[date], part: str) -> Iterator[tuple[date, dict[str, Any]]]:
        keys = [to_item(day_part(day, part)) for day in dict.fromkeys(days)]
        for plain in map(from_item, batch_get(self._client, self._desk, keys, pause=self._pause)):
            yield date.fromisoformat(plain["item"].removeprefix("day#")), plain


def _is_still(mention: Mention) -> str:
    """The condition that the post was not heard, or is still only heard, as when it was read."""
    return f"attribute{'' if mention.source is Source.LISTENING else '_not'}_exists(#source)"


def _day_keys(day: date, source: Source = Source.MENTIONS) -> list[str]:
    return [day_key(day, shard, source) for shard in range(SHARDS)]
