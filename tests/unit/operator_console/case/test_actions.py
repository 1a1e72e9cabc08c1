"""What people do with a case from its page: what each form does, says, and refuses."""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest

from desk.cases.model import CaseEventKind, CaseState, Draft
from desk.posts.model import PostState
from desk.posts.transitions import claimed
from desk.posts.transitions import published as on_x_now
from desk.reading import Urgency
from desk.replies.forms import OPERATOR_ACTIONS
from desk.replies.outcome import ReplyOutcomes
from desk.staff.model import Person, Role
from desk.staff.settings import PersonSettings
from tests.unit.operator_console.scene import BILLING, JIMIN, SUJIN, VIEWER, ConsoleScene, Response, SignedIn
from tests.unit.replies.scene import CASE, NOW

ANSWER = "한 장은 지난달 것입니다."
NETWORK = Person("network", "오민석", Role.DEPARTMENT, frozenset({"network"}))
HOSTILE = "</textarea><script>alert(1)</script>"


class Scene(ConsoleScene):
    def form(self, **fields: str) -> dict[str, str]:
        return {"version": str(self.case.version), "request": "form-0001", "queue": "to_answer"} | fields

    def act(self, action: str, fields: Mapping[str, str] = {}, person: Person = JIMIN) -> Response:
        """Send the form of an action as a script of the page does."""
        return self.signed_in(person).post(f"case/{CASE.id}/{action}", self.form(**fields), hx_request="true")


@pytest.fixture
def scene() -> Scene:
    scene = Scene()
    scene.have(due_at=NOW + timedelta(days=1))
    return scene


def done_of(response: Response) -> dict[str, Any]:
    done: dict[str, Any] = json.loads(response["headers"]["hx-trigger"])["done"]
    return done


def test_an_answer_waits_for_ten_seconds_and_can_be_undone(scene: Scene) -> None:
    response = scene.act("send", {"text": ANSWER})

    done = done_of(response)
    assert (response["statusCode"], response["body"]) == (204, "")
    assert (done["key"], done["seconds"]) == (CASE.id, 10)
    assert done["text"] == "10초 뒤 게시해요."
    assert (scene.post.state, scene.post.by, scene.queue.sent) == (PostState.SCHEDULED, "박지민", [])
    path = done["undo"].removeprefix("/console/")
    undone = scene.signed_in(SUJIN).post(path, {"queue": "to_answer"}, hx_request="true")
    assert done_of(undone)["text"] == "게시를 취소했어요. 쓰신 글은 그대로 있어요."
    assert ANSWER in unescape(undone["body"])
    assert (scene.post.state, scene.case.state) == (PostState.CANCELLED, CaseState.OPEN)


def test_the_text_of_an_undone_reply_is_in_the_box_of_the_person_and_is_nobodys_draft(scene: Scene) -> None:
    until = {"text": ANSWER, "promised_until": "2026-11-25T18:00", "sequence": "7"}
    path = done_of(scene.act("promise", until))["undo"].removeprefix("/console/")
    assert [promise.made_by_id for promise in scene.case.promises] == ["jimin"]

    undone = scene.signed_in().post(path, {"queue": "to_answer", "sequence": "8"}, hx_request="true")["body"]

    draft = scene.drafts.find("jimin", CASE.id, NOW)
    assert draft
    promise = {"holding": "1", "promised_until": "2026-11-25T18:00", "promise_words": ANSWER}
    assert (draft.text, draft.options) == (ANSWER, promise)
    assert f'data-draft="{ANSWER}"' in unescape(undone)
    assert "부서가 쓴 답변" not in undone
    colleague = unescape(scene.signed_in(SUJIN).part(f"case/{CASE.id}")["body"])
    assert 'data-draft=""' in colleague
    assert "부서가 쓴 답변" not in colleague


