"""The state file by which commands find the desk that `dorothy up` runs on this machine.

It is a file in the desk's folder, readable by its owner only, and contains no secret. While the desk runs, its process
holds a lock on the file, which the system releases however the process ends. So a file without a lock is a left-over,
and two desks never share a folder.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from local.aws.ports import LOOPBACK

UP = Path(".dorothy/up")
"""The folder of the desk that `dorothy up` runs, below the directory in which it was started."""
STATE_FILE = "desk.json"
"""Its name in the folder of a desk."""
_PATIENCE_SECONDS = 1.0
"""The longest time for which a reader may hold the lock."""


class DeskAlreadyRunningError(Exception):
    """Another desk runs in the folder; the message is for a person."""


class UnusableStateError(Exception):
    """The state file leads to no desk that a command may act on; the message is for a person."""


@dataclass(frozen=True, slots=True)
class RunningDesk:
    """Where the parts of a running desk answer, all on loopback, and what its stack is called."""

    aws: str
    x: str
    api: str
    stack: str


class StateFile:
    """The state file of a folder, whose lock is held."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @contextmanager
    def announcing(self, desk: RunningDesk) -> Iterator[None]:
        """While the block runs, commands find this desk."""
        os.pwrite(self._descriptor, json.dumps(asdict(desk)).encode(), 0)
        try:
            yield
        finally:
            os.ftruncate(self._descriptor, 0)


@contextmanager
def reserved(folder: Path) -> Iterator[StateFile]:
    """Keep this folder for one desk while the block runs. Raises DeskAlreadyRunningError while another has it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / STATE_FILE
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        _lock(descriptor, folder)
        os.fchmod(descriptor, 0o600)
        os.ftruncate(descriptor, 0)
        try:
            yield StateFile(descriptor)
        finally:
            path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def running_desk(folder: Path = UP) -> RunningDesk | None:
    """The desk that runs in this folder; None when none does.

    Raises UnusableStateError while it is still being built or taken down, and for a file that somebody else wrote.
    """
    try:
        descriptor = os.open(folder / STATE_FILE, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        if _is_unlocked(descriptor):
            return None
        if os.fstat(descriptor).st_uid != os.geteuid():
            raise UnusableStateError(f"{folder / STATE_FILE} belongs to somebody else; no command acts on that desk.")
        return _desk_in(os.pread(descriptor, 10_000, 0), folder)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if time.monotonic() > deadline:
            raise DeskAlreadyRunningError(
                f"A desk is running in {folder} already. End it with Ctrl-C where it was started, or start this one in "
                "another directory."
            )
        time.sleep(0.05)


def _is_unlocked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _desk_in(content: bytes, folder: Path) -> RunningDesk:
    if not content:
        raise UnusableStateError(f"The local desk in {folder} is just starting or ending; try again in a moment.")
    try:
        desk = RunningDesk(**json.loads(content))
    except (ValueError, TypeError) as exc:
        raise UnusableStateError(f"{folder / STATE_FILE} was written by another version of dorothy.") from exc
    if any(urlsplit(url).hostname != LOOPBACK for url in (desk.aws, desk.x, desk.api)):
        raise UnusableStateError(f"{folder / STATE_FILE} names a desk that is not on this machine.")
    return desk
