"""The whole desk on one machine: local AWS and X, the template on it, its triggers, API, issuer and mailboxes."""

import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path
from types import MappingProxyType

from desk.clock import utc_now
from desk.live_settings.store import LiveSettingItems, seed_missing
from desk.staff.devices import DeviceItems
from local.api import ApiClient
from local.aws.deploy import ApiAccess, Deployed, XAccess, deploy
from local.aws.gateway import gateway
from local.aws.local_iam import settle_differences
from local.aws.mailbox import Mailboxes
from local.aws.ministack import ministack
from local.aws.ports import LOOPBACK, PortTakenError, free_port
from local.aws.pump import Pump
from local.aws.quiet import QuietQueue
from local.aws.rehearsal import RehearsalClock, rehearsed
from local.aws.routes import open_routes
from local.aws.schedules import Schedule, schedules_of
from local.aws.timers import Timers
from local.aws.trigger import mentions_pump
from local.brand.live import live_values
from local.brand.load import load_desk
from local.brand.model import Desk
from local.cleanup import Cleanup
from local.deployed.push_keys import make_keys
from local.push import PushReceiver
from local.sign_in import ALLOWS_HTTP, issuer
from local.x.auth import account_of
from local.x.control import XControl
from local.x.server import RunningX, start

_BETWEEN_BATCHES = timedelta(seconds=5)
"""What a rehearsal lets pass before each batch of the stream, about as long as a batch gathers on AWS."""
_CALLER = "cms"
"""Whose token the stage has for the HTTP API."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the local AWS, the local X, the desk's HTTP API and its issuer listen; 0 takes any free port."""

    aws: int = 0
    x: int = 0
    api: int = 0
    sign_in: int = 0


@dataclass(frozen=True, slots=True)
class Stage:
    """A desk that waits for something to happen: nothing moves until a schedule fires or the pump steps.

    The queues of posts, pictures and look-ups are delivered by the local AWS itself, at once. `clock` is there in a
    rehearsal only.
    """

    desk: Desk
    x: RunningX
    control: XControl
    deployed: Deployed
    api: ApiClient
    schedules: dict[str, Schedule]
    timers: Timers
    posts: QuietQueue
    look_ups: QuietQueue
    pictures: QuietQueue
    pump: Pump
    mailboxes: Mailboxes
    push: PushReceiver
    clock: RehearsalClock | None

    @property
    def console_url(self) -> str:
        """Where people open the console."""
        return f"{self.api.url}/console"

    def reach(self, moment: datetime) -> None:
        """Fire what was timed for a moment up to this one, in its order.

        In a rehearsal it becomes `moment`, for the desk and for X.
        """
        while due := self.timers.due(moment):
            self._become(due[0].at)
            self.timers.fire(due[0])
            self.settle()
        self._become(moment)

    def fire(self, schedule: str, moment: datetime) -> None:
        """Fire the schedule for this moment and wait for what it puts into the queue; raises FunctionError."""
        self.schedules[schedule].fire(moment)
        self.settle()

    def settle(self) -> None:
        """In a rehearsal: wait until no queue has anything to do now. Raises NeverQuiet.

        A function may fill another queue. So all are looked at again until none had anything to do.
        """
        if self.clock is not None:
            self.x.state.clock.set(self.clock.now())
            while any(queue.wait() for queue in (self.pictures, self.posts, self.look_ups)):
                pass

    def _become(self, moment: datetime) -> None:
        if self.clock is not None:
            self.clock.reach(moment)
            self.x.state.clock.set(self.clock.now())


