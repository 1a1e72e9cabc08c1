"""Spikes of faults in the console: the banner on every page, the list, and a spike with its cases and notices."""

import re
from copy import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import pytest

from desk.cases.model import CaseState
from desk.notifications.notifier import Notifier
from desk.notifications.on_call import OnCallCaller
from desk.notifications.spike_alerts import SpikeAlerts
from desk.outbox.model import OutboxKind
from desk.posts.model import PostKind, PostState
from desk.reading import Kind, Need, Reading, Safety, Urgency
from desk.routing.decide import plan
from desk.spikes.faults import Fault
from desk.spikes.model import Spike
from desk.x.model import Author
from operator_console.app import Console
from operator_console.shell.cached import SpikeBanner
from operator_console.spikes.spikes import CHART_HEIGHT, SHOWN, chart_of
from tests.fakes.cases import FakeCaseLinks
from tests.fakes.notifications import FakeMailBudget, FakeOnCallTopic, FakeSubscribers, FakeTopics
from tests.fakes.routing import FakeUnitOfWork
from tests.unit.notifications.mail_scene import mention, post
from tests.unit.operator_console.scene import BILLING, JIMIN, VIEWER, ConsoleScene, html_of
from tests.unit.posts.scene import a_post
from tests.unit.replies.scene import NOW

MINUTE = timedelta(minutes=1)
BEGAN = NOW - 20 * MINUTE
SPIKE = Spike("20261124T034500000000-network", "network", BEGAN, BEGAN + 5 * MINUTE, 3, 14, 0.31)
PAGE = f"spikes/{SPIKE.id}"


def have_fault(
    scene: ConsoleScene, number: int, at: datetime | None = None, *, by: int | None = None, **changes: Any
) -> str:
    """A fault of network, ten seconds after another, by that guest; returns the number of its case."""
    guest = number if by is None else by
    author = Author(str(2000 + guest), f"guest{guest}", f"손님{guest}")
    made = post(str(7000 + number), f"{number}번째 신고. 제 번호는 010-1234-5678", author=author, author_id=author.id)
    made = made._replace(conversation_id=made.id, created_at=at or BEGAN + timedelta(seconds=10 * number))
    read = Reading(Kind.FAULT, Need.SUPPORT, "network", Urgency.NORMAL, "ko", 0.9, (), terms=("먹통",))
    received, work = mention(made), FakeUnitOfWork(scene.mentions, scene.cases)
    scene.mentions.store([received])
    work.commit(plan([(received, read._replace(**changes))], {}, scene.brand).steps, received.received_at)
    return scene.mentions.cases[made.id]


@pytest.fixture
def scene() -> ConsoleScene:
    scene = ConsoleScene()
    scene.cases.cases.clear()
    scene.spikes.begin(SPIKE)
    return scene


def banner(html: str) -> str:
    found = re.search(r'<div id="spikes"[^>]*>(.*?)</div>', html, re.DOTALL)
    assert found
    return words_of(found[1])


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.replace("\u2060", "")).split())


def mails_about_the_end(scene: ConsoleScene) -> list[str]:
    """The mails that people get about the end of the spike."""
    topics, budget, links = FakeTopics(), FakeMailBudget(), FakeCaseLinks()
    notifier = Notifier(
        topics, budget, FakeSubscribers({"network": 1}), scene.brand, lambda: NOW, links=links, api_url=""
    )
    caller = OnCallCaller(
        scene.cases,
        FakeOnCallTopic(),
        scene.brand,
        lambda: NOW,
        links=notifier.links,
        budget=budget,
        spikes=scene.spikes,
    )
    outbox = scene.spikes.outbox
    alerts = SpikeAlerts(
        outbox, scene.spikes, notifier, caller, scene.brand, lambda: NOW,
        faults=scene.faults, mentions=scene.mentions, cases=scene.cases,
    )  # fmt: skip
    alerts.notify(SPIKE.id, outbox.of(OutboxKind.SPIKE))
    return [mail.body for topic in scene.brand.departments for mail in topics.mails(topic)]


# The banner


@pytest.mark.parametrize("path", ["inbox/to_answer", "write", "calendar", "settings", PAGE, "poll?queue=to_answer"])
def test_every_page_says_that_a_spike_is_open_and_how_many_faults_it_has(path: str, scene: ConsoleScene) -> None:
    for number in range(3):
        have_fault(scene, number)

    html = html_of(scene.signed_in().get(path))

    assert banner(html) == "네트워크 장애 신고 급증 오전 11:40부터 3건 신고 모아 보기"
    assert f'href="/console/spikes/{SPIKE.id}"' in html


