import json

import pytest

from tests.families import for_each
from tests.template.stack_template import Resources, of_type, target_of

EVERY_SO_OFTEN = (
    *("PollMentionsEveryMinute", "SweepEveryFiveMinutes", "CheckSubscriptionsEveryQuarterHour"),
    *("ChaseCasesEveryMinute", "ChaseCasesEveryQuarterHour", "FollowDeletionsEveryQuarterHour"),
    "LookUpEveryFiveMinutes",
    "ReadFeedsEveryTenMinutes",
    "ListenEveryTenMinutes",
    "ReadTrendsEveryTwentyMinutes",
)
EDITIONS = {
    "DailyDigestEveryMorning": ("morning", "cron(${MorningDigestAt} * * ? *)"),
    "DailyDigestEveryEvening": ("evening", "cron(${EveningDigestAt} * * ? *)"),
    "DailyDigestEveryMonday": ("weekly", "cron(${MorningDigestAt} ? * MON *)"),
    "DailyDigestEveryFirst": ("monthly", "cron(${MorningDigestAt} 1 * ? *)"),
}
SCHEDULES = (
    *EVERY_SO_OFTEN,
    *("SweepEveryNight", "GreetEveryMorning", "MailFeedbackEveryMorning", "IndexAnswersEveryNight"),
    "MeasurePostsTwiceAnHour",
    "DailyDigestOnceReviewed",
    *EDITIONS,
)


