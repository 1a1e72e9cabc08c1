"""What a digest counts from cases: answers and waits, waiting cases by list, and misreadings."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daily_digest.answers import REASONS, AnswerCounter, LabelCounter, MisreadingSelection, WaitingCaseCounter, waits_of
from daily_digest.figures import correction_text
from daily_digest.formatter import ReportFormatter
from daily_digest.model import Answering, Answers, Correction, Label, Misreadings, Waiting, WaitingGroup, Waits
from desk.cases.model import CaseEvent, CaseEventKind, CaseState, ReplyAs
from desk.cases.queries import LoggedEvent, OpenCaseSummary
from desk.cases.store import CaseFile
from desk.posts.model import PostState
from desk.replies.outcome import update_after
from desk.x.model import first_id_at
from tests.brands import small_brand
from tests.cases import a_case
from tests.fakes.cases import FakeCases
from tests.unit.daily_digest import examples
from tests.unit.daily_digest.scene import seoul
from tests.unit.posts.scene import a_post

SEOUL = ZoneInfo("Asia/Seoul")
NOON, MORNING = seoul(24, 12), seoul(24, 8, 50)
MINUTE = timedelta(minutes=1)
READ_AS, RIGHT = Label("inquiry", "billing"), Label("fault", "network")


def event(what: CaseEventKind, *, waited: timedelta | None = None, at: datetime = NOON, **more: Any) -> CaseEvent:
    asked_at = at - waited if waited is not None else None
    return CaseEvent(what, at, "김하나", **({"department": "billing", "asked_at": asked_at} | more))


def counted(*events: CaseEvent) -> Answering:
    counter = AnswerCounter(small_brand())
    for each in events:
        counter.add(each)
    return counter.figures()


def test_answers_are_counted_by_department_and_in_all() -> None:
    found = counted(
        event(CaseEventKind.ANSWERED, waited=10 * MINUTE),
        event(CaseEventKind.ANSWERED, waited=30 * MINUTE, x_id="99"),
        event(CaseEventKind.MOVED, waited=20 * MINUTE),
        event(CaseEventKind.ANSWERED, waited=5 * MINUTE, department="operator"),
    )

    assert found.all == Answers(3, 1, 1, 0, Waits(10 * MINUTE, 30 * MINUTE))
    assert found.by_department["billing"] == Answers(2, 1, 1, 0, Waits(20 * MINUTE, 30 * MINUTE))
    assert found.by_department["operator"] == Answers(1, 0, 0, 0, Waits(5 * MINUTE, 5 * MINUTE))


def test_neither_a_promise_nor_a_reply_to_nobody_waiting_is_an_answer() -> None:
    found = counted(event(CaseEventKind.PROMISED), event(CaseEventKind.ANSWERED), event(CaseEventKind.MOVED, x_id="9"))

    assert found.all == Answers(promised=1)


@pytest.mark.parametrize(
    ("reply_as", "answers"),
    [
        (ReplyAs.ANSWER, Answers(answered=1, waits=Waits(60 * MINUTE, 60 * MINUTE))),
        (ReplyAs.PRIVATE, Answers(moved=1, waits=Waits(60 * MINUTE, 60 * MINUTE))),
        (ReplyAs.HOLDING, Answers(promised=1)),
    ],
)
def test_the_event_of_a_posted_reply_is_counted_once_with_the_wait_that_it_ended(
    reply_as: ReplyAs, answers: Answers
) -> None:
    post = a_post("답변입니다", id="r1", state=PostState.PUBLISHED, at=NOON, case_id="7Q2M4-XD93K", x_id="99")
    queued = a_case(NOON - 60 * MINUTE, state=CaseState.QUEUED, post_id="r1", reply_as=reply_as)

    update = update_after(post, CaseFile(queued, (), ()), small_brand())

    assert update is not None
    after, posted = update
    assert counted(posted).all == answers
    assert update_after(post, CaseFile(after, (), [posted]), small_brand()) is None


@pytest.mark.parametrize("key", ["gone_department", None])
def test_answers_of_a_department_that_desk_yaml_no_longer_has_are_the_operators(key: str | None) -> None:
    found = counted(event(CaseEventKind.ANSWERED, waited=MINUTE, department=key))

    assert list(found.by_department) == ["operator"]


def test_a_wait_over_a_weekend_counts_working_time_only() -> None:
    friday_evening, monday_morning = seoul(20, 17, 30), seoul(23, 9, 30)
    answered = event(CaseEventKind.ANSWERED, waited=monday_morning - friday_evening, at=monday_morning)

    assert counted(answered).all.waits == Waits(timedelta(hours=1), timedelta(hours=1))


def test_a_clock_that_went_back_makes_no_negative_wait() -> None:
    assert counted(event(CaseEventKind.ANSWERED, waited=-MINUTE)).all.waits == Waits(timedelta(), timedelta())


def test_unsent_replies_are_counted_by_their_reason_and_automatic_ones_apart() -> None:
    found = counted(
        event(CaseEventKind.NOT_SAID, text="duplicate"),
        event(CaseEventKind.NOT_SAID, text="gone"),
        event(CaseEventKind.NOT_SAID, text="duplicate"),
        event(CaseEventKind.ACKNOWLEDGED),
    )

    assert found == Answering(unsent=(("duplicate", 2), ("gone", 1)), acknowledged=1)


def test_no_more_than_the_most_frequent_reasons_are_listed() -> None:
    found = counted(*(event(CaseEventKind.NOT_SAID, text=f"X says {number}") for number in range(100)))

    assert len(found.unsent) == REASONS


def test_other_events_are_not_counted() -> None:
    others = set(CaseEventKind) - {
        CaseEventKind.ANSWERED, CaseEventKind.MOVED, CaseEventKind.PROMISED, CaseEventKind.NOT_SAID,
        CaseEventKind.ACKNOWLEDGED,
    }  # fmt: skip

    assert counted(*(event(what, waited=MINUTE) for what in others)) == Answering()


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=200))
def test_median_and_percentile_are_the_smallest_waits_that_cover_their_part(minutes: list[int]) -> None:
    waits = waits_of(Counter(minutes))

    assert waits is not None
    for part, wait in ((0.5, waits.median), (0.9, waits.p90)):
        assert sum(each <= wait // MINUTE for each in minutes) >= part * len(minutes)
        assert sum(each < wait // MINUTE for each in minutes) < part * len(minutes)


def case(number: int, due: datetime, urgency: str = "normal") -> OpenCaseSummary:
    return OpenCaseSummary(f"7Q2M4-{number:05}", "inquiry", urgency, due - timedelta(hours=9), due, f"{number}")


def waiting(*cases: OpenCaseSummary, room: int = 3, department: str = "billing") -> Waiting:
    counter = WaitingCaseCounter(("billing",), MORNING, SEOUL, room)
    counter.add(department, cases)
    return counter.waiting({each.mention_id: f"글 {each.mention_id}" for each in cases})


def test_a_case_is_urgent_overdue_due_today_or_later_and_on_the_first_of_these_lists() -> None:
    found = waiting(
        case(1, seoul(24, 8, 49)),
        case(2, seoul(24, 8, 50)),
        case(3, seoul(24, 23, 59)),
        case(4, seoul(25, 0)),
        case(5, seoul(24, 3), "high"),
        case(6, seoul(24, 9), "high"),
    )

    assert {
        group: ([one.mention_id for one in cases.entries], cases.urgent_besides) for group, cases in found.lists.items()
    } == {
        WaitingGroup.URGENT: (["5", "6"], 0),
        WaitingGroup.OVERDUE: (["1"], 1),
        WaitingGroup.TODAY: (["2", "3"], 1),
        WaitingGroup.LATER: (["4"], 0),
    }
    assert (found.open_cases, found.overdue) == (6, 2)


def test_the_case_that_was_due_first_comes_first_and_the_rest_is_counted() -> None:
    found = waiting(*(case(number, seoul(24, 1) - number * MINUTE) for number in range(75)))

    overdue = found.lists[WaitingGroup.OVERDUE]
    assert (overdue.total, [one.mention_id for one in overdue.entries]) == (75, ["74", "73", "72"])
    assert overdue.entries[0].text == "글 74"


def test_cases_of_a_department_that_desk_yaml_no_longer_has_are_the_operators() -> None:
    found = waiting(case(1, seoul(24, 1)), department="gone")

    assert (found.by_department, found.overdue_by_department) == ({"operator": 1}, {"operator": 1})
    assert [one.department for one in found.lists[WaitingGroup.OVERDUE].entries] == ["operator"]


@given(
    st.lists(st.tuples(st.integers(-3_000, 3_000), st.sampled_from(("high", "normal", "low"))), max_size=30),
    st.integers(0, 5),
)
def test_every_waiting_case_is_on_exactly_one_list(drawn: list[tuple[int, str]], room: int) -> None:
    now = MORNING.astimezone(UTC)
    cases = [case(number, now + minutes * MINUTE, urgency) for number, (minutes, urgency) in enumerate(drawn)]

    found = waiting(*cases, room=room)

    lists = found.lists.values()
    assert sum(each.total for each in lists) == found.open_cases == len(cases)
    assert all(len(each.entries) == min(room, each.total) for each in lists)
    assert found.overdue == sum(one.first_due_at < MORNING for one in cases)


def correction(
    case_id: str = "a", minute: int = 0, what: CaseEventKind = CaseEventKind.MISREAD, **more: Any
) -> LoggedEvent:
    usual = {"kind": "fault", "department": "network", "was_kind": "inquiry", "was_department": "billing"}
    return LoggedEvent(case_id, CaseEvent(what, NOON + minute * MINUTE, "이두리", **(usual | more)))


def misreadings(*logged: LoggedEvent, room: int = 50, joined: dict[str, tuple[str, ...]] | None = None) -> Misreadings:
    selection, cases = MisreadingSelection(room), FakeCases()
    for each in logged:
        selection.add(each)
    for case_id, mention_ids in (joined or {}).items():
        cases.put(a_case(NOON, id=case_id, mention_ids=mention_ids))
    return selection.misreadings(cases)


def labelled(case_id: str, *labels: str, what: CaseEventKind = CaseEventKind.LABELLED) -> LoggedEvent:
    return LoggedEvent(case_id, CaseEvent(what, NOON, "이두리", labels=labels))


def test_a_case_counts_for_the_labels_that_it_has_after_the_last_change_of_the_period() -> None:
    counter = LabelCounter()
    for each in (
        labelled("a", "vip"),
        labelled("a", "vip", "event"),
        labelled("b", "vip"),
        labelled("b"),
        labelled("c", "vip"),
        labelled("c", "event", what=CaseEventKind.RESTORED),
        labelled("d", "vip", what=CaseEventKind.TAKEN_BACK),
        labelled("e", "vip", what=CaseEventKind.TAKEN),
    ):
        counter.add(each)

    assert counter.counts() == {"vip": 1, "event": 2}


def test_an_event_that_is_no_correction_is_no_misreading() -> None:
    assert misreadings(correction(what=CaseEventKind.TAKEN)) == Misreadings()


def test_corrections_are_counted_by_what_was_read_as_what() -> None:
    counts = misreadings(
        correction("c", kind="chat", department=None),
        correction("a"),
        correction("b", 1),
        correction(was_kind=None, was_department=None),
    ).counts

    assert counts == (
        (Correction(READ_AS, RIGHT), 2),
        (Correction(READ_AS, Label("chat", None)), 1),
        (Correction(Label(None, None), RIGHT), 1),
    )


@pytest.mark.parametrize("what", [CaseEventKind.TAKEN_BACK, CaseEventKind.RESTORED])
def test_a_correction_that_was_taken_back_at_once_is_none(what: CaseEventKind) -> None:
    others = (correction("b", 1), correction("a", 2, CaseEventKind.REMINDED))

    found = misreadings(correction("a"), *others, correction("a", 3, what))
    later = misreadings(correction("a"), correction("a", 2, CaseEventKind.TAKEN), correction("a", 3, what))

    assert (found.total, [one.case_id for one in found.entries]) == (1, ["b"])
    assert later.total == 1, "the step that was taken back was another one"


def test_only_the_newest_are_listed_the_last_one_first_and_all_are_counted() -> None:
    found = misreadings(*(correction(f"case-{minute}", minute) for minute in range(9)), room=2)

    assert (found.total, [one.case_id for one in found.entries]) == (9, ["case-8", "case-7"])


def test_a_misreading_is_about_the_last_mention_before_the_correction() -> None:
    first, second, later = (first_id_at(NOON + timedelta(hours=hours)) for hours in (-2, -1, 1))

    found = misreadings(
        correction("a"), correction("b"), correction("gone"), joined={"a": (second, first, later), "b": (later,)}
    )

    assert [one.mention_id for one in found.entries] == [None, later, second]


def test_corrections_of_urgency_are_counted_with_kind_and_department_of_the_case() -> None:
    kinds = (CaseEventKind.RAISED, CaseEventKind.LOWERED, CaseEventKind.LOWERED)

    counts = misreadings(
        *(
            correction(minute=minute, what=what, was_kind="fault", was_department="network")
            for minute, what in enumerate(kinds)
        )
    ).counts

    normal, high = Label("fault", "network", "normal"), Label("fault", "network", "high")
    assert counts == ((Correction(high, normal), 2), (Correction(normal, high), 1))


def test_a_check_of_safety_that_was_not_needed_counts_and_one_that_found_danger_is_only_urgent() -> None:
    cleared = correction(what=CaseEventKind.CLEARED, was_kind="inquiry", was_department="billing")

    counts = misreadings(cleared).counts

    assert counts == ((Correction(Label("inquiry", "billing", "check"), Label("inquiry", "billing", "normal")), 1),)
    assert (
        correction_text(counts[0][0], ReportFormatter(examples.brand()))
        == "문의, 요금·청구, 안전 확인 필요 → 문의, 요금·청구, 보통"
    )
