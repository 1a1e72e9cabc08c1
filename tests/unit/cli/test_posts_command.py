"""What a person decides about posts from the command line."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner, Result

from desk.links import X_SITE
from desk.posts.model import Post, PostReason, PostState
from desk.posts.pause import Pause
from desk.posts.store import PostStoreItems
from desk.posts.transitions import published
from local.cli import posts as command
from local.cli.main import app
from local.deployed.errors import DeployedError
from local.deployed.posts import PostDesk
from tests.fakes.posts import FakePostQueue, FakePosts
from tests.tables import dynamodb
from tests.unit.deployed.scene import desk as small_desk
from tests.unit.deployed.scene import stack
from tests.unit.posts.scene import NOON, a_post

LATER = NOON + timedelta(hours=2)
UNCERTAIN = PostState.IN_DOUBT


class Hands:
    """The posts in a person's hands, with fakes behind them."""

    def __init__(self, *posts: Post) -> None:
        self.store = FakePosts()
        self.switch = self.store.switch
        self.store.put(*posts)
        self.queue = FakePostQueue()
        self.desk = PostDesk(self.store, self.queue, self.switch, lambda: LATER)

    def now(self, post: Post) -> Post:
        return self.store.posts[post.id]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    def invoke(hands: Hands, *arguments: str) -> Result:
        monkeypatch.setattr(command, "_deployed", lambda _, local: command._Deployed(hands.desk, X_SITE))
        return CliRunner().invoke(app, list(arguments))

    return invoke


def test_what_is_not_done_is_listed_with_state_time_reason_and_first_words(run: Callable[..., Result]) -> None:
    hands = Hands(
        a_post("보류된\n글", id="h1", state=PostState.HELD, reason=PostReason.PAUSED),
        a_post("긴 " + "글" * 80, id="u1", state=UNCERTAIN, reason=PostReason.ANSWER_LOST),
        a_post(id="c1", state=PostState.CANCELLED),
    )

    result = run(hands, "posts")

    lines = result.stdout.splitlines()
    assert lines[0] == "h1\theld\t2026-11-24 12:00\tpaused\t\t보류된 글"
    assert lines[1] == f"u1\tuncertain\t2026-11-24 12:00\tanswer_lost\t\t긴 {'글' * 57}…"
    assert len(lines) == 2


def test_one_state_is_listed_done_or_not_with_its_address_on_x(run: Callable[..., Result]) -> None:
    hands = Hands(a_post("올라간 글", id="p1", state=PostState.PUBLISHED, x_id="55"), a_post(id="q1"))

    result = run(hands, "posts", "--state", "published")

    assert result.stdout == "p1\tpublished\t2026-11-24 12:00\t\thttps://x.com/i/status/55\t올라간 글\n"


def test_more_posts_than_a_page_holds_are_listed_up_to_the_limit(run: Callable[..., Result]) -> None:
    hands = Hands(*(a_post(state=PostState.HELD) for _ in range(250)))

    all_of_them = run(hands, "posts", "--state", "held", "--limit", "1000")
    some = run(hands, "posts", "--state", "held", "--limit", "120")

    assert len(set(all_of_them.stdout.splitlines())) == 250
    assert len(some.stdout.splitlines()) == 120


@pytest.mark.parametrize("x_id", ["5501", "https://x.com/jade/status/5501", "https://x.com/i/status/5501"])
def test_an_uncertain_post_that_stands_on_x_is_settled_under_its_id(run: Callable[..., Result], x_id: str) -> None:
    post = a_post(state=UNCERTAIN, reason=PostReason.ANSWER_LOST, notification_pending=True)
    hands = Hands(post)

    result = run(hands, "settle", post.id, "--published", x_id)

    settled = hands.now(post)
    assert result.stdout == f"{post.id}\tpublished\n"
    assert (settled.state, settled.x_id, settled.notification_pending, settled.at) == (
        PostState.PUBLISHED,
        "5501",
        False,
        LATER,
    )
    assert hands.queue.ids == []


def test_an_uncertain_post_that_does_not_is_sent_again_even_after_its_time(run: Callable[..., Result]) -> None:
    post = a_post(state=UNCERTAIN, claimed_at=NOON, reconcile_attempts=4, expires_at=NOON + timedelta(hours=1))
    hands = Hands(post)

    run(hands, "settle", post.id, "--send-again")

    again = hands.now(post)
    assert (again.state, again.at, again.reconcile_attempts, again.claimed_at) == (PostState.QUEUED, LATER, 0, NOON)
    assert again.expires_at == LATER + timedelta(hours=1)
    assert hands.queue.ids == [post.id]


