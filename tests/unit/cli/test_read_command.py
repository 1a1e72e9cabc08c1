"""`dorothy read`: texts or lines in, one JSON line each out."""

import json
import os
import subprocess
import sys
import tracemalloc
from copy import replace
from io import BufferedReader, RawIOBase
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from desk.mentions.model import Mention
from desk.reader.explain import sureness
from desk.reading import Kind, Need, Reading, Urgency, Why
from local.cli.errors import UserError
from local.cli.explained import explained
from local.cli.main import app
from local.cli.read import read, read_lines
from local.cli.reading_lines import Asked, answer_line, lines_of
from tests.brands import OTHER_DESK, small_brand
from tests.families import variants

_ANSWERED = ["kind", "review", "need", "department", "urgency", "lang", "confidence", "why"]
_PINS = """
pins:
- {word: 승차권, always: {kind: inquiry, need: support, department: tickets, urgency: normal}}
- {word: umbrella, always: {kind: fault, department: lost-property, urgency: high}}
- {word: 광고판, always: {kind: junk}}
"""
"""They decide what is read here, so that no test depends on what the heads were taught."""


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner()


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """An English brand with pins."""
    return desk_with(tmp_path, _PINS)


@pytest.fixture
def korean_desk(tmp_path: Path) -> Path:
    """The same brand, whose people read Korean."""
    return desk_with(tmp_path, _PINS, language="ko")


def desk_with(folder: Path, pins: str, language: str = "en") -> Path:
    path = folder / "desk.yaml"
    other = OTHER_DESK.read_text(encoding="utf-8").replace("  language: en", f"  language: {language}")
    path.write_text(other + pins, encoding="utf-8")
    return path


def answers(stdout: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stdout.splitlines()]


def test_texts_are_answered_in_their_order(runner: CliRunner, desk: Path) -> None:
    result = runner.invoke(app, ["read", "--desk", str(desk), "승차권 환불해 주세요", "Where is my umbrella?"])

    first, second = answers(result.stdout)
    assert result.exit_code == 0
    assert list(first) == list(second) == ["text", *_ANSWERED]
    assert (first["text"], first["department"], first["kind"]) == ("승차권 환불해 주세요", "tickets", "inquiry")
    assert (second["department"], second["urgency"]) == ("lost-property", "high")


def test_reasons_are_sentences_in_the_brands_language(runner: CliRunner, tmp_path: Path) -> None:
    (english,) = answers(runner.invoke(app, ["read", "--desk", str(desk_with(tmp_path, _PINS)), "승차권요"]).stdout)
    (korean,) = answers(
        runner.invoke(app, ["read", "--desk", str(desk_with(tmp_path, _PINS, "ko")), "승차권요"]).stdout
    )

    assert 'It says "승차권", so it is for Tickets by a rule of the desk.' in english["why"]
    assert "'승차권'이라는 말이 있어 정해 둔 규칙대로 승차권으로 분류했습니다." in korean["why"]


def test_lines_are_texts_or_objects_whose_other_keys_pass_through(runner: CliRunner, desk: Path) -> None:
    lines = '승차권이 이상해요\n\n{"why": 1, "n": {"a": [1]}, "text": "umbrella", "author": "kim", "kind": "?"}\n'

    first, second = answers(runner.invoke(app, ["read", "--desk", str(desk)], input=lines).stdout)

    assert first["text"] == "승차권이 이상해요"
    assert (second["author"], second["n"], second["kind"]) == ("kim", {"a": [1]}, "fault")
    assert list(second) == ["n", "text", "author", *_ANSWERED]


def test_pictures_in_a_line_are_read(runner: CliRunner) -> None:
    lines = '{"text": "이거요", "media": [{"type": "photo"}]}\n'

    (answer,) = answers(runner.invoke(app, ["read"], input=lines).stdout)

    assert answer["department"] == "operator"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b'{"text": ', "Line 2 is not JSON: expecting value at column 10."),
        (b'{"text": "a"} {"text": "b"}', "Line 2 is not JSON: extra data at column 15."),
        (b'{"texts": "a"}', 'Line 2 needs a key "text"'),
        (b'{"text": 5}', 'Line 2 needs a key "text"'),
        (b'{"text": null}', 'Line 2 needs a key "text"'),
        (b'{"text": "a", "lang": 5}', 'Line 2 has a "lang" that is not a text'),
        (b'{"text": "a", "media": "photo"}', 'Line 2 has a "media" that is not a list of objects'),
        (b'{"text": "a", "n": NaN}', "Line 2 is not JSON: NaN is no JSON value"),
        (b'{"text": "a", "n": 1e999}', "Line 2 has a number that is too large."),
        (b'{"text": "a", "n": ' + b"9" * 5000 + b"}", "Line 2 has a number that is too long."),
        (b'{"text": ' + b"[" * 100_000, "Line 2 is nested too deeply"),
        (b"ab\xff\xfe", "Line 2 is not UTF-8 from its byte 3 on."),
        ("{}".encode("utf-16-le"), "Line 2 has a NUL character, as texts in UTF-16 have; it must be UTF-8."),
    ],
)
def test_a_bad_line_is_named_by_its_number_and_the_others_are_read(runner: CliRunner, line: bytes, told: str) -> None:
    result = runner.invoke(app, ["read"], input="안녕\n".encode() + line + "\n청구서\n".encode())

    assert result.exit_code == 1
    assert [answer["text"] for answer in answers(result.stdout)] == ["안녕", "청구서"]
    assert result.stderr.startswith(told)
    assert result.stderr.splitlines()[-1] == "1 line could not be read; the others were."


