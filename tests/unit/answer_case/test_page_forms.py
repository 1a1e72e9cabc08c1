import re
from datetime import timedelta
from typing import Any

import pytest

from desk.cases.model import CaseState, Draft, ReplyAs
from desk.i18n import LANGUAGES
from desk.reader.explain import SafetyNote
from desk.reading import OPERATOR, Kind, Urgency
from desk.replies.messages import Message, Tone
from tests.unit.answer_case import examples
from tests.unit.answer_case.examples import NOW
from tests.unit.answer_case.read_page import Page, page


def open_forms(shown: Page) -> list[str]:
    """The names of the forms that are not folded."""
    return re.findall(
        r'<details class="pop" name="item-action" open>\s*<summary class="button" data-command="(\w+)"', shown.html
    )


TYPED = "\n  <b>한 줄</b>\n\n\n\n두 \u202e줄  "


def test_a_case_of_another_department_has_no_actions() -> None:
    shown = page(examples.view(viewer="network"))

    assert shown.actions == set()
    assert "이제 요금·청구가 담당해요" in shown.text


@pytest.mark.parametrize("state", [CaseState.QUEUED, CaseState.CLOSED])
def test_while_a_reply_is_on_its_way_and_after_the_end_nothing_can_be_done(state: CaseState) -> None:
    assert page(examples.view(examples.case(state=state))).actions == set()


def test_who_may_not_answer_reads_why_and_can_do_all_the_rest() -> None:
    shown = page(examples.view(may_answer=False, blocked_by="not_summoned"))

    assert LANGUAGES["ko"]["answer.refusal.not_summoned"] in shown.text
    assert shown.actions == {"take", "hand", "fact_check", "close", "misread", "raise"}


def test_who_has_taken_it_on_is_not_asked_to() -> None:
    held = examples.case(holder="김지은")

    assert "take" not in page(examples.view(held, name="김지은")).actions
    assert "take" in page(examples.view(held, name="박도윤")).actions


def test_the_fact_checkers_are_not_asked_to_ask_themselves() -> None:
    assert "fact_check" not in page(examples.view(examples.case(department="pr"))).actions


def test_where_there_is_no_other_department_nothing_is_handed_over() -> None:
    assert page(examples.view(departments=(("billing", "요금·청구"),))).actions == {
        "take",
        "answer",
        "close",
        "misread",
        "raise",
    }


def test_an_invalid_field_is_marked_and_linked() -> None:
    shown = page(examples.urgent(), "en")
    field = next(each for each in shown.all("input") if each.get("id") == "answer-promised_until")

    assert field["aria-invalid"] == "true"
    assert field["aria-describedby"] == "message"
    assert "#answer-promised_until" in [link["href"] for link in shown.all("a")]


def test_the_name_is_remembered_in_every_form() -> None:
    shown = page(examples.view(name="김지은 & 동료"))
    names = [field.get("value") for field in shown.all("input") if field.get("name") == "name"]

    assert names == ["김지은 & 동료"] * len(shown.all("form"))


@pytest.mark.parametrize("action", ["hand", "close", "take", "answer"])
def test_a_name_that_is_missing_is_asked_for_by_the_form_that_was_sent(action: str) -> None:
    missing = Message("answer.problem.name", tone=Tone.PROBLEM, field="name")
    shown = page(examples.view(message=missing, filled={"action": action, "name": ""}))
    field = next(each for each in shown.all("input") if each.get("id") == "name")

    assert (field["form"], field["aria-invalid"]) == (f"form-{action}", "true")
    assert "#name" in [link["href"] for link in shown.all("a")]


def test_the_reply_comes_before_what_explains() -> None:
    text = page(examples.view(sends_to_x=True)).text

    places = [
        text.index(part)
        for part in ("답변 쓰기 X에", "올라갈 모습 보기", "한글로 140자까지", "제가 맡을게요", "이렇게 분류했어요")
    ]
    assert places == sorted(places)


def test_who_wants_no_reply_is_not_to_be_answered_and_the_case_is_there_to_be_closed() -> None:
    urgent = examples.case(urgency=Urgency.HIGH, due_at=NOW - timedelta(hours=1))
    shown = page(examples.view(urgent, may_answer=False, blocked_by="opted_out", sends_to_x=True))

    assert shown.actions == {"close", "hand", "misread"}
    assert "상태답글 금지" in shown.text
    assert "답글을 달지 마세요작성자가 답글을 달지 말아 달라고 해서 보낼 수 없습니다." in shown.text
    assert not [asks for asks in ("답변 기한", "답변이 필요합니다", "답변 쓰기", "답변 대기") if asks in shown.text]
    assert open_forms(shown) == ["close"]


def test_who_wants_no_reply_has_no_bearing_on_a_case_that_is_over() -> None:
    shown = page(examples.view(examples.case(state=CaseState.ANSWERED), may_answer=False, blocked_by="opted_out"))

    assert "상태답변함" in shown.text


def test_an_answer_that_was_typed_is_kept_to_the_letter() -> None:
    filled = {
        "action": "answer",
        "text": TYPED,
        "holding": "1",
        "promised_until": "2026-11-25T15:00",
        "again": "1",
        "name": "가",
    }
    shown = page(examples.view(sends_to_x=True, filled=filled))
    ticked = {box["name"] for box in shown.all("input") if box.get("type") == "checkbox" and "checked" in box}

    assert shown.values["answer-text"] == TYPED
    assert shown.values["answer-promised_until"] == "2026-11-25T15:00"
    assert shown.values["name"] == "가"
    assert ticked == {"holding", "again"}


