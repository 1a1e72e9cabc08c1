"""Each call that a command makes fails in each way; the person runs it again, and all is as it was asked for.

What fails is told in a sentence, and never passes for done.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from itertools import chain
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner, Result

from desk.cases.links import CaseLinkItems
from desk.clock import utc_now
from desk.mentions.items import mention_item
from desk.posts.model import PostState
from desk.posts.store import PostStoreItems
from desk.posts.transitions import published
from desk.reports.store import ReportLinkItems, ReportName
from local.cli.main import app
from tests.contract.case_scene import SEOUL, mention
from tests.failing_calls import Call, Calls, Trouble, each_alone, put_back, sample_of, some_together, stored, told
from tests.fakes.in_trouble import Killed
from tests.invocations import set_up
from tests.tables import Tables, dynamodb
from tests.unit.deployed.canned import OUTPUTS
from tests.unit.deployed.scene import desk as small_desk
from tests.unit.posts.scene import a_post

pytestmark = pytest.mark.emulator

SOON = datetime(2030, 1, 1, tzinfo=UTC)


@dataclass
class Deployed:
    """A desk's tables and queue behind the commands. `driven` are the mentions that routing was asked for."""

    client: Any
    tables: Tables
    queue_url: str
    driven: list[str] = field(default_factory=list)
    calls: Calls = field(default_factory=Calls)

    @property
    def posts(self) -> PostStoreItems:
        return PostStoreItems(self.client, posts_table=self.tables.posts, desk_table=self.tables.desk)

    def runs(self, *arguments: str, trouble: Trouble | None = None) -> Result | None:
        """The command; None where it was killed."""
        self.calls = Calls(trouble or {}, {"cloudformation": self._stack, "lambda": self._routes})
        before = len(self.driven)
        try:
            with self.calls.watched():
                return CliRunner().invoke(app, arguments)
        except Killed:
            return None
        finally:
            for mention_id in self.driven[before:]:
                self._is_routed(mention_id)

    def _stack(self, _: Call) -> dict[str, Any]:
        outputs = OUTPUTS | {
            "MentionsTable": self.tables.mentions,
            "PostsTable": self.tables.posts,
            "DeskTable": self.tables.desk,
            "PostsQueueUrl": self.queue_url,
        }
        told = [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()]
        return {"Stacks": [{"StackName": "any", "StackStatus": "UPDATE_COMPLETE", "Outputs": told}]}

    def _routes(self, call: Call) -> dict[str, Any]:
        ids = json.loads(call.asked["Payload"])["mention_ids"]
        self.driven += ids
        answer = {"read": len(ids), "published": 0, "failures": {}}
        return {"Payload": BytesIO(json.dumps(answer).encode()), "StatusCode": 200}

    def _is_routed(self, mention_id: str) -> None:
        key: Any = {"mention_id": {"S": mention_id}}
        self.client.update_item(TableName=self.tables.mentions, Key=key, UpdateExpression="REMOVE waiting")


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    desk = small_desk()
    for command in ("posts", "target"):
        monkeypatch.setattr(f"local.cli.{command}.load_desk", lambda _: desk)
    for module in ("desk.mentions.model", "desk.mentions.store"):
        monkeypatch.setattr(f"{module}.SHARDS", 1)
    monkeypatch.setattr("local.deployed.replay._BATCH", 2)
    with dynamodb() as (client, tables):
        set_up(monkeypatch, {})
        sqs: Any = boto3.client("sqs")
        yield Deployed(client, tables, sqs.create_queue(QueueName="posts")["QueueUrl"])


type Wrong = Callable[[Sequence[Result | None]], Iterator[str]]
"""What is not as it must be after two runs of a command."""


def each_fault(
    stack: Deployed, arguments: Sequence[str], wrong: Wrong, *, between: Callable[[], object] = lambda: None
) -> None:
    """Fail the test for the first fault after which something is wrong; `between` happens before the second run."""
    state = stored()
    clean = stack.runs(*arguments)
    assert clean
    assert clean.exit_code == 0, clean.output
    calls = stack.calls.made
    every = chain(each_alone(calls), some_together(calls, count=5, seed=6))
    for trouble in sample_of(" ".join(arguments[:2]), every, calls):
        put_back(state)
        stack.driven = []
        first = stack.runs(*arguments, trouble=trouble)
        between()
        second = stack.runs(*arguments)
        assert not [*unclear(first), *unclear(second), *wrong([first, second])], told(trouble, calls)


def unclear(result: Result | None) -> Iterator[str]:
    """Why a person would not know from what a command says what to do next."""
    if result is None or result.exit_code == 0:
        return
    if not isinstance(result.exception, SystemExit):
        yield f"a traceback: {result.exception!r}"
    if len(result.stderr.split()) < 5:
        yield f"no sentence: {result.stderr!r}"


