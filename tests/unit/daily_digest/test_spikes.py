"""Digests have one line for each spike of faults of their period; one that is open needs a person now."""

from datetime import timedelta

import pytest

from daily_digest.csv_file import render_csv
from daily_digest.model import PeriodSpike
from daily_digest.periods import Edition
from daily_digest.report import render_report
from daily_digest.summary import render_summary
from desk.mentions.model import Mention, RoutingOutcome, Stage, StoredMention
from desk.reading import Kind, Need, Reading, Urgency
from desk.spikes.model import Spike
from desk.x.model import XPost, first_id_at
from tests.unit.daily_digest import examples
from tests.unit.daily_digest.scene import Scene, seoul

LINK = "https://desk.jade.example/reports/AbCd-EfGh_IjKlMnOA"
READING = Reading(Kind.FAULT, Need.SUPPORT, "network", Urgency.NORMAL, "ko", 0.9, ())


def spike(day: int, hour: int, *, lasts: int = 0, department: str = "network") -> Spike:
    """A spike that begins then; open, unless it lasts so many minutes."""
    began = seoul(day, hour, 5)
    ended_at = began + timedelta(minutes=lasts) if lasts else None
    found = began + timedelta(minutes=4)
    return Spike(f"{day}-{hour}-{department}", department, began, found, 3, 14, 0.31, ended_at)


def have(scene: Scene, *spikes: Spike) -> None:
    scene.spikes.spikes |= {each.id: each for each in spikes}


@pytest.mark.parametrize("edition", [Edition.EVENING, Edition.MORNING])
def test_spikes_that_were_open_in_the_period_are_collected_with_their_faults(edition: Edition) -> None:
    scene = Scene(now=seoul(24, 18, 10) if edition is Edition.EVENING else seoul(24, 8))
    began = seoul(24, 2, 5)
    have(scene, spike(24, 2, lasts=95), spike(24, 3), spike(20, 9, lasts=30), spike(24, 19))
    for minutes in (0, 30, 95, 96):
        at = began + timedelta(minutes=minutes)
        post = XPost(first_id_at(at), "먹통", "7", at, "1", "ko", ("1",))
        scene.mentions.stored[post.id] = StoredMention(
            Mention(post, at), Stage.NOTHING, RoutingOutcome(READING, "case_opened", None)
        )
        scene.mentions.read_at[post.id] = at

    digest = scene.collect(edition)

    assert [(each.spike.id, each.faults) for each in digest.spikes] == [("24-2-network", 3), ("24-3-network", 2)]


def test_page_table_and_mail_have_a_line_for_each_spike() -> None:
    spikes = (PeriodSpike(spike(24, 14, lasts=95), 1_052), PeriodSpike(spike(24, 16, department="billing"), 9))
    digest, brand = examples.evening(spikes=spikes), examples.brand()
    page, table = render_report(digest, brand), render_csv(digest, brand).decode("utf-8-sig")
    mail = render_summary(digest, brand, LINK).body

    found = "감지 당시 3분에 14건 (평소 0.3건)."
    over = f"네트워크 장애 신고 급증: 11월 24일(화) 오후 2:05부터 오후 3:40까지 1,052건. {found}"
    going_on = f"요금·청구 장애 신고 급증: 11월 24일(화) 오후 4:05부터 9건. {found}"
    plain = page.replace("\u00a0", " ").replace("\u2060", "")
    assert (plain.count(over), plain.count(going_on)) == (1, 2)
    assert f"- {over}\n" in mail
    assert f"- 지금 이어지고 있습니다. {going_on}\n" in mail
    assert (mail.count(over), mail.count(going_on)) == (1, 1)
    assert "장애 신고 급증,네트워크,2026-11-24 14:05,1052" in table


def test_page_and_mail_lead_to_each_spike_in_the_console() -> None:
    spikes = (PeriodSpike(spike(24, 14, lasts=95), 1_052), PeriodSpike(spike(24, 16, department="billing"), 9))
    brand = examples.brand()._replace(console_url="https://desk.jade.example/console")
    page = render_report(examples.evening(spikes=spikes), brand)
    mail = render_summary(examples.evening(spikes=spikes), brand, LINK).body

    for each in ("24-14-network", "24-16-billing"):
        assert f'<a href="https://desk.jade.example/console/spikes/{each}">신고 모아 보기</a>' in page
        assert f"신고 모아 보기(운영 화면): https://desk.jade.example/console/spikes/{each}\n" in mail


def test_in_english_and_without_a_spike() -> None:
    digest = examples.evening(spikes=(PeriodSpike(spike(24, 14), 52),))
    brand = examples.brand("en")

    assert (
        "Going on now. Network: spike in fault reports, 52 reports since Tue 24 Nov, 2:05 pm."
        in render_summary(digest, brand, LINK).body
    )
    assert "spike" not in render_report(examples.evening(), brand).lower().split("</style>")[1]
