"""Whoever is on call hears of an emergency until somebody takes it on: never twice at once, and never lost."""

import json
from datetime import timedelta
from typing import Any

import pytest

from desk.brand import OnCall as WhoIsOnCall
from desk.cases.model import CaseEventKind, CaseState, ReplyAs
from desk.notifications.on_call import CASES_A_CALL, ON_CALL
from desk.notifications.wiring import EVERY_MINUTE, MESSAGES, WINDOW
from desk.reading import Kind, Safety, Urgency
from tests.brands import small_brand
from tests.fakes.notifications import FakeMailBudget
from tests.unit.notifications.on_call_scene import MINUTE, NIGHT, SPIKE, Scene, kill, killed, urgent


def test_an_emergency_is_called_at_once_and_every_ten_minutes_until_somebody_takes_it() -> None:
    scene = Scene()
    case = scene.open(urgent())

    rang = scene.rung(until=25)
    scene.change(case, holder="지은")

    assert rang == [1, 11, 21]
    assert scene.rung(until=60) == []


@pytest.mark.parametrize(
    "done",
    [
        {"state": CaseState.ANSWERED},
        {"state": CaseState.QUEUED},
        {"state": CaseState.MOVED, "reply_as": ReplyAs.PRIVATE},
        {"state": CaseState.CLOSED},
        {"department": "billing"},
    ],
)
def test_any_action_of_a_person_ends_the_calls(done: dict[str, Any]) -> None:
    scene = Scene()
    case = scene.open(urgent())
    scene.run(1)

    scene.change(case, **done)

    assert scene.rung(until=40) == []


def test_another_emergency_of_the_same_author_is_called_at_once() -> None:
    scene = Scene()
    case = scene.open(urgent())
    scene.run(1)

    scene.change(case, asked_at=NIGHT + 3 * MINUTE)

    assert scene.run(4).called == 1
    assert [event.at for event in scene.store.events[case.id]] == [NIGHT + MINUTE, NIGHT + 4 * MINUTE]


@pytest.mark.parametrize(
    "other",
    [urgent(urgency=Urgency.NORMAL), urgent(wakes=False), urgent(holder="지은"), urgent(state=CaseState.QUEUED)],
)
def test_no_call_is_made_for_other_cases(other: Any) -> None:
    scene = Scene()
    scene.open(other)

    assert (scene.run().called, scene.caller.call([other], scene.now).called) == (0, 0)
    assert scene.topic.got == []


def test_danger_is_called_even_if_the_reading_does_not_wake() -> None:
    scene = Scene()
    scene.open(urgent(wakes=False, safety=Safety.DANGER))

    assert scene.rung(until=1) == [1]


def test_desk_yaml_may_ask_for_calls_about_every_urgent_case() -> None:
    scene = Scene(small_brand(on_call=WhoIsOnCall(webhooks=("https://oncall.jade.example/",), every=True)))
    scene.open(urgent(wakes=False))

    assert scene.run().called == 1


def test_a_desk_with_nobody_on_call_reads_no_table() -> None:
    scene = Scene(small_brand())
    scene.open(urgent())

    assert scene.run().waiting == 0
    assert (scene.topic.got, scene.store.claimed, scene.store.calls) == ([], {}, {})


def test_the_backlog_of_the_first_poll_makes_no_call() -> None:
    scene = Scene()
    scene.open(urgent(), backlog=True)

    assert scene.rung(until=30) == []


def test_a_case_whose_words_are_gone_still_waits() -> None:
    scene = Scene()
    scene.open(urgent())
    scene.store.mentions.clear()

    assert scene.run().called == 1


def test_many_cases_share_one_message_with_the_oldest_first() -> None:
    scene = Scene()
    for number in range(12, 0, -1):
        scene.open(urgent(number))

    report = scene.run()

    assert (report.called, len(scene.topic.got)) == (12, 1)
    assert urgent(1).id in scene.topic.got[0].sms


def test_cases_beyond_one_message_follow_in_the_next_minutes() -> None:
    scene = Scene()
    for number in range(CASES_A_CALL + 5):
        scene.open(urgent(number, department=("billing", "network", "operator")[number % 3]))

    assert [scene.run(minute).called for minute in (1, 2, 3)] == [CASES_A_CALL, 5, 0]
    first = [case["id"] for case in json.loads(scene.topic.got[0].machine)["cases"]]
    assert first == [urgent(number).id for number in range(CASES_A_CALL)]


def test_a_call_beyond_the_budget_is_made_later() -> None:
    scene = Scene()
    scene.open(urgent())
    scene.budget.count = 0

    refused = scene.run(1)
    scene.budget.count = 1

    assert (refused.put_off, refused.called, scene.store.called) == (True, 0, {})
    assert scene.run(2).called == 1


