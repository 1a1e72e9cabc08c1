"""How a function starts in Lambda: without the garbage collector, which then runs."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

FUNCTIONS = Path(__file__).parents[2] / "functions"
HANDLERS = sorted(FUNCTIONS.glob("**/handler.py"))
START = """
import gc, json, desk
gc.collect()
passes = []
gc.callbacks.append(lambda phase, about: passes.append(phase))
import check_link.handler as handler
print(json.dumps([len(passes), gc.isenabled(), gc.get_freeze_count(), handler._wired() is handler._wired()]))
"""
"""Starts a small function, and says how often the collector ran, whether it runs now, and what it leaves out.

Passes count from `desk` on, which switches the collector off: what is imported before may begin one.
"""


def started(**settings: str) -> list[int]:
    """What START prints in a process of its own."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(FUNCTIONS), "FETCH_EXCEPTIONS": "", **settings}
    run = subprocess.run([sys.executable, "-c", START], env=environment, check=True, capture_output=True, text=True)
    return list(json.loads(run.stdout.splitlines()[-1]))


@pytest.mark.process
def test_a_function_starts_in_lambda_without_the_collector_which_then_runs_and_leaves_out_what_was_loaded() -> None:
    passes, is_running, left_out, is_wired_once = started(AWS_LAMBDA_FUNCTION_NAME="desk-CheckLink")

    assert is_running
    assert is_wired_once
    assert passes == 0
    assert left_out > 10_000


@pytest.mark.process
def test_elsewhere_the_collector_is_left_alone_and_each_event_wires_anew() -> None:
    passes, is_running, left_out, is_wired_once = started()

    assert is_running
    assert not is_wired_once
    assert passes > 0
    assert left_out == 0


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda path: str(path.relative_to(FUNCTIONS).parent))
def test_every_function_ends_its_start_so_that_the_collector_runs(handler: Path) -> None:
    assert re.search(
        r"^_wired = at_start\(wire(, with_live_settings)?\)$", handler.read_text(encoding="utf-8"), re.MULTILINE
    )


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda path: str(path.relative_to(FUNCTIONS).parent))
def test_every_handler_logs_its_request_and_lets_no_words_of_others_out(handler: Path) -> None:
    assert "\n@logged\ndef lambda_handler(" in handler.read_text(encoding="utf-8")
