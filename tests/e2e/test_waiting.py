"""What becomes of cases that wait: reminders, calls at night, acknowledgements, answers by hand; the digest's count."""

from datetime import timedelta

from tests.e2e.driver import MINUTE, Driver
from tests.e2e.test_the_console import signed_in

QUARTER = timedelta(minutes=15)


def posted(desk: Driver, author: str, text: str) -> tuple[str, str]:
    """The mention, and the case that it opens."""
    mention = desk.post(author, text)
    desk.poll()
    return mention, str(desk.line(mention).case_id)


def test_at_night_what_nobody_opens_is_mailed_once_and_called_for_every_hour_until_somebody_looks(desk: Driver) -> None:
    desk.until(22, 0)
    farewells = {
        "tired_one": "그동안 고마웠어요. 이 번호 이제 쓸 사람이 없어요",
        "tired_two": "다들 고마웠어요. 저는 짐만 되네요",
    }
    cases = [posted(desk, name, text)[1] for name, text in farewells.items()]
    heard = []
    desk.mails.clear()

    for minutes in (5, 10, 58, 2):
        desk.fire("attend-to-cases", minutes * MINUTE)
        heard.append(len(desk.rings()))
    mails = desk.mails_to("operator")
    console = signed_in(desk.stage)
    assert "안전 확인 필요" in console.ask("GET", f"{console.console}/inbox/to_answer").text
    for case_id in cases:
        assert console.ask("GET", f"{console.console}/case/{case_id}").status_code == 200
    desk.fire("attend-to-cases", 61 * MINUTE)

    assert heard == [0, 1, 1, 2]
    assert len(desk.rings()) == 2
    assert all("2건을 아무도 열어 보지 않음" in text for text in desk.rings())
    assert sorted(case for mail in mails for case in cases if case in mail.body) == sorted(cases)
    assert all(mail.subject.startswith("[안전 확인 필요] ") for mail in mails)
