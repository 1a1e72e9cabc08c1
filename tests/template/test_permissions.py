import importlib
import json
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import pytest

from desk.suggestions.store import PREFIX
from local.brand.parameters import TEMPLATE
from local.deployed.desk_keys import grants_of
from tests.aws_rules.check import Check
from tests.aws_rules.requests import writing_logs
from tests.aws_rules.stack import stack
from tests.families import for_each
from tests.template.stack_template import (
    Resources,
    folder_of,
    functions,
    listed,
    of_type,
    service_of,
    target_of,
)

FUNCTIONS = sorted(functions())
DATA = ("dynamodb:", "sns:", "sqs:", "kms:", "secretsmanager:", "s3:", "lambda:", "scheduler:", "iam:")
OF_AWS = {"AWSLambdaBasicExecutionRole", "AWSXRayDaemonWriteAccess", "AWSXrayWriteOnlyAccess"}
OF_NO_RESOURCE = {"dynamodb:ListStreams", "sns:GetSubscriptionAttributes"}  # AWS takes nothing but "*" for these
DEPARTMENTS = {"Fn::Sub": "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:${AWS::StackName}-dept-*"}
CALLERS = {"RouteInquiry", "Sweep", "ChaseCases"}  # who tells those on call
MUTE = {
    "PollMentions",
    "Listen",
    "PostUpdate",
    "PublishPost",
    "Greet",
    "OpenReport",
    "FollowDeletions",
    "LookUp",
    "PreparePicture",
    "ReadFeeds",
    "ReadTrends",
    "MeasurePosts",
}
READS = {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"}

SECRETS = {
    "PollMentions": {"XSecret"},
    "Listen": {"XSecret"},
    "PublishPost": {"XSecret"},
    "DailyDigest": {"XSecret"},  # for favourites; its code makes no post
    "FollowDeletions": {"XSecret"},
    "LookUp": {"XSecret"},
    "ReadTrends": {"XSecret"},
    "MeasurePosts": {"XSecret"},
    "NotifyPhones": {"PushSecret"},
    "PostUpdate": {"ApiTokensSecret"},
}
SENDS = {  # besides the queues of what failed
    "PostUpdate": {"PostsQueue", "PicturesQueue"},
    "PublishPost": {"PostsQueue", "PicturesQueue"},
    "Greet": {"PostsQueue"},
    "ReadFeeds": {"PostsQueue", "PicturesQueue"},
    "Sweep": {"PostsQueue"},
    "AnswerCase": {"PostsQueue"},
    "OperatorConsole": {"PostsQueue", "LookUpsQueue", "PicturesQueue"},
    "ChaseCases": {"PostsQueue"},
}
WRITES = {
    "PollMentions": {"MentionsTable", "CasesTable", "DeskTable"},
    "Listen": {"MentionsTable", "DeskTable"},
    "RouteInquiry": {"MentionsTable", "CasesTable", "DeskTable"},
    "Sweep": {"MentionsTable", "CasesTable", "PostsTable", "DeskTable"},  # of posts, greetings by hand
    "CheckSubscriptions": {"DeskTable"},
    "PostUpdate": {"CasesTable", "PostsTable", "DeskTable"},
    "PublishPost": {"CasesTable", "PostsTable", "DeskTable"},
    "Greet": {"PostsTable", "DeskTable"},
    "ReadFeeds": {"PostsTable", "DeskTable"},
    "ReadTrends": {"DeskTable"},
    "MeasurePosts": {"DeskTable"},
    "DailyDigest": {"DeskTable"},
    "MailFeedback": {"DeskTable"},
    "IndexAnswers": {"DeskTable"},
    "OpenReport": set(),
    "AnswerCase": {"CasesTable", "PostsTable", "DeskTable"},
    "OperatorConsole": {"MentionsTable", "CasesTable", "PostsTable", "DeskTable"},
    "ChaseCases": {"CasesTable", "PostsTable", "DeskTable"},
    "FollowDeletions": {"MentionsTable", "CasesTable", "DeskTable"},
    "LookUp": {"CasesTable", "DeskTable"},
    "PreparePicture": {"DeskTable"},
    "NotifyPhones": {"DeskTable"},
    "CheckLink": set(),
}
PROMISES = ("promise", "promise_ended")
DESK_ITEMS = {  # which items of the Desk table a function may change
    "PollMentions": {
        *("heartbeat", "poll", "erased_author", "breaker", "x_dialect", "day#*", "replied_on_x", "post_performance"),
        *PROMISES,
    },
    "Listen": {"heartbeat", "listening#*", "surge", "erased_author", "breaker", "x_dialect", "day#*"},
    "RouteInquiry": {"mail_budget", "subscribers", "opted_out", "case_link", "outbox#*", "trial", "spike"},
    "Sweep": {
        *("failed_event", "heartbeat"),
        *("mail_budget", "subscribers", "opted_out", "case_link", "reply_underway", "outbox#*", "trial"),
        *("spike", "day#*", "picture", "praise"),
        *PROMISES,
    },
    "CheckSubscriptions": {"heartbeat", "subscribers"},
    "PostUpdate": {"pause", "picture", "reply_underway", "outbox#*", *PROMISES},
    "PublishPost": {"breaker", "x_dialect", "day#*", "reply_underway", "outbox#*", "picture", *PROMISES},
    "Greet": {"heartbeat", "greeting"},
    "ReadFeeds": {"heartbeat", "feed", "feed_entry", "announcement_draft", "outbox#*", "picture"},
    "ReadTrends": {"heartbeat", "trends#*", "trend_terms#*", "breaker", "day#*"},
    "MeasurePosts": {"heartbeat", "post_performance", "breaker", "x_dialect", "day#*"},
    "DailyDigest": {
        *("heartbeat", "attendance", "day_review", "favourite*"),
        *("breaker", "day#*", "digest", "report_link", "x_dialect"),
    },
    "MailFeedback": {"heartbeat", "mail_budget", "feedback_mail"},
    "IndexAnswers": {"heartbeat", "answer_index"},
    "OpenReport": set(),
    "AnswerCase": {
        *("presence", "mail_budget", "subscribers", "case_link", "reply_underway", "outbox#*", "trial"),
        *PROMISES,
    },
    "OperatorConsole": {
        *("announcement_draft", "author_note", "case_link", "outbox#*", "console_draft", "console_practice"),
        *("console_session", "console_settings", "console_sign_in", "day#*", "day_review", "favourite*", "look_up"),
        *("mail_budget", "opted_out", "pause", "picture", "praise", "presence", "push", "reply_underway"),
        *("saved_reply", "trial"),
        *PROMISES,
    },
    "ChaseCases": {"heartbeat", "mail_budget", "subscribers", "case_link", "check_notice"},
    "FollowDeletions": {
        *("console_draft", "compliance", "breaker", "day#*", "thread_post", "look_up"),
        *("favourite", "favourite_order", "favourites", "picture", "praise"),
        *PROMISES,
    },
    "PreparePicture": {"picture"},
    "LookUp": {"heartbeat", "look_up", "thread_post", "private_messages", "breaker", "x_dialect", "day#*"},
    "NotifyPhones": {"push"},
    "CheckLink": set(),
}


def statements(resources: Resources, role: str) -> list[dict[str, Any]]:
    return [
        statement
        for policy in resources[role]["Properties"].get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def actions(resources: Resources, function: str) -> set[str]:
    return {action for one in statements(resources, f"{function}Role") for action in listed(one["Action"])}


def resources_of(resources: Resources, function: str, action: str) -> list[Any]:
    return [
        resource
        for one in statements(resources, f"{function}Role")
        if action in listed(one["Action"])
        for resource in listed(one["Resource"])
    ]


def targets(resources: Resources, function: str, action: str) -> set[str]:
    return {target_of(resource) for resource in resources_of(resources, function, action)}


def leading_keys(statement: dict[str, Any]) -> set[str]:
    (condition,) = statement["Condition"].values()
    return set(condition["dynamodb:LeadingKeys"])


def writing(resources: Resources, function: str) -> list[dict[str, Any]]:
    """Statements by which the function changes tables."""
    return [
        one
        for one in statements(resources, f"{function}Role")
        if {action for action in listed(one["Action"]) if action.startswith("dynamodb:")}
        - READS
        - OF_NO_RESOURCE
        - {"dynamodb:ConditionCheckItem", "dynamodb:DescribeStream"}
        - {"dynamodb:GetRecords", "dynamodb:GetShardIterator"}
    ]


def test_no_role_may_touch_data_that_is_not_named(resources: Resources) -> None:
    for role in of_type(resources, "AWS::IAM::Role"):
        for statement in statements(resources, role):
            named = [resource for resource in listed(statement["Resource"]) if resource != "*"]

            assert statement["Effect"] == "Allow"
            assert named or {one for one in listed(statement["Action"]) if one.startswith(DATA)} <= OF_NO_RESOURCE


@cache
def as_made() -> Check:
    return Check(stack(("billing", "operator")))


@for_each("function", FUNCTIONS)
def test_a_function_writes_its_own_log_and_no_other_group_of_the_account(function: str) -> None:
    check = as_made()
    groups = [check.stack.name(group) for group in check.stack.of_type("AWS::Logs::LogGroup")]

    written = {
        group
        for group in [*groups, "/aws/lambda/payroll"]
        if any(check.allows(one) for one in writing_logs(check.stack, f"{function}Role", group))
    }

    assert written == {f"/aws/lambda/dorothy/{service_of(function)}"}


def test_every_role_has_the_boundary_and_those_of_no_function_write_no_log(resources: Resources) -> None:
    roles = of_type(resources, "AWS::IAM::Role")
    check = as_made()

    assert {target_of(one.get("PermissionsBoundary")) for one in roles.values()} == {"RolesBoundary"}
    for role in roles.keys() - {f"{function}Role" for function in FUNCTIONS}:
        assert not any(map(check.allows, writing_logs(check.stack, role, "/aws/lambda/dorothy/greet")))


def test_the_check_of_links_may_write_its_log_and_nothing_else(resources: Resources) -> None:
    function, role = resources["CheckLink"]["Properties"], resources["CheckLinkRole"]["Properties"]

    assert statements(resources, "CheckLinkRole") == []
    assert [arn.rsplit("/", 1)[-1] for arn in role["ManagedPolicyArns"]] == ["AWSLambdaBasicExecutionRole"]
    assert not {"VpcConfig", "Layers", "FileSystemConfigs", "DeadLetterConfig"} & function.keys()
    assert set(function["Environment"]["Variables"]) == {
        *("POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL"),
        "FETCH_EXCEPTIONS",
    }
    assert function["Timeout"] <= 5
    assert function["MemorySize"] <= 256


def test_the_console_alone_has_links_checked_and_the_poll_alone_has_mentions_routed(resources: Resources) -> None:
    may = {function: resources_of(resources, function, "lambda:InvokeFunction") for function in FUNCTIONS}

    assert {function: [target_of(one) for one in found] for function, found in may.items() if found} == {
        "OperatorConsole": ["CheckLink"],
        "PollMentions": ["RouteInquiry"],
    }


def test_no_role_is_given_a_whole_service(resources: Resources) -> None:
    for role in of_type(resources, "AWS::IAM::Role"):
        for statement in statements(resources, role):
            wild = [action for action in listed(statement["Action"]) if "*" in action]

            assert wild in ([], ["kms:GenerateDataKey*"])


def test_policies_written_by_aws_are_those_for_logs_and_traces(resources: Resources) -> None:
    for role in of_type(resources, "AWS::IAM::Role").values():
        names = {str(arn).rsplit("/", 1)[-1] for arn in role.get("ManagedPolicyArns", [])}

        assert names <= OF_AWS


@pytest.mark.parametrize(
    "function",
    [
        "PollMentions",
        "Listen",
        "PostUpdate",
        "PublishPost",
        "Greet",
        "OpenReport",
        "FollowDeletions",
        "LookUp",
        "MeasurePosts",
        "ReadFeeds",
        "ReadTrends",
    ],
)
def test_functions_without_notifications_may_not_publish(function: str, resources: Resources) -> None:
    assert not [action for action in actions(resources, function) if action.startswith(("sns:", "kms:"))]


@for_each("function", FUNCTIONS)
def test_a_function_knows_no_secret_but_its_own(function: str, resources: Resources) -> None:
    assert targets(resources, function, "secretsmanager:GetSecretValue") == SECRETS.get(function, set())
    assert {one for one in actions(resources, function) if one.startswith("secretsmanager:")} <= {
        "secretsmanager:GetSecretValue"
    }


def test_only_the_publisher_has_both_the_posts_and_the_credentials_of_x(resources: Resources) -> None:
    both = {
        function
        for function in FUNCTIONS
        if "XSecret" in targets(resources, function, "secretsmanager:GetSecretValue")
        and "PostsTable" in targets(resources, function, "dynamodb:PutItem")
    }

    assert both == {"PublishPost"}


@pytest.mark.parametrize(
    "function", ["PostUpdate", "Greet", "AnswerCase", "OperatorConsole", "ChaseCases", "ReadFeeds"]
)
def test_functions_that_accept_posts_may_write_them_in_a_transaction(function: str, resources: Resources) -> None:
    for action in ("ConditionCheckItem", "GetItem", "PutItem"):
        assert "PostsTable" in targets(resources, function, f"dynamodb:{action}")


@for_each("function", FUNCTIONS)
def test_only_functions_that_queue_posts_may_wake_the_publisher(function: str, resources: Resources) -> None:
    failed = {"FailedInvocations", "LostRecords"}

    assert targets(resources, function, "sqs:SendMessage") - failed == SENDS.get(function, set())


@for_each("function", FUNCTIONS)
def test_a_function_changes_no_table_but_its_own(function: str, resources: Resources) -> None:
    changed = {target_of(one) for statement in writing(resources, function) for one in listed(statement["Resource"])}

    assert changed == WRITES[function]


@for_each("function", FUNCTIONS)
def test_a_function_changes_nothing_on_the_desk_but_its_own_items(function: str, resources: Resources) -> None:
    changed = [one for one in writing(resources, function) if target_of(one["Resource"]) == "DeskTable"]

    assert {key for one in changed for key in leading_keys(one)} == DESK_ITEMS[function]


@for_each("function", FUNCTIONS)
def test_every_permission_on_the_desk_table_names_items(function: str, resources: Resources) -> None:
    for statement in statements(resources, f"{function}Role"):
        if "DeskTable" in {target_of(one) for one in listed(statement["Resource"])}:
            ((operator, _),) = statement["Condition"].items()

            assert leading_keys(statement)
            assert operator.startswith("ForAllValues:String")
            assert operator.endswith("Like") or "*" not in json.dumps(statement["Condition"])


def test_the_publisher_sees_the_pause_switch_and_cannot_turn_it(resources: Resources) -> None:
    heeding = [one for one in statements(resources, "PublishPostRole") if "pause" in str(one.get("Condition"))]

    assert [set(listed(one["Action"])) for one in heeding] == [{"dynamodb:ConditionCheckItem"}]


def test_the_page_of_a_case_heeds_the_pause_switch_and_cannot_turn_it(resources: Resources) -> None:
    heeding = [one for one in statements(resources, "AnswerCaseRole") if "pause" in str(one.get("Condition"))]

    assert [listed(one["Action"]) for one in heeding] == [["dynamodb:GetItem"]]


@pytest.mark.parametrize(
    "function", ["RouteInquiry", "Sweep", "AnswerCase", "OperatorConsole", "ChaseCases", "MailFeedback"]
)
def test_functions_that_publish_may_use_department_topics_and_their_key(function: str, resources: Resources) -> None:
    others = [{"Ref": "OnCallTopic"}] if function in CALLERS else []

    assert resources_of(resources, function, "sns:Publish") == [DEPARTMENTS, *others]
    for action in ("kms:GenerateDataKey*", "kms:Decrypt"):
        assert targets(resources, function, action) == {"TopicsKey"}


def test_mail_feedback_reads_mentions_by_day_and_changes_the_desk_table_only(resources: Resources) -> None:
    asked = resources_of(resources, "MailFeedback", "dynamodb:Query")

    assert [one for one in asked if target_of(one) != "DeskTable"] == [{"Fn::Sub": "${MentionsTable.Arn}/index/by_day"}]
    assert targets(resources, "MailFeedback", "dynamodb:UpdateItem") == {"DeskTable"}
    assert targets(resources, "MailFeedback", "dynamodb:BatchGetItem") == {"MentionsTable", "DeskTable"}


def test_the_digest_reaches_its_readers_and_may_use_their_key(resources: Resources) -> None:
    assert targets(resources, "DailyDigest", "sns:Publish") == {"DigestTopic"}
    for action in ("kms:GenerateDataKey*", "kms:Decrypt"):
        assert targets(resources, "DailyDigest", action) == {"TopicsKey"}


def test_only_the_console_translates(resources: Resources) -> None:
    may = [
        function for function in FUNCTIONS if any(one.startswith("translate:") for one in actions(resources, function))
    ]

    assert may == ["OperatorConsole"]
    assert {one for one in actions(resources, "OperatorConsole") if one.startswith("translate:")} == {
        "translate:TranslateText"
    }


def test_reports_are_written_by_the_digest_read_by_open_report_and_redacted_by_follow_deletions(
    resources: Resources,
) -> None:
    may = {
        function: {one for one in actions(resources, function) if one.startswith("s3:")}
        for function in FUNCTIONS
        if any(one.startswith("s3:") for one in actions(resources, function))
    }

    redacts = {"s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"}
    reads = {"s3:GetObject", "s3:ListBucket"}
    assert may == {
        "DailyDigest": {"s3:PutObject"},
        "OpenReport": reads,
        "FollowDeletions": redacts,
        "IndexAnswers": {"s3:PutObject"},
        "OperatorConsole": {"s3:GetObject", "s3:PutObject"},
        "PublishPost": {"s3:GetObject"},
        "Sweep": {"s3:DeleteObject"},  # pictures of replies
        "PreparePicture": {"s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"},
    }
    indexes = [{"Fn::Sub": f"${{ReportsBucket.Arn}}/{PREFIX}*"}]
    assert resources_of(resources, "IndexAnswers", "s3:PutObject") == indexes
    assert [
        one for one in resources_of(resources, "OperatorConsole", "s3:GetObject") if target_of(one) == "ReportsBucket"
    ] == indexes
    assert resources_of(resources, "DailyDigest", "s3:PutObject") == [{"Fn::Sub": "${ReportsBucket.Arn}/*"}]
    assert resources_of(resources, "OpenReport", "s3:GetObject") == [{"Fn::Sub": "${ReportsBucket.Arn}/reports/*"}]
    assert targets(resources, "OpenReport", "s3:ListBucket") == {"ReportsBucket"}


_SCHEDULING = ("PostUpdate", "OperatorConsole")
"""The functions that accept posts for later."""


def test_posts_for_later_have_schedules_of_their_own_group_only(resources: Resources) -> None:
    own = "arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}:schedule/${PostSchedules}/*"

    for function in _SCHEDULING:
        for action in ("scheduler:CreateSchedule", "scheduler:DeleteSchedule"):
            assert resources_of(resources, function, action) == [{"Fn::Sub": own}]
    others = set(FUNCTIONS) - set(_SCHEDULING)
    assert not [one for one in others if "scheduler:" in str(actions(resources, one))]


def test_schedules_are_lent_their_role_and_nobody_else_any(resources: Resources) -> None:
    for function in _SCHEDULING:
        (lending,) = (one for one in statements(resources, f"{function}Role") if one["Action"] == "iam:PassRole")
        assert target_of(lending["Resource"]) == "PostSchedulesRole"
        assert lending["Condition"] == {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}
    others = set(FUNCTIONS) - set(_SCHEDULING)
    assert not [one for one in others if "iam:PassRole" in actions(resources, one)]


def test_the_check_of_subscriptions_sees_subscribers_and_notes_them_and_no_more(resources: Resources) -> None:
    allowed = actions(resources, "CheckSubscriptions") - {"sqs:SendMessage"}

    assert allowed == {
        "sns:ListSubscriptionsByTopic",
        "sns:GetSubscriptionAttributes",
        "dynamodb:PutItem",
        "dynamodb:Query",  # the live settings
    }
    listed_topics = resources_of(resources, "CheckSubscriptions", "sns:ListSubscriptionsByTopic")
    assert listed_topics == [DEPARTMENTS, {"Ref": "OnCallTopic"}]
    assert resources_of(resources, "CheckSubscriptions", "sns:GetSubscriptionAttributes") == ["*"]


@for_each("function", FUNCTIONS)
def test_no_function_may_delete_or_scan_a_table_of_truth(function: str, resources: Resources) -> None:
    forbidden = {"dynamodb:DeleteItem", "dynamodb:Scan", "dynamodb:BatchWriteItem"}
    tables = {"MentionsTable", "CasesTable", "PostsTable"}

    for statement in statements(resources, f"{function}Role"):
        if tables & {target_of(one) for one in listed(statement["Resource"])}:
            assert not forbidden & set(listed(statement["Action"]))


@for_each("function", FUNCTIONS)
def test_a_function_may_only_use_tables_of_its_settings(function: str, resources: Resources) -> None:
    told = {target_of(value) for value in resources[function]["Properties"]["Environment"]["Variables"].values()}

    allowed = {
        target_of(resource).removesuffix("Stream")
        for one in statements(resources, f"{function}Role")
        if listed(one["Action"])[0].startswith("dynamodb:")
        for resource in listed(one["Resource"])
        if resource != "*"
    }

    assert allowed <= told


@for_each("function", FUNCTIONS)
def test_a_function_reads_live_settings_if_it_follows_them_and_none_writes_them(function: str) -> None:
    follows = hasattr(importlib.import_module(f"{folder_of(function)}.handler"), "with_live_settings")
    grants = grants_of(TEMPLATE.read_text(encoding="utf-8"))[function]
    on_settings = [grant.actions for grant in grants for key in grant.patterns if fnmatchcase("live_setting", key)]

    assert on_settings == [("dynamodb:Query",)] * follows
    assert not any(fnmatchcase("live_setting_history", key) for grant in grants for key in grant.patterns)
