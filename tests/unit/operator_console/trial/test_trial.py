"""The page of the trial: cases that wait, decisions about one or several, and the report."""

import re
from collections.abc import Sequence
from copy import replace
from datetime import timedelta
from typing import Any

import pytest

from desk.cases.model import Case, CaseEventKind, CaseState
from desk.cases.trial import Withheld
from desk.errors import TopicsUnavailable
from desk.mentions.model import RoutingOutcome, Stage, StoredMention
from desk.reading import OPERATOR, Safety, Urgency, Why
from tests.unit.operator_console.scene import BILLING, VIEWER, ConsoleScene, SignedIn, html_of
from tests.unit.replies.scene import NOW, READING, brand_with

HOSTILE = "<script>alert(1)</script>"


def a_scene(waiting: int = 2, *, in_trial: bool = True, **changes: Any) -> ConsoleScene:
    """A console whose billing is in trial, with so many cases that wait for a release."""
    brand = brand_with()
    departments = {**brand.departments, "billing": brand.departments["billing"]._replace(is_in_trial=in_trial)}
    scene = ConsoleScene(brand=replace(brand, departments=departments))
    scene.cases.cases.clear()
    for number in range(waiting):
        have(scene, number, **changes)
    return scene


def have(scene: ConsoleScene, number: int, department: str = "billing", **changes: Any) -> Case:
    """Have a case wait in the trial, with its mention as routing stored it."""
    case = scene.have_case(number, department, **({"awaits_release": True} | changes))
    mention = scene.cases.mentions[case.mention_ids[-1]].mention
    reading = READING._replace(why=(Why("department_word", "요금"),))
    scene.mentions.stored[mention.id] = StoredMention(mention, Stage.NOTHING, RoutingOutcome(reading, None, case.id))
    return case


def items(*cases: Case) -> Sequence[str]:
    return [f"{case.id}:{case.version}" for case in cases]


def decide(person: SignedIn, action: str, *cases: Case, **fields: str) -> Any:
    headers = {"hx_request": "true"} if fields.pop("fragment", "") else {}
    return person.post(f"trial/{action}", {"item": items(*cases), "request": "form-0001", **fields}, **headers)


def the_cases(scene: ConsoleScene) -> list[Case]:
    return sorted(scene.cases.cases.values(), key=lambda case: case.due_at)


# The page


def test_the_page_shows_what_waits_with_its_words_the_proposed_department_and_why() -> None:
    page = html_of(a_scene().signed_in().get("trial"))

    assert page.count('class="trial-row"') == 2
    assert "이번 달 요금이 왜 이렇게 많이 나왔나요?" in page
    assert "청구</b>" in page
    assert "요금" in page[page.index('class="why faint"') :]


def test_private_numbers_are_masked_and_strangers_words_are_text() -> None:
    scene = a_scene(1)
    [case] = the_cases(scene)
    stored = scene.mentions.stored[case.mention_ids[0]]
    post = stored.mention.post._replace(text=f"{HOSTILE} 010-1234-5678로 전화 주세요")
    scene.mentions.stored[post.id] = stored._replace(mention=stored.mention._replace(post=post))

    page = html_of(scene.signed_in().get("trial"))

    assert HOSTILE not in page
    assert "010-1234-5678" not in page


def test_cases_in_danger_come_first_and_say_who_was_told() -> None:
    scene = a_scene(1)
    have(scene, 9, safety=Safety.DANGER, urgency=Urgency.HIGH)
    have(scene, 10, OPERATOR, safety=Safety.DANGER, urgency=Urgency.HIGH, awaits_release=False)

    page = html_of(scene.signed_in().get("trial"))

    assert page.count("danger-row") == 1
    assert page.index("danger-row") < page.index('class="trial-row"')
    assert "운영자에게는 바로 알렸습니다" in page


def test_cases_to_be_checked_come_first_too_and_say_who_was_told() -> None:
    scene = a_scene(1)
    have(scene, 9, safety=Safety.CHECK)

    page = html_of(scene.signed_in().get("trial"))

    assert page.index("danger-row") < page.index('class="trial-row"')
    assert '<span class="tag danger">안전 확인 필요</span>' in page
    assert "운영자에게는 바로 알렸습니다. 담당 부서에는 아직" in page


def test_a_case_whose_words_were_removed_is_still_there_to_be_decided() -> None:
    scene = a_scene(1)
    scene.mentions.stored.clear()
    scene.cases.mentions.clear()

    page = html_of(scene.signed_in().get("trial"))

    assert page.count('class="trial-row"') == 1


def test_people_of_a_department_have_no_trial_and_viewers_decide_nothing() -> None:
    scene = a_scene()
    [first, _] = the_cases(scene)

    assert scene.signed_in(BILLING).get("trial")["statusCode"] == 403
    assert scene.signed_in(BILLING).get("trial/figures")["statusCode"] == 403
    assert "/console/trial" not in html_of(scene.signed_in(BILLING).get("inbox/all"))
    viewers = html_of(scene.signed_in(VIEWER).get("trial"))
    assert 'class="trial-row"' in viewers
    assert "<button" not in viewers.partition('id="trial"')[2]
    assert decide(scene.signed_in(VIEWER), "release", first)["statusCode"] == 403
    assert scene.cases.cases[first.id].awaits_release


