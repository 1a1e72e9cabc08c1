"""A command that starts a desk on this machine ends when it is told to, also where Python loses the interrupt."""

import os
import signal
from contextlib import suppress

import pytest

from local.cli.errors import UserError
from local.cli.machine import Interruption, machine_errors


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_command_with_a_sentence(kind: signal.Signals) -> None:
    before = signal.getsignal(kind)

    with pytest.raises(UserError, match="Stopped") as ended, machine_errors():
        os.kill(os.getpid(), kind)

    assert ended.value.exit_code == 130
    assert signal.getsignal(kind) is before


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_that_was_lost_ends_it_at_the_next_step(kind: signal.Signals) -> None:
    with pytest.raises(UserError, match="Stopped"), machine_errors() as interruption:
        lose(kind, interruption)


def lose(kind: signal.Signals, interruption: Interruption) -> None:
    """As a destructor does that the signal comes into."""
    with suppress(KeyboardInterrupt):
        os.kill(os.getpid(), kind)
    interruption.check()


def test_without_a_signal_every_step_goes_on() -> None:
    with machine_errors() as interruption:
        interruption.check()
