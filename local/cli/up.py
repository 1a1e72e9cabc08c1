"""`dorothy up`: the desk left running on this machine, with an X to play on."""

import shutil
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from desk.clock import utc_now
from local.aws.pump import FunctionError
from local.cli.machine import ApiPort, AwsPort, XPort, machine_errors
from local.door import Door
from local.stage import Ports, Stage, stage

MAIL = Path(".dorothy/mail")
_BREATH_SECONDS = 0.5


def up(aws_port: AwsPort = 0, x_port: XPort = 0, api_port: ApiPort = 0) -> None:
    """Leave the desk running with its schedules, until Ctrl-C.

    Post as anyone on the page of the local X; within a minute the desk polls, and new mails are told here. What a CMS
    would send goes to the address of the API.
    """
    console = Console()
    with machine_errors(), stage(MAIL, ports=Ports(aws_port, x_port, api_port)) as here:
        shutil.rmtree(MAIL, ignore_errors=True)
        _greet(console, here)
        Running(console, here).run()


def _greet(console: Console, here: Stage) -> None:
    brand, door = here.desk.brand, here.door
    console.print(
        f"\n[bold]The desk of {escape(brand.name.en)} is up.[/]\n"
        f"  X, to post as anyone and to see the brand's posts: [bold]{here.x.url}[/]\n"
        f"  The API, for what the brand says: [bold]{door.url}[/], described at [bold]{door.url}/docs[/]\n"
        "  Mailboxes, a folder for each department, one for the digest, and on_call for phones and web hooks: "
        f"[bold]{escape(str(MAIL.resolve()))}[/]\n"
        "  In each mail a link opens the page on which its case is answered, as long as this desk is up\n"
        f"  The local AWS: {here.deployed.aws.endpoint}\n"
        f"The desk polls X every minute, and greets and sums up by its schedules, in {brand.timezone}. "
        "Ctrl-C ends it all.\n\n"
        "To say something as the brand's CMS:"
    )
    # Not wrapped, since it is copied; the token lasts as long as this desk.
    console.print(_curl(door), soft_wrap=True, markup=False, highlight=False)
    console.print()


def _curl(door: Door) -> str:
    return (
        f"curl -H 'Authorization: Bearer {door.token}' -H 'Content-Type: application/json' "
        f'-d \'{{"text": "안녕하세요!"}}\' {door.url}/posts'
    )


class Running:
    """Fires schedules and timers as their moments come, pumps the stream, tells of mails."""

    def __init__(self, console: Console, here: Stage, clock: Callable[[], datetime] = utc_now) -> None:
        self._console = console
        self._here = here
        self._clock = clock
        self._minute = self._this_minute()

    def run(self) -> None:
        """Go on until interrupted. The first poll and the subscriptions' check come at once."""
        for schedule in ("check-subscriptions", "poll-mentions"):
            self._fire(schedule, self._minute)
        while True:
            self.breathe()
            time.sleep(_BREATH_SECONDS)

    def breathe(self) -> None:
        """One round: schedules of minutes that have come, what was timed, the stream, the mail."""
        while self._minute < self._this_minute():
            self._minute += timedelta(minutes=1)
            for name, schedule in self._here.schedules.items():
                if schedule.is_due(self._minute):
                    self._fire(name, self._minute)
        self._here.reach(self._clock())
        self._here.pump.step()
        for mail in self._here.mailboxes.collect():
            self._console.print(
                f"[dim]{mail.sent_at.astimezone():%H:%M:%S}[/] [yellow]mail to {escape(mail.address)}[/]: "
                f"{escape(mail.subject)}"
            )

    def _fire(self, name: str, minute: datetime) -> None:
        try:
            self._here.schedules[name].fire(minute)
        except FunctionError as exc:  # as on AWS: the next minute tries again, and somebody is told
            self._console.print(f"[red]{escape(str(exc))}[/]")

    def _this_minute(self) -> datetime:
        return self._clock().replace(second=0, microsecond=0)
