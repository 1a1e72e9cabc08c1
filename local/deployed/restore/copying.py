"""Copies what is missing in the stack's tables from tables that were restored.

What is there is never changed: an item that is newer wins, and so does one that is older. A copied item notifies
nobody: a read mention is not read again, and one that was not read yet comes as backlog, which is never mailed.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import batched
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import ClientError

from chase_cases.acknowledge import LOOKS_BACK
from desk.aws.dynamodb import Group, batch_get, is_refused, store_errors, transact
from desk.posts.model import FINAL
from desk.posts.store import post_item, post_of
from desk.posts.transitions import in_doubt
from local.deployed.erase.person import Person, scanned_items
from local.deployed.erase.tables import concerns
from local.deployed.restore.kinds import KEYS, MENTIONS, POSTS, Item, Kind, is_expired, is_over, key_of, kind_of
from local.deployed.unreadable_posts import UNREADABLE, is_unreadable, may_concern, put_aside

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEYS = 100


class Outcome(StrEnum):
    """What became of an item of a restored table; the values are the titles of columns."""

    MISSING = "missing"
    """It was not in the stack's table."""
    COPIED = "copied"
    SAME = "same"
    KEPT = "kept as it is now"
    """It is another one in the stack's table."""
    LEFT_OUT = "left out"


class Counted(NamedTuple):
    """A kind of item with an outcome."""

    kind: Kind
    outcome: Outcome


class Copier:
    """Copies table by table.

    `names` and `restored` are the tables by role. Posts of unknown end that concern an `erased` author stay away. One
    that can't be read comes back as it was, where nothing trips over it.
    """

    def __init__(
        self,
        client: "DynamoDBClient",
        names: Mapping[str, str],
        restored: Mapping[str, str],
        erased: Sequence[Person],
        clock: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._names = names
        self._restored = restored
        self._erased = erased
        self._clock = clock

    def copy(self, role: str) -> Counter[Counted]:
        """Copy what is missing in the table of this role. Raises StoreBusy; it can be repeated."""
        counts = Counter[Counted]()
        for page in batched(scanned_items(self._client, {"TableName": self._restored[role]}), _KEYS, strict=False):
            self._copy_page(role, page, counts)
        return counts

    def _copy_page(self, role: str, page: Sequence[Item], counts: Counter[Counted]) -> None:
        now = self._clock()
        kinds = {_text(key_of(role, item)): self._kind(role, item, now) for item in page}
        wanted = [item for item in page if not kinds[_text(key_of(role, item))].left_out]
        there = {
            _text(key_of(role, item)): item
            for item in batch_get(self._client, self._names[role], [key_of(role, item) for item in wanted])
        }
        missing = dict[str, dict[str, Any]]()
        for item in page:
            key = _text(key_of(role, item))
            kind = kinds[key]
            if kind.left_out:
                counts[Counted(kind, Outcome.LEFT_OUT)] += 1
            elif key in there:
                counts[Counted(kind, Outcome.SAME if there[key] == item else Outcome.KEPT)] += 1
            else:
                counts[Counted(kind, Outcome.MISSING)] += 1
                made = None if is_over(kind, item, self._look) else self._prepared(role, item, now)
                if made:
                    missing[key] = made
                else:
                    counts[Counted(kind, Outcome.LEFT_OUT)] += 1
        written = self._write(role, missing)
        for key in missing:
            counts[Counted(kinds[key], Outcome.COPIED if key in written else Outcome.KEPT)] += 1

    def _kind(self, role: str, item: Item, now: datetime) -> Kind:
        kind = kind_of(role, item) or Kind(role, "of no known kind", "this release does not know it")
        if role == POSTS and is_unreadable(item):
            kind = kind._replace(
                name=f"{item['post_id']['S']}, a post that can't be read; its state is in {UNREADABLE}"
            )
        return kind._replace(left_out="has expired") if is_expired(item, now) and not kind.left_out else kind

    def _prepared(self, role: str, item: Item, now: datetime) -> dict[str, Any] | None:
        """The item as it is stored; None if it must not come back."""
        if role == MENTIONS:
            return dict(item) | ({"backlog": {"BOOL": True}} if _would_notify(item, now) else {})
        if role == POSTS and is_unreadable(item):
            return None if any(may_concern(item, person) for person in self._erased) else put_aside(item)
        post = post_of(item) if role == POSTS else None
        if post is None or post.state in FINAL:
            return dict(item)
        if any(concerns(post, person) for person in self._erased):
            return None
        after = in_doubt(post, now)._replace(version=post.version + 1)
        return post_item(after, write=item["write"]["S"])

    def _write(self, role: str, missing: Mapping[str, dict[str, Any]]) -> frozenset[str]:
        """Those that were put, by key. What another run stored meanwhile stays."""
        puts = {key: self._put(role, item) for key, item in missing.items()}
        groups = [Group((key,), ({"Put": put},), len(json.dumps(put, default=str)), key) for key, put in puts.items()]
        done = transact(self._client, groups)
        alone = [*done.cancelled, *done.failed]
        return frozenset(puts) - frozenset(key for key in alone if not self._put_alone(puts[key]))

    def _put_alone(self, put: dict[str, Any]) -> bool:
        try:
            with store_errors():
                self._client.put_item(**put)
        except ClientError as exc:
            if not is_refused(exc):
                raise
            return False
        return True

    def _put(self, role: str, item: dict[str, Any]) -> dict[str, Any]:
        return {
            "TableName": self._names[role],
            "Item": item,
            "ConditionExpression": "attribute_not_exists(#key)",
            "ExpressionAttributeNames": {"#key": KEYS[role][0]},
        }

    def _look(self, role: str, key: Item) -> Item:
        with store_errors():
            answer = self._client.get_item(TableName=self._names[role], Key=dict(key), ConsistentRead=True)
        return answer.get("Item", {})


def _would_notify(mention: Item, now: datetime) -> bool:
    """Whether routing it would notify somebody, or its author would get an acknowledgement, perhaps once more."""
    try:
        is_recent = datetime.fromisoformat(mention["received_at"]["S"]) > now - LOOKS_BACK
    except (KeyError, ValueError):  # a malformed mention is shown to a person, and mailed to nobody
        is_recent = True
    return "waiting" in mention or is_recent


def _text(key: Item) -> str:
    return "#".join(value["S"] for value in key.values())
