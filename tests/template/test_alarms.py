import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from desk.health.heartbeats import LATE_AFTER
from tests.families import for_each
from tests.template.stack_template import Resources, folder_of, functions, of_type, service_of, target_of, unrolled
from tests.template.what_code_reads import metrics_of

ALARMS = sorted(of_type(unrolled()["Resources"], "AWS::CloudWatch::Alarm"))


INVOKED_BY_THE_DESK = {"RouteInquiry"}  # by a poll, for what was heard before
WORK = {"PostsQueue", "LookUpsQueue", "PicturesQueue"}  # whose messages are no fault


def alarm_on(resources: Resources, metric: str, service: str = "") -> dict[str, object]:
    found = [
        one
        for one in of_type(resources, "AWS::CloudWatch::Alarm").values()
        if one["MetricName"] == metric and str(one["Dimensions"][0]["Value"]).find(service) >= 0
    ]
    assert len(found) == 1
    return found[0]


def interval_of(schedule: Mapping[str, Any]) -> timedelta:
    """The longest time between two runs of a schedule."""
    expression = str(schedule["ScheduleExpression"])
    if found := re.fullmatch(r"rate\((\d+) minutes?\)", expression):
        return timedelta(minutes=int(found[1]))
    if "5/30" in expression:
        return timedelta(minutes=30)
    return timedelta(days=31 if "1 * ?" in expression else 7 if "MON" in expression else 1)


def failure_place(config: Mapping[str, Any]) -> Any:
    return config["DestinationConfig"]["OnFailure"]["Destination"]


@for_each("alarm", ALARMS)
def test_an_alarm_reaches_the_alarm_topic(alarm: str, resources: Resources) -> None:
    properties = resources[alarm]["Properties"]

    assert [target_of(action) for action in properties["AlarmActions"]] == ["AlarmTopic"]
    assert properties.get("ActionsEnabled", True) is True


@for_each("alarm", ALARMS)
def test_an_alarm_says_what_happened_and_what_silence_means(alarm: str, resources: Resources) -> None:
    properties = resources[alarm]["Properties"]

    assert properties["AlarmDescription"]
    assert properties["TreatMissingData"] in ("breaching", "notBreaching", "ignore")


def test_no_successful_poll_for_ten_minutes_alarms_even_when_nothing_runs(resources: Resources) -> None:
    alarm = alarm_on(resources, "PollSucceeded")

    assert (alarm["Period"], alarm["EvaluationPeriods"]) == (60, 10)
    assert (alarm["ComparisonOperator"], alarm["Threshold"], alarm["Statistic"]) == ("LessThanThreshold", 1, "Sum")
    assert alarm["TreatMissingData"] == "breaching"


def test_a_sweep_that_does_not_end_alarms_after_more_than_one_was_missed(resources: Resources) -> None:
    alarm = resources["NoSuccessfulSweep"]["Properties"]

    assert (alarm["ComparisonOperator"], alarm["Threshold"], alarm["Statistic"]) == (
        "LessThanThreshold",
        1,
        "SampleCount",
    )
    assert alarm["Period"] == interval_of(resources["SweepEveryFiveMinutes"]["Properties"]).total_seconds()
    assert alarm["EvaluationPeriods"] > 1
    assert alarm["TreatMissingData"] == "breaching"


def test_three_of_five_minutes_without_calls_in_emergencies_alarm_even_when_nothing_runs(resources: Resources) -> None:
    alarm = alarm_on(resources, "CallsSucceeded")

    assert (alarm["Period"], alarm["EvaluationPeriods"], alarm["DatapointsToAlarm"]) == (60, 5, 3)
    assert (alarm["ComparisonOperator"], alarm["Threshold"], alarm["Statistic"]) == ("LessThanThreshold", 1, "Sum")
    assert alarm["TreatMissingData"] == "breaching"


