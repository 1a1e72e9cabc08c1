"""What a page that stays open learns: the snapshot as a page has it, and what happens at the open case."""

import json
import re
from copy import replace
from datetime import date, timedelta
from html import unescape

import pytest

from desk.cases.model import CaseState
from desk.mentions.model import DayCounts
from desk.reading import Safety, Urgency
from desk.staff.settings import PersonSettings
from operator_console.look import LOOK_COOKIE
from operator_console.shell.snapshot import LASTS
from tests.unit.operator_console.inbox.test_inbox import put
from tests.unit.operator_console.scene import BILLING, JIMIN, SUJIN, ConsoleScene, LastingScene, SignedIn, html_of
from tests.unit.replies.scene import NOW, mention

SECOND = timedelta(seconds=1)
STORES = ("sessions", "cases", "inbox", "glances", "posts", "seen", "heard", "switch", "spend", "spikes", "faults")


@pytest.fixture
def scene() -> ConsoleScene:
    scene = LastingScene()
    scene.cases.cases.clear()
    put(scene, 1)
    return scene


def poll(person: SignedIn, query: str = "", *, queue: str = "to_answer", **headers: str) -> str:
    return html_of(person.get(f"poll?queue={queue}&{query}", hx_request="true", **headers))


def later(scene: ConsoleScene, span: timedelta = LASTS) -> None:
    """Let what was read a moment ago be read anew."""
    scene.now += span


def rows_in(html: str) -> list[tuple[str, str]]:
    """The rows, each with its version."""
    return re.findall(r'<li id="row-([^"]+)".*?data-version="(\d+)"', html)


def numbers_in(html: str) -> dict[str, str]:
    found = re.search(r'data-numbers="([^"]*)"', html)
    assert found
    numbers: dict[str, str] = json.loads(unescape(found[1]))
    return numbers


def attribute(html: str, name: str) -> str | None:
    found = re.search(rf'\bdata-{name}="([^"]*)"', html)
    return found[1] if found else None


def calls_of(scene: ConsoleScene) -> dict[str, int]:
    counted = {name: dict(getattr(getattr(scene, name), "calls", {})) for name in STORES}
    return {f"{name}.{call}": number for name, calls in counted.items() for call, number in calls.items()}


@pytest.mark.parametrize(
    "queue", ["to_answer", "to_review", "at_department", "all", "to_answer?mine=1", "all?urgent=1"]
)
def test_the_poll_has_the_rows_the_numbers_and_the_title_that_the_page_has(queue: str, scene: ConsoleScene) -> None:
    put(scene, 2, urgency=Urgency.HIGH, safety=Safety.DANGER)
    put(scene, 3, department="network", urgency=Urgency.HIGH, holder=JIMIN.name)
    put(scene, 4, state=CaseState.DRAFTED, department="billing", holder=JIMIN.name)
    person = scene.signed_in()

    page = html_of(person.get(f"inbox/{queue}"))
    name, _, query = queue.partition("?")
    told = poll(person, query, queue=name)

    assert (rows_in(told), numbers_in(told), attribute(told, "title")) == (
        rows_in(page),
        numbers_in(page),
        attribute(page, "title"),
    )


def test_the_rows_that_follow_the_first_fifty_are_known_by_their_place(scene: ConsoleScene) -> None:
    for number in range(2, 61):
        put(scene, number, NOW + timedelta(minutes=number))

    told = poll(scene.signed_in())
    places = re.findall(r'data-order="([^"]*)"', told)

    assert (len(places), attribute(told, "end"), numbers_in(told)["to_answer"]) == (50, places[-1], "60")


def test_every_page_hears_of_urgent_cases_and_drafts(scene: ConsoleScene) -> None:
    put(scene, 2, department="network", urgency=Urgency.HIGH)
    put(scene, 3, state=CaseState.DRAFTED, department="billing")

    for query, queue in (("", ""), ("", "private"), ("hidden=1", "calendar")):
        told = poll(scene.signed_in(), query, queue=queue)
        assert "긴급 @minji: " in told
        assert "부서 초안 @minji: " in told
        assert attribute(told, "title") == "(2) "


