"""In a trial nothing leaves the desk by itself but danger, whatever runs how often; what a person does, happens."""

from datetime import timedelta

import pytest

from desk.cases import transitions as case_steps
from desk.cases.model import CaseEvent, CaseEventKind, CaseState, Draft, Queue, ReplyAs, queue_of
from desk.mentions.model import Stage
from desk.reading import OPERATOR
from greet.greet import GreetingOutcome
from tests.fakes.notifications import FakeMailBudget
from tests.unit.routing.scene import TUESDAY, mention, mention_id
from tests.unit.trial.scene import a_scene, brand_in_trial

EVERYBODY = ("billing", "network", OPERATOR)
ASKED = "billing inquiry @jade 이번 달 청구서가 왜 두 장인가요?"
DANGER = "billing inquiry danger 불이 났어요"
SELF_HARM = "billing inquiry danger 이제 그만 죽고 싶어요"


def test_with_every_schedule_fired_for_three_days_nothing_leaves_a_desk_in_trial() -> None:
    desk = a_scene(whole=True)
    some = [
        mention(1, ASKED),
        mention(2, "network fault high 먹통이에요"),
        mention(3, "operator inquiry 궁금해요"),
        mention(4, "billing feedback 고지서가 예뻐요"),
        mention(5, "network fault high wakes 119가 안 돼요"),
        mention(6, "- chat 안녕하세요"),
    ]

    report = desk.come(*some)
    desk.redeliver([one.id for one in some])
    desk.fire_everything(hours=72)

    assert [desk.sent_to(department) for department in EVERYBODY] == [0, 0, 0]
    assert (desk.on_call.got, desk.posts.posts) == ([], {})
    assert desk.greet() is GreetingOutcome.TRIAL
    assert (report.opened, report.mails, report.failures) == (4, 0, {})
    assert {desk.mentions.stored[one.id].stage for one in some} == {Stage.NOTHING}
    assert {queue_of(case) for case in desk.cases.cases.values()} == {Queue.TRIAL}
    assert not any(desk.cases.events.values())


def test_the_same_desk_without_a_trial_sends_by_every_way_that_the_trial_closes() -> None:
    desk = a_scene()

    desk.come(mention(1, ASKED), mention(2, "network fault high 먹통이에요"), mention(4, "billing feedback 예뻐요"))
    desk.fire_everything(hours=48)

    assert (set(desk.topics.cases("billing")), desk.on_call.got != []) == ({mention_id(1), mention_id(4)}, True)
    subjects = [mail.subject or "" for mail in desk.topics.mails("billing")]
    assert any("의견" in subject for subject in subjects)
    assert any("기한" in subject or "답변" in subject for subject in subjects)
    assert len(desk.posts.posts) == 1
    assert desk.greet() is GreetingOutcome.PLANNED


def test_only_cases_of_departments_in_trial_wait() -> None:
    desk = a_scene("billing")

    desk.come(mention(1, ASKED), mention(2, "network fault 느려요"))

    assert (desk.sent_to("billing"), len(desk.topics.mails("network"))) == (0, 1)
    assert desk.greet() is GreetingOutcome.PLANNED


def test_a_trial_department_without_subscribers_does_not_fall_back_to_the_operator() -> None:
    desk = a_scene("billing")
    desk.subscribers.counts = {"billing": 0, "network": 1, OPERATOR: 1}

    desk.come(mention(1, ASKED))
    desk.fire_everything(hours=24)

    assert [desk.sent_to(department) for department in EVERYBODY] == [0, 0, 0]


# Danger


@pytest.mark.parametrize("text", [DANGER, SELF_HARM])
def test_danger_reaches_the_operator_at_once_and_rings_no_phone_until_a_person_has_switched_that_on(text: str) -> None:
    desk = a_scene("billing")

    desk.come(mention(1, text))
    desk.fire_everything(hours=1)

    assert (len(desk.topics.mails(OPERATOR)), desk.on_call.got) == (1, [])
    desk.go_live(brand_in_trial("billing", calls=True))
    desk.fire_everything(hours=1)
    assert desk.on_call.got != []


def test_phones_ring_about_danger_of_departments_that_are_live_while_others_are_in_trial() -> None:
    desk = a_scene("network")

    desk.come(mention(1, DANGER))

    assert (len(desk.topics.mails("billing")), len(desk.on_call.got)) == (1, 1)


@pytest.mark.parametrize("text", [DANGER, SELF_HARM])
def test_danger_reaches_the_operator_and_those_on_call_at_once_and_says_that_nobody_else_was_told(text: str) -> None:
    desk = a_scene("billing", calls=True)

    desk.come(mention(1, text))

    [mail] = desk.topics.mails(OPERATOR)
    assert "시범 운영 중이라 요금·청구에는 알리지 않았습니다." in mail.body
    assert "/answer/" in mail.body
    assert (desk.sent_to("billing"), len(desk.on_call.got)) == (0, 1)
    assert (desk.case.awaits_release, queue_of(desk.case)) == (True, Queue.TO_ANSWER)


