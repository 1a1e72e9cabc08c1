import importlib
from typing import Any
from unittest.mock import MagicMock

import pytest

from desk.errors import SettingsError
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
MAY_BE_EMPTY = {("AnswerCase", "API_URL"), ("OperatorConsole", "API_URL")}
"""Their pages then use the domain at which API Gateway was called."""
SERVICES = {
    "PollMentions": "poll_mentions",
    "RouteInquiry": "route_inquiry",
    "Sweep": "sweep",
    "CheckSubscriptions": "check_subscriptions",
    "PostUpdate": "post_update",
    "PublishPost": "publish_post",
    "Greet": "greet",
    "DailyDigest": "daily_digest",
    "MailFeedback": "mail_feedback",
    "IndexAnswers": "index_answers",
    "OpenReport": "open_report",
    "AnswerCase": "answer_case",
    "OperatorConsole": "operator_console",
    "ChaseCases": "chase_cases",
    "FollowDeletions": "follow_deletions",
    "LookUp": "look_up",
}


@pytest.mark.parametrize("logical", LOGICAL_IDS)
def test_a_handler_resolves_to_a_function_that_takes_event_and_context(logical: str) -> None:
    module, name = functions()[logical]["Handler"].rsplit(".", 1)

    handler = getattr(importlib.import_module(module), name)

    assert callable(handler)


def test_every_folder_with_a_handler_is_deployed() -> None:
    source = ROOT / "functions"

    folders = {".".join(file.parent.relative_to(source).parts) for file in source.rglob("handler.py")}

    assert {folder_of(logical) for logical in LOGICAL_IDS} == folders


@pytest.mark.parametrize("logical", LOGICAL_IDS)
def test_a_function_is_given_exactly_the_settings_that_its_code_reads(logical: str, resources: Resources) -> None:
    given = set(resources[logical]["Properties"]["Environment"]["Variables"])

    read = settings_read_by(folder_of(logical))

    assert read, "nothing was found in the code, so this test would prove nothing"
    assert given == read | POWERTOOLS


@pytest.mark.parametrize(
    ("logical", "missing"),
    [(logical, name) for logical in LOGICAL_IDS for name in sorted(settings_read_by(folder_of(logical)))],
)
def test_a_missing_or_empty_setting_is_named_at_the_start(
    logical: str, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("boto3.client", MagicMock())  # a real one takes much longer to make than all the rest
    folder = folder_of(logical)
    settings = dict.fromkeys(settings_read_by(folder), "https://something.example")
    wire = importlib.import_module(f"{folder}.wiring").wire

    with pytest.raises(SettingsError, match=missing):
        wire({name: value for name, value in settings.items() if name != missing})
    if (logical, missing) not in MAY_BE_EMPTY:
        with pytest.raises(SettingsError, match=missing):
            wire(settings | {missing: ""})


@pytest.mark.parametrize("logical", LOGICAL_IDS)
def test_metrics_of_two_desks_in_one_account_stay_apart(logical: str, resources: Resources) -> None:
    service = resources[logical]["Properties"]["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]

    assert service == {"Fn::Sub": f"${{AWS::StackName}}-{SERVICES[logical]}"}


def test_only_the_publisher_has_code_that_makes_a_post_on_x() -> None:
    makers = {logical for logical in LOGICAL_IDS if "create_post" in methods_called_by(folder_of(logical))}

    assert makers == {"PublishPost"}


@pytest.mark.parametrize("logical", LOGICAL_IDS)
def test_a_function_runs_on_the_python_and_architecture_it_is_built_for(logical: str, resources: Resources) -> None:
    properties = resources[logical]["Properties"]

    assert (properties["Runtime"], properties["Architectures"]) == ("python3.13", ["arm64"])
    assert properties["TracingConfig"] == {"Mode": "Active"}


@pytest.mark.parametrize("logical", LOGICAL_IDS)
def test_logs_are_json_in_a_group_that_forgets(logical: str, resources: Resources) -> None:
    logging = resources[logical]["Properties"]["LoggingConfig"]

    group = of_type(resources, "AWS::Logs::LogGroup")[target_of(logging["LogGroup"])]

    assert logging["LogFormat"] == "JSON"
    assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert {"Fn::Sub": f"/aws/lambda/${{AWS::StackName}}/{service_of(logical)}"} == group["LogGroupName"]


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
