"""An outage: forty reports are one mail and one call, danger comes alone, and the notice is written."""

import json
import re
from html import unescape

from local.aws.mail_file import Mail
from local.aws.mailbox import ON_CALL
from tests.e2e.driver import MINUTE, Driver
from tests.e2e.test_the_console_composer import Composer

SAYINGS = ("전화가 안 걸려요", "데이터가 먹통이에요", "안테나가 안 떠요", "통화가 자꾸 끊겨요")
WAKES = "성수동 전체가 전화가 먹통이에요"
"""By itself it is urgent, and calls the people on call."""
DANGER = "119가 안 걸려요 도와주세요!!"


def called_for(desk: Driver) -> list[str]:
    """What the web hooks of those on call were called for: numbers of cases, and `spike`."""
    files = sorted((desk.stage.mailboxes.folder / ON_CALL).glob("*.json"))
    messages = [json.loads(path.read_text(encoding="utf-8"))["message"] for path in files]
    return [each for one in messages for each in [case["id"] for case in one.get("cases", [])] or [one["event"]]]


def spike_mails(desk: Driver, department: str) -> list[Mail]:
    return [mail for mail in desk.mails_to(department) if "장애 신고 급증" in mail.subject]


def test_an_outage_is_one_mail_and_one_call_with_a_page_and_a_notice(desk: Driver) -> None:
    reports = set()
    for minute in range(4):
        reports |= desk.crowd(10, f"cut_off_{minute}", SAYINGS if minute < 2 else (*SAYINGS, WAKES))
        desk.poll()
    danger = desk.post("dark_night", DANGER)
    desk.poll()
    for _ in range(2):
        desk.fire("attend-to-cases", MINUTE)
    desk.sweep()

    lines = {line.mention_id: line for line in desk.lines()}
    cases = {str(lines[mention].case_id) for mention in reports}
    assert {lines[mention].kind for mention in reports} == {"fault"}
    (found,), (copy) = spike_mails(desk, "network"), spike_mails(desk, "operator")
    assert [mail.subject for mail in copy] == [found.subject]
    assert re.fullmatch(r"\[에메랄드모바일\] 네트워크 장애 신고 급증: \d+분에 \d+건 \(평소 .+\)", found.subject)
    danger_case = str(lines[danger].case_id)
    alone = [mail for mail in desk.mails_to("network") if mail.sent_at > found.sent_at]
    assert [danger_case in mail.body for mail in alone] == [True]
    assert called_for(desk) == ["spike", danger_case]
    assert sum("네트워크 장애 신고 급증" in text for text in desk.rings()) == 1

    composer = Composer(desk)
    (page,) = set(re.findall(r'href="/console/(spikes/[^"]+)"', composer.see("inbox/to_answer")))
    shown = unescape(composer.see(page))
    assert re.search(r"네트워크 장애 신고 급증</strong> .*부터 4\d건", shown)
    assert set(re.findall(r"/inbox/all/([0-9A-Z-]{11})", shown.partition("<main")[2])) == cases
    begun = unescape(composer.see("write?start=began"))
    assert re.search(r'name="kind" value="outage"[^>]*checked', begun)

    composer.send("지금 일부 지역에서 통화가 어렵습니다. 원인을 확인하고 있습니다.", kind="outage")
    desk.pass_time(2 * MINUTE)
    desk.stage.settle()
    (notice,) = desk.on_x("지금 일부 지역에서 통화가 어렵습니다.")
    assert f"/status/{notice.id}" in composer.see(page)

    desk.mails.clear()
    desk.fire("chase-cases", 35 * MINUTE)
    assert desk.mails_about(danger_case)
    assert [case for case in cases if desk.mails_about(case)] == []

    desk.mails.clear()
    desk.sweep()
    assert desk.mails_to("network") == []  # nobody knows yet that it is over: X was not asked since
    desk.poll()
    desk.sweep()
    desk.sweep()  # mails what joined until the one before ended it
    (ended,) = [mail for mail in desk.mails_to("network") if "급증 끝남" in mail.subject]
    assert "40건" in ended.subject
    assert [case for case in cases if case not in ended.body] == []
    assert "급증</strong>" not in composer.see("inbox/to_answer")
    desk.mails.clear()
    desk.fire("chase-cases", MINUTE)
    assert [case for case in cases if desk.mails_about(case)]

    later = desk.post("minji_haru", "전화가 안 걸려요 우리 집만 그런가요 고장인가요")
    desk.poll()
    assert [mail.department for mail in desk.mails_about(str(desk.line(later).case_id))][:1] == ["network"]
