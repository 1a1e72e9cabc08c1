"""Ctrl-C, also an impatient one: what was started is stopped and what was written is removed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from local.cleanup import Cleanup
from tests.families import variants


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """Shells start background jobs with SIGINT ignored, and Python then raises no KeyboardInterrupt."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


LOCAL_AWS = """
import signal
from local.aws import ministack
from local.cli.machine import machine_errors

stop = ministack._stop

def told(process):
    print("stopping", process.pid, flush=True)
    stop(process)

ministack._stop = told
with machine_errors(), ministack.ministack():
    print("up", flush=True)
    while True:
        signal.pause()
"""


def interrupted(program: str, folder: Path, numbers: list[signal.Signals]) -> tuple[int, int]:
    """Run the program, send it the first signal when it is up and the others while it stops what it started.

    Its exit code, and the process that it was to stop.
    """
    environment = os.environ | {"TMPDIR": str(folder), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        try:
            assert process.stdout.readline() == "up\n"
            process.send_signal(numbers[0])
            started = int(process.stdout.readline().removeprefix("stopping "))
            for number in numbers[1:]:
                process.send_signal(number)
            return process.wait(20), started
        finally:
            process.kill()


@pytest.mark.process
@variants("numbers", [[signal.SIGINT, signal.SIGINT, signal.SIGTERM], [signal.SIGTERM, signal.SIGINT]], 1)
def test_however_often_it_is_interrupted_nothing_is_left_behind(tmp_path: Path, numbers: list[signal.Signals]) -> None:
    code, started = interrupted(LOCAL_AWS, tmp_path, numbers)

    assert list(tmp_path.iterdir()) == []
    assert code != 0
    with pytest.raises(ProcessLookupError):
        os.kill(started, 0)


@pytest.mark.parametrize("fails", [True, False])
def test_what_is_being_taken_down_is_taken_down_before_an_interrupt_counts(*, fails: bool) -> None:
    done: list[str] = []

    def stop() -> None:
        signal.raise_signal(signal.SIGINT)
        done.append("stopped")

    def use() -> None:
        with Cleanup() as everything:
            everything.callback(done.append, "removed")
            everything.callback(stop)
            if fails:
                raise ValueError

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        use()

    assert done == ["stopped", "removed"]
    assert signal.getsignal(signal.SIGINT) is before


def test_a_cleanup_inside_another_hands_the_interrupt_on_to_it() -> None:
    done: list[str] = []

    def stop_inner() -> None:
        with Cleanup() as inner:
            inner.callback(signal.raise_signal, signal.SIGINT)
        done.append("stopped")

    with pytest.raises(KeyboardInterrupt), Cleanup() as everything:
        everything.callback(stop_inner)

    assert done == ["stopped"]


def test_a_cleanup_works_in_any_thread() -> None:
    done: list[str] = []

    def use() -> None:
        with Cleanup() as everything:
            everything.callback(done.append, "removed")

    thread = Thread(target=use)
    thread.start()
    thread.join()

    assert done == ["removed"]
