"""How posts come to their time: the queue, the mapping that empties it, one-time schedules."""

from datetime import timedelta

from desk.posts.publish import LEASE, X_WHOLE
from desk.x.transport import Timeouts
from tests.template.stack_template import Resources, listed, target_of


def test_the_queue_of_posts_is_a_standard_queue(resources: Resources) -> None:
    queue = resources["PostsQueue"]["Properties"]

    assert "FifoQueue" not in queue  # order and uniqueness live in the Posts table
    assert queue["SqsManagedSseEnabled"] is True


def test_a_message_stays_unseen_for_six_times_as_long_as_the_publisher_may_take(resources: Resources) -> None:
    timeout = resources["PublishPost"]["Properties"]["Timeout"]

    assert resources["PostsQueue"]["Properties"]["VisibilityTimeout"] >= 6 * timeout


def test_the_publisher_and_its_last_exchange_with_x_end_before_the_lease_of_a_claim(resources: Resources) -> None:
    timeout = timedelta(seconds=resources["PublishPost"]["Properties"]["Timeout"])

    assert timedelta(seconds=Timeouts().whole) <= X_WHOLE
    assert timeout + X_WHOLE < LEASE


def test_a_message_that_was_not_taken_five_times_is_put_aside(resources: Resources) -> None:
    redrive = resources["PostsQueue"]["Properties"]["RedrivePolicy"]

    assert target_of(redrive["deadLetterTargetArn"]) == "PostsUndelivered"
    assert redrive["maxReceiveCount"] == 5


def test_two_publishers_at_most_run_and_tell_which_messages_they_could_not_take(resources: Resources) -> None:
    mapping = resources["PublishPostQueue"]["Properties"]

    assert target_of(mapping["EventSourceArn"]) == "PostsQueue"
    assert target_of(mapping["FunctionName"]) == "PublishPost"
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 2}
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BatchSize"] <= 10
    assert mapping.get("Enabled", True) is True


def test_one_time_schedules_live_in_a_group_of_the_desks_own(resources: Resources) -> None:
    told = resources["PostUpdate"]["Properties"]["Environment"]["Variables"]

    assert resources["PostSchedules"]["Properties"]["Name"] == {"Fn::Sub": "${AWS::StackName}-posts"}
    assert target_of(told["SCHEDULE_GROUP"]) == "PostSchedules"
    assert target_of(told["SCHEDULE_ROLE_ARN"]) == "PostSchedulesRole"
    assert target_of(told["SCHEDULE_DLQ_ARN"]) == "UndeliveredSchedules"


def test_a_one_time_schedule_may_send_to_the_queue_and_leave_what_failed_and_no_more(resources: Resources) -> None:
    (policy,) = resources["PostSchedulesRole"]["Properties"]["Policies"]

    may = {(one["Action"], target_of(one["Resource"])) for one in policy["PolicyDocument"]["Statement"]}

    assert may == {("sqs:SendMessage", "PostsQueue"), ("sqs:SendMessage", "UndeliveredSchedules")}


def test_only_schedules_of_that_group_may_take_their_role(resources: Resources) -> None:
    (statement,) = resources["PostSchedulesRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    assert statement["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert listed(statement["Action"]) == ["sts:AssumeRole"]
    assert statement["Condition"]["StringEquals"] == {
        "aws:SourceAccount": {"Ref": "AWS::AccountId"},
        "aws:SourceArn": {"Fn::GetAtt": ["PostSchedules", "Arn"]},
    }
