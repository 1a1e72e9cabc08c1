"""`dorothy demo`: a day at the desk, on this machine."""

import shutil
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from werkzeug.test import Client

from daily_digest.model import Misreadings
from desk.cases.model import CaseEventKind, CaseState
from desk.cases.queries import CaseQueryItems
from desk.reports.feedback import FeedbackItems
from local.aws.mail_file import Mail
from local.aws.mailbox import ON_CALL
from local.brand.load import load_desk
from local.cli.machine import ApiPort, AwsPort, Interruption, XPort, machine_errors
from local.demo.answer_page import newest_links
from local.demo.blog import Blog
from local.demo.closing import Closing, Summary
from local.demo.console_pages import ConsolePages
from local.demo.console_visitor import ConsoleVisitor
from local.demo.index import Figures, Index
from local.demo.ledger import Ledger, Noted
from local.demo.play import Played, Player
from local.demo.reports import Report, answers_in, keep_reports
from local.demo.script import read_day
from local.demo.show import Show
from local.demo.timeline import own_posts
from local.deployed.feedback import corrections
from local.site import site
from local.stage import Ports, Stage, stage

DEMO = Path(".dorothy/demo")
"""Everything that the demo leaves behind; `dorothy up` has a directory of its own."""
MAIL, REPORTS = DEMO / "mail", DEMO / "reports"


def demo(
    aws_port: AwsPort = 0,
    x_port: XPort = 0,
    api_port: ApiPort = 0,
    keep: Annotated[bool, typer.Option(help="Keep the desk until you press Enter, to look around.")] = False,
) -> None:
    """Play a day at the desk: 24 November 2026 at Emerald Mobile, with a local AWS and a local X.

    Nothing leaves this machine. It takes about a minute; afterwards .dorothy/demo/index.html leads to every
    department's mails, to the reports and to saved pages.
    """
    console = Console()
    with machine_errors() as interruption:
        _play(console, Ports(aws_port, x_port, api_port), interruption, keep=keep)


def _play(console: Console, ports: Ports, interruption: Interruption, *, keep: bool) -> None:
    desk = load_desk()
    day = read_day(ZoneInfo(desk.brand.timezone))
    begins = day.acts[0].begins - timedelta(hours=1)
    with ExitStack() as around:
        folder = Path(around.enter_context(TemporaryDirectory(prefix="dorothy-blog-")))
        served = around.enter_context(site(folder))
        blog = Blog(folder, served.url)
        blog.begin(begins)
        desk = day.at(desk, feed=blog.feed)
        exceptions = [served.host_and_port]
        here = around.enter_context(
            stage(MAIL, desk=desk, rehearse_from=begins, ports=ports, fetch_exceptions=exceptions)
        )
        shutil.rmtree(DEMO, ignore_errors=True)
        show = Show(console, desk)
        show.opening()
        visitor, ledger, acts, seen = ConsoleVisitor(here), Ledger(here.deployed), list[Played](), set[str]()
        player, known = Player(here, blog, visitor), set[Noted]()
        index, console_pages = Index(DEMO.resolve(), desk), ConsolePages(here, visitor)
        for act in day.acts:
            interruption.check()
            show.act_begins(act)
            acts.append(player.play(act))
            fresh = [line for line in ledger.lines() if line.mention_id not in seen]
            seen |= {line.mention_id for line in fresh}
            noted = [one for one in ledger.noted() if one not in known]
            known |= set(noted)
            show.act_ended(acts[-1], fresh, ledger.cases(), noted)
            console_pages.keep(index, acts[-1].kept)
            if console_pages.is_worth_saving():
                console_pages.save(index)
        interruption.check()
        _close(Closing(console, desk), here, ledger, acts, index)
        if keep:
            console.input(
                f"The local AWS is at {here.deployed.aws.endpoint}, X at {here.x.url}, the desk's API at "
                f"{here.api.url}/docs. Enter ends it. "
            )


def _close(closing: Closing, here: Stage, ledger: Ledger, acts: Sequence[Played], index: Index) -> None:
    """Show the results of the day, and write the index of its files."""
    mails = Counter(key for act in acts for key, own in act.mails_by_department().items() for _ in own)
    cases, posts, texts = ledger.cases(), own_posts(here.x), [rang.text for act in acts for rang in act.rang]
    closing.departments(ledger.lines(), cases, mails)
    closing.timeline(posts)
    everything, zone = [mail for act in acts for mail in act.mails], ZoneInfo(here.desk.brand.timezone)
    reports = keep_reports(here.api, everything, REPORTS.resolve(), zone)
    closing.answers(answers_in(reports[-1].page, here.desk.brand.language))
    misread = _put_right(here, everything[-1].sent_at)
    closing.feedback(misread)
    closing.phone(texts[-1], MAIL.resolve() / ON_CALL)
    noted = {(one.case_id, one.event.what) for one in ledger.noted()}
    did = Counter(what for _, what in noted)
    summary = Summary(
        balance=ledger.balance(),
        cases=cases,
        reminded=did[CaseEventKind.REMINDED] + did[CaseEventKind.DUE],
        escalated=did[CaseEventKind.ESCALATED],
        posts=sum(post.answers is None for post in posts),
        replies=sum(post.answers is not None for post in posts),
        mails=sum(mails.values()),
        boxes=len(mails),
        texts=len(texts),
        misread=misread.total,
        switched_off=here.mailboxes.switched_off,
    )
    closing.summary(summary, _write(index, here, everything, reports, summary))


def _write(index: Index, here: Stage, mails: Sequence[Mail], reports: Sequence[Report], summary: Summary) -> Path:
    """Save the pages as they are now, and write the page that links to everything."""
    links = newest_links(mails, here.api.url)
    pages = {key: index.keep_page(key, here.api.open(link).text) for key, link in links.items()}
    x = index.keep_page("x", _page_of_x(here))
    answered = sum(case.state is CaseState.ANSWERED for case in summary.cases)
    figures = Figures(summary.balance.polled, len(summary.cases), answered, summary.mails)
    return index.write(figures, mails, reports, pages, x)


def _put_right(here: Stage, now: datetime) -> Misreadings:
    dynamodb, outputs = here.deployed.aws.client("dynamodb"), here.deployed.outputs
    cases = CaseQueryItems(dynamodb, cases_table=outputs["CasesTable"])
    feedback = FeedbackItems(dynamodb, mentions_table=outputs["MentionsTable"], desk_table=outputs["DeskTable"])
    return corrections(cases, feedback, now, timedelta(days=1)).found


def _page_of_x(here: Stage) -> str:
    return Client(here.x.app).get(f"/?lang={here.desk.brand.language}").text