def test_what_is_to_be_checked_reaches_the_operator_and_calls_nobody() -> None:
    desk = a_scene("billing")

    desk.come(mention(1, "billing inquiry check 그동안 고마웠어요"))

    [mail] = desk.topics.mails(OPERATOR)
    assert (mail.subject or "").startswith("[안전 확인 필요] ")
    assert "시범 운영 중이라 요금·청구에는 알리지 않았습니다." in mail.body
    assert (desk.sent_to("billing"), len(desk.on_call.got)) == (0, 0)
    assert (desk.case.awaits_release, queue_of(desk.case)) == (True, Queue.TO_ANSWER)


def test_danger_that_is_the_operators_own_is_mailed_as_without_a_trial() -> None:
    trial, live = a_scene(whole=True), a_scene()

    for desk in (trial, live):
        desk.come(mention(1, "operator inquiry danger 불이 났어요"))

    [in_trial], [usual] = (desk.topics.mails(OPERATOR) for desk in (trial, live))
    assert _without_links(in_trial.body) == _without_links(usual.body)


def _without_links(body: str) -> list[str]:
    return [line for line in body.splitlines() if "/answer/" not in line]


def test_danger_is_called_for_again_until_somebody_takes_it_and_nothing_else_goes_out() -> None:
    desk = a_scene(whole=True, calls=True)

    desk.come(mention(1, SELF_HARM), mention(2, ASKED))
    desk.fire_everything(hours=2)

    assert len(desk.on_call.got) == 9
    assert len(desk.topics.mails(OPERATOR)) == 1
    case = desk.cases.cases[desk.mentions.stored[mention_id(1)].outcome.case_id]  # type: ignore[union-attr, index]
    desk.cases.save(case_steps.taken(case, "지민"), case, CaseEvent(CaseEventKind.TAKEN, desk.now, "지민"))
    desk.fire_everything(hours=2)
    assert len(desk.on_call.got) == 9


def test_danger_that_joins_a_waiting_case_reaches_the_operator() -> None:
    desk = a_scene("billing", calls=True)
    desk.come(mention(1, ASKED, author="7", conversation=1))

    desk.come(mention(2, SELF_HARM, author="7", conversation=1))

    assert (len(desk.topics.mails(OPERATOR)), len(desk.on_call.got), desk.sent_to("billing")) == (1, 1, 0)
    assert queue_of(desk.case) is Queue.TO_ANSWER


def test_a_danger_mail_that_sns_refused_is_sent_by_the_sweep_to_the_operator_alone() -> None:
    desk = a_scene("billing")
    desk.topics.gone = {OPERATOR}
    desk.come(mention(1, SELF_HARM))
    assert desk.topics.got[OPERATOR] == []

    desk.topics.gone = set()
    desk.fire_everything(hours=1)

    assert (len(desk.topics.mails(OPERATOR)) >= 1, desk.sent_to("billing")) == (True, 0)


# Beginning and end of a trial


def test_what_was_about_to_be_sent_when_the_trial_began_waits_in_it() -> None:
    desk = a_scene(budget=FakeMailBudget(count=1))
    desk.come(mention(1, ASKED))  # for the summary: the budget keeps its only mail for that
    desk.topics.down = True
    desk.come(mention(2, ASKED))
    desk.topics.down = False
    already = desk.sent_to("billing")

    desk.go_live(brand_in_trial("billing"))
    desk.fire_everything(hours=72)

    assert desk.sent_to("billing") == already
    assert {queue_of(case) for case in desk.cases.cases.values()} == {Queue.TRIAL}
    events = [event.what for events in desk.cases.events.values() for event in events]
    assert events == [CaseEventKind.WITHHELD] * 2
    assert desk.unsent == {}


def test_danger_whose_mail_waits_when_the_trial_begins_is_mailed_to_the_operator_in_its_place() -> None:
    desk = a_scene()
    desk.topics.refused = {"mail"}
    desk.come(mention(1, DANGER))
    desk.topics.refused = set()
    already = desk.sent_to("billing")

    desk.go_live(brand_in_trial("billing"))
    desk.now += timedelta(minutes=5)
    desk.outbox_sender.send(lambda: True)

    [mail] = desk.topics.mails(OPERATOR)
    assert mention_id(1) in mail.body
    assert (desk.sent_to("billing"), desk.unsent) == (already, {})


def test_a_case_that_its_department_got_before_the_trial_is_neither_acknowledged_nor_chased_in_it() -> None:
    desk = a_scene()
    desk.come(mention(1, ASKED))
    already = desk.sent_to("billing")

    desk.go_live(brand_in_trial("billing"))
    desk.fire_everything(hours=72)

    assert (desk.sent_to("billing"), desk.sent_to(OPERATOR), desk.posts.posts) == (already, 0, {})
    assert queue_of(desk.case) is Queue.AT_DEPARTMENT