def test_there_is_no_banner_when_it_has_ended_or_for_people_of_another_department(scene: ConsoleScene) -> None:
    assert banner(html_of(scene.signed_in(BILLING).get("inbox/at_department"))) == ""
    scene.spikes.end(SPIKE, NOW)

    assert banner(html_of(scene.signed_in().get("inbox/to_answer"))) == ""


def test_a_page_goes_on_without_what_cannot_be_read(scene: ConsoleScene) -> None:
    scene.faults.busy = True
    uncounted = banner(html_of(scene.signed_in().get("inbox/to_answer")))
    scene.spikes.busy = {"open"}

    assert uncounted == "네트워크 장애 신고 급증 오전 11:40부터 신고 모아 보기"
    assert banner(html_of(scene.signed_in().get("inbox/to_answer"))) == ""


def test_many_pages_read_the_open_spikes_once_and_show_the_last_ones_if_they_cannot(scene: ConsoleScene) -> None:
    shown = SpikeBanner(scene.spikes, scene.faults)

    def spikes_at(seconds: int) -> list[str]:
        return [line.spike.id for line in shown.lines(JIMIN, NOW + timedelta(seconds=seconds))]

    assert [spikes_at(seconds) for seconds in (0, 10, 19)] == [[SPIKE.id]] * 3
    assert (scene.spikes.calls["open"], scene.faults.asked) == (1, 1)
    scene.spikes.busy = {"open"}
    assert spikes_at(20) == [SPIKE.id]
    scene.spikes.busy = set()
    scene.spikes.end(SPIKE, NOW)
    assert (spikes_at(39), spikes_at(40)) == ([SPIKE.id], [])


# The page


def test_the_page_of_a_spike_has_its_figures_words_cases_and_notices(scene: ConsoleScene) -> None:
    keys = [have_fault(scene, number) for number in range(3)]
    have_fault(scene, 9, BEGAN - 5 * MINUTE)
    scene.cases.cases[keys[0]] = scene.cases.cases[keys[0]]._replace(state=CaseState.ANSWERED)
    notice = a_post("지금 일부 지역에서 통화가 어렵습니다.", id="n1", kind=PostKind.OUTAGE, state=PostState.PUBLISHED)
    scene.posts.posts[notice.id] = replace(notice, at=NOW - MINUTE, x_id="1993000000000000999")
    scene.spikes.spikes[SPIKE.id] = SPIKE._replace(mailed_at=BEGAN + 5 * MINUTE, called_at=BEGAN + 6 * MINUTE)

    html = html_of(scene.signed_in().get(PAGE))
    text = words_of(html)

    assert "부터 3건" in text
    assert "감지: 3분에 14건 (평소 0.3건)" in text
    assert "메일 오전 11:45 · 전화 오전 11:46" in text
    assert "많이 나온 말: 먹통 3" in text
    assert "답변 대기 2 답변함 1" in text
    assert re.findall(r'/inbox/all/([0-9A-Z-]{11})"', html) == keys[::-1]
    assert re.findall(r"(\d)번째 신고. 제 번호는 (\S+)", text) == [(str(n), "●●●-●●●●-●●78") for n in (2, 1, 0)]
    assert "지금 일부 지역에서 통화가 어렵습니다." in text
    assert 'href="https://x.com/i/status/1993000000000000999"' in html
    assert f'href="/console/inbox/all?spike={SPIKE.id}"' in html


def test_the_page_of_a_spike_that_is_over_says_when_its_end_was_mailed(scene: ConsoleScene) -> None:
    over = SPIKE._replace(ended_at=NOW - 5 * MINUTE)
    pages = []
    for spike in (over, over._replace(mailed_at=BEGAN + 5 * MINUTE, end_mailed_at=NOW - 4 * MINUTE)):
        scene.spikes.spikes[SPIKE.id] = spike
        pages.append(words_of(html_of(scene.signed_in().get(PAGE))))

    assert "(평소 0.3건) · 끝났다는 메일을 아직 보내지 못했어요" in pages[0]
    assert "· 메일 오전 11:45 · 끝났다는 메일 오전 11:56" in pages[1]
    assert "아직 보내지" not in pages[1]


