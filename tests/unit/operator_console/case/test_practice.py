"""Practice cases: done with the forms of real cases, explained where something is missing, and without any effect."""

from collections.abc import Mapping

import pytest

from desk.staff.model import Person
from operator_console.case.lessons import LESSONS, other_department
from tests.unit.operator_console.scene import BILLING, JIMIN, SUJIN, VIEWER, ConsoleScene, Response, html_of

NUMBERS = {lesson.key: lesson.number for lesson in LESSONS}
RIGHT: Mapping[str, tuple[str, dict[str, str]]] = {
    "answer": ("send", {"text": "매달 25일에 빠져나갑니다."}),
    "hand": ("hand", {"department": "billing"}),
    "draft": ("send", {"text": "그대로 쓰실 수 있어요."}),
    "snooze": ("snooze", {"snooze": "tomorrow"}),
    "misread": ("misread", {"kind": "feedback", "department": "billing"}),
}
WRONG = [
    ("answer", "send", {"text": " \n"}, "답변이 비어 있어요"),
    ("answer", "close", {"reason": "광고"}, "이번 연습에서 할 일이 아니에요"),
    ("hand", "hand", {"department": "pr"}, "골라 주세요"),
    ("hand", "hand", {}, "골라 주세요"),
    ("draft", "return_draft", {"comment": "다시"}, "이번 연습에서 할 일이 아니에요"),
    ("snooze", "snooze", {"snooze": "hour"}, "‘내일 오전 9시’"),
    ("misread", "misread", {"kind": "chat"}, "‘의견’"),
]


@pytest.fixture
def scene() -> ConsoleScene:
    return ConsoleScene()


def attempt(scene: ConsoleScene, lesson: str, person: Person = JIMIN, **headers: str) -> Response:
    action, fields = RIGHT[lesson]
    return scene.signed_in(person).post(f"practice/case/{NUMBERS[lesson]}/{action}", fields, **headers)


def test_a_newcomer_is_led_through_all_five_and_then_to_today(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    assert person.get("")["headers"]["location"] == "/console/practice"

    for place, lesson in enumerate(LESSONS):
        page = html_of(person.get("practice"))
        assert f"5건 중 {place}건 했어요" in page
        action, _ = RIGHT[lesson.key]
        assert f'action="/console/practice/case/{lesson.number}/{action}"' in page
        assert attempt(scene, lesson.key)["headers"]["location"] == f"/console/practice?after={lesson.key}"

    assert "잘하셨어요" in html_of(person.get("practice?after=misread"))
    assert "모두 마쳤어요" in html_of(person.get("practice"))
    assert person.get("")["headers"]["location"] == "/console/today"


@pytest.mark.parametrize(("lesson", "action", "fields", "sentence"), WRONG)
def test_a_mistake_is_explained_and_can_be_made_good(
    scene: ConsoleScene, lesson: str, action: str, fields: dict[str, str], sentence: str
) -> None:
    path, person = f"practice/case/{NUMBERS[lesson]}/{action}", scene.signed_in()

    part, page = person.post(path, fields, hx_request="true"), person.post(path, fields)

    assert (part["statusCode"], part["headers"]["HX-Retarget"]) == (422, "#practice-problem")
    assert all(sentence in html_of(each) for each in (part, page))
    assert page["statusCode"] == 422
    assert scene.practice.by_person == {}
    assert attempt(scene, lesson)["statusCode"] == 303


def test_a_typed_answer_stays_after_a_mistake(scene: ConsoleScene) -> None:
    page = scene.signed_in().post(f"practice/case/{NUMBERS['answer']}/note", {"text": "</textarea><b>매달 25일"})

    assert "&lt;/textarea&gt;&lt;b&gt;매달 25일</textarea>" in html_of(page)


def test_nothing_reaches_cases_posts_queues_or_colleagues(scene: ConsoleScene) -> None:
    before = dict(scene.cases.cases), scene.cases.events.copy()
    scene.cases.calls.clear()

    for lesson in RIGHT:
        html_of(scene.signed_in().get(f"practice/{lesson}"))
        attempt(scene, lesson)

    assert (dict(scene.cases.cases), scene.cases.events) == before
    assert "save" not in scene.cases.calls
    assert (scene.posts.posts, scene.queue.sent, scene.colleagues.notified) == ({}, [], [])
    assert scene.drafts.drafts == {}


def test_no_link_leads_to_x_where_no_practice_case_is(scene: ConsoleScene) -> None:
    page = html_of(scene.signed_in().get("practice/answer"))

    assert f'href="{scene.brand.x_site}/practice"' not in page
    assert not [each for each in ("/i/status/", "intent/") if each in page]


def test_progress_is_each_persons_own_and_can_begin_again(scene: ConsoleScene) -> None:
    attempt(scene, "answer")
    attempt(scene, "answer")
    other = scene.signed_in(SUJIN)
    assert "5건 중 0건" in html_of(other.get("practice"))
    person = scene.signed_in()
    assert "5건 중 1건" in html_of(person.get("practice"))

    person.post("practice/again")

    assert "5건 중 0건" in html_of(person.get("practice"))


def test_a_script_is_led_to_the_next_case(scene: ConsoleScene) -> None:
    assert attempt(scene, "hand", hx_request="true")["headers"]["hx-redirect"] == "/console/practice?after=hand"


@pytest.mark.parametrize(("person", "begins"), [(VIEWER, "today"), (BILLING, "inbox/to_answer")])
def test_only_people_who_act_practise(scene: ConsoleScene, person: Person, begins: str) -> None:
    assert scene.signed_in(person).get("")["headers"]["location"] == f"/console/{begins}"
    assert scene.signed_in(person).get("practice")["statusCode"] == 403
    assert attempt(scene, "answer", person)["statusCode"] == 403


def test_an_offer_keeps_nobody_from_work(scene: ConsoleScene) -> None:
    scene.practice.busy.add("done")

    assert scene.signed_in().get("")["headers"]["location"] == "/console/today"


@pytest.mark.parametrize("path", ["practice/unknown", "practice/case/7Q2M4-XD93K"])
def test_there_are_only_five(scene: ConsoleScene, path: str) -> None:
    assert scene.signed_in().get(path)["statusCode"] == 404
    assert scene.signed_in().post(f"{path}/send", {"text": "x"})["statusCode"] == 404


def test_the_department_of_the_exercise_is_the_first_that_is_not_the_operators(scene: ConsoleScene) -> None:
    assert other_department(scene.brand) == "billing"
