"""`dorothy failed`: what schedules, invocations, queues and the stream gave up."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from desk.clock import utc_now
from desk.health.failed_events import FailedEventItems
from local.brand.load import DESK_FILE
from local.cli.aws_errors import aws_errors
from local.cli.errors import UserError
from local.cli.options import DeskOption, LocalOption
from local.cli.pause import WhoOption, name_of
from local.cli.target import target
from local.deployed.failed_events import FailedEvents, RetryRefused
from local.deployed.replay import PATIENCE

failed = typer.Typer(no_args_is_help=True, help="List, show, retry and remove events that failed.")

IdsArgument = Annotated[list[str], typer.Argument(metavar="ID…", help="Ids as `dorothy failed list` prints them.")]


@failed.command("list")
def list_failed(desk: DeskOption = DESK_FILE, local: LocalOption = None) -> None:
    """List them by function and reason, the oldest first."""
    with aws_errors():
        made = _deployed(desk, local=local)
        groups = defaultdict(list)
        for event in made.store.all():
            groups[made.failure_of(event)[:2]].append(event)
    for (function, reason), events in groups.items():
        typer.echo(f"{function}: {reason}")
        for event in events:
            retried = f"\tretried by {event.retried_by}, not known to have arrived" if event.retried_at else ""
            typer.echo(f"  {event.id}\t{event.at:%Y-%m-%d %H:%M} UTC{retried}")
    typer.echo("Nothing has failed." if not groups else "`dorothy failed show ID` has the rest.", err=True)


@failed.command("show")
def show(event_id: str, desk: DeskOption = DESK_FILE, local: LocalOption = None) -> None:
    """Show one: its function, why it failed, and the event that the function was given."""
    with aws_errors():
        made = _deployed(desk, local=local)
        event = made.get(event_id)
    failure = made.failure_of(event)
    typer.echo(f"{event.id}\n{failure.function}: {failure.reason}\n{failure.payload}")


@failed.command("retry")
def retry(ids: IdsArgument, who: WhoOption = "", desk: DeskOption = DESK_FILE, local: LocalOption = None) -> None:
    """Send them back to where they came from, where that makes sense; each is removed once it was sent."""
    by = name_of(who)
    with aws_errors():
        made = _deployed(desk, local=local)
        _each(ids, lambda event_id: made.retry(event_id, by), "sent again")


@failed.command("remove")
def remove(ids: IdsArgument, desk: DeskOption = DESK_FILE, local: LocalOption = None) -> None:
    """Remove them without a retry."""
    with aws_errors():
        _each(ids, _deployed(desk, local=local).remove, "removed")


def _each(ids: Sequence[str], act: Callable[[str], None], done: str) -> None:
    """Do it with each; refusals are told after all others were done."""
    refusals: list[str] = []
    for event_id in ids:
        try:
            act(event_id)
        except RetryRefused as exc:
            refusals.append(f"{event_id}: {exc}")
        else:
            typer.echo(f"{event_id}\t{done}")
    if refusals:
        raise UserError("\n".join(refusals))


def _deployed(desk: Path, *, local: bool | None) -> FailedEvents:
    meant = target(desk, local=local)
    return FailedEvents(
        FailedEventItems(meant.client("dynamodb"), meant.stack.outputs["DeskTable"]),
        meant.stack.outputs,
        meant.client("lambda", PATIENCE),
        meant.client("sqs"),
        meant.client("dynamodbstreams"),
        utc_now,
    )
