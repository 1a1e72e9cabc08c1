"""`dorothy preview`: what the desk would have made of an account's last days, before anything is deployed."""

import os
import re
import time
import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from desk.brand import Brand
from desk.clock import utc_now
from desk.errors import CreditsDepleted, Gone, NotAuthorised, RateLimited, Unavailable, XError
from desk.i18n import phrase
from desk.links import X_SITE
from desk.posts.pause import Pause, PauseItems
from desk.x.errors import DialectNotTaken, Unauthenticated
from desk.x.parsing import PICTURE_SITES
from local.aws.clients import Aws
from local.brand.load import load_desk
from local.cli.errors import UserError
from local.cli.machine import machine_errors
from local.cli.up import OpenOption, has_screen
from local.deployed.stack import deployed_stack
from local.preview.figures import agreement_now, count_week, week_in
from local.preview.folder import PreviewedAccount, PreviewFolder, folder_of, newest_folder
from local.preview.page import render_page
from local.preview.public_x import X_API, PublicX, UnsafeAddressError, token_in
from local.preview.reading import Read, WeekReader
from local.preview.replay import Replay, brand_in, in_trial, tables_of
from local.preview.words import lines_of
from local.running_desk import RunningDesk, StateFile, UnusableStateError, reserved, running_desk
from local.stage import Stage, stage

_REPORT = "report"
_HANDLE = re.compile(r"@?([A-Za-z0-9_]{1,15})")
_BREATH_SECONDS = 0.5
_INTERRUPTED = 130
_KEPT = "What was read is kept until {} and is not paid for again: run it once more to go on, or with --delete."

WhoArgument = Annotated[
    str, typer.Argument(metavar="@HANDLE|report", help="The account, or `report` for the page about the last preview.")
]
XOption = Annotated[str, typer.Option("--x", help="Another X, such as a local one: http://127.0.0.1:8008.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Agree to the price, for scripts.")]
DeleteOption = Annotated[bool, typer.Option("--delete", help="Delete all that was read of this account.")]
OutOption = Annotated[
    Path | None, typer.Option("--out", help="Where `report` writes the page.", show_default="preview-HANDLE.html")
]
DeskOption = Annotated[Path, typer.Option("--desk", help="The desk.yaml by which mentions are read.")]


def preview(  # noqa: PLR0913 - each is an option
    who: WhoArgument,
    x: XOption = X_API,
    desk: DeskOption = Path("desk.yaml"),
    out: OutOption = None,
    *,
    yes: YesOption = False,
    delete: DeleteOption = False,
    open_console: OpenOption = True,
) -> None:
    """Show what the desk would have made of an account's last seven days, on this machine.

    It says what X may bill and asks, reads at most 800 mentions and own posts with your app's bearer token, puts them
    into a desk in trial, and opens its console. Nothing is deployed, mailed or posted. All that was read is deleted
    within 24 hours, or at once with --delete.
    """
    if who == _REPORT:
        _write_report(out)
        return
    named = _HANDLE.fullmatch(who)
    if named is None:
        raise UserError(f"{who} is no account's name on X: 1 to 15 letters, digits or _, like @brand.", exit_code=2)
    folder = folder_of(named[1])
    if delete:
        _delete(folder, who)
        return
    if folder.is_in_use():
        raise UserError(f"A preview of {who} is running already; end it with Ctrl-C where it was started.")
    read = _read(folder, named[1], x, desk, yes=yes)
    if not read.mentions:
        raise UserError(f"X shows no mention of {who} in the last seven days, so there is nothing to preview.")
    _run(folder, read, open_console=open_console)


def _delete(folder: PreviewFolder, who: str) -> None:
    if folder.is_in_use():
        raise UserError(f"A preview of {who} is running; end it with Ctrl-C where it was started, then delete it.")
    if not folder.path.is_dir():
        raise UserError(f"There is no preview of {who}.")
    folder.remove()
    typer.echo(f"All that was read of {who} is deleted.")


# Reading X


