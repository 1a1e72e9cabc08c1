"""Mentions go in by transactions that DynamoDB takes, and by no more of them than needed."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from desk.mentions import items as mention_items
from desk.mentions.model import Mention, Parent
from desk.mentions.store import MentionStoreItems
from desk.x.model import XPost

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MOST_ACTIONS, MOST_BYTES = 100, 4 * 1024 * 1024
"""What DynamoDB takes in one transaction."""


@dataclass
class Recording:
    """As much of a client as writes; it keeps what it was given, transaction by transaction."""

    transactions: list[list[dict[str, Any]]] = field(default_factory=list)

    def transact_write_items(self, *, TransactItems: Sequence[dict[str, Any]]) -> None:  # noqa: N803 - boto3's name
        self.transactions.append(list(TransactItems))

    def query(self, **_: Any) -> dict[str, Any]:
        """Nobody was erased."""
        return {"Items": []}

    def store(self, mentions: Sequence[Mention]) -> frozenset[str]:
        client: DynamoDBClient = self  # type: ignore[assignment]  # as much of one as the store uses
        store = MentionStoreItems(client, mentions_table="mentions", desk_table="desk", zone=ZoneInfo("Asia/Seoul"))
        return store.store(mentions)

    @property
    def sizes(self) -> list[int]:
        """How many mentions each transaction put."""
        return [len(self.items(actions)) for actions in self.transactions]

    def items(self, actions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        return [action["Put"]["Item"] for action in actions if "Put" in action]

    def counts(self, actions: Sequence[dict[str, Any]]) -> dict[str, int]:
        updates = [action["Update"] for action in actions if "Update" in action]
        days = [update["Key"]["item"]["S"] for update in updates]
        assert len(set(days)) == len(days)
        numbers = [int(update["ExpressionAttributeValues"][":n"]["N"]) for update in updates]
        return dict(zip(days, numbers, strict=True))


@pytest.fixture
def client() -> Recording:
    return Recording()


def mention(number: int, *, at: datetime = NOON, text: str = "청구서", parent: str | None = None) -> Mention:
    return Mention(post(number, at, text), NOON, parent=Parent("900", post(900, at, parent)) if parent else None)


def post(number: int, at: datetime, text: str) -> XPost:
    key = f"{number:04}"
    return XPost(id=key, text=text, author_id="501", created_at=at, conversation_id=key, lang="ko", edit_ids=(key,))


@pytest.mark.parametrize(
    ("number", "sizes"), [(0, []), (1, [1]), (88, [88]), (89, [89]), (90, [89, 1]), (179, [89, 89, 1])]
)
def test_eighty_nine_mentions_go_into_one_transaction(client: Recording, number: int, sizes: list[int]) -> None:
    stored = client.store([mention(each) for each in range(number)])

    assert len(stored) == number
    assert client.sizes == sizes


@pytest.mark.parametrize(("days", "sizes"), [(10, [10]), (11, [10, 1]), (20, [10, 10]), (25, [10, 10, 5])])
def test_a_transaction_counts_on_at_most_ten_days(client: Recording, days: int, sizes: list[int]) -> None:
    client.store([mention(number, at=NOON - number * DAY) for number in range(days)])

    assert client.sizes == sizes


def test_more_mentions_of_days_that_are_there_already_go_into_the_same_transaction(client: Recording) -> None:
    client.store([mention(number, at=NOON - number % 10 * DAY) for number in range(89)])

    assert client.sizes == [89]
    assert len(client.transactions[0]) == MOST_ACTIONS


def test_an_eleventh_day_begins_a_transaction_into_which_the_first_ten_fit_again(client: Recording) -> None:
    client.store([mention(number, at=NOON - number % 11 * DAY) for number in range(22)])

    assert client.sizes == [10, 10, 2]


def test_each_transaction_counts_what_it_puts_on_the_day_in_the_desks_zone(client: Recording) -> None:
    late = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)  # already the 25th in Seoul

    client.store([mention(number, at=late if number % 3 == 0 else NOON) for number in range(100)])

    expected = [
        Counter("day#2026-11-25" if number % 3 == 0 else "day#2026-11-24" for number in part)
        for part in (range(89), range(89, 100))
    ]
    assert [client.counts(actions) for actions in client.transactions] == expected


def test_mentions_that_fill_the_bytes_exactly_share_a_transaction(
    client: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.store([mention(0)])
    bytes_ = len(json.dumps(client.items(client.transactions.pop())[0]))

    for spare, sizes in ((0, [2, 2, 1]), (bytes_ - 1, [2, 2, 1]), (-1, [1, 1, 1, 1, 1]), (bytes_, [3, 2])):
        monkeypatch.setattr(mention_items, "_BYTES", 2 * bytes_ + spare)
        client.transactions.clear()
        client.store([mention(number) for number in range(5)])

        assert client.sizes == sizes


def test_a_mention_of_more_bytes_than_a_transaction_shall_have_goes_alone(
    client: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mention_items, "_BYTES", 10)

    client.store([mention(number) for number in range(3)])

    assert client.sizes == [1, 1, 1]


def test_the_longest_posts_with_the_longest_parents_stay_below_the_limits_of_a_transaction(client: Recording) -> None:
    text = "가" * 200_000  # links expanded again and again; X's longest are 25,000

    client.store([mention(number, text=text, parent=text) for number in range(30)])

    asked = [len(json.dumps(actions)) for actions in client.transactions]
    assert sum(client.sizes) == 30
    assert max(asked) <= MOST_BYTES
    assert all(asked[place] + asked[place + 1] > MOST_BYTES / 2 for place in range(len(asked) - 1))
    item = client.items(client.transactions[0])[0]
    assert len(item["post"]["M"]["text"]["S"].encode()) <= 150_000
    assert len(item["parent"]["M"]["post"]["M"]["text"]["S"].encode()) <= 150_000
