import json
import re
from functools import cache
from itertools import batched
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from botocore.exceptions import ClientError

from desk.aws.dynamodb import to_item
from local.brand.model import Api, OnCall
from local.brand.parameters import TEMPLATE
from local.cli.smoke import smoke as smoke_command
from local.deployed import (
    checks_of_api,
    checks_of_data,
    checks_of_functions,
    checks_of_people,
    checks_of_posts,
    checks_of_roles,
)
from local.deployed.desk_keys import grants_of, probes_of
from local.deployed.site import FUNCTIONS
from local.deployed.smoke import CHECKS, Seen, run_checks
from local.deployed.subscriptions import subscribe
from tests.aws_rules.stack import Place, Stack, stack
from tests.unit.deployed import scene
from tests.unit.deployed.canned import Answer, physical, site
from tests.unit.deployed.fake_sns import FakeSns
from tests.unit.deployed.real_answers import api_statuses, checked_subscriptions

LIMITS = Path(__file__).parents[3] / "docs" / "local-limits.md"
PHONES = OnCall(phones=("+821000000000", "+821000000001"))
RUNNING = {
    "State": "Active",
    "LastUpdateStatus": "Successful",
    "Architectures": ["arm64"],
    "Runtime": "python3.13",
}


@cache
def deployed() -> Stack:
    """The stack as the template makes it."""
    return stack(("operator",), place=Place("dorothy-emerald"))


def schedules() -> list[str]:
    return sorted(one["Name"] for one in deployed().of_type("AWS::Scheduler::Schedule").values())


def configured(**changes: Any) -> Answer:
    return "lambda", "get_function_configuration", RUNNING | changes


def schedule(**changes: Any) -> Answer:
    target = {"Arn": "arn:aws:lambda:x", "RoleArn": "arn:aws:iam::123456789012:role/x", "DeadLetterConfig": {}}
    plain = {"State": "ENABLED", "ScheduleExpressionTimezone": "Asia/Seoul", "Target": target}
    return "scheduler", "get_schedule", plain | changes


ROLE: Answer = (
    "iam",
    "get_role",
    {
        "Role": {
            "Path": "/",
            "RoleName": "role",
            "RoleId": "AROA1234567890123456",
            "Arn": "arn:aws:iam::123456789012:role/role",
            "CreateDate": "2026-11-24T00:00:00Z",
        }
    },
)


def simulated(decision: str) -> Answer:
    evaluated = {"EvaluationResults": [{"EvalActionName": "sns:Publish", "EvalDecision": decision}]}
    return "iam", "simulate_principal_policy", evaluated


def decided(decision: str) -> list[Answer]:
    return [physical("role"), ROLE, simulated(decision)]


def test_every_check_is_explained_in_the_list_of_local_limits() -> None:
    explained = re.findall(r"^\| (.+?) \|", LIMITS.read_text(encoding="utf-8"), re.MULTILINE)

    assert {check.about for check in CHECKS} == set(explained) - {"`dorothy smoke` says", "---"}


def test_a_check_that_aws_refuses_is_a_finding_and_the_next_ones_go_on() -> None:
    def refused(_service: str) -> Any:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "Anything")

    with site(on_call=PHONES) as here:
        seen = list(run_checks(type(here)(here.desk, here.deployment, here.stack, refused)))

    assert [each.about for each in seen] == [check.about for check in CHECKS]
    assert seen[0].findings == []
    assert all("AccessDenied" in each.findings[0] for each in seen[1:])


def test_a_check_that_fails_itself_is_a_finding_that_names_it_and_the_next_ones_go_on() -> None:
    def not_as_expected(_service: str) -> Any:
        return json.loads("{}")["failures"]

    with site() as here:
        seen = list(run_checks(type(here)(here.desk, here.deployment, here.stack, not_as_expected)))

    assert [each.about for each in seen] == [check.about for check in CHECKS]
    assert seen[1].findings == ["functions_start failed itself, which says nothing of the stack: KeyError: 'failures'"]