def test_after_the_trial_waiting_cases_keep_waiting_for_a_person_and_new_ones_go_out() -> None:
    desk = a_scene("billing")
    desk.come(mention(1, ASKED, author="7", conversation=1))

    desk.go_live(brand_in_trial())
    desk.come(mention(2, "billing inquiry high 어서요", author="7", conversation=1))
    desk.fire_everything(hours=72)

    assert (desk.sent_to("billing"), desk.on_call.got, desk.posts.posts) == (0, [], {})
    assert queue_of(desk.case) is Queue.TRIAL
    desk.come(mention(3, ASKED))
    assert len(desk.topics.mails("billing")) == 1


def test_the_feedback_of_a_trial_is_not_sent_after_it() -> None:
    desk = a_scene("billing")
    desk.come(mention(1, "billing feedback 고지서가 예뻐요"))
    desk.fire_everything(hours=48)

    desk.go_live(brand_in_trial())
    desk.fire_everything(hours=48)

    assert desk.sent_to("billing") == 0


def test_an_author_who_comes_back_after_a_release_waits_in_the_trial_again() -> None:
    desk = a_scene("billing")
    desk.come(mention(1, ASKED, author="7", conversation=1))
    case = desk.case
    released = CaseEvent(CaseEventKind.RELEASED, desk.now, "지민", department="billing")
    desk.cases.save(case_steps.released(case, desk.now + timedelta(hours=9)), case, released)
    assert queue_of(desk.case) is Queue.AT_DEPARTMENT

    desk.come(mention(2, ASKED, author="7", conversation=1))

    assert (queue_of(desk.case), desk.topics.mails("billing")) == (Queue.TRIAL, [])
    assert [event.what for event in desk.cases.events[desk.case.id]] == [CaseEventKind.RELEASED]


# What people do


def test_a_release_is_mailed_once_also_when_only_the_sweep_can_do_it() -> None:
    desk = a_scene("billing")
    desk.come(mention(1, ASKED))
    case = desk.case
    event = CaseEvent(CaseEventKind.RELEASED, desk.now, "지민", department="billing")
    desk.cases.save(case_steps.released(case, desk.now + timedelta(hours=9)), case, event)

    desk.fire_everything(hours=1)

    [mail] = desk.topics.mails("billing")
    assert "시범 운영 중에 운영자가 확인하고 보낸 문의입니다." in mail.body
    assert "이관" not in mail.body
    assert [json["event"] for json in desk.heard("billing")] == ["case_opened"]
    desk.fire_everything(hours=72)
    assert len(desk.topics.mails("billing")) == 1


def test_a_reply_that_failed_is_not_told_to_a_department_that_never_got_the_case() -> None:
    desk = a_scene("billing")
    desk.come(mention(1, ASKED))
    case, draft = desk.case, Draft("네", "지민", TUESDAY)
    queued = case_steps.queued(case, "p1", draft, ReplyAs.ANSWER)
    queued = desk.cases.save(queued, case, CaseEvent(CaseEventKind.QUEUED, desk.now, "지민", "네", post_id="p1"))
    failed = CaseEvent(CaseEventKind.NOT_SAID, desk.now, "", "gone", post_id="p1")
    desk.cases.save(case_steps.reply_not_posted(queued), queued, failed)

    desk.fire_everything(hours=1)

    assert (desk.sent_to("billing"), len(desk.topics.mails(OPERATOR))) == (0, 1)
    assert (desk.case.state, queue_of(desk.case)) == (CaseState.DRAFTED, Queue.TO_REVIEW)


# Figures


def test_expected_mails_are_bundled_as_the_budget_would() -> None:
    desk = a_scene("billing", budget=FakeMailBudget(count=3, window=timedelta(minutes=10)))
    for number in range(1, 7):  # a run each two seconds: two mails, then the summary takes the third
        desk.now += timedelta(seconds=2)
        desk.come(mention(2 * number, ASKED), mention(2 * number + 1, ASKED))

    [figures] = desk.cases.trial.figures()

    assert (figures.withheld, sum(figures.mails.values()), figures.danger) == (12, 3, 0)


def test_what_would_have_been_no_mail_is_not_counted_as_one() -> None:
    desk = a_scene("billing")
    desk.come(mention(1, "billing feedback 고지서가 예뻐요"), mention(2, ASKED, backlog=True))
    [quiet] = desk.cases.trial.figures()
    desk.come(mention(3, DANGER))
    [figures] = desk.cases.trial.figures()

    assert (quiet.withheld, sum(quiet.mails.values()), quiet.danger) == (2, 0, 0)
    assert (figures.withheld, sum(figures.mails.values()), figures.danger) == (3, 1, 1)


def test_figures_that_cannot_be_counted_hold_no_mention_up() -> None:
    desk = a_scene("billing")
    desk.cases.trial.busy.add("count_withheld")

    report = desk.come(mention(1, ASKED))

    assert (report.failures, desk.mentions.stored[mention_id(1)].stage) == ({}, Stage.NOTHING)
