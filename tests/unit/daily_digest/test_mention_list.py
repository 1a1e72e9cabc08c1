"""The mentions that a morning lists: the most important first, as many as there is room for."""

from typing import Any

from daily_digest.counting import MentionSelection
from daily_digest.model import MentionList
from desk.mentions.model import DayRow
from tests.unit.daily_digest.scene import seoul

ROW = DayRow("1", seoul(24, 3), "inquiry", "information", "billing", "normal", "ko")


def picked(*rows: DayRow, listed: frozenset[str] = frozenset(), room: int = 50) -> MentionList:
    selection = MentionSelection(("billing",), listed, room)
    for row in rows:
        selection.add(row)
    return selection.mentions({key: f"글 {key}" for key in selection.mention_ids()})


def row(key: str, **changes: Any) -> DayRow:
    return ROW._replace(mention_id=key, **changes)


def test_urgent_ones_come_first_then_what_needs_an_answer_then_the_newest() -> None:
    found = picked(
        row("chat", kind="chat", department=None),
        row("opinion", kind="feedback"),
        row("unread", kind=None, urgency=None, department=None),
        row("older", created_at=seoul(24, 1)),
        row("newer", created_at=seoul(24, 2)),
        row("rumour", kind="rumor"),
        row("fault", kind="fault", urgency="low"),
        row("urgent chat", kind="chat", urgency="high"),
    )

    assert [one.mention_id for one in found.entries] == [
        "urgent chat", "fault", "rumour", "newer", "older", "unread", "opinion", "chat",
    ]  # fmt: skip
    assert [one.urgent for one in found.entries] == [True, *[False] * 7]


def test_advertising_and_mentions_of_listed_cases_are_only_counted() -> None:
    found = picked(row("1"), row("2", kind="junk"), row("3", kind="junk"), row("4"), listed=frozenset({"4", "9"}))

    assert (found.total, found.above, found.junk, found.left) == (4, 1, 2, 0)
    assert [(one.mention_id, one.text) for one in found.entries] == [("1", "글 1")]


def test_mentions_without_room_are_counted() -> None:
    found = picked(*(row(str(number)) for number in range(12)), room=5)

    assert (len(found.entries), found.left) == (5, 7)


def test_a_department_that_desk_yaml_no_longer_has_is_the_operators() -> None:
    found = picked(row("1", department="gone"), row("2", kind="chat", department=None))

    assert [one.department for one in found.entries] == ["operator", None]
