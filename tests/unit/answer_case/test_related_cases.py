"""A case's page shows what else its author asked, and opens what its reader may see."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest

from desk.case_view.view import allowed_actions
from desk.cases.model import CaseState
from desk.reading import OPERATOR
from desk.replies.open import OpenOutcome
from tests.unit.answer_case import examples
from tests.unit.answer_case.browser import Browser, post, text_of
from tests.unit.answer_case.read_page import page
from tests.unit.replies.scene import CASE, NOW, DeskOfAnswers, mention

OTHER = CASE._replace(
    id="K7R4G-T8W7B",
    conversation_id="90",
    mention_ids=("90",),
    state=CaseState.ANSWERED,
    opened_at=NOW - timedelta(days=2),
    answered_at=NOW - timedelta(days=1),
)
THEIRS = OTHER._replace(id="WG15P-DY8A5", department="network", opened_at=NOW - timedelta(days=3))
STRANGERS = OTHER._replace(id="X6XBS-1HGAY", author_id="8")


@pytest.fixture
def desk() -> DeskOfAnswers:
    desk = DeskOfAnswers()
    for case in (OTHER, THEIRS, STRANGERS):
        desk.cases.put(case, mention(90, "@jade 환불은 언제 되나요?"))
    return desk


def links_in(answered: dict[str, Any]) -> list[str]:
    return [case.id for case in (CASE, OTHER, THEIRS, STRANGERS) if f'href="?case={case.id}"' in answered["body"]]


def test_the_page_tells_of_all_and_leads_to_those_of_its_department(desk: DeskOfAnswers) -> None:
    shown = Browser(desk).open()

    assert f" · {OTHER.id}" in text_of(shown)
    assert THEIRS.id in text_of(shown)
    assert STRANGERS.id not in text_of(shown)
    assert links_in(shown) == [OTHER.id]


def test_the_operator_opens_them_all(desk: DeskOfAnswers) -> None:
    assert links_in(Browser(desk, OPERATOR).open()) == [OTHER.id, THEIRS.id]


def test_another_case_opens_by_the_same_link_to_be_read_only(desk: DeskOfAnswers) -> None:
    shown = Browser(desk).open(case=OTHER.id)

    assert shown["statusCode"] == HTTPStatus.OK
    assert "환불은 언제 되나요?" in text_of(shown)
    assert "여기에서는 볼 수만 있어요" in text_of(shown)
    assert "<form" not in shown["body"]
    assert links_in(shown) == [CASE.id]


@pytest.mark.parametrize("number", [THEIRS.id, STRANGERS.id, "7Q2M4-00000", "../etc", "x" * 5_000])
def test_no_other_case_opens(desk: DeskOfAnswers, number: str) -> None:
    shown = Browser(desk).open(case=number)

    assert shown["statusCode"] == HTTPStatus.NOT_FOUND
    assert "환불" not in text_of(shown)


def test_a_link_that_does_not_open_its_own_case_opens_no_other(desk: DeskOfAnswers) -> None:
    link_id = desk.link()
    desk.have(department="network")

    assert desk.open_case.by_link(link_id, NOW, OTHER.id).outcome is OpenOutcome.CLOSED


def test_its_own_case_asked_for_by_its_number_is_as_ever(desk: DeskOfAnswers) -> None:
    shown = Browser(desk).open(case=CASE.id)

    assert "<form" in shown["body"]


def test_a_form_sent_to_such_an_address_acts_on_the_links_own_case(desk: DeskOfAnswers) -> None:
    browser = Browser(desk)
    taken = browser.hidden() | {"action": "take", "name": "박지민"}

    browser.site.respond(post(browser.link_id, taken, case=OTHER.id), NOW)

    assert (desk.case.holder, desk.cases.cases[OTHER.id].holder) == ("박지민", None)


def test_where_the_index_fails_the_page_is_shown_without_them(desk: DeskOfAnswers) -> None:
    desk.cases.busy = {"author_cases"}

    shown = Browser(desk).open()

    assert shown["statusCode"] == HTTPStatus.OK
    assert OTHER.id not in text_of(shown)


def test_three_are_listed_and_the_others_counted() -> None:
    shown = page(examples.returning()).text

    assert "K7R4G-T8W7B" in shown
    assert "답변 약속" in shown
    assert "오전 6:30에 답변한 뒤 종료 · WG15P-DY8A5" in shown
    assert "X6XBS-1HGAY" not in shown
    assert "이 밖에 2건이 더 있습니다." in shown


def test_a_case_beside_another_offers_nothing_and_leads_back() -> None:
    shown = page(examples.beside())

    assert allowed_actions(examples.beside()) == frozenset()
    assert 'href="?"' in shown.html
    assert "보던 문의 건으로 돌아가기" in shown.text
