"""What one event runs through inside `functions/`, from the handler to the call that leaves the process.

Each way is recorded while one existing test runs, by `sys.monitoring`: the files in which a function was called, which
file calls into which other one, the deepest stack of calls, and the calls of AWS. Frames of other packages and of
modules while they load do not count, nor does the wiring, which a function in Lambda does at its start.
"""

import contextlib
import inspect
import io
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

import botocore.client
import pytest
import requests

_HANDLER, _WIRING = "lambda_handler", "wire"
_CLIENT: Any = botocore.client.BaseClient  # the stubs leave out what is not public
_AWS = inspect.unwrap(_CLIENT._make_api_call).__code__  # noqa: SLF001 - every call of every client goes through it
_HTTP = requests.Session.send.__code__
X = "X"
"""The name of a call by HTTP; functions call nobody else in these tests."""


class Aim(NamedTuple):
    """At most so many files, frames, and calls of AWS (None: no aim)."""

    files: int
    frames: int
    calls: int | None = None


class Way(NamedTuple):
    """A way's name, the test in which an event takes it, the call with which it ends, and what it should come to."""

    name: str
    test: str
    ends: str
    aim: Aim


WAYS = (
    Way(
        "console reply form to SQS",
        "tests/contract/test_wired_functions.py::test_a_reply_form_of_the_console_becomes_a_message_to_the_publisher",
        "SendMessage",
        Aim(45, 15, 14),
    ),
    Way(
        "answer form to SQS",
        "tests/unit/answer_case/test_handler.py::"
        "test_the_function_answers_from_the_tables_and_never_logs_link_name_or_text",
        "SendMessage",
        Aim(45, 13),
    ),
    Way(
        "stream to SNS",
        "tests/contract/test_wired_functions.py::test_a_stream_event_becomes_json_and_a_mail_at_the_departments_topic",
        "PublishBatch",
        Aim(45, 12),
    ),
    Way(
        "poll to table",
        "tests/unit/poll_mentions/test_handler.py::test_a_mention_on_x_is_stored_and_counted",
        "TransactWriteItems",
        Aim(30, 13),
    ),
    Way(
        "POST /posts to SQS",
        "tests/unit/post_update/api/test_wired.py::test_a_post_is_stored_and_wakes_the_publisher_once",
        "SendMessage",
        Aim(24, 9),
    ),
    Way(
        "SQS to X",
        "tests/unit/post_update/test_publisher_handler.py::test_a_message_becomes_a_post_on_x",
        X,
        Aim(18, 12),
    ),
)


@dataclass(slots=True)
class Invocation:
    """What one call of a handler ran through: files, pairs of files, the deepest stack, calls in their order."""

    files: set[str] = field(default_factory=set)
    edges: set[tuple[str, str]] = field(default_factory=set)
    frames: int = 0
    calls: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, int]:
        """The counts."""
        calls = len([each for each in self.calls if each != X])
        return {"files": len(self.files), "frames": self.frames, "edges": len(self.edges), "calls": calls}


def measure(functions: Path, ways: tuple[Way, ...] = WAYS) -> dict[str, dict[str, int]]:
    """The figures of each way. Raises RuntimeError where a test fails or does not take its way."""
    recorder, printed = Recorder(functions), io.StringIO()
    options = ["-q", "-p", "no:randomly", "-p", "no:xdist", "-o", "addopts="]
    with contextlib.redirect_stdout(printed):
        code = pytest.main([*options, *(way.test for way in ways)], plugins=[recorder])
    if code:
        raise RuntimeError(f"a way's test did not pass:\n{printed.getvalue()}")
    return {way.name: _that_ends(way, recorder.invocations[way.test]).figures() for way in ways}


def _that_ends(way: Way, invocations: list[Invocation]) -> Invocation:
    for invocation in invocations:
        if way.ends in invocation.calls:
            return invocation
    raise RuntimeError(f"{way.test} never came to {way.ends}")


class Recorder:
    """Records the invocations of each test, by the test's id. A plugin of pytest."""

    def __init__(self, functions: Path) -> None:
        self.invocations: dict[str, list[Invocation]] = {}
        self._folder = f"{functions.resolve()}/"
        self._tool = sys.monitoring.PROFILER_ID
        self._current: list[Invocation] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Record while the test itself runs, without its fixtures."""
        self._current = self.invocations[item.nodeid] = []
        events = sys.monitoring.events
        sys.monitoring.use_tool_id(self._tool, "structure")
        sys.monitoring.register_callback(self._tool, events.PY_START, self._started)
        sys.monitoring.register_callback(self._tool, events.PY_RESUME, self._started)
        sys.monitoring.set_events(self._tool, events.PY_START | events.PY_RESUME)
        try:
            return (yield)
        finally:
            sys.monitoring.set_events(self._tool, 0)
            sys.monitoring.free_tool_id(self._tool)
            sys.monitoring.restart_events()

    def _started(self, code: CodeType, _offset: int) -> Any:
        """A function began or a generator went on. Code that is of no interest is not reported again."""
        if code is _AWS or code is _HTTP:
            self._called(code, sys._getframe(1))  # noqa: SLF001 - the frame that has just begun
        elif self._is_ours(code):
            self._ran(sys._getframe(1))  # noqa: SLF001 - as above
        else:
            return sys.monitoring.DISABLE
        return None

    def _called(self, code: CodeType, frame: FrameType) -> None:
        stack = self._stack(frame)
        if stack and (stack[-1].co_name == _HANDLER or threading.current_thread() is not threading.main_thread()):
            self._current[-1].calls.append(frame.f_locals["operation_name"] if code is _AWS else X)

    def _ran(self, frame: FrameType) -> None:
        stack = self._stack(frame)
        if stack[0].co_name == _HANDLER:
            self._current.append(Invocation())
        if stack[-1].co_name != _HANDLER or any(code.co_name == _WIRING for code in stack):
            return
        invocation, files = self._current[-1], [code.co_filename for code in stack]
        invocation.files.add(files[0])
        invocation.edges |= {pair for pair in zip(files[1:2], files, strict=False) if pair[0] != pair[1]}
        invocation.frames = max(invocation.frames, len(stack))

    def _stack(self, frame: FrameType | None) -> list[CodeType]:
        """The code of our frames, from the innermost to the handler's, which others may wrap, or else the outermost."""
        stack: list[CodeType] = []
        while frame and not (stack and stack[-1].co_name == _HANDLER):
            if self._is_ours(frame.f_code):
                stack.append(frame.f_code)
            frame = frame.f_back
        return stack

    def _is_ours(self, code: CodeType) -> bool:
        return code.co_filename.startswith(self._folder) and code.co_name != "<module>"