@pytest.mark.parametrize("action", ["hand", "fact_check", "close"])
def test_a_reason_that_was_typed_is_kept_in_its_own_form_which_is_open(action: str) -> None:
    shown = page(examples.view(filled={"action": action, "reason": TYPED}))
    kept = {key for key, value in shown.values.items() if value == TYPED}

    assert kept == {f"{action}-reason"}
    assert open_forms(shown) == [action if action != "hand" else "department"]


def test_chosen_options_are_kept_in_their_own_form() -> None:
    shown = page(examples.view(filled={"action": "misread", "kind": "fault", "department": "network"}))
    chosen = [option["value"] for option in shown.all("option") if "selected" in option]

    assert chosen == ["fault", "network"]


@pytest.mark.parametrize(("action", "field"), [("answer", "text"), ("confirm", "text"), ("close", "reason")])
def test_typed_text_of_a_form_that_is_gone_is_shown(action: str, field: str) -> None:
    shown = page(examples.view(examples.case(state=CaseState.QUEUED), filled={"action": action, field: "애써 쓴 글"}))

    assert "쓰시던 글 (보내지 않음) 애써 쓴 글" in shown.text


def test_the_draft_is_what_the_operator_begins_with() -> None:
    drafted = examples.case(state=CaseState.DRAFTED, draft=Draft("초안", "김지은", NOW))

    assert page(examples.view(drafted, viewer=OPERATOR)).values["answer-text"] == "초안"


def test_the_confirmation_shows_exactly_what_would_be_posted_and_sends_what_was_typed() -> None:
    shown = page(examples.confirmed())
    sent = {field["name"]: field["value"] for field in shown.all("input")}

    assert f"{examples.ANSWER} -JE" in shown.text
    assert "한글 33자 남음" in shown.text
    assert "0.01달러" in shown.text
    assert "답변 약속: 11월 25일(수) 오후 3:00까지" in shown.text
    assert (sent["text"], sent["holding"], sent["again"]) == (examples.ANSWER, "1", "1")
    assert sent["promised_until"] == "2026-11-25T15:00"
    assert sent["name"] == "박도윤"


HOLDING = Draft("내일 알려 드리겠습니다.", "김지은", NOW, ReplyAs.HOLDING, NOW + timedelta(days=1))


def of_a_draft(draft: Draft, **more: Any) -> Page:
    """The operator's page of a case with this draft."""
    return page(
        examples.view(examples.case(state=CaseState.DRAFTED, draft=draft), viewer=OPERATOR, sends_to_x=True, **more)
    )


def ticked(shown: Page) -> set[str | None]:
    return {box["name"] for box in shown.all("input") if box.get("type") == "checkbox" and "checked" in box}


@pytest.mark.parametrize("sends_to_x", [True, False])
def test_every_department_may_promise_an_answer(*, sends_to_x: bool) -> None:
    assert "holding" in {box.get("name") for box in page(examples.view(sends_to_x=sends_to_x)).all("input")}


def test_a_drafted_holding_reply_is_a_holding_reply_for_the_operator() -> None:
    shown = of_a_draft(HOLDING)

    assert (shown.values["answer-text"], shown.values["answer-promised_until"]) == (HOLDING.text, "2026-11-25T14:30")
    assert ticked(shown) == {"holding"}
    assert "답변 약속: 11월 25일(수) 오후 2:30까지" in shown.text


def test_a_box_that_the_operator_unticked_stays_so() -> None:
    filled = {"action": "edit", "text": "지금 알려 드립니다.", "promised_until": ""}

    shown = of_a_draft(HOLDING, filled=filled)

    assert (ticked(shown), shown.values["answer-promised_until"]) == (set(), "")


def test_a_private_draft_is_in_its_own_form_which_is_open() -> None:
    shown = of_a_draft(Draft("메시지로 알려 주세요.", "김지은", NOW, ReplyAs.PRIVATE))

    assert (shown.values["private-text"], shown.values["answer-text"]) == ("메시지로 알려 주세요.", "")
    assert open_forms(shown) == ["private"]


def test_in_danger_no_set_phrase_is_put_into_the_form_and_it_says_why() -> None:
    usual, in_danger = (
        page(examples.view(sends_to_x=True)),
        page(examples.view(sends_to_x=True, safety_note=SafetyNote.PEOPLE)),
    )

    assert usual.values["private-text"]
    assert in_danger.values["private-text"] == ""
    assert "정해진 문장을 넣어 두지 않았습니다." in in_danger.text
    assert "정해진 문장" not in usual.text


def test_a_plain_answer_opens_nothing_else() -> None:
    shown = of_a_draft(Draft("초안", "김지은", NOW))

    assert (ticked(shown), "<details open>" in shown.html) == (set(), False)


def test_to_answer_again_is_asked_only_where_there_is_an_answer() -> None:
    asked = Message("answer.refusal.answered_already", tone=Tone.PROBLEM, field="again")

    assert "answer-again" not in page(examples.view()).ids()
    assert "answer-again" in page(examples.answered()).ids()
    assert "answer-again" in page(examples.view(message=asked)).ids()


def test_every_kind_can_be_chosen_where_the_reading_is_wrong() -> None:
    values = [option["value"] for option in page(examples.view()).all("option")]

    assert [value for value in values if value in set(Kind)] == list(Kind)