def test_a_post_in_doubt_is_settled_under_its_id(stack: Deployed) -> None:
    stack.posts.add(a_post(id="p1", state=PostState.IN_DOUBT), [], None)

    def wrong(results: Sequence[Result | None]) -> Iterator[str]:
        post = stack.posts.get("p1")
        if not post or (post.state, post.x_id) != (PostState.PUBLISHED, "55"):
            yield f"the post is {post}"

    each_fault(stack, ["settle", "p1", "--published", "55"], wrong)


def test_a_post_to_send_again_is_queued_once_and_not_after_it_was_published(stack: Deployed) -> None:
    stack.posts.add(a_post(id="p1", state=PostState.IN_DOUBT), [], None)
    was_said: list[bool] = []

    def says() -> None:
        """The publisher says what is queued."""
        post = stack.posts.get("p1")
        assert post
        was_said[:] = [post.state is PostState.QUEUED]
        if post.state is PostState.QUEUED:
            stack.posts.save(published(post, "56", utc_now()), post)

    def wrong(results: Sequence[Result | None]) -> Iterator[str]:
        first, second = results
        post = stack.posts.get("p1")
        if not post or post.state is not (PostState.PUBLISHED if was_said[0] else PostState.QUEUED):
            yield f"said before: {was_said}; the post is {post}"
        if first and first.exit_code == 0 and not was_said[0]:
            yield f"it passed for done: {first.output}"
        if not was_said[0] and (second is None or second.exit_code):
            yield f"it was not done: {second}"

    each_fault(stack, ["settle", "p1", "--send-again"], wrong, between=says)


def test_all_that_is_held_is_released(stack: Deployed) -> None:
    ids = ["p1", "p2", "p3"]
    for post_id in ids:
        stack.posts.add(a_post(id=post_id, state=PostState.HELD, expires_at=SOON), [], None)

    def wrong(results: Sequence[Result | None]) -> Iterator[str]:
        states = {post_id: post.state for post_id in ids if (post := stack.posts.get(post_id))}
        if states != dict.fromkeys(ids, PostState.QUEUED):
            yield f"after both runs: {states}"
        first, second = results
        if second is None or second.exit_code:
            yield f"the second run failed: {second}"
        if first and first.exit_code == 0 and second and second.stdout:
            yield f"it passed for done, although there was left {second.stdout}"

    each_fault(stack, ["release", "--all-held"], wrong)


@pytest.mark.parametrize("kind", ["case", "report"])
def test_a_link_that_is_revoked_opens_nothing_and_no_other_is_closed(stack: Deployed, kind: str) -> None:
    cases, reports = CaseLinkItems(stack.client, stack.tables.desk), ReportLinkItems(stack.client, stack.tables.desk)
    made = cases.make(["7Q2M4-XD93K", "8R3N5-YE04M"], "billing", utc_now())
    report = ReportName("evening", utc_now().date())
    links: dict[str, Any] = dict.fromkeys(made.values(), cases)
    links |= {reports.make(report, utc_now()): reports for _ in range(2)}
    meant = next(link_id for link_id, store in links.items() if store is {"case": cases, "report": reports}[kind])

    def wrong(results: Sequence[Result | None]) -> Iterator[str]:
        opens = {link_id: store.find(link_id).opens(utc_now()) for link_id, store in links.items()}
        if opens != {link_id: link_id != meant for link_id in links}:
            yield f"they open: {opens}"
        if results[1] is None or results[1].exit_code:
            yield f"the second run failed: {results[1]}"

    each_fault(stack, ["revoke", f"https://desk.jade.example/any/{meant}"], wrong)


def test_replays_route_every_waiting_mention(stack: Deployed) -> None:
    ids = ["1", "2", "3"]
    for number in (1, 2, 3):
        stack.client.put_item(TableName=stack.tables.mentions, Item=mention_item(mention(number), SEOUL))

    def wrong(results: Sequence[Result | None]) -> Iterator[str]:
        first, second = results
        items = stack.client.scan(TableName=stack.tables.mentions)["Items"]
        if waiting := [item["mention_id"]["S"] for item in items if "waiting" in item]:
            yield f"{waiting} wait although somebody replayed twice"
        if first and first.exit_code == 0 and second and not second.stdout.startswith("0 mentions"):
            yield f"it passed for done, although there was left {second.stdout}"
        if max(map(stack.driven.count, ids)) > len(results):
            yield f"one run drove a mention twice: {stack.driven}"

    each_fault(stack, ["replay", "--failed"], wrong)
