"""The command line `dorothy`: which commands there are. What each does is in the module of its name."""

from importlib.metadata import version
from typing import Annotated

import typer

from desk.clock import utc_now
from local.cli.check import check
from local.cli.compile import compile_desk
from local.cli.demo import demo
from local.cli.deploy import deploy_arguments, deploy_protect, deploy_settings, deploy_target
from local.cli.doctor import doctor
from local.cli.erase import erase
from local.cli.errors import PoliteGroup
from local.cli.evaluate import evaluate
from local.cli.failed import failed
from local.cli.feedback import feedback
from local.cli.init import init
from local.cli.link import link
from local.cli.pause import pause, resume
from local.cli.posts import drop, posts, release, settle
from local.cli.preview import preview
from local.cli.push_keys import push_keys
from local.cli.read import read
from local.cli.replay import replay_mentions
from local.cli.report import reports, revoke
from local.cli.restore import restore
from local.cli.schema import schema
from local.cli.settings import settings
from local.cli.smoke import smoke
from local.cli.subscribe import subscribe
from local.cli.token import token
from local.cli.trace import trace
from local.cli.train import train
from local.cli.up import up
from local.cli.weigh import weigh
from local.cli.x import x
from local.preview.folder import remove_expired

app = typer.Typer(
    name="dorothy",
    cls=PoliteGroup,
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


app.command("demo")(demo)
app.command("up")(up)
app.command("init")(init)
app.command("preview")(preview)
app.command("check")(check)
app.command("compile")(compile_desk)
app.command("read")(read)
app.command("train")(train)
app.command("evaluate")(evaluate)
app.command("schema")(schema)
app.command("deploy-target")(deploy_target)
app.command("deploy-arguments")(deploy_arguments)
app.command("deploy-protect")(deploy_protect)
app.command("deploy-settings")(deploy_settings)
app.command("subscribe")(subscribe)
app.command("push-keys")(push_keys)
app.command("replay")(replay_mentions)
app.command("reports")(reports)
app.command("revoke")(revoke)
app.command("link")(link)
app.command("feedback")(feedback)
app.command("erase")(erase)
app.command("restore")(restore)
app.command("pause")(pause)
app.command("resume")(resume)
app.command("posts")(posts)
app.command("settle")(settle)
app.command("release")(release)
app.command("drop")(drop)
app.command("doctor")(doctor)
app.command("trace")(trace)
app.command("smoke")(smoke)
app.command("weigh")(weigh)
app.command("x")(x)
app.add_typer(failed, name="failed")
app.add_typer(settings, name="settings")
app.add_typer(token, name="token")
