"""The whole desk on one machine: local AWS, local X, the template on it, its triggers and its mailboxes."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from desk.clock import utc_now
from local.aws.deploy import Deployed, XAccess, deploy
from local.aws.local_iam import settle_differences
from local.aws.mailbox import Mailboxes
from local.aws.ministack import ministack
from local.aws.ports import PortTakenError, free_port
from local.aws.pump import Pump
from local.aws.rehearsal import CLOCK, RehearsalClock
from local.aws.schedules import Schedule, schedules_of
from local.aws.trigger import mentions_pump
from local.brand.load import load_desk
from local.brand.model import Desk
from local.x.account import account_of
from local.x.control import XControl
from local.x.server import RunningX, start

_BETWEEN_BATCHES = timedelta(seconds=5)
"""What a rehearsal lets pass before each batch of the stream, about as long as a batch gathers on AWS."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the local AWS and the local X listen; 0 takes any free port."""

    aws: int = 0
    x: int = 0


@dataclass(frozen=True, slots=True)
class Stage:
    """A desk that waits for something to happen: nothing moves until a schedule fires or the pump steps.

    `clock` is there in a rehearsal only.
    """

    desk: Desk
    x: RunningX
    control: XControl
    deployed: Deployed
    schedules: dict[str, Schedule]
    pump: Pump
    mailboxes: Mailboxes
    clock: RehearsalClock | None

    def reach(self, moment: datetime) -> None:
        """In a rehearsal: let it become `moment`, for the desk and for X."""
        if self.clock is not None:
            self.clock.reach(moment)
            self.x.state.clock.set(self.clock.now())


@contextmanager
def stage(
    mail_folder: Path,
    *,
    rehearse_from: datetime | None = None,
    ports: Ports = Ports(),
    enforce_iam: bool = False,
    desk: Desk | None = None,
) -> Iterator[Stage]:
    """Build the desk of desk.yaml and take everything down at the end, however it ends.

    With `rehearse_from` time is the script's: it stands there until `Stage.reach` moves it. Raises PortTakenError,
    MiniStackError, DeployError.
    """
    desk = desk or load_desk()
    _check_apart(ports)
    with ExitStack() as everything:
        folder = Path(everything.enter_context(tempfile.TemporaryDirectory(prefix="dorothy-stage-")))
        clock = RehearsalClock(folder / "clock", rehearse_from) if rehearse_from else None
        x_port = free_port(ports.x)
        aws_environment = clock.environment() if clock else {}
        aws = everything.enter_context(ministack(ports.aws, enforce_iam=enforce_iam, environment=aws_environment))
        x = everything.enter_context(_x(desk, x_port, rehearse_from))
        access, year = XAccess(x.url, x.account.secret()), (rehearse_from or utc_now()).year
        deployed = deploy(aws, desk, access, year=year, instead={CLOCK: clock.source()} if clock else {})
        if enforce_iam:
            settle_differences(aws)
        mailboxes = Mailboxes(deployed, mail_folder, x.state.clock.now)
        mailboxes.open(desk)
        control = XControl(x.url)
        everything.callback(control.close)
        yield Stage(
            desk=desk,
            x=x,
            control=control,
            deployed=deployed,
            schedules=schedules_of(deployed),
            pump=mentions_pump(deployed, (lambda: clock.advance(_BETWEEN_BATCHES)) if clock else lambda: None),
            mailboxes=mailboxes,
            clock=clock,
        )


def _check_apart(ports: Ports) -> None:
    if ports.aws and ports.aws == ports.x:
        raise PortTakenError(
            f"Port {ports.x} cannot serve the local AWS and the local X; choose another for one of them."
        )


def _x(desk: Desk, port: int, now: datetime | None) -> RunningX:
    return start(port, account=account_of(desk), now=now, zone=desk.brand.timezone)
