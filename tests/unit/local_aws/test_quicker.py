"""What MiniStack no longer repeats or waits for, and that its results are the same."""

import io
import time
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from ministack.core import lambda_runtime
from ministack.services import dynamodb
from ministack.services.cloudformation import handlers

from local.aws.quicker import check_expressions_once, parse_once, share_code, wait_for_no_log


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """MiniStack's own, which is as it was after the test."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(lambda_runtime, "zipfile", zipfile)
    drain = lambda_runtime.Worker._drain_stderr_bounded
    monkeypatch.setattr(lambda_runtime.Worker, "_drain_stderr_bounded", drain)
    module: ModuleType = lambda_runtime
    return module


def package(**files: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.py", text)
    return buffer.getvalue()


def unpacked(runtime: ModuleType, content: bytes, folder: Path) -> Path:
    """As a worker unpacks its package."""
    folder.mkdir()
    with runtime.zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(str(folder))
    return folder


def test_workers_of_one_package_share_its_files(runtime: ModuleType, tmp_path: Path) -> None:
    share_code(runtime)

    one = unpacked(runtime, package(handler="1", model="m"), tmp_path / "one")
    two = unpacked(runtime, package(handler="1", model="m"), tmp_path / "two")
    other = unpacked(runtime, package(handler="2", model="m"), tmp_path / "other")

    assert one.resolve() == two.resolve() != other.resolve()
    assert [(folder / "handler.py").read_text(encoding="utf-8") for folder in (one, two, other)] == ["1", "1", "2"]
    assert sorted(path.name for path in other.iterdir()) == ["handler.py", "model.py"]


def test_a_worker_that_ends_leaves_the_files_to_the_others(runtime: ModuleType, tmp_path: Path) -> None:
    share_code(runtime)
    worker = lambda_runtime.Worker("poll", {}, b"")
    worker._tmpdir = str(tmp_path / "poll")
    Path(worker._tmpdir).mkdir()
    unpacked(runtime, package(handler="1"), Path(worker._tmpdir, "code"))
    other = unpacked(runtime, package(handler="1"), tmp_path / "other")

    worker._discard_tmpdir()

    assert not Path(worker._tmpdir).exists()
    assert (other / "handler.py").is_file()


def test_an_answer_does_not_wait_for_a_log_and_has_the_lines_that_came(runtime: ModuleType) -> None:
    wait_for_no_log(runtime)
    worker = lambda_runtime.Worker("poll", {}, b"")
    for line in ("first", "second"):
        worker._stderr_queue.put(line)

    began = time.monotonic()
    logs = [worker._drain_stderr_bounded() for _ in range(100)]

    assert logs == ["first\nsecond", *[""] * 99]
    assert time.monotonic() - began < 1, "MiniStack itself takes five seconds"


def test_a_template_is_parsed_once_and_each_caller_may_change_it(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def parse(body: str) -> Any:
        parsed.append(body)
        return {"Resources": {"Table": {"Type": body}}}

    monkeypatch.setattr(handlers, "_parse_template", parse)
    parse_once(handlers)

    first = handlers._parse_template("a")
    first["Resources"].clear()

    assert handlers._parse_template("a") == {"Resources": {"Table": {"Type": "a"}}}
    assert handlers._parse_template("b") == {"Resources": {"Table": {"Type": "b"}}}
    assert parsed == ["a", "b"]


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The expressions whose grammar was checked, by a DynamoDB that is as it was after the test."""
    found: list[str] = []
    check = dynamodb._condition_syntax_error

    def noted(expr: str, slot: str) -> Any:
        found.append(expr)
        return check(expr, slot)

    for name in ("_tokenize", "_evaluate_condition"):
        monkeypatch.setattr(dynamodb, name, getattr(dynamodb, name))
    monkeypatch.setattr(dynamodb, "_condition_syntax_error", noted)
    check_expressions_once(dynamodb)
    return found


ITEMS = [{"inbox": {"S": name}, "size": {"N": str(size)}} for size, name in enumerate(["open", "closed", "open"])]
VALUES = {":name": {"S": "open"}, ":least": {"N": "1"}, ":most": {"N": "2"}}


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("inbox = :name", [True, False, True]),
        ("#box = :name", [True, False, True]),
        ("inbox = :name AND #size BETWEEN :least AND :most", [False, False, True]),
        ("attribute_not_exists(inbox) OR begins_with(inbox, :name)", [True, False, True]),
    ],
)
def test_an_expression_is_checked_once_and_evaluated_for_each_item(
    checked: list[str], expression: str, holds: list[bool]
) -> None:
    names = {"#box": "inbox", "#size": "size"}

    found = [dynamodb._evaluate_condition(expression, item, VALUES, names) for item in ITEMS]

    assert found == holds
    assert checked == [expression]


def test_an_expression_that_is_refused_is_refused_for_each_item(checked: list[str]) -> None:
    for item in ITEMS:
        with pytest.raises(ValueError, match="reserved keyword"):
            dynamodb._evaluate_condition("status = :name", item | {"status": {"S": "open"}}, VALUES, {})