def test_a_stack_of_another_desk_yaml_or_in_trouble_is_found() -> None:
    other = scene.stack(status="UPDATE_ROLLBACK_COMPLETE", parameters={"Departments": "operator"}, tags={})
    with site(stack=other) as here:
        findings = checks_of_functions.stack_is_as_described(here)

    assert "UPDATE_ROLLBACK_COMPLETE" in findings[0]
    assert any("Departments" in finding for finding in findings)
    assert "another desk.yaml" in findings[-1]


def test_a_stack_that_one_command_could_delete_is_found() -> None:
    with site(stack=scene.stack(is_protected=False)) as here:
        findings = checks_of_functions.stack_is_as_described(here)

    assert findings == ["One command could delete the stack; `make deploy` protects it."]


def test_a_stack_that_fetches_from_its_own_machine_is_found() -> None:
    deployed = scene.stack()
    edited = {**deployed.parameters, "FetchExceptions": "127.0.0.1:8012"}
    with site(stack=scene.stack(parameters=edited)) as here:
        findings = checks_of_functions.stack_is_as_described(here)

    assert any("FetchExceptions '127.0.0.1:8012', desk.yaml says ''" in finding for finding in findings)


def test_functions_that_run_and_do_their_work_are_fine() -> None:
    with site(*[configured()] * len(FUNCTIONS), ("lambda", "invoke", checked_subscriptions())) as here:
        findings = checks_of_functions.functions_start(here)

    assert findings == []


def test_a_function_that_does_not_start_or_may_not_do_its_work_is_found() -> None:
    answer = checked_subscriptions(down={"billing"})
    running = [configured()] * (len(FUNCTIONS) - 1)
    with site(configured(State="Failed"), *running, ("lambda", "invoke", answer)) as here:
        findings = checks_of_functions.functions_start(here)

    assert "PollMentions" in findings[0]
    assert "CheckSubscriptions failed" in findings[1]
    assert "AuthorizationError" in findings[1]


def test_schedules_that_are_off_or_elsewhere_are_found() -> None:
    bare = {"Arn": "arn:aws:lambda:x", "RoleArn": "arn:aws:iam::123456789012:role/x"}
    answers = schedule(State="DISABLED"), schedule(ScheduleExpressionTimezone="UTC"), schedule(Target=bare)
    with site(*answers, *[schedule()] * (len(schedules()) - 3)) as here:
        findings = checks_of_functions.schedules_run(here)

    assert ["DISABLED" in findings[0], "UTC" in findings[1], "dead-letter" in findings[2]] == [True] * 3


def test_every_schedule_of_the_template_is_looked_at() -> None:
    asked: list[str] = []
    with site(*[schedule()] * len(schedules())) as here:
        events = here.client("scheduler").meta.events
        events.register("provide-client-params.scheduler.GetSchedule", lambda params, **_: asked.append(params["Name"]))
        findings = checks_of_functions.schedules_run(here)

    assert findings == []
    assert sorted(asked) == schedules()


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
    decisions = ["allowed", "implicitDeny", "allowed", "allowed", "allowed", "implicitDeny", "allowed"]
    decisions += ["allowed", "allowed", "implicitDeny", "allowed", "allowed", "allowed", "allowed"]
    decisions += ["implicitDeny", "allowed"]
    answers = [physical("key"), key, *(answer for decision in decisions for answer in decided(decision))]
    with site(*answers) as here:
        findings = checks_of_roles.roles_are_narrow(here)

    assert findings == [
        "kms:GenerateDataKey should be allowed to RouteInquiryRole and is not.",
        "secretsmanager:GetSecretValue should be denied to RouteInquiryRole and is not.",
        "kms:GenerateDataKey should be allowed to DailyDigestRole and is not.",
        "secretsmanager:GetSecretValue should be denied to PostUpdateRole and is not.",
        "secretsmanager:GetSecretValue should be denied to CheckLinkRole and is not.",
        "secretsmanager:GetSecretValue should be denied to PreparePictureRole and is not.",
        "logs:PutLogEvents should be allowed to GreetRole and is not.",
        "logs:PutLogEvents should be denied to GreetRole and is not.",
    ]


