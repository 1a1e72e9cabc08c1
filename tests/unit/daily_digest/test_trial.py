"""While a trial runs, the digest says how each of its departments fares; otherwise it reads nothing for that."""

from copy import replace
from datetime import timedelta

from daily_digest.periods import Edition
from daily_digest.report import render_report
from desk.cases.trial import TrialFigures, Withheld
from tests.brands import small_brand
from tests.cases import a_case
from tests.unit.daily_digest.scene import TUESDAY, Scene, seoul


def a_scene(*departments: str) -> Scene:
    brand = small_brand()
    in_trial = {key: entry._replace(is_in_trial=key in departments) for key, entry in brand.departments.items()}
    return Scene(brand=replace(brand, departments=in_trial))


def test_the_evening_has_the_figures_of_departments_in_trial_and_what_waits_since_when() -> None:
    scene = a_scene("billing", "network")
    scene.cases.put(a_case(seoul(24, 9), awaits_release=True))
    scene.cases.put(a_case(seoul(24, 11), id="7Q2M4-XD93M", awaits_release=True))
    scene.cases.put(a_case(seoul(24, 8), id="7Q2M4-XD93N"))
    scene.cases.trial.count("billing", seoul(23, 9), {"released": 8, "closed": 1, "to#network": 1})
    scene.cases.trial.count_withheld("billing", seoul(24, 9), TUESDAY, Withheld(5, 3, 1))

    billing, network = scene.collect().trial

    assert (billing.waiting, billing.oldest) == (2, seoul(24, 9))
    assert (billing.figures.decided, billing.figures.agreement, billing.figures.most_mails) == (10, 80, 3)
    assert (network.figures, network.waiting, network.oldest) == (TrialFigures("network"), 0, None)


def test_the_page_says_it_in_words() -> None:
    scene = a_scene("billing")
    scene.cases.put(a_case(seoul(24, 9), awaits_release=True))
    scene.cases.trial.count("billing", seoul(23, 9), {"released": 3, "to#network": 1})
    scene.cases.trial.count_withheld("billing", seoul(24, 9), TUESDAY, Withheld(5, 3, 1))
    digest = scene.collect()

    page = render_report(digest, scene.brand)

    assert "제안 5 · 그대로 보냄 3 · 고침 1 · 답변 없이 종료 0" in page
    assert "일치율 75%" in page
    assert "하루 예상 메일 1.5통 (최대 3통)" in page
    assert "고쳐 보낸 곳: 네트워크 1" in page
    assert "expected mails a day: 1.5 (most 3)" in render_report(digest, replace(scene.brand, language="en"))


def test_the_morning_and_a_desk_that_is_live_have_no_such_section() -> None:
    live, trial = a_scene(), a_scene("billing")
    trial.now -= timedelta(hours=9)

    assert live.collect().trial == ()
    assert live.cases.trial.calls["figures"] == 0
    assert "시범 운영" not in render_report(live.collect(), live.brand)
    assert trial.collect(Edition.MORNING).trial == ()