@pytest.mark.parametrize(
    ("action", "fields", "undone"),
    [
        ("hand", {"department": "network"}, {"department": CASE.department}),
        ("fact_check", {}, {"department": CASE.department}),
        ("snooze", {"snooze": "hour"}, {"snoozed_until": None}),
        ("take", {}, {"holder": None}),
        ("assign", {"holder": "이수진"}, {"holder": None}),
        ("close", {"reason": "전화로 해결"}, {"state": CASE.state}),
        ("misread", {"kind": "fault", "department": "network"}, {"kind": CASE.kind, "department": CASE.department}),
        ("raise", {}, {"urgency": Urgency.NORMAL, "safety": CASE.safety}),
    ],
)
def test_a_step_comes_with_how_to_undo_it(
    scene: Scene, action: str, fields: dict[str, str], undone: dict[str, Any]
) -> None:
    done = done_of(scene.act(action, fields))

    response = scene.signed_in().post(done["undo"].removeprefix("/console/"), done["fields"], hx_request="true")

    assert response["statusCode"] == 200
    assert {name: getattr(scene.case, name) for name in undone} == undone


def test_a_hand_over_that_cannot_be_undone_says_why(scene: Scene) -> None:
    scene.have(draft=Draft(ANSWER, "김지은", NOW), state=CaseState.DRAFTED, due_at=NOW + timedelta(days=1))

    done = done_of(scene.act("hand", {"department": "network"}))

    assert (done["undo"], done["no_undo"]) == (
        None,
        "초안이 있었거나 시범 운영 중이던 문의는 처리를 취소할 수 없습니다. 필요하면 다시 처리해 주세요.",
    )


@pytest.mark.parametrize("seconds", [0, 30])
def test_each_person_chooses_how_long_a_reply_can_be_undone(scene: Scene, seconds: int) -> None:
    scene.settings.save("jimin", PersonSettings(undo_seconds=seconds), NOW)

    done = done_of(scene.act("send", {"text": ANSWER}))

    assert (done["seconds"], done["undo"] is not None) == (seconds, seconds > 0)
    assert len(scene.queue.sent) == (seconds == 0)


def test_what_was_typed_is_forgotten_once_it_was_sent_and_kept_while_it_was_not(scene: Scene) -> None:
    typed = {"text": ANSWER, "version": "1", "sequence": "4"}
    scene.signed_in().post(f"case/{CASE.id}/draft", typed)
    scene.act("send", {"text": "010-1234-5678", "sequence": "4"})
    assert scene.drafts.find("jimin", CASE.id, NOW)

    scene.act("send", {"text": ANSWER, "sequence": "4"})

    assert scene.drafts.find("jimin", CASE.id, NOW) is None


def test_when_the_time_is_over_the_page_has_the_reply_queued(scene: Scene) -> None:
    path = done_of(scene.act("send", {"text": ANSWER}))["send_now"].removeprefix("/console/")

    for _ in range(2):
        assert scene.signed_in().post(path, {"queue": "all"}, hx_request="true")["statusCode"] == 204
    assert scene.queue.ids == [scene.post.id]


def test_what_the_publisher_has_taken_up_cannot_be_undone(scene: Scene) -> None:
    scene.act("send", {"text": ANSWER})
    scene.posts.put(claimed(scene.post, NOW, lease=timedelta(minutes=3)))

    response = scene.act("undo", {"post": scene.post.id})

    assert (response["statusCode"], response["headers"]["hx-retarget"]) == (409, "#undo-problem")
    assert "이미 X로 보내서" in response["body"]


@pytest.mark.parametrize(
    ("address", "fields", "expected"),
    [
        ("private", {"text": "메시지로 알려 주세요."}, {"private_message": True}),
        ("promise", {"text": "25일 오후 6시까지 확인하고 알려 드릴게요.", "promised_until": "2026-11-25T18:00"}, {}),
    ],
)
def test_private_messages_and_promises_are_replies_too(
    scene: Scene, address: str, fields: dict[str, str], expected: dict[str, Any]
) -> None:
    assert scene.act(address, fields)["statusCode"] == 204

    assert scene.case.reply_as == {"private": "private", "promise": "holding"}[address]
    assert all(getattr(scene.post, name) == value for name, value in expected.items())


