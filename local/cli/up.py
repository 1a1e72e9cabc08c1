"""`dorothy up`: the desk left running on this machine, with an X to play on."""

import os
import shutil
import sys
import time
import webbrowser
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import requests
import typer
from rich.console import Console
from rich.markup import escape

from desk.clock import utc_now
from desk.links import post_link
from local.api import ApiClient
from local.aws.ports import port_or_free
from local.aws.pump import FunctionError
from local.brand.model import Desk
from local.cli.machine import machine_errors
from local.demo.console_visitor import ConsoleRefused, ConsoleVisitor
from local.demo.timeline import own_posts
from local.running_desk import UP, RunningDesk, reserved
from local.sign_in import STRANGER_TO_DESK_YAML
from local.stage import Ports, Stage, stage

MAIL = UP / "mail"
PORTS = Ports(aws=8010, x=8008, api=8009, sign_in=8011)
"""Where everything listens unless the command says otherwise: bookmarks, scripts and links in mails stay good."""
_BREATH_SECONDS = 0.5
_FIRST_PAGES = ("/console/practice", "/console/inbox/to_answer")
"""Where the console's own address leads: operators and departments at first, and everybody else."""
_PORT = "Port of {}. Left out, it is {} if that is free, else any free one; 0 takes any free one."


def _port(what: str, usual: int) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(min=0, max=65535, show_default=False, help=_PORT.format(what, usual))
    return option


AwsPort = Annotated[int | None, _port("the local AWS", PORTS.aws)]
XPort = Annotated[int | None, _port("the local X", PORTS.x)]
ApiPort = Annotated[int | None, _port("the desk's HTTP API", PORTS.api)]


SignInPort = Annotated[int | None, _port("the issuer at which people sign in", PORTS.sign_in)]
OpenOption = Annotated[
    bool, typer.Option("--open/--no-open", help="Open the console in the browser, if there is a screen.")
]


def up(
    aws_port: AwsPort = None,
    x_port: XPort = None,
    api_port: ApiPort = None,
    sign_in_port: SignInPort = None,
    *,
    open_console: OpenOption = True,
) -> None:
    """Run the desk with its schedules until Ctrl-C, and open its console in the browser.

    Post as anyone on the page of the local X; within a minute the desk polls. Mails, calls of those on call and what
    the brand posts are printed here. A CMS sends to the address of the API. Other commands, such as
    `dorothy posts`, find this desk from the same directory.
    """
    console = Console()
    ports = Ports(
        _chosen(aws_port, PORTS.aws),
        _chosen(x_port, PORTS.x),
        _chosen(api_port, PORTS.api),
        _chosen(sign_in_port, PORTS.sign_in),
    )
    with machine_errors(), reserved(UP) as state_file, stage(MAIL, ports=ports) as here:
        shutil.rmtree(MAIL, ignore_errors=True)
        _show_trends(here)
        _start_console(console, here)
        _greet(console, here)
        with state_file.announcing(
            RunningDesk(here.deployed.aws.endpoint, here.x.url, here.api.url, here.deployed.stack)
        ):
            if open_console and has_screen():
                webbrowser.open(here.console_url)
            Running(console, here).run_until_interrupted()


def _chosen(asked: int | None, usual: int) -> int:
    return port_or_free(usual) if asked is None else asked


def has_screen() -> bool:
    """Whether a browser would show something. A terminal browser would take the terminal away."""
    return sys.platform in {"darwin", "win32"} or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _show_trends(here: Stage) -> None:
    """Make some trends on the local X, one of them about the brand, since too few posts are made there."""
    trends = {"첫눈": 52_300, "수능 성적표": 31_200, f"{here.desk.brand.name.ko} 광고 노래": 4_100, "겨울 축제": 2_700}
    for place in here.desk.trends:
        here.control.trends(place.woeid, trends)


def _start_console(console: Console, here: Stage) -> None:
    """Open what the first person to sign in opens, so that they don't wait until the console's function has started.

    The function then knows the issuer, and has the code and templates of the first pages. What fails here is printed,
    and the desk goes on: the person's own requests try again.
    """
    visitor = ConsoleVisitor(here)
    try:
        here.api.open("/console/sign-in")
        for page in _FIRST_PAGES:
            visitor.open(page)
    except (ConsoleRefused, requests.RequestException) as exc:
        console.print(f"[red]The console did not open at the start: {escape(str(exc))}[/]")


