import subprocess

import pytest

from local.brand.parameters import ROOT


@pytest.mark.parametrize("argument", ["--region", "--region=ap-northeast-2", "--profile", "--profile=work"])
def test_account_and_region_come_from_the_environment_which_every_command_reads(argument: str) -> None:
    told = subprocess.run([ROOT / "infra" / "deploy", argument], capture_output=True, text=True, check=False)

    assert told.returncode == 2
    assert "AWS_PROFILE and AWS_DEFAULT_REGION" in told.stderr
    assert told.stdout == ""
