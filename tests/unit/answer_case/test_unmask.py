"""Looking at masked numbers: only on the page that comes back, and never without a trace."""

from desk.cases.model import CaseEventKind, CaseState
from desk.i18n import phrase
from desk.replies.actions import ActionOutcome
from tests.unit.answer_case.browser import Browser, text_of
from tests.unit.replies.scene import CASE, NOW, DeskOfAnswers, mention

NUMBER = "010-1234-5678"
VEILED = "●●●-●●●●-●●78"


def with_a_number() -> DeskOfAnswers:
    desk = DeskOfAnswers()
    desk.cases.put(CASE, mention(text=f"@jade {NUMBER}로 연락 주세요."))
    return desk


def test_the_numbers_are_shown_once_it_is_known_who_looks() -> None:
    desk = with_a_number()
    browser = Browser(desk)
    assert VEILED in text_of(browser.open())

    answered = browser.send("unmask")

    assert answered["statusCode"] == 200
    assert NUMBER in text_of(answered)
    assert phrase("ko", "answer.unmasked") in text_of(answered)
    assert "박지민 님이 가려진 번호를 봤어요." in text_of(answered).replace("\u2068", "").replace("\u2069", "")
    assert [cookie.split(";")[0] for cookie in answered["cookies"]] == ["name=%EB%B0%95%EC%A7%80%EB%AF%BC"]
    (event,) = desk.events
    assert (event.what, event.by, event.at) == (CaseEventKind.UNMASKED, "박지민", NOW)
    assert NUMBER not in text_of(browser.open())


def test_nobodys_page_grows_old_by_it() -> None:
    desk = with_a_number()
    browser = Browser(desk)
    hidden = browser.hidden()

    browser.send("unmask")

    assert browser.send("take", hidden)["headers"]["location"] == "?done=taken"


def test_a_closed_case_can_be_looked_at_too() -> None:
    desk = with_a_number()
    desk.have(state=CaseState.CLOSED)

    assert NUMBER in text_of(Browser(desk).send("unmask"))


def test_without_a_name_nothing_is_shown() -> None:
    desk = with_a_number()

    answered = Browser(desk).send("unmask", name=" ")

    assert answered["statusCode"] == 422
    assert NUMBER not in text_of(answered)
    assert not desk.events


def test_while_it_can_not_be_noted_who_looks_nothing_is_shown() -> None:
    desk = with_a_number()
    desk.cases.busy.add("record")

    answered = Browser(desk).send("unmask")

    assert answered["statusCode"] == 503
    assert NUMBER not in text_of(answered)


def test_the_same_page_loaded_again_is_noted_once() -> None:
    desk = with_a_number()
    browser = Browser(desk)
    hidden = browser.hidden()

    answered = [browser.send("unmask", hidden) for _ in range(2)]

    assert [NUMBER in text_of(each) for each in answered] == [True, True]
    assert len(desk.events) == 1


def test_once_the_case_is_another_departments_the_same_form_shows_nothing() -> None:
    desk = with_a_number()
    browser = Browser(desk)
    hidden = browser.hidden()
    browser.send("unmask", hidden)
    desk.have(department="network")

    acted = desk.send(hidden | {"action": "unmask", "name": "박지민"}, browser.link_id)

    assert (acted.outcome, acted.unmasked) == (ActionOutcome.CLOSED, False)
    assert NUMBER not in text_of(browser.send("unmask", hidden))


def test_who_is_known_looks_with_one_click() -> None:
    opened = Browser(with_a_number()).open(cookies=["name=%EA%B9%80"])

    assert '<input type="hidden" name="name" value="김">' in opened["body"]
    assert "unmask-name" not in opened["body"]
