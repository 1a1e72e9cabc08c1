"""The parts of `make deploy`, besides SAM.

It first checks where (`deploy-target`), passes `deploy-arguments` to SAM, and at the end runs `deploy-protect` and
`deploy-settings`.
"""

from typing import Annotated

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError

from desk.clock import utc_now
from desk.live_settings.store import seed_missing
from local.brand.compile import this_year
from local.brand.load import DESK_FILE, load_desk
from local.brand.parameters import stack_name
from local.cli.aws_errors import aws_errors
from local.cli.errors import UserError
from local.cli.options import DeskOption
from local.deployed.deployment import (
    Deployment,
    deployment_of,
    refuse_dead_stack,
    refuse_domain_without_stage,
    refuse_edited_stack,
    refuse_stale_build,
)
from local.deployed.indexes import refuse_index_changes
from local.deployed.live_settings import settings_of
from local.deployed.release import refuse_no_release, release_of
from local.deployed.stack import deployed_stack, find_stack

OverwriteOption = Annotated[
    bool, typer.Option("--overwrite", envvar="DOROTHY_OVERWRITE", help="Overwrite changes made by hand on AWS.")
]

UnreleasedOption = Annotated[
    bool, typer.Option("--unreleased", envvar="DOROTHY_UNRELEASED", help="Deploy a checkout that is no release.")
]


def deploy_target(
    desk: DeskOption = DESK_FILE, *, overwrite: OverwriteOption = False, unreleased: UnreleasedOption = False
) -> None:
    """Print the stack, account, region and release of a deployment; fail if it could not be deployed there."""
    deployment = deployment_of(load_desk(desk), year=this_year(), release=_release(is_any=unreleased))
    session = boto3.Session()
    if session.region_name is None:
        raise UserError("No region is set; name it in AWS_DEFAULT_REGION (AWS_REGION is not read).")
    with aws_errors():
        account = session.client("sts").get_caller_identity()["Account"]
    _refuse_what_would_fail(session, deployment, overwrite=overwrite)
    typer.echo(f"{deployment.stack} in account {account}, region {session.region_name}: {deployment.release}")


def deploy_arguments(
    desk: DeskOption = DESK_FILE, *, overwrite: OverwriteOption = False, unreleased: UnreleasedOption = False
) -> None:
    """Print the arguments of `sam deploy` from desk.yaml; fail if the stack or the build differs from it."""
    loaded, year = load_desk(desk), this_year()
    deployment = deployment_of(loaded, year=year, release=_release(is_any=unreleased))
    refuse_stale_build(loaded, year=year)
    _refuse_what_would_fail(boto3.Session(), deployment, overwrite=overwrite)
    typer.echo("\n".join(deployment.arguments()))


def deploy_protect(desk: DeskOption = DESK_FILE) -> None:
    """Protect the deployed stack from being deleted; doing it again changes nothing."""
    with aws_errors():
        cloudformation = boto3.client("cloudformation")
        stack = deployed_stack(cloudformation, stack_name(load_desk(desk)))
    try:
        cloudformation.update_termination_protection(StackName=stack.name, EnableTerminationProtection=True)
    except (BotoCoreError, ClientError) as exc:
        raise UserError(
            f"{stack.name} is deployed, but one command could still delete it; run `make deploy` again. AWS says: {exc}"
        ) from exc
    typer.echo(f"{stack.name} is protected from being deleted.")


def deploy_settings(desk: DeskOption = DESK_FILE) -> None:
    """Store the live settings of desk.yaml that the deployed desk does not have yet; the others stay as they are."""
    with aws_errors():
        stack = deployed_stack(boto3.client("cloudformation"), stack_name(load_desk(desk)))
        found = settings_of(boto3.client("dynamodb"), stack, desk)
        for key in seed_missing(found.store, found.seeds, utc_now()):
            typer.echo(f"{key} is now a live setting, as in desk.yaml.")


def _release(*, is_any: bool) -> str:
    release = release_of()
    if not is_any:
        refuse_no_release(release)
    return release.name


def _refuse_what_would_fail(session: boto3.Session, deployment: Deployment, *, overwrite: bool) -> None:
    with aws_errors():
        stack = find_stack(session.client("cloudformation"), deployment.stack)
    refuse_dead_stack(stack)
    refuse_domain_without_stage(deployment, stack)
    with aws_errors():
        refuse_index_changes(session.client("dynamodb"), stack)
    if not overwrite:
        refuse_edited_stack(deployment, stack)
