"""What may be about somebody's safety: in the strip below danger, confirmed or cleared by one key, opened by whom."""

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from desk.cases.model import Case, CaseEventKind
from desk.reading import Safety, Urgency
from desk.staff.model import Person
from tests.unit.operator_console.inbox.test_inbox import put, text_of
from tests.unit.operator_console.scene import BILLING, JIMIN, VIEWER, ConsoleScene, html_of
from tests.unit.operator_console.shell.test_danger_strip import in_danger, keys_in, strip_of, take, text_in
from tests.unit.replies.scene import NOW

MINUTE = timedelta(minutes=1)
FORM = {"version": "1", "request": "form-0001", "queue": "to_answer"}


@pytest.fixture
def scene() -> ConsoleScene:
    scene = ConsoleScene()
    scene.cases.cases.clear()
    return scene


def to_check(scene: ConsoleScene, number: int, **changes: Any) -> Case:
    return put(scene, number, NOW + number * MINUTE, **({"safety": Safety.CHECK, "unseen_since": NOW} | changes))


def opened(scene: ConsoleScene, number: int = 1, person: Person = JIMIN, query: str = "queue=all") -> str:
    return html_of(scene.signed_in(person).part(f"case/AAAAA-{number:05}?{query}"))


def test_it_stands_in_the_strip_below_danger_and_is_not_counted_as_urgent(scene: ConsoleScene) -> None:
    to_check(scene, 1)
    to_check(scene, 2, department="network")
    in_danger(scene, 3)
    in_danger(scene, 4, holder="이수진")
    put(scene, 5, urgency=Urgency.HIGH)

    page = html_of(scene.signed_in().get("inbox/to_answer"))
    strip = strip_of(page)

    assert keys_in(strip) == ["3", "4", "1", "2"]
    assert text_in(strip, 1).startswith("안전 확인 필요 @minji")
    heads = re.findall(r'class="head[^"]*">(?:<svg.*?</svg>)?([^<]*?) <b>(\d+)', strip)
    assert heads == [("위험", "1"), ("안전 확인 필요", "2")]
    assert re.search(r'data-number="chip:urgent">(\d+)<', page)[1] == "3"  # type: ignore[index]
    assert "<title>위험 1 · " in page


def test_alone_it_is_under_its_own_name_and_the_title_is_calm(scene: ConsoleScene) -> None:
    to_check(scene, 1)

    page = html_of(scene.signed_in().get("inbox/to_answer"))

    assert text_of(strip_of(page)).startswith("안전 확인 필요 1 아직 아무도 맡지 않은 글 안전 확인 필요 @minji")
    assert "<title>위험" not in page


def test_it_is_taken_like_danger(scene: ConsoleScene) -> None:
    to_check(scene, 1)

    answer = strip_of(html_of(take(scene.signed_in(), 1, hx_request="true")))

    assert (scene.cases.cases["AAAAA-00001"].holder, text_in(answer, 1).endswith("님이 맡았습니다")) == (
        JIMIN.name,
        True,
    )
    assert scene.cases.cases["AAAAA-00001"].unseen_since is None


def test_the_list_of_what_is_urgent_does_not_have_it_and_its_queue_has_it_first(scene: ConsoleScene) -> None:
    to_check(scene, 1)
    put(scene, 2, urgency=Urgency.HIGH)

    urgent, queue = (html_of(scene.signed_in().get(path)) for path in ("inbox/all?urgent=1", "inbox/to_answer"))

    assert re.findall(r'<li id="row-AAAAA-0000(\d)"', urgent) == ["2"]
    assert re.findall(r'<li id="row-AAAAA-0000(\d)"', queue) == ["1", "2"]


