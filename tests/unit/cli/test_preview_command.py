"""`dorothy preview` as a person types it, up to the desk: its price, its errors, its page."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from desk.clock import utc_now
from local.cli import preview as preview_module
from local.cli.errors import UserError
from local.cli.main import app
from local.preview.figures import Agreement, FoundSpike, WeekFigures
from local.preview.folder import KEPT, PreviewFolder, folder_of
from local.preview.public_x import TOKEN
from local.preview.reading import Read, WeekReader
from local.running_desk import reserved
from local.x.control import XControl
from local.x.server import RunningX, start
from tests.brands import OTHER_DESK

HANDLE = "emeraldmobile"
RUN = preview_module._run


@pytest.fixture
def x(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[RunningX]:
    """An X by the machine's time, whose token is in the environment; in the working directory is a desk.yaml."""
    (tmp_path / "desk.yaml").write_text(OTHER_DESK.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with start() as running:
        monkeypatch.setenv(TOKEN, running.account.bearer_token)
        yield running


@pytest.fixture
def control(x: RunningX) -> Iterator[XControl]:
    made = XControl(x.url)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def desks(monkeypatch: pytest.MonkeyPatch) -> list[Read]:
    """What came to the desk; none is built."""
    built = list[Read]()

    def run(_folder: PreviewFolder, read: Read, *, open_console: bool) -> None:
        assert not open_console
        built.append(read)

    monkeypatch.setattr("local.cli.preview._run", run)
    return built


def types(x: RunningX, *words: str, answer: str = "y\n", who: str = f"@{HANDLE}") -> Result:
    arguments = ["preview", who, "--x", x.url, "--no-open", *words]
    result = CliRunner().invoke(app, arguments, input=answer)
    assert x.account.bearer_token not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def happens(control: XControl, mentions: int = 3) -> None:
    """Some people write to the account, and it answers the first of them."""
    hour = timedelta(hours=1)
    now = utc_now()
    ids = [
        control.post(f"fan{n}", f"@{HANDLE} 문의 {n}", created_at=(now - (n + 1) * hour).isoformat())
        for n in range(mentions)
    ]
    control.post(HANDLE, "네", in_reply_to=ids[0], created_at=(now - hour / 2).isoformat())


def test_it_states_the_price_and_reads_nothing_until_somebody_agrees(
    x: RunningX, control: XControl, desks: list[Read]
) -> None:
    happens(control)

    refused = types(x, answer="n\n")

    assert "X may bill up to $4.01" in refused.output
    assert (refused.exit_code, control.bill()["micro_usd"], desks) == (1, 0, [])
    assert refused.stderr == "Nothing was read, and nothing is billed.\n"


def test_it_reads_mentions_and_own_posts_and_costs_no_more_than_it_stated(
    x: RunningX, control: XControl, desks: list[Read]
) -> None:
    happens(control)

    result = types(x, "--yes")

    assert (result.exit_code, [len(desks[0].mentions), len(desks[0].own_posts)]) == (0, [3, 1])
    assert f"its number on X, for brand.user_id, is {x.account.user_id}." in result.output
    assert 0 < control.bill()["micro_usd"] <= 4_010_000
    assert {call["method"] for call in control.calls()} == {"GET"}
    assert x.account.bearer_token not in "".join(
        path.read_text(encoding="utf-8") for path in folder_of(HANDLE).path.rglob("*.json")
    )


def test_what_was_read_is_not_asked_for_again(x: RunningX, control: XControl, desks: list[Read]) -> None:
    happens(control)
    types(x, "--yes")
    control.forget_calls()

    again = types(x)

    assert (again.exit_code, "X may bill" in again.output, control.counts()) == (0, False, {})
    assert desks[0] == desks[1]


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "the token is not accepted": ({"status": 401}, "(401)"),
    "the plan is too small": ({"status": 403}, "(403)"),
    "too many calls": ({"status": 429}, "(429)"),
    "no credits": ({"status": 402, "title": "CreditsDepleted"}, "credits"),
    "X fails": ({"status": 503}, "cannot be reached"),
    "the network is gone": ({"drop": True}, "cannot be reached"),
}


