"""One place says which version this is: `pyproject.toml`."""

import re
import tomllib
from pathlib import Path

from typer.testing import CliRunner

from local.cli.main import app

ROOT = Path(__file__).parents[3]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def test_the_command_line_says_the_version() -> None:
    assert CliRunner().invoke(app, ["--version"]).stdout == f"dorothy {VERSION}\n"


def test_help_of_the_command_line_says_what_it_is() -> None:
    shown = CliRunner().invoke(app, ["--help"]).stdout

    assert "A desk for a brand's X account" in shown
    assert "--version" in shown


def test_a_released_version_has_its_recordings() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = set(re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$", changelog, re.MULTILINE))
    recorded = {path.name for path in (ROOT / "tests/recorded").iterdir() if path.name[0].isdigit()}

    assert VERSION in recorded
    assert released <= recorded
