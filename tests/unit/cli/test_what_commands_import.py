"""A command imports what it needs: people on call wait for it, and everything that `dorothy` can do takes seconds."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from local.cli.main import COMMANDS, app
from tests.families import variants

pytestmark = pytest.mark.process

NEEDLESS = {
    "flask",
    "local.demo",
    "local.stage",
    "ministack",
    "moto",
    "numpy",
    "requests",
    "sklearn",
    "training",
    "werkzeug",
}
RUN = """
import sys
from local.cli.main import app
try:
    app({arguments!r})
except SystemExit as ended:
    print(ended.code, *sys.modules)
"""


@variants("arguments", [["doctor"], ["failed", "list"], ["replay", "--failed"]], 1, named=" ".join)
def test_a_command_for_people_on_call_does_not_import_the_others(arguments: list[str], tmp_path: Path) -> None:
    code = RUN.format(arguments=[*arguments, "--local"])
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    ended, *imported = ran.stdout.split()

    assert ended == "1", "no desk runs in this folder"
    assert {f"local.cli.{arguments[0]}", "local.cli.target"} <= set(imported)
    assert NEEDLESS & set(imported) == set()


def test_help_has_every_command_with_what_it_does() -> None:
    shown = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).stdout

    rows = dict(line.strip("│ ").split(maxsplit=1) for line in shown.splitlines() if line.startswith("│ "))
    assert set(COMMANDS) <= rows.keys()
