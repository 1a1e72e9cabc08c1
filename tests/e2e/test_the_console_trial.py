"""A department in trial on the local AWS: its cases make no mail until somebody releases them; danger always does."""

import re

import requests

from local.aws.mailbox import ON_CALL
from tests.e2e.conftest import IN_TRIAL
from tests.e2e.driver import MINUTE, Driver
from tests.e2e.pages import opened, sent
from tests.e2e.test_the_console import signed_in

ASKED = "무제한 요금제는 한 달에 얼마인가요?"
DANGER = "해외 로밍인데 119가 안 걸려요 도와주세요!!"


class Trial:
    """The page of the trial, of somebody who is signed in."""

    def __init__(self, desk: Driver) -> None:
        self._desk = desk
        self._browser = signed_in(desk.stage)

    @property
    def page(self) -> str:
        response = self._browser.ask("GET", f"{self._browser.console}/trial")
        assert response.status_code == 200, response.text
        return response.text

    def decide(self, action: str, case_id: str, **fields: str) -> requests.Response:
        """Send the form of the case's row."""
        page = self.page
        (csrf,) = set(re.findall(r'name="csrf" content="([^"]+)"', page))
        (item, *_) = re.findall(rf'name="item" value="({case_id}:\d+)"', page)
        response = self._browser.ask(
            "POST", f"{self._browser.console}/trial/{action}", csrf=csrf, request="form-0001", item=item, **fields
        )
        self._desk.mails += self._desk.stage.mailboxes.collect()
        return response


def case_of_new(desk: Driver, author: str, text: str) -> str:
    mention = desk.post(author, text)
    desk.poll()
    return str(desk.line(mention).case_id)


def fire_everything(desk: Driver) -> None:
    for schedule in ("sweep", "attend-to-cases", "chase-cases", "sweep"):
        desk.fire(schedule, 6 * MINUTE)


def test_a_case_in_trial_makes_no_mail_until_it_is_released_and_then_exactly_one(desk: Driver) -> None:
    case_id = case_of_new(desk, "minji_haru", ASKED)
    fire_everything(desk)
    assert desk.mails == []
    trial = Trial(desk)
    assert ASKED in trial.page

    released = trial.decide("release", case_id)
    fire_everything(desk)

    assert released.status_code == 303
    about = desk.mails_about(case_id)
    assert {mail.department for mail in about} == {IN_TRIAL}
    assert len({mail.message_id for mail in about}) == 1
    assert "시범 운영 중에 운영자가 확인하고 보낸 문의입니다." in about[0].body
    assert case_id not in trial.page
    assert "<b>100%</b>" in trial.page


def test_danger_is_mailed_to_the_operator_at_once_but_rings_no_phone_and_reaches_no_department(desk: Driver) -> None:
    case_id = case_of_new(desk, "dark_night", DANGER)

    [message] = {mail.message_id for mail in desk.mails_about(case_id)}
    assert {mail.department for mail in desk.mails_about(case_id)} == {"operator"}, message
    assert "시범 운영 중이라" in desk.mails_about(case_id)[0].body
    assert list((desk.stage.mailboxes.folder / ON_CALL).glob("*")) == []
    assert '<span class="tag danger">위험</span>' in Trial(desk).page

    sent(desk, opened(desk, "operator", desk.lines()[-1].mention_id), "hand", name="박지민", department=IN_TRIAL)
    fire_everything(desk)
    assert {mail.department for mail in desk.mails_about(case_id)} == {"operator", IN_TRIAL}