def test_a_call_that_sns_cannot_deliver_alarms(resources: Resources) -> None:
    alarm = alarm_on(resources, "NumberOfNotificationsFailed")

    assert alarm["Namespace"] == "AWS/SNS"
    assert alarm["Dimensions"] == [{"Name": "TopicName", "Value": {"Fn::GetAtt": ["OnCallTopic", "TopicName"]}}]
    assert (alarm["ComparisonOperator"], alarm["Threshold"], alarm["Statistic"]) == ("GreaterThanThreshold", 0, "Sum")


@pytest.mark.parametrize(
    ("metric", "service"),
    [
        ("BalanceOff", "daily_digest"),
        ("BreakersOpen", "poll_mentions"),
        ("BreakersOpen", "publish_post"),
        ("MentionsOverBudget", "poll_mentions"),
        ("NobodyOnCall", "check_subscriptions"),
        ("PostsInDoubt", "publish_post"),
        ("RangesUnreachable", "poll_mentions"),
        ("SubscriptionsMissing", "check_subscriptions"),
    ],
)
def test_a_single_count_of_what_should_never_be_alarms(metric: str, service: str, resources: Resources) -> None:
    alarm = alarm_on(resources, metric, service)

    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)
    assert alarm["EvaluationPeriods"] == 1


def test_four_fifths_of_the_months_budget_for_x_alarm_before_mentions_stop(resources: Resources) -> None:
    alarm = alarm_on(resources, "XMonthSpentPercent", "poll_mentions")

    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanOrEqualToThreshold", 80)
    assert (alarm["Statistic"], alarm["EvaluationPeriods"]) == ("Maximum", 1)


def test_a_stream_that_falls_behind_alarms_long_before_it_forgets(resources: Resources) -> None:
    alarm = alarm_on(resources, "IteratorAge")

    threshold = alarm["Threshold"]

    assert isinstance(threshold, int)
    assert threshold <= 3600 * 1000


def test_a_post_that_waits_alarms_later_than_the_sweep_comes_and_long_before_it_expires(resources: Resources) -> None:
    alarm = alarm_on(resources, "PostsWaitingOldestSeconds", "sweep")

    threshold = alarm["Threshold"]

    assert isinstance(threshold, int)
    assert 300 < threshold <= 3600
    assert alarm["TreatMissingData"] == "ignore"  # between two sweeps the last one holds


def test_news_that_nobody_tells_alarms_after_more_than_one_sweep(resources: Resources) -> None:
    alarm = alarm_on(resources, "OutboxOldestSeconds", "sweep")

    threshold = alarm["Threshold"]

    assert isinstance(threshold, int)
    assert 600 < threshold <= 3600
    assert alarm["TreatMissingData"] == "ignore"  # between two sweeps the last one holds


def test_a_gap_that_does_not_shrink_alarms_after_several_polls_and_before_a_person_would_notice(
    resources: Resources,
) -> None:
    alarm = alarm_on(resources, "GapStalledSeconds", "poll_mentions")

    threshold = alarm["Threshold"]

    assert isinstance(threshold, int)
    assert 5 * 60 < threshold <= 30 * 60
    assert (alarm["ComparisonOperator"], alarm["Statistic"]) == ("GreaterThanThreshold", "Maximum")
    assert alarm["TreatMissingData"] == "ignore"  # without a poll nothing is known


def test_an_api_that_cannot_answer_alarms(resources: Resources) -> None:
    alarm = alarm_on(resources, "5xx")

    assert (alarm["Namespace"], alarm["Statistic"], alarm["Threshold"]) == ("AWS/ApiGateway", "Sum", 2)
    assert (alarm["Period"], alarm["EvaluationPeriods"]) == (15 * 60, 1)  # somebody who tries a page three times
    assert alarm["Dimensions"] == [{"Name": "ApiId", "Value": {"Ref": "DeskApi"}}]


def test_there_are_at_most_25_alarms_and_about_30_metrics() -> None:
    assert len(ALARMS) <= 25
    assert sum(len(metrics_of(folder_of(logical))) for logical in functions()) <= 30


