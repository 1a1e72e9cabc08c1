"""Danger in sight: the strip on every page, how a person takes a case, and numbers that agree everywhere."""

import json
import re
from copy import replace
from datetime import timedelta
from typing import Any

import pytest

from chase_cases.emergencies import EmergencyCalls, OnCallReport
from desk.brand import OnCall
from desk.cases.model import Case, CaseEventKind, CaseState, Review
from desk.formatting.formatter import DeskFormatter
from desk.notifications.notifier import AnswerLinks
from desk.notifications.on_call import OnCallCaller
from desk.reading import Safety, Urgency
from tests.fakes.cases import FakeCaseLinks
from tests.fakes.notifications import FakeMailBudget, FakeOnCallTopic
from tests.unit.operator_console.inbox.test_inbox import put, text_of
from tests.unit.operator_console.scene import BILLING, JIMIN, SUJIN, VIEWER, ConsoleScene, SignedIn, html_of
from tests.unit.replies.scene import NOW

MINUTE = timedelta(minutes=1)
PAGES = (
    "inbox/to_answer",
    "inbox/to_read",
    "inbox/snoozed",
    "inbox/all",
    "inbox/to_answer/AAAAA-00009",
    "case/AAAAA-00009",
    "search?q=%EC%9A%94%EA%B8%88",
    "write",
    "calendar",
    "people",
    "people/regulars",
    "people/opted_out",
    "favourites",
    "trends",
    "spikes",
    "trial",
    "costs",
    "stop",
    "replies",
    "settings",
    "practice",
)


@pytest.fixture
def scene() -> ConsoleScene:
    """Five cases in danger, each in another queue, which nobody has taken, and one case that is calm."""
    scene = ConsoleScene()
    scene.cases.cases.clear()
    put(scene, 9)
    in_danger(scene, 1, department="network")
    in_danger(scene, 2, snoozed_until=NOW + MINUTE)
    in_danger(scene, 3, review=Review.REPLY)
    in_danger(scene, 4, department="billing", awaits_release=True)
    in_danger(scene, 5, department="billing", state=CaseState.DRAFTED)
    return scene


def in_danger(scene: ConsoleScene, number: int, **changes: Any) -> Case:
    return put(scene, number, NOW + number * MINUTE, **({"urgency": Urgency.HIGH, "safety": Safety.DANGER} | changes))


def strip_of(html: str) -> str:
    found = re.search(r'<section id="danger-strip".*?</section>', html, re.DOTALL)
    assert found
    return found[0].translate(dict.fromkeys(map(ord, "\u2068\u2069")))


def strip(person: SignedIn, path: str = "inbox/to_answer") -> str:
    return strip_of(html_of(person.get(path)))


def keys_in(strip: str) -> list[str]:
    return [key[-1] for key in re.findall(r'<li data-key="([^"]*)"', strip)]


def text_in(strip: str, number: int) -> str:
    found = re.search(rf'<li data-key="AAAAA-{number:05}".*?</li>', strip, re.DOTALL)
    return text_of(found[0]) if found else ""


def take(person: SignedIn, number: int, *, request: str = "Ab3" * 8, **headers: str) -> dict[str, Any]:
    return person.post(f"danger/AAAAA-{number:05}", {"request": request}, **headers)


def called(scene: ConsoleScene) -> tuple[OnCallReport, FakeOnCallTopic]:
    """What the task of this minute calls people for."""
    brand = replace(scene.brand, on_call=OnCall(phones=("+821000000000",)))
    topic, links = FakeOnCallTopic(), AnswerLinks(FakeCaseLinks(), "https://desk.example", lambda: scene.now)
    caller = OnCallCaller(
        scene.cases, topic, brand, lambda: scene.now, links=links, budget=FakeMailBudget(), spikes=scene.spikes
    )
    return EmergencyCalls(scene.inbox, scene.cases, caller).make_due(scene.now, lambda: True), topic


def test_the_strip_says_when_people_on_call_were_texted_and_nothing_that_the_desk_does_not_know(
    scene: ConsoleScene,
) -> None:
    scene.brand = replace(scene.brand, on_call=OnCall(phones=("+821000000000",)))
    person = scene.signed_in()
    assert "문자" not in strip(person, "today")

    called(scene)
    minute = DeskFormatter(scene.brand).clock(scene.now).replace("\xa0", " ")
    assert f"당직에게 문자 보냄 {minute}" in text_in(strip(person, "today"), 1)
    assert text_of(strip(person)).count("문자 보냄") == len(scene.cases.called)

    scene.cases.busy.add("called_at")
    assert sorted(keys_in(strip(person, "today"))) == ["1", "2", "3", "4", "5"]
    assert "문자" not in strip(person, "today")
    scene.cases.busy.clear()
    take(person, 1)
    assert "문자" not in text_in(strip(person, "today"), 1)
    scene.brand = replace(scene.brand, on_call=OnCall(webhooks=("https://hook.example",)))
    assert f"당직에게 알림 {minute}" in text_of(strip(scene.signed_in(), "today"))


