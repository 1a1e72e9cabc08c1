"""`dorothy read`: texts or lines in, one JSON line each out."""

import json
import subprocess
import sys
from typing import Any

import pytest
from typer.testing import CliRunner

from local.cli.main import app
from tests.brands import OTHER_DESK

_KEYS = {"kind", "need", "department", "urgency", "lang", "confidence", "why"}


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner()


def answers(stdout: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stdout.splitlines()]


def test_texts_are_answered_in_their_order(runner: CliRunner) -> None:
    result = runner.invoke(app, ["read", "이번 달 청구서 환불해 주세요", "셋톱박스가 고장났어요"])

    first, second = answers(result.stdout)
    assert result.exit_code == 0
    assert first.keys() == second.keys() == _KEYS | {"text"}
    assert (first["text"], first["department"]) == ("이번 달 청구서 환불해 주세요", "billing")
    assert second["department"] == "home"


def test_why_names_rules_and_evidence(runner: CliRunner) -> None:
    (answer,) = answers(runner.invoke(app, ["read", "청구서가 이상해요"]).stdout)

    assert {"rule": "department_word", "evidence": "청구서"} in answer["why"]


def test_lines_are_texts_or_objects_whose_other_keys_pass_through(runner: CliRunner) -> None:
    lines = '청구서가 이상해요\n\n{"text": "와이파이가 안 돼요", "author": "kim", "kind": "?", "n": {"a": [1]}}\n'

    first, second = answers(runner.invoke(app, ["read"], input=lines).stdout)

    assert first["text"] == "청구서가 이상해요"
    assert (second["author"], second["n"]) == ("kim", {"a": [1]})
    assert second["kind"] != "?"


def test_pictures_told_in_a_line_are_seen(runner: CliRunner) -> None:
    lines = '{"text": "이거요", "media": [{"type": "photo"}]}\n'

    (answer,) = answers(runner.invoke(app, ["read"], input=lines).stdout)

    assert answer["department"] == "operator"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b'{"text": ', "Line 2 is not JSON"),
        (b'{"texts": "a"}', 'Line 2 needs a key "text"'),
        (b'{"text": 5}', 'Line 2 needs a key "text"'),
        (b'{"text": "a", "lang": 5}', 'Line 2 has a "lang" that is not a text'),
        (b'{"text": "a", "media": "photo"}', 'Line 2 has a "media" that is not a list of objects'),
        (b'{"text": "a", "n": NaN}', "Line 2 is not JSON: NaN is no JSON value"),
        (b'{"text": "a", "n": ' + b"9" * 5000 + b"}", "Line 2 is not JSON"),
        (b'{"text": ' + b"[" * 100_000, "Line 2 is nested too deeply"),
        (b"\xff\xfe", "Line 2 is not UTF-8 text"),
    ],
)
def test_a_bad_line_is_told_by_number_and_the_others_are_read(runner: CliRunner, line: bytes, told: str) -> None:
    result = runner.invoke(app, ["read"], input="안녕\n".encode() + line + "\n청구서\n".encode())

    assert result.exit_code == 1
    assert [answer["text"] for answer in answers(result.stdout)] == ["안녕", "청구서"]
    assert result.stderr.startswith(told)
    assert result.stderr.splitlines()[-1] == "1 line could not be read; the others were."


def test_half_a_character_in_a_line_is_passed_on_as_it_came(runner: CliRunner) -> None:
    result = runner.invoke(app, ["read"], input='{"text": "\\ud800"}\n')

    assert result.exit_code == 0
    assert '"text": "\\ud800"' in result.stdout


def test_an_empty_input_has_no_answers(runner: CliRunner) -> None:
    result = runner.invoke(app, ["read"], input="")

    assert (result.exit_code, result.stdout) == (0, "")


def test_another_brand_reads_by_its_own_words(runner: CliRunner) -> None:
    result = runner.invoke(app, ["read", "--desk", str(OTHER_DESK), "I lost my umbrella, can you help?"])

    assert answers(result.stdout)[0]["department"] == "lost-property"


def test_each_line_is_answered_before_the_next_is_sent() -> None:
    command = [sys.executable, "-c", "from local.cli.main import app; app()", "read"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reading:
        assert reading.stdin is not None
        assert reading.stdout is not None

        reading.stdin.write("청구서가 이상해요\n".encode())
        reading.stdin.flush()
        first = json.loads(reading.stdout.readline())
        reading.stdin.write("셋톱박스가 고장났어요\n".encode())
        reading.stdin.close()
        second = json.loads(reading.stdout.readline())

    assert (first["department"], second["department"]) == ("billing", "home")
    assert reading.returncode == 0


def test_a_reader_of_the_output_who_leaves_early_causes_no_traceback() -> None:
    command = [sys.executable, "-c", "from local.cli.main import app; app()", "read"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reading:
        assert reading.stdout is not None
        reading.stdout.close()
        reading.stdout = None
        _, complaint = reading.communicate("청구서\n".encode() * 3000, timeout=60)

    assert b"Traceback" not in complaint
