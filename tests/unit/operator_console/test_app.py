"""Who gets in, what is refused, and what every response carries."""

from typing import Any

import pytest

from desk.staff.model import Person, Role
from desk.web.response import Response, html
from desk.web.routes import Routes
from operator_console.app import LARGEST, Console, Right, Route, Visit, may
from tests.unit.operator_console.scene import BILLING, JIMIN, VIEWER, ConsoleScene, event


def hello(visit: Visit) -> Response:
    return html(visit.person.name + visit.params.get("case_id", ""))


def broken(_visit: Visit) -> Response:
    raise KeyError("a text that somebody wrote")


class Scene(ConsoleScene):
    """A console with a page to see, ones that act, and one with a defect; it counts what may have changed something."""

    changes: int = 0

    def change(self) -> None:
        self.changes += 1

    def console_at(self, api_url: str) -> Console:
        console = super().console_at(api_url)
        more = [
            Route("GET", "hello/{case_id}", hello),
            Route("POST", "act/{case_id}", hello, Right.ACT),
            Route("POST", "draft", hello, Right.DRAFT, changes=False),
            Route("GET", "broken", broken),
            Route("POST", "broken", broken),
        ]
        screens = console._screens_in("")
        screens.routes._loaded.extend(Routes(more)._loaded)
        console._on_change = self.change
        return console


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_page_leads_a_stranger_to_the_sign_in_and_back(scene: Scene) -> None:
    response = scene.get("hello/7Q2M4-XD93K")

    assert (response["statusCode"], response["headers"]["location"]) == (303, "/console/sign-in?to=hello/7Q2M4-XD93K")


@pytest.mark.parametrize("session", ["unknown", ""])
def test_a_part_of_a_page_answers_401_without_a_session(scene: Scene, session: str) -> None:
    assert scene.get("hello/1", cookies={"__Host-console": session}, hx_request="true")["statusCode"] == 401


def test_a_session_ends_after_its_time(scene: Scene) -> None:
    person = scene.signed_in()
    scene.now = person.session.expires_at

    assert person.get("hello/1")["statusCode"] == 303


def test_a_person_who_is_signed_in_sees_the_page(scene: Scene) -> None:
    assert scene.signed_in().get("hello/7Q2M4-XD93K")["body"] == "박지민7Q2M4-XD93K"


@pytest.mark.parametrize(
    ("person", "right", "expected"),
    [
        (JIMIN, Right.ACT, True),
        (VIEWER, Right.SEE, True),
        (VIEWER, Right.DRAFT, False),
        (BILLING, Right.DRAFT, True),
        (BILLING, Right.ACT, False),
    ],
)
def test_each_role_has_its_rights(person: Person, right: Right, expected: bool) -> None:
    assert may(person, right) is expected


@pytest.mark.parametrize(("person", "path", "status"), [(VIEWER, "act/1", 403), (BILLING, "draft", 200)])
def test_a_hand_made_request_beyond_the_role_is_refused(scene: Scene, person: Person, path: str, status: int) -> None:
    assert scene.signed_in(person).post(path)["statusCode"] == status


def test_departments_see_only_their_own_cases() -> None:
    assert BILLING.sees("billing")
    assert not BILLING.sees("devices")
    assert Person("v", "v", Role.VIEWER).sees("devices")


@pytest.mark.parametrize(
    ("csrf", "headers"),
    [
        ("", {}),
        ("another", {}),
        ("tökén", {}),
        (None, {"origin": "https://evil.example"}),
    ],
)
def test_a_forged_request_is_refused(scene: Scene, csrf: str | None, headers: dict[str, Any]) -> None:
    assert scene.signed_in().post("act/1", csrf=csrf, **headers)["statusCode"] == 403


def test_what_may_have_changed_something_is_told_also_after_a_failure(scene: Scene) -> None:
    person = scene.signed_in()

    for path, told in (("act/1", 1), ("broken", 2), ("draft", 2)):
        person.post(path)
        assert scene.changes == told
    person.get("hello/1")
    assert scene.changes == 2


def test_the_token_may_come_as_a_field(scene: Scene) -> None:
    person = scene.signed_in()

    assert person.post("act/1", {"csrf": person.session.csrf}, csrf="")["statusCode"] == 200


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ("a=" + "b" * LARGEST, {}, 413),
        ("a=b&a=c", {}, 400),
        ("a=b", {"content-type": "text/plain"}, 415),
        ("&".join(f"f{number}=1" for number in range(600)), {}, 400),
    ],
)
def test_a_body_that_is_no_form_is_refused(scene: Scene, body: str, headers: dict[str, str], status: int) -> None:
    asked = event("POST", "act/1", headers=headers, body=body)

    assert scene.console.respond(asked, scene.now)["statusCode"] == status


def test_a_page_that_does_not_exist_says_so(scene: Scene) -> None:
    response = scene.signed_in().get("nothing/here")

    assert response["statusCode"] == 404
    assert "이 주소에는 화면이 없습니다." in response["body"]


def test_busy_tables_become_a_page_that_can_be_tried_again(scene: Scene) -> None:
    person = scene.signed_in()
    scene.sessions.busy.add("find")

    response = person.part("hello/1")

    assert (response["statusCode"], response["headers"]["retry-after"]) == (503, "5")
    assert response["body"].startswith('<p class="problem" role="alert">')


def test_a_defect_becomes_a_page_and_its_words_are_not_logged(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    response = scene.signed_in().get("broken")

    assert response["statusCode"] == 500
    assert "a text that somebody wrote" not in response["body"] + capsys.readouterr().out


def test_pages_run_only_scripts_of_their_own_and_are_kept_nowhere(scene: Scene) -> None:
    headers = scene.signed_in().get("hello/1")["headers"]

    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert (policy["script-src"], policy["style-src"], policy["frame-ancestors"]) == ("'self'", "'self'", "'none'")
    assert policy["img-src"] == "'self' data: https://pbs.example https://pictures.example"
    assert policy["connect-src"] == "'self' https://pictures.example"
    assert headers["cache-control"] == "private, no-store"