def test_iam_is_told_the_tags_of_the_role_that_it_judges() -> None:
    key = ("kms", "describe_key", {"KeyMetadata": {"KeyId": "1", "Arn": "arn:aws:kms:ap-northeast-2:1:key/1"}})
    asked: list[dict[str, Any]] = []
    tagged = ("iam", "get_role", {"Role": {**ROLE[2]["Role"], "Tags": [{"Key": "service", "Value": "greet"}]}})
    with site(physical("key"), key, *[physical("role"), tagged, simulated("allowed")] * 16) as here:
        events = here.client("iam").meta.events
        events.register("provide-client-params.iam.SimulatePrincipalPolicy", lambda params, **_: asked.append(params))
        checks_of_roles.roles_are_narrow(here)

    (context,) = {str(each["ContextEntries"]) for each in asked}
    assert context == str(
        [{"ContextKeyName": "aws:PrincipalTag/service", "ContextKeyType": "string", "ContextKeyValues": ["greet"]}]
    )


PROBED = sorted(set(FUNCTIONS) - {"CheckLink"})
"""The functions that reach items of the Desk table."""
DESK_TABLE: Answer = (
    "dynamodb",
    "describe_table",
    {"Table": {"TableArn": "arn:aws:dynamodb:ap-northeast-2:123456789012:table/desk"}},
)


def test_every_function_is_tried_with_an_item_of_its_own_and_with_one_of_others() -> None:
    asked: list[dict[str, Any]] = []
    tried = [physical("role"), ROLE, simulated("allowed"), simulated("implicitDeny")]
    with site(DESK_TABLE, *tried * len(PROBED)) as here:
        events = here.client("iam").meta.events
        events.register("provide-client-params.iam.SimulatePrincipalPolicy", lambda params, **_: asked.append(params))
        findings = checks_of_roles.roles_reach_their_own_items(here)

    assert findings == []
    contexts = [context for each in asked for context in each["ContextEntries"]]
    assert len(contexts) == 2 * len(PROBED)
    assert {(each["ContextKeyName"], each["ContextKeyType"]) for each in contexts} == {
        ("dynamodb:LeadingKeys", "stringList")
    }
    assert all(own["ContextKeyValues"] != other["ContextKeyValues"] for own, other in batched(contexts, 2, strict=True))


def test_a_role_that_misses_its_own_items_or_reaches_those_of_others_is_found() -> None:
    well = [physical("role"), ROLE, simulated("allowed"), simulated("implicitDeny")]
    turned = [physical("role"), ROLE, simulated("explicitDeny"), simulated("allowed")]
    with site(DESK_TABLE, *turned, *well * (len(PROBED) - 1)) as here:
        findings = checks_of_roles.roles_reach_their_own_items(here)

    (probe, *_) = probes_of(grants_of(TEMPLATE.read_text(encoding="utf-8")))
    assert findings == [
        f"{probe.action} of {key!r} in the Desk table should be {wanted} to PollMentions and is not."
        for key, wanted in ((probe.allowed, "allowed"), (probe.denied, "denied"))
    ]


@pytest.mark.parametrize(("limit", "count"), [(10, 1), (49, 1), (50, 0), (1000, 0)])
def test_an_account_that_lets_few_functions_run_at_once_is_warned_of(limit: int, count: int) -> None:
    answer: Answer = ("lambda", "get_account_settings", {"AccountLimit": {"UnreservedConcurrentExecutions": limit}})
    with site(answer) as here:
        findings = checks_of_functions.enough_may_run_at_once(here)

    assert len(findings) == count
    assert not [finding for finding in findings if f"lets {limit} functions" not in finding]


