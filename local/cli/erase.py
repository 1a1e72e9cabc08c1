"""`dorothy erase`: a person's words and names go, because the person asks for it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from desk.clock import utc_now
from local.brand.load import DESK_FILE, load_desk
from local.cli.aws_errors import aws_errors
from local.cli.errors import UserError
from local.cli.options import DeskOption, LocalOption
from local.cli.target import Target, target
from local.deployed.erase.person import Person, handle_in, person_meant
from local.deployed.erase.run import Erased, Eraser, Search

WhomArgument = Annotated[
    str,
    typer.Argument(metavar="@HANDLE|ID", help="A handle that stored posts have, or the account's id on X."),
]
HandleOption = Annotated[
    list[str] | None, typer.Option("--handle", help="Another handle, or a former one, to search posts and reports for.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Only count; nothing is changed.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Don't ask for confirmation.")]

_COPIES_LAST = timedelta(days=35)
"""How far back DynamoDB's point-in-time recovery reaches."""


def erase(  # noqa: PLR0913 - one for each option
    whom: WhomArgument,
    handle: HandleOption = None,
    desk: DeskOption = DESK_FILE,
    *,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    local: LocalOption = None,
) -> None:
    """Erase what the desk stores about a person, and never store it again. Run it twice; it can't be undone."""
    loaded = load_desk(desk)
    zone = ZoneInfo(loaded.brand.timezone)
    with aws_errors():
        meant = target(desk, local=local)
        person = _person(whom, handle or [], meant, loaded.brand.user_id)
        eraser = Eraser(meant.client("dynamodb"), meant.client("s3"), meant.stack.outputs, utc_now)
        found = eraser.search(person)
        _say(_found(f"Kept of {person.shown}", found))
        if dry_run:
            typer.echo("Nothing was changed.")
            return
        if not yes and not typer.confirm("Erase all of it, and store nothing of this account again?"):
            raise UserError("Nothing was changed.")
        erased = eraser.erase(person)
    _say(_outcome(erased, person, zone))
    if erased.remaining.total:
        raise typer.Exit(1)


def _person(whom: str, handles: list[str], meant: Target, brand_id: str) -> Person:
    more, outputs = {handle_in(each) for each in handles}, meant.stack.outputs
    person = person_meant(
        whom,
        meant.client("dynamodb"),
        mentions_table=outputs["MentionsTable"],
        desk_table=outputs["DeskTable"],
    )
    if person.id == brand_id:
        raise UserError("That is the brand's own account, whose posts are no one else's words.")
    person.handles |= more
    return person


def _found(title: str, found: Search) -> Iterator[str]:
    yield f"{title}:"
    for name, count in found.counts.items():
        yield f"{count}\t{name}"
    yield from found.left


def _outcome(erased: Erased, person: Person, zone: ZoneInfo) -> Iterator[str]:
    yield from _found("\nErased", erased.removed._replace(left=()))
    yield from _found("\nSearched again, and found", erased.remaining)
    if not person.handles:
        yield (
            "\nNo handle of the account is known, so texts of posts and reports were searched for numbers of posts and "
            "cases alone. With one: --handle HANDLE"
        )
    yield ""
    if erased.again_at:
        yield (
            f"Run it once more after {_moment(erased.again_at, zone)}: until then functions may still write what they "
            f"had read before the account was marked.\n  dorothy erase {person.id}"
        )
    else:
        yield "Done: everything that ran when the account was marked is over, and nothing is left."
    yield from _out_of_reach(zone)


def _out_of_reach(zone: ZoneInfo) -> Iterator[str]:
    last = utc_now() + _COPIES_LAST
    yield (
        "\nOut of reach: mails that were sent; what X itself keeps; posts in which others name the person, which are "
        "their words; log lines, which have ids; and the tables' point-in-time copies, which have what was erased "
        f"today until {last.astimezone(zone):%Y-%m-%d}."
    )


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _say(lines: Iterator[str]) -> None:
    for line in lines:
        typer.echo(line)
