import json
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner, Result

from local.cli.main import app
from post_update.api.auth import TokenRight, parse_tokens
from tests.tables import Dynamo


class Secret:
    """The deployed stack's secret."""

    def __init__(self, client: Any, secret_id: str) -> None:
        self.client = client
        self.id = secret_id

    def value(self) -> str:
        return str(self.client.get_secret_value(SecretId=self.id)["SecretString"])


@pytest.fixture
def secret(deployed_tables: Dynamo, deployed_outputs: dict[str, str]) -> Secret:
    client: Any = boto3.client("secretsmanager")
    secret_id = deployed_outputs["ApiTokensSecret"] = client.create_secret(Name="tokens", SecretString="{}")["ARN"]
    return Secret(client, secret_id)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["token", *arguments])


def test_a_token_is_shown_once_and_is_good_at_the_api(secret: Secret) -> None:
    shown = run("add", "cms").stdout.strip()

    [stored] = parse_tokens(secret.value())
    assert (stored.name, stored.token, stored.may) == ("cms", shown, frozenset({TokenRight.POST}))
    assert len(shown) >= 43
    assert shown not in run("list").output


def test_tokens_differ(secret: Secret) -> None:
    assert run("add", "cms").stdout != run("add", "cms-2027").stdout


def test_only_a_token_with_the_right_to_pause_may_pause(secret: Secret) -> None:
    run("add", "cms")
    run("add", "editor", "--may-pause")

    assert run("list").stdout == "cms\tpost\neditor\tpause, post\n"


def test_a_tool_that_answers_cases_need_not_post(secret: Secret) -> None:
    run("add", "crm", "--may", "cases:read", "--may", "cases:answer")

    assert run("list").stdout == "crm\tcases:answer, cases:read\n"


def test_an_unknown_right_is_refused(secret: Secret) -> None:
    assert run("add", "crm", "--may", "everything").exit_code == 2
    assert secret.value() == "{}"


def test_a_removed_token_is_gone_and_the_others_stay(secret: Secret) -> None:
    run("add", "cms")
    run("add", "cms-2027")

    result = run("remove", "cms")

    assert result.exit_code == 0
    assert run("list").stdout == "cms-2027\tpost\n"


def test_a_name_that_has_a_token_keeps_it(secret: Secret) -> None:
    run("add", "cms")
    before = secret.value()

    result = run("add", "cms", "--may-pause")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "already" in result.stderr
    assert secret.value() == before


@pytest.mark.parametrize("name", ["", "The CMS", "a" * 41, "schedule", "-x\n"])
def test_a_name_that_would_confuse_is_refused(secret: Secret, name: str) -> None:
    result = run("add", "--", name)

    assert result.exit_code == 1
    assert "is no name" in result.stderr
    assert secret.value() == "{}"


def test_removing_what_is_not_there_says_so(secret: Secret) -> None:
    result = run("remove", "cms")

    assert (result.exit_code, result.stderr.splitlines()[1:]) == (1, ["cms has no token."])


@pytest.mark.parametrize("value", ["{", "[]", json.dumps({"cms": {"token": "hand-made", "may": ["post"]}})])
def test_a_secret_edited_by_hand_is_neither_overwritten_nor_shown(secret: Secret, value: str) -> None:
    secret.client.put_secret_value(SecretId=secret.id, SecretString=value)

    result = run("add", "editor")

    assert result.exit_code == 1
    assert "edited" in result.stderr
    assert "hand-made" not in result.output
    assert secret.value() == value


@pytest.mark.usefixtures("deployed_tables")
def test_a_stack_without_an_api_says_so() -> None:
    result = run("list")

    assert result.exit_code == 1
    assert "make deploy" in result.stderr
