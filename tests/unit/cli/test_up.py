from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from rich.console import Console

from local.aws.mail_file import Mail
from local.aws.pump import FunctionError
from local.brand.load import load_desk
from local.cli.up import Running, _greet

if TYPE_CHECKING:
    from local.stage import Stage

NINE = datetime(2026, 11, 24, 9, 0, 30, tzinfo=UTC)


@dataclass
class FakeSchedule:
    every: int
    fired: list[datetime] = field(default_factory=list)
    breaks: bool = False

    def is_due(self, minute: datetime) -> bool:
        return minute.minute % self.every == 0

    def fire(self, moment: datetime) -> None:
        self.fired.append(moment)
        if self.breaks:
            raise FunctionError("the poll broke")


@dataclass
class FakeStage:
    schedules: dict[str, FakeSchedule]
    mails: list[Mail] = field(default_factory=list)
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


@dataclass
class Bench:
    stage: FakeStage
    now: datetime = NINE

    def __post_init__(self) -> None:
        self.console = Console(record=True, width=200, file=StringIO())
        self.running = Running(self.console, cast("Stage", self.stage), lambda: self.now)


def minutes(schedule: FakeSchedule) -> list[int]:
    return [moment.minute for moment in schedule.fired]


def test_each_schedule_fires_once_in_each_of_its_minutes() -> None:
    poll, sweep = FakeSchedule(1), FakeSchedule(5)
    bench = Bench(FakeStage({"poll-mentions": poll, "sweep": sweep}))

    for second in range(0, 360, 20):
        bench.now = NINE + timedelta(seconds=second)
        bench.running.breathe()

    assert minutes(poll) == [1, 2, 3, 4, 5, 6]
    assert minutes(sweep) == [5]


def test_minutes_that_were_slept_over_are_made_up_for() -> None:
    poll = FakeSchedule(1)
    bench = Bench(FakeStage({"poll-mentions": poll}))
    bench.now = NINE + timedelta(minutes=3)

    bench.running.breathe()

    assert minutes(poll) == [1, 2, 3]


def test_a_function_that_raises_is_told_and_everything_goes_on() -> None:
    poll = FakeSchedule(1, breaks=True)
    bench = Bench(FakeStage({"poll-mentions": poll}))
    bench.now = NINE + timedelta(minutes=1)

    bench.running.breathe()

    assert "the poll broke" in bench.console.export_text()
    assert bench.stage.steps == 1


def test_what_was_timed_comes_by_the_clock_to_the_second() -> None:
    bench = Bench(FakeStage({}))
    bench.now = NINE + timedelta(seconds=7)

    bench.running.breathe()

    assert bench.stage.reached == [NINE + timedelta(seconds=7)]


def test_whoever_starts_it_is_told_where_everything_is() -> None:
    console = Console(record=True, width=200, file=StringIO())
    here = SimpleNamespace(
        desk=load_desk(),
        x=SimpleNamespace(url="http://127.0.0.1:1"),
        door=SimpleNamespace(url="http://127.0.0.1:2", token="a-token-for-trying"),
        deployed=SimpleNamespace(aws=SimpleNamespace(endpoint="http://127.0.0.1:3")),
    )

    _greet(console, cast("Stage", here))

    told = console.export_text()
    for expected in ("http://127.0.0.1:1\n", "http://127.0.0.1:2/docs", "http://127.0.0.1:3", "Asia/Seoul"):
        assert expected in told
    assert "curl -H 'Authorization: Bearer a-token-for-trying' -H" in told
    assert "http://127.0.0.1:2/posts\n" in told


def test_a_new_mail_is_announced_once() -> None:
    mail = Mail("1", "billing", "billing@x.example", "arn:aws:sns:r:1:t", "Dorothy", "청구서 문의", "본문", NINE)
    bench = Bench(FakeStage({}, mails=[mail]))

    bench.running.breathe()
    bench.running.breathe()

    assert bench.console.export_text().count("mail to billing@x.example: 청구서 문의") == 1
