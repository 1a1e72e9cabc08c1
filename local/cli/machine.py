"""What the commands that start a desk on this machine share: their ports, and how their failures read."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Annotated

import typer

from local.aws.deploy import DeployError
from local.aws.ministack import MiniStackError
from local.aws.ports import PortTakenError
from local.aws.pump import FunctionError
from local.aws.quiet import NeverQuiet
from local.cli.errors import UserError
from local.running_desk import DeskAlreadyRunningError

AwsPort = Annotated[int, typer.Option(min=0, max=65535, help="Port of the local AWS; 0 takes a free one.")]
XPort = Annotated[int, typer.Option(min=0, max=65535, help="Port of the local X; 0 takes a free one.")]
ApiPort = Annotated[int, typer.Option(min=0, max=65535, help="Port of the desk's HTTP API; 0 takes a free one.")]

_INTERRUPTED = 130


class Interruption:
    """Ctrl-C, and SIGTERM, which cleans up as it does.

    An interrupt that is raised in a destructor or a callback is lost in Python; so it is remembered, and long
    runs check for it between steps.
    """

    def __init__(self) -> None:
        self._asked = False

    def heed(self, _number: int, _frame: FrameType | None) -> None:
        """Handle the signal."""
        self._asked = True
        raise KeyboardInterrupt

    def check(self) -> None:
        """Raise KeyboardInterrupt once more if there was one."""
        if self._asked:
            raise KeyboardInterrupt


@contextmanager
def machine_errors() -> Iterator[Interruption]:
    """End the command with one sentence instead of a traceback."""
    interruption = Interruption()
    before = {kind: signal.signal(kind, interruption.heed) for kind in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield interruption
    except (PortTakenError, MiniStackError, DeployError, FunctionError, NeverQuiet, DeskAlreadyRunningError) as exc:
        raise UserError(str(exc)) from exc
    except KeyboardInterrupt as exc:
        raise UserError("\nStopped; everything that was started is gone.", exit_code=_INTERRUPTED) from exc
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
