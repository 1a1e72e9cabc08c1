import re
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.deployed import checks_of_data, checks_of_functions, checks_of_people
from local.deployed.smoke import CHECKS, smoke
from local.deployed.subscriptions import subscribe
from tests.unit.deployed import scene
from tests.unit.deployed.canned import Answer, payload, physical, site
from tests.unit.deployed.fake_sns import FakeSns

LIMITS = Path(__file__).parents[3] / "docs" / "local-limits.md"
RUNNING = {
    "State": "Active",
    "LastUpdateStatus": "Successful",
    "Architectures": ["arm64"],
    "Runtime": "python3.13",
}
WELL = {"StatusCode": 200, "Payload": payload({"missing": 0, "failures": {}})}


def configured(**changes: Any) -> Answer:
    return "lambda", "get_function_configuration", RUNNING | changes


def schedule(**changes: Any) -> Answer:
    target = {"Arn": "arn:aws:lambda:x", "RoleArn": "arn:aws:iam::123456789012:role/x", "DeadLetterConfig": {}}
    plain = {"State": "ENABLED", "ScheduleExpressionTimezone": "Asia/Seoul", "Target": target}
    return "scheduler", "get_schedule", plain | changes


def decided(decision: str) -> list[Answer]:
    role = {
        "Path": "/",
        "RoleName": "role",
        "RoleId": "AROA1234567890123456",
        "Arn": "arn:aws:iam::123456789012:role/role",
        "CreateDate": "2026-11-24T00:00:00Z",
    }
    evaluated = {"EvaluationResults": [{"EvalActionName": "sns:Publish", "EvalDecision": decision}]}
    return [physical("role"), ("iam", "get_role", {"Role": role}), ("iam", "simulate_principal_policy", evaluated)]


def test_every_check_is_explained_in_the_list_of_local_limits() -> None:
    explained = re.findall(r"^\| (.+?) \|", LIMITS.read_text(encoding="utf-8"), re.MULTILINE)

    assert {check.about for check in CHECKS} == set(explained) - {"`dorothy smoke` says", "---"}


def test_a_check_that_aws_refuses_is_a_finding_and_the_next_ones_go_on() -> None:
    def refused(_service: str) -> Any:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "Anything")

    with site() as here:
        seen = list(smoke(type(here)(here.desk, here.deployment, here.stack, refused)))

    assert [each.about for each in seen] == [check.about for check in CHECKS]
    assert seen[0].findings == []
    assert all("AccessDenied" in each.findings[0] for each in seen[1:])


def test_a_stack_of_another_desk_yaml_or_in_trouble_is_found() -> None:
    other = scene.stack(status="UPDATE_ROLLBACK_COMPLETE", parameters={"Departments": "operator"}, tags={})
    with site(stack=other) as here:
        findings = checks_of_functions.stack_is_as_described(here)

    assert "UPDATE_ROLLBACK_COMPLETE" in findings[0]
    assert any("Departments" in finding for finding in findings)
    assert "another desk.yaml" in findings[-1]


def test_functions_that_run_and_do_their_work_are_fine() -> None:
    with site(*[configured()] * 4, ("lambda", "invoke", WELL)) as here:
        findings = checks_of_functions.functions_start(here)

    assert findings == []


