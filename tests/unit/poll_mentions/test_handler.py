"""The function as Lambda calls it: tables on moto, X over HTTP."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from desk.brand import Brand, XBudget
from desk.cases.model import CaseState
from desk.errors import StoreBusy
from desk.health.heartbeats import HeartbeatItems
from desk.mentions.poll_state import Gap
from desk.reader.words_reader import WordsReader
from desk.routing.decide import case_id_for, plan
from desk.x.budget import DaySpend
from desk.x.client import XClient
from desk.x.model import Usage, first_id_at
from local.x.auth import Account
from local.x.control import XControl
from local.x.server import start
from poll_mentions import handler
from poll_mentions.external_replies import ExternalReplies
from poll_mentions.wiring import Wired, wire
from tests.brands import small_brand
from tests.cases import unit_of_work_on
from tests.invocations import Context
from tests.tables import Tables, dynamodb

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOW = datetime.now(UTC).replace(microsecond=0)
BRAND: Brand = small_brand(user_id="2590000001")


MOST_QUERIES_OF_A_POLL = 24
"""With an open gap: the shards of a day on either side of it for two questions at most, and the poll's own state."""


@dataclass
class Deployed:
    """The function with what it stands on."""

    wired: Wired
    x: XControl
    client: "DynamoDBClient"
    tables: Tables
    calls: list[str]

    def invoke(self, at: datetime = NOW, context: Context | None = None) -> None:
        event = {"scheduled_time": at.isoformat()}
        handler.lambda_handler(event, context or Context(50_000))

    def ids(self) -> set[str]:
        pages = self.client.get_paginator("scan").paginate(TableName=self.tables.mentions)
        return {item["mention_id"]["S"] for page in pages for item in page["Items"]}


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Deployed]:
    """The function; a parameter is its budget."""
    brand = BRAND._replace(x_budget=getattr(request, "param", BRAND.x_budget))
    account = Account(username=BRAND.handle, user_id=BRAND.user_id)
    with dynamodb() as (client, tables), start(account=account, now=NOW) as x:
        boto3.client("secretsmanager").create_secret(Name="x", SecretString=account.secret_json())
        settings = {
            "MENTIONS_TABLE": tables.mentions,
            "CASES_TABLE": tables.cases,
            "POSTS_TABLE": tables.posts,
            "DESK_TABLE": tables.desk,
            "X_SECRET": "x",
            "X_API_URL": x.url,
            "ROUTE_INQUIRY_FUNCTION": "route-inquiry",
        }
        calls: list[str] = []
        wired = wire(settings, brand)
        count_calls(wired, calls)
        monkeypatch.setattr(handler, "_wired", lambda: wired)
        control = XControl(x.url)
        yield Deployed(wired, control, client, tables, calls)
        control.close()


def count_calls(wired: Wired, calls: list[str]) -> None:
    client = wired.state._client

    def note(model: Any, **_: Any) -> None:
        calls.append(model.name)

    client.meta.events.register("before-call.dynamodb.*", note)


def metrics_of(printed: str) -> dict[str, float]:
    """All metrics of an invocation."""
    metrics = dict[str, float]()
    for line in printed.splitlines():
        found = json.loads(line) if line.startswith("{") else {}
        if "_aws" in found:
            assert not [key for key, value in found.items() if isinstance(value, list) and key in metrics]
            metrics |= {key: value[0] for key, value in found.items() if isinstance(value, list)}
    return metrics


def field_of(caplog: pytest.LogCaptureFixture, message: str, name: str) -> Any:
    """A field of the last line with this message."""
    return [record.__dict__[name] for record in caplog.records if record.message == message][-1]


