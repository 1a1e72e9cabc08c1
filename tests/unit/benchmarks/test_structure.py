"""The rules of the organisation on little source roots that break them, and what is recorded of an event's way."""

import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from benchmarks.structure.rules import broken_rules
from benchmarks.structure.ways import Aim, Way, measure

TABLES = """
| folder | what it holds |
| --- | --- |
| `desk/*.py` | foundations |
| `poll/` | mentions from X |
| `console/` | the screen |
"""


@pytest.fixture
def functions(tmp_path: Path) -> Path:
    """A source root in which no rule is broken."""
    root = tmp_path / "functions"
    write(root, "desk/clock.py", "class Clock: ...")
    write(root, "poll/wiring.py", "from desk.clock import Clock\nclass Wired: ...")
    write(root, "console/wiring.py", "from desk import clock\nclass Wired: ...\nclass _Parts: ...")
    write(root, "console/parts.py", "import desk.clock\nclass _Parts: ...")
    return root


def write(root: Path, file: str, code: str) -> None:
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / "__init__.py").touch()
    path.write_text(dedent(code), encoding="utf-8")


def test_code_that_keeps_all_rules_is_reported_nowhere(functions: Path) -> None:
    assert broken_rules(functions, TABLES) == []


def test_modules_that_reach_each_other_by_imports_are_a_cycle_wherever_they_import(functions: Path) -> None:
    write(functions, "poll/a.py", "from poll import b")
    write(functions, "poll/b.py", "import poll.c")
    write(functions, "poll/c.py", "def late():\n    from poll.a import A")
    write(functions, "poll/d.py", "from poll.a import A")

    assert broken_rules(functions, TABLES) == ["poll.a and poll.b and poll.c import each other"]


@pytest.mark.parametrize(
    ("file", "code", "imported"),
    [
        ("poll/poll.py", "from console.parts import Parts", "console.parts"),
        ("poll/poll.py", "def late():\n    import console.parts", "console.parts"),
        ("desk/text.py", "from console import parts", "console.parts"),
    ],
)
def test_nothing_imports_from_another_function(functions: Path, file: str, code: str, imported: str) -> None:
    write(functions, file, code)

    module = file.removesuffix(".py").replace("/", ".")
    assert broken_rules(functions, TABLES) == [f"{module} imports {imported} of another function or section"]


def test_sections_of_a_function_use_what_it_shares_and_never_each_other(functions: Path) -> None:
    tables = TABLES + "| `console/case/` | a case |\n| `console/inbox/` | the list |\n"
    write(functions, "console/inbox/rows.py", "from console.parts import Parts\nfrom desk.clock import Clock")
    write(functions, "console/app.py", "from console.case import page\nfrom console.inbox import rows")
    write(functions, "console/case/page.py", "from console.case import forms")
    write(functions, "console/case/forms.py", "from console.shell import bar")
    write(functions, "console/shell/bar.py", "")
    tables += "| `console/shell/` | what every page has |\n"
    assert broken_rules(functions, tables) == []

    write(functions, "console/case/page.py", "from console.inbox.rows import Row")

    assert broken_rules(functions, tables) == [
        "console.case.page imports console.inbox.rows of another function or section"
    ]


def test_a_public_class_has_its_name_alone(functions: Path) -> None:
    write(functions, "poll/time.py", "class Clock: ...")

    assert broken_rules(functions, TABLES) == ["Clock is a class of desk.clock and of poll.time"]


def test_the_tables_of_contributing_have_each_folder_with_code_and_no_other(functions: Path) -> None:
    write(functions, "desk/people/model.py", "")
    (functions / "poll" / "templates").mkdir()

    assert broken_rules(functions, TABLES + "| `desk/staff/` | colleagues |\n") == [
        "CONTRIBUTING.md has no row for desk/people/",
        "CONTRIBUTING.md has a row for desk/staff/, where no code is",
    ]


TEST = "test_way.py::test_an_event_becomes_a_message"


@pytest.fixture
def way(tmp_path: Path, functions: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Way]:
    """A function that is called twice, and calls AWS at the second event; its modules are forgotten afterwards."""
    write(
        functions,
        "queueing/handler.py",
        """
        from queueing.queue import Queue

        def logged(handler):
            def wrapper(event, context):
                return handler(event, context)
            return wrapper

        def wire():
            return Queue()

        @logged
        def lambda_handler(event, _):
            queue = wire()
            if event:
                queue.send(event)
        """,
    )
    write(
        functions,
        "queueing/queue.py",
        """
        from concurrent.futures import ThreadPoolExecutor

        import boto3

        class Queue:
            def __init__(self):
                self._client = client()

            def send(self, text):
                with ThreadPoolExecutor(1) as pool:
                    pool.submit(self._length).result()
                self._send(text)

            def _length(self):
                self._client.list_queues()

            def _send(self, text):
                found = self._client.get_queue_url(QueueName="q")
                self._client.send_message(QueueUrl=found["QueueUrl"], MessageBody=text)

        def client():
            return boto3.client("sqs", region_name="ap-northeast-2")
        """,
    )
    (tmp_path / "test_way.py").write_text(
        dedent(
            """
            import boto3
            from moto import mock_aws
            from queueing import handler

            @mock_aws
            def test_an_event_becomes_a_message():
                boto3.client("sqs", region_name="ap-northeast-2").create_queue(QueueName="q")
                handler.lambda_handler("", None)
                handler.lambda_handler("text", None)
                boto3.client("sqs", region_name="ap-northeast-2").delete_queue(QueueUrl="q")

            def test_that_fails():
                assert False
            """
        ),
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(functions))
    yield Way("event to queue", TEST, "SendMessage", Aim(2, 3))
    for name in ("queueing", "queueing.handler", "queueing.queue", "test_way"):
        sys.modules.pop(name, None)


def test_a_way_has_the_files_frames_and_calls_of_the_event_that_came_to_its_end(way: Way, functions: Path) -> None:
    expected: dict[str, Any] = {"files": 2, "frames": 3, "calls": 3, "edges": 1}

    assert measure(functions, (way,)) == {"event to queue": expected}


def test_a_way_that_is_not_taken_is_an_error(way: Way, functions: Path) -> None:
    with pytest.raises(RuntimeError, match="never came to PublishBatch"):
        measure(functions, (way._replace(ends="PublishBatch"),))
    with pytest.raises(RuntimeError, match="did not pass"):
        measure(functions, (way._replace(test="test_way.py::test_that_fails"),))
