"""`dorothy restore`: what the tables have lost, as it was at one moment."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from desk.clock import utc_now
from desk.posts.pause import PauseItems
from local.brand.load import DESK_FILE, load_desk
from local.brand.model import Desk
from local.cli.aws_errors import aws_errors
from local.cli.errors import UserError
from local.cli.options import DeskOption, LocalOption
from local.cli.pause import WhoOption, name_of
from local.cli.target import Target, target
from local.deployed.restore.copying import Outcome
from local.deployed.restore.kinds import ROLES
from local.deployed.restore.run import Restore, RestoreReport, RestoreState
from local.deployed.restore.switches import Switches

AtOption = Annotated[
    str, typer.Option("--at", metavar="TIME", help="The moment, in the desk's time zone: 2026-11-24T14:05.")
]
TablesOption = Annotated[str, typer.Option("--tables", help="Which tables, with commas between them.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Don't ask for confirmation.")]
CancelOption = Annotated[
    bool, typer.Option("--cancel", help="Copy nothing more of the restore that is under way, and switch everything on.")
]

_REASONS = {"ko": "{} 시점의 데이터 복원", "en": "Restoring data of {}"}
_ALL = ",".join(ROLES)
_COLUMNS = (Outcome.MISSING, Outcome.COPIED, Outcome.KEPT, Outcome.SAME, Outcome.LEFT_OUT)


def restore(  # noqa: PLR0913 - one for each option
    at: AtOption = "",
    tables: TablesOption = _ALL,
    who: WhoOption = "",
    desk: DeskOption = DESK_FILE,
    local: LocalOption = None,
    *,
    dry_run: DryRunOption = False,
    cancel: CancelOption = False,
    yes: YesOption = False,
) -> None:
    """Copy what the tables have lost, as it was at one moment. Nothing that is there is changed.

    The desk stands still meanwhile. If the command is interrupted, run it again.
    """
    if bool(at) == cancel:
        raise UserError("Give either --at TIME or --cancel.", exit_code=2)
    loaded, by = load_desk(desk), name_of(who)
    zone = ZoneInfo(loaded.brand.timezone)
    with aws_errors():
        meant = target(desk, local=local)
        restoring = restore_of(meant, loaded, utc_now, time.sleep)
        state = restoring.underway()
        if cancel:
            _cancel(restoring, state, by)
            return
        moment = _moment(at, zone)
        if state is None:
            state = restoring.planned(moment, _roles(tables))
            _say(_plan(state, zone))
        elif state.at != moment:
            raise UserError(
                f"A restore to {_text(state.at, zone)} is under way: run it again with --at {_iso(state.at, zone)}, "
                "or with --cancel."
            )
        else:
            typer.echo(f"The restore to {_text(state.at, zone)} goes on.")
        if dry_run:
            typer.echo("Nothing was changed.")
            return
        if not yes and not typer.confirm("Do all of that?"):
            raise UserError("Nothing was changed.")
        report = restoring.run(state, _REASONS[loaded.brand.language].format(_text(moment, zone)), by)
    _say(_outcome(report))


def restore_of(
    meant: Target,
    loaded: Desk,
    clock: Callable[[], datetime],
    wait: Callable[[float], None],
    say: Callable[[str], None] = typer.echo,
) -> Restore:
    """The use case on this desk."""
    dynamodb, outputs = meant.client("dynamodb"), meant.stack.outputs
    switches = Switches(
        meant.client("cloudformation"),
        meant.client("scheduler"),
        meant.client("lambda"),
        PauseItems(dynamodb, outputs["DeskTable"]),
        meant.stack.name,
    )
    return Restore(
        dynamodb,
        meant.client("s3"),
        switches,
        outputs,
        zone=ZoneInfo(loaded.brand.timezone),
        words=timedelta(days=loaded.retention.words_days),
        clock=clock,
        wait=wait,
        say=say,
    )


def _cancel(restoring: Restore, state: RestoreState | None, by: str) -> None:
    if state is None:
        raise UserError("No restore is under way.")
    restoring.end(state, by)


def _moment(text: str, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as exc:
        raise UserError(f"{text} is no time; write 2026-11-24T14:05.", exit_code=2) from exc
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _roles(text: str) -> list[str]:
    chosen = {each.strip() for each in text.split(",")}
    if unknown := chosen - set(ROLES):
        raise UserError(f"No table {', '.join(sorted(unknown))}; known: {', '.join(ROLES)}.", exit_code=2)
    return [role for role in ROLES if role in chosen]


def _plan(state: RestoreState, zone: ZoneInfo) -> Iterator[str]:
    yield f"To copy what is missing, as it was at {_text(state.at, zone)}, this command"
    yield f"- switches off {len(state.schedules)} schedules and {len(state.mappings)} mappings, and pauses publishing;"
    for role, name in state.restored.items():
        yield f"- restores {role} as {name};"
    yield "- erases there what was erased since;"
    yield "- copies the items that are missing, and changes none that is there;"
    yield "- has posts whose end it does not know decided by people, as posts in doubt;"
    yield "- switches on again what it has switched off, and deletes the restored tables."


def _outcome(report: RestoreReport) -> Iterator[str]:
    kinds: dict[tuple[str, str], Counter[Outcome]] = {}
    why: dict[tuple[str, str], str] = {}
    for counted, count in report.counts.items():
        key = (counted.kind.role, counted.kind.name)
        kinds.setdefault(key, Counter())[counted.outcome] += count
        why[key] = counted.kind.left_out or why.get(key, "")
    yield "\t".join([*_COLUMNS, "what"])
    for key in sorted(kinds):
        reason = f" ({why[key]})" if why[key] else ""
        yield "\t".join([*(str(kinds[key][each]) for each in _COLUMNS), f"{' '.join(key)}{reason}"])
    yield "Posts in doubt: dorothy posts --state in_doubt"


def _text(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}".removesuffix(":00")


def _iso(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).replace(tzinfo=None).isoformat()


def _say(lines: Iterator[str]) -> None:
    for line in lines:
        typer.echo(line)
