"""The lists of cases that wait: each case on one of them, counted and in order."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from daily_digest.answers import WaitingCaseCounter
from daily_digest.model import Waiting, WaitingGroup
from desk.cases.queries import OpenCase
from tests.unit.daily_digest.scene import seoul

SEOUL = ZoneInfo("Asia/Seoul")
NOW = seoul(24, 8, 50)


def case(number: int, due: datetime, urgency: str = "normal") -> OpenCase:
    return OpenCase(f"7Q2M4-{number:05}", "inquiry", urgency, due - timedelta(hours=9), due, f"{number}")


def waiting(*cases: OpenCase, room: int = 3) -> Waiting:
    counting = WaitingCaseCounter(("billing",), NOW, SEOUL, room)
    counting.add("billing", cases)
    return counting.waiting({each.mention_id: f"글 {each.mention_id}" for each in cases})


def test_a_case_is_urgent_overdue_due_today_or_later_and_on_the_first_of_these_lists() -> None:
    told = waiting(
        case(1, seoul(24, 8, 49)),
        case(2, seoul(24, 8, 50)),
        case(3, seoul(24, 23, 59)),
        case(4, seoul(25, 0)),
        case(5, seoul(24, 3), "high"),
        case(6, seoul(24, 9), "high"),
    )

    assert {key: [one.mention_id for one in cases.entries] for key, cases in told.lists.items()} == {
        WaitingGroup.URGENT: ["5", "6"],
        WaitingGroup.OVERDUE: ["1"],
        WaitingGroup.TODAY: ["2", "3"],
        WaitingGroup.LATER: ["4"],
    }
    assert {key: cases.urgent_besides for key, cases in told.lists.items()} == {
        WaitingGroup.URGENT: 0,
        WaitingGroup.OVERDUE: 1,
        WaitingGroup.TODAY: 1,
        WaitingGroup.LATER: 0,
    }
    assert (told.open_cases, told.overdue) == (6, 2)


def test_who_was_due_first_comes_first_and_the_rest_is_counted() -> None:
    told = waiting(*(case(number, seoul(24, 1) + timedelta(minutes=-number)) for number in range(75)))

    overdue = told.lists[WaitingGroup.OVERDUE]
    assert (overdue.total, [one.mention_id for one in overdue.entries]) == (75, ["74", "73", "72"])
    assert overdue.entries[0].text == "글 74"


def test_a_department_that_desk_yaml_no_longer_has_is_the_operators() -> None:
    counting = WaitingCaseCounter(("billing",), NOW, SEOUL)
    counting.add("gone", [case(1, seoul(24, 1))])

    told = counting.waiting({})

    assert told.overdue_by_department == {"operator": 1}
    assert [(one.department, one.text) for one in told.lists[WaitingGroup.OVERDUE].entries] == [("operator", None)]


@given(
    st.lists(st.tuples(st.integers(-3_000, 3_000), st.sampled_from(("high", "normal", "low"))), max_size=30),
    st.integers(0, 5),
)
def test_every_case_that_waits_is_on_exactly_one_list(drawn: list[tuple[int, str]], room: int) -> None:
    cases = [
        case(number, NOW.astimezone(UTC) + timedelta(minutes=minutes), urgency)
        for number, (minutes, urgency) in enumerate(drawn)
    ]

    told = waiting(*cases, room=room)

    lists = told.lists.values()
    assert sum(each.total for each in lists) == told.open_cases == len(cases)
    assert all(len(each.entries) == min(room, each.total) for each in lists)
    assert told.overdue == sum(one.first_due_at < NOW for one in cases)
