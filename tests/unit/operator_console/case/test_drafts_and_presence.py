"""Drafts, presence, bands and settings: nothing typed is lost, and colleagues see each other."""

from datetime import timedelta

import pytest

from desk.cases.model import CaseEvent, CaseEventKind
from desk.mentions.model import RoutingOutcome, Stage, StoredMention
from desk.reading import Kind
from desk.staff.drafts import PersonalDraft
from desk.staff.model import Person, Role
from operator_console.items.personal_actions import LONGEST_DRAFT
from tests.unit.operator_console.scene import BILLING, JIMIN, SUJIN, VIEWER, ConsoleScene, SignedIn, html_of
from tests.unit.replies.scene import CASE, NOW, READING, mention

PATH = f"case/{CASE.id}"
DEVICES = Person("devices", "오하늘", Role.DEPARTMENT, frozenset({"devices"}))


@pytest.fixture
def scene() -> ConsoleScene:
    return ConsoleScene()


def save(person: SignedIn, text: str, sequence: int = 1, **fields: str) -> int:
    sent = {"text": text, "sequence": str(sequence), "version": "1", **fields}
    status: int = person.post(f"{PATH}/draft", sent)["statusCode"]
    return status


def test_a_draft_is_there_again_after_a_reload_and_a_new_sign_in(scene: ConsoleScene) -> None:
    assert save(scene.signed_in(), "확인해\r\n드릴게요", holding="1", other="x") == 204

    html = html_of(scene.signed_in().part(PATH))

    assert 'data-draft="확인해\n드릴게요"' in html
    assert 'data-options="{&#34;holding&#34;: &#34;1&#34;}"' in html
    assert 'data-sequence="1"' in html
    assert "확인해\n드릴게요" not in html_of(scene.signed_in(SUJIN).part(PATH))


def test_a_late_save_changes_nothing(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    save(person, "새 글", 2)

    assert save(person, "옛 글", 1) == 204
    assert 'data-draft="새 글"' in html_of(person.part(PATH))


def test_a_draft_survives_a_change_of_the_case_which_is_said(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    save(person, "쓰던 글")
    scene.have(version=2)
    scene.events.append(CaseEvent(CaseEventKind.TAKEN, NOW + timedelta(minutes=1), "이수진"))

    html = html_of(person.part(PATH))

    assert 'data-draft="쓰던 글"' in html
    assert "쓰시던 글을 저장한 뒤에 바뀐 것이 있어요: \u2068이수진\u2069 님이 담당자가 되었어요." in html


def test_a_draft_of_a_mention_without_a_case_is_kept_too(scene: ConsoleScene) -> None:
    chat = READING._replace(kind=Kind.CHAT, department=None)
    scene.mentions.stored["100"] = StoredMention(mention().mention, Stage.NOTHING, RoutingOutcome(chat, None, None))
    person = scene.signed_in()

    assert person.post("case/m100/draft", {"text": "반갑습니다", "sequence": "1"})["statusCode"] == 204
    assert 'data-draft="반갑습니다"' in html_of(person.part("case/m100"))


def test_a_draft_of_a_mention_goes_on_with_the_case_that_somebody_else_opened_of_it(scene: ConsoleScene) -> None:
    scene.have(kind=Kind.CHAT)
    draft = PersonalDraft("반갑습니다", {}, 0, 5, NOW)
    scene.drafts.save(JIMIN.id, "m100", draft)
    scene.drafts.fail_before.append("discard")
    assert scene.signed_in().part(PATH)["statusCode"] == 503

    for _ in range(2):
        assert 'data-draft="반갑습니다"' in html_of(scene.signed_in().part(PATH))

    scene.drafts.discard(JIMIN.id, CASE.id, 5, NOW)
    assert "반갑습니다" not in html_of(scene.signed_in().part(PATH))


@pytest.mark.parametrize(
    "fields",
    [
        {"sequence": "-1"},
        {"sequence": "1e9"},
        {"sequence": "９"},
        {"sequence": "9" * 40},
        {"version": "x"},
        {"text": "가" * (LONGEST_DRAFT + 1)},
        {"holding": "1" * 100},
    ],
)
def test_a_draft_that_makes_no_sense_is_refused(scene: ConsoleScene, fields: dict[str, str]) -> None:
    sent = {"text": "글", "sequence": "1", "version": "1"} | fields

    assert scene.signed_in().post(f"{PATH}/draft", sent)["statusCode"] == 422
    assert not scene.drafts.drafts


@pytest.mark.parametrize(("person", "status"), [(BILLING, 204), (VIEWER, 403), (DEVICES, 404)])
@pytest.mark.parametrize("what", ["draft", "presence"])
def test_only_people_of_the_case_leave_something_there(
    scene: ConsoleScene, person: Person, status: int, what: str
) -> None:
    sent = {"text": "글", "sequence": "1", "state": "left"}

    assert scene.signed_in(person).post(f"{PATH}/{what}", sent)["statusCode"] == status


@pytest.mark.parametrize("trouble", ["fail_before", "fail_after"])
def test_a_busy_store_is_said_and_the_draft_can_be_saved_again(scene: ConsoleScene, trouble: str) -> None:
    getattr(scene.drafts, trouble).append("save")
    person = scene.signed_in()

    assert save(person, "글") == 503
    assert save(person, "글") == 204
    assert 'data-draft="글"' in html_of(person.part(PATH))


def test_colleagues_see_each_other(scene: ConsoleScene) -> None:
    scene.signed_in(SUJIN).post(f"{PATH}/presence", {"state": "typing"})
    scene.signed_in(BILLING).post(f"{PATH}/presence", {"state": "opened"})

    answer = html_of(scene.signed_in().post(f"{PATH}/presence", {"state": "opened"}))

    assert "\u2068이수진\u2069 님이 작성 중" in answer
    assert "\u2068김지은\u2069 님이 보는 중" in answer
    assert "박지민" not in answer
    assert "\u2068이수진\u2069 님이 작성 중" in html_of(scene.signed_in().part(PATH))


def test_somebody_who_left_or_fell_silent_is_not_there(scene: ConsoleScene) -> None:
    sujin = scene.signed_in(SUJIN)
    sujin.post(f"{PATH}/presence", {"state": "typing"})
    scene.signed_in(BILLING).post(f"{PATH}/presence", {"state": "opened"})
    sujin.post(f"{PATH}/presence", {"state": "left"})
    assert "이수진" not in html_of(scene.signed_in().part(PATH))

    scene.now = NOW + timedelta(seconds=31)
    assert "김지은" not in html_of(scene.signed_in().part(PATH))


def test_an_unknown_presence_is_refused(scene: ConsoleScene) -> None:
    assert scene.signed_in().post(f"{PATH}/presence", {"state": "dancing"})["statusCode"] == 422


def test_the_band_says_what_changed_and_leads_to_it(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    assert person.part(f"{PATH}/band?version=1")["statusCode"] == 204

    scene.have(version=2)
    scene.events.append(CaseEvent(CaseEventKind.TAKEN, NOW + timedelta(minutes=1), "이수진"))
    html = html_of(person.part(f"{PATH}/band?version=1"))

    assert "이수진\u2069 님이 담당자가 되었어요." in html
    assert f'hx-get="/console/{PATH}" hx-target="#opened"' in html
    assert scene.signed_in(DEVICES).part(f"{PATH}/band?version=1")["statusCode"] == 404
