from collections.abc import Iterator

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws
from typer.testing import CliRunner

from local.cli.main import app
from local.deployed.release import Release

COMMANDS = (
    ["deploy-target"],
    ["deploy-protect"],
    ["deploy-settings"],
    ["subscribe"],
    ["subscribe", "--confirm", "https://sns.x.amazonaws.com/?TopicArn=a&Token=b"],
    ["smoke"],
)


@pytest.fixture(autouse=True)
def _no_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)  # it keeps the credentials of whoever used it first


@pytest.fixture(autouse=True)
def checkout(monkeypatch: pytest.MonkeyPatch) -> list[Release]:
    """What this checkout is said to be; a test may put something else in its place."""
    said = [Release("v0.2.0")]
    monkeypatch.setattr("local.cli.deploy.release_of", lambda: said[-1])
    return said


@pytest.mark.parametrize("command", COMMANDS)
def test_without_credentials_a_command_says_so_and_fails(command: list[str]) -> None:
    result = CliRunner().invoke(app, command)

    assert result.exit_code == 1
    assert result.stderr == "AWS says: Unable to locate credentials\n"


def test_a_wrong_link_is_refused_before_aws_is_asked() -> None:
    result = CliRunner().invoke(app, ["subscribe", "--confirm", "https://example.com"])

    assert result.exit_code == 1
    assert result.stderr.startswith("That is no confirmation link")


def test_a_build_of_another_desk_yaml_stops_the_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.cli.deploy.this_year", lambda: 2126)  # whose holidays are others

    result = CliRunner().invoke(app, ["deploy-arguments"])

    assert result.exit_code == 1
    assert result.stdout == ""
    assert "make build" in result.stderr


def test_without_a_region_nothing_is_deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")

    result = CliRunner().invoke(app, ["deploy-target"])

    assert (result.exit_code, result.stdout) == (1, "")
    assert "AWS_DEFAULT_REGION" in result.stderr


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")


@mock_aws
@pytest.mark.usefixtures("credentials")
def test_the_target_of_a_deployment_is_stack_account_and_region() -> None:
    result = CliRunner().invoke(app, ["deploy-target"])

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "dorothy-emerald in account 123456789012, region ap-northeast-2: v0.2.0\n"


@mock_aws
@pytest.mark.usefixtures("credentials")
def test_a_checkout_that_is_no_release_is_deployed_only_on_request(
    checkout: list[Release], monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout.append(Release("v0.2.0-3-gabc", ("functions/sweep/sweep.py",)))

    refused = CliRunner().invoke(app, ["deploy-target"])
    monkeypatch.setenv("DOROTHY_UNRELEASED", "1")
    told_to = CliRunner().invoke(app, ["deploy-target"])

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "functions/sweep/sweep.py" in refused.stderr
    assert told_to.stdout.endswith(": v0.2.0-3-gabc\n")


@mock_aws
@pytest.mark.usefixtures("credentials")
def test_a_stack_of_another_origin_is_overwritten_only_on_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    boto3.client("cloudformation").create_stack(
        StackName="dorothy-emerald", TemplateBody='{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}'
    )

    refused = CliRunner().invoke(app, ["deploy-target"])
    monkeypatch.setenv("DOROTHY_OVERWRITE", "1")
    told_to = CliRunner().invoke(app, ["deploy-target"])

    assert (refused.exit_code, told_to.exit_code) == (1, 0)
    assert "edited by hand" in refused.stderr


@pytest.fixture
def cloudformation(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """CloudFormation's answers, of which the first describes a deployed stack."""
    client = boto3.client("cloudformation")
    monkeypatch.setattr("boto3.client", lambda _service: client)
    outputs = [{"OutputKey": name, "OutputValue": "arn"} for name in ("TopicPrefix", "OnCallTopic")]
    deployed = {"StackName": "dorothy-emerald", "StackStatus": "CREATE_COMPLETE", "Outputs": outputs}
    with Stubber(client) as answers:
        answers.add_response("describe_stacks", {"Stacks": [deployed | {"CreationTime": "2026-11-24T00:00:00Z"}]})
        yield answers


@pytest.mark.usefixtures("credentials")
def test_a_deployed_stack_is_protected_from_being_deleted(cloudformation: Stubber) -> None:
    wanted = {"StackName": "dorothy-emerald", "EnableTerminationProtection": True}
    cloudformation.add_response("update_termination_protection", {}, wanted)

    result = CliRunner().invoke(app, ["deploy-protect"])

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "dorothy-emerald is protected from being deleted.\n"
    cloudformation.assert_no_pending_responses()


@pytest.mark.usefixtures("credentials")
def test_a_stack_that_could_not_be_protected_fails_the_deployment_in_one_sentence(cloudformation: Stubber) -> None:
    cloudformation.add_client_error("update_termination_protection", "AccessDenied", "not yours")

    result = CliRunner().invoke(app, ["deploy-protect"])

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("dorothy-emerald is deployed, but one command could still delete it; run `make dep")
    assert "not yours" in result.stderr
    assert len(result.stderr.splitlines()) == 1
