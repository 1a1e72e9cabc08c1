"""The state file of a running desk: found while it runs, by its owner only, and never a left-over."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from local.running_desk import DeskAlreadyRunningError, RunningDesk, UnusableStateError, reserved, running_desk

DESK = RunningDesk("http://127.0.0.1:8010", "http://127.0.0.1:8008", "http://127.0.0.1:8009", "dorothy")
HOLDER = """
import sys, time
from pathlib import Path
from local.running_desk import RunningDesk, reserved
with reserved(Path(sys.argv[1])) as state_file, state_file.announcing(RunningDesk(*sys.argv[2:])):
    print("up", flush=True)
    time.sleep(60)
"""


def test_it_is_found_while_it_runs_and_not_a_moment_longer(tmp_path: Path) -> None:
    with reserved(tmp_path) as state_file, state_file.announcing(DESK):
        found = running_desk(tmp_path)
        mode = stat.S_IMODE((tmp_path / "desk.json").stat().st_mode)

    assert (found, mode) == (DESK, 0o600)
    assert running_desk(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.process
def test_the_state_of_a_killed_process_is_no_desk_and_blocks_no_other(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path), DESK.aws, DESK.x, DESK.api, DESK.stack]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "up\n"
        while_it_ran = running_desk(tmp_path)
        holder.send_signal(signal.SIGKILL)

    assert while_it_ran == DESK
    assert (tmp_path / "desk.json").exists()
    assert running_desk(tmp_path) is None
    with reserved(tmp_path) as state_file, state_file.announcing(DESK):
        assert running_desk(tmp_path) == DESK


def test_two_desks_never_share_a_folder(tmp_path: Path) -> None:
    with reserved(tmp_path) as state_file, state_file.announcing(DESK):
        with pytest.raises(DeskAlreadyRunningError, match="already"), reserved(tmp_path):
            pass

        assert running_desk(tmp_path) == DESK


def test_a_desk_that_is_being_built_is_not_acted_on(tmp_path: Path) -> None:
    with reserved(tmp_path), pytest.raises(UnusableStateError, match="just starting or ending"):
        running_desk(tmp_path)


def test_a_state_file_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    elsewhere = RunningDesk("https://dynamodb.example", DESK.x, DESK.api, DESK.stack)
    with (
        reserved(tmp_path) as state_file,
        state_file.announcing(elsewhere),
        pytest.raises(UnusableStateError, match="not on this machine"),
    ):
        running_desk(tmp_path)


def test_a_state_file_of_another_version_is_said_to_be_one(tmp_path: Path) -> None:
    with reserved(tmp_path):
        (tmp_path / "desk.json").write_text('{"port": 1}', encoding="utf-8")

        with pytest.raises(UnusableStateError, match="another version"):
            running_desk(tmp_path)


def test_a_state_file_that_belongs_to_somebody_else_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reserved(tmp_path) as state_file, state_file.announcing(DESK):
        monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)

        with pytest.raises(UnusableStateError, match="somebody else"):
            running_desk(tmp_path)


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("precious", encoding="utf-8")
    (tmp_path / "desk.json").symlink_to(tmp_path / "mine.txt")

    with pytest.raises(OSError, match=r"desk\.json"), reserved(tmp_path):
        pass

    assert running_desk(tmp_path) is None
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "precious"
