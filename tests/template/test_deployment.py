import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.brand.load import load_desk
from local.deployed.deployment import RELEASE, deployment_of
from local.deployed.site import FUNCTIONS
from tests.template.stack_template import ROOT, Resources, functions, listed, template, unrolled

YEAR = 2026


def test_every_parameter_of_the_template_is_derived_so_that_none_keeps_what_a_hand_wrote() -> None:
    derived = deployment_of(load_desk(), year=YEAR).parameters

    assert set(derived) | {RELEASE} == set(template()["Parameters"])


def test_every_output_that_commands_use_exists() -> None:
    used = {
        name
        for file in sorted((ROOT / "local" / "deployed").glob("*.py"))
        for name in re.findall(r'outputs\["(\w+)"\]', file.read_text(encoding="utf-8"))
    } | set(FUNCTIONS)

    assert used - set(template()["Outputs"]) == set()
    assert set(FUNCTIONS) == set(functions())


def test_the_template_refers_to_nothing_that_only_sam_will_make() -> None:
    """AWS::LanguageExtensions runs before SAM and sees every reference as it is written here."""
    written = unrolled()
    there = set(written["Resources"]) | set(written["Parameters"])

    assert {name for name in referred_to(written) if not name.startswith("AWS::")} <= there


def referred_to(value: Any) -> Iterator[str]:
    """Every name in a Ref, GetAtt, Sub or DependsOn below."""
    if isinstance(value, list):
        for one in value:
            yield from referred_to(one)
    if not isinstance(value, dict):
        return
    for key, below in value.items():
        match key, below:
            case "Ref", str():
                yield below
            case "Fn::GetAtt", [str() as name, *_]:
                yield name
            case "Fn::Sub", str():
                yield from names_in(below)
            case "Fn::Sub", [str() as text, dict() as given]:
                yield from set(names_in(text)) - set(given)
                yield from referred_to(given)
            case "DependsOn", _:
                yield from listed(below)
            case _:
                yield from referred_to(below)


def names_in(text: str) -> list[str]:
    """What a Sub puts in, less attributes; `${!Literal}` is none."""
    return [name if name.startswith("AWS::") else name.split(".")[0] for name in re.findall(r"\$\{([^!}]+)\}", text)]


@pytest.mark.parametrize(
    "written",
    [
        {"Stage": {"Ref": "DeskApi.Stage"}},
        {"Stage": {"Fn::Sub": "${DeskApiStage.Name}/x"}},
        {"Stage": {"Fn::Sub": ["${given} ${DeskApiStage}", {"given": {"Ref": "DeskApi"}}]}},
        {"Stage": {"Fn::If": ["Any", {"Fn::GetAtt": ["DeskApiStage", "Name"]}, "x"]}},
        {"DependsOn": ["DeskApi", "DeskApiStage"]},
        {"DependsOn": "DeskApiStage"},
    ],
)
def test_a_reference_is_found_in_every_form(written: dict[str, Any]) -> None:
    assert set(referred_to(written)) - {"DeskApi"} in ({"DeskApi.Stage"}, {"DeskApiStage"})


def test_nobody_may_come_to_the_api_before_a_token_is_added(resources: Resources) -> None:
    assert json.loads(resources["ApiTokensSecret"]["Properties"]["SecretString"]) == {}


def test_the_secret_is_born_with_names_and_without_values(resources: Resources) -> None:
    born = json.loads(resources["XSecret"]["Properties"]["SecretString"])

    assert set(born) == {"api_key", "api_secret", "access_token", "access_token_secret", "bearer_token"}
    assert not any(born.values())


HOLDING = {"AWS::Cognito::UserPool", "AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SecretsManager::Secret"}
"""Types of resources that hold what no deployment can make again."""


def test_what_cannot_be_made_again_outlives_the_stack_and_nothing_else_does(resources: Resources) -> None:
    """What else stayed would be in the way of a new one, as a domain of Cognito that an old pool still has."""
    kept = {
        logical
        for logical, one in resources.items()
        if (one.get("DeletionPolicy"), one.get("UpdateReplacePolicy")) == ("Retain", "Retain")
    }
    policies = [logical for logical, one in resources.items() if {"DeletionPolicy", "UpdateReplacePolicy"} & one.keys()]

    assert kept == {logical for logical, one in resources.items() if one["Type"] in HOLDING} == set(policies)


def test_the_pool_of_people_is_protected_from_being_deleted(resources: Resources) -> None:
    assert resources["SignInPool"]["Properties"]["DeletionProtection"] == "ACTIVE"


def test_samconfig_decides_nothing_that_desk_yaml_decides() -> None:
    written = Path(ROOT / "samconfig.toml").read_text(encoding="utf-8")

    assert "parameter_overrides" not in written
    assert "stack_name" not in written
    assert written.count("language_extensions = true") == 3