SIMPLE: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "take": ({}, {"holder": "박지민"}),
    "assign": ({"holder": "이수진"}, {"holder": "이수진"}),
    "hand": ({"department": "network"}, {"department": "network"}),
    "fact_check": ({}, {"department": "pr"}),
    "snooze": ({"snooze": "hour"}, {"snoozed_until": NOW + timedelta(hours=1)}),
    "close": ({"reason": "전화로 해결"}, {"state": CaseState.CLOSED}),
    "misread": ({"kind": "fault", "department": "network"}, {"kind": "fault"}),
    "raise": ({}, {"urgency": Urgency.HIGH}),
    "note": ({"note": "전화하심"}, {}),
}


@pytest.mark.parametrize("action", SIMPLE)
def test_each_form_acts_records_the_person_and_shows_the_case_anew(scene: Scene, action: str) -> None:
    fields, after = SIMPLE[action]

    response = scene.act(action, fields)

    assert (response["statusCode"], scene.events[-1].by) == (200, "박지민")
    assert f'data-version="{scene.case.version}"' in response["body"]
    assert (done_of(response)["undo"] is not None) == (action != "note")
    assert {name: getattr(scene.case, name) for name in after} == after


@pytest.mark.parametrize("action", SIMPLE)
def test_the_same_form_twice_acts_once(scene: Scene, action: str) -> None:
    form = scene.form(**SIMPLE[action][0])

    for _ in range(2):
        assert scene.signed_in().post(f"case/{CASE.id}/{action}", form, hx_request="true")["statusCode"] == 200
    assert len(scene.events) == 1


def test_without_scripts_a_form_leads_back_to_the_case(scene: Scene) -> None:
    response = scene.signed_in().post(f"case/{CASE.id}/take", scene.form())

    assert (response["statusCode"], response["headers"]["location"]) == (
        303,
        f"/console/case/{CASE.id}?queue=to_answer",
    )


def test_of_two_operators_the_second_sees_the_reply_that_won_and_keeps_the_text(scene: Scene) -> None:
    form = scene.form(text="제가 쓴 답변", request="form-0002")
    scene.act("send", {"text": ANSWER}, SUJIN)

    response = scene.signed_in().post(f"case/{CASE.id}/send", form, hx_request="true")

    assert (response["statusCode"], response["headers"]["hx-retarget"]) == (409, "#reply-problem")
    assert "이수진" in response["body"]
    assert ANSWER in response["body"]
    moved = json.loads(response["headers"]["hx-trigger"])["moved"]
    assert moved == {"key": CASE.id, "version": scene.case.version}
    assert len(scene.posts.posts) == 1
    page = scene.signed_in().post(f"case/{CASE.id}/send", form)
    assert page["statusCode"] == 409
    assert "제가 쓴 답변" in page["body"]
    assert f'name="version" value="{scene.case.version}"' in page["body"]


@pytest.mark.parametrize(
    ("action", "fields", "place"),
    [
        ("send", {"text": ""}, "#reply-problem"),
        ("send", {"text": "제 번호는 010-1234-5678입니다"}, "#reply-problem"),
        ("promise", {"text": "곧", "promised_until": "yesterday"}, "#reply-problem"),
        ("note", {"note": " "}, "#note-problem"),
        ("hand", {"department": "nowhere"}, "#hand-problem"),
        ("misread", {"kind": "poem"}, "#misread-problem"),
        ("snooze", {}, "#snooze-problem"),
        ("wake", {}, "#wake-problem"),
        ("reopen", {}, "#reopen-problem"),
        ("close", {"reason": ""}, "#close-problem"),
    ],
)
def test_a_mistake_is_said_where_it_happened_and_nothing_is_saved(
    scene: Scene, action: str, fields: dict[str, str], place: str
) -> None:
    response = scene.act(action, fields)

    assert (response["statusCode"], response["headers"]["hx-retarget"]) == (422, place)
    assert response["body"].startswith('<p class="problem" role="alert">')
    assert not scene.events


