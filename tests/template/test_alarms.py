import json
import re

import pytest

from chase_cases.emergencies import MinuteReport
from chase_cases.handler import figures_of_minute, figures_of_reminders
from chase_cases.reminders import RemindersReport
from desk.notifications.outbox_sender import OutboxReport
from sweep.handler import figures_of
from sweep.posts import PostsReport
from sweep.replies import RepliesReport
from sweep.sweep import SweepReport
from tests.families import for_each
from tests.template.stack_template import Resources, folder_of, functions, of_type, service_of, target_of, unrolled
from tests.template.what_code_reads import words_in

ALARMS = sorted(of_type(unrolled()["Resources"], "AWS::CloudWatch::Alarm"))
DIMENSION = re.compile(r"^\$\{AWS::StackName\}-(\w+)$")


WORK = {"PostsQueue", "LookUpsQueue", "PicturesQueue"}  # whose messages are no fault


def alarm_on(resources: Resources, metric: str, service: str = "") -> dict[str, object]:
    found = [
        one
        for one in of_type(resources, "AWS::CloudWatch::Alarm").values()
        if one["MetricName"] == metric and str(one["Dimensions"][0]["Value"]).find(service) >= 0
    ]
    assert len(found) == 1
    return found[0]


def words_of(service: str) -> set[str]:
    """What the code of the function that is called so in metrics has for words."""
    (logical,) = (one for one in functions() if service_of(one) == service)
    return words_in(folder_of(logical))


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


RUNS = {
    "NoSuccessfulSweep": figures_of(SweepReport(), PostsReport(), RepliesReport(), OutboxReport()),
    "NoSuccessfulReminders": figures_of_reminders(RemindersReport()),
    "NoSuccessfulCalls": figures_of_minute(MinuteReport()),
}


@pytest.mark.parametrize(
    ("logical", "schedule"),
    [
        ("NoSuccessfulSweep", "SweepEveryFiveMinutes"),
        ("NoSuccessfulReminders", "ChaseCasesEveryQuarterHour"),
        ("NoSuccessfulCalls", "ChaseCasesEveryMinute"),
    ],
)
def test_a_run_that_does_not_end_alarms_after_more_than_one_was_missed(
    logical: str, schedule: str, resources: Resources
) -> None:
    alarm = resources[logical]["Properties"]
    interval = int(resources[schedule]["Properties"]["ScheduleExpression"].removeprefix("rate(").split()[0]) * 60

    assert (alarm["ComparisonOperator"], alarm["Threshold"], alarm["Statistic"]) == (
        "LessThanThreshold",
        1,
        "SampleCount",
    )
    assert alarm["Period"] == interval
    assert alarm["EvaluationPeriods"] > 1
    assert alarm["TreatMissingData"] == "breaching"


@pytest.mark.parametrize("logical", RUNS)
def test_a_run_that_had_nothing_to_do_reports_what_its_alarm_counts(logical: str, resources: Resources) -> None:
    assert resources[logical]["Properties"]["MetricName"] in RUNS[logical]


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

    assert (alarm["Namespace"], alarm["Statistic"], alarm["Threshold"]) == ("AWS/ApiGateway", "Sum", 4)
    assert alarm["Dimensions"] == [{"Name": "ApiId", "Value": {"Ref": "DeskApi"}}]


def test_errors_of_every_function_alarm(resources: Resources) -> None:
    watched = {
        target_of(alarm["Dimensions"][0]["Value"])
        for alarm in of_type(resources, "AWS::CloudWatch::Alarm").values()
        if (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Lambda", "Errors")
    }

    assert watched == set(functions())


def test_every_queue_alarms_when_it_is_not_empty(resources: Resources) -> None:
    watched = {
        target_of(alarm["Dimensions"][0]["Value"])
        for alarm in of_type(resources, "AWS::CloudWatch::Alarm").values()
        if (alarm["MetricName"], alarm["Threshold"]) == ("ApproximateNumberOfMessagesVisible", 0)
    }

    assert watched == set(of_type(resources, "AWS::SQS::Queue")) - WORK


def test_alarms_watch_only_metrics_that_the_code_names(resources: Resources) -> None:
    own = [one for one in of_type(resources, "AWS::CloudWatch::Alarm").values() if one["Namespace"] == "Dorothy"]
    assert own

    for alarm in own:
        found = DIMENSION.match(alarm["Dimensions"][0]["Value"]["Fn::Sub"])

        assert found
        assert alarm["MetricName"] in words_of(found[1])


def test_the_dashboard_shows_only_metrics_that_the_code_names(resources: Resources) -> None:
    body = json.loads(resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])
    shown = [metric for widget in body["widgets"] for metric in widget["properties"]["metrics"]]
    own = [(metric[1], DIMENSION.match(metric[3])) for metric in shown if metric[0] == "Dorothy"]
    assert own

    for name, found in own:
        assert found
        assert name in words_of(found[1])
