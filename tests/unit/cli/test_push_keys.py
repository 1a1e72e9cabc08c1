"""`dorothy push-keys`: the private key in the secret, the public one for browsers, and made once."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner, Result

from desk.staff.devices import Device, DeviceItems
from desk.staff.model import Person, Role
from local.cli.main import app
from notify_phones.web_push import public_key
from tests.failing_calls import KILLED_AFTER, Calls
from tests.fakes.in_trouble import Killed
from tests.tables import Dynamo

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PHONE = Device(
    "phone", Person("jimin", "박지민", Role.OPERATOR), "https://push.example/1", "BCVx", "BTBZ", "Chrome", "ko", NOON
)


@pytest.fixture
def secret(deployed_tables: Dynamo, deployed_outputs: dict[str, str]) -> str:
    client: Any = boto3.client("secretsmanager")
    arn = client.create_secret(Name="push", SecretString='{"private_key": ""}')["ARN"]
    deployed_outputs["PushSecret"] = arn
    return str(arn)


@pytest.fixture
def devices(deployed_tables: Dynamo) -> DeviceItems:
    return DeviceItems(deployed_tables.client, deployed_tables.tables.desk)


def private_key(secret: str) -> str:
    client: Any = boto3.client("secretsmanager")
    return str(json.loads(client.get_secret_value(SecretId=secret)["SecretString"])["private_key"])


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["push-keys", *arguments])


def test_keys_are_made_once_and_the_private_one_is_never_shown(secret: str, devices: DeviceItems) -> None:
    first = run()
    made = private_key(secret)

    assert first.stdout.strip() == public_key(made) == devices.public_key()
    assert made not in first.output
    devices.save(PHONE)
    assert run().stdout == first.stdout
    assert private_key(secret) == made
    assert list(devices.all(NOON)) == [PHONE]


def test_a_run_that_died_between_secret_and_table_is_made_up_for(secret: str, devices: DeviceItems) -> None:
    run()
    devices.save_public_key("")

    run()

    assert devices.public_key() == public_key(private_key(secret))


def test_new_keys_end_the_devices_that_have_the_old_one(secret: str, devices: DeviceItems) -> None:
    run()
    made = private_key(secret)
    devices.save(PHONE)

    run("--replace")

    assert private_key(secret) != made
    assert devices.public_key() == public_key(private_key(secret))
    assert list(devices.all(NOON)) == []


@pytest.mark.parametrize("place", range(5))
def test_a_replacement_that_died_leaves_no_device_with_the_old_key(
    secret: str, devices: DeviceItems, place: int
) -> None:
    old = run().stdout.strip()
    devices.save(PHONE)

    with suppress(Killed), Calls({place: KILLED_AFTER}).watched():
        run("--replace")
    public = run().stdout.strip()

    assert public == devices.public_key() == public_key(private_key(secret))
    assert public == old or list(devices.all(NOON)) == []


def test_a_secret_that_was_edited_by_hand_is_said(secret: str) -> None:
    client: Any = boto3.client("secretsmanager")
    client.put_secret_value(SecretId=secret, SecretString="no JSON")

    result = run()

    assert result.exit_code == 1
    assert "edited the secret by hand" in result.output
