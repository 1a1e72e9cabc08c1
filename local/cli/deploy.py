"""`dorothy deploy-arguments`: what infra/deploy tells `sam deploy`."""

from typing import Annotated

import boto3
import typer

from local.brand.compile import this_year
from local.brand.load import DESK_FILE, load_desk
from local.cli.aws_errors import aws_errors
from local.cli.check import DeskOption
from local.deployed.deployment import deployment_of, refuse_edited_stack, refuse_stale_build
from local.deployed.stack import find_stack

OverwriteOption = Annotated[
    bool, typer.Option("--overwrite", envvar="DOROTHY_OVERWRITE", help="Undo what was edited by hand on AWS.")
]


def deploy_arguments(desk: DeskOption = DESK_FILE, *, overwrite: OverwriteOption = False) -> None:
    """Print the arguments of `sam deploy` that desk.yaml decides; refuse when what runs or was built drifted."""
    loaded, year = load_desk(desk), this_year()
    deployment = deployment_of(loaded, year=year)
    refuse_stale_build(loaded, year=year)
    if not overwrite:
        with aws_errors():
            stack = find_stack(boto3.client("cloudformation"), deployment.stack)
        refuse_edited_stack(deployment, stack)
    typer.echo("\n".join(deployment.arguments()))