def test_advice_is_no_fault(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    seen = [Seen("Roles", []), Seen("Enough functions", ["Ten only."], advice=True)]
    monkeypatch.setattr("local.cli.smoke.run_checks", lambda _: iter(seen))
    monkeypatch.setattr("local.cli.smoke.deployed_stack", lambda *_: scene.stack())
    monkeypatch.setattr("local.cli.smoke.settings_of", lambda *_: SimpleNamespace(desk=scene.desk))

    smoke_command()

    assert capsys.readouterr().out.splitlines() == ["  ok   Roles", " warn  Enough functions", "       Ten only."]


def test_a_fault_ends_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.cli.smoke.run_checks", lambda _: iter([Seen("Roles", ["Wrong."])]))
    monkeypatch.setattr("local.cli.smoke.deployed_stack", lambda *_: scene.stack())
    monkeypatch.setattr("local.cli.smoke.settings_of", lambda *_: SimpleNamespace(desk=scene.desk))

    with pytest.raises(typer.Exit) as ended:
        smoke_command()

    assert ended.value.exit_code == 1


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
        *[
            ("dynamodb", "describe_continuous_backups", backups("ENABLED")),
            ("dynamodb", "describe_table", {"Table": {"DeletionProtectionEnabled": True}}),
        ]
        * 2,
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
    well = {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "forget_at"}}
    answers: list[Answer] = [("dynamodb", "describe_time_to_live", one) for one in (told, well)]
    with site(*answers) as here:
        findings = checks_of_data.old_items_expire(here)

    assert len(findings) == count


def test_guards_of_posts_that_would_never_expire_are_found() -> None:
    well = {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}}
    off = {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}
    with site(("dynamodb", "describe_time_to_live", well), ("dynamodb", "describe_time_to_live", off)) as here:
        findings = checks_of_data.old_items_expire(here)

    assert findings == ["TTL of PostsTable is DISABLED on None."]


@pytest.mark.parametrize(("secret", "count"), [("{}", 5), ("not json", 1), ('{"api_key": "hush"}', 4)])
def test_credentials_that_nobody_filled_in_are_found_without_showing_any(secret: str, count: int) -> None:
    with site(("secretsmanager", "get_secret_value", {"SecretString": secret})) as here:
        findings = checks_of_data.credentials_are_filled_in(here)

    assert len(findings) == count
    assert "hush" not in " ".join(findings)


@pytest.mark.parametrize(
    ("items", "findings"),
    [([], []), ([{"part": "stream#1"}], ["1 events have failed; `dorothy failed list` shows them."])],
)
def test_failed_events_that_nobody_looked_at_are_found(items: list[dict[str, str]], findings: list[str]) -> None:
    stored = {"source": "stream", "at": "2026-11-24T03:00:00+00:00", "body": "{}", "attributes": {}, "reported": True}
    with site(("dynamodb", "query", {"Items": [to_item({**stored, **each}) for each in items]})) as here:
        assert checks_of_data.nothing_has_failed(here) == findings


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


def test_unconfirmed_and_missing_subscriptions_are_found() -> None:
    fake = FakeSns()
    with site() as here:
        there = type(here)(here.desk, here.deployment, here.stack, lambda _: fake)
        never = checks_of_people.everybody_has_confirmed(there)
        subscribe(scene.sns(fake), there.desk, there.stack)
        pending = checks_of_people.everybody_has_confirmed(there)
        for one in fake.subscriptions:
            one.confirmed = True
        confirmed = checks_of_people.everybody_has_confirmed(there)

    assert [len(never), len(pending), len(confirmed)] == [4, 4, 0]
    assert "never asked" in never[0]
    assert "has not confirmed" in pending[0]