class OneProcess(ConsoleScene):
    """A console whose requests all reach the same process, which keeps what it has counted."""

    @cached_property
    def console(self) -> Console:
        return self.console_at("")


def test_the_page_its_banner_and_the_mail_about_the_end_name_the_same_number() -> None:
    """With an author who reports three times, one in danger, and a case that went to another department."""
    scene = OneProcess()
    scene.spikes.begin(SPIKE)
    for number in range(4):
        have_fault(scene, number)
    for again in (11, 12):
        have_fault(scene, again, by=0)
    have_fault(scene, 5, safety=Safety.DANGER, urgency=Urgency.HIGH, terms=())
    moved = have_fault(scene, 6)
    scene.cases.cases[moved] = scene.cases.cases[moved]._replace(department="billing")
    have_fault(scene, 9, BEGAN - 5 * MINUTE)
    operator = scene.signed_in()
    assert "오전 11:40부터 8건" in banner(html_of(operator.get("inbox/to_answer")))

    have_fault(scene, 7)  # within the minute for which the banner keeps its count
    html = html_of(operator.get(PAGE))

    assert "오전 11:40부터 9건" in banner(html)
    assert "오전 11:40부터 9건 · 작성자 7명" in words_of(html.partition("<h1>")[2])
    assert "오전 11:40부터 9건" in banner(html_of(operator.get("inbox/to_answer")))
    assert re.search(r'문의 <span class="number">7</span>', html)
    assert "사람의 안전에 관한 문의나 다른 부서로 넘긴 문의 2건은 따로 처리해요." in words_of(html)
    scene.spikes.end(SPIKE, NOW)
    mails = mails_about_the_end(scene)
    assert mails
    assert all("장애·불편 신고가 9건 올라왔습니다." in mail for mail in mails)
    assert "신고 9건 · 작성자 7명" in words_of(html_of(operator.get(PAGE)))


def test_danger_and_cases_that_went_elsewhere_are_no_part_of_the_list(scene: ConsoleScene) -> None:
    kept, moved = have_fault(scene, 1), have_fault(scene, 2)
    have_fault(scene, 3, safety=Safety.DANGER, urgency=Urgency.HIGH, terms=())
    scene.cases.cases[moved] = scene.cases.cases[moved]._replace(department="billing")

    html = html_of(scene.signed_in().get(PAGE))

    listed = html.partition('class="rows"')[2]
    assert re.findall(r'/inbox/all/([0-9A-Z-]{11})"', listed) == [kept]
    assert re.search(r'문의 <span class="number">1</span>', html)


def test_only_the_newest_cases_are_listed_and_the_rest_is_counted(scene: ConsoleScene) -> None:
    for number in range(SHOWN + 3):
        have_fault(scene, number)

    html = html_of(scene.signed_in().get(PAGE))

    assert html.count("/console/inbox/all/") == SHOWN
    assert f'문의 <span class="number">{SHOWN + 3}</span>' in html
    assert f"최근 {SHOWN}건을 보여 드려요." in html


def test_an_operator_is_led_to_the_composer_with_an_outage_notice_and_others_are_not(scene: ConsoleScene) -> None:
    operator, viewer = html_of(scene.signed_in().get(PAGE)), html_of(scene.signed_in(VIEWER).get(PAGE))
    composer = html_of(scene.signed_in().get("write?start=began"))

    assert 'href="/console/write?start=began"' in operator
    assert "아직 장애 공지가 없어요." in operator
    assert "write?start" not in viewer
    assert re.search(r'value="outage"[^>]* (checked|selected)', composer)


def test_people_of_a_department_see_its_spikes_alone(scene: ConsoleScene) -> None:
    network = replace(BILLING, id="network", departments=frozenset({"network"}))
    theirs = scene.signed_in(network)

    assert scene.signed_in(BILLING).get(PAGE)["statusCode"] == 404
    assert SPIKE.id not in html_of(scene.signed_in(BILLING).get("spikes"))
    assert "공지" not in words_of(html_of(theirs.get(PAGE)))
    assert f"spikes/{SPIKE.id}" in html_of(theirs.get("spikes"))


