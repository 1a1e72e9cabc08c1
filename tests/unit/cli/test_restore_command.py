"""`dorothy restore` on the tables of a desk that lost items: what comes back, what does not, and what it leaves on."""

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest
from moto.dynamodb.models import dynamodb_backends
from typer.testing import CliRunner, Result

from desk.cases.opt_outs import OptOutItems
from desk.mentions.erased_authors import mark_erased
from desk.mentions.items import mention_item
from desk.mentions.model import Mention
from desk.mentions.poll_state import Checkpoint, PollStateItems, take_lease
from desk.posts.model import PostState
from desk.posts.pause import Pause, PauseItems, PauseScope
from desk.reports.store import ReportFiles
from desk.x.model import first_id_at
from local.brand.load import load_desk
from local.brand.model import Desk as BrandFile
from local.cli import erase as erasing
from local.cli import restore as command
from local.cli.main import app
from local.cli.target import Target
from local.deployed.restore.kinds import ROLES
from local.deployed.stack import Stack
from tests.cases import a_promise
from tests.failing_calls import put_back, stored
from tests.fakes.in_trouble import Killed
from tests.families import sample
from tests.tables import MOTO_ACCOUNT, REGION, Dynamo
from tests.unit.cli.test_erase_command import (
    ANSWERS,
    ASKED,
    ASKS,
    CASE_ID,
    HANA,
    MINJI,
    NOON,
    OTHERS,
    OUT_OF_SIGHT,
    SEOUL,
    B,
    Desk,
    post,
)
from tests.unit.posts.scene import a_post

pytestmark = pytest.mark.emulator

AT = NOON + timedelta(hours=1)
LATER = NOON + timedelta(hours=3)
WAITING = Mention(post("1993000000000000021", B, "@jade 아직 안 읽은 글"), NOON)
READS = ("get_", "describe_", "list_", "head_", "batch_get", "query", "scan")
LAST = Mention(post("1993000000000000022", B, "@jade 조금 전 글"), LATER - timedelta(minutes=50))


@dataclass
class FakeSwitchboard:
    """The stack's resources, its schedules and its mappings, as three services tell of them."""

    schedules: dict[str, str] = field(default_factory=lambda: {"dorothy-poll": "ENABLED", "dorothy-off": "DISABLED"})
    mappings: dict[str, bool] = field(default_factory=lambda: {"stream": True, "posts": True, "hand": False})
    seen: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_all_off(self) -> bool:
        return set(self.schedules.values()) == {"DISABLED"} and not any(self.mappings.values())

    def get_paginator(self, _name: str) -> "FakeSwitchboard":
        return self

    def paginate(self, **_asked: Any) -> list[Any]:
        kinds: dict[str, Iterable[str]] = {
            "AWS::Scheduler::Schedule": self.schedules,
            "AWS::Lambda::EventSourceMapping": self.mappings,
        }
        listed = [{"ResourceType": kind, "PhysicalResourceId": name} for kind, names in kinds.items() for name in names]
        return [{"StackResourceSummaries": listed}]

    def get_schedule(self, *, Name: str) -> dict[str, Any]:  # noqa: N803 - AWS's name
        return {
            "Name": Name,
            "State": self.schedules[Name],
            "ScheduleExpression": "rate(1 minute)",
            "Target": {"Arn": "f"},
            "Arn": "a",
            "KmsKeyArn": None,
            "CreationDate": NOON,
            "ResponseMetadata": {},
        }

    def update_schedule(self, **asked: Any) -> None:
        self.seen.append(asked)
        self.schedules[asked["Name"]] = asked["State"]

    def get_event_source_mapping(self, *, UUID: str) -> dict[str, Any]:  # noqa: N803 - AWS's name
        return {"State": "Enabled" if self.mappings[UUID] else "Disabled"}

    def update_event_source_mapping(self, *, UUID: str, Enabled: bool) -> None:  # noqa: N803 - AWS's names
        self.mappings[UUID] = Enabled


@dataclass
class Clients:
    """The clients of the command. Tables are restored as they were `then`.

    The command dies after so many calls that change something, or after the first one of a name. After any other call
    AWS is as it was after the last change.
    """

    clients: dict[str, Any]
    then: dict[str, Any] = field(default_factory=dict)
    dies_after: int | str = 0
    changes: list[str] = field(default_factory=list)

    def of(self, service: str) -> Any:
        return _Client(self.clients[service], self)

    def called(self, name: str, asked: dict[str, Any]) -> None:
        if name == "restore_table_to_point_in_time":
            tables = dynamodb_backends[MOTO_ACCOUNT][REGION].tables
            tables[asked["TargetTableName"]].items = deepcopy(self.then[asked["SourceTableName"]])
        if name.startswith(READS):
            return
        self.changes.append(name)
        if self.dies_after in {len(self.changes), name}:
            raise Killed


