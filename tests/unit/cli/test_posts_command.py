"""A person decides about posts on the command line."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner, Result

from desk.links import X_SITE
from desk.posts.decisions import PostDecisions
from desk.posts.model import Post, PostReason, PostState
from desk.posts.pause import Pause
from desk.posts.store import PostStoreItems
from local.cli import posts as command
from local.cli.main import app
from tests.fakes.posts import FakePostQueue, FakePosts, FakePostTimer
from tests.tables import Dynamo
from tests.unit.posts.scene import NOON, a_post

LATER = NOON + timedelta(hours=2)
IN_DOUBT = PostState.IN_DOUBT


class Hands:
    """The posts that a person decides about, with fakes behind them."""

    def __init__(self, *posts: Post) -> None:
        self.store = FakePosts()
        self.switch = self.store.switch
        self.store.put(*posts)
        self.queue = FakePostQueue()
        self.queue_errors: list[Exception] = []

    @property
    def deployed(self) -> command._Deployed:
        timer, errors = FakePostTimer(), self.queue_errors
        decisions = PostDecisions(self.store, self.switch, self.queue, timer, lambda: LATER, errors.append)
        return command._Deployed(decisions, errors, X_SITE)

    def now(self, post: Post) -> Post:
        return self.store.posts[post.id]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    def invoke(hands: Hands, *arguments: str) -> Result:
        monkeypatch.setattr(command, "_deployed", lambda _, local: hands.deployed)
        return CliRunner().invoke(app, list(arguments))

    return invoke


def test_unfinished_posts_are_listed_with_state_time_reason_and_first_words(run: Callable[..., Result]) -> None:
    hands = Hands(
        a_post("보류된\n글", id="h1", state=PostState.HELD, reason=PostReason.PAUSED),
        a_post("긴 " + "글" * 80, id="u1", state=IN_DOUBT, reason=PostReason.ANSWER_LOST),
        a_post("올라간 글", id="p1", state=PostState.PUBLISHED, x_id="55"),
    )

    unfinished, published_ones = run(hands, "posts"), run(hands, "posts", "--state", "published")

    assert unfinished.stdout.splitlines() == [
        "h1\theld\t2026-11-24 12:00\tpaused\t\t보류된 글",
        f"u1\tin_doubt\t2026-11-24 12:00\tanswer_lost\t\t긴 {'글' * 57}…",
    ]
    assert published_ones.stdout == "p1\tpublished\t2026-11-24 12:00\t\thttps://x.com/i/status/55\t올라간 글\n"


def test_posts_of_several_pages_are_listed_up_to_the_limit(run: Callable[..., Result]) -> None:
    hands = Hands(*(a_post(state=PostState.HELD) for _ in range(250)))

    all_of_them = run(hands, "posts", "--state", "held", "--limit", "1000")
    some = run(hands, "posts", "--state", "held", "--limit", "120")

    assert len(set(all_of_them.stdout.splitlines())) == 250
    assert len(some.stdout.splitlines()) == 120


@pytest.mark.parametrize("x_id", ["5501", "https://x.com/jade/status/5501", "https://x.com/i/status/5501"])
def test_a_post_in_doubt_that_is_on_x_is_settled_under_its_id(run: Callable[..., Result], x_id: str) -> None:
    post = a_post(state=IN_DOUBT, reason=PostReason.ANSWER_LOST)
    hands = Hands(post)

    result = run(hands, "settle", post.id, "--published", x_id)

    settled = hands.now(post)
    assert result.stdout == f"{post.id}\tpublished\n"
    assert (settled.state, settled.x_id, settled.at) == (PostState.PUBLISHED, "5501", LATER)
    assert hands.queue.ids == []


def test_a_post_in_doubt_that_is_not_on_x_is_queued_again_even_if_it_is_late(run: Callable[..., Result]) -> None:
    post = a_post(state=IN_DOUBT, claimed_at=NOON, reconcile_attempts=4, expires_at=NOON + timedelta(hours=1))
    hands = Hands(post)

    run(hands, "settle", post.id, "--send-again")

    again = hands.now(post)
    assert (again.state, again.at, again.reconcile_attempts, again.claimed_at) == (PostState.QUEUED, LATER, 0, NOON)
    assert again.expires_at == LATER + timedelta(hours=1)
    assert hands.queue.ids == [post.id]


_OF_STATE = {
    ("settle", "--published", "5"): ({IN_DOUBT}, "in_doubt"),
    ("settle", "--send-again"): ({IN_DOUBT}, "in_doubt"),
    ("release",): ({PostState.HELD}, "held"),
    ("drop",): (
        {PostState.AWAITING_APPROVAL, PostState.HELD, PostState.QUEUED, PostState.SCHEDULED, IN_DOUBT},
        "awaiting_approval or held or in_doubt or queued or scheduled",
    ),
}


@pytest.mark.parametrize("state", sorted(PostState))
@pytest.mark.parametrize("arguments", _OF_STATE)
def test_each_decision_is_possible_in_its_states_only(
    run: Callable[..., Result], arguments: tuple[str, ...], state: PostState
) -> None:
    hands = Hands(post := a_post(id="p1", state=state))
    states, names = _OF_STATE[arguments]

    result = run(hands, arguments[0], "p1", *arguments[1:])

    if state in states | ({PostState.CANCELLED} if arguments == ("drop",) else set()):
        assert result.exit_code == 0
        assert (hands.now(post) == post) is (state is PostState.CANCELLED)
        return
    assert (result.exit_code, hands.now(post), hands.queue.ids) == (1, post, [])
    assert result.stderr == f"Post p1 is {state}, not {names}; it was left as it is.\n"


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
def test_an_ambiguous_command_is_refused(run: Callable[..., Result], arguments: list[str]) -> None:
    post = a_post(id="p1", state=IN_DOUBT)
    hands = Hands(post)

    result = run(hands, *arguments)

    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert hands.now(post) == post


@pytest.mark.parametrize("x_id", ["abc", "0", "12345678901234567890", "https://x.com/jade", "-5"])
def test_an_invalid_id_on_x_is_refused(run: Callable[..., Result], x_id: str) -> None:
    post = a_post(state=IN_DOUBT)
    hands = Hands(post)

    result = run(hands, "settle", post.id, f"--published={x_id}")

    assert (result.exit_code, hands.now(post)) == (1, post)
    assert result.stderr.startswith(f"{x_id} is no id of a post on X")


def test_held_posts_are_released_by_id_or_all_in_the_order_of_their_time(run: Callable[..., Result]) -> None:
    ends = (NOON + timedelta(hours=hours) for hours in (24, 4, 9))
    posts = [
        a_post(state=PostState.HELD, publish_at=NOON + timedelta(minutes=number), at=end, expires_at=end)
        for number, end in enumerate(ends)
    ]
    hands = Hands(*posts, a_post(id="u1", state=IN_DOUBT))

    run(hands, "release", posts[1].id)
    result = run(hands, "release", "--all-held")

    assert hands.queue.ids == [post.id for post in (posts[1], posts[0], posts[2])]
    assert all((hands.now(post).state, hands.now(post).at) == (PostState.QUEUED, LATER) for post in posts)
    assert len(result.stdout.splitlines()) == 2


@pytest.mark.parametrize(("command_name", "state"), [("release", PostState.QUEUED), ("drop", PostState.CANCELLED)])
def test_a_post_that_cannot_be_changed_stops_no_other(
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


def test_a_table_that_fails_for_one_post_stops_no_other(run: Callable[..., Result]) -> None:
    hands = Hands(*(a_post(id=f"p{number}", state=PostState.HELD) for number in range(3)))
    hands.store.fail_after.append("save")

    result = run(hands, "release", "p0", "p1", "p2")

    assert (result.exit_code, result.stdout.splitlines()) == (1, ["p1\tqueued", "p2\tqueued"])
    assert result.stderr.startswith(
        "The table gave no answer about post p0 (save, the answer was lost), which may have"
    )
    assert {post.state for post in hands.store.posts.values()} == {PostState.QUEUED}


@pytest.mark.parametrize(("is_paused", "message"), [(True, "The desk is paused"), (False, "has passed")])
def test_nothing_is_released_during_a_pause_or_too_late(
    run: Callable[..., Result], is_paused: bool, message: str
) -> None:
    hands = Hands(post := a_post(state=PostState.HELD, expires_at=LATER))
    if is_paused:
        hands.switch.pause(Pause("outage", "mina", NOON))

    result = run(hands, "release", "--all-held")

    assert (result.exit_code, hands.now(post)) == (1, post)
    assert message in result.stderr


def test_a_dropped_post_is_cancelled(run: Callable[..., Result]) -> None:
    hands = Hands(post := a_post(state=PostState.HELD))

    run(hands, "drop", post.id, "--who", "mina")

    dropped = hands.now(post)
    assert (dropped.state, dropped.reason) == (PostState.CANCELLED, PostReason.DROPPED)
    assert (dropped.decided_by, dropped.decided_at) == ("mina", LATER)


def test_a_queue_that_fails_leaves_the_post_to_the_sweep(run: Callable[..., Result]) -> None:
    post = a_post(id="p1", state=PostState.HELD)
    hands = Hands(post)
    hands.queue.down = True

    result = run(hands, "release", "p1")

    assert result.exit_code == 0
    assert "the sweep sends it" in result.stdout
    assert hands.now(post).state is PostState.QUEUED


def test_the_deployed_tables_and_queue_are_found_by_the_stacks_outputs(
    deployed_tables: Dynamo, deployed_outputs: dict[str, str]
) -> None:
    client, tables = deployed_tables
    sqs: Any = boto3.client("sqs")
    queue = deployed_outputs["PostsQueueUrl"] = sqs.create_queue(QueueName="posts")["QueueUrl"]
    store = PostStoreItems(client, posts_table=tables.posts, desk_table=tables.desk)
    post = a_post(id="p1", state=IN_DOUBT)
    store.add(post, [], None)

    result = CliRunner().invoke(app, ["settle", "p1", "--send-again"])

    messages = sqs.receive_message(QueueUrl=queue)["Messages"]
    assert result.stdout == "p1\tqueued\n"
    assert store.get("p1") is not None
    assert messages[0]["Body"] == '{"post_id": "p1"}'
