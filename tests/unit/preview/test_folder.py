"""What was read goes in time: by the command that comes next, also where an earlier one was cut short."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from desk.clock import utc_now
from local.cli.main import app
from local.preview.folder import (
    KEPT,
    PreviewedAccount,
    PreviewFolder,
    folder_of,
    newest_folder,
    previews_root,
    remove_expired,
)
from local.running_desk import reserved

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _previews(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def begun(handle: str, at: datetime) -> PreviewFolder:
    folder = folder_of(handle)
    folder.begin(PreviewedAccount(handle, "1", "https://api.x.com", "desk.yaml", at))
    folder.keep("mentions", {"data": [{"text": "words of somebody"}]})
    return folder


def test_a_day_after_it_began_the_next_command_removes_all_of_it() -> None:
    old, young = begun("Jade", utc_now() - KEPT - SECOND), begun("amber", utc_now() - KEPT + timedelta(hours=1))

    result = CliRunner().invoke(app, ["schema"])

    assert (old.path.exists(), young.path.exists()) == (False, True)
    assert "1 expired preview is deleted." in result.stderr


def test_what_a_process_uses_is_left_to_that_process() -> None:
    folder = begun("jade", NOW)

    with reserved(folder.path):
        assert (folder.is_in_use(), remove_expired(NOW + 2 * KEPT)) == (True, 0)
    assert (folder.is_in_use(), remove_expired(NOW + 2 * KEPT)) == (False, 1)
    assert not folder.path.exists()


def test_a_removal_that_was_cut_short_goes_on_with_the_next_command() -> None:
    begun("jade", NOW).path.rename(previews_root() / ".going-1234")

    remove_expired(NOW)

    assert list(previews_root().iterdir()) == []


def test_a_folder_that_states_no_time_goes_a_day_after_its_last_change() -> None:
    folder = begun("jade", NOW)
    (folder.path / "preview.json").write_text("{", encoding="utf-8")
    os.utime(folder.path, (NOW.timestamp(), NOW.timestamp()))

    assert (remove_expired(NOW + KEPT - SECOND), remove_expired(NOW + KEPT)) == (0, 1)


def test_a_clock_that_was_put_back_keeps_nothing_for_longer() -> None:
    begun("jade", NOW)

    assert remove_expired(NOW - timedelta(days=300)) == 1


def test_only_its_owner_can_read_it() -> None:
    folder = begun("jade", NOW)

    assert folder.path.stat().st_mode & 0o077 == 0
    assert [path.stat().st_mode & 0o077 for path in folder.path.iterdir()] == [0, 0]


def test_pages_are_kept_in_their_order_and_the_newest_preview_is_found() -> None:
    older, newer = begun("jade", NOW), begun("amber", NOW + SECOND)
    for number in range(2, 12):
        newer.keep("mentions", {"number": number})
    newest = newest_folder()

    assert newest is not None
    assert (newest.path, older.path.name) == (newer.path, "jade")
    assert [page["number"] for page in newest.pages("mentions")[1:]] == list(range(2, 12))