def test_without_scripts_a_mistake_leads_to_a_page_with_the_text(scene: Scene) -> None:
    response = scene.signed_in().post(f"case/{CASE.id}/send", scene.form(text=HOSTILE + "010-1234-5678", holding="1"))

    assert response["statusCode"] == 422
    assert "<script>alert" not in response["body"]
    assert HOSTILE in unescape(response["body"])
    assert '<input type="hidden" name="holding" value="1">' in response["body"]


@pytest.mark.parametrize("action", [*SIMPLE, "send", "unmask", "undo", "send_now"])
def test_a_viewer_changes_nothing(scene: Scene, action: str) -> None:
    assert scene.act(action, {"text": ANSWER}, VIEWER)["statusCode"] == 403
    assert not scene.events


@pytest.mark.parametrize("action", sorted({*SIMPLE, *OPERATOR_ACTIONS} - {"note"}))
def test_a_department_only_writes_drafts_and_notes(scene: Scene, action: str) -> None:
    assert scene.act(action, SIMPLE.get(action, ({}, {}))[0], BILLING)["statusCode"] == 403
    assert not scene.events


def test_a_department_s_answer_is_a_draft_for_the_operator(scene: Scene) -> None:
    assert done_of(scene.act("send", {"text": ANSWER}, BILLING))["text"].startswith("답변을 운영자에게 보냈어요.")

    assert (scene.case.state, scene.case.draft) == (CaseState.DRAFTED, Draft(ANSWER, "김지은", NOW))
    assert not scene.posts.posts


@pytest.mark.parametrize("action", ["note", "send", "unmask", "undo", "send_now"])
def test_cases_of_other_departments_do_not_exist_for_a_department(scene: Scene, action: str) -> None:
    assert scene.act(action, {"text": ANSWER, "note": "몰래"}, NETWORK)["statusCode"] == 404
    assert not scene.events


@pytest.mark.parametrize("key", ["7Q2M4-00000", "nothing", "m1"])
def test_what_does_not_exist_is_not_found(scene: Scene, key: str) -> None:
    assert scene.signed_in().post(f"case/{key}/take", scene.form(), hx_request="true")["statusCode"] == 404


def test_private_numbers_are_shown_once_somebody_asked_for_them(scene: Scene) -> None:
    scene.have(draft=Draft("010-1234-5678", "김지은", NOW))

    response = scene.act("unmask")

    assert response["statusCode"] == 200
    assert scene.events[-1].what is CaseEventKind.UNMASKED


def test_busy_tables_are_said_at_the_box_and_the_same_form_acts_later(scene: Scene) -> None:
    form = scene.form(text=ANSWER)
    scene.cases.busy.add("save")
    response = scene.signed_in().post(f"case/{CASE.id}/send", form, hx_request="true")
    assert (response["statusCode"], response["headers"]["retry-after"]) == (503, "5")
    scene.cases.busy.clear()

    assert scene.signed_in().post(f"case/{CASE.id}/send", form, hx_request="true")["statusCode"] == 204
    assert len(scene.posts.posts) == 1


def test_a_pause_stops_the_reply_before_anything_is_saved(scene: Scene) -> None:
    scene.pause()

    assert scene.act("send", {"text": ANSWER})["statusCode"] == 422
    assert (scene.case.state, len(scene.posts.posts)) == (CaseState.OPEN, 0)


