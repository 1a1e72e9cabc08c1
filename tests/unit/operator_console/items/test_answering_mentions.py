"""Any mention can be answered, chat and greetings too: a case is opened only then."""

import json

import pytest

from desk.cases.model import CaseState, case_id_of
from desk.mentions.model import RoutingOutcome, Stage, StoredMention
from desk.reading import Kind, Need, Reading, Urgency
from tests.unit.operator_console.scene import BILLING, VIEWER, ConsoleScene, Response
from tests.unit.replies.scene import CASE, mention

THANKS = Reading(Kind.CHAT, Need.RELATIONSHIP, None, Urgency.LOW, "ko", 1.0, ())
NEW_CASE = case_id_of("500", "9")
ANSWER = "저희도 고맙습니다!"


def thanks() -> StoredMention:
    one = mention(500, "@jade 덕분에 잘 해결했어요, 고마워요!").mention
    post = one.post._replace(author_id="9", author=None, conversation_id="500")
    return StoredMention(one._replace(post=post), Stage.NOTHING, RoutingOutcome(THANKS, None, None))


@pytest.fixture
def scene() -> ConsoleScene:
    scene = ConsoleScene()
    scene.mentions.stored["500"] = thanks()
    return scene


def send(scene: ConsoleScene, text: str = ANSWER, action: str = "send", request: str = "form-0001") -> Response:
    form = {"version": "0", "request": request, "queue": "to_read", "text": text, "note": text, "reason": "새로"}
    return scene.signed_in().post(f"case/m500/{action}", form, hx_request="true")


def test_answering_a_greeting_opens_its_case_and_sends_the_reply(scene: ConsoleScene) -> None:
    response = send(scene)

    done = json.loads(response["headers"]["hx-trigger"])["done"]
    assert (response["statusCode"], done["key"], done["seconds"]) == (204, "m500", 10)
    case = scene.cases.cases[NEW_CASE]
    assert (case.state, case.department, case.kind, case.asked_at) == (
        CaseState.QUEUED,
        "operator",
        Kind.CHAT,
        scene.now,
    )
    assert (scene.post.in_reply_to, scene.post.case_id, scene.post.text) == ("500", NEW_CASE, ANSWER)
    assert scene.mentions.cases["500"] == NEW_CASE
    assert not scene.cases.entries


def test_the_same_form_twice_opens_and_sends_once(scene: ConsoleScene) -> None:
    assert [send(scene)["statusCode"] for _ in range(2)] == [204, 204]
    assert len(scene.posts.posts) == 1
    assert [event.what for event in scene.cases.events[NEW_CASE]] == ["queued"]


def test_of_two_people_who_answer_at_once_one_does_in_the_one_case(scene: ConsoleScene) -> None:
    send(scene)

    response = send(scene, "다른 답변", request="form-0002")

    assert (response["statusCode"], response["headers"]["hx-retarget"]) == (409, "#reply-problem")
    assert ANSWER in response["body"]
    assert len(scene.posts.posts) == 1


@pytest.mark.parametrize("text", ["", "010-1234-5678", "확인 후 연락드리겠습니다."])
def test_an_answer_that_is_refused_opens_no_case(scene: ConsoleScene, text: str) -> None:
    assert send(scene, text)["statusCode"] == 422
    assert NEW_CASE not in scene.cases.cases


def test_a_note_or_an_assignee_opens_a_case_too(scene: ConsoleScene) -> None:
    assert send(scene, "단골이심", "note")["statusCode"] == 200
    assert scene.cases.cases[NEW_CASE].state is CaseState.OPEN


def test_a_mention_whose_conversation_has_a_case_is_answered_there(scene: ConsoleScene) -> None:
    scene.cases.put(CASE._replace(id=NEW_CASE))

    response = send(scene)

    assert response["statusCode"] == 409
    assert NEW_CASE in response["body"]
    assert not scene.posts.posts


def test_a_mention_that_is_not_read_yet_waits(scene: ConsoleScene) -> None:
    scene.mentions.stored["500"] = thanks()._replace(outcome=None, stage=Stage.READING)

    assert send(scene)["statusCode"] == 409
    assert NEW_CASE not in scene.cases.cases


@pytest.mark.parametrize("person", [VIEWER, BILLING])
def test_only_operators_answer_what_has_no_case(scene: ConsoleScene, person: object) -> None:
    form = {"version": "0", "request": "form-0001", "text": ANSWER}

    response = scene.signed_in(person).post("case/m500/send", form, hx_request="true")  # type: ignore[arg-type]

    assert response["statusCode"] == 403
    assert NEW_CASE not in scene.cases.cases


def test_busy_tables_open_nothing_and_the_form_can_be_sent_again(scene: ConsoleScene) -> None:
    scene.cases.busy.add("get")
    assert send(scene)["statusCode"] == 503
    scene.cases.busy.clear()

    assert send(scene)["statusCode"] == 204


def test_the_page_of_a_mention_has_a_reply_box_and_forms_that_open_a_case(scene: ConsoleScene) -> None:
    body = scene.signed_in().get("case/m500")["body"]

    assert 'method="post" action="/console/case/m500/send"' in body
    assert 'method="post" action="/console/case/m500/note"' in body
    assert '/case/m500/send" ' not in scene.signed_in(VIEWER).get("case/m500")["body"].replace(
        'data-action="/console/case/m500/send" ', ""
    )


def test_an_answer_is_checked_while_it_is_typed(scene: ConsoleScene) -> None:
    form = {"key": "m500", "text": "@hana 님도 고맙습니다. 확인 후 연락드리겠습니다."}

    page = scene.signed_in().post("check", form, hx_request="true")["body"]

    assert "언제까지인지가 없어요" in page
    assert "@hana" not in page  # who wrote it is not known, so X decides whether it may be named