def test_a_digest_that_nobody_gets_is_found() -> None:
    fake = FakeSns()
    with site() as here:
        unread = here.desk.digest.model_copy(update={"emails": ()})
        desk = here.desk.model_copy(update={"digest": unread})
        there = type(here)(desk, here.deployment, here.stack, lambda _: fake)
        subscribe(scene.sns(fake), desk, here.stack)
        for one in fake.subscriptions:
            one.confirmed = True
        findings = checks_of_people.everybody_has_confirmed(there)

    assert findings == ["desk.yaml names nobody for the digest."]


PRIVATE = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
TLS_ONLY = {"Effect": "Deny", "Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
NINETY_DAYS = {"Status": "Enabled", "Prefix": "", "Expiration": {"Days": 90}}


@pytest.mark.parametrize(
    ("blocked", "statement", "rule", "part"),
    [
        (PRIVATE, TLS_ONLY, NINETY_DAYS, None),
        (PRIVATE | {"BlockPublicPolicy": False}, TLS_ONLY, NINETY_DAYS, "not blocked"),
        (PRIVATE, TLS_ONLY | {"Effect": "Allow"}, NINETY_DAYS, "without TLS"),
        (PRIVATE, TLS_ONLY | {"Condition": {}}, NINETY_DAYS, "without TLS"),
        (PRIVATE, TLS_ONLY, NINETY_DAYS | {"Status": "Disabled"}, "longer than 90 days"),
        (PRIVATE, TLS_ONLY, NINETY_DAYS | {"Expiration": {"Days": 900}}, "longer than 90 days"),
    ],
)
def test_reports_that_others_may_read_or_that_stay_are_found(
    blocked: dict[str, bool], statement: dict[str, Any], rule: dict[str, Any], part: str | None
) -> None:
    answers: list[Answer] = [
        ("s3", "get_public_access_block", {"PublicAccessBlockConfiguration": blocked}),
        ("s3", "get_bucket_policy", {"Policy": json.dumps({"Statement": [statement]})}),
        ("s3", "get_bucket_lifecycle_configuration", {"Rules": [rule]}),
    ]
    with site(*answers) as here:
        findings = checks_of_data.reports_are_private(here)

    assert [part in finding for finding in findings if part] == [True] * len(findings)
    assert bool(findings) is (part is not None)


A_DAY = {"Status": "Enabled", "Filter": {"Prefix": "quarantine/"}, "Expiration": {"Days": 1}}


@pytest.mark.parametrize(
    ("blocked", "statement", "rule", "part"),
    [
        (PRIVATE, TLS_ONLY, A_DAY, None),
        (PRIVATE | {"IgnorePublicAcls": False}, TLS_ONLY, A_DAY, "not blocked"),
        (PRIVATE, TLS_ONLY | {"Effect": "Allow"}, A_DAY, "without TLS"),
        (PRIVATE, TLS_ONLY, NINETY_DAYS, "in quarantine"),
        (PRIVATE, TLS_ONLY, A_DAY | {"Status": "Disabled"}, "in quarantine"),
    ],
)
def test_pictures_that_others_may_read_or_that_stay_in_quarantine_are_found(
    blocked: dict[str, bool], statement: dict[str, Any], rule: dict[str, Any], part: str | None
) -> None:
    answers: list[Answer] = [
        ("s3", "get_public_access_block", {"PublicAccessBlockConfiguration": blocked}),
        ("s3", "get_bucket_policy", {"Policy": json.dumps({"Statement": [statement]})}),
        ("s3", "get_bucket_lifecycle_configuration", {"Rules": [rule]}),
    ]
    with site(*answers) as here:
        findings = checks_of_data.pictures_are_private(here)

    assert [part in finding for finding in findings if part] == [True] * len(findings)
    assert bool(findings) is (part is not None)


WAKING = {
    "State": "Enabled",
    "ScalingConfig": {"MaximumConcurrency": 2},
    "FunctionResponseTypes": ["ReportBatchItemFailures"],
}


@pytest.mark.parametrize(
    ("mapping", "part"),
    [
        (WAKING, None),
        (WAKING | {"State": "Disabled"}, "No enabled mapping"),
        (WAKING | {"ScalingConfig": {}}, "As many publishers"),
        (WAKING | {"FunctionResponseTypes": []}, "whole batch"),
    ],
)
def test_a_queue_that_wakes_nobody_or_too_many_is_found(mapping: dict[str, Any], part: str | None) -> None:
    with site(("lambda", "list_event_source_mappings", {"EventSourceMappings": [mapping]})) as here:
        findings = checks_of_posts.queue_wakes_the_publisher(here)

    assert [part in finding for finding in findings if part] == [True] * len(findings)
    assert bool(findings) is (part is not None)


API = configured(
    Environment={
        "Variables": {
            "SCHEDULE_GROUP": "dorothy-emerald-posts",
            "POSTS_QUEUE_ARN": "arn:aws:sqs:ap-northeast-2:123456789012:posts",
            "SCHEDULE_ROLE_ARN": "arn:aws:iam::123456789012:role/posts",
            "SCHEDULE_DLQ_ARN": "arn:aws:sqs:ap-northeast-2:123456789012:undelivered",
        }
    }
)
MADE: Answer = ("scheduler", "create_schedule", {"ScheduleArn": "arn:aws:scheduler:x"})
GONE: Answer = ("scheduler", "list_schedules", {"Schedules": []})
REMOVED: Answer = ("scheduler", "delete_schedule", {})


def test_a_one_time_schedule_that_goes_off_is_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.deployed.checks_of_posts.uuid4", lambda: SimpleNamespace(hex="1"))
    waits_for_it: Answer = ("scheduler", "list_schedules", {"Schedules": [{"Name": "smoke-1"}]})
    waits: list[float] = []
    with site(API, MADE, waits_for_it, GONE, REMOVED) as here:
        findings = checks_of_posts.timer_goes_off(here, wait=waits.append)

    assert findings == []
    assert len(waits) == 1


def test_a_one_time_schedule_that_stays_is_found_and_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.deployed.checks_of_posts.uuid4", lambda: SimpleNamespace(hex="1"))
    stays: Answer = ("scheduler", "list_schedules", {"Schedules": [{"Name": "smoke-1"}]})
    with site(API, MADE, *[stays] * 40, REMOVED) as here:
        findings = checks_of_posts.timer_goes_off(here, wait=lambda _: None)

    assert "has not gone off" in findings[0]


def api(**changes: Any) -> Answer:
    plain = {"ProtocolType": "HTTP", "Name": "dorothy", "ApiEndpoint": "https://a.execute-api.x.amazonaws.com"}
    return "apigatewayv2", "get_api", plain | {"RouteSelectionExpression": "x"} | changes


ANSWERS: dict[str, Any] = {**api_statuses("https://desk.emerald.example")}


@pytest.mark.parametrize(
    ("answers", "findings"),
    [
        (ANSWERS, []),
        (
            ANSWERS | {"https://desk.emerald.example/posts?state=queued": 200},
            ["https://desk.emerald.example/posts?state=queued answers 200, not 401."],
        ),
        (
            dict.fromkeys(ANSWERS, "SSLError"),
            [f"{address} answers SSLError, not {status}." for address, status in ANSWERS.items()],
        ),
    ],
)
def test_an_api_that_is_open_or_missing_is_found(answers: dict[str, Any], findings: list[str]) -> None:
    with site(physical("api"), api()) as here:
        assert checks_of_api.api_is_there_and_closed(here, status=answers.__getitem__) == findings


@pytest.mark.parametrize(("closed", "count"), [(True, 0), (False, 1)])
def test_with_an_own_domain_a_second_address_is_found(closed: bool, count: int) -> None:
    certificate = "arn:aws:acm:ap-northeast-2:123456789012:certificate/0"
    with site(physical("api"), api(DisableExecuteApiEndpoint=closed)) as here:
        own = here.desk.model_copy(update={"api": Api(domain="desk.emerald.example", certificate=certificate)})
        there = type(here)(own, here.deployment, here.stack, here.client)
        findings = checks_of_api.api_is_there_and_closed(there, status=ANSWERS.__getitem__)

    assert len(findings) == count


GUARDED = {
    "DefaultRouteSettings": {"ThrottlingRateLimit": 20.0},
    "AccessLogSettings": {"Format": '{"route": "$context.routeKey"}'},
}


@pytest.mark.parametrize(
    ("stage", "streams", "part"),
    [
        (GUARDED, [{}], None),
        (GUARDED | {"DefaultRouteSettings": {}}, [{}], "does not throttle"),
        (GUARDED | {"AccessLogSettings": {}}, [{}], "does not name the route"),
        (GUARDED | {"AccessLogSettings": {"Format": "$context.routeKey $context.path"}}, [{}], "route alone"),
        (GUARDED, [], "is empty"),
    ],
)
def test_an_api_that_is_not_guarded_is_found(stage: dict[str, Any], streams: list[Any], part: str | None) -> None:
    answers: list[Answer] = [
        physical("api"),
        ("apigatewayv2", "get_stage", {"StageName": "$default"} | stage),
        physical("log"),
        ("logs", "describe_log_streams", {"logStreams": streams}),
    ]
    with site(*answers) as here:
        findings = checks_of_api.stage_is_guarded(here)

    assert [part in finding for finding in findings if part] == [True] * len(findings)
    assert bool(findings) is (part is not None)


@pytest.mark.parametrize(("secret", "count"), [("{}", 0), ("not json", 1), ('{"cms": {"token": "hush"}}', 1)])
def test_tokens_that_a_hand_spoiled_are_found_without_showing_any(secret: str, count: int) -> None:
    with site(("secretsmanager", "get_secret_value", {"SecretString": secret})) as here:
        findings = checks_of_api.tokens_can_be_read(here)

    assert len(findings) == count
    assert "hush" not in " ".join(findings)


def test_the_status_of_an_address_without_answer_is_its_error() -> None:
    assert checks_of_api.status_of("http://127.0.0.1:9/nothing") == "ConnectionError"


def sandbox(*, inside: bool) -> Answer:
    return "sns", "get_sms_sandbox_account_status", {"IsInSandbox": inside}


def limited(**attributes: str) -> Answer:
    return "sns", "get_sms_attributes", {"attributes": attributes}


def asked_about_phones(*answers: Answer, on_call: OnCall = PHONES) -> list[str]:
    with site(*answers, on_call=on_call) as here:
        return checks_of_people.phones_can_be_reached(here)


def test_phones_outside_the_sandbox_with_money_for_messages_are_fine() -> None:
    assert asked_about_phones(sandbox(inside=False), limited(MonthlySpendLimit="30")) == []


def test_a_phone_that_nobody_verified_is_found_in_the_sandbox() -> None:
    numbers = [
        {"PhoneNumber": "+821000000000", "Status": "Verified"},
        {"PhoneNumber": "+821000000001", "Status": "Pending"},
    ]
    listed: Answer = ("sns", "list_sms_sandbox_phone_numbers", {"PhoneNumbers": numbers})

    findings = asked_about_phones(sandbox(inside=True), listed, limited(MonthlySpendLimit="30"))

    assert [finding.split()[0] for finding in findings] == ["+821000000001"]
    assert "sandbox" in findings[0]


@pytest.mark.parametrize(("attributes", "told"), [({}, "$1;"), ({"MonthlySpendLimit": "5"}, "$5;")])
def test_a_spending_limit_below_one_nights_calls_is_found(attributes: dict[str, str], told: str) -> None:
    (finding,) = asked_about_phones(sandbox(inside=False), limited(**attributes))

    assert told in finding


def test_nothing_is_asked_about_text_messages_where_nobody_is_called_by_phone() -> None:
    assert asked_about_phones(on_call=OnCall(webhooks=("https://oncall.emerald.example/hook",))) == []