def test_the_section_is_in_the_bar_while_a_trial_runs_and_counts_what_waits() -> None:
    link = re.compile(r'href="/console/trial".*?data-number="trial"[^>]*>(\d*)</b>', re.DOTALL)

    running = link.search(html_of(a_scene(2).signed_in().get("settings")))
    empty = link.search(html_of(a_scene(0).signed_in().get("settings")))
    over = link.search(html_of(a_scene(3, in_trial=False).signed_in().get("settings")))

    assert (running and running[1], empty and empty[1], over and over[1]) == ("2", "", "3")
    assert not link.search(html_of(a_scene(0, in_trial=False).signed_in().get("settings")))


def test_a_desk_that_is_live_does_not_count_the_trial_for_every_page() -> None:
    scene = a_scene(0, in_trial=False)
    console, person = scene.console, scene.signed_in()

    def counts() -> int:
        before = scene.inbox.calls["count"]
        from tests.unit.operator_console.scene import event  # noqa: PLC0415 - the console itself is kept here

        console.respond(event("GET", "stop", cookies=person.cookies), scene.now)
        return scene.inbox.calls["count"] - before

    first = counts()

    assert counts() == first - 1
    scene.now += timedelta(minutes=6)
    assert counts() == first


def test_in_the_list_of_all_cases_the_row_says_that_the_department_was_not_notified() -> None:
    scene = a_scene(1)

    assert "시범 운영: 부서에 알리지 않음" in html_of(scene.signed_in().get("inbox/all"))
    assert "시범 운영: 부서에 알리지 않음" not in html_of(scene.signed_in().get("inbox/at_department"))


# Decisions


def test_releasing_gives_the_case_to_its_department_with_a_deadline_from_now() -> None:
    scene = a_scene(1)
    [case] = the_cases(scene)
    scene.now = NOW + timedelta(hours=1)

    response = decide(scene.signed_in(), "release", case)

    after = scene.cases.cases[case.id]
    assert (response["statusCode"], response["headers"]["location"]) == (303, "/console/trial?done=release&count=1")
    assert (after.awaits_release, after.department, after.state) == (False, "billing", CaseState.OPEN)
    assert after.due_at == scene.now + timedelta(hours=24)  # nine working hours
    [event] = scene.cases.events[case.id]
    assert (event.what, event.by, event.department) == (CaseEventKind.RELEASED, "박지민", "billing")
    assert scene.colleagues.notified == [("together", "billing", (case.id,))]
    assert scene.cases.entries == {}
    assert "1건을 담당 부서로 보냈어요." in html_of(scene.signed_in().get("trial?done=release&count=1"))


def test_several_cases_go_to_each_department_by_one_mail() -> None:
    scene = a_scene(2)
    other = have(scene, 7, OPERATOR)

    decide(scene.signed_in(), "release", *the_cases(scene))

    [first, second, _] = sorted(the_cases(scene), key=lambda case: case.department)
    assert sorted(scene.colleagues.notified) == [
        ("together", "billing", tuple(sorted((first.id, second.id)))),
        ("together", OPERATOR, (other.id,)),
    ]
    assert not any(case.awaits_release for case in the_cases(scene))


def test_a_correction_goes_to_the_other_department_and_counts_against_the_first() -> None:
    scene = a_scene(1)
    [case] = the_cases(scene)

    decide(scene.signed_in(), "hand", case, department="network")

    after = scene.cases.cases[case.id]
    assert (after.department, after.awaits_release) == ("network", False)
    assert scene.colleagues.notified == [("together", "network", (case.id,))]
    [figures] = scene.cases.trial.figures()
    assert (figures.department, figures.corrected, figures.agreement) == ("billing", {"network": 1}, 0)


def test_closing_notifies_nobody() -> None:
    scene = a_scene(1)
    [case] = the_cases(scene)

    decide(scene.signed_in(), "close", case, reason="답변이 필요 없음")

    assert scene.cases.cases[case.id].state is CaseState.CLOSED
    assert (scene.colleagues.notified, scene.cases.trial.figures()[0].closed) == ([], 1)


def test_pressing_twice_releases_once() -> None:
    scene = a_scene(1)
    [case] = the_cases(scene)
    person = scene.signed_in()

    responses = [decide(person, "release", case, row="1", fragment="1") for _ in range(2)]

    assert [response["statusCode"] for response in responses] == [200, 200]
    assert len(scene.colleagues.notified) == 1
    assert scene.cases.trial.figures()[0].released == 1


def test_a_colleague_who_was_faster_wins_and_the_row_says_so() -> None:
    scene = a_scene(1)
    [case] = the_cases(scene)
    decide(scene.signed_in(), "hand", case, department="network")

    response = scene.signed_in().post(
        "trial/release", {"item": items(case), "request": "form-0002", "row": "1"}, hx_request="true"
    )

    assert response["statusCode"] == 409
    assert "박지민" in html_of(response)
    assert scene.cases.trial.figures()[0].released == 0


