"""The command line `dorothy`: which commands there are. What each does is in the module that the table names.

Only the module of the given command is imported: all of them together take seconds, and somebody on call waits.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any, override

import typer
from typer.main import get_group

from desk.clock import utc_now
from local.cli.errors import PoliteGroup
from local.preview.folder import remove_expired

COMMANDS = {
    "demo": "demo:demo",
    "up": "up:up",
    "init": "init:init",
    "preview": "preview:preview",
    "check": "check:check",
    "compile": "compile:compile_desk",
    "read": "read:read",
    "train": "train:train",
    "evaluate": "evaluate:evaluate",
    "schema": "schema:schema",
    "deploy-target": "deploy:deploy_target",
    "deploy-arguments": "deploy:deploy_arguments",
    "deploy-protect": "deploy:deploy_protect",
    "deploy-settings": "deploy:deploy_settings",
    "subscribe": "subscribe:subscribe",
    "push-keys": "push_keys:push_keys",
    "replay": "replay:replay_mentions",
    "reports": "report:reports",
    "revoke": "report:revoke",
    "link": "link:link",
    "feedback": "feedback:feedback",
    "erase": "erase:erase",
    "restore": "restore:restore",
    "pause": "pause:pause",
    "resume": "pause:resume",
    "posts": "posts:posts",
    "settle": "posts:settle",
    "release": "posts:release",
    "drop": "posts:drop",
    "doctor": "doctor:doctor",
    "trace": "trace:trace",
    "smoke": "smoke:smoke",
    "weigh": "weigh:weigh",
    "x": "x:x",
    "failed": "failed:failed",
    "settings": "settings:settings",
    "token": "token:token",
}
"""The module of `local.cli` in which each command is, and its name there: a function, or a `Typer` of several."""


class _Commands(Mapping[str, Any]):
    """The commands by name, each of which is imported when it is asked for."""

    def __getitem__(self, name: str) -> Any:
        module, _, attribute = COMMANDS[name].partition(":")
        found = getattr(import_module(f"local.cli.{module}"), attribute)
        holder = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        if isinstance(found, typer.Typer):
            holder.add_typer(found, name=name)
        else:
            holder.command(name)(found)
        return get_group(holder).commands[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class _Dorothy(PoliteGroup):
    """The group of all commands."""

    @override
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"commands": _Commands()})


app = typer.Typer(
    name="dorothy",
    cls=_Dorothy,
    help="A desk for a brand's X account: it reads every mention and sends each inquiry to the right department.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"dorothy {version('dorothy')}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Options of `dorothy` itself. Whatever the command is, previews that have expired go first."""
    if expired := remove_expired(utc_now()):
        typer.echo(f"{expired} expired preview{'s are' if expired > 1 else ' is'} deleted.", err=True)
