"""Answer pages that open only for people who are signed in."""

import re
from html import unescape
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from answer_case.http import AnswerPage
from answer_case.presence import LinkPresence
from answer_case.sign_in import SignedInPeople
from desk.cases.model import CaseState
from desk.reading import Safety
from desk.staff.model import Person, Role
from desk.staff.sessions import SESSION_COOKIE
from tests.fakes.staff import FakeSessions
from tests.unit.answer_case.browser import HIDDEN, get, post, text_of
from tests.unit.replies.scene import NOW, DeskOfAnswers

JIEUN = Person("jieun", "김지은", Role.DEPARTMENT, frozenset({"billing"}))
JIMIN = Person("jimin", "박지민", Role.OPERATOR)
OTHERS = [Person("o", "오세훈", Role.DEPARTMENT, frozenset({"network"})), Person("v", "최보라", Role.VIEWER)]


class Scene:
    """A desk whose answer pages need a sign-in, and the page of one link."""

    def __init__(self, viewer: str = "billing") -> None:
        self.desk, self.sessions = DeskOfAnswers(), FakeSessions()
        self.link_id = self.desk.link(viewer)
        self.page = self.page_for(SignedInPeople(self.sessions, self.desk.open_case))

    def page_for(self, people: SignedInPeople | None) -> AnswerPage:
        """The page, which opens for these people; None: for anybody who has the link."""
        return AnswerPage(
            self.desk.open_case,
            self.desk.actions,
            LinkPresence(self.desk.presence, self.sessions, self.desk.brand),
            self.desk.brand,
            Logger(service="answer-sign-in", level="CRITICAL"),
            api_url="",
            image_sources="",
            people=people,
        )

    def open(self, person: Person | None, link_id: str = "") -> dict[str, Any]:
        return self.page.respond(get(link_id or self.link_id, cookies=self._cookies(person)), NOW)

    def send(self, person: Person | None, fields: dict[str, str]) -> dict[str, Any]:
        return self.page.respond(post(self.link_id, fields, cookies=self._cookies(person)), NOW)

    def form(self, person: Person, **fields: str) -> dict[str, str]:
        return {**dict(HIDDEN.findall(self.open(person)["body"])), "name": "somebody else", **fields}

    def _cookies(self, person: Person | None) -> list[str]:
        return [f"{SESSION_COOKIE}={self.sessions.begin(person, NOW, id_token='')}"] if person else []


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_stranger_signs_in_first_and_comes_back_here(scene: Scene) -> None:
    response = scene.open(None)

    assert response["statusCode"] == 303
    assert response["headers"]["location"] == f"/console/sign-in?to=/answer/{scene.link_id}"
    assert response["body"] == ""


def test_what_is_no_link_is_never_sent_along(scene: Scene) -> None:
    assert scene.open(None, "//evil.example")["headers"]["location"] == "/console/sign-in"


@pytest.mark.parametrize("person", [JIEUN, JIMIN])
def test_people_of_the_department_and_operators_open_the_page_without_a_field_for_a_name(
    scene: Scene, person: Person
) -> None:
    response = scene.open(person)

    assert response["statusCode"] == 200
    assert f"{person.name} 님으로 로그인했어요." in text_of(response)
    assert 'autocomplete="name"' not in response["body"]


@pytest.mark.parametrize("person", OTHERS)
def test_nobody_else_opens_it(scene: Scene, person: Person) -> None:
    response = scene.open(person)

    assert response["statusCode"] == 403
    assert "이 문의를 열 권한이 없어요" in text_of(response)
    assert scene.send(person, {"action": "take", "name": "x"})["statusCode"] == 403


def test_the_operators_own_link_is_for_operators() -> None:
    scene = Scene("operator")

    assert (scene.open(JIEUN)["statusCode"], scene.open(JIMIN)["statusCode"]) == (403, 200)


def test_an_action_records_the_account_whatever_name_was_sent(scene: Scene) -> None:
    response = scene.send(JIEUN, scene.form(JIEUN, action="take"))

    assert (response["statusCode"], response["cookies"]) == (303, [])
    assert scene.desk.case.holder == "김지은"


def test_what_was_written_survives_the_end_of_the_session(scene: Scene) -> None:
    fields = scene.form(JIEUN, action="answer", text='확인했습니다 "<b>" & 곧 환불됩니다')

    response = scene.send(None, fields)

    assert response["statusCode"] == 401
    assert scene.desk.case.state is CaseState.OPEN
    assert f'href="/console/sign-in?to=/answer/{scene.link_id}" target="_blank"' in response["body"]
    assert "<b>" not in response["body"]
    kept = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', response["body"])
    again = {name: unescape(value) for name, value in kept}
    assert again == fields
    assert scene.send(JIEUN, again)["statusCode"] in {200, 303}
    assert scene.desk.case.state is not CaseState.OPEN


def test_a_link_that_opens_nothing_says_so_after_the_sign_in(scene: Scene) -> None:
    assert scene.open(JIEUN, "AAAAAAAAAAAAAAAAAA")["statusCode"] == 404


def test_busy_tables_let_nobody_in(scene: Scene) -> None:
    scene.sessions.busy.add("find")

    assert scene.open(JIEUN)["statusCode"] == 503


def test_a_script_without_a_session_gets_no_page(scene: Scene) -> None:
    response = scene.send(None, {"presence": "typing", "name": "x"})

    assert (response["statusCode"], response["body"]) == (401, "")


def test_who_signed_in_has_looked_at_the_case_and_a_link_that_anybody_may_open_says_nothing(scene: Scene) -> None:
    scene.desk.have(safety=Safety.CHECK, unseen_since=NOW)
    open_page = scene.page_for(None)

    open_page.respond(get(scene.link_id), NOW)
    by_anybody = scene.desk.case.unseen_since
    scene.open(JIEUN)

    assert (by_anybody, scene.desk.case.unseen_since) == (NOW, None)


def test_a_page_opens_although_the_look_cannot_be_recorded(scene: Scene) -> None:
    scene.desk.have(safety=Safety.CHECK, unseen_since=NOW)
    scene.desk.cases.busy = {"mark_opened"}

    assert scene.open(JIEUN)["statusCode"] == 200
    assert scene.desk.case.unseen_since == NOW