def test_a_mention_on_x_is_stored_and_counted(
    deployed: Deployed, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    mention = deployed.x.post("minji", "@jade 청구서가 이상해요", created_at=(NOW - timedelta(seconds=20)).isoformat())

    deployed.invoke()

    metrics = metrics_of(capsys.readouterr().out)
    assert deployed.ids() == {mention}
    assert (metrics["PollSucceeded"], metrics["MentionsPolled"], metrics["NewestLagSeconds"]) == (1, 1, 20)
    assert (metrics["RangesUnreachable"], metrics["BreakersOpen"], metrics["GapStalledSeconds"]) == (0, 0, 0)
    assert field_of(caplog, "polled", "gaps_open") == 0
    assert field_of(caplog, "used X", "x_calls") == 3  # the mentions, their authors, the account's own posts
    assert field_of(caplog, "used X", "x_micro_usd") > 0


@pytest.mark.parametrize("deployed", [XBudget(month=99_999)], indirect=True)
def test_without_budget_no_mention_is_read_and_it_is_reported(
    deployed: Deployed, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    deployed.x.post("minji", "@jade 청구서가 이상해요")

    deployed.invoke()

    metrics = metrics_of(capsys.readouterr().out)
    assert deployed.ids() == set()
    assert (metrics["PollSucceeded"], metrics["MentionsOverBudget"], metrics["BreakersOpen"]) == (0, 1, 0)
    assert (metrics["XMonthSpentPercent"], field_of(caplog, "polled", "purposes_stopped")) == (0, 1)


@pytest.mark.parametrize("deployed", [XBudget(month=120_000)], indirect=True)
def test_the_months_share_of_the_budget_and_what_has_stopped_are_reported(
    deployed: Deployed, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """A page of mentions may cost $0.10, 83% of this month's budget."""
    deployed.invoke()

    metrics = metrics_of(capsys.readouterr().out)
    assert (metrics["PollSucceeded"], metrics["MentionsOverBudget"]) == (1, 0)
    assert (metrics["XMonthSpentPercent"], field_of(caplog, "polled", "purposes_stopped")) == (83, 3)


@pytest.mark.parametrize("deployed", [XBudget(month=120_000)], indirect=True)
def test_the_months_earlier_days_are_part_of_its_share(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spent = DaySpend(NOW.date(), Usage(1, 1_000), month_micro_usd=96_000)
    monkeypatch.setattr(XClient, "spent", spent)

    deployed.invoke()

    assert metrics_of(capsys.readouterr().out)["XMonthSpentPercent"] == 80


@pytest.mark.parametrize(("mentions", "calls"), [(0, 6), (1, 9), (98, 10)])
def test_a_poll_makes_few_calls_of_dynamodb(deployed: Deployed, mentions: int, calls: int) -> None:
    """State, lease, two reservations, known ids, mentions, checkpoint with the end of the lease, spend."""
    deployed.invoke(NOW - timedelta(minutes=2))
    deployed.x.posts([{"author": {"username": "minji"}, "text": f"@jade 질문 {number}"} for number in range(mentions)])
    deployed.calls.clear()

    deployed.invoke()

    assert len(deployed.ids()) == mentions
    assert len(deployed.calls) <= calls, deployed.calls


def test_five_full_pages_cost_at_most_six_hundredths_of_a_call_a_mention(deployed: Deployed) -> None:
    deployed.invoke(NOW - timedelta(minutes=2))
    parent = deployed.x.post("jade", "공지입니다")
    posts = [
        {
            "author": {"username": f"u{number}"},
            "text": f"@jade 청구서 {number}",
            "created_at": (NOW - timedelta(milliseconds=100 * number)).isoformat(),
            **({"in_reply_to": parent} if number % 2 else {}),
        }
        for number in range(500)
    ]
    deployed.x.posts(posts)
    deployed.calls.clear()

    deployed.invoke()

    assert len(deployed.ids()) == 500
    assert len(deployed.calls) <= 0.06 * 500, deployed.calls


def test_credits_that_run_out_during_a_walk_lose_nothing_and_are_reported(
    deployed: Deployed, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    deployed.invoke(NOW - timedelta(minutes=2))
    posts = [{"author": {"username": "minji"}, "text": f"@jade 질문 {number}"} for number in range(250)]
    ids = deployed.x.posts(posts)
    deployed.x.fault("mentions", status=402, title="CreditsDepleted", skip=1)
    capsys.readouterr()

    deployed.invoke()

    metrics = metrics_of(capsys.readouterr().out)
    assert len(deployed.ids()) == 100
    assert (metrics["PollSucceeded"], metrics["BreakersOpen"], field_of(caplog, "polled", "gaps_open")) == (0, 1, 1)
    assert deployed.ids() < set(ids)

    deployed.invoke(NOW + timedelta(minutes=16))

    assert metrics_of(capsys.readouterr().out)["GapStalledSeconds"] == 16 * 60


def test_a_gap_is_filled_and_proved_by_what_the_table_has(
    deployed: Deployed, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    deployed.x.post("minji", "@jade 지난 문의", created_at=(NOW - timedelta(minutes=30)).isoformat())
    deployed.invoke(NOW - timedelta(minutes=5))
    posts = [
        {
            "author": {"username": "minji"},
            "text": f"@jade 질문 {number}",
            "created_at": (NOW - timedelta(seconds=number)).isoformat(),
        }
        for number in range(220)
    ]
    ids = deployed.x.posts(posts)
    deployed.x.fault("mentions", quirk="repeat_token", skip=1, times=1)
    capsys.readouterr()

    deployed.invoke()

    metrics = metrics_of(capsys.readouterr().out)
    assert set(ids) < deployed.ids()
    assert (metrics["MentionsPolled"], metrics["RangesUnreachable"]) == (220, 0)
    assert field_of(caplog, "polled", "gaps_open") == 0
    assert deployed.x.counts().get("search", 0) == 0
    key = {":poll": {"S": "poll"}, ":gap": {"S": "gap#"}}
    (gap,) = deployed.client.query(
        TableName=deployed.tables.desk,
        KeyConditionExpression="#item = :poll AND begins_with(part, :gap)",
        ExpressionAttributeNames={"#item": "item"},
        ExpressionAttributeValues=key,
    )["Items"]
    assert gap["state"]["S"] == "filled"


def test_an_open_gap_costs_few_queries_even_where_nothing_is_stored_beside_it(deployed: Deployed) -> None:
    deployed.invoke(NOW - timedelta(minutes=5))
    posts = [
        {
            "author": {"username": "minji"},
            "text": f"@jade 질문 {number}",
            "created_at": (NOW - timedelta(hours=2, seconds=number)).isoformat(),
        }
        for number in range(450)
    ]
    deployed.x.posts(posts)
    after, before = (first_id_at(NOW - timedelta(hours=hours)) for hours in (3, 1))
    lease = deployed.wired.state.take(deployed.wired.state.load().lease, holder="other", until=NOW)
    deployed.wired.state.settle(lease, gaps=[Gap("g", after, before, NOW, "reach")])
    deployed.wired.state.release(lease)

    for _ in range(2):
        deployed.calls.clear()
        deployed.invoke()

        assert deployed.calls.count("Query") <= MOST_QUERIES_OF_A_POLL, deployed.calls


def test_nothing_is_polled_while_another_run_has_the_lease(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed.wired.state.take(None, holder="other", until=datetime.now(UTC) + timedelta(minutes=1))

    deployed.invoke()

    assert metrics_of(capsys.readouterr().out) == {}
    assert deployed.x.counts() == {}


def test_an_external_reply_answers_its_case(deployed: Deployed, caplog: pytest.LogCaptureFixture) -> None:
    mention = deployed.x.post("minji", "@jade 청구서 언제 와요?", created_at=(NOW - timedelta(minutes=9)).isoformat())
    deployed.invoke()
    store = unit_of_work_on(deployed.client, deployed.tables)
    ((_, stored),) = store.mentions.get_many([mention]).items()
    steps = plan([(stored.mention, WordsReader(BRAND).read(stored.mention))], {}, BRAND).steps
    store.commit(steps, NOW)
    deployed.x.post("jade", "내일 보내 드립니다", in_reply_to=mention)

    deployed.invoke()

    (case,) = store.cases.get_many([case_id_for(stored.mention)]).values()
    assert case.state is CaseState.ANSWERED
    assert field_of(caplog, "looked for external replies", "recorded") == 1


def test_mentions_come_in_even_if_external_replies_fail(
    deployed: Deployed,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    heartbeats = HeartbeatItems(deployed.client, deployed.tables.desk)
    deployed.invoke(NOW - timedelta(minutes=1))

    def broken(*_: Any) -> None:
        raise StoreBusy("cases")

    monkeypatch.setattr(ExternalReplies, "find", broken)
    mention = deployed.x.post("minji", "@jade 청구서가 이상해요", created_at=(NOW - timedelta(seconds=20)).isoformat())

    deployed.invoke()

    assert deployed.ids() == {mention}
    assert "external replies are left to the next minute" in caplog.text
    assert heartbeats.last(["own-replies"], NOW) == {"own-replies": NOW - timedelta(minutes=1)}