def test_an_endless_line_is_an_error_and_is_not_kept_in_memory(runner: CliRunner) -> None:
    endless = b'{"text": "' + b"a" * 3_000_000

    result = runner.invoke(app, ["read"], input=endless + "\n청구서\n".encode())

    assert [answer["text"] for answer in answers(result.stdout)] == ["청구서"]
    assert result.stderr.startswith("Line 1 is longer than 1024 KiB.")


def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_a_text(runner: CliRunner) -> None:
    result = runner.invoke(app, ["read"], input=b'\xef\xbb\xbf{"text": "a"}\r\nb\r\n')

    assert [answer["text"] for answer in answers(result.stdout)] == ["a", "b"]


def test_the_author_of_a_line_is_used_and_passed_through(runner: CliRunner, tmp_path: Path) -> None:
    desk = desk_with(
        tmp_path, "pins:\n- {author: kim, always: {department: tickets}}\n- {author: '7', always: {kind: chat}}\n"
    )
    lines = (
        '{"text": "Is it open?", "author": "@Kim"}\n{"text": "Is it open?", "author_id": "7", "author": 5}\n'
        '{"text": "Is it open?", "author_id": 7}\n'
    )

    by_name, by_number, by_figure = answers(runner.invoke(app, ["read", "--desk", str(desk)], input=lines).stdout)

    assert (by_name["author"], by_name["department"]) == ("@Kim", "tickets")
    assert by_name["why"][0] == "It is by the account @Kim, so it is for Tickets by a rule of the desk."
    assert (by_number["author_id"], by_number["author"], by_number["kind"]) == ("7", 5, "chat")
    assert (by_figure["author_id"], by_figure["kind"]) == (7, "chat")


def test_explanations_contain_no_control_characters_for_the_terminal(runner: CliRunner, korean_desk: Path) -> None:
    texts = ["이번 달 승차권 \x1b[31m[bold]환불\u202e해 주세요", "광고판"]

    shown = runner.invoke(app, ["read", "--explain", "--desk", str(korean_desk), *texts]).stdout

    assert "  문의 → 승차권\n  원하는 것: 도움 · 한국어 · 분류 확실\n" in shown
    assert "  - '승차권'이라는 말이 있어 정해 둔 규칙대로 승차권으로 분류했습니다.\n" in shown
    assert "광고·무관 → 보내지 않음" in shown
    assert "[bold]" in shown
    assert not {"\x1b", "\u202e"} & set(shown)


ASKED = Reading(
    Kind.INQUIRY, Need.INFORMATION, "billing", Urgency.NORMAL, "ko", 0.843,
    (Why("question", "얼마인가요"), Why("department_word", "청구서")),
)  # fmt: skip


def test_a_reading_is_explained_as_a_clerk_says_it() -> None:
    korean = explained("청구서 얼마인가요", ASKED, small_brand()).plain
    english = explained("청구서 얼마인가요", ASKED, small_brand(language="en")).plain

    assert korean.splitlines() == [
        "청구서 얼마인가요",
        "  문의 → 요금·청구",
        "  원하는 것: 정보 · 한국어 · 분류 보통",
        "  - '얼마인가요'처럼 묻는 표현이 있어 문의로 보았습니다.",
        "  - '청구서'라는 말이 있어 요금·청구로 분류했습니다.",
    ]
    assert english.splitlines()[1:] == [
        "  Inquiry → Billing",
        "  Wants: information · Korean · Fairly sure",
        '  - It asks something ("얼마인가요"), so it was read as an inquiry.',
        '  - It says "청구서", so it is for Billing.',
    ]


