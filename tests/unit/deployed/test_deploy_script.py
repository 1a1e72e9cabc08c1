import os
import shutil
import subprocess
from pathlib import Path

import pytest

from local.brand.parameters import ROOT

pytestmark = pytest.mark.process


@pytest.mark.parametrize("argument", ["--region", "--region=ap-northeast-2", "--profile", "--profile=work"])
def test_account_and_region_come_from_the_environment_which_every_command_reads(argument: str) -> None:
    told = subprocess.run([ROOT / "infra" / "deploy", argument], capture_output=True, text=True, check=False)

    assert told.returncode == 2
    assert "AWS_PROFILE and AWS_DEFAULT_REGION" in told.stderr
    assert told.stdout == ""


@pytest.mark.parametrize(
    ("target", "last"), [("deploy", "infra/deploy"), ("changeset", "infra/deploy --no-execute-changeset")]
)
def test_the_target_is_checked_before_the_build(target: str, last: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    told = subprocess.run(
        ["make", "-n", "--no-print-directory", "-o", "setup", "-o", ".venv/sam/ready", target],
        cwd=ROOT,
        env=environment,  # the tests may themselves be run by make
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.splitlines() == [".venv/bin/dorothy deploy-target", "infra/build", last]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the script, and with tools that write down what they are asked, and fail if told to."""
    for tool, name in ((".venv/bin", "dorothy"), (".venv/sam/bin", "sam")):
        path = tmp_path / tool / name
        path.parent.mkdir(parents=True)
        path.write_text(f'#!/bin/sh\necho {name} $1 >> {tmp_path}/asked\n[ "$1" != "$FAILING" ]\n', encoding="utf-8")
        path.chmod(0o755)
    (tmp_path / "infra").mkdir()
    shutil.copy(ROOT / "infra" / "deploy", tmp_path / "infra" / "deploy")
    return tmp_path


ARGUMENTS, SAM, PROTECT = "dorothy deploy-arguments", "sam deploy", "dorothy deploy-protect"
SETTINGS = "dorothy deploy-settings"


@pytest.mark.parametrize(
    ("failing", "argument", "asked", "code"),
    [
        ("", "--confirm-changeset", [ARGUMENTS, SAM, PROTECT, SETTINGS], 0),
        ("", "--no-execute-changeset", [ARGUMENTS, SAM], 0),
        ("deploy-arguments", "--confirm-changeset", [ARGUMENTS], 1),
        ("deploy", "--confirm-changeset", [ARGUMENTS, SAM], 1),
        ("deploy-protect", "--confirm-changeset", [ARGUMENTS, SAM, PROTECT], 1),
        ("deploy-settings", "--confirm-changeset", [ARGUMENTS, SAM, PROTECT, SETTINGS], 1),
    ],
    ids=[
        "a deployment",
        "a change set",
        "drift",
        "a deployment that failed",
        "AWS that refuses protection",
        "a table that gives no answer",
    ],
)
def test_a_stack_is_protected_and_its_live_settings_are_seeded_once_it_is_deployed(
    checkout: Path, failing: str, argument: str, asked: list[str], code: int
) -> None:
    ended = subprocess.run(
        [checkout / "infra" / "deploy", argument], env={**os.environ, "FAILING": failing}, check=False
    )

    assert ended.returncode == code
    assert (checkout / "asked").read_text(encoding="utf-8").splitlines() == asked
