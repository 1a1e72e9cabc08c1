"""`dorothy demo`: a day at the desk, on this machine."""

import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from local.brand.load import load_desk
from local.cli.machine import AwsPort, XPort, machine_errors
from local.demo.ledger import Ledger
from local.demo.play import Player
from local.demo.script import read_day
from local.demo.show import Show
from local.stage import Ports, Stage, stage

MAIL = Path(".dorothy/mail")


def demo(
    aws_port: AwsPort = 0,
    x_port: XPort = 0,
    keep: Annotated[bool, typer.Option(help="Wait before cleaning up, to look around.")] = False,
) -> None:
    """Play a day at the desk: 24 November 2026 at Emerald Mobile, with a local AWS and a local X.

    Nothing leaves this machine. It takes less than a minute; afterwards every department has a folder of mails.
    """
    console = Console()
    with machine_errors():
        _play(console, Ports(aws_port, x_port), keep=keep)


def _play(console: Console, ports: Ports, *, keep: bool) -> None:
    desk = load_desk()
    day = read_day(ZoneInfo(desk.brand.timezone))
    with stage(MAIL, desk=desk, rehearse_from=day.acts[0].begins - timedelta(hours=1), ports=ports) as here:
        shutil.rmtree(MAIL, ignore_errors=True)
        show = Show(console, desk)
        show.opening()
        player, ledger, mails, seen = Player(here), Ledger(here.deployed), Counter[str](), set[str]()
        for act in day.acts:
            show.act_begins(act)
            played = player.play(act)
            fresh = [line for line in ledger.lines() if line.mention_id not in seen]
            seen |= {line.mention_id for line in fresh}
            mails.update({key: len(own) for key, own in played.mails_by_department().items()})
            show.act_ended(played, fresh)
        _close(show, here, ledger, mails)
        if keep:
            console.input(f"The local AWS is at {here.deployed.aws.endpoint}, X at {here.x.url}. Enter ends it. ")


def _close(show: Show, here: Stage, ledger: Ledger, mails: Counter[str]) -> None:
    show.closing(ledger.lines(), ledger.open_cases(), mails)
    show.balance(ledger.balance(), here.mailboxes.switched_off, MAIL.resolve())
