"""A run of reminders: who is told of which cases, once, whatever fails on the way."""

from datetime import timedelta

import pytest

from chase_cases.reminders import MAX_CASES
from desk.cases.model import Case, CaseEventKind, CaseState, Draft
from desk.cases.store import CaseMention
from desk.cases.transitions import asked_again
from desk.mentions.model import Source
from desk.reading import OPERATOR, Kind, Need, Reading, Safety, Urgency
from desk.spikes.model import Spike
from tests.brands import emerald
from tests.unit.chase_cases.scene import BRAND, DUE, Desk, a_case, every_quarter, mention_of, seoul

REMINDED, DUE_NOW, ESCALATED = CaseEventKind.REMINDED, CaseEventKind.DUE, CaseEventKind.ESCALATED
MINUTE = timedelta(minutes=1)
LATE = DUE + timedelta(hours=1)


def listed(body: str, *cases: Case) -> list[bool]:
    return [case.id in body for case in cases]


def test_a_reminder_is_sent_once_before_at_and_after_the_due_time() -> None:
    desk = Desk().has(a_case())

    for now in every_quarter(seoul(24, 9), seoul(27, 18)):
        desk.runs(now)

    assert [event.what for event in desk.cases.events[a_case().id]] == [REMINDED, DUE_NOW, ESCALATED]
    assert [event.at for event in desk.cases.events[a_case().id]] == [DUE - timedelta(hours=1), DUE, LATE]
    assert [event.department for event in desk.cases.events[a_case().id]] == ["billing", "billing", OPERATOR]
    assert (len(desk.mails("billing")), len(desk.mails(OPERATOR))) == (2, 1)


def test_after_missed_runs_only_the_latest_stage_is_sent() -> None:
    desk = Desk().has(a_case())

    report = desk.runs(LATE)

    assert dict(report.sent) == {ESCALATED: 1}
    assert (len(desk.mails("billing")), len(desk.mails(OPERATOR))) == (0, 1)
    assert [link.department for link in desk.links.links.values()] == [OPERATOR]


def test_one_mail_bundles_a_departments_cases_with_a_link_to_each() -> None:
    one, two, other = a_case(1), a_case(2, due_at=DUE - MINUTE), a_case(3, department="network")
    desk = Desk().has(one, two, other)

    report = desk.runs(DUE)

    (mail,), (others,) = desk.mails("billing"), desk.mails("network")
    assert (report.mails, dict(report.sent)) == (2, {DUE_NOW: 3})
    assert listed(mail.body, one, two, other) == [True, True, False]
    assert listed(others.body, one, two, other) == [False, False, True]
    assert mail.body.count("https://desk.example/answer/") == 2
    assert sorted(link.department for link in desk.links.links.values()) == ["billing", "billing", "network"]


def test_at_night_only_urgent_cases_are_mailed() -> None:
    desk = Desk().has(a_case(1, due_at=seoul(24, 18)), a_case(2, due_at=seoul(25, 2), urgency=Urgency.HIGH))

    for now in every_quarter(seoul(24, 18), seoul(25, 9)):
        desk.runs(now)

    assert desk.cases.events[a_case(1).id] == []
    assert [event.what for event in desk.cases.events[a_case(2).id]] == [REMINDED, DUE_NOW, ESCALATED]


def test_over_chuseok_and_its_weekend_nothing_is_mailed() -> None:
    before, after = seoul(23, 16).replace(month=9), seoul(28, 11).replace(month=9)
    desk = Desk(emerald()).has(a_case(due_at=before + 90 * MINUTE))

    for now in every_quarter(before, after):
        desk.runs(now)

    told = [(event.what, event.at) for event in desk.cases.events[a_case().id]]
    assert told == [
        (REMINDED, before + 30 * MINUTE),
        (DUE_NOW, before + 90 * MINUTE),
        (ESCALATED, after - 90 * MINUTE),
    ]


def test_a_case_of_a_removed_department_is_the_operators() -> None:
    case = a_case(department="gone")
    desk = Desk().has(case)
    desk.subscribers.counts = {"gone": 1}

    desk.runs(DUE)
    desk.runs(LATE)

    (mail,) = desk.mails(OPERATOR)
    assert "gone은 지금 없는 부서여서" in mail.body
    assert [event.what for event in desk.cases.events[case.id]] == [DUE_NOW]


def test_without_subscribers_the_operator_is_reminded() -> None:
    desk = Desk().has(a_case())
    desk.subscribers.counts = {"billing": 0}

    desk.runs(DUE)

    assert desk.mails("billing") == []
    assert "요금·청구에는 지금 메일을 받는 분이 없어" in desk.mails(OPERATOR)[0].body


