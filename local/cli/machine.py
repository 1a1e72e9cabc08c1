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

AwsPort = Annotated[int, typer.Option(min=0, max=65535, help="Port of the local AWS; 0 takes a free one.")]
XPort = Annotated[int, typer.Option(min=0, max=65535, help="Port of the local X; 0 takes a free one.")]
ApiPort = Annotated[int, typer.Option(min=0, max=65535, help="Port of the desk's HTTP API; 0 takes a free one.")]

_INTERRUPTED = 130


@contextmanager
def machine_errors() -> Iterator[None]:
    """End the command with one sentence instead of a traceback; SIGTERM cleans up as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    except (PortTakenError, MiniStackError, DeployError, FunctionError, NeverQuiet) as exc:
        raise UserError(str(exc)) from exc
    except KeyboardInterrupt as exc:
        raise UserError("\nStopped; everything that was started is gone.", exit_code=_INTERRUPTED) from exc
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
