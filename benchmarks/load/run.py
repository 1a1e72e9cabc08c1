"""One run: a desk is built, the hour is played on it, and what is left is judged and measured."""

from collections import Counter
from collections.abc import Mapping
from copy import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.load.hour import Hour, Played, Size
from benchmarks.load.judged import findings, minutes_to_mail
from benchmarks.load.measured import FunctionUse, Latencies, uses_of
from benchmarks.load.worker.sitecustomize import FOLDER, KILLED_ONE_IN, SEED, Told
from local.aws.quiet import NeverQuiet, QuietQueue
from local.brand.load import load_desk
from local.brand.model import Desk, XBudget
from local.stage import Stage, stage

MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
"""A Tuesday, at ten in Seoul."""
_ROOT = Path(__file__).parents[2]
_DOLLARS = 10_000
"""What the desk may spend at X: the hour has more mentions than a small brand's budget reads."""
_PATIENCE_SECONDS = 0.5
"""How long a queue is waited for whose message may have been with a process that was killed."""


class LoadRun(NamedTuple):
    """What a run has shown.

    `minutes_to_mail` are those of `judged.minutes_to_mail`; `billed` is what X bills for it, in dollars; `memory` what
    each function has, in MB.
    """

    size: Size
    killed_one_in: int
    findings: list[str]
    played: Played
    minutes_to_mail: list[float]
    latencies: Latencies
    uses: Mapping[str, FunctionUse]
    memory: Mapping[str, int]
    billed: float


class _QueueOfTheKilled(QuietQueue):
    """A queue whose function may be killed: its message comes again after minutes, and the sweep sends one before."""

    def wait(self) -> bool:
        try:
            return super().wait()
        except NeverQuiet:
            return False


def run(size: Size, *, killed_one_in: int, seed: int) -> LoadRun:
    """Play the hour on a new desk. One call of AWS in so many ends its process; 0: none does."""
    with TemporaryDirectory(prefix="dorothy-load-") as name:
        folder = Path(name, "calls")
        folder.mkdir()
        environment = {
            "PYTHONPATH": f"{_ROOT / 'benchmarks/load/worker'}:{_ROOT}",
            FOLDER: str(folder),
            KILLED_ONE_IN: str(killed_one_in),
            SEED: str(seed),
        }
        with stage(Path(name, "mail"), rehearse_from=MORNING, desk=_desk(), environment=environment) as here:
            desk = _with_killed_functions(here) if killed_one_in else here
            hour = Hour(desk, size, MORNING)
            played = hour.play()
            names = {physical: logical for logical, physical in desk.deployed.resources.items()}
            uses = uses_of(folder, names)
            unsettled = sum((use.unsettled for use in uses.values()), Counter[Told]())
            return LoadRun(
                size=size,
                killed_one_in=killed_one_in,
                findings=findings(desk, played, unsettled),
                played=played,
                minutes_to_mail=minutes_to_mail(desk, played),
                latencies=hour.latencies,
                uses=uses,
                memory=_memory(desk, names),
                billed=desk.control.bill()["micro_usd"] / 1e6,
            )


def _desk() -> Desk:
    return load_desk().model_copy(update={"x_budget": XBudget(day_usd=_DOLLARS, month_usd=_DOLLARS)})


def _with_killed_functions(here: Stage) -> Stage:
    posts, look_ups, pictures = (
        _QueueOfTheKilled(queue.sqs, queue.url, seconds=_PATIENCE_SECONDS)
        for queue in (here.posts, here.look_ups, here.pictures)
    )
    return replace(here, posts=posts, look_ups=look_ups, pictures=pictures)


def _memory(here: Stage, names: Mapping[str, str]) -> dict[str, int]:
    pages = here.deployed.aws.client("lambda").get_paginator("list_functions").paginate()
    return {names[each["FunctionName"]]: each["MemorySize"] for page in pages for each in page["Functions"]}
