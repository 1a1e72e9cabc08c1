"""The function as it is wired, beside a local X: what X sends strangely, and each call of AWS failing in each way."""

from collections.abc import Iterator
from copy import replace
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any

import pytest

from desk.aws.dynamodb import from_item, parts_of, to_item
from desk.brand import ListenSettings
from desk.listening.surges import SurgeItems
from desk.mentions.store import MentionStoreItems
from listen import handler
from local.x.api import Limits
from local.x.control import XControl
from tests.brands import small_brand
from tests.failing_calls import Trouble, each_alone, put_back, sample_of, some_together, stored, told
from tests.fakes.mentions import SEOUL
from tests.invocations import Function, beside_x
from tests.tables import Dynamo

pytestmark = pytest.mark.emulator

BRAND = replace(small_brand(), listen=ListenSettings(terms=("제이드폰",), languages=("ko",)))
NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
MINUTE, TEN_MINUTES = timedelta(minutes=1), timedelta(minutes=10)


@dataclass
class Stack:
    function: Function
    dynamo: Dynamo
    x: XControl
    limits: Limits
    now: datetime = NOON

    def listens(self, after: timedelta = timedelta(0), trouble: Trouble | None = None) -> Any:
        self.now += after
        self.x.set_clock(self.now)
        return self.function.invoked({"scheduled_time": self.now.isoformat()}, trouble, milliseconds=240_000)

    def forgets_breakers(self) -> None:
        """Breakers wait by the machine's time."""
        client, table = self.dynamo.client, self.dynamo.tables.desk
        for part in parts_of(client, table, "breaker"):
            client.delete_item(TableName=table, Key=to_item({"item": "breaker", "part": part["part"]}))
        self.function.starts()

    def said(self, text: str, *minutes_ago: float) -> list[str]:
        """Posts that were made so many minutes ago."""
        posts = [
            {
                "author": {"username": f"user{number}"},
                "text": text,
                "created_at": (self.now - MINUTE * ago).isoformat(),
                "lang": "ko",
            }
            for number, ago in enumerate(minutes_ago)
        ]
        return self.x.posts(posts)

    def heard(self) -> set[str]:
        """The ids of all stored posts, each of which was only heard."""
        items = list(map(from_item, self.dynamo.client.scan(TableName=self.dynamo.tables.mentions)["Items"]))
        assert all(item["source"] == "listening" for item in items)
        return {item["mention_id"] for item in items}

    def counted(self) -> int:
        """How many heard posts their day counts."""
        store = MentionStoreItems(
            self.dynamo.client,
            mentions_table=self.dynamo.tables.mentions,
            desk_table=self.dynamo.tables.desk,
            zone=SEOUL,
        )
        assert store.polled([TODAY]) == {}
        return store.heard([TODAY]).get(TODAY, 0)


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    monkeypatch.setattr("listen.wiring.load_brand", lambda: BRAND)
    with beside_x(monkeypatch, BRAND, NOON) as (dynamo, x):
        made = Stack(Function(handler, monkeypatch), dynamo, XControl(x.url), x.app.api.limits)
        made.function.starts()
        made.listens()
        yield made
        made.x.close()


def test_a_run_hears_what_talks_about_the_brand_and_says_how_much_it_cost(
    stack: Stack, caplog: pytest.LogCaptureFixture
) -> None:
    stack.now += TEN_MINUTES
    heard = stack.said("제이드폰 데이터가 안 돼요", 8, 3)
    stack.said("@jade 제이드폰 데이터가 안 돼요", 7)
    before = stack.x.bill()["micro_usd"]

    stack.listens()

    [line] = [record.__dict__ for record in caplog.records if record.message == "listened"]
    assert stack.heard() == set(heard)
    assert stack.counted() == 2
    assert (line["succeeded"], line["heard"], line["surges"]) == (True, 2, 0)
    assert stack.x.bill()["micro_usd"] - before == line["x_micro_usd"] == 5_000 + 2 * 5_000


def test_a_flood_costs_one_count_and_ten_posts(stack: Stack) -> None:
    stack.now += TEN_MINUTES
    flood = stack.said("제이드폰 먹통", *(2 + number / 100 for number in range(400)))
    stack.x.like(flood[7], by="minji")
    before = stack.x.bill()["micro_usd"]
    stack.x.forget_calls()

    stack.listens()

    assert stack.x.counts() == {"counts": 1, "search": 1}
    assert stack.x.bill()["micro_usd"] - before == 5_000 + 10 * 5_000
    assert len(stack.heard()) == stack.counted() == 10
    [surge] = SurgeItems(stack.dynamo.client, stack.dynamo.tables.desk).between(NOON - MINUTE, stack.now)
    assert (surge.posts, surge.words, surge.spread) == (400, ("제이드폰",), 401)
    assert flood[7] in surge.post_ids


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "skip": 1},
        {"status": 503, "times": 5, "skip": 1},
        {"status": 402, "title": "CreditsDepleted"},
        {"quirk": "repeat_token", "skip": 1},
        {"quirk": "empty_history"},
        {"body": {"meta": {"result_count": 0}}, "status": 200},
        {"body": {"meta": {"result_count": 0, "next_token": "b26v89c19zqg8o3f"}}, "status": 200},
    ],
    ids=str,
)
def test_everything_is_heard_once_also_if_x_fails_in_the_middle_of_a_run(stack: Stack, fault: dict[str, Any]) -> None:
    stack.now += timedelta(hours=3)
    posts = stack.said("제이드폰 어때요", *(3 + number / 2 for number in range(250)))
    stack.x.fault("search", **fault)

    stack.listens()
    stack.x.clear_faults()
    for _ in range(8):
        stack.limits.clear()
        stack.forgets_breakers()
        stack.listens(TEN_MINUTES)

    assert stack.heard() == set(posts)
    assert stack.counted() == len(posts)


def test_what_a_run_could_not_do_a_later_one_does_and_nothing_counts_twice(stack: Stack) -> None:
    stack.now += timedelta(minutes=20)
    calm = stack.said("제이드폰 어때요", 18, 16)
    flood = stack.said("제이드폰 먹통", *(2 + number / 40 for number in range(120)))
    state, now = stored(), stack.now
    clean = stack.listens()
    assert set(calm) <= stack.heard()
    assert len(stack.heard()) == 12

    every = chain(each_alone(clean.made), some_together(clean.made, count=3, seed=7))
    for trouble in sample_of("listening", every, clean.made):
        put_back(state)
        stack.now = now
        stack.limits.clear()
        stack.function.starts()
        failed = stack.listens(trouble=trouble).error
        assert failed is None or "AccessDenied" in str(failed) or type(failed).__name__ == "StoreBusy"
        stack.listens(TEN_MINUTES)

        about = told(trouble, clean.made)
        heard = stack.heard()
        assert set(calm) <= heard, about
        assert 10 <= len(heard & set(flood)) <= 20, about
        assert stack.counted() == len(heard), about
        [surge] = SurgeItems(stack.dynamo.client, stack.dynamo.tables.desk).between(NOON - MINUTE, stack.now)
        assert surge.posts == 120, about