def _read(folder: PreviewFolder, handle: str, x: str, desk: Path, *, yes: bool) -> Read:
    """The mentions and own posts: from the folder, and what is missing there from X, for a price that is agreed to."""
    if not desk.is_file():
        raise UserError(f"There is no {desk} here: `dorothy init` proposes one, or name yours with --desk.")
    load_desk(desk)  # what is wrong with it is said before anything is paid
    about, reader = folder.about(), WeekReader(folder, (*PICTURE_SITES, x))
    if about and about.x != x:
        raise UserError(f"What is kept of @{handle} was read at {about.x}; delete it with --delete first.")
    if not reader.left:
        return reader.kept()
    with _sentences(folder, handle):
        client = PublicX(x, token_in(os.environ))
        _agree(handle, reader, yes=yes)
        about = about or _begin(folder, client, handle, x, desk)
        try:
            read = reader.read(client, lambda count: typer.echo(f"Read {count} posts of X."))
        except DialectNotTaken as exc:
            if about.newer_fields:
                raise
            folder.begin(replace(about, newer_fields=True))
            raise UserError(
                "X takes only the newer names of fields here, with which it also bills authors and the posts that are "
                "answered. Run it again: it states that price first."
            ) from exc
    return read


def _agree(handle: str, reader: WeekReader, *, yes: bool) -> None:
    dollars = reader.price / 1_000_000
    typer.echo(
        f"X may bill up to ${dollars:.2f} by its list prices for reading @{handle}'s mentions and own posts of seven "
        f"days, {reader.left} posts at most. It bills fewer posts if there are fewer, and less for an app that the "
        "account owns."
    )
    if not yes and not typer.confirm("Go on?"):
        raise UserError("Nothing was read, and nothing is billed.")


def _begin(folder: PreviewFolder, client: PublicX, handle: str, x: str, desk: Path) -> PreviewedAccount:
    account = client.account(handle)
    if account.is_protected:
        raise UserError(f"@{handle} is protected, so that X shows its posts and mentions to no app.")
    about = PreviewedAccount(account.username, account.user_id, x, str(desk.resolve()), utc_now())
    folder.begin(about)
    typer.echo(f"@{account.username} is {account.name}; its number on X, for brand.user_id, is {account.user_id}.")
    return about


@contextmanager
def _sentences(folder: PreviewFolder, handle: str) -> Iterator[None]:
    """What X says against it becomes one sentence. Pages that were read stay."""
    try:
        yield
    except UnsafeAddressError as exc:
        raise UserError(str(exc)) from exc
    except KeyboardInterrupt as exc:
        raise UserError(f"\nStopped. {_kept(folder)}".rstrip(), exit_code=_INTERRUPTED) from exc
    except XError as exc:
        raise UserError(f"{_sentence(exc, handle)} {_kept(folder)}".rstrip()) from exc


def _sentence(error: XError, handle: str) -> str:
    if isinstance(error, RateLimited):
        return f"X takes no more calls from your app until {error.until.astimezone():%H:%M} (429)."
    known: list[tuple[type[XError], str]] = [
        (Gone, f"X shows no account @{handle}."),
        (Unauthenticated, "X does not accept the bearer token (401): copy it once more from your app at X."),
        (NotAuthorised, f"X does not show your app this (403): the plan, or the account, may not allow it. {error}."),
        (CreditsDepleted, f"Your credits or your cap at X are used up. {error}."),
        (Unavailable, "X cannot be reached, or gives no answer."),
    ]
    return next((said for kind, said in known if isinstance(error, kind)), f"X did not take the request: {error}.")


def _kept(folder: PreviewFolder) -> str:
    about = folder.about()
    return _KEPT.format(f"{about.expires_at.astimezone():%d %b %H:%M}") if about else ""


# The desk


