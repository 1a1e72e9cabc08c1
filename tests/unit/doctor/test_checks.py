"""The page of health: what each check finds, and what a check that fails or is slow does to the others."""

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.doctor.checks import (
    Health,
    HealthFinding,
    digest_finding,
    examine,
    failed_finding,
    gaps_finding,
    outbox_finding,
    poll_finding,
    schedules_finding,
    subscribers_finding,
)
from desk.errors import StoreBusy
from desk.i18n import LANGUAGES
from desk.mentions.poll_state import Checkpoint, Gap, GapState, PollRecord
from desk.outbox.model import OutboxKind, new_entry

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
SEOUL = ZoneInfo("Asia/Seoul")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def polled(ago: timedelta | None, *gaps: Gap, unreachable: tuple[Gap, ...] = ()) -> PollRecord:
    return PollRecord(None, None if ago is None else Checkpoint("1", NOW - ago), gaps, unreachable)


def a_gap(**changes: object) -> Gap:
    return Gap("g", "1", "9", NOW - 20 * MINUTE, "429")._replace(**changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ago", "verdict"),
    [
        (MINUTE, Health.OK),
        (6 * MINUTE, Health.LOOK),
        (16 * MINUTE, Health.ACT),
        (None, Health.ACT),
    ],
)
def test_a_poll_is_looked_at_after_five_minutes_and_acted_on_after_fifteen(
    ago: timedelta | None, verdict: Health
) -> None:
    assert poll_finding(polled(ago), NOW).verdict is verdict


def test_an_open_gap_is_looked_at_and_one_that_x_gave_up_lately_is_acted_on() -> None:
    lost = a_gap(state=GapState.UNREACHABLE, given_up_at=NOW - DAY)
    long_ago = a_gap(state=GapState.UNREACHABLE, given_up_at=NOW - 30 * DAY)

    assert gaps_finding(polled(MINUTE, unreachable=(long_ago,)), NOW).verdict is Health.OK
    assert gaps_finding(polled(MINUTE, a_gap()), NOW).sentence("en") == (
        "1 being filled; the longest without progress for 20 min."
    )
    assert gaps_finding(polled(MINUTE, unreachable=(lost,)), NOW).verdict is Health.ACT


def test_the_oldest_entry_of_the_outbox_decides() -> None:
    entries = [new_entry("billing", OutboxKind.MENTION, str(age), "read", NOW - age * MINUTE) for age in (1, 40)]

    assert outbox_finding(entries[:1], NOW).verdict is Health.OK
    assert outbox_finding(entries, NOW) == HealthFinding("outbox", Health.ACT, {"count": 2, "age": 40 * MINUTE})


def test_what_failed_or_is_missing_is_to_be_acted_on() -> None:
    assert (failed_finding(0).verdict, failed_finding(2).verdict) == (Health.OK, Health.ACT)
    found = subscribers_finding({"billing": 2, "sales": 0})
    assert (found.verdict, found.values["departments"]) == (Health.ACT, "billing")


def test_a_schedule_that_is_late_is_named_and_to_be_acted_on() -> None:
    recorded = {"chase-cases": NOW - 40 * MINUTE, "listen": NOW - 40 * MINUTE, "gone": NOW - 90 * DAY}

    found = schedules_finding(recorded, NOW)

    assert found == HealthFinding("schedules", Health.ACT, {"late": "chase-cases"})
    assert found.sentence("en").startswith("Late: chase-cases.")
    assert schedules_finding(recorded | {"chase-cases": NOW}, NOW).verdict is Health.OK
    assert schedules_finding({}, NOW).verdict is Health.LOOK


def test_a_desk_without_reports_since_friday_is_well_on_monday() -> None:
    friday = NOW - 3 * DAY

    assert digest_finding({"evening-digest": friday, "greet": NOW}, NOW, SEOUL).verdict is Health.OK
    assert digest_finding({"evening-digest": NOW - 5 * DAY}, NOW, SEOUL).verdict is Health.ACT
    assert digest_finding({}, NOW, SEOUL).verdict is Health.LOOK


def test_a_check_that_fails_or_is_slow_is_a_line_of_its_own_and_the_others_are_shown() -> None:
    ends = threading.Event()

    def busy() -> HealthFinding:
        raise StoreBusy("ThrottlingException")

    def slow() -> HealthFinding:
        ends.wait(30)
        return failed_finding(0)

    found = examine({"poll": busy, "gaps": slow, "failed": lambda: failed_finding(0)}, timedelta(seconds=0.5))
    ends.set()

    assert [(each.check, each.verdict) for each in found] == [
        ("poll", Health.UNKNOWN),
        ("gaps", Health.UNKNOWN),
        ("failed", Health.OK),
    ]
    assert [found[place].values["why"] for place in (0, 1)] == ["StoreBusy", "TimeoutError"]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_verdict_has_a_word(language: str) -> None:
    assert {f"health.verdict.{each}" for each in Health} <= LANGUAGES[language].keys()