@pytest.mark.parametrize("state", sorted(set(PostState) - {UNCERTAIN}))
@pytest.mark.parametrize("how", [["--published", "5"], ["--send-again"]])
def test_only_uncertain_posts_are_settled(run: Callable[..., Result], state: PostState, how: list[str]) -> None:
    post = a_post(id="p1", state=state)
    hands = Hands(post)

    result = run(hands, "settle", "p1", *how)

    assert result.exit_code == 1
    assert result.stderr == f"Post p1 is {state}, not uncertain; it was left as it is.\n"
    assert hands.now(post) == post
    assert hands.queue.ids == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["settle", "p1"],
        ["settle", "p1", "--send-again", "--published", "5"],
        ["release"],
        ["release", "p1", "--all-held"],
        ["drop"],
        ["posts", "--state", "odd"],
    ],
)
def test_a_command_that_leaves_open_what_is_meant_is_refused(run: Callable[..., Result], arguments: list[str]) -> None:
    post = a_post(id="p1", state=UNCERTAIN)
    hands = Hands(post)

    result = run(hands, *arguments)

    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert hands.now(post) == post


@pytest.mark.parametrize("x_id", ["abc", "0", "12345678901234567890", "https://x.com/jade", "-5"])
def test_what_is_no_id_of_a_post_on_x_is_refused(x_id: str) -> None:
    post = a_post(state=UNCERTAIN)
    hands = Hands(post)

    with pytest.raises(DeployedError, match="no id of a post on X"):
        hands.desk.settle_published(post.id, x_id)

    assert hands.now(post) == post


def test_a_post_that_does_not_exist_is_named(run: Callable[..., Result]) -> None:
    result = run(Hands(), "drop", "nobody")

    assert (result.exit_code, result.stderr) == (1, "There is no post nobody.\n")


def test_held_posts_are_released_by_id_or_all(run: Callable[..., Result]) -> None:
    posts = [a_post(state=PostState.HELD, at=NOON + timedelta(hours=24), notification_pending=True) for _ in range(3)]
    hands = Hands(*posts, a_post(id="u1", state=UNCERTAIN))

    run(hands, "release", posts[0].id)
    one = list(hands.queue.ids)
    result = run(hands, "release", "--all-held")

    assert one == [posts[0].id]
    assert sorted(hands.queue.ids) == sorted(post.id for post in posts)
    assert all((hands.now(post).state, hands.now(post).at) == (PostState.QUEUED, LATER) for post in posts)
    assert len(result.stdout.splitlines()) == 2


def test_all_that_is_held_is_released_in_the_order_in_which_it_was_due(run: Callable[..., Result]) -> None:
    ends = (NOON + timedelta(hours=hours) for hours in (24, 4, 9))
    posts = [
        a_post(state=PostState.HELD, publish_at=NOON + timedelta(minutes=number), at=end, expires_at=end)
        for number, end in enumerate(ends)
    ]
    hands = Hands(*posts)

    run(hands, "release", "--all-held")

    assert hands.queue.ids == [post.id for post in posts]


@pytest.mark.parametrize(("command_name", "state"), [("release", PostState.QUEUED), ("drop", PostState.CANCELLED)])
def test_one_post_that_cannot_be_decided_about_keeps_no_other_back(
    run: Callable[..., Result], command_name: str, state: PostState
) -> None:
    posts = [a_post(id=f"p{number}", state=PostState.HELD) for number in range(3)]
    hands = Hands(*posts)
    hands.store.put(posts[1]._replace(state=PostState.PUBLISHED))

    result = run(hands, command_name, "p0", "p1", "nobody", "p2")

    assert result.stdout.splitlines() == [f"p0\t{state}", f"p2\t{state}"]
    assert result.exit_code == 1
    assert result.stderr.splitlines()[0].startswith("Post p1 is published")
    assert result.stderr.splitlines()[1:] == ["There is no post nobody."]


