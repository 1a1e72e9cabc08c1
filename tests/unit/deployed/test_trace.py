"""`dorothy trace`: the way of a mention through tables and logs, in the order of time, and a search that fails."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import boto3
import pytest

from desk.cases.items import case_item
from desk.mentions.items import mention_item
from desk.outbox.model import OutboxKind, new_entry
from desk.outbox.store import OutboxItems
from desk.pictures.model import AttachedPicture
from desk.posts.store import PostStoreItems
from local.deployed.errors import DeployedError
from local.deployed.trace import Logs, Tables, Way
from tests.tables import dynamodb
from tests.unit.posts.scene import a_case, a_post
from tests.unit.routing.scene import mention

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
WORDS = "@emeraldmobile 청구서가 두 번 왔어요"
ASKED = mention(1, WORDS)
POST = a_post("한 장은 지난달 것입니다.", id="r1", case_id=a_case().id, pictures=(AttachedPicture("p" * 12),))


class FakeLogs:
    """CloudWatch Logs Insights: answers with these lines after so many polls."""

    def __init__(self, *lines: Any, polls: int = 0, end: str = "Complete") -> None:
        self.asked: list[dict[str, Any]] = []
        self._lines = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        self._polls = polls
        self._end = end

    def start_query(self, **asked: Any) -> dict[str, str]:
        self.asked.append(asked)
        return {"queryId": "q"}

    def get_query_results(self, *, queryId: str) -> dict[str, Any]:  # noqa: N803 - as boto3 has it
        self._polls -= 1
        rows = [[{"field": "@timestamp", "value": "-"}, {"field": "@message", "value": each}] for each in self._lines]
        return {"status": "Running"} if self._polls >= 0 else {"status": self._end, "results": rows}


@pytest.fixture
def tables() -> Iterator[Tables]:
    with dynamodb() as (client, names):
        client.put_item(TableName=names.mentions, Item=mention_item(ASKED, SEOUL))
        client.put_item(TableName=names.cases, Item=case_item(a_case()))
        PostStoreItems(client, posts_table=names.posts, desk_table=names.desk).add(POST, [], None)
        entry = new_entry("billing", OutboxKind.MENTION, ASKED.id, "read", NOW)
        OutboxItems(client, names.desk).settle([], [entry])
        outputs = {f"{name.capitalize()}Table": table for name, table in asdict(names).items()}
        yield Tables(boto3.client("dynamodb", region_name="ap-northeast-2"), outputs, ["billing"], SEOUL)


def searched(logs: FakeLogs, way: Way | None = None, groups: Sequence[str] = ("group",)) -> tuple[list[str], list[str]]:
    """The steps that were found, and what was said meanwhile; each look takes three seconds."""
    said, clock = list[str](), iter(range(0, 1000, 3))
    steps = Logs(logs, groups, said.append, lambda: float(next(clock)), lambda _: None).about(
        way or Way(["c1"], []), NOW
    )
    return [f"{step.where}: {step.what}" for step in steps], said


def test_a_mention_leads_through_its_table_and_the_outbox_without_anybodys_words(tables: Tables) -> None:
    way = tables.way_of(ASKED.id)

    said = [f"{step.where}: {step.what}" for step in sorted(way.steps, key=lambda step: step.at)]
    assert list(way.ids) == [ASKED.id]
    assert any(line.startswith("Mentions table: ") and "waits to be read" in line for line in said)
    assert any(
        line.startswith(f"Desk table: still in the outbox for billing: mention#{ASKED.id}#read") for line in said
    )
    assert WORDS not in str(said)


def test_a_post_leads_to_the_case_that_it_answers_and_to_its_pictures(tables: Tables) -> None:
    way = tables.way_of(POST.id)

    assert set(way.ids) == {POST.id, a_case().id, POST.pictures[0].id}
    assert {"Cases table", "Posts table"} <= {step.where for step in way.steps}


def test_an_unknown_id_is_one_sentence(tables: Tables) -> None:
    with pytest.raises(
        DeployedError, match=r"^Neither a mention, nor a case, nor a post of this desk has the id 42\.$"
    ):
        tables.way_of("42")


def test_lines_of_the_desk_are_steps_and_those_of_lambda_are_left_out() -> None:
    line = {"level": "INFO", "timestamp": "2026-11-24T04:00:00.000+00:00", "function": "desk-sweep", "message": "woken",
            "request": "r", "at": "x.py:1", "case": "c1"}  # fmt: skip
    logs = FakeLogs("START RequestId: c1", line, {"type": "platform.report"}, line | {"level": "WARNING"})

    steps, said = searched(logs)

    assert steps == ["desk-sweep: woken (case c1)", "desk-sweep: WARNING: woken (case c1)"]
    assert said == []
    assert logs.asked[0]["queryString"].startswith("fields @timestamp, @message | filter @message like /c1/ ")


def test_all_groups_are_searched_as_many_at_once_as_aws_takes() -> None:
    logs = FakeLogs()

    searched(logs, groups=[f"group-{number}" for number in range(60)])

    assert [len(one["logGroupNames"]) for one in logs.asked] == [50, 10]


def test_a_slow_search_says_so_once() -> None:
    assert searched(FakeLogs(polls=5))[1] == ["CloudWatch Logs Insights is slow; still searching …"]


@pytest.mark.parametrize(
    ("logs", "problem"), [(FakeLogs(end="Failed"), "Failed"), (FakeLogs(polls=999), "longer than 120 s")]
)
def test_a_search_that_fails_or_never_ends_is_one_sentence(logs: FakeLogs, problem: str) -> None:
    with pytest.raises(DeployedError, match=problem):
        searched(logs)


def test_logs_are_searched_from_before_the_first_step(tables: Tables) -> None:
    logs, way = FakeLogs(), tables.way_of(ASKED.id)

    searched(logs, way)

    first = min(step.at for step in way.steps)
    assert logs.asked[0]["startTime"] == int((first - timedelta(hours=1)).timestamp())