def test_every_metric_that_a_function_writes_is_watched_or_shown_and_no_other_is(resources: Resources) -> None:
    alarms = of_type(resources, "AWS::CloudWatch::Alarm").values()
    read = {
        (alarm["MetricName"], alarm["Dimensions"][0]["Value"]["Fn::Sub"])
        for alarm in alarms
        if alarm["Namespace"] == "Dorothy"
    }
    body = json.loads(resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])
    shown = [metric for widget in body["widgets"] for metric in widget["properties"]["metrics"]]
    read |= {(metric[1], metric[3]) for metric in shown if metric[0] == "Dorothy"}

    written = {
        (metric.value, f"${{AWS::StackName}}-{service_of(logical)}")
        for logical in functions()
        for metric in metrics_of(folder_of(logical))
    }

    assert written == read


def test_what_alarms_watch_notices_every_way_in_which_a_function_fails(resources: Resources) -> None:
    """By class: asynchronous invocations, queues, the stream and schedules leave what failed where the sweep counts it.

    What is left is the HTTP API, whose errors have an alarm, and a function that is called by one that waits for it.
    """
    counted = set(
        re.findall(
            r"\$\{(\w+)\}", resources["Sweep"]["Properties"]["Environment"]["Variables"]["DEAD_LETTERS"]["Fn::Sub"]
        )
    )
    assert alarm_on(resources, "EventsFailed", "sweep")["Threshold"] == 0
    queues = of_type(resources, "AWS::SQS::Queue")
    watched: set[str] = set()
    for mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").values():
        source = target_of(mapping["EventSourceArn"])
        left_in = queues[source]["RedrivePolicy"]["deadLetterTargetArn"] if source in queues else failure_place(mapping)
        assert target_of(left_in) in counted
        watched.add(target_of(mapping["FunctionName"]))
    invoked = {
        target_of(one["FunctionName"]): one for one in of_type(resources, "AWS::Lambda::EventInvokeConfig").values()
    }
    for function, config in invoked.items():
        assert target_of(failure_place(config)) in counted
        watched.add(function)
    for schedule in (*of_type(resources, "AWS::Scheduler::Schedule").values(),):
        assert target_of(schedule["Target"]["DeadLetterConfig"]["Arn"]) in counted
        assert target_of(schedule["Target"]["Arn"]) in invoked
    behind_http = {
        target_of(one["FunctionName"])
        for one in of_type(resources, "AWS::Lambda::Permission").values()
        if one["Principal"] == "apigateway.amazonaws.com"
    }

    assert set(functions()) == watched | behind_http | {"CheckLink"}
    assert not watched & behind_http
    assert set(queues) - WORK == counted


def test_a_function_that_nothing_invokes_asynchronously_has_no_configuration_for_it(resources: Resources) -> None:
    asynchronous = {
        *(target_of(one["Target"]["Arn"]) for one in of_type(resources, "AWS::Scheduler::Schedule").values()),
        *(target_of(one["Endpoint"]) for one in of_type(resources, "AWS::SNS::Subscription").values()),
        *(function for function in functions() if function in INVOKED_BY_THE_DESK),
    }

    configured = {
        target_of(one["FunctionName"]) for one in of_type(resources, "AWS::Lambda::EventInvokeConfig").values()
    }

    assert configured == asynchronous


def test_every_schedule_has_a_heartbeat_that_is_late_after_more_than_one_run(resources: Resources) -> None:
    schedules = {
        str(one["Name"]["Fn::Sub"]).removeprefix("${AWS::StackName}-"): one
        for one in of_type(resources, "AWS::Scheduler::Schedule").values()
    }
    by_metric = {"poll-mentions", "attend-to-cases", "follow-deletions", "sweep"}

    assert schedules.keys() == by_metric | LATE_AFTER.keys() - {"own-replies"}
    for name in schedules.keys() - by_metric:
        assert json.loads(schedules[name]["Target"]["Input"])["schedule"] == name
        assert LATE_AFTER[name] > interval_of(schedules[name])