@pytest.mark.parametrize("spike_id", ["nothing", "20261124T034500000000-billing", "%3Cb%3E"])
def test_a_spike_that_does_not_exist_is_not_found(spike_id: str, scene: ConsoleScene) -> None:
    assert scene.signed_in().get(f"spikes/{spike_id}")["statusCode"] == 404


def test_the_list_is_a_section_for_those_who_see_everything(scene: ConsoleScene) -> None:
    operator, department = scene.signed_in(), scene.signed_in(BILLING)

    assert 'href="/console/spikes"' in html_of(operator.get("trends"))
    assert 'href="/console/spikes" aria-current="page"' in html_of(operator.get("spikes"))
    assert 'href="/console/spikes" aria-current="page"' in html_of(operator.get(PAGE))
    assert 'id="sections"' not in html_of(department.get("spikes"))
    assert 'href="/console/inbox/to_answer"' in html_of(department.get("spikes"))


def test_the_list_has_open_and_recent_spikes_the_newest_first(scene: ConsoleScene) -> None:
    began = NOW - timedelta(days=3)
    earlier = SPIKE._replace(id="earlier-billing", department="billing", started_at=began, detected_at=began)
    old = earlier._replace(id="old-billing", started_at=began - timedelta(days=90), detected_at=began)
    for each, ended in ((old, began - timedelta(days=89)), (earlier, began + 30 * MINUTE)):
        scene.spikes.begin(each)
        scene.spikes.end(each, ended)

    html = html_of(scene.signed_in().get("spikes"))
    listed = re.findall(r'/console/spikes/([^"]+)"', html[html.index("<main") :])

    assert listed == [SPIKE.id, earlier.id]
    assert "진행 중" in html
    assert "신고가 급증한 일이 없어요." in html_of(ConsoleScene().signed_in().get("spikes"))


# The chart


def faults_at(*minutes: float) -> list[Fault]:
    return [Fault(str(n), BEGAN + minute * MINUTE, "network", str(n), None) for n, minute in enumerate(minutes)]


def test_the_chart_counts_faults_by_minute_from_a_while_before_the_spike() -> None:
    chart = chart_of(faults_at(-10, 0, 0.5, 3), SPIKE, NOW, usual=str)

    assert (chart.minutes, len(chart.bars), chart.most) == (1, 35, 2)
    assert [(bar.at - BEGAN, bar.faults) for bar in chart.bars if bar.faults] == [
        (-10 * MINUTE, 1), (0 * MINUTE, 2), (3 * MINUTE, 1),
    ]  # fmt: skip
    assert [bar.is_before for bar in chart.bars] == [True] * 15 + [False] * 20
    assert max(bar.height for bar in chart.bars) == CHART_HEIGHT
    assert all(bar.y + bar.height == CHART_HEIGHT for bar in chart.bars)
    assert float(chart.usual) == pytest.approx(SPIKE.expected / 3)


@pytest.mark.parametrize(("hours", "minutes"), [(0.5, 1), (1, 2), (10, 15), (24, 30), (300, 480)])
def test_a_longer_spike_has_wider_bars(hours: float, minutes: int) -> None:
    end = BEGAN + timedelta(hours=hours)

    chart = chart_of([*faults_at(0), Fault("9", end, "network", "9", None)], SPIKE, end, usual=str)

    assert chart.minutes == minutes
    assert len(chart.bars) <= 60
    assert sum(bar.faults for bar in chart.bars) == 2


def test_the_reports_of_a_spike_that_wait_are_selected_together(scene: ConsoleScene) -> None:
    keys = [have_fault(scene, number) for number in range(4)]
    have_fault(scene, 9, BEGAN - 5 * MINUTE)
    scene.cases.cases[keys[0]] = scene.cases.cases[keys[0]]._replace(state=CaseState.ANSWERED)
    scene.cases.cases[keys[1]] = scene.cases.cases[keys[1]]._replace(department="billing")

    selected = html_of(scene.signed_in().get(f"inbox/all?spike={SPIKE.id}"))
    unknown = html_of(scene.signed_in().get("inbox/all?spike=none"))
    others = html_of(scene.signed_in(BILLING).get(f"inbox/all?spike={SPIKE.id}"))

    assert re.findall(r'value="([0-9A-Z-]{11}):\d+" checked', selected) == keys[2:]
    assert '<span class="number">2<' in selected
    assert [re.findall('<li id="row-', page) for page in (unknown, others)] == [[], []]