def test_one_case_that_cannot_be_decided_stops_no_other() -> None:
    scene = a_scene(2)
    [first, second] = the_cases(scene)
    scene.cases.cases[first.id] = first._replace(version=9)

    page = html_of(decide(scene.signed_in(), "release", first, second))

    assert first.id in page
    assert (scene.cases.cases[first.id].awaits_release, scene.cases.cases[second.id].awaits_release) == (True, False)


def test_a_mail_that_cannot_be_sent_is_left_to_the_sweep_and_the_page_says_so() -> None:
    scene = a_scene(2)
    scene.colleagues.error = TopicsUnavailable("down")

    page = html_of(decide(scene.signed_in(), "release", *the_cases(scene)))

    assert page.count("알림 메일이 아직 나가지 못했어요") == 2
    assert len(scene.cases.entries) == 2
    assert not any(case.awaits_release for case in the_cases(scene))


@pytest.mark.parametrize("fields", [{"item": []}, {"item": ["nonsense"]}, {"item": [f"{'7' * 5}-{'A' * 5}:1"] * 1}])
def test_a_hand_made_form_changes_nothing(fields: dict[str, Any]) -> None:
    scene = a_scene(1)

    response = scene.signed_in().post("trial/release", {"request": "form-0001", **fields})

    assert response["statusCode"] in {200, 422}
    assert all(case.awaits_release for case in the_cases(scene))


def test_a_case_that_does_not_wait_in_the_trial_is_not_released() -> None:
    scene = a_scene(1, awaits_release=False)
    [case] = the_cases(scene)

    decide(scene.signed_in(), "release", case)

    assert scene.cases.events[case.id] == []


def test_a_fragment_answers_with_the_figures_anew() -> None:
    scene = a_scene(2)
    [first, _] = the_cases(scene)

    response = decide(scene.signed_in(), "release", first, row="1", fragment="1")

    body = html_of(response)
    assert 'id="trial-figures"' in body
    assert 'id="trial-count" hx-swap-oob="true">1<' in body
    assert "decided" in response["headers"]["hx-trigger"]


def test_the_page_of_the_case_releases_it_too_and_can_hand_it_to_the_proposed_department() -> None:
    scene = a_scene(1)
    [case] = the_cases(scene)
    person = scene.signed_in()
    page = html_of(person.get(f"case/{case.id}"))
    assert "아직 알리지 않았어요" in page
    assert '<option value="billing" selected>' in page

    person.post(f"case/{case.id}/hand", {"version": "1", "request": "form-0001", "department": "billing"})

    [event] = scene.cases.events[case.id]
    assert (event.what, scene.cases.cases[case.id].awaits_release) == (CaseEventKind.RELEASED, False)
    assert scene.colleagues.notified == [("handed", "billing", "박지민", "")]


# The report, and the end of the trial


def test_the_report_has_the_figures_of_each_department_and_how_long_the_oldest_waits() -> None:
    scene = a_scene(3, asked_at=NOW - timedelta(hours=5))
    trial = scene.cases.trial
    trial.count_withheld("billing", NOW - timedelta(days=1), NOW.date(), Withheld(4, 2, 0))
    trial.count_withheld("billing", NOW, NOW.date() - timedelta(days=1), Withheld(9, 7, 1))
    [one, two, _] = the_cases(scene)
    decide(scene.signed_in(), "release", one)
    decide(scene.signed_in(), "hand", two, department="network", request="form-0002")

    page = html_of(scene.signed_in().get("trial"))

    cells = re.findall(r"<td[^>]*>(.*?)</td>", page[page.index("청구</th>") :])
    assert cells == ["3", "1", "네트워크 1", "0", "<b>50%</b>", "4.5통 (최대 7)", "1", "5시간째"]


def test_figures_stay_when_the_cases_and_their_words_are_gone() -> None:
    scene = a_scene(1)
    decide(scene.signed_in(), "release", *the_cases(scene))
    scene.cases.cases.clear()
    scene.cases.mentions.clear()

    page = html_of(scene.signed_in().get("trial"))

    assert "<b>100%</b>" in page


def test_after_the_trial_a_person_sends_or_closes_all_that_waits() -> None:
    scene = a_scene(2, in_trial=False)
    page = html_of(scene.signed_in().get("trial"))
    assert "시범 운영이 끝난 부서의 문의 2건이 기다려요." in page
    assert scene.colleagues.notified == []

    decide(scene.signed_in(), "release", *the_cases(scene))

    [(how, department, ids)] = scene.colleagues.notified
    assert (how, department, len(ids)) == ("together", "billing", 2)
    assert "/console/trial" not in html_of(scene.signed_in().get("settings"))
    assert "새 문의는 담당 부서로 바로 가요" in html_of(scene.signed_in().get("trial"))


def test_more_cases_than_the_page_shows_are_said() -> None:
    scene = a_scene(120)

    page = html_of(scene.signed_in().get("trial"))

    assert (page.count('class="trial-row"'), "99+" in page, "기다리는 문의가 더 있어요." in page) == (50, True, True)
