"""`dorothy settings`: those of the brand's settings that change while the desk runs."""

import difflib
import io
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from ruamel.yaml import YAML

from desk.clock import utc_now
from desk.errors import SettingMoved
from desk.live_settings.store import LiveSetting
from local.brand.live import with_values
from local.brand.load import DESK_FILE, load_desk
from local.brand.yaml_tree import read_tree
from local.cli.aws_errors import aws_errors
from local.cli.errors import UserError
from local.cli.options import DeskOption, LocalOption
from local.cli.pause import WhoOption, name_of
from local.cli.target import target
from local.deployed.live_settings import DeskSettings, settings_of

settings = typer.Typer(no_args_is_help=True, help="Show and change settings while the desk runs.")

KeyArgument = Annotated[str, typer.Argument(help="The setting's place in desk.yaml, like departments.billing.emails.")]
ValueArgument = Annotated[str, typer.Argument(help="The whole new value, as in desk.yaml on one line, like [a, b].")]
VersionOption = Annotated[
    int | None, typer.Option("--version", help="Change it only if this is still its version, as `show` prints it.")
]
FileArgument = Annotated[Path, typer.Argument(help="A file with settings as in desk.yaml; others stay as they are.")]

_SUBSCRIBED = (".emails", "on_call")


@settings.command("show")
def show(
    key: Annotated[str, typer.Argument(help="One setting, with its history; by default, all.")] = "",
    desk: DeskOption = DESK_FILE,
    local: LocalOption = None,
) -> None:
    """Print the settings: key, version, who changed it, when, value. With a key: its history, the last change first."""
    zone = _zone(desk)
    with aws_errors():
        found = _settings(desk, local=local)
        if not key:
            lines = [_line(setting, zone) for setting in found.all().values()]
        else:
            setting = _setting(found.all(), key)
            lines = [_line(each, zone) for each in found.store.history(key)[::-1] or [setting]]
    typer.echo("\n".join(lines))


@settings.command("set")
def set_one(  # noqa: PLR0913, PLR0917 - each is an option of the command
    key: KeyArgument,
    value: ValueArgument,
    version: VersionOption = None,
    who: WhoOption = "",
    desk: DeskOption = DESK_FILE,
    local: LocalOption = None,
) -> None:
    """Change a setting. All functions follow within a minute, and no deployment changes it back."""
    by, plain = name_of(who), _value(key, value)
    with aws_errors():
        found = _settings(desk, local=local)
        now = _setting(found.all(), key)
        if version not in {None, now.version}:
            raise UserError(f"{key} has version {now.version}, changed by {now.by}: nothing was changed.")
        _change(found, {key: plain}, by, _zone(desk))


@settings.command("export")
def export(desk: DeskOption = DESK_FILE, local: LocalOption = None) -> None:
    """Print all settings in the form of desk.yaml, for `dorothy settings import`."""
    with aws_errors():
        found = _settings(desk, local=local).all()
    written = io.StringIO()
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style, yaml.allow_unicode, yaml.width = False, True, 1_000
    yaml.dump(with_values({}, {key: setting.value for key, setting in found.items()}), written)
    typer.echo(written.getvalue(), nl=False)


@settings.command("import")
def import_file(
    file: FileArgument, who: WhoOption = "", desk: DeskOption = DESK_FILE, local: LocalOption = None
) -> None:
    """Change all settings that the file has otherwise. The file may be desk.yaml itself."""
    by = name_of(who)
    tree = read_tree(file.read_bytes())
    if tree.faults:
        (line, _), _, fault = tree.faults[0]
        raise UserError(f"{file}:{line} {fault}.")
    with aws_errors():
        found = _settings(desk, local=local)
        _change(found, found.changes_in(tree.value), by, _zone(desk))


def _settings(desk: Path, *, local: bool | None) -> DeskSettings:
    meant = target(desk, local=local)
    return settings_of(meant.client("dynamodb"), meant.stack, desk)


def _zone(desk: Path) -> ZoneInfo:
    return ZoneInfo(load_desk(desk).brand.timezone)


def _setting(found: Mapping[str, LiveSetting], key: str) -> LiveSetting:
    if key in found:
        return found[key]
    near = difflib.get_close_matches(key, found, n=1)
    raise UserError(
        f"{key} is no live setting; did you mean {near[0]}?"
        if near
        else f"{key} is no live setting: {', '.join(found)}."
    )


def _value(key: str, written: str) -> Any:
    tree = read_tree(f"value: {written}".encode())
    if tree.faults or not isinstance(tree.value, dict) or list(tree.value) != ["value"]:
        fault = tree.faults[0][2] if tree.faults else "must be one value on one line"
        raise UserError(f"{key} {fault}.", exit_code=2)
    return tree.value["value"]


def _change(found: DeskSettings, changes: Mapping[str, Any], by: str, zone: ZoneInfo) -> None:
    try:
        changed = found.change(changes, by, utc_now())
    except SettingMoved as exc:
        raise UserError(
            f"Somebody else has changed {exc} just now, so nothing was changed: look at `dorothy settings show`."
        ) from exc
    for setting in changed:
        typer.echo(_line(setting, zone))
    if not changed:
        typer.echo("Nothing was changed: the settings are so already.")
    elif any(setting.key.endswith(_SUBSCRIBED) for setting in changed):
        typer.echo(
            "Run `dorothy subscribe --prune`: AWS asks each new address to confirm, and removed ones get no more."
        )


def _line(setting: LiveSetting, zone: ZoneInfo) -> str:
    return "\t".join((setting.key, str(setting.version), setting.by, _moment(setting.at, zone), _json(setting.value)))


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else "not stored yet"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