def test_an_explanation_states_no_confidence_for_doubtful_mentions() -> None:
    doubted = replace(ASKED, department="operator", why=(Why("uncertain"),))

    assert "분류 " not in explained("a", doubted, small_brand()).plain
    assert "sure" not in explained("a", doubted, small_brand(language="en")).plain.casefold()


def test_how_sure_a_reading_is_is_said_in_a_word() -> None:
    said = {each: sureness(replace(ASKED, confidence=each), "ko") for each in (1.0, 0.9, 0.89, 0.7, 0.69, 0.0)}

    assert list(said.values()) == ["분류 확실"] * 2 + ["분류 보통"] * 2 + ["분류 불확실"] * 2


def test_advertising_is_explained_without_a_need() -> None:
    junk = replace(ASKED, kind=Kind.JUNK, department=None, why=(Why("advertising", "당일 대출"),))

    assert explained("a", junk, small_brand()).plain.splitlines()[1:3] == [
        "  광고·무관 → 보내지 않음",
        "  한국어 · 분류 보통",
    ]


@pytest.mark.parametrize("lang", ["ko", "en", "ja", "zh", "other"])
def test_every_detected_language_has_a_name(lang: str) -> None:
    assert explained("a", replace(ASKED, lang=lang), small_brand()).plain


class OneAnswer:
    """A reader that costs nothing."""

    def read(self, mention: Mention) -> Reading:
        return Reading(Kind.CHAT, Need.RELATIONSHIP, None, Urgency.LOW, "ko", 0.5, (Why("emoji"),))


def test_any_number_of_lines_takes_constant_memory() -> None:
    lines = (b'{"text": "a", "n": %d}\n' % n for n in range(30_000))
    answered = 0

    def answer(asked: Asked, reading: Reading) -> None:
        nonlocal answered
        answered += len(answer_line(asked, reading, small_brand())) > 0

    tracemalloc.start()
    read_lines(OneAnswer(), islice(lines, 1_000), answer)
    before, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    read_lines(OneAnswer(), lines, answer)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert answered == 30_000
    assert peak - before < 500_000


def test_a_stream_is_read_line_by_line() -> None:
    class Endless(RawIOBase):
        """Lines for as long as somebody reads."""

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            buffer[:2] = b"a\n"
            return 2

    assert list(islice(lines_of(BufferedReader(Endless())), 100_000))[-1] == b"a\n"


def test_half_a_character_in_a_line_is_passed_on_as_it_came(runner: CliRunner) -> None:
    result = runner.invoke(app, ["read"], input='{"text": "\\ud800"}\n')

    assert result.exit_code == 0
    assert '"text": "\\ud800"' in result.stdout


def test_an_empty_input_has_no_answers(runner: CliRunner) -> None:
    result = runner.invoke(app, ["read"], input="")

    assert (result.exit_code, result.stdout) == (0, "")


def test_without_any_input_one_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)

    with pytest.raises(UserError, match="Give texts as arguments"):
        read()


def test_unusable_heads_are_an_error_in_one_sentence(monkeypatch: pytest.MonkeyPatch, runner: CliRunner) -> None:
    def refuse(*_: object) -> None:
        raise ValueError("general.heads is incomplete; train it again")

    monkeypatch.setattr("local.cli.untrained.load_trained", refuse)

    result = runner.invoke(app, ["read", "a"])

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("general.heads is incomplete; train it again: `dorothy train`")


COMMAND = [sys.executable, "-c", "from local.cli.main import app; app()", "read"]


@pytest.mark.process
def test_each_line_is_answered_before_the_next_is_sent(desk: Path) -> None:
    command = [*COMMAND, "--desk", str(desk)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reading:
        assert reading.stdin is not None
        assert reading.stdout is not None

        reading.stdin.write("승차권이 이상해요\n".encode())
        reading.stdin.flush()
        first = json.loads(reading.stdout.readline())
        reading.stdin.write(b"Where is my umbrella?\n")
        reading.stdin.close()
        second = json.loads(reading.stdout.readline())

    assert (first["department"], second["department"]) == ("tickets", "lost-property")
    assert reading.returncode == 0


@pytest.mark.process
@variants("options", [[], ["--explain"]], 1)
def test_a_closed_pipe_causes_no_traceback(options: list[str]) -> None:
    command = [*COMMAND, *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reading:
        assert reading.stdout is not None
        reading.stdout.close()
        reading.stdout = None
        _, complaint = reading.communicate("청구서\n".encode() * 3000, timeout=60)

    assert complaint == b""


@pytest.mark.process
def test_a_terminal_without_korean_shows_question_marks_instead_of_a_traceback() -> None:
    told = subprocess.run(
        [*COMMAND, "--explain", "청구서"],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )

    assert told.stdout.startswith(b"???\n")
