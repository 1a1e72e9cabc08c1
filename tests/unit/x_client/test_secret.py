import json
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from desk.errors import SettingsError, Unavailable
from desk.x.transport import XSecret
from tests.unit.x_client.conftest import credentials

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_secretsmanager import SecretsManagerClient

NAME = "dorothy/x"
PARTS = {name: getattr(credentials(), name) for name in credentials().__slots__}


@pytest.fixture
def client() -> "Iterator[SecretsManagerClient]":
    with mock_aws():
        yield boto3.client(
            "secretsmanager", region_name="ap-northeast-2", aws_access_key_id="test", aws_secret_access_key="test"
        )


def test_the_secret_holds_all_five_parts(client: "SecretsManagerClient") -> None:
    client.create_secret(Name=NAME, SecretString=json.dumps(PARTS | {"bearer_token": " bearer-token-1\n"}))

    assert XSecret(client, NAME).read() == credentials()


def test_a_rotated_secret_is_seen_when_it_is_read_anew(client: "SecretsManagerClient") -> None:
    client.create_secret(Name=NAME, SecretString=json.dumps(PARTS))
    secret = XSecret(client, NAME)
    secret.read()
    client.put_secret_value(SecretId=NAME, SecretString=json.dumps(PARTS | {"api_key": "rotated"}))

    cached = secret.read()
    renewed = secret.read(fresh=True)

    assert cached.api_key == "api-key-1"
    assert renewed.api_key == "rotated"
    assert secret.read().api_key == "rotated"


def test_a_secret_that_is_filled_in_after_a_failure_is_seen_at_once(client: "SecretsManagerClient") -> None:
    client.create_secret(Name=NAME, SecretString="{}")
    secret = XSecret(client, NAME)
    with pytest.raises(SettingsError):
        secret.read()

    client.put_secret_value(SecretId=NAME, SecretString=json.dumps(PARTS))

    assert secret.read() == credentials()


@pytest.mark.parametrize(
    "value",
    [
        "access-token-1",
        '"access-token-1"',
        '{"access_token": "access-token-1"',
        json.dumps(PARTS | {"api_key": ""}),
        json.dumps(PARTS | {"api_key": 5}),
        json.dumps(PARTS | {"api_key": "two\r\nlines"}),
        json.dumps({"access_token": "access-token-1"}),
    ],
)
def test_a_malformed_secret_is_rejected_without_quoting_it(client: "SecretsManagerClient", value: str) -> None:
    client.create_secret(Name=NAME, SecretString=value)

    with pytest.raises(SettingsError) as caught:
        XSecret(client, NAME).read()

    assert NAME in str(caught.value)
    assert "access-token-1" not in f"{caught.value!r}{caught.value.__cause__!r}"


def test_a_secret_that_does_not_exist_is_a_wrong_setting(client: "SecretsManagerClient") -> None:
    with pytest.raises(SettingsError, match="ResourceNotFoundException"):
        XSecret(client, NAME).read()


def test_an_unavailable_secrets_manager_is_not_a_wrong_setting() -> None:
    unreachable = boto3.client(
        "secretsmanager",
        region_name="ap-northeast-2",
        endpoint_url="http://127.0.0.1:1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )

    with pytest.raises(Unavailable):
        XSecret(unreachable, NAME).read()
