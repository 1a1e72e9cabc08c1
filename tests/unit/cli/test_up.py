import socket
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from rich.console import Console

from local.aws.call_file import OnCallNotification
from local.aws.mail_file import Mail
from local.aws.ports import LOOPBACK
from local.aws.pump import FunctionError
from local.brand.load import load_desk
from local.brand.model import Desk
from local.cli.errors import UserError
from local.cli.up import PORTS, Running, _chosen, _greet, _show_trends, _start_console, has_screen, up
from local.demo.console_visitor import ConsoleRefused
from local.running_desk import UP, reserved
from local.x.control import XControl
from local.x.server import RunningX
from tests.local_x import XCaller

if TYPE_CHECKING:
    from local.stage import Stage

NINE = datetime(2026, 11, 24, 9, 0, 30, tzinfo=UTC)


@dataclass
class FakeSchedule:
    every: int
    fired: list[datetime] = field(default_factory=list)
    breaks: bool = False
    on: bool = True

    def is_on(self) -> bool:
        return self.on

    def is_due(self, minute: datetime) -> bool:
        return minute.minute % self.every == 0

    def fire(self, moment: datetime) -> None:
        self.fired.append(moment)
        if self.breaks:
            raise FunctionError("the poll broke")


@dataclass
class FakeStage:
    schedules: dict[str, FakeSchedule]
    x: RunningX
    mails: list[Mail] = field(default_factory=list)
    notes: list[OnCallNotification] = field(default_factory=list)
    desk: Desk = field(default_factory=load_desk)
    steps: int = 0
    reached: list[datetime] = field(default_factory=list)

    def reach(self, moment: datetime) -> None:
        self.reached.append(moment)

    @property
    def pump(self) -> Any:
        return self

    @property
    def mailboxes(self) -> Any:
        return self

    def step(self) -> None:
        self.steps += 1

    def collect(self) -> list[Mail]:
        came, self.mails = self.mails, []
        return came

    def on_call(self) -> list[OnCallNotification]:
        came, self.notes = self.notes, []
        return came


@dataclass
class Bench:
    stage: FakeStage
    now: datetime = NINE

    def __post_init__(self) -> None:
        self.console = Console(record=True, width=200, file=StringIO())
        self.running = Running(self.console, cast("Stage", self.stage), lambda: self.now)


def minutes(schedule: FakeSchedule) -> list[int]:
    return [moment.minute for moment in schedule.fired]


def test_each_schedule_fires_once_in_each_of_its_minutes(x: RunningX) -> None:
    poll, sweep = FakeSchedule(1), FakeSchedule(5)
    bench = Bench(FakeStage({"poll-mentions": poll, "sweep": sweep}, x))

    for second in range(0, 360, 20):
        bench.now = NINE + timedelta(seconds=second)
        bench.running.breathe()

    assert minutes(poll) == [1, 2, 3, 4, 5, 6]
    assert minutes(sweep) == [5]


def test_a_schedule_that_is_switched_off_does_not_fire(x: RunningX) -> None:
    poll, sweep = FakeSchedule(1, on=False), FakeSchedule(1)
    bench = Bench(FakeStage({"poll-mentions": poll, "sweep": sweep}, x))
    bench.now = NINE + timedelta(minutes=1)

    bench.running.breathe()

    assert (minutes(poll), minutes(sweep)) == ([], [1])


def test_minutes_that_were_slept_over_are_made_up_for(x: RunningX) -> None:
    poll = FakeSchedule(1)
    bench = Bench(FakeStage({"poll-mentions": poll}, x))
    bench.now = NINE + timedelta(minutes=3)

    bench.running.breathe()

    assert minutes(poll) == [1, 2, 3]


def test_a_function_that_raises_is_printed_and_the_desk_goes_on(x: RunningX) -> None:
    poll = FakeSchedule(1, breaks=True)
    bench = Bench(FakeStage({"poll-mentions": poll}, x))
    bench.now = NINE + timedelta(minutes=1)

    bench.running.breathe()

    assert "the poll broke" in bench.console.export_text()
    assert bench.stage.steps == 1


def test_what_was_timed_comes_by_the_clock_to_the_second(x: RunningX) -> None:
    bench = Bench(FakeStage({}, x))
    bench.now = NINE + timedelta(seconds=7)

    bench.running.breathe()

    assert bench.stage.reached == [NINE + timedelta(seconds=7)]


