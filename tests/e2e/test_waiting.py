"""What becomes of cases that wait: reminders, calls at night, acknowledgements, answers by hand; the digest's count."""

import json
import re
from datetime import datetime, timedelta

from desk.cases.model import CaseEventKind
from desk.i18n import phrase
from local.demo.reports import answers_in, keep_reports
from local.demo.timeline import OwnPost
from tests.e2e.driver import FRIDAY, MINUTE, SEOUL, Driver
from tests.e2e.pages import answered_post, case_of, opened, sent, visitor
from tests.e2e.test_the_console import signed_in

QUARTER = timedelta(minutes=15)


def posted(desk: Driver, author: str, text: str) -> tuple[str, str]:
    """The mention, and the case that it opens."""
    mention = desk.post(author, text)
    desk.poll()
    return mention, str(desk.line(mention).case_id)


def test_over_nights_and_a_weekend_a_case_is_chased_in_working_time_each_stage_once(desk: Driver) -> None:
    while desk.now.astimezone(SEOUL).weekday() != FRIDAY:
        desk.next_morning()
    desk.until(17, 29)
    _, case_id = posted(desk, "patient_one", "용산 매장은 토요일에 몇 시까지 하나요? 예약 방문도 되나요")
    monday = desk.now.astimezone(SEOUL).replace(hour=0, minute=0) + timedelta(days=3)
    desk.mails.clear()

    for moment in chases(monday):
        desk.reach(moment)
        desk.fire_now("chase-cases")

    at = {event.what: event.at.astimezone(SEOUL) for event in desk.noted(case_id)}
    assert [event.what for event in desk.noted(case_id)] == list(at)
    assert at == {
        CaseEventKind.REMINDED: monday + timedelta(hours=16, minutes=30),
        CaseEventKind.DUE: monday + timedelta(hours=17, minutes=30),
        CaseEventKind.ESCALATED: monday + timedelta(days=1, hours=9, minutes=30),
    }
    assert [mail.department for mail in desk.mails_about(case_id)] == ["stores", "stores", "operator"]
    assert (
        visitor(desk).open(re.findall(r"http\S+/answer/\S+", desk.mails_about(case_id)[-1].body)[0]).case_id == case_id
    )


def chases(monday: datetime) -> list[datetime]:
    """When the schedule fires: some times of the weekend, and every quarter of an hour when something may be due."""
    weekend = [monday - timedelta(hours=hours) for hours in (54, 48, 33, 24, 9)]
    quarters = [monday + number * QUARTER for number in (*range(34, 38), *range(64, 75), 92, 128, *range(132, 140))]
    return [*weekend, *quarters]


def test_an_emergency_at_night_rings_at_once_and_every_ten_minutes_until_it_is_taken_on(desk: Driver) -> None:
    desk.until(23, 10)

    _, case_id = posted(desk, "stuck_inside", "엘리베이터에 갇혔는데 비상전화가 안 걸려요!! 도와주세요")
    heard = [len(desk.rings())]
    for _ in range(11):
        desk.fire("attend-to-cases", MINUTE)
        heard.append(len(desk.rings()))
    link = re.findall(r"http\S+/answer/\S+", desk.rings()[-1])[0]
    sent(desk, visitor(desk).open(link), "take", name="한당직")
    for _ in range(2):
        desk.fire("attend-to-cases", 11 * MINUTE)

    assert heard == [1] * 10 + [2] * 2
    assert len(desk.rings()) == 2
    assert all(case_id in text for text in desk.rings())
    hooks = sorted((desk.stage.mailboxes.folder / "on_call").glob("*.json"))[-2:]
    told = [json.loads(path.read_text())["message"]["cases"] for path in hooks]
    assert [[(case["id"], case["call"]) for case in cases] for cases in told] == [[(case_id, 1)], [(case_id, 2)]]
    assert case_of(desk, case_id)["holder"] == "한당직"
    assert [mail.department for mail in desk.mails_about(case_id)] == ["operator"]


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


def test_at_night_an_inquiry_is_acknowledged_once_and_by_day_it_is_not(desk: Driver) -> None:
    by_day, _ = posted(desk, "day_asker", "데이터 요금은 언제 빠져나가나요?")
    desk.fire("attend-to-cases", MINUTE)
    assert replies_to(desk, by_day) == []

    desk.until(22, 0)
    at_night, case_id = posted(desk, "night_asker", "자동이체 계좌를 바꾸고 싶은데 어디서 하나요?")
    for _ in range(3):
        desk.fire("attend-to-cases", MINUTE)

    (reply,) = replies_to(desk, at_night)
    assert case_id in reply.text
    assert replies_to(desk, by_day) == []
    assert case_of(desk, case_id)["state"] == "open"
    assert [event.what for event in desk.noted(case_id)] == [CaseEventKind.ACKNOWLEDGED]


def test_answers_from_the_page_and_by_hand_on_x_are_in_the_days_digest(desk: Driver) -> None:
    on_page, paged = posted(desk, "minji_haru", "이번 달 청구서가 두 번 왔어요. 확인해 주세요")
    by_hand, handed = posted(desk, "store_goer", "강남역 매장 일요일에도 문 여나요?")
    promised, waiting = posted(desk, "router_owner", "공유기 빨간불만 깜빡이고 인터넷이 안 돼요")

    confirming = sent(desk, opened(desk, "billing", on_page), "answer", name="박가온", text="한 장을 취소했습니다.")
    sent(desk, confirming, "confirm")
    desk.stage.control.post("emeraldmobile", "네, 일요일에도 엽니다.", in_reply_to=by_hand)
    desk.stage.control.post("emeraldmobile", "원인을 확인 후 안내드릴게요.", in_reply_to=promised)
    for _ in range(2):
        desk.poll()
    desk.until(18, 10)
    desk.mails.clear()
    desk.fire_now("evening-digest")

    assert {case: case_of(desk, case)["state"] for case in (paged, handed, waiting)} == {
        paged: "answered",
        handed: "answered",
        waiting: "promised",
    }
    folder = desk.stage.mailboxes.folder / f"reports-{desk.now:%Y-%m-%d}"
    (report,) = keep_reports(desk.stage.api, desk.mails_to("digest"), folder, SEOUL)
    assert counts_in(answers_in(report.page, "ko")) == {
        "요금·청구": ("1", "0", "0"),
        "매장·고객센터": ("1", "1", "0"),
        "홈": ("0", "0", "1"),
    }
    assert "X에서 직접" in report.page.read_text(encoding="utf-8")


def counts_in(rows: dict[str, dict[str, str]]) -> dict[str, tuple[str, ...]]:
    """How many were answered, by hand, and promised, by department."""
    columns = ("answered", "by hand", "promised")
    counts = {
        name: tuple(row[column] for column in columns)
        for name, row in rows.items()
        if name != phrase("ko", "answers.everybody")
    }
    return {name: row for name, row in counts.items() if set(row) != {"0"}}


def replies_to(desk: Driver, mention: str) -> list[OwnPost]:
    return [post for post in desk.on_x("") if answered_post(desk, post) == mention]
