"""`dorothy token`: who may use the HTTP API."""

from pathlib import Path
from typing import Annotated

import typer

from local.brand.load import DESK_FILE
from local.cli.aws_errors import aws_errors
from local.cli.options import DeskOption, LocalOption
from local.cli.target import target
from local.deployed.tokens import Tokens
from post_update.api.auth import TokenRight

token = typer.Typer(no_args_is_help=True, help="Create, remove and list tokens for the HTTP API.")

NameArgument = Annotated[str, typer.Argument(help="The token's name, which its posts have, too.")]
MayOption = Annotated[
    list[TokenRight], typer.Option("--may", help="A right of the token, by default `post`; repeat it for more.")
]
PauseOption = Annotated[bool, typer.Option("--may-pause", help="It may also pause and resume the desk.")]
_POST = [TokenRight.POST]


@token.command("add")
def add(
    name: NameArgument,
    may: MayOption = _POST,
    desk: DeskOption = DESK_FILE,
    local: LocalOption = None,
    *,
    may_pause: PauseOption = False,
) -> None:
    """Create a token and print it once. Only the token is on stdout, so that it can be piped into a secret store."""
    with aws_errors():
        made = _tokens(desk, local=local).add(name, {*may, TokenRight.PAUSE} if may_pause else {*may})
    typer.echo(made)
    typer.echo(f"This is {name}'s token; it is not shown again. It is valid within a minute.", err=True)


@token.command("remove")
def remove(name: NameArgument, desk: DeskOption = DESK_FILE, local: LocalOption = None) -> None:
    """Remove a token, which ends its validity."""
    with aws_errors():
        _tokens(desk, local=local).remove(name)
    typer.echo(f"{name}'s token is invalid in five minutes at the latest.", err=True)


@token.command("list")
def names(desk: DeskOption = DESK_FILE, local: LocalOption = None) -> None:
    """List the names and rights of tokens; no token is shown."""
    with aws_errors():
        listed = _tokens(desk, local=local).names()
    for name, may in listed.items():
        typer.echo(f"{name}\t{', '.join(may)}")


def _tokens(desk: Path, *, local: bool | None) -> Tokens:
    meant = target(desk, local=local)
    return Tokens(meant.client("secretsmanager"), meant.stack)
