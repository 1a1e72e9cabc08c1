"""The sweep makes what reads mentions only when a mention waits, whatever goes wrong with it."""

import subprocess
import sys
from datetime import timedelta

import pytest

from benchmarks.startup import SETTINGS
from desk.mentions.model import Stage
from desk.routing.route import RouteAndNotify
from local.brand.parameters import ROOT
from sweep.sweep import SweepMentions
from sweep.wiring import LazyRouter
from tests.unit.routing.scene import TUESDAY, Scene, mention, mention_id

LATER = TUESDAY + timedelta(minutes=5)
HAS_READER = "import sys, {function}.handler; print('desk.reader.trained_reader' in sys.modules)"


class Making:
    """Makes the scene's routing; `broken` it can't."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self.times = 0
        self.broken = False

    def __call__(self) -> RouteAndNotify:
        self.times += 1
        if self.broken:
            raise RuntimeError("no heads")
        return self._scene.router

    def sweep(self) -> SweepMentions:
        return SweepMentions(self._scene.mentions, LazyRouter(self))


@pytest.mark.process
@pytest.mark.parametrize(("function", "has"), [("sweep", False), ("route_inquiry", True)])
def test_only_routing_loads_its_reader_at_import(function: str, has: bool) -> None:
    script, environment = HAS_READER.format(function=function), SETTINGS | {"PYTHONPATH": str(ROOT / "functions")}

    told = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)

    assert told.stdout.splitlines()[-1:] == [str(has)], told.stderr


def test_the_router_is_made_once_and_only_when_a_mention_waits() -> None:
    scene = Scene()
    making = Making(scene)
    sweep = making.sweep()

    made = []
    for number in (None, 1, 2):
        if number:
            scene.receive(mention(number))
        sweep.sweep(LATER, lambda: True)
        made.append(making.times)

    assert made == [0, 1, 1]
    assert scene.topics.cases("billing") == [mention_id(1), mention_id(2)]


def test_a_router_that_cannot_be_made_counts_against_no_mention_and_is_made_later() -> None:
    scene = Scene()
    making = Making(scene)
    sweep = making.sweep()
    (waiting,) = scene.receive(mention(1))
    making.broken = True

    failed = [sweep.sweep(LATER, lambda: True).failures for _ in range(6)]
    left = scene.mentions.stored[waiting]
    making.broken = False
    sweep.sweep(LATER, lambda: True)

    assert failed == [{waiting: "RuntimeError"}] * 6
    assert (left.stage, left.failures) == (Stage.READING, 0)
    assert scene.topics.cases("billing") == [waiting]
