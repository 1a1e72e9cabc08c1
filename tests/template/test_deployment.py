import json
import re
from pathlib import Path

from local.brand.load import load_desk
from local.deployed.deployment import deployment_of
from local.deployed.site import FUNCTIONS
from tests.template.stack_template import ROOT, Resources, functions, template

YEAR = 2026


def test_every_parameter_of_the_template_is_derived_so_that_none_keeps_what_a_hand_wrote() -> None:
    derived = deployment_of(load_desk(), year=YEAR).parameters

    assert set(derived) == set(template()["Parameters"])


def test_what_the_command_line_looks_up_is_an_output() -> None:
    used = {
        name
        for file in sorted((ROOT / "local" / "deployed").glob("*.py"))
        for name in re.findall(r'outputs\["(\w+)"\]', file.read_text(encoding="utf-8"))
    } | set(FUNCTIONS)

    assert used - set(template()["Outputs"]) == set()
    assert set(FUNCTIONS) == set(functions())


def test_nobody_may_come_to_the_door_before_a_token_is_added(resources: Resources) -> None:
    assert json.loads(resources["ApiTokensSecret"]["Properties"]["SecretString"]) == {}


def test_the_secret_is_born_with_names_and_without_values(resources: Resources) -> None:
    born = json.loads(resources["XSecret"]["Properties"]["SecretString"])

    assert set(born) == {"api_key", "api_secret", "access_token", "access_token_secret", "bearer_token"}
    assert not any(born.values())


def test_samconfig_decides_nothing_that_desk_yaml_decides() -> None:
    written = Path(ROOT / "samconfig.toml").read_text(encoding="utf-8")

    assert "parameter_overrides" not in written
    assert "stack_name" not in written
    assert written.count("language_extensions = true") == 3
