"""Planted mistakes: each is something that AWS refuses and a local AWS lets pass."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.aws_rules.calls import Call, recorded
from tests.aws_rules.check import Check, Permission
from tests.aws_rules.hook.sitecustomize import FOLDER
from tests.aws_rules.recording import PERMISSIONS_FOLDER, assert_allowed, unused
from tests.aws_rules.stack import stack
from tests.template.stack_template import Resources
from tests.template.test_permissions import statements

ACCOUNT = "000000000000"
PHYSICAL = {
    "DailyDigest": "dorothy-DailyDigest-1A",
    "OpenReport": "dorothy-OpenReport-1A",
    "PostUpdate": "dorothy-PostUpdate-1A",
    "RouteInquiry": "dorothy-RouteInquiry-1A",
    "MentionsTable": "dorothy-MentionsTable-1A",
    "PostsTable": "dorothy-PostsTable-1A",
    "DeskTable": "dorothy-DeskTable-1A",
    "ReportsBucket": "dorothy-reportsbucket-1a",
    "PostsQueue": f"http://127.0.0.1:4566/{ACCOUNT}/dorothy-PostsQueue-1A",
    "UndeliveredSchedules": f"http://127.0.0.1:4566/{ACCOUNT}/dorothy-UndeliveredSchedules-1A",
    "PostSchedules": "dorothy-posts",
    "PostSchedulesRole": "dorothy-PostSchedulesRole-1A",
    "XSecret": "dorothy-XSecret-1A",
    "Topicbilling": f"arn:aws:sns:ap-northeast-2:{ACCOUNT}:dorothy-dept-billing",
}

type Change = Callable[[Resources], None]


def call(function: str, operation: str, **parameters: Any) -> Call:
    service, name = operation.split(".")
    return Call(PHYSICAL[function], service, name, parameters)


def desk_item(item: str) -> dict[str, Any]:
    return {"TableName": PHYSICAL["DeskTable"], "Key": {"item": {"S": item}, "part": {"S": "progress"}}}


PROGRESS = call("DailyDigest", "dynamodb.GetItem", **desk_item("favourites"))
MAIL = {"delivery": {"DataType": "String", "StringValue": "mail"}}
PUBLISH = call(
    "RouteInquiry",
    "sns.PublishBatch",
    TopicArn=PHYSICAL["Topicbilling"],
    PublishBatchRequestEntries=[{"Id": "0", "Message": "m", "MessageAttributes": MAIL}],
)
SCHEDULE = call(
    "PostUpdate",
    "scheduler.CreateSchedule",
    Name="post-1",
    GroupName="dorothy-posts",
    Target={
        "Arn": f"arn:aws:sqs:ap-northeast-2:{ACCOUNT}:dorothy-PostsQueue-1A",
        "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/dorothy-PostSchedulesRole-1A",
        "DeadLetterConfig": {"Arn": f"arn:aws:sqs:ap-northeast-2:{ACCOUNT}:dorothy-UndeliveredSchedules-1A"},
    },
)
REPORT = call("OpenReport", "s3.GetObject", Bucket=PHYSICAL["ReportsBucket"], Key="reports/2026-11-24/evening.html")
SECRET = call(
    "DailyDigest",
    "secretsmanager.GetSecretValue",
    SecretId=f"arn:aws:secretsmanager:ap-northeast-2:{ACCOUNT}:secret:dorothy-XSecret-1A-a1b2c3",
)


@cache
def as_written() -> Check:
    return Check(stack(("billing", "operator"), physical=PHYSICAL))


def judged(*calls: Call, change: Change | None = None) -> list[str]:
    made = stack(("billing", "operator"), physical=PHYSICAL, change=change) if change else as_written().stack
    return list(Check(made).calls(calls).findings)


def without_action(role: str, action: str) -> Change:
    def change(resources: Resources) -> None:
        for one in statements(resources, role):
            kept = [each for each in _listed(one["Action"]) if each != action]
            one["Action"] = kept or ["none:Nothing"]

    return change


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def without_key(role: str, key: str) -> Change:
    def change(resources: Resources) -> None:
        for one in statements(resources, role):
            for tests in one.get("Condition", {}).values():
                if key in tests.get("dynamodb:LeadingKeys", []):
                    tests["dynamodb:LeadingKeys"].remove(key)

    return change


@pytest.mark.parametrize("one", [PROGRESS, PUBLISH, SCHEDULE, REPORT, SECRET], ids=lambda one: one.operation)
def test_what_the_template_allows_is_allowed(one: Call) -> None:
    assert judged(one) == []


@pytest.mark.parametrize(
    ("one", "change", "missing"),
    [
        (PROGRESS, without_key("DailyDigestRole", "favourites"), "dynamodb:GetItem"),
        (PROGRESS, without_action("DailyDigestRole", "dynamodb:GetItem"), "dynamodb:GetItem"),
        (PUBLISH, without_action("RouteInquiryRole", "sns:Publish"), "sns:Publish"),
        (PUBLISH, without_action("RouteInquiryRole", "kms:GenerateDataKey*"), "kms:GenerateDataKey"),
        (PUBLISH, without_action("RouteInquiryRole", "kms:Decrypt"), "kms:Decrypt"),
        (SCHEDULE, without_action("PostUpdateRole", "scheduler:CreateSchedule"), "scheduler:CreateSchedule"),
        (SCHEDULE, without_action("PostUpdateRole", "iam:PassRole"), "iam:PassRole"),
        (SCHEDULE, without_action("PostSchedulesRole", "sqs:SendMessage"), "sqs:SendMessage"),
        (REPORT, without_action("OpenReportRole", "s3:GetObject"), "s3:GetObject"),
        (REPORT, without_action("OpenReportRole", "s3:ListBucket"), "s3:ListBucket"),
        (SECRET, without_action("DailyDigestRole", "secretsmanager:GetSecretValue"), "secretsmanager:GetSecretValue"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_permission_taken_out_of_the_template_is_missed(one: Call, change: Change, missing: str) -> None:
    findings = judged(one, change=change)

    assert findings
    assert all(f"may not {missing} on arn:" in finding for finding in findings)


def test_a_scan_or_an_unknown_service_or_resource_is_a_finding() -> None:
    strange = [
        call("DailyDigest", "dynamodb.Scan", TableName=PHYSICAL["DeskTable"]),
        call("DailyDigest", "ec2.DescribeInstances"),
        call("DailyDigest", "dynamodb.GetItem", **desk_item("poll") | {"TableName": "somebody-elses"}),
        PROGRESS._replace(function="somebody-elses"),
    ]

    findings = judged(*strange)

    assert len(findings) == len(strange)
    assert "not to be used" in findings[0]
    assert "nothing is known of ec2" in findings[1]
    assert "is nothing of the stack" in findings[2]
    assert "is no function of the stack" in findings[3]


def test_a_statement_that_asks_for_keys_allows_nothing_that_has_none() -> None:
    check = as_written()
    (denied,) = judged(
        call("DailyDigest", "dynamodb.BatchGetItem", RequestItems={PHYSICAL["DeskTable"]: {"Keys": []}})
    )[:1]

    assert "DailyDigestRole may not dynamodb:BatchGetItem" in denied
    assert check.stack.arn("DeskTable") in denied


@pytest.mark.parametrize(
    "attributes", [{}, {"delivery": {"DataType": "String", "StringValue": "post"}}], ids=["none", "other"]
)
def test_a_message_that_no_declared_filter_lets_through_is_a_finding(attributes: Mapping[str, Any]) -> None:
    entries = [{"Id": "0", "Message": "m", "MessageAttributes": attributes}]

    (finding,) = judged(PUBLISH._replace(parameters={**PUBLISH.parameters, "PublishBatchRequestEntries": entries}))

    assert "no declared filter lets" in finding


def test_what_dynamodb_would_refuse_is_a_finding() -> None:
    (finding,) = judged(PROGRESS._replace(parameters={**PROGRESS.parameters, "ProjectionExpression": "begun, status"}))

    assert "reserved words in ProjectionExpression: ['STATUS']" in finding


def test_the_services_of_aws_may_do_what_the_template_makes_them_do() -> None:
    check = Check(as_written().stack).by_itself()

    assert check.authorisations > 70
    assert check.findings == {}


def without_cloudwatch(resources: Resources) -> None:
    policy = resources["TopicsKey"]["Properties"]["KeyPolicy"]["Statement"]
    policy[:] = [one for one in policy if one["Principal"] != {"Service": "cloudwatch.amazonaws.com"}]


def without_account(resources: Resources) -> None:
    policy = resources["TopicsKey"]["Properties"]["KeyPolicy"]["Statement"]
    policy[:] = [one for one in policy if "AWS" not in one["Principal"]]


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        (without_cloudwatch, "cloudwatch.amazonaws.com may not kms:"),
        (without_action("RouteInquiryRole", "dynamodb:ListStreams"), "RouteInquiryRole may not dynamodb:ListStreams"),
        (without_action("RouteInquiryRole", "dynamodb:GetRecords"), "RouteInquiryRole may not dynamodb:GetRecords"),
        (without_action("RouteInquiryRole", "sqs:SendMessage"), "RouteInquiryRole may not sqs:SendMessage"),
        (without_action("PublishPostRole", "sqs:ReceiveMessage"), "PublishPostRole may not sqs:ReceiveMessage"),
        (without_action("GreetRole", "sqs:SendMessage"), "GreetRole may not sqs:SendMessage"),
        (without_action("SchedulesRole", "lambda:InvokeFunction"), "SchedulesRole may not lambda:Invoke"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_no_call_shows_is_missed_too(change: Change, missing: str) -> None:
    findings = Check(stack(("operator",), change=change)).by_itself().findings

    assert findings
    assert all(missing in finding for finding in findings)


def test_a_key_that_does_not_let_the_account_s_policies_count_is_of_no_use() -> None:
    findings = judged(PUBLISH, change=without_account)

    assert {finding.partition(" on ")[0] for finding in findings} == {
        "RouteInquiryRole may not kms:GenerateDataKey",
        "RouteInquiryRole may not kms:Decrypt",
    }


def test_what_was_granted_and_never_used_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PERMISSIONS_FOLDER, str(tmp_path))

    assert_allowed(Check(as_written().stack).calls([PROGRESS]))

    left = unused(tmp_path)
    assert Permission("DailyDigestRole", "ReadWhatTheDeskNoted", "leading key favourites") not in left
    assert Permission("DailyDigestRole", "ReadWhatTheDeskNoted", "dynamodb:GetItem") not in left
    assert Permission("DailyDigestRole", "ReadWhatTheDeskNoted", "leading key favourite") in left


def test_a_denied_call_fails_the_test_that_made_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PERMISSIONS_FOLDER, raising=False)

    with pytest.raises(AssertionError, match="AWS would refuse 1 calls"):
        assert_allowed(Check(as_written().stack).calls([PROGRESS._replace(function=PHYSICAL["OpenReport"])]))


CALLING = """
import boto3, os, signal
from botocore.exceptions import BotoCoreError
client = boto3.client("dynamodb", endpoint_url="http://127.0.0.1:9", region_name="ap-northeast-2",
    aws_access_key_id="test", aws_secret_access_key="test")
