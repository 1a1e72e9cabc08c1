import importlib
import re
from typing import Any
from unittest.mock import MagicMock

import pytest

from desk.errors import SettingsError
from local.brand.load import load_desk
from local.deployed.deployment import deployment_of
from tests.families import for_each
from tests.template.stack_template import (
    ROOT,
    Resources,
    folder_of,
    functions,
    of_type,
    service_of,
    target_of,
    template,
)
from tests.template.what_code_reads import methods_called_by, settings_read_by

POWERTOOLS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL"}
LOGICAL_IDS = sorted(functions())
MAY_BE_EMPTY = {
    # Their pages then use the domain at which API Gateway was called.
    ("AnswerCase", "API_URL"),
    ("OperatorConsole", "API_URL"),
    # Empty on AWS.
    ("CheckLink", "FETCH_EXCEPTIONS"),
    ("NotifyPhones", "FETCH_EXCEPTIONS"),
    ("PostUpdate", "FETCH_EXCEPTIONS"),
    ("PreparePicture", "FETCH_EXCEPTIONS"),
    ("ReadFeeds", "FETCH_EXCEPTIONS"),
}
SPECIAL_VALUES = {"DEAD_LETTERS": "posts=https://something.example", "FETCH_EXCEPTIONS": "127.0.0.1:8012"}
SERVICES = {
    "PollMentions": "poll_mentions",
    "Listen": "listen",
    "RouteInquiry": "route_inquiry",
    "Sweep": "sweep",
    "CheckSubscriptions": "check_subscriptions",
    "PostUpdate": "post_update",
    "PublishPost": "publish_post",
    "Greet": "greet",
    "ReadFeeds": "read_feeds",
    "ReadTrends": "read_trends",
    "MeasurePosts": "measure_posts",
    "DailyDigest": "daily_digest",
    "MailFeedback": "mail_feedback",
    "IndexAnswers": "index_answers",
    "OpenReport": "open_report",
    "AnswerCase": "answer_case",
    "OperatorConsole": "operator_console",
    "ChaseCases": "chase_cases",
    "FollowDeletions": "follow_deletions",
    "LookUp": "look_up",
    "PreparePicture": "prepare_picture",
    "NotifyPhones": "notify_phones",
    "CheckLink": "check_link",
}


@for_each("logical", LOGICAL_IDS)
def test_a_handler_resolves_to_a_function_that_takes_event_and_context(logical: str) -> None:
    module, name = functions()[logical]["Handler"].rsplit(".", 1)

    handler = getattr(importlib.import_module(module), name)

    assert callable(handler)


def test_every_folder_with_a_handler_is_deployed() -> None:
    source = ROOT / "functions"

    folders = {".".join(file.parent.relative_to(source).parts) for file in source.rglob("handler.py")}

    assert {folder_of(logical) for logical in LOGICAL_IDS} == folders


@for_each("logical", LOGICAL_IDS)
def test_a_function_is_given_exactly_the_settings_that_its_code_reads(logical: str, resources: Resources) -> None:
    given = set(resources[logical]["Properties"]["Environment"]["Variables"])

    read = settings_read_by(folder_of(logical))

    assert read, "nothing was found in the code, so this test would prove nothing"
    assert given == read | POWERTOOLS