def test_an_operator_can_confirm_that_one_reply_goes_out_during_a_pause(scene: Scene) -> None:
    scene.pause()

    assert scene.act("send", {"text": ANSWER, "through_pause": "1"}, BILLING)["statusCode"] == 204
    assert not scene.posts.posts  # a department's answer is a draft, with a pause or without
    assert scene.act("send", {"text": ANSWER, "through_pause": "1", "request": "form-0002"})["statusCode"] == 204

    assert scene.post.through_pause
    body = scene.signed_in().get(f"case/{CASE.id}")["body"]
    assert 'name="through_pause"' in body
    assert 'data-scope="all"' in body


def shown_actions(page: SignedIn) -> set[str]:
    body = page.get(f"case/{CASE.id}")["body"]
    return set(re.findall(rf'<form[^>]* action="/console/case/{CASE.id}/(\w+)"', body))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "send note author_note take assign hand remind snooze close raise misread fact_check"),
        ({"urgency": Urgency.HIGH}, "send note author_note take assign hand remind close lower misread fact_check"),
        ({"snoozed_until": NOW}, "send note author_note take assign hand remind wake close raise misread fact_check"),
        ({"state": CaseState.DRAFTED, "draft": Draft(ANSWER, "김지은", NOW)}, "return_draft"),
        ({"state": CaseState.QUEUED, "post_id": "reply-1"}, "send note author_note assign undo send_now"),
        ({"state": CaseState.ANSWERED}, "send note author_note close reopen"),
        ({"state": CaseState.MOVED}, "send note author_note close reopen"),
        ({"state": CaseState.CLOSED}, "send note author_note reopen"),
    ],
)
def test_a_page_has_the_forms_of_what_is_possible_now(scene: Scene, changes: dict[str, Any], expected: str) -> None:
    scene.have(**changes)

    shown = shown_actions(scene.signed_in())

    assert shown >= set(expected.split())
    if len(expected.split()) > 1:
        assert shown == set(expected.split())


def test_a_viewer_s_page_has_no_forms_and_a_department_s_has_three(scene: Scene) -> None:
    assert shown_actions(scene.signed_in(VIEWER)) == set()
    assert shown_actions(scene.signed_in(BILLING)) == {"send", "note", "author_note"}


@pytest.mark.parametrize("state", [CaseState.MOVED, CaseState.CLOSED, CaseState.QUEUED])
def test_no_public_reply_can_be_written_where_none_may_go_out(scene: Scene, state: CaseState) -> None:
    scene.have(state=state, post_id="reply-1")

    body = scene.signed_in().get(f"case/{CASE.id}")["body"]

    assert '<fieldset id="reply-fields" class="bare" hidden disabled>' in body
    assert re.search(r'<p id="reply-reason" class="hint">[^<]+</p>', body)


def test_every_button_of_the_page_has_its_command_or_stands_in_a_form_that_does(scene: Scene) -> None:
    body = scene.signed_in().get(f"case/{CASE.id}")["body"]

    commands = re.findall(r'data-command="(\w+)"', body)
    assert {"send", "note", "assign", "take", "department", "snooze", "close"} <= set(commands)
    assert all(f"<kbd>{key}</kbd>" in body for key in ("n", "a", "d", "s", "e", "Ctrl+Enter"))


def test_the_reply_box_has_the_draft_its_promise_and_the_prices(scene: Scene) -> None:
    until = datetime.fromisoformat("2026-11-25T09:00+00:00")
    scene.have(state=CaseState.DRAFTED, draft=Draft(HOSTILE, "김지은", NOW)._replace(promised_until=until))

    body = scene.signed_in().get(f"case/{CASE.id}")["body"]

    assert HOSTILE in unescape(body)
    assert "<script>alert" not in body
    assert 'value="2026-11-25T18:00"' in body
    assert 'data-reply="0.01" data-second="0.015" data-link="0.20"' in body


