"""A rollback: the code of the release before reads what this one stores, but for what the page about it says."""

import json
import os
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from tests.recorded.releases import FOLDER, releases

ROOT = Path(__file__).parents[2]
PARTS = ("functions", "local", "training", "infra", "desk.yaml", "tests")
DOCUMENTED = {"outbox_entry": ["ValueError: 'praise' is not a valid OutboxKind"]}
"""What docs/releases.md has people wait for before they roll back."""


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """The tree of the release before the newest one, from git."""
    *_, before, _newest = releases()
    asked = ["git", "-C", str(ROOT), "archive", f"v{before.name}", *PARTS]
    told = subprocess.run(asked, capture_output=True, check=False)
    if told.returncode:
        pytest.skip(f"this checkout has no tag v{before.name}")
    with tarfile.open(fileobj=BytesIO(told.stdout)) as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path


@pytest.mark.process
def test_the_release_before_reads_what_this_one_stores(earlier: Path) -> None:
    script = ROOT / "tests" / "recorded" / "read_back.py"
    told = subprocess.run(
        [sys.executable, script, FOLDER / releases()[-1].name],
        cwd=earlier,
        env={**os.environ, "PYTHONPATH": f"{earlier / 'functions'}{os.pathsep}{earlier}"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(told.stdout) == DOCUMENTED
    page = (ROOT / "docs" / "releases.md").read_text(encoding="utf-8")
    assert "passed-on praise" in page
