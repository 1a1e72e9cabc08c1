"""Similar answers beside a case: what is shown, for whom, and what happens when they can't be had."""

import html
import re
from datetime import timedelta

import pytest

from desk.reading import Safety, Urgency
from desk.spikes.model import Spike
from desk.staff.saved_replies import OnlyWhen, SavedReply
from tests.unit.operator_console.scene import BILLING, ConsoleScene, SignedIn, html_of
from tests.unit.operator_console.settings.test_saved_replies import inserted
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
        (lambda scene: scene.answer_indexes.busy.add("current"), "지금은 비슷한 답변을 불러올 수 없어요."),
        (lambda scene: scene.posts.busy.add("get_many"), "지금은 비슷한 답변을 불러올 수 없어요."),
        (lambda scene: setattr(scene.answer_indexes, "unavailable", True), "지금은 비슷한 답변을 불러올 수 없어요."),
        (lambda scene: setattr(scene.answer_indexes, "held", None), "내일 아침부터 보여요."),
        (lambda scene: scene.posts.posts.clear(), "비슷한 답변이 없어요."),
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


@pytest.mark.parametrize("query", ["", "?q=", "?q=복구"])
@pytest.mark.parametrize("fragment", [True, False])
@pytest.mark.parametrize(("safety", "urgency"), [(Safety.DANGER, Urgency.HIGH), (Safety.CHECK, Urgency.NORMAL)])
def test_where_somebody_may_be_at_risk_no_text_is_offered_and_the_place_says_why(  # noqa: PLR0917 - parameters and fixtures
    query: str, fragment: bool, safety: Safety, urgency: Urgency, scene: ConsoleScene, jimin: SignedIn
) -> None:
    scene.cases.put(CASE._replace(safety=safety, urgency=urgency), mention())
    scene.saved_replies.save(SavedReply("over", "복구", "복구되었습니다."))

    body = html_of(jimin.part(PATH + query) if fragment else jimin.get(PATH + query))

    assert 'data-command="insert"' not in body
    assert "복구되었습니다" not in body
    assert "Alt+" not in body
    assert "사람의 안전에 관한 글일 수 있어 지난 답변도 자주 쓰는 답변도 권하지 않습니다." in body
    assert 'name="q"' not in body.partition('id="suggestions"')[2]


def test_a_case_whose_words_speak_of_self_harm_is_offered_no_text_either(scene: ConsoleScene, jimin: SignedIn) -> None:
    scene.cases.put(CASE, mention(text="이제 죽고 싶어요"))
    scene.saved_replies.save(SavedReply("over", "복구", "복구되었습니다."))

    assert inserted(html_of(jimin.part(PATH))) == []


OVER = SavedReply("over", "복구", "복구되었습니다.", CASE.department, CASE.kind, only_when=OnlyWhen.NO_SPIKE)


@pytest.mark.parametrize("department", ["network", CASE.department])
def test_while_any_spike_is_open_a_reply_that_says_it_is_over_comes_last_and_has_no_key(
    department: str, scene: ConsoleScene, jimin: SignedIn
) -> None:
    scene.saved_replies.save(OVER)
    scene.saved_replies.save(SavedReply("wait", "확인 중", "확인하고 있습니다."))
    quiet = html_of(jimin.part(PATH))
    assert inserted(quiet)[-2:] == ["복구되었습니다.", "확인하고 있습니다."]
    assert "Alt+4" in quiet

    scene.now += timedelta(minutes=1)
    scene.spikes.begin(Spike("s1", department, NOW, NOW, 10, 12, 0.4))
    open_spike = html_of(jimin.part(PATH))
    assert inserted(open_spike)[-2:] == ["확인하고 있습니다.", "복구되었습니다."]
    assert "Alt+4" not in open_spike
    assert "장애 신고 급증이 끝나지 않아 맨 뒤에 두었어요." in open_spike
    assert inserted(html_of(jimin.part(f"{PATH}?q=복구"))) == ["복구되었습니다."]

    scene.spikes.end(scene.spikes.open()[0], scene.now)
    scene.now += timedelta(minutes=1)
    assert inserted(html_of(jimin.part(PATH)))[-2:] == ["복구되었습니다.", "확인하고 있습니다."]


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