@for_each("logical", LOGICAL_IDS)
def test_a_missing_or_empty_setting_is_named_at_the_start(logical: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boto3.client", MagicMock())  # a real one takes much longer to make than all the rest
    folder = folder_of(logical)
    read = settings_read_by(folder)
    settings = {name: SPECIAL_VALUES.get(name, "https://something.example") for name in read}
    wire = importlib.import_module(f"{folder}.wiring").wire

    @for_each("missing", sorted(read))
    def is_named(missing: str) -> None:
        with pytest.raises(SettingsError, match=missing):
            wire({name: value for name, value in settings.items() if name != missing})
        if (logical, missing) not in MAY_BE_EMPTY:
            with pytest.raises(SettingsError, match=missing):
                wire(settings | {missing: ""})

    is_named()


@for_each("logical", LOGICAL_IDS)
def test_metrics_of_two_desks_in_one_account_stay_apart(logical: str, resources: Resources) -> None:
    service = resources[logical]["Properties"]["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]

    assert service == {"Fn::Sub": f"${{AWS::StackName}}-{SERVICES[logical]}"}


def test_exceptions_from_the_public_internet_are_servers_on_ones_own_machine_and_none_on_aws(
    resources: Resources,
) -> None:
    parameter = template()["Parameters"]["FetchExceptions"]
    fetching = [logical for logical in LOGICAL_IDS if "FETCH_EXCEPTIONS" in settings_read_by(folder_of(logical))]

    assert parameter["Default"] == deployment_of(load_desk(), year=2026).parameters["FetchExceptions"] == ""
    for allowed in ("", "127.0.0.1:8012", "127.0.0.1:8012,127.0.0.1:80"):
        assert re.fullmatch(parameter["AllowedPattern"], allowed)
    for refused in ("10.0.0.1:80", "127.0.0.1", "127.0.0.1:80,169.254.169.254:80", "localhost:80", "127a0a0a1:80", "*"):
        assert not re.fullmatch(parameter["AllowedPattern"], refused)
    assert "CheckLink" in fetching
    for logical in fetching:
        variables = resources[logical]["Properties"]["Environment"]["Variables"]
        assert variables["FETCH_EXCEPTIONS"] == {"Ref": "FetchExceptions"}


def test_only_the_publisher_has_code_that_makes_a_post_on_x() -> None:
    makers = {logical for logical in LOGICAL_IDS if "create_post" in methods_called_by(folder_of(logical))}

    assert makers == {"PublishPost"}


@for_each("logical", LOGICAL_IDS)
def test_a_function_runs_on_the_python_and_architecture_it_is_built_for(logical: str, resources: Resources) -> None:
    properties = resources[logical]["Properties"]

    assert (properties["Runtime"], properties["Architectures"]) == ("python3.13", ["arm64"])


@for_each("logical", LOGICAL_IDS)
def test_x_ray_records_runs_only_if_it_was_switched_on(logical: str, resources: Resources) -> None:
    assert template()["Parameters"]["Tracing"]["Default"] == "Disabled"
    assert template()["Globals"]["Function"]["Tracing"] == {"Ref": "Tracing"}
    assert "TracingConfig" not in resources[logical]["Properties"]


def test_a_poll_of_the_console_costs_neither_a_trace_nor_a_line_of_lambdas(resources: Resources) -> None:
    console = resources["OperatorConsole"]["Properties"]

    assert console["LoggingConfig"]["SystemLogLevel"] == "WARN"
    assert console.get("TracingConfig", {}).get("Mode") != "Active"


@for_each("logical", LOGICAL_IDS)
def test_logs_are_json_in_a_group_that_forgets(logical: str, resources: Resources) -> None:
    logging = resources[logical]["Properties"]["LoggingConfig"]

    group = of_type(resources, "AWS::Logs::LogGroup")[target_of(logging["LogGroup"])]

    assert logging["LogFormat"] == "JSON"
    assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert group["LogGroupName"] == {
        "Fn::Sub": ["/aws/lambda/${AWS::StackName}/${Service}", {"Service": service_of(logical)}]
    }


@pytest.mark.parametrize(("logical", "seconds"), [("PollMentions", 60), ("Sweep", 300), ("ChaseCases", 60)])
def test_a_scheduled_function_ends_before_its_schedule_starts_it_again(
    logical: str, seconds: int, resources: Resources
) -> None:
    assert resources[logical]["Properties"]["Timeout"] < seconds


def test_all_functions_share_one_source_root() -> None:
    assert template()["Globals"]["Function"]["CodeUri"] == "../functions/"
    assert not [logical for logical, properties in functions().items() if "CodeUri" in properties]


def test_sam_builds_the_pinned_packages() -> None:
    pins = ROOT / "requirements" / "functions.txt"

    read_by_sam = ROOT / "functions" / "requirements.txt"

    assert read_by_sam.read_bytes() == pins.read_bytes()


def test_nothing_is_used_that_the_local_aws_does_not_know(resources: Resources) -> None:
    unknown = {"AWS::CloudWatch::CompositeAlarm", "AWS::Budgets::Budget", "AWS::Logs::QueryDefinition"}

    used: set[Any] = {one["Type"] for one in resources.values()}

    assert not used & unknown