def test_while_the_subscribers_are_unknown_no_reminder_is_sent() -> None:
    desk = Desk().has(a_case())
    desk.subscribers.counts["billing"], desk.subscribers.busy = 0, True

    report = desk.runs(DUE)
    desk.subscribers.busy = False
    desk.runs(DUE + timedelta(minutes=15))

    assert list(report.failures) == ["subscribers"]
    assert (len(desk.mails("billing")), len(desk.mails(OPERATOR))) == (0, 1)


def test_a_draft_is_for_the_operator_to_send() -> None:
    desk = Desk().has(a_case(state=CaseState.DRAFTED, draft=Draft("답", "김하나", DUE)))

    desk.runs(DUE)

    assert desk.mails("billing") == []
    assert "김하나가 쓴 답변이 있습니다" in desk.mails(OPERATOR)[0].body


def test_a_case_answered_a_moment_ago_is_left_alone_though_the_index_lags() -> None:
    desk = Desk().has(a_case())
    desk.cases.meanwhile["file"].append(lambda: desk.cases.put(a_case(state=CaseState.ANSWERED)))

    report = desk.runs(DUE)

    assert (report.mails, report.failures, desk.cases.reminders) == (0, {}, {})


def test_a_case_handed_over_a_moment_ago_is_not_mailed_to_the_old_department() -> None:
    desk = Desk().has(a_case())
    desk.cases.meanwhile["file"].append(lambda: desk.cases.put(a_case(department="network")))

    desk.runs(DUE)

    assert (desk.mails("billing"), desk.mails("network")) == ([], [])


def test_a_new_due_time_starts_the_stages_again() -> None:
    desk = Desk().has(a_case())
    desk.runs(LATE)
    desk.has(a_case(department="network", due_at=seoul(25, 14)))

    desk.runs(seoul(25, 13))

    assert [event.what for event in desk.cases.events[a_case().id]] == [ESCALATED, REMINDED]
    assert len(desk.mails("network")) == 1


def test_the_backlog_of_the_first_poll_is_not_reminded_of() -> None:
    desk = Desk().has(*(a_case(number) for number in range(1, MAX_CASES + 3)), backlog=True)
    late_comer = a_case(99, due_at=DUE + MINUTE)
    desk.has(late_comer)

    report = desk.runs(DUE + MINUTE)

    assert (report.mails, dict(report.sent)) == (1, {DUE_NOW: 1})
    assert late_comer.id in desk.mails()[0].body
    assert desk.runs(DUE + 2 * MINUTE).mails == 0
    assert desk.cases.calls["file"] == MAX_CASES + 3  # once for each, not in every run


def test_a_case_whose_posts_are_gone_still_waits_for_somebody_to_close_it() -> None:
    desk = Desk()
    desk.cases.put(a_case())

    desk.runs(DUE)

    assert "(글이 지워졌거나 볼 수 없습니다.)" in desk.mails()[0].body


def test_the_post_that_reopened_the_case_is_shown() -> None:
    case = a_case(mention_ids=("9001", "9002", "9003"), asked_at=seoul(23, 15), opened_at=seoul(23, 14))
    desk = Desk().has(case)
    for number, (text, hour) in enumerate([("처음 물은 것", 14), ("다시 물은 것", 15), ("덧붙인 것", 16)], 1):
        mention = mention_of(case._replace(mention_ids=(f"900{number}",)), text, received_at=seoul(23, hour))
        found = mention._replace(post=mention.post._replace(created_at=seoul(23, hour)))
        desk.cases.mentions[found.id] = desk.cases.mentions["9003"]._replace(mention=found)

    desk.runs(DUE)

    assert "| 다시 물은 것" in desk.mails()[0].body


@pytest.mark.parametrize("later", [True, False])
def test_an_author_who_opted_out_is_not_to_be_answered_until_a_later_mention(later: bool) -> None:
    desk, moment = Desk().has(a_case()), a_case().asked_at + timedelta(hours=1 if later else -1)
    desk.opt_outs.record("501", "1", moment)

    desk.runs(DUE)

    (mail,) = desk.mails()
    assert ("답글 금지" in mail.body) is later
    assert ("답변하기:" in mail.body) is not later


def test_of_a_case_that_a_heard_post_opened_the_reminder_says_that_x_takes_no_reply() -> None:
    desk = Desk().has(a_case())
    for key, one in desk.cases.mentions.items():
        desk.cases.mentions[key] = one._replace(mention=one.mention._replace(source=Source.LISTENING))

    desk.runs(DUE)

    assert "이 글은 우리를 부르지 않았습니다" in desk.mails()[0].body