class _Client:
    def __init__(self, client: Any, clients: Clients) -> None:
        self._client, self._clients = client, clients

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        if not callable(method):
            return method

        def called(*asked: Any, **named: Any) -> Any:
            answer = method(*asked, **named)
            if name == "describe_continuous_backups":  # moto's are of the machine's time
                about = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
                about |= {"EarliestRestorableDateTime": NOON - timedelta(days=35), "LatestRestorableDateTime": LATER}
            self._clients.called(name, named)
            return answer

        return called


@dataclass
class Lossy:
    """A desk, what its tables had at AT, and the command."""

    desk: Desk
    switchboard: FakeSwitchboard
    clients: Clients
    target: Target
    brand: BrandFile
    now: datetime = LATER

    @property
    def names(self) -> dict[str, str]:
        tables = self.desk.tables
        return {"mentions": tables.mentions, "cases": tables.cases, "posts": tables.posts, "desk": tables.desk}

    def run(self, *arguments: str, keys: str = "") -> Result:
        given = arguments or ("--at", AT.isoformat(), "--yes", "--who", "지은")
        return CliRunner().invoke(app, ["restore", *given], input=keys)

    def restore(self) -> None:
        """What the command does, without its parsing, which takes longer than all else here."""
        restoring = command.restore_of(self.target, self.brand, lambda: self.now, lambda _seconds: None)
        restoring.run(restoring.underway() or restoring.planned(AT, ROLES), "복원", "지은")

    def remember(self) -> None:
        """This is what the tables had at AT."""
        self.clients.then = stored()

    def lose(self, role: str, keep: Callable[[dict[str, Any]], bool] = lambda _: False) -> None:
        name, client = self.names[role], self.desk.client
        schema = client.describe_table(TableName=name)["Table"]["KeySchema"]
        for item in client.scan(TableName=name)["Items"]:
            if not keep(item):
                client.delete_item(
                    TableName=name, Key={each["AttributeName"]: item[each["AttributeName"]] for each in schema}
                )

    def items(self, role: str) -> list[dict[str, Any]]:
        return self.desk.client.scan(TableName=self.names[role])["Items"]

    def desk_item(self, item: str, part: str) -> dict[str, Any] | None:
        key: Any = {"item": {"S": item}, "part": {"S": part}}
        return self.desk.client.get_item(TableName=self.names["desk"], Key=key).get("Item")

    def mention(self, mention_id: str) -> dict[str, Any] | None:
        key: Any = {"mention_id": {"S": mention_id}}
        return self.desk.client.get_item(TableName=self.names["mentions"], Key=key).get("Item")

    def counted(self, printed: str) -> dict[str, list[int]]:
        """By kind: missing, copied, kept, same, left out."""
        rows = (line.split("\t") for line in printed.splitlines() if "\t" in line)
        return {row[-1].partition(" (")[0]: [int(each) for each in row[:-1]] for row in rows if row[0] != "missing"}