def test_a_table_that_gives_no_answer_about_one_post_keeps_no_other_back(run: Callable[..., Result]) -> None:
    hands = Hands(*(a_post(id=f"p{number}", state=PostState.HELD) for number in range(3)))
    hands.store.fail_after.append("save")

    result = run(hands, "release", "p0", "p1", "p2")

    assert (result.exit_code, result.stdout.splitlines()) == (1, ["p1\tqueued", "p2\tqueued"])
    assert result.stderr.startswith(
        "The table gave no answer about post p0 (save, the answer was lost), which may have"
    )
    assert {post.state for post in hands.store.posts.values()} == {PostState.QUEUED}


def test_nothing_is_released_during_a_pause(run: Callable[..., Result]) -> None:
    post = a_post(state=PostState.HELD)
    hands = Hands(post)
    hands.switch.pause(Pause("outage", "mina", NOON))

    result = run(hands, "release", "--all-held")

    assert result.exit_code == 1
    assert result.stderr.startswith("The desk is paused")
    assert hands.now(post) == post


def test_what_is_too_late_is_not_released(run: Callable[..., Result]) -> None:
    post = a_post(state=PostState.HELD, expires_at=LATER)
    hands = Hands(post)

    result = run(hands, "release", post.id)

    assert result.exit_code == 1
    assert "has passed" in result.stderr
    assert hands.now(post) == post


@pytest.mark.parametrize("state", [PostState.HELD, PostState.QUEUED, PostState.SCHEDULED, UNCERTAIN])
def test_a_post_that_is_not_on_x_is_dropped(run: Callable[..., Result], state: PostState) -> None:
    post = a_post(state=state, notification_pending=True)
    hands = Hands(post)

    run(hands, "drop", post.id)

    dropped = hands.now(post)
    assert (dropped.state, dropped.reason, dropped.notification_pending) == (
        PostState.CANCELLED,
        PostReason.DROPPED,
        False,
    )


@pytest.mark.parametrize("state", [PostState.PUBLISHING, PostState.RECONCILING, PostState.PUBLISHED, PostState.EXPIRED])
def test_what_may_be_on_x_or_is_done_is_not_dropped(run: Callable[..., Result], state: PostState) -> None:
    post = a_post(id="p1", state=state)
    hands = Hands(post)

    result = run(hands, "drop", "p1")

    assert result.stderr == f"Post p1 is {state}, not held or queued or scheduled or uncertain; it was left as it is.\n"
    assert hands.now(post) == post


def test_what_was_done_before_one_of_many_failed_is_told(run: Callable[..., Result]) -> None:
    post = a_post(id="p1", state=PostState.HELD)

    result = run(Hands(post), "drop", "p1", "nobody")

    assert (result.exit_code, result.stdout) == (1, "p1\tcancelled\n")


def test_a_queue_that_takes_nothing_leaves_it_to_the_sweep(run: Callable[..., Result]) -> None:
    post = a_post(id="p1", state=PostState.HELD)
    hands = Hands(post)
    hands.queue.down = True

    result = run(hands, "release", "p1")

    assert result.exit_code == 0
    assert "the sweep sends it" in result.stdout
    assert hands.now(post).state is PostState.QUEUED


def test_a_decision_that_comes_too_late_changes_nothing() -> None:
    post = a_post(id="p1", state=UNCERTAIN)
    hands = Hands(post)
    hands.store.meanwhile["save"].append(lambda: hands.store.save(published(post, "7", LATER), post))

    with pytest.raises(DeployedError, match="is published, not uncertain"):
        hands.desk.settle_send_again("p1")

    assert hands.now(post).x_id == "7"
    assert hands.queue.ids == []


def test_the_deployed_tables_and_queue_are_found_by_the_stacks_outputs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")
    with dynamodb() as (client, tables):
        sqs: Any = boto3.client("sqs", region_name="ap-northeast-2")
        queue = sqs.create_queue(QueueName="posts")["QueueUrl"]
        outputs = {"PostsTable": tables.posts, "DeskTable": tables.desk, "PostsQueueUrl": queue}
        monkeypatch.setattr("local.cli.target.deployed_stack", lambda *_: stack(small_desk(), outputs=outputs))
        store = PostStoreItems(client, posts_table=tables.posts, desk_table=tables.desk)
        post = a_post(id="p1", state=UNCERTAIN)
        store.add(post, [], None)

        result = CliRunner().invoke(app, ["settle", "p1", "--send-again"])

        messages = sqs.receive_message(QueueUrl=queue)["Messages"]
        assert result.stdout == "p1\tqueued\n"
        assert store.get("p1") is not None
        assert messages[0]["Body"] == '{"post_id": "p1"}'
