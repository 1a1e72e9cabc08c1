"""Readings and cases as items of the Mentions and Cases tables."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from time import sleep
from typing import TYPE_CHECKING, Any

from desk.aws.dynamodb import batch_get, changing, to_item, unless_refused, values
from desk.aws.transactions import Group, transact
from desk.cases.author_cases import AuthorCase
from desk.cases.items import case_change, case_item, case_key, case_of, event_item
from desk.cases.model import Case
from desk.cases.queries import CaseQueryItems
from desk.cases.routing import Committed, Entry, Settlement, Step, StoredMention, stored_mention_of
from desk.errors import StoreBusy
from desk.mentions.items import reading_attributes, unseen_key
from desk.mentions.model import Mention, Stage, shard_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class RoutingStoreItems:
    """The port RoutingStore on DynamoDB.

    A case is guarded by its version: one that gained a mention, or that somebody handed over or answered meanwhile,
    fails the condition, and the step is decided anew on the case as it is.
    """

    def __init__(
        self,
        client: "DynamoDBClient",
        *,
        mentions_table: str,
        cases_table: str,
        pause: Callable[[float], None] = sleep,
    ) -> None:
        self._client = client
        self._mentions = mentions_table
        self._cases = cases_table
        self._queries = CaseQueryItems(client, cases_table=cases_table)
        self._pause = pause

    def mentions(self, ids: Collection[str]) -> dict[str, StoredMention]:
        """See RoutingStore."""
        keys = [{"mention_id": {"S": mention_id}} for mention_id in dict.fromkeys(ids)]
        items = batch_get(self._client, self._mentions, keys, pause=self._pause)
        return {item["mention_id"]["S"]: stored_mention_of(item) for item in items if "post" in item}

    def cases(self, ids: Collection[str]) -> dict[str, Case]:
        """See RoutingStore."""
        keys = [case_key(case_id) for case_id in dict.fromkeys(ids)]
        items = batch_get(self._client, self._cases, keys, pause=self._pause)
        return {item["case_id"]["S"]: case_of(item) for item in items}

    def author_cases(self, author_id: str, since: datetime) -> Sequence[AuthorCase]:
        """See RoutingStore."""
        return self._queries.author_cases(author_id, since)

    def commit(self, steps: Sequence[Step], at: datetime) -> Committed:
        """See RoutingStore."""
        done = transact(self._client, (self._group(step, at) for step in steps))
        return Committed(frozenset(done.cancelled), done.failed)

    def settle(self, settlements: Sequence[Settlement], at: datetime) -> dict[str, str]:
        """See RoutingStore."""
        updates = {s.mention.id: self._settling(s, at) for s in settlements}
        groups = (
            Group((s.mention.id,), ({"Update": updates[s.mention.id]},), weight_of(s.mention), s.mention.id)
            for s in settlements
        )
        done = transact(self._client, groups)
        return done.failed | self._settled_alone({key: updates[key] for key in done.cancelled})

    def note_failures(self, reasons: Mapping[str, str], at: datetime) -> None:
        """See RoutingStore."""
        for mention_id, reason in reasons.items():
            update = self._update(
                mention_id,
                "SET failure = :failure ADD failures :one",
                {":failure": {"reason": reason, "at": at.isoformat()}, ":one": 1},
                condition="attribute_exists(mention_id) AND attribute_not_exists(erased)",
            )
            self._update_alone(update)

    def _settled_alone(self, updates: Mapping[str, dict[str, Any]]) -> dict[str, str]:
        failed = {}
        for mention_id, update in updates.items():
            try:
                self._update_alone(update)
            except StoreBusy as exc:
                failed[mention_id] = str(exc)
        return failed

    def _update_alone(self, update: dict[str, Any]) -> None:
        """Update, unless the mention was erased meanwhile."""
        with unless_refused():
            self._client.update_item(**update)

    def _group(self, step: Step, at: datetime) -> Group:
        return Group(
            ids=tuple(entry.mention.id for entry in step.entries),
            actions=tuple(self._actions(step, at)),
            bytes=sum(weight_of(entry.mention) for entry in step.entries),
            touches=step.after.id if step.after else step.entries[0].mention.id,
        )

    def _actions(self, step: Step, at: datetime) -> Iterator[dict[str, Any]]:
        for entry in step.entries:
            yield {"Update": self._reading(entry, at)}
        if step.after is None:
            return
        yield (
            {"Put": self._opening(step.after)}
            if step.before is None
            else {"Update": {"TableName": self._cases, **case_change(step.before, step.after)}}
        )
        for entry in step.entries:
            yield {"Put": {"TableName": self._cases, "Item": event_item(entry, step.after)}}

    def _reading(self, entry: Entry, at: datetime) -> dict[str, Any]:
        """The reading is written once, and only beside its words: else it would bring some of them back."""
        plain = reading_attributes(entry.reading) | {
            "event": entry.event.value if entry.event else None,
            "case_id": entry.case.id if entry.case else None,
            "read_at": at.isoformat(),
            "unseen": None if entry.case else unseen_key(entry.mention.id),
            "waiting": f"{Stage.PUBLISHING}#{shard_of(entry.mention.id)}" if entry.published else None,
        }
        unread = "attribute_not_exists(#kind) AND attribute_exists(post)"
        return self._update(entry.mention.id, changing(plain), values(plain), names=plain, condition=unread)

    def _opening(self, case: Case) -> dict[str, Any]:
        return {
            "TableName": self._cases,
            "Item": case_item(case),
            "ConditionExpression": "attribute_not_exists(case_id)",
        }

    def _settling(self, settlement: Settlement, at: datetime) -> dict[str, Any]:
        """Every stage but PUBLISHING means that the department's machines were told."""
        if settlement.stage is Stage.PUBLISHING:
            plain: dict[str, Any] = {"mailed": settlement.mailed or None}
        elif settlement.stage is Stage.MAILING:
            plain = {"waiting": f"{Stage.MAILING}#{settlement.department}", "published_at": at.isoformat()}
        else:
            plain = {"waiting": None, "mailed": None, "published_at": at.isoformat()}
        read = "attribute_exists(#kind) AND attribute_not_exists(erased)"
        return self._update(settlement.mention.id, changing(plain), values(plain), names=plain, condition=read)

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


_ITEM = 4_000  # bytes that an item has at most without its words


def weight_of(mention: Mention) -> int:
    """How many bytes a mention's item has at most, long posts and a long parent included."""
    posts = [mention.post] + ([mention.parent.post] if mention.parent and mention.parent.post else [])
    return sum(_ITEM + len(post.text.encode()) + _ITEM * len(post.media) for post in posts)