@pytest.fixture
def lossy(deployed_tables: Dynamo, deployed_outputs: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Lossy:
    s3 = boto3.client("s3")
    for bucket in ("reports", "pictures"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
    deployed_outputs["ReportsBucket"], deployed_outputs["PicturesBucket"] = "reports", "pictures"
    for name in vars_of(deployed_tables):
        deployed_tables.client.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
    switchboard = FakeSwitchboard()
    clients = Clients(
        {
            "dynamodb": deployed_tables.client,
            "s3": s3,
            "cloudformation": switchboard,
            "scheduler": switchboard,
            "lambda": switchboard,
        }
    )
    whole = load_desk()
    few_days = whole.model_copy(update={"retention": whole.retention.model_copy(update={"words_days": 1})})
    target = Target(Stack("dorothy-emerald", "UPDATE_COMPLETE", {}, deployed_outputs, {}))
    made = Lossy(Desk(*deployed_tables, ReportFiles(s3, "reports")), switchboard, clients, target, few_days)
    monkeypatch.setattr(Target, "client", lambda _self, service, _patience=None: clients.of(service))
    monkeypatch.setattr(command, "utc_now", lambda: made.now)
    monkeypatch.setattr(command, "load_desk", lambda _path: few_days)  # moto takes long for the queries of a month
    monkeypatch.setattr(erasing, "utc_now", lambda: NOON + timedelta(hours=2))
    return made


def vars_of(on: Dynamo) -> list[str]:
    return [on.tables.mentions, on.tables.cases, on.tables.desk, on.tables.posts]


def test_what_is_missing_comes_back_and_what_is_there_is_not_changed(lossy: Lossy) -> None:
    lossy.desk.fill()
    lossy.remember()
    before = {str(item["mention_id"]["S"]): item for item in lossy.items("mentions")}
    lossy.lose("mentions", keep=lambda item: item["mention_id"]["S"] == ASKED)
    changed: Any = {"mention_id": {"S": ASKED}, "kind": {"S": "praise"}}
    lossy.desk.client.put_item(TableName=lossy.names["mentions"], Item=changed)
    lossy.lose("cases", keep=lambda item: item["case_id"]["S"] == CASE_ID)
    cases = len(lossy.items("cases"))

    result = lossy.run()

    assert result.exit_code == 0, result.output
    assert lossy.mention(ASKED) == changed
    assert lossy.mention(OTHERS) == before[OTHERS]
    assert len(lossy.items("cases")) > cases
    counts = lossy.counted(result.stdout)
    assert counts["mentions mention"] == [2, 2, 1, 0, 0]
    assert counts["cases case"][:3] == [1, 1, 0]


def test_what_says_how_far_the_desk_has_come_or_who_works_does_not_come_back(lossy: Lossy) -> None:
    poll = PollStateItems(lossy.desk.client, lossy.names["desk"])
    lease = take_lease(poll, None, holder="a run", now=NOON, until=LATER)
    poll.settle(lease, checkpoint=Checkpoint(ASKED, NOON))
    OptOutItems(lossy.desk.client, lossy.names["desk"]).record(HANA, OTHERS, NOON)
    lossy.desk.client.put_item(
        TableName=lossy.names["desk"], Item={"item": {"S": "outbox#billing"}, "part": {"S": "case#1#queued"}}
    )
    lossy.remember()
    lossy.lose("desk")

    result = lossy.run()

    assert lossy.desk_item("poll", "state") is None
    assert lossy.desk_item("outbox#billing", "case#1#queued") is None
    assert OptOutItems(lossy.desk.client, lossy.names["desk"]).find(HANA)
    assert lossy.counted(result.stdout)["desk poll"] == [0, 0, 0, 0, 1]


def test_a_post_that_was_not_final_becomes_in_doubt_and_one_that_was_stays_as_it_was(lossy: Lossy) -> None:
    for state in (PostState.QUEUED, PostState.PUBLISHING, PostState.HELD, PostState.PUBLISHED, PostState.CANCELLED):
        lossy.desk.posts.add(a_post("글", id=f"p-{state}", state=state, at=NOON), [], None)
    lossy.remember()
    lossy.lose("posts")
    outbox = [item for item in lossy.items("desk") if item["item"]["S"].startswith("outbox")]

    lossy.run()

    became = {str(item["post_id"]["S"]): str(item["state"]["S"]) for item in lossy.items("posts")}
    assert became == {
        "p-queued": "in_doubt",
        "p-publishing": "in_doubt",
        "p-held": "in_doubt",
        "p-published": "published",
        "p-cancelled": "cancelled",
    }
    in_doubt = lossy.desk.posts.get("p-queued")
    assert in_doubt is not None
    assert (in_doubt.at, in_doubt.version) == (LATER, 2)
    assert [item for item in lossy.items("desk") if item["item"]["S"].startswith("outbox")] == outbox


def test_a_post_that_cannot_be_read_comes_back_beside_the_others_and_is_named(lossy: Lossy) -> None:
    lossy.desk.fill()
    broken: Any = {"text": {"S": "글"}, "state": {"S": "published"}, "version": {"S": "?"}}
    theirs: Any = broken | {"in_reply_to": {"S": ASKED}}
    for post_id, item in (("p-odd", broken), ("p-theirs", theirs)):
        lossy.desk.client.put_item(TableName=lossy.names["posts"], Item={"post_id": {"S": post_id}, **item})
    lossy.desk.posts.add(a_post("글", id="p-whole", state=PostState.PUBLISHED, at=NOON), [], None)
    lossy.remember()
    lossy.lose("posts")
    mark_erased(lossy.desk.client, lossy.names["desk"], MINJI, NOON)

    result = lossy.run()

    posts = {item["post_id"]["S"]: item for item in lossy.items("posts")}
    assert result.exit_code == 0, result.output
    assert posts["p-odd"] == {
        "post_id": {"S": "p-odd"}, "text": {"S": "글"}, "unreadable_state": {"S": "published"}, "version": {"S": "?"}
    }  # fmt: skip
    assert "p-theirs" not in posts, "it answers a person who was erased"
    assert "p-odd, a post that can't be read" in result.stdout
    assert "p-whole" in {post.id for post in lossy.desk.posts.page(PostState.PUBLISHED, limit=10).posts}


def test_a_copied_mention_has_nobody_notified(lossy: Lossy) -> None:
    """One that was read is not read again. One that was not comes as backlog, and so does what may be acknowledged."""
    lossy.desk.fill()
    for one in (WAITING, LAST):
        item = mention_item(one, SEOUL)
        lossy.desk.client.put_item(TableName=lossy.names["mentions"], Item=item)
    lossy.desk.client.update_item(
        TableName=lossy.names["mentions"],
        Key={"mention_id": {"S": LAST.id}},
        UpdateExpression="REMOVE waiting, waiting_since SET kind = :kind",
        ExpressionAttributeValues={":kind": {"S": "inquiry"}},
    )
    lossy.remember()
    lossy.lose("mentions")

    lossy.run()

    backlog = {item["mention_id"]["S"]: "backlog" in item for item in lossy.items("mentions")}
    assert (backlog[ASKED], backlog[WAITING.id], backlog[LAST.id]) == (False, True, True)
    assert "kind" in (lossy.mention(ASKED) or {})


def test_nothing_of_a_person_who_was_erased_since_comes_back(lossy: Lossy) -> None:
    lossy.desk.fill()
    open_reply = a_post(
        "민지 님, 곧 답합니다", id="r2", case_id=CASE_ID, in_reply_to=ASKED, state=PostState.RECONCILING
    )
    named = a_post("@minji_k 님 축하합니다", id="a2", state=PostState.QUEUED)
    for one in (open_reply, named):
        lossy.desk.posts.add(one, [], None)
    lossy.remember()
    lossy.lose("posts", keep=lambda item: item["post_id"]["S"] not in {"r2", "a2"})
    assert CliRunner().invoke(app, ["erase", MINJI, "--handle", "minji_k", "--yes"]).exit_code == 0
    for role in ("mentions", "cases", "posts"):
        lossy.lose(role)
    lossy.lose("desk", keep=lambda item: item["item"]["S"] == "erased_author")

    result = lossy.run()

    assert result.exit_code == 0, result.output
    everything = str([lossy.items(role) for role in lossy.names]).lower()
    assert [words for words in OUT_OF_SIGHT if words in everything] == []
    assert lossy.mention(ASKED) is not None, "its tombstone comes back, by which it is known"
    assert "하나 글" in everything
    assert {item["post_id"]["S"] for item in lossy.items("posts")}.isdisjoint({"r2", "a2"})


def test_words_of_a_post_that_x_no_longer_shows_do_not_come_back(lossy: Lossy) -> None:
    lossy.desk.fill()
    assert "저도요" in str(lossy.items("cases"))
    lossy.remember()
    gone: Any = {"mention_id": {"S": OTHERS}, "author_id": {"S": HANA}, "erased": {"BOOL": True}}
    lossy.lose("mentions")
    lossy.desk.client.put_item(TableName=lossy.names["mentions"], Item=gone)
    lossy.lose("cases")

    lossy.run()

    cases = str(lossy.items("cases"))
    assert lossy.mention(OTHERS) == gone
    assert "저도요" not in cases
    assert "돌려 드립니다" in cases, "others' words come back"


def test_a_promise_that_has_ended_and_a_digest_that_was_only_claimed_do_not_come_back(lossy: Lossy) -> None:
    promise = a_promise(LATER)
    part = f"{LATER.isoformat(timespec='microseconds')}#reply-1"
    other = f"{LATER.isoformat(timespec='microseconds')}#reply-2"
    rows: list[Any] = [
        {"item": {"S": "promise"}, "part": {"S": part}, "subject": {"S": promise.subject}},
        {"item": {"S": "promise"}, "part": {"S": other}, "subject": {"S": promise.subject}},
        {"item": {"S": "digest"}, "part": {"S": "evening#1"}, "holder": {"S": "x"}},
        {"item": {"S": "digest"}, "part": {"S": "evening#0"}, "made_at": {"S": "x"}},
        {"item": {"S": "reply_underway"}, "part": {"S": CASE_ID}, "post_id": {"S": "r"}},
        {"item": {"S": "spike"}, "part": {"S": "log#1"}, "minutes": {"N": "5"}},
    ]
    for row in rows:
        lossy.desk.client.put_item(TableName=lossy.names["desk"], Item=row)
    lossy.remember()
    lossy.lose("desk")
    ended: Any = {"item": {"S": "promise_ended"}, "part": {"S": part}}
    lossy.desk.client.put_item(TableName=lossy.names["desk"], Item=ended)

    lossy.run()

    assert lossy.desk_item("promise", part) is None
    assert lossy.desk_item("promise", other)
    assert lossy.desk_item("digest", "evening#1") is None
    assert lossy.desk_item("digest", "evening#0")
    assert lossy.desk_item("reply_underway", CASE_ID) is None
    assert lossy.desk_item("spike", "log#1") is None


def test_what_has_expired_does_not_come_back(lossy: Lossy) -> None:
    item: Any = {"item": {"S": "author_note"}, "part": {"S": "1"}, "expires_at": {"N": str(int(LATER.timestamp()) - 1)}}
    lossy.desk.client.put_item(TableName=lossy.names["desk"], Item=item)
    lossy.remember()
    lossy.lose("desk")

    lossy.run()

    assert lossy.desk_item("author_note", "1") is None


def test_what_came_after_the_moment_is_read_from_x_again_and_mailed_to_nobody(lossy: Lossy) -> None:
    poll = PollStateItems(lossy.desk.client, lossy.names["desk"])
    newest = first_id_at(LATER)
    poll.settle(take_lease(poll, None, holder="a", now=NOON, until=NOON), checkpoint=Checkpoint(newest, LATER))
    lossy.remember()

    lossy.run()

    (gap,) = poll.load().gaps
    assert (gap.after_id, gap.before_id, gap.backlog) == (first_id_at(AT), str(int(newest) + 1), True)
    lease = poll.load().lease
    assert lease is not None
    assert lease.until < LATER


def test_the_desk_stands_still_while_it_copies_and_goes_on_as_before(lossy: Lossy) -> None:
    lossy.desk.fill()
    lossy.remember()
    lossy.lose("mentions")
    stood: list[tuple[bool, bool]] = []
    switch = PauseItems(lossy.desk.client, lossy.names["desk"])
    original = lossy.clients.called

    def called(name: str, asked: dict[str, Any]) -> None:
        if name == "scan" and "-at-" in asked["TableName"]:
            stood.append((lossy.switchboard.is_all_off, switch.current() is not None))
        original(name, asked)

    lossy.clients.called = called  # type: ignore[method-assign]

    result = lossy.run()

    assert result.exit_code == 0, result.output
    assert set(stood) == {(True, True)}
    assert lossy.switchboard == FakeSwitchboard(seen=lossy.switchboard.seen)
    assert [asked["Target"] for asked in lossy.switchboard.seen] == [{"Arn": "f"}, {"Arn": "f"}]
    assert not any({"CreationDate", "Arn", "KmsKeyArn"} & asked.keys() for asked in lossy.switchboard.seen)
    assert switch.current() is None
    (pause,) = switch.since(NOON)
    assert (pause.by, pause.reason) == ("지은", "2026-11-24 13:00 시점의 데이터 복원")
    assert lossy.desk_item("restore", "state") is None
    assert set(lossy.desk.client.list_tables()["TableNames"]) == set(lossy.names.values())


@pytest.mark.parametrize("scope", list(PauseScope))
def test_a_pause_that_somebody_else_began_stays(lossy: Lossy, scope: PauseScope) -> None:
    switch = PauseItems(lossy.desk.client, lossy.names["desk"])
    theirs = switch.pause(Pause("장애", "민아", NOON, scope=scope))
    lossy.remember()

    lossy.run()

    assert switch.current() == theirs


def test_a_restore_that_is_killed_after_any_change_and_run_again_ends_the_same(lossy: Lossy) -> None:
    lossy.desk.route(ASKS, ANSWERS)
    for state in (PostState.QUEUED, PostState.PUBLISHED):
        lossy.desk.posts.add(a_post("글", id=f"p-{state}", state=state, at=NOON), [], None)
    lossy.desk.client.put_item(TableName=lossy.names["mentions"], Item=mention_item(WAITING, SEOUL))
    lossy.remember()
    mark_erased(lossy.desk.client, lossy.names["desk"], MINJI, NOON)
    poll = PollStateItems(lossy.desk.client, lossy.names["desk"])
    poll.settle(
        take_lease(poll, None, holder="a", now=NOON, until=NOON), checkpoint=Checkpoint(first_id_at(LATER), LATER)
    )
    for role in ("mentions", "cases", "posts"):
        lossy.lose(role)
    lost = stored()
    lossy.clients.changes.clear()
    lossy.restore()
    whole, count = stored(), len(lossy.clients.changes)
    assert count > 20

    for number in sample("a restore that is killed", range(1, count), 4):  # the last change ends it
        put_back(lost)
        lossy.clients.changes.clear()
        lossy.clients.dies_after = number
        with pytest.raises(Killed):
            lossy.restore()
        lossy.clients.dies_after = 0
        lossy.restore()

        assert plain(stored()) == plain(whole), f"killed after change {number}"
        assert lossy.switchboard == FakeSwitchboard(seen=lossy.switchboard.seen), f"killed after change {number}"


def plain(state: dict[str, Any]) -> dict[str, list[str]]:
    """The items of each table, in an order, without how often a lease was taken and by which write."""
    return {
        name: sorted(
            str(
                sorted((key, str(value.to_json())) for key, value in item.attrs.items() if key not in {"turn", "write"})
            )
            for item in _items_of(items)
        )
        for name, items in state.items()
    }


def _items_of(items: Any) -> Iterator[Any]:
    for each in items.values():
        yield from each.values() if isinstance(each, dict) else [each]


def test_it_says_first_what_it_would_do_and_does_nothing_without_consent(lossy: Lossy) -> None:
    lossy.desk.fill()
    lossy.remember()
    lossy.lose("mentions")
    before = plain(stored())

    looked = lossy.run("--at", AT.isoformat(), "--dry-run")
    refused = lossy.run("--at", AT.isoformat(), keys="n\n")

    assert looked.exit_code == 0
    assert "switches off 1 schedules and 2 mappings" in looked.stdout
    assert "restores posts as" in looked.stdout
    assert (refused.exit_code, "Nothing was changed." in refused.output) == (1, True)
    assert plain(stored()) == before
    assert not lossy.switchboard.seen


def test_a_restore_to_another_moment_waits_until_the_first_one_is_done_or_cancelled(lossy: Lossy) -> None:
    lossy.desk.fill()
    lossy.remember()
    lossy.lose("mentions")
    lossy.clients.dies_after = "restore_table_to_point_in_time"
    with pytest.raises(Killed):
        lossy.run()
    lossy.clients.dies_after = 0

    other = lossy.run("--at", NOON.isoformat(), "--yes")
    cancelled = lossy.run("--cancel")

    assert other.exit_code == 1
    assert "--at 2026-11-24T13:00:00" in other.output
    assert cancelled.exit_code == 0, cancelled.output
    assert lossy.items("mentions") == []
    assert lossy.switchboard == FakeSwitchboard(seen=lossy.switchboard.seen)
    assert lossy.desk_item("restore", "state") is None
    assert lossy.run("--cancel").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--at", "gestern"), "is no time"),
        (("--at", AT.isoformat(), "--tables", "mails"), "No table mails"),
        ((), "Give either --at TIME or --cancel"),
        (("--at", (LATER + timedelta(minutes=1)).isoformat()), "can be restored to moments"),
    ],
)
def test_what_cannot_be_restored_is_refused_with_a_sentence(
    lossy: Lossy, arguments: tuple[str, ...], said: str
) -> None:
    result = CliRunner().invoke(app, ["restore", *arguments])

    assert result.exit_code in {1, 2}
    assert said in result.output


def test_a_table_without_recovery_is_refused_before_anything_is_switched_off(lossy: Lossy) -> None:
    lossy.desk.client.update_continuous_backups(
        TableName=lossy.names["cases"], PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )

    result = lossy.run()

    assert result.exit_code == 1
    assert "no point-in-time recovery" in result.output
    assert not lossy.switchboard.seen