@pytest.mark.parametrize("path", PAGES)
def test_every_page_lists_every_open_case_in_danger_of_whatever_queue_and_asks_for_more(
    path: str, scene: ConsoleScene
) -> None:
    response = scene.signed_in().get(path)

    assert response["statusCode"] == 200
    assert sorted(keys_in(strip_of(html_of(response)))) == ["1", "2", "3", "4", "5"]
    assert ("/live." in html_of(response)) is (
        path != "practice"
    )  # without which a page that stays open learns nothing


def test_strip_title_list_and_call_count_the_same(scene: ConsoleScene) -> None:
    person = scene.signed_in()

    for taken in range(3):
        page = html_of(person.get("inbox/to_answer"))
        report, topic = called(scene)
        head, title = re.search(r'class="head">.*?<b>(\d+)', page), re.search(r"<title>위험 (\d+) · ", page)
        shown = re.search(r'data-number="chip:urgent">(\d+)<', html_of(person.get("inbox/all")))
        assert head
        assert title
        assert shown
        assert {head[1], title[1], str(report.waiting), str(report.called)} == {str(5 - taken)}
        assert f"{5 - taken}건 대기 중" in topic.got[0].plain
        assert (shown[1], len(keys_in(strip_of(page)))) == ("5", 5)
        take(person, taken + 1)
        scene.now += 11 * MINUTE  # then people are called again


def test_the_number_of_urgent_cases_leads_to_just_these_rows(scene: ConsoleScene) -> None:
    put(scene, 6, urgency=Urgency.HIGH, department="network", state=CaseState.QUEUED)

    page = html_of(scene.signed_in().get("inbox/all?urgent=1"))

    assert 'data-number="chip:urgent">6<' in page
    assert len(re.findall(r'<li id="row-', page)) == 6
    assert 'data-number="chip:due"' not in page


def test_the_home_queue_never_says_that_all_is_answered_while_somebody_may_be_in_danger(scene: ConsoleScene) -> None:
    scene.cases.cases.clear()
    in_danger(scene, 1, department="network")

    page = html_of(scene.signed_in().get("inbox/to_answer"))

    assert "모두 답변했어요" not in page
    assert "위험하거나 안전 확인이 필요한 글 1건이 남아 있습니다" in page


def test_an_entry_says_who_wrote_what_where_it_stands_and_since_when(scene: ConsoleScene) -> None:
    in_danger(scene, 1, department="network", asked_at=NOW - 4 * MINUTE)

    assert text_in(strip(scene.signed_in()), 1) == (
        "@minji 보관 기간이 지나 글이 지워졌어요. 네트워크 · 부서 확인 중 · 4분 전 맡기 @minji"
    )


@pytest.mark.parametrize(
    ("changes", "is_listed"),
    [
        ({"state": CaseState.QUEUED}, True),
        ({"state": CaseState.PROMISED}, True),
        ({"holder": SUJIN.name}, True),
        ({"urgency": Urgency.NORMAL}, False),
        ({"safety": None}, False),
        ({"state": CaseState.ANSWERED}, False),
        ({"state": CaseState.CLOSED}, False),
    ],
)
def test_a_case_stays_until_it_is_answered_or_closed_or_a_person_says_that_it_is_not_urgent(
    changes: dict[str, Any], is_listed: bool, scene: ConsoleScene
) -> None:
    in_danger(scene, 1, **changes)

    assert ("1" in keys_in(strip(scene.signed_in()))) is is_listed


def test_who_takes_a_case_has_it_and_the_strip_says_so_behind_those_that_nobody_has(scene: ConsoleScene) -> None:
    person = scene.signed_in()

    response = take(person, 1, hx_request="true")
    answer, done = strip_of(html_of(response)), json.loads(response["headers"]["hx-trigger"])["done"]

    assert scene.cases.cases["AAAAA-00001"].holder == JIMIN.name
    assert [event.what for event in scene.cases.events["AAAAA-00001"]] == [CaseEventKind.TAKEN]
    assert keys_in(answer) == ["2", "3", "4", "5", "1"]
    assert text_in(answer, 1).endswith("박지민 님이 맡았습니다")
    assert "danger/AAAAA-00001" not in answer
    person.post(done["undo"].removeprefix("/console/"), done["fields"], hx_request="true")
    assert scene.cases.cases["AAAAA-00001"].holder is None


def test_a_form_that_is_sent_twice_takes_once(scene: ConsoleScene) -> None:
    person = scene.signed_in()

    statuses = [take(person, 1, hx_request="true")["statusCode"] for _ in range(2)]

    assert (statuses, len(scene.cases.events["AAAAA-00001"])) == ([200, 200], 1)