def test_lists_without_cases_tell_their_rows_by_key(scene: ConsoleScene) -> None:
    scene.seen.put(*(mention(number).mention.post for number in (501, 502)))

    told, page = poll(scene.signed_in(), queue="to_read"), html_of(scene.signed_in().get("inbox/to_read"))

    keys = re.findall(r'<li data-key="(m[^"]+)"></li>', told)
    assert keys == re.findall(r'<li id="row-(m[^"]+)"', page)
    assert numbers_in(told)["to_read"] == str(len(keys)) == "2"


def test_an_unchanged_page_gets_no_body_however_much_time_has_passed(scene: ConsoleScene) -> None:
    put(scene, 2, asked_at=NOW - SECOND, urgency=Urgency.HIGH, safety=Safety.DANGER)
    scene.presence.mark("AAAAA-00001", SUJIN.id, SUJIN.name, NOW + timedelta(hours=1), is_typing=False)
    person = scene.signed_in()
    path = "poll?queue=to_answer&key=AAAAA-00001"
    first = person.part(path)
    etag = first["headers"]["etag"]

    later(scene, timedelta(minutes=59))
    again = person.get(path, hx_request="true", if_none_match=etag)
    put(scene, 3)
    later(scene)
    changed = person.get(path, hx_request="true", if_none_match=etag)

    assert (again["statusCode"], again["body"], again["headers"]["etag"]) == (304, "", etag)
    assert changed["statusCode"] == 200


def test_an_unchanged_answer_writes_nothing_into_the_log(
    scene: ConsoleScene, capfd: pytest.CaptureFixture[str]
) -> None:
    person = scene.signed_in()
    scene.console._logger.setLevel("INFO")
    etag = person.part("poll?queue=to_answer")["headers"]["etag"]

    assert person.get("poll?queue=to_answer", hx_request="true", if_none_match=etag)["statusCode"] == 304

    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("queue", ["to_answer", "at_department", "to_read", "heard", "private", "all", "calendar"])
def test_within_two_seconds_all_pages_share_what_was_read(queue: str, scene: ConsoleScene) -> None:
    people = [scene.signed_in(person) for person in (JIMIN, SUJIN, JIMIN)]
    poll(people[0], queue=queue)
    before = calls_of(scene)
    scene.now += SECOND

    for person in people:
        poll(person, "key=AAAAA-00001", queue=queue)

    more = {name: number - before.get(name, 0) for name, number in calls_of(scene).items()}
    assert {name: number for name, number in more.items() if number} == {"sessions.find": 3, "glances.at": 3}
    later(scene)
    poll(people[0], queue=queue)
    assert calls_of(scene)["inbox.pressing"] == before["inbox.pressing"] + 1


def test_a_page_in_the_background_reads_nothing_of_its_own(scene: ConsoleScene) -> None:
    poll(scene.signed_in(), "hidden=1&key=AAAAA-00001")

    assert "at" not in scene.glances.calls


def test_what_somebody_does_is_in_the_next_answer_of_everybody(scene: ConsoleScene) -> None:
    jimin, sujin = scene.signed_in(), scene.signed_in(SUJIN)
    assert numbers_in(poll(sujin))["to_answer"] == "1"

    answer = jimin.post("case/AAAAA-00001/close", {"version": "1", "request": "close-0001", "reason": "other"})

    assert answer["statusCode"] in (200, 303)
    assert [(numbers_in(told)["to_answer"], rows_in(told)) for told in (poll(jimin), poll(sujin))] == [("0", [])] * 2