def test_a_deferred_call_claims_one_case_and_delays_no_other() -> None:
    scene = Scene(budget=FakeMailBudget(count=EVERY_MINUTE))
    cases = [scene.open(urgent(number)) for number in range(1, 6)]

    refused = scene.an_on_call_caller(keep=EVERY_MINUTE).call(cases, scene.now)

    assert (refused.put_off, refused.called, refused.failures) == (True, 0, {})
    assert (list(scene.store.claimed), scene.store.calls["file"]) == ([cases[0].id], 1)
    assert [scene.run(minute).called for minute in (1, 2, 3)] == [4, 1, 0]


def test_a_run_without_calls_does_not_use_the_budget() -> None:
    scene = Scene()
    scene.open(urgent(1))
    scene.run(1)
    scene.open(urgent(2), backlog=True)

    told = [scene.run(minute).called for minute in range(2, 11)]

    assert told == [0] * 9
    assert len(scene.budget.sent[ON_CALL]) == 1


def test_one_message_about_many_cases_uses_the_budget_once() -> None:
    scene = Scene(budget=FakeMailBudget(count=1))
    for number in range(1, 6):
        scene.open(urgent(number))

    assert scene.run().called == 5


def test_a_budget_that_cannot_be_read_is_a_failure_and_the_next_minute_calls() -> None:
    scene = Scene()
    scene.open(urgent(1))
    scene.open(urgent(2))
    scene.budget.busy = True
    failed = scene.run(1)
    scene.budget.busy = False

    assert (failed.called, failed.put_off, failed.failures) == (0, False, {ON_CALL: "StoreBusy: take"})
    assert scene.run(2).called == 2


def test_a_topic_that_is_down_for_an_hour_is_tried_every_minute_besides_the_calls_of_routing() -> None:
    scene = Scene(budget=FakeMailBudget(count=MESSAGES, window=WINDOW))
    at_once = scene.an_on_call_caller(keep=EVERY_MINUTE)
    scene.topic.down = True
    scene.open(urgent())

    for minute in range(1, 61):
        assert scene.run(minute).failures == {ON_CALL: "TopicsUnavailable: down"}
        for second in range(5, 60, 5):
            scene.now = NIGHT + minute * MINUTE + timedelta(seconds=second)
            at_once.call([scene.open(urgent(60 * minute + second))], scene.now)

    scene.topic.down = False
    assert scene.run(61).called > 0


def test_a_failed_call_is_made_again_in_the_next_minute() -> None:
    scene = Scene()
    scene.open(urgent())
    scene.topic.down = True
    failed = scene.run(1)
    scene.topic.down = False

    assert failed.failures == {ON_CALL: "TopicsUnavailable: down"}
    assert (failed.called, failed.waiting, scene.store.called) == (0, 1, {})
    assert scene.run(2).called == 1


def test_two_runs_at_once_make_one_call() -> None:
    scene = Scene()
    case = scene.open(urgent())
    scene.topic.after = lambda: scene.caller.call([case], scene.now)

    scene.run()

    assert len(scene.topic.got) == 1


def test_a_run_killed_before_recording_calls_twice_and_loses_no_call() -> None:
    scene = Scene()
    scene.open(urgent())
    scene.topic.after = kill
    with killed():
        scene.run(1)
    scene.topic.after = None

    assert scene.run(2).called == 1
    assert scene.rung(until=11) == []


def test_a_call_that_could_not_be_recorded_is_reported_and_made_again() -> None:
    scene = Scene()
    case = scene.open(urgent())
    scene.store.busy = {"record_call"}

    report = scene.run(1)
    scene.store.busy = set()

    assert report.failures == {case.id: "StoreBusy: record_call"}
    assert scene.run(2).called == 1


def test_a_case_taken_a_moment_ago_is_not_called_for() -> None:
    scene = Scene()
    seen = scene.open(urgent())
    scene.change(seen, holder="지은")

    assert scene.caller.call([seen], scene.now).called == 0


def test_a_case_handed_over_a_moment_ago_is_not_called_for() -> None:
    scene = Scene()
    seen = scene.open(urgent())
    scene.run(1)
    scene.change(seen, department="billing")
    scene.now = NIGHT + 20 * MINUTE

    assert scene.caller.call([seen], scene.now).called == 0


def test_a_case_that_fails_delays_no_other() -> None:
    scene = Scene()
    first, second = scene.open(urgent(1)), scene.open(urgent(2))
    scene.store.busy = {first.id}

    report = scene.run()

    assert (report.called, report.failures) == (1, {first.id: "StoreBusy: claim_call"})
    assert second.id in scene.topic.got[0].sms


def test_what_cannot_be_read_is_reported_and_read_again_a_minute_later() -> None:
    scene = Scene()
    scene.open(urgent())
    scene.inbox.fail_before = ["pressing"]

    first, second = scene.run(1), scene.run(2)

    assert (first.called, first.failures) == (0, {"urgent": "pressing"})
    assert (second.called, second.failures) == (1, {})