@pytest.mark.parametrize(("fault", "words"), FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("endpoint", ["user_by_username", "own_posts"])
def test_what_x_refuses_is_one_sentence_and_the_next_run_goes_on(  # noqa: PLR0917
    x: RunningX, control: XControl, desks: list[Read], fault: dict[str, Any], words: str, endpoint: str
) -> None:
    happens(control)
    control.fault(endpoint, **fault)

    failed = types(x, "--yes")

    assert (failed.exit_code, desks) == (1, [])
    assert words in failed.stderr
    assert failed.stderr.count("\n") == 1
    assert ("is not paid for again" in failed.stderr) is (endpoint == "own_posts")
    assert types(x, "--yes").exit_code == 0
    assert control.counts()["mentions"] == 1


def test_the_newer_fields_cost_more_and_are_agreed_to_first(x: RunningX, control: XControl, desks: list[Read]) -> None:
    happens(control)
    for endpoint in ("mentions", "own_posts"):
        control.dialects(endpoint, {"tweet.fields": "ignored"})

    first, second = types(x, "--yes"), types(x, "--yes")

    assert (first.exit_code, second.exit_code, len(desks)) == (1, 0, 1)
    assert "It states that price first" in first.stderr or "it states that price first" in first.stderr
    assert "up to $20.00" in second.output


WRONG = {
    "no account of this name": (["--yes"], "@nobody_here", 1, "X shows no account @nobody_here."),
    "no name at all": (["--yes"], "@not-a-name", 2, "@not-a-name is no account's name on X"),
    "a protected account": (["--yes"], "@hidden", 1, "@hidden is protected"),
    "nobody wrote": (["--yes"], f"@{HANDLE}", 1, f"X shows no mention of @{HANDLE} in the last seven days"),
    "no desk.yaml": (["--yes", "--desk", "other.yaml"], f"@{HANDLE}", 1, "`dorothy init` proposes one"),
    "another address": (["--yes", "--x", "http://api.x.com"], f"@{HANDLE}", 1, "so the token is not sent there."),
    "nothing to delete": (["--delete"], f"@{HANDLE}", 1, f"There is no preview of @{HANDLE}."),
    "nothing to report": ([], "report", 1, "No preview has counted anything"),
}


@pytest.mark.parametrize(("words", "who", "code", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_one_sentence(  # noqa: PLR0917
    x: RunningX, control: XControl, desks: list[Read], words: list[str], who: str, code: int, said: str
) -> None:
    control.person("hidden", protected=True)

    result = types(x, *words, who=who)

    assert (result.exit_code, desks) == (code, [])
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_without_a_token_nothing_is_asked_and_nothing_is_kept(
    x: RunningX, control: XControl, monkeypatch: pytest.MonkeyPatch, previews: Path
) -> None:
    monkeypatch.delenv(TOKEN)

    result = CliRunner().invoke(app, ["preview", f"@{HANDLE}", "--x", x.url, "--yes"])

    assert (result.exit_code, control.counts(), previews.exists()) == (1, {}, False)
    assert TOKEN in result.stderr


def test_ctrl_c_while_it_reads_keeps_the_pages_and_says_so(
    x: RunningX, control: XControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    happens(control)

    def interrupted(_reader: object, client: object, tell: object) -> Read:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("local.preview.reading.WeekReader.read", interrupted)
        result = types(x, "--yes")

    assert (result.exit_code, "Stopped. What was read is kept until" in result.stderr) == (130, True)


def test_delete_removes_all_of_it_but_not_under_a_running_desk(x: RunningX, control: XControl) -> None:
    happens(control)
    types(x, "--yes")
    folder = folder_of(HANDLE)

    with reserved(folder.path):
        busy = types(x, "--delete")
    done = types(x, "--delete")

    assert (busy.exit_code, "end it with Ctrl-C" in busy.stderr) == (1, True)
    assert (done.exit_code, folder.path.exists()) == (0, False)


def test_the_report_is_written_of_counts_alone_and_says_what_it_replaces(
    x: RunningX, control: XControl, tmp_path: Path
) -> None:
    happens(control)
    types(x, "--yes")
    now = utc_now()
    folder_of(HANDLE).keep_week(a_week(now).as_plain())

    first, second = types(x, who="report"), types(x, who="report")

    page = (tmp_path / f"preview-{HANDLE}.html").read_text(encoding="utf-8")
    assert "83%" in page
    assert ("in place of an earlier one" in first.output, "in place of an earlier one" in second.output) == (
        False,
        True,
    )


def test_the_report_still_comes_after_its_preview_has_ended_and_not_after_it_has_expired(
    x: RunningX, control: XControl
) -> None:
    happens(control)
    types(x, "--yes")
    folder = folder_of(HANDLE)
    about = folder.about()
    assert about is not None
    folder.keep_week(a_week(utc_now()).as_plain())
    folder.begin(about.__class__(about.handle, about.user_id, about.x, about.desk, about.begun_at - KEPT))

    result = types(x, who="report")

    assert (result.exit_code, folder.path.exists()) == (1, False)


def a_week(now: Any) -> WeekFigures:
    return WeekFigures(
        handle=HANDLE,
        since=now - timedelta(days=7),
        until=now,
        is_whole=True,
        mentions=12,
        by_kind={"inquiry": 7, "review": 2},
        by_department={"tickets": 7},
        by_hour=(0,) * 9 + (12,) + (0,) * 14,
        answered=5,
        median_minutes=12,
        p90_minutes=90,
        waiting={"tickets": 2},
        danger=1,
        checks=1,
        spikes=(FoundSpike("tickets", now, 9),),
        agreement=(Agreement("tickets", 5, 1, 0, 83, "1.5"),),
    )


class DeskThatWaits:
    """A desk whose time goes on; after so many rounds somebody presses Ctrl-C, or what was read has to go."""

    def __init__(self, rounds: int) -> None:
        self.rounds = rounds
        self.api, self.x = SimpleNamespace(url="http://127.0.0.1:1"), SimpleNamespace(url="http://127.0.0.1:2")
        self.console_url = "http://127.0.0.1:1/console"
        self.deployed = SimpleNamespace(aws=SimpleNamespace(endpoint="http://127.0.0.1:3"), stack="dorothy", outputs={})
        self.pump = SimpleNamespace(step=lambda: None)

    def reach(self, _moment: object) -> None:
        self.rounds -= 1
        if self.rounds < 0:
            raise KeyboardInterrupt


@pytest.mark.parametrize("expires", [True, False])
def test_a_preview_that_runs_deletes_its_own_when_the_time_comes(
    x: RunningX, control: XControl, monkeypatch: pytest.MonkeyPatch, expires: bool
) -> None:
    happens(control)
    types(x, "--yes")
    folder, desk = folder_of(HANDLE), DeskThatWaits(3)
    about = folder.about()
    assert about is not None
    if expires:
        now = iter([about.begun_at, about.begun_at, about.expires_at - timedelta(seconds=1), about.expires_at])
        monkeypatch.setattr(preview_module, "utc_now", lambda: next(now))
    for name in ("_play", "_hold_everything", "_renew_agreement"):
        monkeypatch.setattr(preview_module, name, lambda *_: None)
    monkeypatch.setattr(preview_module, "stage", lambda *_, **__: nullcontext(desk))
    monkeypatch.setattr("time.sleep", lambda _: None)

    with pytest.raises(UserError) as ended:
        RUN(folder, WeekReader(folder).kept(), open_console=False)

    assert (folder.path.exists(), ended.value.exit_code) == ((False, 1) if expires else (True, 130))
    assert ("all that was read is deleted" in str(ended.value)) is expires
