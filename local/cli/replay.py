"""`dorothy replay`: chosen mentions, once more."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

import typer

from local.brand.load import DESK_FILE
from local.cli.aws_errors import aws_errors
from local.cli.errors import UserError
from local.cli.options import DeskOption, LocalOption
from local.cli.target import target
from local.deployed.replay import PATIENCE, Replayed, ids_of_day, replay, waiting_ids

IdsArgument = Annotated[list[str] | None, typer.Argument(metavar="[MENTION_ID]…", help="Ids of mentions.")]
FailedOption = Annotated[bool, typer.Option("--failed", help="All mentions that wait to be read or routed.")]
DayOption = Annotated[str, typer.Option("--day", metavar="YYYY-MM-DD", help="All of a day, in the desk's time zone.")]

_TOLD_FAILURES = 20


def replay_mentions(
    mention_ids: IdsArgument = None,
    desk: DeskOption = DESK_FILE,
    day: DayOption = "",
    local: LocalOption = None,
    *,
    failed: FailedOption = False,
) -> None:
    """Route mentions again from the desk's tables. Finished work is not repeated."""
    chosen = [bool(mention_ids), failed, bool(day)]
    if sum(chosen) != 1:
        raise UserError("Give either ids of mentions, or --failed, or --day.", exit_code=2)
    of_day = _day(day) if day else None
    with aws_errors():
        meant = target(desk, local=local)
        outputs, dynamodb = meant.stack.outputs, meant.client("dynamodb")
        if of_day:
            ids = ids_of_day(dynamodb, outputs["MentionsTable"], outputs["CasesTable"], of_day)
        else:
            ids = mention_ids or waiting_ids(dynamodb, outputs["MentionsTable"], outputs["DeskTable"])
        _tell(replay(meant.client("lambda", PATIENCE), outputs["RouteInquiry"], ids))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise UserError(f"{text} is no date; write 2026-11-24.", exit_code=2) from exc


def _tell(batches: Iterable[Replayed]) -> None:
    """Print what was done, even if a later batch fails as a whole; its error is printed afterwards."""
    asked = read = published = 0
    failures: dict[str, str] = {}
    try:
        for batch in batches:
            asked, read, published = asked + batch.asked, read + batch.read, published + batch.published
            failures |= batch.failures
    finally:
        typer.echo(f"{asked} mentions: {read} read, {published} published, {len(failures)} failed.")
        for mention_id, reason in list(failures.items())[:_TOLD_FAILURES]:
            typer.echo(f"{mention_id}\t{reason}")
    if failures:
        raise typer.Exit(1)