def test_a_case_of_a_removed_department_is_called_for_as_the_operators() -> None:
    scene = Scene()
    scene.open(urgent(department="fax"))

    scene.run()

    assert "운영자" in scene.topic.got[0].sms
    assert {link.department for link in scene.links.links.values()} == {"operator"}


def test_without_time_no_case_is_read() -> None:
    scene = Scene()
    scene.open(urgent())

    report = scene.on_call.make_due(NIGHT, lambda: False)

    assert (report.waiting, report.called) == (0, 0)


def test_a_call_goes_out_without_a_link_if_none_can_be_made() -> None:
    scene = Scene()
    scene.open(urgent())
    scene.links.busy = True

    assert scene.run().called == 1
    assert "http" not in scene.topic.got[0].sms


def test_the_history_has_the_first_call_only() -> None:
    scene = Scene()
    case = scene.open(urgent())

    scene.rung(until=35)

    assert [(event.what, event.at, event.by) for event in scene.store.events[case.id]] == [
        (CaseEventKind.CALLED, NIGHT + MINUTE, "")
    ]
    assert scene.store.cases[case.id] == case


def test_an_event_that_could_not_be_recorded_is_recorded_with_the_next_call() -> None:
    scene = Scene()
    case = scene.open(urgent())
    scene.store.fail_before = ["record"]
    failed = scene.run(1)

    scene.run(11)

    assert failed.failures == {case.id: "StoreBusy: record"}
    assert len(scene.store.events[case.id]) == 1


def test_a_clock_that_runs_behind_neither_calls_twice_nor_records_the_future() -> None:
    scene = Scene()
    case = scene.open(urgent(asked_at=NIGHT + 5 * MINUTE, due_at=NIGHT + timedelta(hours=1)))

    scene.run(1)
    scene.run(2)
    scene.run(11)

    assert len(scene.topic.got) == 2
    assert [event.at for event in scene.store.events[case.id]] == [case.asked_at]


def test_a_store_that_is_busy_is_a_failure_and_raises_nothing() -> None:
    scene = Scene()
    case = scene.open(urgent())
    scene.store.busy = {"file"}

    assert scene.run().failures == {case.id: "StoreBusy: file"}


# Spikes


def test_the_one_call_about_a_spike_is_for_its_cases_also_when_it_has_ended() -> None:
    scene = Scene()
    scene.spikes.begin(SPIKE._replace(called_at=SPIKE.detected_at))
    scene.open(urgent(1))
    rang = scene.rung(until=15)
    scene.spikes.end(SPIKE, NIGHT + 16 * MINUTE)

    assert (rang, scene.run(17).waiting, scene.rung(until=40)) == ([], 0, [])


@pytest.mark.parametrize(
    "other",
    [
        {"safety": Safety.DANGER},
        {"department": "billing"},
        {"kind": Kind.INQUIRY},
        {"opened_at": SPIKE.started_at - MINUTE},
    ],
)
def test_danger_and_whatever_is_no_part_of_the_spike_is_called_for_by_itself(other: dict[str, Any]) -> None:
    scene = Scene()
    scene.spikes.begin(SPIKE._replace(called_at=SPIKE.detected_at))
    case = scene.open(urgent(1, **other))
    scene.open(urgent(2))

    assert scene.rung(until=12) == [1, 11]
    assert {each["id"] for got in scene.topic.got for each in json.loads(got.machine)["cases"]} == {case.id}


def test_cases_are_called_for_as_ever_if_the_call_about_their_spike_was_not_made() -> None:
    scene = Scene()
    scene.spikes.begin(SPIKE)
    scene.open(urgent(1))

    assert scene.rung(until=12) == [3]


def test_cases_are_called_for_as_ever_if_the_spikes_cannot_be_read() -> None:
    scene = Scene()
    scene.spikes.begin(SPIKE._replace(called_at=SPIKE.detected_at))
    scene.spikes.busy = {"recent"}
    scene.open(urgent(1))

    assert scene.rung(until=1) == [1]


def test_an_author_who_comes_back_with_an_emergency_after_the_spike_is_called_for() -> None:
    scene = Scene()
    scene.spikes.begin(SPIKE._replace(called_at=SPIKE.detected_at))
    case = scene.open(urgent(1))
    scene.spikes.end(SPIKE, NIGHT + 5 * MINUTE)
    scene.change(case, asked_at=NIGHT + 9 * MINUTE)

    assert scene.run(10).called == 1


def test_spikes_are_read_only_when_a_case_waits_that_may_be_one_of_theirs() -> None:
    scene = Scene()
    scene.open(urgent(1, safety=Safety.DANGER))

    scene.run()

    assert scene.spikes.calls == {}
