"""`dorothy push-keys`: lets people's devices be notified."""

from pathlib import Path
from typing import Annotated

import typer

from desk.staff.devices import DeviceItems
from local.brand.load import DESK_FILE
from local.cli.aws_errors import aws_errors
from local.cli.options import DeskOption, LocalOption
from local.cli.target import target
from local.deployed.errors import DeployedError
from local.deployed.push_keys import make_keys

ReplaceOption = Annotated[
    bool, typer.Option("--replace", help="Make new keys, for example after a leak; all devices have to be added again.")
]


def push_keys(desk: DeskOption = DESK_FILE, local: LocalOption = None, *, replace: ReplaceOption = False) -> None:
    """Make the keys with which the desk notifies people's devices; if there are some, nothing changes.

    The private key is never printed. The public one is on stdout.
    """
    with aws_errors():
        typer.echo(_made(desk, local=local, replace=replace))
    typer.echo("People can now switch notifications on: in the console, under settings, on each device.", err=True)


def _made(desk: Path, *, local: bool | None, replace: bool) -> str:
    meant = target(desk, local=local)
    devices = DeviceItems(meant.client("dynamodb"), meant.stack.outputs["DeskTable"])
    if not (secret := meant.stack.outputs.get("PushSecret", "")):
        raise DeployedError(f"The stack {meant.stack.name} notifies no devices yet; run `make deploy` first.")
    return make_keys(meant.client("secretsmanager"), secret, devices, replace=replace)