def test_who_was_slower_reads_who_was_faster(scene: ConsoleScene) -> None:
    take(scene.signed_in(SUJIN), 1)

    answer = take(scene.signed_in(), 1, hx_request="true")

    assert answer["statusCode"] == 409
    assert "이수진 님이 먼저 맡았습니다" in strip_of(html_of(answer))
    assert text_in(strip_of(html_of(answer)), 1).endswith("이수진 님이 맡았습니다")
    assert scene.cases.cases["AAAAA-00001"].holder == SUJIN.name


def test_of_two_who_take_at_once_one_has_it(scene: ConsoleScene) -> None:
    scene.cases.meanwhile["save"] = [lambda: take(scene.signed_in(SUJIN), 1)]

    answer = take(scene.signed_in(), 1, hx_request="true")

    assert (answer["statusCode"], "이수진 님이 먼저 맡았습니다" in strip_of(html_of(answer))) == (409, True)
    assert scene.cases.cases["AAAAA-00001"].holder == SUJIN.name


def test_a_mention_that_joins_at_this_moment_keeps_nobody_from_taking_the_case(scene: ConsoleScene) -> None:
    def joins() -> None:
        case = scene.cases.cases["AAAAA-00001"]
        scene.cases.cases[case.id] = case._replace(version=case.version + 1)

    scene.cases.meanwhile["save"] = [joins, joins]

    assert take(scene.signed_in(), 1, hx_request="true")["statusCode"] == 200
    assert scene.cases.cases["AAAAA-00001"].holder == JIMIN.name


@pytest.mark.parametrize("state", [CaseState.ANSWERED, CaseState.CLOSED, CaseState.QUEUED])
def test_what_is_over_is_not_taken(state: CaseState, scene: ConsoleScene) -> None:
    in_danger(scene, 1, state=state)

    answer = take(scene.signed_in(), 1, hx_request="true")

    assert (answer["statusCode"], "끝난 글입니다" in html_of(answer)) == (409, True)
    assert scene.cases.cases["AAAAA-00001"].holder is None


def test_without_scripts_the_case_opens_or_a_page_says_who_was_faster(scene: ConsoleScene) -> None:
    first, second = take(scene.signed_in(SUJIN), 1), take(scene.signed_in(), 1)

    assert (first["statusCode"], first["headers"]["location"]) == (303, "/console/inbox/all/AAAAA-00001")
    assert second["statusCode"] == 409
    assert "먼저 맡았습니다" in html_of(second)
    assert "/console/inbox/all/AAAAA-00001" in html_of(second)


def test_people_of_a_department_see_only_its_cases_and_take_none(scene: ConsoleScene) -> None:
    person = scene.signed_in(BILLING)
    shown = strip(person, "inbox/at_department")

    assert keys_in(shown) == ["4", "5"]
    assert "제가 맡을게요" not in shown
    assert [take(person, number)["statusCode"] for number in (1, 4)] == [403, 403]
    assert not scene.cases.events


def test_a_viewer_sees_all_and_takes_none(scene: ConsoleScene) -> None:
    shown = strip(scene.signed_in(VIEWER))

    assert len(keys_in(shown)) == 5
    assert "<form" not in shown


def test_practice_shows_the_real_cases_as_such_and_takes_none(scene: ConsoleScene) -> None:
    shown = strip(scene.signed_in(), "practice")

    assert "연습이 아니라 실제로 들어온 글입니다." in shown
    assert 'href="/console/inbox/all/AAAAA-00001"' in shown
    assert "<form" not in shown


@pytest.mark.parametrize("path", ["inbox/to_answer", "calendar", "poll?queue=to_answer"])
def test_a_strip_that_cannot_be_read_says_so_and_takes_no_page_down(path: str, scene: ConsoleScene) -> None:
    scene.inbox.busy = {"pressing"}

    response = scene.signed_in().get(path)

    assert response["statusCode"] == 200
    assert "위험한 글이 있는지 지금은 확인할 수 없습니다" in strip_of(html_of(response))
    assert "긴급 0" not in html_of(response)


def test_nothing_is_shown_while_nobody_is_in_danger(scene: ConsoleScene) -> None:
    for number in range(1, 6):
        in_danger(scene, number, state=CaseState.CLOSED)

    shown = strip(scene.signed_in())

    assert " hidden>" in shown
    assert text_of(shown) == ""


def test_a_page_that_stays_open_learns_of_danger_and_of_who_took_it(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    in_danger(scene, 6, department="network")
    take(scene.signed_in(SUJIN), 1)

    poll = html_of(person.part("poll?queue=calendar"))

    assert keys_in(strip_of(poll)) == ["2", "3", "4", "5", "6", "1"]
    assert text_in(strip_of(poll), 1).endswith("이수진 님이 맡았습니다")
    assert len(re.findall('data-kind="danger"', poll)) == 6