def test_a_person_who_did_something_at_another_instance_may_ask_for_all_anew(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    poll(person)
    put(scene, 2)

    assert numbers_in(poll(person))["to_answer"] == "1"
    assert numbers_in(poll(person, cache_control="no-cache"))["to_answer"] == "2"


@pytest.mark.parametrize("path", ["presence", "draft"])
def test_what_nobody_else_sees_is_no_reason_to_read_anew(path: str, scene: ConsoleScene) -> None:
    person = scene.signed_in()
    poll(person)
    before = scene.inbox.calls["pressing"]

    answer = person.post(
        f"case/AAAAA-00001/{path}", {"state": "opened", "text": "초안", "sequence": "1", "version": "1"}
    )

    assert answer["statusCode"] < 300
    poll(person)
    assert scene.inbox.calls["pressing"] == before


def test_a_page_reads_all_anew(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    poll(person)
    put(scene, 2)

    assert numbers_in(html_of(person.get("calendar")))["to_answer"] == "2"
    assert numbers_in(poll(person))["to_answer"] == "2"


def test_a_department_shares_nothing_with_people_who_see_more(scene: ConsoleScene) -> None:
    put(scene, 2, department="network", urgency=Urgency.HIGH)
    poll(scene.signed_in(), queue="at_department")
    person = scene.signed_in(BILLING)
    scene.presence.mark("AAAAA-00002", SUJIN.id, SUJIN.name, NOW, is_typing=True)

    told = poll(person, "key=AAAAA-00002", queue="at_department")

    assert "AAAAA-00002" not in told
    assert "이수진" not in told
    assert "읽음" not in unescape(told)
    assert numbers_in(told)["at_department"] == "0"


def test_the_open_case_tells_its_version_and_who_else_is_there(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    scene.presence.mark("AAAAA-00001", SUJIN.id, SUJIN.name, NOW, is_typing=True)
    scene.presence.mark("AAAAA-00001", JIMIN.id, JIMIN.name, NOW, is_typing=False)
    scene.cases.cases["AAAAA-00001"] = replace(scene.cases.cases["AAAAA-00001"], version=7)

    body = poll(person, "key=AAAAA-00001", queue="")

    assert (attribute(body, "key"), attribute(body, "version")) == ("AAAAA-00001", "7")
    assert "이수진" in body
    assert "박지민" not in body
    scene.now = NOW + 31 * SECOND
    assert "이수진" not in poll(person, "key=AAAAA-00001")


def test_the_days_counts_and_the_persons_settings_come_along(scene: ConsoleScene) -> None:
    scene.seen.polled[date(2026, 11, 24)] = DayCounts(398)
    scene.settings.settings[JIMIN.id] = PersonSettings(notifies=True, sounds=False)

    body = poll(scene.signed_in())

    assert numbers_in(body)["today"] == "읽음 0/398"
    assert (attribute(body, "notifies"), attribute(body, "sounds")) == ("1", "")


def test_a_queue_that_cannot_be_counted_takes_no_page_down(scene: ConsoleScene) -> None:
    scene.inbox.busy = {"count"}

    for path in ("calendar", "inbox/to_answer"):
        assert numbers_in(html_of(scene.signed_in().get(path)))["private"] == "", path


def test_people_of_two_languages_share_what_was_read_and_not_the_words(scene: ConsoleScene) -> None:
    put(scene, 2, urgency=Urgency.HIGH, safety=Safety.DANGER, asked_at=NOW - timedelta(minutes=4))
    jimin, sujin = scene.signed_in(), scene.signed_in(SUJIN)

    korean = poll(jimin)
    english = html_of(
        scene.get("poll?queue=to_answer", cookies={**sujin.cookies, LOOK_COOKIE: "en."}, hx_request="true")
    )

    assert ("4분 전" in korean, "4 min ago" in english, "4분 전" in english) == (True, True, False)


@pytest.mark.parametrize("query", ["known=%00%ff~~", "key=%3Cb%3E", "key=m12", "queue=nothing", "day=x&mine=7"])
def test_a_poll_that_somebody_made_up_is_answered(query: str, scene: ConsoleScene) -> None:
    assert scene.signed_in().part(f"poll?{query}")["statusCode"] == 200
