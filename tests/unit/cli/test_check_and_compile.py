"""`dorothy check`, `compile` and `schema`: a sentence that says what to fix, never a traceback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from desk.brand import load_brand
from local.brand.load import DESK_FILE
from local.brand.schema import schema_text
from local.cli.main import app
from tests.brands import OTHER_DESK


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner()


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "desk.yaml"
    text = DESK_FILE.read_text(encoding="utf-8")
    path.write_text(text.replace("language: ko", "language: jp").replace("count: 20", "count: many"), encoding="utf-8")
    return path


def test_check_says_that_the_shipped_desk_is_well(runner: CliRunner) -> None:
    result = runner.invoke(app, ["check"])

    assert result.exit_code == 0
    assert "Emerald Mobile (@emeraldmobile): 11 departments" in result.stdout


def test_check_tells_every_mistake_on_its_line_and_fails(runner: CliRunner, broken: Path) -> None:
    result = runner.invoke(app, ["check", "--desk", str(broken)])

    lines = result.stderr.splitlines()
    assert result.exit_code == 1
    assert result.stdout == ""
    assert [line.split(" ", 1)[1] for line in lines] == [
        "brand.language: must be one of 'ko' or 'en'.",
        "mail.count: must be a whole number, without quotes.",
    ]
    assert all(line.startswith(f"{broken}:") for line in lines)


def test_check_says_what_a_trial_holds_back_and_which_departments_are_live(runner: CliRunner, tmp_path: Path) -> None:
    path = tmp_path / "desk.yaml"
    text = DESK_FILE.read_text(encoding="utf-8").replace("# mode: trial\n", "mode: trial\n", 1)
    path.write_text(text.replace("\n  billing:\n", "\n  billing:\n    mode: live\n"), encoding="utf-8")

    result = runner.invoke(app, ["check", "--desk", str(path)])

    assert result.exit_code == 0
    assert "The desk posts no greetings" in result.stdout
    assert "In trial: devices, network, plans" in result.stdout
    assert "Danger and safety checks reach the operator by mail. Nobody is called until you set" in result.stdout
    assert "Live: billing." in result.stdout
    assert "rial" not in runner.invoke(app, ["check"]).stdout


def test_check_tells_what_keeps_departments_from_being_learned(runner: CliRunner, tmp_path: Path) -> None:
    path = tmp_path / "desk.yaml"
    desk = OTHER_DESK.read_text(encoding="utf-8")
    path.write_text(desk.replace("words: [ticket, fare, refund, pass]", "words: []"), encoding="utf-8")

    result = runner.invoke(app, ["check", "--desk", str(path)])

    assert result.exit_code == 0
    assert result.stdout.splitlines()[1:] == [
        "Without words, which do most of the work: tickets.",
        "With fewer than 8 examples, so that `dorothy train` can't learn them: tickets (1), lost-property (1).",
    ]


def test_check_names_an_example_of_two_departments(runner: CliRunner, tmp_path: Path) -> None:
    path = tmp_path / "desk.yaml"
    desk = OTHER_DESK.read_text(encoding="utf-8")
    twice = desk.replace(
        "[I left my umbrella on the nine o'clock ferry.]", '["can I get a refund for yesterday\'s ticket?"]'
    )
    path.write_text(twice, encoding="utf-8")

    result = runner.invoke(app, ["check", "--desk", str(path)])

    assert result.exit_code == 1
    assert " departments.lost-property.examples[0]: " in result.stderr
    assert "is an example of 'tickets' too; keep it where it belongs." in result.stderr


def test_errors_name_a_desk_in_this_directory_by_its_short_name(
    runner: CliRunner, broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(broken.parent)

    result = runner.invoke(app, ["check", "--desk", "desk.yaml"])

    assert result.stderr.startswith("desk.yaml:")


def test_compile_writes_what_the_functions_load(runner: CliRunner, tmp_path: Path) -> None:
    out = tmp_path / "brand.json"

    result = runner.invoke(app, ["compile", "--desk", str(OTHER_DESK), "--out", str(out)])

    assert result.exit_code == 0
    assert load_brand(out).key == "harbor-lantern"


def test_compile_tells_whose_departments_were_not_trained(runner: CliRunner, tmp_path: Path) -> None:
    told = [
        runner.invoke(app, ["compile", "--desk", str(desk), "--out", str(tmp_path / "brand.json")]).stderr
        for desk in (OTHER_DESK, DESK_FILE)
    ]

    assert ["words tell them apart" in each for each in told] == [True, False]


def test_compile_leaves_what_was_there_when_the_desk_is_broken(runner: CliRunner, broken: Path, tmp_path: Path) -> None:
    out = tmp_path / "brand.json"
    out.write_text("before", encoding="utf-8")

    result = runner.invoke(app, ["compile", "--desk", str(broken), "--out", str(out)])

    assert result.exit_code == 1
    assert out.read_text(encoding="utf-8") == "before"


def test_compile_tells_where_it_cannot_write(runner: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    result = runner.invoke(app, ["compile", "--out", str(tmp_path / "file" / "brand.json")])

    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert str(tmp_path / "file") in result.stderr


def test_schema_is_printed_or_written(runner: CliRunner, tmp_path: Path) -> None:
    out = tmp_path / "schema.json"

    printed = runner.invoke(app, ["schema"])
    runner.invoke(app, ["schema", "--out", str(out)])

    assert printed.stdout == schema_text() == out.read_text(encoding="utf-8")
    assert json.loads(printed.stdout)["title"] == "desk.yaml"


@pytest.mark.parametrize("command", ["check", "compile", "read", "schema"])
def test_every_command_explains_itself(runner: CliRunner, command: str) -> None:
    result = runner.invoke(app, [command, "--help"])

    assert result.exit_code == 0
    assert "Usage" in result.stdout


def test_an_unknown_command_is_answered_with_usage_and_exit_code_2(runner: CliRunner) -> None:
    assert runner.invoke(app, ["chekc"]).exit_code == 2


def test_a_bug_keeps_its_traceback(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(_: Path) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("local.cli.check.load_desk", bug)

    assert isinstance(runner.invoke(app, ["check"]).exception, ZeroDivisionError)


@pytest.mark.process
def test_the_installed_command_tells_a_missing_file_without_a_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from local.cli.main import app; app()", "check", "--desk", "/no/desk.yaml"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr == "/no/desk.yaml:1:1 cannot be read: no such file or directory.\n"
