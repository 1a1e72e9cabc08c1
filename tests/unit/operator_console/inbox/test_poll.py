"""What a page that stays open learns: new rows, urgent ones, counts, and what happens at the open case."""

import re
from copy import replace
from datetime import date, timedelta

import pytest

from desk.cases.model import CaseState
from desk.mentions.model import DayCounts
from desk.reading import Urgency
from desk.staff.settings import PersonSettings
from tests.unit.operator_console.inbox.test_inbox import put
from tests.unit.operator_console.scene import BILLING, JIMIN, SUJIN, ConsoleScene, SignedIn, html_of
from tests.unit.replies.scene import NOW

SECOND = timedelta(seconds=1)


@pytest.fixture
def scene() -> ConsoleScene:
    scene = ConsoleScene()
    scene.cases.cases.clear()
    put(scene, 1)
    return scene


def known(person: SignedIn, path: str = "inbox/to_answer") -> str:
    found = re.search(r'data-known="([^"]*)"', html_of(person.get(path)))
    assert found
    return found[1]


def poll(person: SignedIn, query: str = "", *, turn: int = 0, queue: str = "to_answer") -> str:
    return html_of(person.part(f"poll?queue={queue}&turn={turn}&{query}"))


def attribute(html: str, name: str) -> str | None:
    found = re.search(rf'\bdata-{name}="([^"]*)"', html)
    return found[1] if found else None


def test_new_rows_are_counted_and_urgent_ones_come_along(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    at_first = known(person)
    assert attribute(poll(person, f"known={at_first}"), "arrived") == "0"

    put(scene, 2)
    put(scene, 3)
    put(scene, 4, urgency=Urgency.HIGH)
    body = poll(person, f"known={at_first}")

    assert (attribute(body, "arrived"), attribute(body, "count")) == ("2", "4")
    assert re.findall(r'<li id="row-([^"]+)"', body) == ["AAAAA-00004"]
    assert attribute(poll(person, f"known={known(person)}"), "arrived") == "0"


def test_rows_behind_those_that_the_page_has_are_not_new(scene: ConsoleScene) -> None:
    for number in range(2, 131):
        put(scene, number, NOW + timedelta(minutes=number))
    person = scene.signed_in()
    at_first = known(person)
    for number in range(2, 12):
        put(scene, number, state=CaseState.CLOSED)

    assert attribute(poll(person, f"known={at_first}"), "arrived") == "0"


def test_a_filtered_list_hears_only_of_what_it_would_show(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    at_first = known(person, "inbox/to_answer?mine=1")

    put(scene, 2)
    put(scene, 3, holder=JIMIN.name)

    assert attribute(poll(person, f"mine=1&known={at_first}"), "arrived") == "1"


def test_looks_take_turns_so_that_every_page_hears_of_urgent_cases_and_drafts(scene: ConsoleScene) -> None:
    put(scene, 2, department="network", urgency=Urgency.HIGH)
    put(scene, 3, state=CaseState.DRAFTED, department="billing")
    person = scene.signed_in()
    looks = [poll(person, queue="private", turn=turn) for turn in range(4)]

    assert [attribute(look, "look") for look in looks] == ["list", "urgent", "to_answer", "urgent"]
    assert "긴급 @minji: " in looks[1]
    assert "부서 초안 @minji: " in looks[2]
    for queue, expected in (("to_answer", ["list", "urgent"]), ("calendar", ["to_answer", "urgent"])):
        assert [attribute(poll(person, queue=queue, turn=turn), "look") for turn in range(2)] == expected


@pytest.mark.parametrize("queue", ["to_read", "all", "", "nothing", "to_review"])
def test_a_page_in_the_background_takes_both_looks_for_news_at_once(queue: str, scene: ConsoleScene) -> None:
    put(scene, 2, department="network", urgency=Urgency.HIGH)

    body = poll(scene.signed_in(), "hidden=1", queue=queue)

    assert re.findall(r'data-look="([^"]*)"', body) == ["to_answer", "urgent"]


@pytest.mark.parametrize("queue", ["to_answer", "at_department", "to_read", "private", "all"])
@pytest.mark.parametrize("hidden", ["", "hidden=1"])
def test_a_poll_takes_three_reads_at_most(queue: str, hidden: str, scene: ConsoleScene) -> None:
    person = scene.signed_in()
    stores = (scene.sessions, scene.cases, scene.inbox, scene.glances, scene.posts)

    for turn in range(4):
        for store in (*stores, scene.seen):
            store.calls.clear()
        poll(person, f"key=AAAAA-00001&{hidden}", queue=queue, turn=turn)
        reads = sum(sum(store.calls.values()) for store in stores) + scene.seen.calls["count_unseen"]
        assert reads <= 3


def test_an_unchanged_page_gets_no_body(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    path = "poll?queue=to_answer&turn=0&key=AAAAA-00001"
    first = person.part(path)

    again = person.get(path, hx_request="true", if_none_match=first["headers"]["etag"])
    put(scene, 2)
    changed = person.get(path, hx_request="true", if_none_match=first["headers"]["etag"])

    assert (again["statusCode"], again["body"]) == (304, "")
    assert changed["statusCode"] == 200


def test_the_open_case_tells_its_version_and_who_else_is_there(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    scene.presence.mark("AAAAA-00001", SUJIN.id, SUJIN.name, NOW, is_typing=True)
    scene.presence.mark("AAAAA-00001", JIMIN.id, JIMIN.name, NOW, is_typing=False)
    scene.cases.cases["AAAAA-00001"] = replace(scene.cases.cases["AAAAA-00001"], version=7)

    body = poll(person, "key=AAAAA-00001")

    assert (attribute(body, "key"), attribute(body, "version")) == ("AAAAA-00001", "7")
    assert "이수진" in body
    assert "박지민" not in body
    scene.now = NOW + 31 * SECOND
    assert "이수진" not in poll(person, "key=AAAAA-00001")


def test_the_days_counts_and_the_persons_settings_come_along(scene: ConsoleScene) -> None:
    scene.seen.polled[date(2026, 11, 24)] = DayCounts(398)
    scene.settings.settings[JIMIN.id] = PersonSettings(notifies=True, sounds=False)

    body = poll(scene.signed_in())

    assert "읽음 0/398" in body
    assert (attribute(body, "notifies"), attribute(body, "sounds")) == ("1", "")


def test_a_department_hears_nothing_of_others(scene: ConsoleScene) -> None:
    put(scene, 2, department="network", urgency=Urgency.HIGH)
    person = scene.signed_in(BILLING)
    scene.presence.mark("AAAAA-00002", SUJIN.id, SUJIN.name, NOW, is_typing=True)

    for turn in range(3):
        body = poll(person, "key=AAAAA-00002", queue="at_department", turn=turn)
        assert "AAAAA-00002" not in body
        assert "이수진" not in body
        assert "읽음" not in body


@pytest.mark.parametrize("query", ["turn=x", "turn=-1", "turn=9999999999", "known=%00%ff~~", "key=%3Cb%3E", "key=m12"])
def test_a_poll_that_somebody_made_up_is_answered(query: str, scene: ConsoleScene) -> None:
    assert scene.signed_in().part(f"poll?{query}")["statusCode"] == 200
