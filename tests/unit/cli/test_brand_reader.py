"""The reader that commands read with."""

import pytest

from local.brand.load import DESK_FILE
from local.cli.brand_reader import brand_and_reader
from tests.brands import OTHER_DESK


def test_a_note_says_that_departments_were_not_trained(capsys: pytest.CaptureFixture[str]) -> None:
    brand, _ = brand_and_reader(OTHER_DESK)

    out, told = capsys.readouterr()
    assert out == ""
    assert told == (
        "The departments of other_desk.yaml are not those that were trained last, so that words tell them apart: "
        f"`dorothy train --desk {OTHER_DESK}`.\n"
    )
    assert "tickets" in brand.departments


def test_the_desk_of_this_folder_needs_no_name(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.cli.untrained.DESK_FILE", OTHER_DESK)

    brand_and_reader(OTHER_DESK)

    assert capsys.readouterr().err.endswith(": `dorothy train`.\n")


def test_no_note_for_the_shipped_brand_which_was_trained(capsys: pytest.CaptureFixture[str]) -> None:
    brand_and_reader(DESK_FILE)

    assert capsys.readouterr() == ("", "")