@pytest.mark.parametrize(
    "answer",
    [
        {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": payload({"errorMessage": "no module"})},
        {"StatusCode": 200, "Payload": payload({"missing": 0, "failures": {"billing": "AuthorizationError"}})},
    ],
)
def test_a_function_that_does_not_start_or_may_not_do_its_work_is_found(answer: dict[str, Any]) -> None:
    with site(configured(State="Failed"), *[configured()] * 3, ("lambda", "invoke", answer)) as here:
        findings = checks_of_functions.functions_start(here)

    assert "PollMentions" in findings[0]
    assert "CheckSubscriptions failed" in findings[1]


def test_schedules_that_are_off_or_elsewhere_are_found() -> None:
    bare = {"Arn": "arn:aws:lambda:x", "RoleArn": "arn:aws:iam::123456789012:role/x"}
    answers = schedule(State="DISABLED"), schedule(ScheduleExpressionTimezone="UTC"), schedule(Target=bare)
    with site(*answers, schedule()) as here:
        findings = checks_of_functions.schedules_run(here)

    assert ["DISABLED" in findings[0], "UTC" in findings[1], "dead-letter" in findings[2]] == [True] * 3


@pytest.mark.parametrize(
    ("stream", "state", "count"), [("s1", "Enabled", 0), ("s2", "Enabled", 1), ("s1", "Disabled", 1)]
)
def test_a_mapping_that_reads_another_stream_or_sleeps_is_found(stream: str, state: str, count: int) -> None:
    mapping = {"EventSourceArn": f"arn:aws:dynamodb:{stream}", "State": state}
    table = {"TableName": "mentions", "LatestStreamArn": "arn:aws:dynamodb:ap-northeast-2:123456789012:table/s1"}
    mapping["EventSourceArn"] = table["LatestStreamArn"].replace("s1", stream)
    answers: list[Answer] = [
        ("dynamodb", "describe_table", {"Table": table}),
        ("lambda", "list_event_source_mappings", {"EventSourceMappings": [mapping]}),
    ]
    with site(*answers) as here:
        findings = checks_of_functions.stream_mapping_runs(here)

    assert len(findings) == count


@pytest.mark.parametrize(("sums", "count"), [([1.0, 1.0], 0), ([0.0], 1), ([], 1)])
def test_ten_minutes_without_a_successful_poll_are_found(sums: list[float], count: int) -> None:
    points = [{"Sum": one, "Timestamp": "2026-11-24T00:00:00Z"} for one in sums]
    with site(("cloudwatch", "get_metric_statistics", {"Datapoints": points})) as here:
        findings = checks_of_functions.polls_succeed(here)

    assert len(findings) == count


def test_roles_that_may_too_much_or_too_little_are_found() -> None:
    key = ("kms", "describe_key", {"KeyMetadata": {"KeyId": "1", "Arn": "arn:aws:kms:ap-northeast-2:1:key/1"}})
    decisions = ["allowed", "implicitDeny", "allowed", "allowed", "allowed", "implicitDeny"]
    answers = [physical("key"), key, *(answer for decision in decisions for answer in decided(decision))]
    with site(*answers) as here:
        findings = checks_of_functions.roles_are_narrow(here)

    assert findings == [
        "kms:GenerateDataKey should be allowed to RouteInquiryRole and is not.",
        "secretsmanager:GetSecretValue should be denied to RouteInquiryRole and is not.",
    ]


def test_tables_without_recovery_or_protection_are_found() -> None:
    def backups(status: str) -> dict[str, Any]:
        recovery = {"PointInTimeRecoveryStatus": status}
        told = {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": recovery}
        return {"ContinuousBackupsDescription": told}

    answers: list[Answer] = [
        ("dynamodb", "describe_continuous_backups", backups("DISABLED")),
        ("dynamodb", "describe_table", {"Table": {"DeletionProtectionEnabled": True}}),
        ("dynamodb", "describe_continuous_backups", backups("ENABLED")),
        ("dynamodb", "describe_table", {"Table": {}}),
        ("dynamodb", "describe_continuous_backups", backups("ENABLED")),
        ("dynamodb", "describe_table", {"Table": {"DeletionProtectionEnabled": True}}),
    ]
    with site(*answers) as here:
        findings = checks_of_data.tables_can_be_restored(here)

    assert findings == [
        "MentionsTable has no point-in-time recovery.",
        "CasesTable is not protected against deletion.",
    ]


@pytest.mark.parametrize(
    ("status", "attribute", "count"),
    [("ENABLED", "expires_at", 0), ("DISABLED", "expires_at", 1), ("ENABLED", "other", 1)],
)
def test_items_that_would_never_expire_are_found(status: str, attribute: str, count: int) -> None:
    told = {"TimeToLiveDescription": {"TimeToLiveStatus": status, "AttributeName": attribute}}
    with site(("dynamodb", "describe_time_to_live", told)) as here:
        findings = checks_of_data.old_items_expire(here)

    assert len(findings) == count


@pytest.mark.parametrize(("secret", "count"), [("{}", 5), ("not json", 1), ('{"api_key": "hush"}', 4)])
def test_credentials_that_nobody_filled_in_are_found_without_showing_any(secret: str, count: int) -> None:
    with site(("secretsmanager", "get_secret_value", {"SecretString": secret})) as here:
        findings = checks_of_data.credentials_are_filled_in(here)

    assert len(findings) == count
    assert "hush" not in " ".join(findings)


def test_failed_events_that_nobody_looked_at_are_found() -> None:
    def count(number: int) -> list[Answer]:
        attributes = {"Attributes": {"ApproximateNumberOfMessages": str(number)}}
        return [physical("https://sqs.example/queue"), ("sqs", "get_queue_attributes", attributes)]

    with site(*count(0), *count(2), *count(0)) as here:
        findings = checks_of_data.queues_are_empty(here)

    assert findings == ["2 messages lie in FailedInvocations."]


@pytest.mark.parametrize(
    ("summary", "count"),
    [("Successfully executed action arn:aws:sns:alarms", 0), ("Failed to execute action: KMS access denied", 1)],
)
def test_an_alarm_that_the_key_swallows_is_found_and_the_alarm_is_set_back(summary: str, count: int) -> None:
    answers: list[Answer] = [
        physical("alarm"),
        ("cloudwatch", "set_alarm_state", {}),
        ("cloudwatch", "describe_alarm_history", {"AlarmHistoryItems": []}),
        ("cloudwatch", "describe_alarm_history", {"AlarmHistoryItems": [{"HistorySummary": summary}]}),
        ("cloudwatch", "set_alarm_state", {}),
    ]
    waits: list[float] = []
    with site(*answers) as here:
        findings = checks_of_people.alarms_get_through(here, wait=waits.append)

    assert len(findings) == count
    assert len(waits) == 1


def test_an_alarm_of_which_cloudwatch_says_nothing_is_found() -> None:
    silence: Answer = ("cloudwatch", "describe_alarm_history", {"AlarmHistoryItems": []})
    set_state: Answer = ("cloudwatch", "set_alarm_state", {})
    with site(physical("alarm"), set_state, *[silence] * 15, set_state) as here:
        findings = checks_of_people.alarms_get_through(here, wait=lambda _: None)

    assert "not said" in findings[0]


def test_who_was_never_asked_or_has_not_confirmed_is_found() -> None:
    fake = FakeSns()
    with site() as here:
        there = type(here)(here.desk, here.deployment, here.stack, lambda _: fake)
        never = checks_of_people.everybody_has_confirmed(there)
        subscribe(scene.sns(fake), there.desk, there.stack)
        pending = checks_of_people.everybody_has_confirmed(there)
        for one in fake.subscriptions:
            one.confirmed = True
        confirmed = checks_of_people.everybody_has_confirmed(there)

    assert [len(never), len(pending), len(confirmed)] == [3, 3, 0]
    assert "never asked" in never[0]
    assert "has not confirmed" in pending[0]
