"""`dorothy demo`: a day at the desk, on this machine."""

import shutil
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from daily_digest.misreadings import Misreadings
from desk.adapters.case_day_items import CaseDayItems
from desk.adapters.feedback_word_items import FeedbackWordItems
from local.aws.mailbox import ON_CALL
from local.brand.load import load_desk
from local.cli.machine import ApiPort, AwsPort, Interruption, XPort, machine_errors
from local.demo.closing import Closing
from local.demo.ledger import Ledger, Noted
from local.demo.play import Played, Player
from local.demo.reports import answers_in, keep_reports
from local.demo.script import read_day
from local.demo.show import Show
from local.demo.timeline import own_posts
from local.deployed.feedback import corrections
from local.stage import Ports, Stage, stage

MAIL = Path(".dorothy/mail")
REPORTS = Path(".dorothy/reports")


def demo(
    aws_port: AwsPort = 0,
    x_port: XPort = 0,
    api_port: ApiPort = 0,
    keep: Annotated[bool, typer.Option(help="Wait before cleaning up, to look around.")] = False,
) -> None:
    """Play a day at the desk: 24 November 2026 at Emerald Mobile, with a local AWS and a local X.

    Nothing leaves this machine. It takes less than a minute; afterwards every department has a folder of mails, and the
    digests' pages lie beside them.
    """
    console = Console()
    with machine_errors() as interruption:
        _play(console, Ports(aws_port, x_port, api_port), interruption, keep=keep)


def _play(console: Console, ports: Ports, interruption: Interruption, *, keep: bool) -> None:
    desk = load_desk()
    day = read_day(ZoneInfo(desk.brand.timezone))
    desk = day.at(desk)
    with stage(MAIL, desk=desk, rehearse_from=day.acts[0].begins - timedelta(hours=1), ports=ports) as here:
        for folder in (MAIL, REPORTS):
            shutil.rmtree(folder, ignore_errors=True)
        show = Show(console, desk)
        show.opening()
        player, ledger, acts, seen = Player(here), Ledger(here.deployed), list[Played](), set[str]()
        known = set[Noted]()
        for act in day.acts:
            interruption.check()
            show.act_begins(act)
            acts.append(player.play(act))
            fresh = [line for line in ledger.lines() if line.mention_id not in seen]
            seen |= {line.mention_id for line in fresh}
            noted = [one for one in ledger.noted() if one not in known]
            known |= set(noted)
            show.act_ended(acts[-1], fresh, ledger.cases(), noted)
        interruption.check()
        _close(Closing(console, desk), here, ledger, acts)
        if keep:
            console.input(
                f"The local AWS is at {here.deployed.aws.endpoint}, X at {here.x.url}, the desk's API at "
                f"{here.door.url}/docs. Enter ends it. "
            )


def _close(closing: Closing, here: Stage, ledger: Ledger, acts: Sequence[Played]) -> None:
    mails = Counter(key for act in acts for key, own in act.mails_by_department().items() for _ in own)
    closing.departments(ledger.lines(), ledger.cases(), mails)
    closing.timeline(own_posts(here.x))
    everything, zone = [mail for act in acts for mail in act.mails], ZoneInfo(here.desk.brand.timezone)
    pages = keep_reports(here.door, everything, REPORTS.resolve(), zone)
    closing.answers(answers_in(pages[-1], here.desk.brand.language))
    closing.feedback(_put_right(here, everything[-1].sent_at))
    closing.pages(pages)
    closing.phone([rang.text for act in acts for rang in act.rang][-1], MAIL.resolve() / ON_CALL)
    closing.balance(ledger.balance(), here.mailboxes.switched_off, MAIL.resolve())


def _put_right(here: Stage, now: datetime) -> Misreadings:
    dynamodb, outputs = here.deployed.aws.client("dynamodb"), here.deployed.outputs
    days = CaseDayItems(dynamodb, cases_table=outputs["CasesTable"])
    words = FeedbackWordItems(dynamodb, mentions_table=outputs["MentionsTable"])
    return corrections(days, words, now, timedelta(days=1)).found