@contextmanager
def stage(  # noqa: PLR0913 - what a desk is made of
    mail_folder: Path,
    *,
    rehearse_from: datetime | None = None,
    ports: Ports = Ports(),
    enforce_iam: bool = False,
    desk: Desk | None = None,
    fetch_exceptions: Collection[str] = (),
    environment: Mapping[str, str] = MappingProxyType({}),
    x_site: str = "",
    pictures: Collection[str] = (),
) -> Iterator[Stage]:
    """Build the desk of desk.yaml, whose live settings are stored, and take everything down however it ends.

    With `rehearse_from` time is the script's: it stays there until `Stage.reach` moves it. The desk may fetch from
    `fetch_exceptions` too, servers on this machine by `host:port`. `environment` is what handlers find in theirs
    besides. Links lead to `x_site` in place of the local X, and `pictures` are sites whose pictures are shown, too.
    Raises PortTakenError, MiniStackError, DeployError.
    """
    desk = desk or load_desk()
    _check_apart(ports)
    with Cleanup() as everything:
        folder = Path(everything.enter_context(tempfile.TemporaryDirectory(prefix="dorothy-stage-")))
        clock = RehearsalClock(folder / "clock", rehearse_from) if rehearse_from else None
        x_port = free_port(ports.x)
        sign_in = everything.enter_context(issuer(free_port(ports.sign_in), desk))
        aws_environment = {**environment, **ALLOWS_HTTP, **(clock.environment() if clock else {})}
        aws = everything.enter_context(ministack(ports.aws, enforce_iam=enforce_iam, environment=aws_environment))
        x = everything.enter_context(_x(desk, x_port, rehearse_from))
        api_port = free_port(ports.api)
        access = ApiAccess(f"http://{LOOPBACK}:{api_port}", _CALLER)
        year = (rehearse_from or utc_now()).year
        instead = rehearsed() if clock else {}
        push = everything.enter_context(PushReceiver(clock.now if clock else utc_now))
        deployed = deploy(
            aws,
            desk,
            XAccess(x.url, x.account.secret(), x_site, pictures),
            api=access,
            year=year,
            issuer=sign_in,
            fetch_exceptions=[*fetch_exceptions, push.host_and_port],
            instead=instead,
        )
        everything.enter_context(gateway(api_port, open_routes(deployed)))
        if enforce_iam:
            settle_differences(aws)
        settings = LiveSettingItems(aws.client("dynamodb"), deployed.outputs["DeskTable"])
        seed_missing(settings, live_values(desk), rehearse_from or utc_now())
        devices = DeviceItems(aws.client("dynamodb"), deployed.outputs["DeskTable"])
        make_keys(aws.client("secretsmanager"), deployed.outputs["PushSecret"], devices)
        mailboxes = Mailboxes(deployed, mail_folder, x.state.clock.now)
        mailboxes.open(desk)
        control = XControl(x.url)
        everything.callback(control.close)
        api = ApiClient(access.url, access.token)
        everything.callback(api.close)
        yield Stage(
            desk=desk,
            x=x,
            control=control,
            deployed=deployed,
            api=api,
            schedules=schedules_of(deployed),
            timers=Timers(deployed),
            posts=QuietQueue(aws.client("sqs"), deployed.outputs["PostsQueueUrl"]),
            look_ups=QuietQueue(aws.client("sqs"), deployed.outputs["LookUpsQueueUrl"]),
            pictures=QuietQueue(aws.client("sqs"), deployed.outputs["PicturesQueueUrl"]),
            pump=_rehearsed_pump(deployed, clock) if clock else mentions_pump(deployed),
            mailboxes=mailboxes,
            push=push,
            clock=clock,
        )


def _rehearsed_pump(deployed: Deployed, clock: RehearsalClock) -> Pump:
    return mentions_pump(
        deployed,
        before_batch=lambda: clock.advance(_BETWEEN_BATCHES),
        sleep=lambda seconds: clock.advance(timedelta(seconds=seconds)),
    )


def _check_apart(ports: Ports) -> None:
    asked = {"the local AWS": ports.aws, "the local X": ports.x, "the desk's HTTP API": ports.api}
    asked["the issuer"] = ports.sign_in
    for (one, port), (other, same) in combinations(asked.items(), 2):
        if port and port == same:
            raise PortTakenError(f"Port {port} cannot serve {one} and {other}; choose another for one of them.")


def _x(desk: Desk, port: int, now: datetime | None) -> RunningX:
    return start(port, account=account_of(desk), now=now, zone=desk.brand.timezone, rehearsal=now is not None)
