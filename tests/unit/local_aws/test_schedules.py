from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ReadTimeoutError

from desk.clock import scheduled_time
from local.aws.cron import times
from local.aws.functions import Function
from local.aws.pump import FunctionError
from local.aws.schedules import Schedule

SEOUL = ZoneInfo("Asia/Seoul")
MADE = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
CONTEXT = '{"scheduled_time": "<aws.scheduler.scheduled-time>", "greeting": "morning"}'


def schedule(expression: str, events: list[Any]) -> Schedule:
    def target(event: Any) -> str:
        events.append(event)
        return "done"

    return Schedule("dorothy-poll", times(expression), SEOUL, CONTEXT, target, MADE)


def test_the_target_gets_the_schedules_own_input_with_the_time_for_which_it_fired() -> None:
    events: list[Any] = []
    moment = datetime(2026, 11, 24, 9, 6, tzinfo=SEOUL)

    answer = schedule("rate(1 minute)", events).fire(moment)

    assert answer == "done"
    assert events == [{"scheduled_time": "2026-11-24T00:06:00Z", "greeting": "morning"}]
    assert scheduled_time(events[0]) == moment


def test_a_cron_schedule_keeps_the_time_of_its_own_zone() -> None:
    nine = schedule("cron(0 9 * * ? *)", [])

    assert nine.is_due(datetime(2026, 11, 24, 0, 0, tzinfo=UTC))
    assert not nine.is_due(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))


def test_a_rate_schedule_is_due_in_its_first_whole_span_and_not_before() -> None:
    every_five = schedule("rate(5 minutes)", [])

    due = [minute for minute in range(12) if every_five.is_due(MADE + timedelta(minutes=minute))]

    assert due == [5, 10]


def test_a_function_that_gives_no_answer_has_failed() -> None:
    def silent(**_: object) -> None:
        raise ReadTimeoutError(endpoint_url="http://127.0.0.1:9")

    aws: Any = SimpleNamespace(client=lambda _: SimpleNamespace(invoke=silent))

    with pytest.raises(FunctionError, match="dorothy-Sweep gave no answer"):
        Function(aws, "dorothy-Sweep")({})
