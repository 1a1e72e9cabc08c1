import json
import re

import pytest

from tests.template.stack_template import Resources, functions, of_type, target_of, unrolled
from tests.template.what_code_reads import words_in

ALARMS = sorted(of_type(unrolled()["Resources"], "AWS::CloudWatch::Alarm"))
DIMENSION = re.compile(r"^\$\{AWS::StackName\}-(\w+)$")


def alarm_on(resources: Resources, metric: str) -> dict[str, object]:
    found = [one for one in of_type(resources, "AWS::CloudWatch::Alarm").values() if one["MetricName"] == metric]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("alarm", ALARMS)
def test_an_alarm_reaches_the_alarm_topic(alarm: str, resources: Resources) -> None:
    properties = resources[alarm]["Properties"]

    assert [target_of(action) for action in properties["AlarmActions"]] == ["AlarmTopic"]
    assert properties.get("ActionsEnabled", True) is True


@pytest.mark.parametrize("alarm", ALARMS)
def test_an_alarm_says_what_happened_and_what_silence_means(alarm: str, resources: Resources) -> None:
    properties = resources[alarm]["Properties"]

    assert properties["AlarmDescription"]
    assert properties["TreatMissingData"] in ("breaching", "notBreaching", "ignore")


def test_no_successful_poll_for_ten_minutes_alarms_even_when_nothing_runs(resources: Resources) -> None:
    alarm = alarm_on(resources, "PollSucceeded")

    assert (alarm["Period"], alarm["EvaluationPeriods"]) == (60, 10)
    assert (alarm["ComparisonOperator"], alarm["Threshold"], alarm["Statistic"]) == ("LessThanThreshold", 1, "Sum")
    assert alarm["TreatMissingData"] == "breaching"


@pytest.mark.parametrize("metric", ["BreakersOpen", "RangesUnreachable", "SubscriptionsMissing"])
def test_a_single_count_of_what_should_never_be_alarms(metric: str, resources: Resources) -> None:
    alarm = alarm_on(resources, metric)

    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)
    assert alarm["EvaluationPeriods"] == 1


def test_a_stream_that_falls_behind_alarms_long_before_it_forgets(resources: Resources) -> None:
    alarm = alarm_on(resources, "IteratorAge")

    threshold = alarm["Threshold"]

    assert isinstance(threshold, int)
    assert threshold <= 3600 * 1000


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

    assert watched == set(of_type(resources, "AWS::SQS::Queue"))


def test_alarms_watch_only_metrics_that_the_code_names(resources: Resources) -> None:
    own = [one for one in of_type(resources, "AWS::CloudWatch::Alarm").values() if one["Namespace"] == "Dorothy"]
    assert own

    for alarm in own:
        found = DIMENSION.match(alarm["Dimensions"][0]["Value"]["Fn::Sub"])

        assert found
        assert alarm["MetricName"] in words_in(found[1])


def test_the_dashboard_shows_only_metrics_that_the_code_names(resources: Resources) -> None:
    body = json.loads(resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])
    shown = [metric for widget in body["widgets"] for metric in widget["properties"]["metrics"]]
    own = [(metric[1], DIMENSION.match(metric[3])) for metric in shown if metric[0] == "Dorothy"]
    assert own

    for name, found in own:
        assert found
        assert name in words_in(found[1])