def test_while_opt_outs_are_unknown_no_reminder_is_sent() -> None:
    desk = Desk().has(a_case())
    desk.opt_outs.busy = True

    assert desk.runs(DUE).failures.keys() == {f"case#{a_case().id}"}
    assert desk.mails() == []

    desk.opt_outs.busy = False
    desk.runs(DUE + timedelta(minutes=15))
    assert len(desk.mails()) == 1


def test_cases_beyond_one_mail_follow_with_the_next_run() -> None:
    cases = [a_case(number) for number in range(1, MAX_CASES + 3)]
    desk = Desk().has(*cases)

    first, second, third = (desk.runs(DUE + number * 15 * MINUTE) for number in range(3))

    assert (first.put_off, second.put_off, third.mails) == (2, 0, 0)
    assert [len(desk.cases.events[case.id]) for case in cases] == [1] * len(cases)
    assert "이 밖에 2건은 다음 메일로" in desk.mails()[0].body


def test_without_budget_nothing_is_recorded_and_the_next_run_sends() -> None:
    desk = Desk().has(a_case())
    desk.budget.count = 0

    report = desk.runs(DUE)
    desk.budget.count = 1
    again = desk.runs(DUE + 15 * MINUTE)

    assert (report.mails, report.put_off, report.failures) == (0, 1, {})
    assert dict(again.sent) == {DUE_NOW: 1}


def test_a_topic_that_takes_nothing_is_tried_next_time_and_delays_no_other() -> None:
    desk = Desk().has(a_case(1), a_case(2, department="network"))
    desk.topics.gone = {"billing"}

    report = desk.runs(DUE)
    desk.topics.gone = set()
    again = desk.runs(DUE + 15 * MINUTE)

    assert report.failures == {"topic#billing": "TopicsUnavailable: InternalError"}
    assert [len(desk.mails(topic)) for topic in ("billing", "network")] == [1, 1]
    assert (dict(again.sent), again.failures) == ({DUE_NOW: 1}, {})


@pytest.mark.parametrize("busy", ["billing", "last_reminders"])
def test_a_busy_store_is_read_by_the_next_run(busy: str) -> None:
    desk = Desk().has(a_case(1), a_case(2, department="network"))
    desk.cases.busy = {busy}

    report = desk.runs(DUE)
    desk.cases.busy = set()

    assert "department#billing" in report.failures
    assert len(desk.mails("network")) == (busy == "billing")
    assert desk.runs(DUE + 15 * MINUTE).failures == {}
    assert [len(desk.mails(topic)) for topic in ("billing", "network")] == [1, 1]


def test_a_case_that_cannot_be_read_does_not_affect_the_others() -> None:
    desk = Desk().has(a_case(1), a_case(2))
    desk.cases.fail_before.append("file")

    report = desk.runs(DUE)

    assert list(report.failures) == [f"case#{a_case(1).id}"]
    assert listed(desk.mails()[0].body, a_case(1), a_case(2)) == [False, True]


def test_a_reminder_that_could_not_be_recorded_is_sent_again() -> None:
    desk = Desk().has(a_case())
    desk.cases.busy = {a_case().id}

    report = desk.runs(DUE)
    desk.cases.busy = set()
    desk.runs(DUE + 15 * MINUTE)
    desk.runs(DUE + 30 * MINUTE)

    assert list(report.failures) == [f"case#{a_case().id}"]
    assert len(desk.mails()) == 2


def test_two_runs_at_once_record_one_reminder() -> None:
    desk = Desk().has(a_case())

    def other_run() -> None:
        desk.cases.reminders[a_case().id, DUE] = DUE_NOW

    desk.cases.meanwhile["file"].append(other_run)

    report = desk.runs(DUE)

    assert (report.mails, dict(report.sent), desk.cases.events[a_case().id]) == (1, {}, [])


def test_a_run_without_time_sends_the_most_urgent_first() -> None:
    urgent = a_case(2, department="network", urgency=Urgency.HIGH, due_at=DUE)
    desk = Desk().has(a_case(1, due_at=DUE - 30 * MINUTE), urgent)
    once = iter([True])

    report = desk.runs(DUE, lambda: next(once, False))

    assert [len(desk.mails(topic)) for topic in ("billing", "network")] == [0, 1]
    assert report.put_off == 1
    assert desk.runs(DUE + 15 * MINUTE).mails == 1


def test_if_time_ends_while_cases_are_read_the_mail_has_those_that_were_read() -> None:
    desk = Desk().has(*(a_case(number) for number in range(1, 6)))
    thrice = iter([True] * 3)

    report = desk.runs(DUE, lambda: next(thrice, False))

    assert (report.mails, dict(report.sent), report.put_off) == (1, {DUE_NOW: 3}, 2)
    assert desk.cases.calls["file"] == 3
    assert dict(desk.runs(DUE + 15 * MINUTE).sent) == {DUE_NOW: 2}