client.meta.events.register("before-send", lambda **_: os.kill(os.getpid(), signal.SIGKILL))
client.put_item(TableName="desk", Item={"item": {"B": b"\\x00"}})
"""


@pytest.mark.process
def test_a_worker_writes_each_call_down_before_it_is_made_even_when_it_is_killed(tmp_path: Path) -> None:
    hook = Path(__file__).parent / "hook"
    worker = {"PYTHONPATH": str(hook), FOLDER: str(tmp_path), "AWS_LAMBDA_FUNCTION_NAME": "desk-Poll"}

    killed = subprocess.run([sys.executable, "-c", CALLING], env={"PATH": os.environ["PATH"], **worker}, check=False)

    (one,) = recorded(tmp_path)
    assert killed.returncode == -9
    assert one == Call(
        "desk-Poll", "dynamodb", "PutItem", {"TableName": "desk", "Item": {"item": {"B": {"base64": "AA=="}}}}
    )


def test_a_line_that_was_left_half_written_is_passed_over(tmp_path: Path) -> None:
    whole = json.dumps(PROGRESS._asdict())
    (tmp_path / "calls-1.jsonl").write_text(f"{whole}\n{whole[:20]}", encoding="utf-8")

    assert list(recorded(tmp_path)) == [PROGRESS]