def published(scene: Scene) -> str:
    """The reply of a case that was answered, on X."""
    scene.act("send", {"text": ANSWER})
    on_x = on_x_now(scene.post, "900", NOW)
    scene.posts.put(on_x)
    ReplyOutcomes(scene.cases, scene.brand).on_finished(on_x)
    return on_x.id


def test_a_reply_on_x_is_taken_down_once_it_was_confirmed(scene: Scene) -> None:
    post_id = published(scene)
    assert shown_actions(scene.signed_in()) >= {"take_down", "reopen"}
    assert scene.act("take_down", {"post": post_id})["statusCode"] == 422
    assert scene.post.state is PostState.PUBLISHED

    form = scene.form(post=post_id, sure="1")
    for _ in range(2):
        response = scene.signed_in().post(f"case/{CASE.id}/take_down", form, hx_request="true")
        assert done_of(response)["text"].startswith("X에서 답글을 삭제하고 있어요.")

    assert (scene.post.state, scene.post.taken_down_by) == (PostState.TAKING_DOWN, "박지민")
    assert scene.queue.ids == [post_id]
    event = scene.events[-1]
    assert (event.what, event.by, event.x_id, event.text) == (CaseEventKind.TAKING_DOWN, "박지민", "900", ANSWER)
    assert "take_down" not in shown_actions(scene.signed_in())


def test_taking_down_goes_on_after_it_was_cut_off_between_the_post_and_the_case(scene: Scene) -> None:
    form = scene.form(post=published(scene), sure="1", version=str(scene.case.version))
    scene.cases.busy.add("save")
    assert scene.signed_in().post(f"case/{CASE.id}/take_down", form, hx_request="true")["statusCode"] == 503
    scene.cases.busy.clear()
    assert scene.post.state is PostState.TAKING_DOWN

    assert scene.signed_in().post(f"case/{CASE.id}/take_down", form, hx_request="true")["statusCode"] == 200
    assert [event.what for event in scene.events].count(CaseEventKind.TAKING_DOWN) == 1


@pytest.mark.parametrize("post_id", ["", "reply-of-another-case"])
def test_only_replies_of_the_case_are_taken_down(scene: Scene, post_id: str) -> None:
    own = published(scene)
    scene.posts.put(scene.post._replace(id="reply-of-another-case", case_id="7Q2M4-00000"))

    assert scene.act("take_down", {"post": post_id, "sure": "1"})["statusCode"] == 422
    assert {post.state for post in scene.posts.posts.values()} == {PostState.PUBLISHED}
    assert scene.posts.posts[own].taken_down_by is None


PROMISES = "불편을 드려 죄송합니다. 내일 오후 3시까지 알려 드릴게요."


def test_a_text_that_promises_by_a_time_is_sent_once_somebody_has_decided_about_the_promise(scene: Scene) -> None:
    browser = scene.signed_in()

    asked = browser.post(f"case/{CASE.id}/send", scene.form(text=PROMISES))
    assert asked["statusCode"] == 422
    assert "‘내일 오후 3시’ 약속이 있습니다." in unescape(asked["body"])
    assert 'name="holding" value="1" checked' in asked["body"]
    assert 'name="promised_until"' in asked["body"]
    assert 'value="내일 오후 3시까지 알려 드릴게요."' in unescape(asked["body"])
    assert scene.case.state is CaseState.OPEN

    words = {"promise_words": "내일 오후 3시까지 알려 드릴게요."}
    scene.act("send", {"text": PROMISES, **words})
    assert (scene.case.state, scene.case.promises) == (CaseState.QUEUED, ())


def test_a_promise_that_was_offered_and_kept_on_is_made_with_its_sentence(scene: Scene) -> None:
    offered = {
        "holding": "1",
        "promised_until": "2026-11-25T15:00",
        "promise_words": "내일 오후 3시까지 알려 드릴게요.",
    }

    scene.act("send", {"text": PROMISES, **offered})

    (promise,) = scene.case.promises
    assert promise.words == "내일 오후 3시까지 알려 드릴게요."