def test_an_overdue_case_that_becomes_urgent_is_reminded_of_again_by_the_clock() -> None:
    night, brand = seoul(25, 2), BRAND
    promised = a_case(state=CaseState.PROMISED, promised_until=seoul(27, 12), holder="김하나")
    desk = Desk().has(a_case(1), promised._replace(id=a_case(2).id))
    desk.runs(LATE)
    reading = Reading(Kind.FAULT, Need.SUPPORT, "billing", Urgency.HIGH, "ko", 0.9, ())
    for case in list(desk.cases.cases.values()):
        mention = mention_of(case, received_at=night)
        desk.cases.put(asked_again(case, mention, reading, brand), CaseMention(mention, reading))

    for now in every_quarter(night, seoul(25, 6)):
        desk.runs(now)

    for number, before in ((1, [ESCALATED]), (2, [])):
        told = [event.what for event in desk.cases.events[a_case(number).id]]
        assert told == [*before, REMINDED, DUE_NOW, ESCALATED]


def test_only_cases_that_may_need_a_reminder_are_queried() -> None:
    desk = Desk()

    desk.runs(seoul(27, 17, 30))  # a Friday: the next hour of work ends on Monday

    assert set(desk.cases.horizons) == {seoul(30, 9, 30)}
    assert len(desk.cases.horizons) == len(BRAND.departments)


def test_a_reminder_of_danger_is_a_mail_of_its_own() -> None:
    desk = Desk().has(a_case(1, urgency=Urgency.HIGH), text="@jade 이제 그만 죽고 싶어요")
    desk.has(a_case(2, urgency=Urgency.HIGH, safety=Safety.DANGER))
    desk.has(a_case(3, urgency=Urgency.HIGH))

    desk.runs(DUE)

    first, second, others = desk.mails("billing")
    assert "위험: 자살·자해와 관련된 글로 보입니다." in first.body
    assert "위험: 사람이 위험할 수 있는 글입니다." in second.body
    assert [(one.subject or "")[:4] for one in (first, second, others)] == ["[위험]", "[위험]", "[긴급]"]
    assert "위험" not in others.body


def test_reminders_of_danger_come_at_night_and_on_holidays() -> None:
    asked = seoul(28, 23)
    case = a_case(1, asked_at=asked, due_at=asked + timedelta(hours=1), urgency=Urgency.HIGH, safety=Safety.DANGER)
    desk = Desk().has(case)

    for now in every_quarter(seoul(28, 23), seoul(29, 3)):
        desk.runs(now)

    assert [event.what for event in desk.cases.events[case.id]] == [REMINDED, DUE_NOW, ESCALATED]


# Spikes

SPIKE = Spike("20261123T051000000000-network", "network", seoul(23, 14), seoul(23, 14, 10), 10, 40, 0.4)
"""It begins when the cases are asked, and goes on until their due time is over."""


def fault(number: int, **changes: object) -> Case:
    """A fault of network."""
    return a_case(number, **{"kind": Kind.FAULT, "department": "network", **changes})


def test_cases_of_a_spike_are_reminded_of_in_one_mail_once_it_has_ended() -> None:
    one, two, danger, inquiry = fault(1), fault(2), fault(3, safety=Safety.DANGER), fault(4, kind=Kind.INQUIRY)
    desk = Desk().has(one, two, danger, inquiry)
    desk.spikes.begin(SPIKE._replace(mailed_at=SPIKE.detected_at))

    desk.runs(DUE)
    desk.spikes.end(SPIKE, DUE + MINUTE)
    desk.runs(DUE + 15 * MINUTE)

    during, after = desk.mails("network")
    assert listed(during.body, one, two, danger, inquiry) == [False, False, True, True]
    assert listed(after.body, one, two, danger, inquiry) == [True, True, False, False]


@pytest.mark.parametrize("is_mailed", [True, False])
def test_reminders_go_on_if_the_spike_cannot_be_read_or_nobody_was_mailed_of_it(*, is_mailed: bool) -> None:
    desk = Desk().has(fault(1))
    desk.spikes.begin(SPIKE._replace(mailed_at=SPIKE.detected_at if is_mailed else None))
    desk.spikes.busy = {"open"} if is_mailed else set()

    report = desk.runs(DUE)

    assert dict(report.sent) == {DUE_NOW: 1}
    assert report.failures == ({"spikes": "StoreBusy: open"} if is_mailed else {})