def may_send_to(role: str, queue: str, resources: Resources) -> bool:
    statements = [
        statement
        for policy in resources[role]["Properties"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    return any(
        "sqs:SendMessage" in statement["Action"] and target_of(statement["Resource"]) == queue
        for statement in statements
    )


def test_these_are_all_schedules(resources: Resources) -> None:
    assert set(of_type(resources, "AWS::Scheduler::Schedule")) == set(SCHEDULES)


@for_each("schedule", SCHEDULES)
def test_a_schedule_leaves_what_it_cannot_deliver_in_a_standard_queue(schedule: str, resources: Resources) -> None:
    target = resources[schedule]["Properties"]["Target"]

    queue = target_of(target["DeadLetterConfig"]["Arn"])

    assert not of_type(resources, "AWS::SQS::Queue")[queue].get("FifoQueue", False)
    assert may_send_to(target_of(target["RoleArn"]), queue, resources)


@pytest.mark.parametrize("schedule", EVERY_SO_OFTEN)
def test_a_schedule_is_never_late_by_more_than_its_own_interval(schedule: str, resources: Resources) -> None:
    properties = resources[schedule]["Properties"]
    amount = int(properties["ScheduleExpression"].removeprefix("rate(").split()[0])

    assert properties["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"] == amount * 60


def test_schedules_share_a_role_that_starts_their_functions_and_that_no_other_account_can_use(
    resources: Resources,
) -> None:
    schedules = of_type(resources, "AWS::Scheduler::Schedule").values()
    role = resources["SchedulesRole"]["Properties"]
    (trusted,) = role["AssumeRolePolicyDocument"]["Statement"]
    starting, _ = role["Policies"][0]["PolicyDocument"]["Statement"]

    assert {target_of(one["Target"]["RoleArn"]) for one in schedules} == {"SchedulesRole"}
    assert {target_of(one) for one in starting["Resource"]} == {target_of(one["Target"]["Arn"]) for one in schedules}
    assert trusted["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_a_poll_is_never_repeated_since_the_next_minute_brings_another(resources: Resources) -> None:
    by_schedule = resources["PollMentionsEveryMinute"]["Properties"]["Target"]["RetryPolicy"]
    by_lambda = resources["PollMentionsEventInvokeConfig"]["Properties"]

    assert by_schedule == {"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 0}
    assert (by_lambda["MaximumEventAgeInSeconds"], by_lambda["MaximumRetryAttempts"]) == (60, 0)


@for_each("schedule", SCHEDULES)
def test_a_schedule_lives_in_the_desks_zone_and_tells_its_own_time(schedule: str, resources: Resources) -> None:
    properties = resources[schedule]["Properties"]

    assert properties["ScheduleExpressionTimezone"] == {"Ref": "DeskTimezone"}
    assert json.loads(properties["Target"]["Input"])["scheduled_time"] == "<aws.scheduler.scheduled-time>"


def test_old_words_are_removed_once_a_night(resources: Resources) -> None:
    properties = resources["SweepEveryNight"]["Properties"]

    assert properties["ScheduleExpression"] == "cron(30 3 * * ? *)"
    assert json.loads(properties["Target"]["Input"])["task"] == "retention"
    assert "task" not in json.loads(resources["SweepEveryFiveMinutes"]["Properties"]["Target"]["Input"])


def test_cases_are_attended_to_every_minute_and_reminded_of_every_quarter_hour(resources: Resources) -> None:
    minute, quarter = (resources[f"ChaseCasesEvery{often}"]["Properties"] for often in ("Minute", "QuarterHour"))

    assert (minute["ScheduleExpression"], quarter["ScheduleExpression"]) == ("rate(1 minute)", "rate(15 minutes)")
    assert json.loads(minute["Target"]["Input"])["task"] == "attend"
    assert "task" not in json.loads(quarter["Target"]["Input"])


def test_the_greeting_comes_at_its_time_and_not_later_than_half_an_hour(resources: Resources) -> None:
    properties = resources["GreetEveryMorning"]["Properties"]

    assert properties["ScheduleExpression"] == {"Fn::Sub": "cron(${GreetingAt} * * ? *)"}
    assert properties["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"] == 30 * 60
    assert resources["GreetEventInvokeConfig"]["Properties"]["MaximumEventAgeInSeconds"] <= 30 * 60


def test_feedback_is_mailed_in_the_morning_and_tried_again_in_the_hours_after_it(resources: Resources) -> None:
    properties = resources["MailFeedbackEveryMorning"]["Properties"]

    assert properties["ScheduleExpression"] == {"Fn::Sub": "cron(${FeedbackMailsAt} * * ? *)"}
    assert properties["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"] == 60 * 60
    assert resources["MailFeedback"]["Properties"]["Timeout"] < 60 * 60
    assert resources["MailFeedbackEventInvokeConfig"]["Properties"]["MaximumRetryAttempts"] == 0


@pytest.mark.parametrize(("schedule", "edition"), EDITIONS.items())
def test_each_edition_of_the_digest_has_its_time(schedule: str, edition: tuple[str, str], resources: Resources) -> None:
    properties = resources[schedule]["Properties"]
    name, expression = edition

    assert properties["ScheduleExpression"] == {"Fn::Sub": expression}
    assert properties["Name"] == {"Fn::Sub": f"${{AWS::StackName}}-{name}-digest"}
    assert json.loads(properties["Target"]["Input"])["edition"] == name


@pytest.mark.parametrize("schedule", EDITIONS)
def test_an_edition_may_be_late_by_hours_but_not_by_a_day(schedule: str, resources: Resources) -> None:
    age = resources[schedule]["Properties"]["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"]

    assert 3 * 3600 <= age <= 6 * 3600


@for_each("schedule", SCHEDULES)
def test_two_desks_in_one_account_have_schedules_of_their_own(schedule: str, resources: Resources) -> None:
    assert resources[schedule]["Properties"]["Name"]["Fn::Sub"].startswith("${AWS::StackName}-")


def test_an_asynchronous_invocation_that_failed_is_kept(resources: Resources) -> None:
    for config in of_type(resources, "AWS::Lambda::EventInvokeConfig").values():
        queue = target_of(config["DestinationConfig"]["OnFailure"]["Destination"])

        assert queue in of_type(resources, "AWS::SQS::Queue")
        assert may_send_to(f"{target_of(config['FunctionName'])}Role", queue, resources)
        assert config["MaximumEventAgeInSeconds"] <= 900
        assert config["MaximumRetryAttempts"] <= 1


def test_a_stream_batch_that_was_given_up_is_kept(resources: Resources) -> None:
    mapping = resources["RouteInquiryStream"]["Properties"]

    queue = target_of(mapping["DestinationConfig"]["OnFailure"]["Destination"])

    assert queue in of_type(resources, "AWS::SQS::Queue")
    assert may_send_to(f"{target_of(mapping['FunctionName'])}Role", queue, resources)


def test_a_queue_that_functions_read_has_a_queue_for_what_they_cannot_read(resources: Resources) -> None:
    read = {
        target_of(mapping["EventSourceArn"])
        for mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").values()
    }

    queues = of_type(resources, "AWS::SQS::Queue")
    assert read & set(queues)
    for logical, queue in queues.items():
        assert (logical in read) is ("RedrivePolicy" in queue)


def test_queues_are_encrypted_by_sqs_and_keep_what_failed_for_two_weeks(resources: Resources) -> None:
    for queue in of_type(resources, "AWS::SQS::Queue").values():
        assert queue["SqsManagedSseEnabled"] is True
        assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
