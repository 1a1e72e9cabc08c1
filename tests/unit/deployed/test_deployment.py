from pathlib import Path

import pytest

from local.brand.compile import compiled_text
from local.brand.model import Api
from local.deployed.deployment import (
    deployment_of,
    refuse_dead_stack,
    refuse_domain_without_stage,
    refuse_edited_stack,
    refuse_stale_build,
)
from local.deployed.errors import DeployedError, DriftError
from local.deployed.stack import Stack
from tests.unit.deployed.scene import YEAR, desk, stack


def test_the_arguments_for_sam_hold_name_parameters_and_tags_each_on_a_line() -> None:
    arguments = deployment_of(desk(), year=YEAR).arguments()

    assert arguments[:2] == ["--stack-name", "dorothy-emerald"]
    assert {'Departments="billing,operator"', 'GreetingAt="45 8"', 'ApiDomain=""'} <= set(arguments)
    assert not [argument for argument in arguments if len(argument.splitlines()) != 1]


def test_the_release_is_given_with_each_deployment_and_is_no_drift() -> None:
    newer = deployment_of(desk(), year=YEAR, release="v0.2.0")
    deployed = stack(parameters=newer.parameters | {"Release": "v0.1.0"})

    refuse_edited_stack(newer, deployed)

    assert 'Release="v0.2.0"' in newer.arguments()
    assert newer.tags == deployment_of(desk(), year=YEAR, release="v0.1.0").tags


def test_a_first_deployment_is_never_refused() -> None:
    refuse_edited_stack(deployment_of(desk(), year=YEAR), None)


def test_a_changed_desk_yaml_may_change_what_it_deployed_before() -> None:
    deployed = stack()
    changed = deployment_of(desk().model_copy(update={"departments": {}}), year=YEAR)
    assert changed.parameters != deployed.parameters

    refuse_edited_stack(changed, deployed)


def test_parameters_that_a_hand_edited_are_not_overwritten_in_silence() -> None:
    wanted = deployment_of(desk(), year=YEAR)
    edited = stack(parameters=wanted.parameters | {"LogRetentionDays": "3"})

    with pytest.raises(DriftError, match="LogRetentionDays is '3' and would become '30'"):
        refuse_edited_stack(wanted, edited)


def test_a_stack_that_nobody_deployed_from_a_desk_yaml_is_not_overwritten_in_silence() -> None:
    wanted = deployment_of(desk(), year=YEAR)

    with pytest.raises(DriftError):
        refuse_edited_stack(wanted, stack(parameters={"Departments": "operator"}, tags={}))


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"])
def test_a_stack_that_can_only_be_deleted_is_refused_with_where_to_read_on(status: str) -> None:
    with pytest.raises(DeployedError, match=rf"{status}.*docs/releases.md"):
        refuse_dead_stack(stack(status=status))


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"])
def test_a_stack_that_can_be_updated_is_let_through(status: str) -> None:
    refuse_dead_stack(stack(status=status))
    refuse_dead_stack(None)


CERTIFICATE = "arn:aws:acm:ap-northeast-2:123456789012:certificate/0"
WITH_DOMAIN = desk().model_copy(update={"api": Api(domain="desk.emerald.example", certificate=CERTIFICATE)})


@pytest.mark.parametrize("unfinished", [None, stack(outputs={})])
def test_an_own_domain_waits_for_the_stage_that_the_first_deployment_makes(unfinished: Stack | None) -> None:
    with pytest.raises(DeployedError, match=r"without `api`"):
        refuse_domain_without_stage(deployment_of(WITH_DOMAIN, year=YEAR), unfinished)


def test_an_own_domain_comes_with_a_later_deployment() -> None:
    refuse_domain_without_stage(deployment_of(WITH_DOMAIN, year=YEAR), stack(outputs={"ApiUrl": "https://x"}))
    refuse_domain_without_stage(deployment_of(desk(), year=YEAR), None)


def test_a_build_of_another_desk_yaml_is_refused(tmp_path: Path) -> None:
    built = tmp_path / "brand.json"
    built.write_text(compiled_text(desk(billing=("other@emerald.example",)), year=YEAR), encoding="utf-8")

    with pytest.raises(DriftError, match="make build"):
        refuse_stale_build(desk(), built, year=YEAR)


def test_a_missing_build_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DriftError, match="make build"):
        refuse_stale_build(desk(), tmp_path / "brand.json", year=YEAR)


def test_the_build_of_this_desk_yaml_is_let_through(tmp_path: Path) -> None:
    built = tmp_path / "brand.json"
    built.write_text(compiled_text(desk(), year=YEAR), encoding="utf-8")

    refuse_stale_build(desk(), built, year=YEAR)