def _greet(console: Console, here: Stage, clock: Callable[[], datetime] = utc_now) -> None:
    brand, api = here.desk.brand, here.api
    console.print(
        f"\n[bold]The desk of {escape(brand.name.en)} is up.[/]\n"
        f"  The console, for the people who run the account: [bold]{here.console_url}[/]\n"
        f"    {escape(_people(here.desk))}\n"
        f"  X, to post as anyone and to see the brand's posts: [bold]{here.x.url}[/]\n"
        f"  The API, for what the brand says: [bold]{api.url}[/], described at [bold]{api.url}/docs[/]\n"
        "  Mailboxes, a folder for each department, one for the digest, and on_call for phones and web hooks: "
        f"[bold]{escape(str(MAIL.resolve()))}[/]\n"
        "  In each mail a link opens the page on which its case is answered, as long as this desk is up\n"
        f"  The local AWS: {here.deployed.aws.endpoint}\n"
        "  Commands from this directory act on this desk: dorothy posts, pause, link, token, reports, …\n"
        f"The desk's time zone is [bold]{brand.timezone}[/], where it is "
        f"{clock().astimezone(ZoneInfo(brand.timezone)):%H:%M}; times below are of that zone. The desk polls X every "
        "minute, and greets and sums up by its schedules. Ctrl-C ends it all.\n\n"
        "To say something as the brand's CMS:"
    )
    # Not wrapped, since it is copied; the token lasts as long as this desk.
    console.print(_curl(api), soft_wrap=True, markup=False, highlight=False)
    console.print()


def _people(desk: Desk) -> str:
    """How to sign in."""
    first = next(iter(desk.console.operators), STRANGER_TO_DESK_YAML)
    return f"Choose who you are when it asks you to sign in, such as {first}; there is no password."


def _curl(api: ApiClient) -> str:
    return (
        f"curl -H 'Authorization: Bearer {api.token}' -H 'Content-Type: application/json' "
        f'-d \'{{"text": "안녕하세요!"}}\' {api.url}/posts'
    )


class Running:
    """Fires schedules and timers when they are due, reads the stream, prints the results."""

    def __init__(self, console: Console, here: Stage, clock: Callable[[], datetime] = utc_now) -> None:
        self._console = console
        self._here = here
        self._clock = clock
        self._zone = ZoneInfo(here.desk.brand.timezone)
        self._minute = self._this_minute()
        self._told = {post.id for post in own_posts(here.x)}

    def run_until_interrupted(self) -> None:
        """Run until interrupted. The first poll and the check of subscriptions start at once."""
        for schedule in ("check-subscriptions", "poll-mentions"):
            self._fire(schedule, self._minute)
        while True:
            self.breathe()
            time.sleep(_BREATH_SECONDS)

    def breathe(self) -> None:
        """One round: schedules of minutes that have come, what was timed, the stream; then their results."""
        while self._minute < self._this_minute():
            self._minute += timedelta(minutes=1)
            for name, schedule in self._here.schedules.items():
                if schedule.is_due(self._minute) and schedule.is_on():
                    self._fire(name, self._minute)
        self._here.reach(self._clock())
        self._here.pump.step()
        self._tell_mails()
        self._tell_posts()

    def _tell_mails(self) -> None:
        for mail in self._here.mailboxes.collect():
            self._say(mail.sent_at, "yellow", f"mail to {mail.address}", mail.subject)
        for call in self._here.mailboxes.on_call():
            to = ", ".join(call.to) or "nobody, since desk.yaml names nobody"
            self._say(self._clock(), "red", f"on call ({to})", " ".join(call.text.split()))

    def _tell_posts(self) -> None:
        """What the brand has posted on X, with where to see it."""
        for post in own_posts(self._here.x):
            if post.id not in self._told:
                self._told.add(post.id)
                to = f"reply to @{post.answers} on X" if post.answers else "posted on X"
                where = post_link(post.id, self._here.x.url)
                self._say(post.created_at, "green", to, f"{' '.join(post.text.split())} ({where})")

    def _say(self, at: datetime, colour: str, what: str, words: str) -> None:
        when = f"{at.astimezone(self._zone):%H:%M:%S}"
        self._console.print(f"[dim]{when}[/] [{colour}]{escape(what)}[/]: {escape(words)}", soft_wrap=True)

    def _fire(self, name: str, minute: datetime) -> None:
        try:
            self._here.schedules[name].fire(minute)
        except FunctionError as exc:  # as on AWS, the next minute tries again
            self._console.print(f"[red]{escape(str(exc))}[/]")

    def _this_minute(self) -> datetime:
        return self._clock().replace(second=0, microsecond=0)