def test_a_page_that_stays_open_learns_of_it_and_shows_it_in_its_list_at_once(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    to_check(scene, 1)

    poll = html_of(person.part("poll?queue=calendar"))
    own = html_of(person.part("poll?queue=to_answer"))

    assert keys_in(strip_of(poll)) == ["1"]
    assert len(re.findall('data-kind="check"', poll)) == 1
    assert 'id="row-AAAAA-00001"' in own


def test_the_page_says_what_to_do_and_offers_both_decisions(scene: ConsoleScene) -> None:
    to_check(scene, 1)

    html = opened(scene)

    section = html[html.index('class="danger"') : html.index('class="thread"')]
    assert "안전 확인 필요: 도움이 필요한 분의 글일 수 있습니다." in section
    assert "자살예방상담전화 109" in section
    assert re.findall(r'data-command="(\w+)" aria-keyshortcuts="(\w)"', section) == [("raise", "u"), ("clear", "c")]
    assert html.count('data-command="raise"') == 1
    assert not any(word in section for word in ("자살 ", "자해", "우울", "위기 신호"))


@pytest.mark.parametrize(("person", "offers"), [(JIMIN, True), (BILLING, False), (VIEWER, False)])
def test_who_may_not_act_is_offered_no_decision(person: Person, offers: bool, scene: ConsoleScene) -> None:
    to_check(scene, 1, department="billing")

    assert ('value="clear"' in opened(scene, person=person)) is offers


@pytest.mark.parametrize(
    ("action", "after", "event", "sentence"),
    [
        ("raise", Safety.DANGER, CaseEventKind.RAISED, "긴급으로 바꿨어요."),
        ("clear", None, CaseEventKind.CLEARED, "안전 확인을 마쳤습니다. 이제 다른 문의처럼 처리합니다."),
    ],
)
@pytest.mark.parametrize("scripts", [True, False])
def test_each_decision_is_one_form(  # noqa: PLR0917 - parameters and fixtures
    action: str, after: Safety | None, event: CaseEventKind, sentence: str, scripts: bool, scene: ConsoleScene
) -> None:
    case = to_check(scene, 1)

    response = scene.signed_in().post(f"case/{case.id}/{action}", FORM, **({"hx_request": "true"} if scripts else {}))

    assert response["statusCode"] == (200 if scripts else 303)
    assert (scene.cases.cases[case.id].safety, [each.what for each in scene.cases.events[case.id]]) == (after, [event])
    if scripts:
        assert json.loads(response["headers"]["hx-trigger"])["done"]["text"].startswith(sentence)
        assert 'value="clear"' not in response["body"]
    history = unescape(opened(scene))
    assert ("안전 확인을 마쳤습니다" if after is None else "긴급으로 바꿨어요") in history


def test_a_page_that_is_older_than_the_case_decides_nothing(scene: ConsoleScene) -> None:
    case = to_check(scene, 1, version=4)

    response = scene.signed_in().post(f"case/{case.id}/clear", FORM, hx_request="true")

    assert (response["statusCode"], response["headers"]["hx-retarget"]) == (409, "#clear-problem")
    assert scene.cases.cases[case.id].safety is Safety.CHECK


@pytest.mark.parametrize(
    ("person", "how", "looked"),
    [
        (JIMIN, {}, True),
        (BILLING, {}, True),
        (VIEWER, {}, False),
        (JIMIN, {"hx_request": "true"}, False),
        (JIMIN, {"sec_purpose": "prefetch"}, False),
    ],
    ids=["operator", "department", "viewer", "part", "loaded ahead"],
)
def test_who_opens_it_has_looked(person: Person, how: dict[str, str], looked: bool, scene: ConsoleScene) -> None:
    case = to_check(scene, 1, department="billing")

    scene.signed_in(person).get(f"case/{case.id}", **how)

    assert (scene.cases.cases[case.id].unseen_since is None) is looked
    assert scene.cases.cases[case.id].version == case.version


def test_a_case_that_was_loaded_ahead_is_opened_by_its_key(scene: ConsoleScene) -> None:
    case = to_check(scene, 1)

    scene.signed_in().post("seen", {"key": case.id}, hx_request="true")

    assert scene.cases.cases[case.id].unseen_since is None


def test_a_case_is_shown_although_the_look_cannot_be_recorded(scene: ConsoleScene) -> None:
    case = to_check(scene, 1)
    scene.cases.busy = {"mark_opened"}

    assert "안전 확인 필요" in opened(scene)
    assert scene.cases.cases[case.id].unseen_since == NOW
