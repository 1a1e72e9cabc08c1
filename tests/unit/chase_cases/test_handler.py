"""Reminders, calls and acknowledgements as Lambda calls for them, on tables, topics and a queue."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from desk.cases.model import CaseEventKind
from desk.reading import OPERATOR, Kind, Urgency
from tests.tables import REGION
from tests.unit.chase_cases.deployed import ON_CALL, Deployed, deployed
from tests.unit.chase_cases.scene import DUE, a_case


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    with deployed(monkeypatch) as made:
        yield made


def test_a_due_case_and_a_late_one_go_out_once_each_with_a_link(stack: Deployed) -> None:
    stack.has(a_case(1))
    stack.has(a_case(2, due_at=DUE - timedelta(hours=1)))

    first, second = stack.runs(DUE).answer, stack.runs(DUE + timedelta(minutes=15)).answer

    (mail,), (late,) = stack.sent("billing"), stack.sent(OPERATOR)
    assert (first["reminded"], first["escalated"], first["mails"], first["failures"]) == (1, 1, 2, {})
    assert (second["reminded"], second["escalated"], second["mails"]) == (0, 0, 0)
    assert "https://desk.example/answer/" in mail
    assert "| 청구서가 이상해요" in mail
    assert a_case(2).id in late
    assert [event.what for event in stack.events(a_case(1))] == [CaseEventKind.DUE]


def test_each_minute_emergencies_are_called_for_and_long_waits_are_acknowledged(stack: Deployed) -> None:
    urgent = a_case(1, kind=Kind.FAULT, urgency=Urgency.HIGH, wakes=True, asked_at=DUE, opened_at=DUE)
    waiting = a_case(2, asked_at=DUE, opened_at=DUE, due_at=DUE + timedelta(hours=9))
    stack.has(urgent)
    stack.has(waiting)

    made = stack.runs(DUE + timedelta(minutes=1), "attend")

    woken = [call.asked["MessageBody"] for call in made.done if call.operation == "SendMessage"]
    assert (made.answer["called"], made.answer["acknowledged"], made.answer["failures"]) == (1, 1, {})
    assert len(stack.sent(ON_CALL)) == 1
    assert woken == [f'{{"post_id": "ack-{waiting.id}"}}']
    assert [event.what for event in stack.events(urgent)] == [CaseEventKind.CALLED]
    assert [event.what for event in stack.events(waiting)] == [CaseEventKind.ACKNOWLEDGED]


def test_a_run_without_time_sends_nothing_and_reports_it(stack: Deployed) -> None:
    stack.has(a_case())

    answer = stack.runs(DUE, milliseconds=20_000).answer

    assert (answer["put_off"], stack.sent("billing")) == (1, [])


def test_a_topic_that_is_gone_is_an_error_that_an_alarm_counts(
    stack: Deployed, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TOPIC_PREFIX", f"arn:aws:sns:{REGION}:123456789012:no-such-desk-dept-")
    stack.has(a_case())

    answer = stack.runs(DUE).answer

    assert answer["failed"] == 1
    assert list(answer["failures"]) == ["topic#billing"]
    assert "some notices could not be sent" in caplog.messages