def _run(folder: PreviewFolder, read: Read, *, open_console: bool) -> None:
    """Build the desk, play the days on it and keep it until Ctrl-C or until what was read has to go."""
    about = folder.about()
    if about is None:
        raise UserError("The folder of the preview is gone; run it again.")
    desk, now = in_trial(load_desk(Path(about.desk)), about.handle, about.user_id), utc_now()
    brand, site = brand_in(desk, now), X_SITE if about.x == X_API else about.x
    typer.echo("Building a desk on this machine and playing the days on it …")
    with machine_errors(), reserved(folder.path) as state_file:
        with stage(
            folder.path / "mail", rehearse_from=read.since, desk=desk, x_site=site, pictures=(*PICTURE_SITES, site)
        ) as here:
            _play(folder, here, brand, read, now)
            _hold_everything(here, brand, now)
            with _announced(state_file, here):
                typer.echo(f"\nThe console, as anyone you choose, without a password: {here.console_url}/trial")
                typer.echo("Correct what is read wrongly there; `dorothy preview report` then writes a page about it.")
                typer.echo(f"Ctrl-C ends it. All that was read goes by {about.expires_at.astimezone():%d %b %H:%M}.")
                if open_console and has_screen():
                    webbrowser.open(f"{here.console_url}/trial")
                was_ended = _stay(here, about.expires_at)
            _renew_agreement(folder, here.deployed.aws, here.deployed.outputs, brand)
        if was_ended:
            raise UserError(f"Ended. {_kept(folder)}", exit_code=_INTERRUPTED)
    folder.remove()
    raise UserError("24 hours have passed: all that was read is deleted.")


def _play(folder: PreviewFolder, here: Stage, brand: Brand, read: Read, now: datetime) -> None:
    """Play the days, count them, keep and print the counts."""
    if here.clock is None:
        raise TypeError("a preview sets its desk's clock")
    Replay(here.deployed, here.pump, here.schedules["sweep"], here.clock, brand).play(
        read, now, lambda day: typer.echo(f"{day:%a %d %b} …")
    )
    week = count_week(here.deployed.aws.client("dynamodb"), tables_of(here.deployed.outputs), brand, read, now)
    folder.keep_week(week.as_plain())
    typer.echo("")
    for line in lines_of(week, brand):
        typer.echo(line)


def _hold_everything(here: Stage, brand: Brand, now: datetime) -> None:
    """Pause the desk, so that the console says before anybody writes that nothing goes out."""
    switch = PauseItems(here.deployed.aws.client("dynamodb"), here.deployed.outputs["DeskTable"])
    switch.pause(Pause(phrase(brand.language, "preview.paused"), "dorothy preview", now))


@contextmanager
def _announced(state_file: StateFile, here: Stage) -> Iterator[None]:
    deployed = here.deployed
    with state_file.announcing(RunningDesk(deployed.aws.endpoint, here.x.url, here.api.url, deployed.stack)):
        yield


def _stay(here: Stage, until: datetime) -> bool:
    """Let the desk's time go on. True if a person ends it, False when `until` has come."""
    try:
        while (now := utc_now()) < until:
            here.reach(now)
            here.pump.step()
            time.sleep(_BREATH_SECONDS)
    except KeyboardInterrupt:
        return True
    return False


def _renew_agreement(folder: PreviewFolder, aws: Aws, outputs: Mapping[str, str], brand: Brand) -> None:
    """Keep with the week how often people have agreed until now."""
    if plain := folder.week():
        found = agreement_now(aws.client("dynamodb"), tables_of(outputs), brand, utc_now())
        folder.keep_week(replace(week_in(plain), agreement=found).as_plain())


# The page


def _write_report(out: Path | None) -> None:
    folder = newest_folder()
    about, plain = (folder.about(), folder.week()) if folder else (None, None)
    if folder is None or about is None or plain is None:
        raise UserError("No preview has counted anything in the last 24 hours: run `dorothy preview @handle` first.")
    brand = brand_in(in_trial(load_desk(Path(about.desk)), about.handle, about.user_id), about.begun_at)
    try:
        running = running_desk(folder.path)
    except UnusableStateError as exc:
        raise UserError(str(exc)) from exc
    if running:
        aws = Aws(running.aws)
        _renew_agreement(folder, aws, deployed_stack(aws.client("cloudformation"), running.stack).outputs, brand)
        aws.close()
    page = out or Path(f"preview-{about.handle}.html")
    existed = page.exists()
    page.write_text(render_page(week_in(folder.week() or plain), brand, utc_now()), encoding="utf-8")
    typer.echo(f"{page} is written{' in place of an earlier one' if existed else ''}; print it on one sheet of A4.")
