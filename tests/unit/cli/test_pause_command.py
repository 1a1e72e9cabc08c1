"""Pausing and resuming from the command line: what is said, and what is done to the tables."""

import getpass
from copy import replace
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner, Result

from desk.errors import StoreBusy
from desk.posts.model import Post, PostKind, PostReason, PostState
from desk.posts.pause import Pause, PauseItems, PauseScope
from desk.posts.store import PostStoreItems
from local.cli.main import app
from local.cli.pause import Switchboard, paused, resumed
from tests.fakes.posts import FakePosts
from tests.tables import Dynamo

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
OUTAGE = Pause("the network is down", "mina", NOON)
HOUR = timedelta(hours=1)


def post(number: int, state: PostState, text: str = "새 요금제가 나왔습니다!") -> Post:
    return Post(
        id=f"p{number}",
        kind=PostKind.ANNOUNCEMENT,
        text=text,
        by="cms",
        accepted_at=NOON,
        publish_at=NOON,
        expires_at=NOON + 24 * HOUR,
        state=state,
        at=NOON + number * timedelta(minutes=1),
        weighted_length=24,
        estimated_micro_usd=15_000,
        reason=PostReason.PAUSED if state is PostState.HELD else None,
    )


def board(*posts: Post) -> Switchboard:
    store = FakePosts()
    store.put(*posts)
    return Switchboard(store.switch, store, ZoneInfo("Asia/Seoul"))


def test_pausing_says_since_when_by_whom_and_why() -> None:
    desk = board()

    lines = paused(desk, OUTAGE)

    assert lines[0] == "The desk is paused since 2026-11-24 12:00 by mina: the network is down"
    assert desk.switch.current() == OUTAGE


def test_a_desk_that_is_paused_already_says_by_whom_and_stays_so() -> None:
    desk = board()
    paused(desk, OUTAGE)

    lines = paused(desk, Pause("lunch", "jun", NOON + HOUR))

    assert lines[0] == "The desk was paused already, since 2026-11-24 12:00 by mina: the network is down"
    assert desk.switch.current() == OUTAGE


def test_a_pause_of_scheduled_posts_says_so() -> None:
    desk = board()
    narrow = replace(OUTAGE, scope=PauseScope.SCHEDULED)

    assert paused(desk, narrow)[0].startswith("Scheduled posts are paused since 2026-11-24 12:00 by mina")
    assert paused(desk, replace(narrow, by="jun"))[0].startswith("Scheduled posts were paused already")
    assert paused(desk, replace(OUTAGE, began_at=NOON + HOUR))[0].startswith(
        "The desk is paused since 2026-11-24 13:00"
    )


def test_pausing_tells_which_posts_were_just_being_published() -> None:
    desk = board(post(1, PostState.PUBLISHING), post(2, PostState.QUEUED))

    said = "\n".join(paused(desk, OUTAGE))

    assert "p1\tannouncement" in said
    assert "X may show them all the same" in said
    assert "p2" not in said


def test_pausing_when_nothing_is_on_its_way_lists_nothing() -> None:
    assert len(paused(board(post(1, PostState.QUEUED)), OUTAGE)) == 2


def test_resuming_lists_what_is_held_and_how_to_release_or_drop_it() -> None:
    desk = board(post(1, PostState.HELD, "긴 글 " * 60), post(2, PostState.QUEUED))
    paused(desk, OUTAGE)

    lines = resumed(desk, "jun", NOON + HOUR)

    said = "\n".join(lines)
    assert lines[0] == "Publishing has resumed; mina had paused it at 2026-11-24 12:00: the network is down."
    [line] = [each for each in lines if each.startswith("p1")]
    assert line.split("\t")[:3] == ["p1", "announcement", "2026-11-25 12:00"]
    assert line.endswith("…")
    assert "dorothy release" in said
    assert "dorothy drop" in said
    assert "p2" not in said
    assert desk.switch.current() is None


def test_resuming_sends_nothing() -> None:
    desk = board(post(1, PostState.HELD))
    paused(desk, OUTAGE)

    resumed(desk, "jun", NOON + HOUR)

    held = desk.posts.get("p1")
    assert held is not None
    assert held.state is PostState.HELD


def test_resuming_a_desk_that_was_not_paused_still_lists_what_is_held() -> None:
    lines = resumed(board(post(1, PostState.HELD)), "jun", NOON)

    assert lines[0] == "The desk was not paused."
    assert any(line.startswith("p1\t") for line in lines)


def test_resuming_when_nothing_is_held_says_so() -> None:
    assert resumed(board(), "jun", NOON)[1:] == ["No post is held."]


def test_more_held_posts_than_are_listed_are_hinted_at() -> None:
    lines = resumed(board(*(post(number, PostState.HELD) for number in range(51))), "jun", NOON)

    assert sum(line.startswith("p") for line in lines) == 50
    assert "There may be more: dorothy posts --state held" in lines


@dataclass
class Deployed:
    """A deployed desk's tables, and the command line on them."""

    client: Any
    tables: Any

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    @property
    def switch(self) -> PauseItems:
        return PauseItems(self.client, self.tables.desk)


@pytest.fixture
def deployed(deployed_tables: Dynamo) -> Deployed:
    return Deployed(*deployed_tables)


def test_the_commands_move_the_switch_of_the_deployed_desk(deployed: Deployed) -> None:
    store = PostStoreItems(deployed.client, posts_table=deployed.tables.posts, desk_table=deployed.tables.desk)
    store.add(post(1, PostState.HELD), [], None)

    first = deployed.run("pause", "--reason", "the network is down", "--who", "mina", "--scheduled-only")
    running = deployed.switch.current()
    second = deployed.run("resume", "--who", "jun")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert running is not None
    assert (running.reason, running.by, running.scope) == ("the network is down", "mina", PauseScope.SCHEDULED)
    [log] = deployed.switch.since(running.began_at)
    assert log.ended_by == "jun"
    assert "p1\tannouncement" in second.stdout


def test_the_machines_user_pauses_unless_a_name_is_given(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "clerk")

    deployed.run("pause", "--reason", "lunch")

    running = deployed.switch.current()
    assert running is not None
    assert running.by == "clerk"


def test_a_machine_without_a_user_asks_who_it_is(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise OSError("no name")

    monkeypatch.setattr(getpass, "getuser", nobody)

    told = deployed.run("pause", "--reason", "lunch")

    assert (told.exit_code, deployed.switch.current()) == (2, None)
    assert "--who" in told.stderr


@pytest.mark.parametrize("words", [("pause",), ("pause", "--reason", "  ")])
def test_a_pause_without_a_reason_is_not_taken(deployed: Deployed, words: tuple[str, ...]) -> None:
    told = deployed.run(*words, "--who", "mina")

    assert (told.exit_code, deployed.switch.current()) == (2, None)


def test_a_busy_pause_switch_is_an_error_in_one_sentence(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(self: PauseItems, pause: Pause) -> Pause:
        raise StoreBusy("the pause switch could not be moved")

    monkeypatch.setattr(PauseItems, "pause", busy)

    told = deployed.run("pause", "--reason", "lunch", "--who", "mina")

    assert (told.exit_code, told.stderr.splitlines()[1:]) == (
        1,
        [
            (
                "A table of the desk gave no answer (the pause switch could not be moved); "
                "what was asked may be done or not: run the command again."
            )
        ],
    )
