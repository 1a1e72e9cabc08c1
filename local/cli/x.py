"""`dorothy x`: the local X by itself."""

import signal
from collections.abc import Mapping
from errno import EADDRINUSE
from threading import Event
from typing import TYPE_CHECKING, Annotated, Any

import typer

from local.brand.load import DESK_FILE, load_desk
from local.cli.errors import UserError
from local.cli.options import DeskOption
from local.x.auth import Account, account_of

if TYPE_CHECKING:
    from local.x.server import RunningX

DEFAULT_PORT = 8008


def x(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")] = DEFAULT_PORT,
    desk: DeskOption = DESK_FILE,
    prepaid: Annotated[
        float | None, typer.Option("--credits", min=0, help="Prepaid dollars; when they are used up, X answers 402.")
    ] = None,
    *,
    show_credentials: Annotated[
        bool, typer.Option("--show-credentials", help="Print this run's API credentials, as JSON.")
    ] = False,
) -> None:
    """Run the local X until Ctrl-C: a page to post on as anyone, and X's API with rules, limits and faults.

    The account is that of desk.yaml. It forgets everything at its end, after it has printed what X would have billed;
    its credentials are new in every run.
    """
    end = Event()
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, lambda *_: end.set())
    with start_on(port, account_of(load_desk(desk))) as running:
        billing = running.app.api.billing
        billing.credits = None if prepaid is None else round(prepaid * 1_000_000)
        typer.echo(f"Local X: {running.url}  (Ctrl-C ends it)")
        if show_credentials:
            typer.echo(running.account.secret_json())
        end.wait()
        for line in bill_lines(billing.as_json(running.state.clock.now())):
            typer.echo(line)
    typer.echo("Local X ended.")


def bill_lines(bill: Mapping[str, Any]) -> list[str]:
    """What X would have billed, as text; empty if nothing was billed."""
    if not bill["micro_usd"]:
        return []
    rows = [
        f"  {name}: ${line['micro_usd'] / 1e6:.3f} for {line['calls']} calls and {line['items']} items"
        for name, line in bill["endpoints"].items()
        if line["micro_usd"]
    ]
    return [f"X would have billed ${bill['micro_usd'] / 1e6:.3f}:", *rows]


def start_on(port: int, account: Account) -> "RunningX":
    """Start the local X; raises UserError when the port cannot be used."""
    from local.x.server import start  # noqa: PLC0415 - its tables take time that `--help` should not

    try:
        return start(port=port, account=account)
    except OSError as error:
        why = "is taken by another program" if error.errno == EADDRINUSE else f"cannot be used: {error.strerror}"
        raise UserError(f"Port {port} {why}; give another one with --port, or 0 for a free one.") from error
