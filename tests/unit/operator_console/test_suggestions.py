"""Similar answers beside a case: what is shown, for whom, and what happens when they can't be had."""

import html
import re
from datetime import timedelta

import pytest

from desk.people.saved_replies import SavedReply
from tests.unit.operator_console.scene import BILLING, ConsoleScene, SignedIn, html_of
from tests.unit.operator_console.test_saved_replies import inserted
from tests.unit.replies.scene import CASE, NOW, mention
from tests.unit.suggestions.scene import AnsweredDesk

PATH = f"case/{CASE.id}/suggestions"


@pytest.fixture
def scene() -> ConsoleScene:
    return ConsoleScene()


@pytest.fixture
def desk(scene: ConsoleScene) -> AnsweredDesk:
    """What the scene's people answered before."""
    desk = AnsweredDesk(scene.brand, scene.posts, scene.cases, scene.mentions, scene.answer_indexes)
    desk.answered("청구서가 두 장 왔어요", "{지역} 청구서는 한 장이 맞습니다, 이름501 님. 00501-00000")
    desk.answered("로밍이 안 켜집니다", "데이터 로밍을 켜 주세요.", {"department": "network"})
    return desk


@pytest.fixture
def jimin(scene: ConsoleScene, desk: AnsweredDesk) -> SignedIn:
    desk.index()
    return scene.signed_in()


def words(body: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", body))


def test_a_similar_answer_is_inserted_with_the_places_of_this_case_filled(jimin: SignedIn) -> None:
    body = html_of(jimin.part(PATH))

    assert inserted(body)[0] == f"{{지역}} 청구서는 한 장이 맞습니다, 김 님. {CASE.id}"
    assert "<kbd>Alt+1</kbd>" in body
    assert "<mark>{지역}</mark>" in body
    assert "요금" in words(body)
    assert "박지민" in words(body)


def test_saved_replies_take_the_keys_that_similar_answers_leave(scene: ConsoleScene, jimin: SignedIn) -> None:
    for number in range(9):
        scene.saved_replies.save(SavedReply(f"r{number}", f"답변 {number}", f"{number}번 답변입니다."))

    similar, saved = html_of(jimin.part(PATH)).split('id="saved-replies"')

    first = similar.count("<kbd>Alt+")
    assert re.findall(r"Alt\+(\d)", saved) == [str(number) for number in range(first + 1, 6)]
    assert len(inserted(saved)) == 8
    assert "그 밖에 1개" in saved


def test_a_search_asks_for_saved_replies_alone(scene: ConsoleScene, jimin: SignedIn) -> None:
    body = html_of(jimin.part(f"{PATH}?q=xyz"))

    assert 'id="saved-replies"' in body
    assert "‘xyz’" in body
    assert 'id="suggestions"' not in body
    assert scene.answer_indexes.calls["current"] == 0


def test_without_scripts_both_lists_are_a_page(jimin: SignedIn) -> None:
    body = html_of(jimin.get(PATH))

    assert body.startswith("<!doctype html>")
    assert "비슷한 답변" in words(body)
    assert f"청구서는 한 장이 맞습니다, 김 님. {CASE.id}" in words(body)
    assert inserted(body) == []  # there is no reply box
    assert f'href="/console/case/{CASE.id}"' in body


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (lambda scene: scene.answer_indexes.busy.add("current"), "지금은 비슷한 답변을 불러올 수 없습니다."),
        (lambda scene: scene.posts.busy.add("get_many"), "지금은 비슷한 답변을 불러올 수 없습니다."),
        (lambda scene: setattr(scene.answer_indexes, "unavailable", True), "지금은 비슷한 답변을 불러올 수 없습니다."),
        (lambda scene: setattr(scene.answer_indexes, "held", None), "내일 아침부터 보입니다."),
        (lambda scene: scene.posts.posts.clear(), "비슷한 답변이 없습니다."),
    ],
)
def test_what_is_missing_is_said_quietly_and_saved_replies_are_still_there(
    scene: ConsoleScene, jimin: SignedIn, trouble: object, sentence: str
) -> None:
    scene.saved_replies.save(SavedReply("r1", "환불", "사흘 걸립니다."))
    trouble(scene)  # type: ignore[operator]

    response = jimin.part(PATH)

    assert response["statusCode"] == 200
    assert sentence in words(response["body"])
    assert inserted(response["body"]) == ["사흘 걸립니다."]


def test_where_somebody_may_be_in_danger_nothing_earlier_is_suggested(scene: ConsoleScene, jimin: SignedIn) -> None:
    scene.cases.put(CASE._replace(danger=True), mention())

    body = html_of(jimin.part(PATH))

    assert inserted(body) == []
    assert "위험 신고일 수 있어" in body


def test_the_question_is_what_the_newest_mentions_say(scene: ConsoleScene, desk: AnsweredDesk, jimin: SignedIn) -> None:
    more = [mention(101, "@jade 로밍이요"), mention(102, "@jade 아직도요")]
    scene.cases.put(CASE._replace(mention_ids=("100", "101", "102")), *more)

    assert "데이터 로밍을 켜 주세요." in inserted(html_of(jimin.part(PATH)))


def test_hostile_words_of_an_earlier_answer_stay_words(scene: ConsoleScene, desk: AnsweredDesk) -> None:
    hostile = '청구서 두 장 "><img src=x onerror=alert(1)>'
    desk.answered("청구서가 두 장", hostile)
    desk.index(NOW + timedelta(hours=1))

    body = html_of(scene.signed_in().part(PATH))

    assert "<img" not in body
    assert hostile in inserted(body)


def test_a_department_sees_suggestions_for_its_own_cases_only(scene: ConsoleScene, jimin: SignedIn) -> None:
    assert scene.signed_in(BILLING).part(PATH)["statusCode"] == 200
    scene.cases.put(CASE._replace(department="network"), mention())
    assert scene.signed_in(BILLING).part(PATH)["statusCode"] == 404
