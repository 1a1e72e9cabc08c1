"""Sections that load later: a start imports nothing of them, and the first request for any of their paths does."""

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from benchmarks.startup import SETTINGS
from desk.web.routes import LaterRoutes
from operator_console.app import AnyRoute
from tests.unit.operator_console.scene import ConsoleScene

pytestmark = pytest.mark.process

if TYPE_CHECKING:
    from operator_console.app import RouteOrLater

_AT_START = {"shell", "items", "inbox", "case", "session"}
_LATER = {
    "desk.attendance",
    "desk.feeds",
    "desk.fetch",
    "desk.pictures.store",
    "desk.posts.announcement_drafts",
    "desk.posts.performance",
    "desk.staff.practice",
    "operator_console.case.practice",
    "operator_console.items.checks",
    "operator_console.session.issuer",
}
_START = "import os, sys; from operator_console.wiring import wire; wire(os.environ); print(*sys.modules)"


def test_a_start_imports_neither_the_views_nor_the_stores_of_sections_that_load_later() -> None:
    environment = {**SETTINGS, "PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
    del environment["AWS_LAMBDA_FUNCTION_NAME"]  # live settings are not asked for

    done = subprocess.run([sys.executable, "-c", _START], env=environment, capture_output=True, text=True, check=True)

    loaded = set(done.stdout.split())
    parts = [name.split(".") for name in loaded if name.startswith("operator_console.")]
    assert {part[1] for part in parts if len(part) > 2} == _AT_START
    assert not loaded & _LATER


def test_each_path_of_a_section_begins_with_a_name_of_it_and_no_other_path_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[RouteOrLater] = []
    monkeypatch.setattr("operator_console.console.Routes", {AnyRoute: made.extend})

    ConsoleScene().console  # noqa: B018 - its routes are what is looked at

    sections = [each for each in made if isinstance(each, LaterRoutes)]
    names = [name for section in sections for name in section.names]
    assert len(names) == len(set(names))
    for section in sections:
        assert {_first(route.pattern) for route in section.make()} == section.names
    assert not {_first(each.pattern) for each in made if not isinstance(each, LaterRoutes)} & set(names)


def _first(pattern: str) -> str:
    return pattern.partition("/")[0]
