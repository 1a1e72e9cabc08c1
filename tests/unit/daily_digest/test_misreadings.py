"""What was read wrongly is counted, and the newest is named with its mention."""

from datetime import timedelta
from typing import Any

from daily_digest.answers import MisreadingSelection
from daily_digest.model import Correction, Label, Misreadings
from desk.cases.model import CaseEvent, CaseEventKind
from desk.cases.queries import LoggedEvent
from desk.x.model import first_id_at
from tests.cases import a_case
from tests.fakes.cases import FakeCases
from tests.unit.daily_digest.scene import seoul

NOON = seoul(24, 12)
WAS, RIGHT = Label("inquiry", "billing"), Label("fault", "network")


def deed(case_id: str = "a", minute: int = 0, **more: Any) -> LoggedEvent:
    usual = {"kind": "fault", "department": "network", "was_kind": "inquiry", "was_department": "billing"}
    return LoggedEvent(
        case_id, CaseEvent(CaseEventKind.MISREAD, NOON + timedelta(minutes=minute), "이두리", **(usual | more))
    )


def found(*deeds: LoggedEvent, room: int = 50, joined: dict[str, tuple[str, ...]] | None = None) -> Misreadings:
    selection = MisreadingSelection(room)
    for each in deeds:
        selection.add(each)
    cases = FakeCases()
    for case_id, mention_ids in (joined or {}).items():
        cases.put(a_case(NOON, id=case_id, mention_ids=mention_ids))
    return selection.misreadings(cases)


def test_nothing_was_read_wrongly() -> None:
    taken = LoggedEvent("a", CaseEvent(CaseEventKind.TAKEN, NOON, "이두리"))

    assert found(taken) == Misreadings()


def test_corrections_are_counted_by_what_was_taken_for_what() -> None:
    closed = deed("c", kind="chat", department=None)

    counts = found(closed, deed("a"), deed("b", 1)).counts

    assert counts == ((Correction(WAS, RIGHT), 2), (Correction(WAS, Label("chat", None)), 1))


def test_what_is_not_on_record_is_told_as_such() -> None:
    [(correction, _)] = found(deed(was_kind=None, was_department=None)).counts

    assert correction == Correction(Label(None, None), RIGHT)


def test_only_the_newest_are_named_the_last_one_first_and_all_are_counted() -> None:
    told = found(*(deed(f"case-{minute}", minute) for minute in range(9)), room=2)

    assert (told.total, [one.case_id for one in told.entries]) == (9, ["case-8", "case-7"])


def test_a_misreading_is_about_the_last_mention_that_was_there() -> None:
    first, second, later = (first_id_at(NOON + timedelta(hours=hours)) for hours in (-2, -1, 1))

    told = found(deed("a"), deed("b"), deed("gone"), joined={"a": (second, first, later), "b": (later,)})

    assert [one.mention_id for one in told.entries] == [None, later, second]


def test_corrections_of_urgency_are_counted_with_what_the_case_was() -> None:
    happened = [(CaseEventKind.RAISED, 0), (CaseEventKind.LOWERED, 1), (CaseEventKind.LOWERED, 2)]
    deeds = [
        LoggedEvent(
            "a", CaseEvent(what, NOON + timedelta(minutes=minute), "이두리", was_kind="fault", was_department="network")
        )
        for what, minute in happened
    ]

    normal, high = Label("fault", "network", "normal"), Label("fault", "network", "high")

    assert found(*deeds).counts == ((Correction(high, normal), 2), (Correction(normal, high), 1))
