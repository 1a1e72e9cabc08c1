"""Words are forgotten whatever fails, and nothing else is, whatever happens at the same time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import Any

import pytest

from desk.cases import transitions as case_steps
from desk.cases.model import CaseEvent, CaseEventKind, case_id_of
from desk.cases.store import CaseStoreItems
from desk.reading import Kind, Need, Reading
from sweep import handler
from tests.brands import small_brand
from tests.contract.case_scene import NOON, READING, Routing, mention
from tests.failing_calls import Call, Stored, Trouble, each_alone, put_back, sample_of, some_together, stored, told
from tests.interleaved_calls import interleaved
from tests.invocations import Function, Invocation, set_up
from tests.tables import Tables, dynamodb

pytestmark = pytest.mark.emulator

DAY = timedelta(days=1)
NIGHT = NOON + 30 * DAY
CHAT = READING._replace(kind=Kind.CHAT, need=Need.RELATIONSHIP)
CLOSED, WAITS = case_id_of("1", "7"), case_id_of("3", "7")


@dataclass
class Deployed:
    """Mentions alone, a case that is over with words of all kinds, and one whose author waits."""

    client: Any
    tables: Tables
    function: Function

    def has_matters(self) -> None:
        routing = Routing(self.client, self.tables)
        routing.route(mention(1), mention(2), mention(3, conversation="3"))
        routing.receive(mention(4), mention(5))
        cases = CaseStoreItems(
            self.client, cases_table=self.tables.cases, mentions_table=self.tables.mentions, desk_table=self.tables.desk
        )
        case = cases.get(CLOSED)
        assert case
        said = CaseEvent(CaseEventKind.HANDED, NOON + timedelta(hours=1), "지은", "김하늘 고객 건입니다", "billing")
        cases.record(case, said)
        cases.save(case_steps.closed(case), case, said._replace(what=CaseEventKind.CLOSED, text="통화했습니다"))

    def runs(self, days: int, trouble: Trouble | None = None) -> Invocation:
        """The night's run, so many days later than the first that finds something."""
        event = {"task": "retention", "scheduled_time": (NIGHT + days * DAY).isoformat()}
        return self.function.invoked(event, trouble)

    def put_back(self, state: Stored) -> None:
        put_back(state)
        self.function.starts()

    def worded(self) -> set[str]:
        """The keys of what has words."""
        words = {"post", "author", "text"}
        shown = {key: item.keys() | item.get("row", {}).get("M", {}).keys() for key, item in self.contents().items()}
        return {key for key, names in shown.items() if words & names}

    def contents(self) -> dict[str, Any]:
        """All items, by their table and key."""
        tables, keys = (self.tables.mentions, self.tables.cases), ("mention_id", "case_id", "what")
        return {
            "#".join(item[key]["S"] for key in keys if key in item): item
            for table in tables
            for item in self.client.scan(TableName=table)["Items"]
        }


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    """The days have fewer shards, and fewer of them are looked at again: each costs a call."""
    monkeypatch.setattr("desk.mentions.model.SHARDS", 1)
    monkeypatch.setattr("desk.retention.store.SHARDS", 1)
    monkeypatch.setattr("sweep.retention._MISSED_DAYS", 1)
    monkeypatch.setattr("sweep.wiring.load_brand", small_brand)
    with dynamodb() as (client, tables):
        settings = {
            "TOPIC_PREFIX": "t",
            "PICTURES_BUCKET": "pictures",
            "ON_CALL_TOPIC_ARN": "t",
            "API_URL": "https://desk.example",
            "POSTS_QUEUE_URL": "https://sqs.example/q",
            "DEAD_LETTERS": "posts=https://sqs.example/d",
        }
        names = {
            "MENTIONS_TABLE": tables.mentions,
            "CASES_TABLE": tables.cases,
            "POSTS_TABLE": tables.posts,
            "DESK_TABLE": tables.desk,
            "X_SITE_URL": "https://x.example",
        }
        set_up(monkeypatch, settings | names)
        made = Deployed(client, tables, Function(handler, monkeypatch))
        made.has_matters()
        yield made


def wrong(stack: Deployed, trouble: Trouble, clean: dict[str, Any]) -> Iterator[str]:
    """What is not as it must be after the run that the trouble befell, and the next day's."""
    if stack.runs(0, trouble).answer and stack.contents() != clean:
        yield "the run left words, and nobody heard of it"
    later = stack.runs(1)
    if later.error or not later.answer["whole"]:
        yield f"the next run was not well: {later.error or later.answer}"
    contents = stack.contents()
    yield from (f"{key} is {item}" for key, item in contents.items() if item != clean[key])


def test_after_a_failed_run_the_next_one_removes_the_same_and_nothing_else(stack: Deployed) -> None:
    state = stored()
    calls = stack.runs(0).made
    clean = stack.contents()
    assert stack.worded() == {f"3#{WAITS}", f"{WAITS}#case"}, "only what waits has words"

    every = chain(each_alone(calls), some_together(calls, count=8, seed=4))
    for trouble in sample_of("removing words", every, calls):
        stack.put_back(state)
        assert not list(wrong(stack, trouble, clean)), told(trouble, calls)


@pytest.mark.parametrize("reading", [READING, CHAT])
def test_an_author_who_comes_back_meanwhile_loses_no_word_from_then_on(stack: Deployed, reading: Reading) -> None:
    routing, new = Routing(stack.client, stack.tables), mention(6)._replace(received_at=NIGHT + DAY)
    kept: list[set[str]] = []

    def comes_back() -> None:
        routing.route(new, reading=reading)
        kept.append(stack.worded())

    def removes(trouble: Trouble) -> list[Call]:
        return stack.runs(0, trouble).made

    for _, place in interleaved(f"comes back: {reading.kind}", removes, comes_back, stack.function.starts):
        assert {f"6#{CLOSED}", f"{CLOSED}#case"} <= kept[-1] <= stack.worded() | {"4", "5"}, place
