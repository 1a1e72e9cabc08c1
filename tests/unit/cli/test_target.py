"""Which desk a command acts on: never production by mistake, never the local desk by mistake."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner, Result

from local.aws.clients import Aws
from local.cli import target as module
from local.cli.main import app
from local.deployed.stack import Stack
from local.running_desk import RunningDesk, UnusableStateError
from tests.tables import REGION, create_tables

LOCAL = RunningDesk("http://127.0.0.1:8010", "http://127.0.0.1:8008", "http://127.0.0.1:8009", "dorothy")
ON_LOCAL, ON_AWS = "On the local desk, whose X is http://127.0.0.1:8008.", "On AWS: the stack dorothy-emerald"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
KEYS: dict[str, Any] = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


class Desks:
    """What can be meant; `asked` are the stacks that a command looked up."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, tables: Any) -> None:
        self._monkeypatch = monkeypatch
        self._outputs = {"DeskTable": tables.desk, "PostsTable": tables.posts, "PostsQueueUrl": "https://queue"}
        self.asked: list[str] = []
        monkeypatch.setattr(module, "deployed_stack", self._stack)
        monkeypatch.setattr(Aws, "client", lambda _, service: boto3.client(service, **KEYS))

    def running(self, desk: RunningDesk | None) -> None:
        self._monkeypatch.setattr(module, "running_desk", lambda: desk)

    def aws_by(self, **environment: str) -> None:
        for name, value in environment.items():
            self._monkeypatch.setenv(name, value)

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    def _stack(self, _client: Any, name: str) -> Stack:
        self.asked.append(name)
        arn = f"arn:aws:cloudformation:{REGION}:123456789012:stack/{name}/1"
        return Stack(name, "UPDATE_COMPLETE", {}, self._outputs, {}, arn)


@pytest.fixture
def desks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Desks]:
    with mock_aws(config={"core": {"mock_credentials": False}}):
        for name in module._CREDENTIALS:
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
        monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
        client = boto3.client("dynamodb", **KEYS)
        yield Desks(monkeypatch, create_tables(client))


def test_the_running_desk_is_meant_where_nothing_points_at_aws(desks: Desks) -> None:
    desks.running(LOCAL)

    result = desks.run("pause", "--reason", "practice", "--who", "mina")

    assert (result.exit_code, result.stderr) == (0, f"{ON_LOCAL}\n")
    assert desks.asked == ["dorothy"]


def test_without_a_running_desk_aws_is_meant_and_named_with_account_and_region(desks: Desks) -> None:
    desks.aws_by(**CREDENTIALS)

    result = desks.run("pause", "--reason", "outage", "--who", "mina")

    assert (result.exit_code, result.stderr) == (0, f"{ON_AWS} in account 123456789012, region {REGION}.\n")
    assert desks.asked == ["dorothy-emerald"]


@pytest.mark.parametrize(
    "environment",
    [CREDENTIALS, {"AWS_PROFILE": "prod"}, {"AWS_WEB_IDENTITY_TOKEN_FILE": "/token"}],
    ids=lambda one: next(iter(one)),
)
def test_an_ambiguous_target_is_refused_until_it_is_chosen(desks: Desks, environment: dict[str, str]) -> None:
    desks.running(LOCAL)
    desks.aws_by(**environment)

    result = desks.run("pause", "--reason", "outage", "--who", "mina")

    assert (result.exit_code, desks.asked) == (2, [])
    assert result.stderr.count("\n") == 1
    assert f"{next(iter(environment))} points at AWS. Say --local or --aws." in result.stderr


def test_a_profile_in_awss_own_files_can_be_meant_too(desks: Desks, tmp_path: Path) -> None:
    desks.running(LOCAL)
    (tmp_path / "credentials").write_text("[default]\naws_access_key_id = x\naws_secret_access_key = y\n")

    result = desks.run("posts")

    assert (result.exit_code, desks.asked) == (2, [])
    assert "the profile default of AWS's own files points at AWS" in result.stderr


@pytest.mark.parametrize(
    ("flag", "told", "stack"), [("--local", ON_LOCAL, "dorothy"), ("--aws", ON_AWS, "dorothy-emerald")]
)
def test_a_flag_chooses_the_target(desks: Desks, flag: str, told: str, stack: str) -> None:
    desks.running(LOCAL)
    desks.aws_by(**CREDENTIALS)

    result = desks.run("posts", flag)

    assert (result.exit_code, desks.asked) == (0, [stack])
    assert result.stderr.startswith(told)
    assert result.stdout == ""


def test_a_local_desk_that_does_not_run_is_not_replaced_by_aws(desks: Desks) -> None:
    desks.aws_by(**CREDENTIALS)

    result = desks.run("posts", "--local")

    assert (result.exit_code, desks.asked) == (1, [])
    assert "No local desk is running" in result.stderr


def test_a_desk_that_is_just_starting_is_not_replaced_by_aws(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    def starting() -> None:
        raise UnusableStateError("it is just starting")

    monkeypatch.setattr(module, "running_desk", starting)

    result = desks.run("posts")

    assert (result.exit_code, result.stderr, desks.asked) == (1, "it is just starting\n", [])


@pytest.mark.parametrize(
    "command",
    ["posts", "settle", "release", "drop", "pause", "resume", "link", "reports", "revoke", "replay", "feedback"],
)
def test_every_command_on_a_desk_takes_the_choice(command: str) -> None:
    assert "--local" in CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"}).stdout


@pytest.mark.parametrize("command", ["add", "remove", "list"])
def test_so_does_every_command_on_tokens(command: str) -> None:
    assert "--local" in CliRunner().invoke(app, ["token", command, "--help"], env={"COLUMNS": "200"}).stdout
