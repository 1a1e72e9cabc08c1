import os
import subprocess

import pytest

from local.brand.parameters import ROOT


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