def test_the_start_prints_where_everything_is() -> None:
    console = Console(record=True, width=200, file=StringIO())
    here = SimpleNamespace(
        desk=load_desk(),
        x=SimpleNamespace(url="http://127.0.0.1:1"),
        console_url="http://127.0.0.1:2/console",
        api=SimpleNamespace(url="http://127.0.0.1:2", token="a-token-for-trying"),
        deployed=SimpleNamespace(aws=SimpleNamespace(endpoint="http://127.0.0.1:3")),
    )

    _greet(console, cast("Stage", here), lambda: NINE)

    told = console.export_text()
    for expected in (
        "http://127.0.0.1:2/console\n",
        "such as jimin.park@emerald.example; there is no password",
        "http://127.0.0.1:1\n",
        "http://127.0.0.1:2/docs",
        "http://127.0.0.1:3",
        "Asia/Seoul, where it is 18:00",
    ):
        assert expected in told
    assert "curl -H 'Authorization: Bearer a-token-for-trying' -H" in told
    assert "http://127.0.0.1:2/posts\n" in told


def test_a_console_that_does_not_open_is_printed_and_the_desk_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_visitor: object, page: str) -> None:
        raise ConsoleRefused(f"{page}: 500")

    monkeypatch.setattr("local.cli.up.ConsoleVisitor.open", refuse)
    console, opened = Console(record=True, width=200, file=StringIO()), list[str]()

    _start_console(console, cast("Stage", SimpleNamespace(api=SimpleNamespace(open=opened.append))))

    assert opened == ["/console/sign-in"]
    assert console.export_text() == "The console did not open at the start: /console/practice: 500\n"


def test_a_new_mail_is_announced_once(x: RunningX) -> None:
    mail = Mail("1", "billing", "billing@x.example", "arn:aws:sns:r:1:t", "Dorothy", "청구서 문의", "본문", NINE)
    bench = Bench(FakeStage({}, x, mails=[mail]))

    bench.running.breathe()
    bench.running.breathe()

    assert bench.console.export_text() == "18:00:30 mail to billing@x.example: 청구서 문의\n"


def test_calls_are_printed_with_their_recipients_and_text(x: RunningX) -> None:
    bench = Bench(
        FakeStage(
            {}, x, notes=[OnCallNotification("[긴급] 3건\n대기 중", ("+8210",)), OnCallNotification("[긴급]", ())]
        )
    )

    bench.running.breathe()
    bench.running.breathe()

    assert bench.console.export_text().splitlines() == [
        "18:00:30 on call (+8210): [긴급] 3건 대기 중",
        "18:00:30 on call (nobody, since desk.yaml names nobody): [긴급]",
    ]


def test_posts_of_the_brand_are_printed_once_with_their_address(x: RunningX, control: XControl, user: XCaller) -> None:
    user.post("/2/tweets", {"text": "before"})
    asked = control.post("anna", "@emeraldmobile hello?")
    bench = Bench(FakeStage({}, x))
    said = user.post("/2/tweets", {"text": "New\nplans."}).json()["data"]["id"]
    answered = user.post("/2/tweets", {"text": "Hi!", "reply": {"in_reply_to_tweet_id": asked}}).json()["data"]["id"]

    bench.running.breathe()
    bench.running.breathe()

    assert bench.console.export_text().splitlines() == [
        f"12:00:00 posted on X: New plans. ({x.url}/i/status/{said})",
        f"12:00:00 reply to @anna on X: @anna Hi! ({x.url}/i/status/{answered})",
    ]


def test_ports_stay_the_same_while_they_are_free() -> None:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        busy = taken.getsockname()[1]
        instead = _chosen(None, busy)

    assert instead not in (0, busy)
    assert _chosen(None, busy) == busy
    assert (_chosen(busy, 1), _chosen(0, busy)) == (busy, 0)
    assert len({PORTS.aws, PORTS.x, PORTS.api, PORTS.sign_in}) == 4


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("darwin", {}, True),
    ],
)
def test_the_browser_opens_only_where_there_is_a_screen(
    monkeypatch: pytest.MonkeyPatch, platform: str, environment: dict[str, str], expected: bool
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert has_screen() is expected


def test_a_second_desk_of_a_directory_does_not_start_and_leaves_the_mails_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    mail = UP / "mail" / "billing" / "001.eml"
    mail.parent.mkdir(parents=True)
    mail.write_text("precious", encoding="utf-8")

    with reserved(UP), pytest.raises(UserError, match="already"):
        up()

    assert mail.read_text(encoding="utf-8") == "precious"


def test_something_trends_on_the_local_x_and_some_of_it_is_about_the_brand() -> None:
    seen = dict[int, dict[str, int]]()
    here = SimpleNamespace(desk=load_desk(), control=SimpleNamespace(trends=seen.__setitem__))

    _show_trends(cast("Stage", here))

    assert list(seen) == [23_424_868]
    assert [name for name in seen[23_424_868] if "에메랄드모바일" in name] == ["에메랄드모바일 광고 노래"]
