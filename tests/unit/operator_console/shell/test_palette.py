"""What the palette finds: people and cases by name, handle, number and initials, and the pages of the role."""

import json
from typing import Any

import pytest

from desk.x.model import Author
from operator_console.shell.palette import initials_of
from operator_console.shell.snapshot import LASTS
from tests.unit.operator_console.scene import BILLING, JIMIN, VIEWER, ConsoleScene, SignedIn


@pytest.fixture
def scene() -> ConsoleScene:
    scene = ConsoleScene()
    scene.cases.cases.clear()
    for number, name in enumerate(("김도현", "남 도현", "Anna Kim")):
        case = scene.have_case(number, "billing" if number == 0 else "network")
        author = Author(case.author_id, f"guest{number}", name)
        scene.cases.cases[case.id] = case._replace(author=author)
    return scene


def found(person: SignedIn, typed: str) -> dict[str, Any]:
    response = person.part(f"palette?q={typed}")
    assert (response["statusCode"], response["headers"]["content-type"]) == (200, "application/json")
    answer: dict[str, Any] = json.loads(response["body"])
    return answer


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("도현", {"김도현", "남 도현"}),
        ("남도현", {"남 도현"}),
        ("ㄱㄷㅎ", {"김도현"}),
        ("ㄷㅎ", {"김도현", "남 도현"}),
        ("KIM", {"Anna Kim"}),
        ("@guest1", {"남 도현"}),
        ("없는 이름", set()),
        ("%25", set()),
    ],
)
def test_people_are_found_by_name_handle_and_initials(scene: ConsoleScene, typed: str, names: set[str]) -> None:
    answer = found(scene.signed_in(), typed)

    assert {each["label"] for each in answer["people"]} == names
    assert len(answer["cases"]) == len(names)


def test_a_case_is_found_by_the_beginning_of_its_number(scene: ConsoleScene) -> None:
    case_id = next(iter(scene.cases.cases))

    answer = found(scene.signed_in(), case_id[:8].lower().replace("-", ""))

    assert [each["path"] for each in answer["cases"]] == [f"inbox/all/{case_id}"]


def test_a_department_finds_its_own_people_and_cases_alone(scene: ConsoleScene) -> None:
    assert [each["label"] for each in found(scene.signed_in(BILLING), "도현")["people"]] == ["김도현"]
    assert found(scene.signed_in(BILLING), "anna") == {"people": [], "cases": []}


def test_each_role_is_offered_the_pages_that_it_has(scene: ConsoleScene) -> None:
    def pages(person: SignedIn) -> set[str]:
        return {each["path"] for each in json.loads(person.part("palette")["body"])["pages"]}

    assert {"inbox/to_answer", "write", "people", "trends", "settings"} <= pages(scene.signed_in(JIMIN))
    assert pages(scene.signed_in(VIEWER)) == pages(scene.signed_in(JIMIN))
    assert {each.partition("/")[0] for each in pages(scene.signed_in(BILLING))} == {"inbox", "settings"}


def test_somebody_who_types_letter_for_letter_has_the_inbox_read_once(
    scene: ConsoleScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    console, person = scene.console, scene.signed_in()
    read = 0
    whole = scene.inbox.page

    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal read
        read += 1
        return whole(*args, **kwargs)

    monkeypatch.setattr(scene.inbox, "page", counted)
    monkeypatch.setattr(scene, "console_at", lambda _: console)
    for typed in ("ㄱ", "ㄱㄷ", "ㄱㄷㅎ"):
        found(person, typed)
    assert read == 1
    scene.now += LASTS
    found(person, "김")
    assert read == 2


def test_initials_are_those_of_each_syllable() -> None:
    assert (initials_of("답변할 글"), initials_of("김X 힣가")) == ("ㄷㅂㅎㄱ", "ㄱㅎㄱ")
