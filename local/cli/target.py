"""Which desk a command acts on: the stack on AWS, or the desk that `dorothy up` runs on this machine.

If only one of them is possible, it is that one; if both are, the command does nothing without `--local` or `--aws`. So
nobody acts on production by mistake, nor on the local desk. Each command says on stderr which one it acts on.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import typer
from botocore.config import Config

from desk.links import X_SITE
from local.aws.clients import Aws
from local.brand.load import load_desk
from local.brand.parameters import stack_name
from local.cli.errors import UserError
from local.deployed.stack import Stack, deployed_stack
from local.running_desk import UP, RunningDesk, UnusableStateError, running_desk

_CREDENTIALS = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
"""Settings by which somebody points AWS's own tools at an account."""


@dataclass(frozen=True, slots=True)
class Target:
    """A desk to act on: its stack, where people see its posts, and clients of the AWS that it runs on."""

    stack: Stack
    x_site: str = X_SITE
    local: Aws | None = field(default=None, repr=False)

    def client(self, service: str, patience: Config | None = None) -> Any:
        """A client of the service. `patience` is for AWS; those of the local AWS wait long and try once."""
        if self.local:
            return self.local.client(service)
        make: Any = boto3.client  # typed per service in the stubs; here the service is a value
        return make(service, config=patience)


def target(desk: Path, *, local: bool | None) -> Target:
    """The desk to act on, printed on stderr; `desk` is the brand's desk.yaml.

    Raises UserError where none runs on this machine though it is asked for, and where two can be meant.
    """
    name = stack_name(load_desk(desk))
    running = None if local is False else _running()
    if local and running is None:
        raise UserError(f"No local desk is running in {UP}; `make up` starts one.")
    if local is None and running and (named := aws_configured_by(os.environ)):
        raise UserError(
            f"Which desk? One runs on this machine, and {named} points at AWS. Say --local or --aws.", exit_code=2
        )
    found = _on_this_machine(running) if running else Target(deployed_stack(boto3.client("cloudformation"), name))
    typer.echo(_description(found), err=True)
    return found


def aws_configured_by(environment: Mapping[str, str]) -> str:
    """By what an account on AWS is named on this machine; "" when by nothing that can be found without asking AWS."""
    name = next((name for name in _CREDENTIALS if environment.get(name)), "")
    if name:
        return name
    profiles = boto3.Session().available_profiles
    return f"the profile {profiles[0]} of AWS's own files" if profiles else ""


def _running() -> RunningDesk | None:
    try:
        return running_desk()
    except UnusableStateError as exc:
        raise UserError(str(exc)) from exc


def _on_this_machine(running: RunningDesk) -> Target:
    aws = Aws(running.aws)
    return Target(deployed_stack(aws.client("cloudformation"), running.stack), running.x, aws)


def _description(found: Target) -> str:
    if found.local:
        return f"On the local desk, whose X is {found.x_site}."
    return f"On AWS: the stack {found.stack.name}{found.stack.place}."
