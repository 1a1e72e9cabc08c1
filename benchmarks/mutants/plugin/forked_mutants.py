"""A plugin of pytest that tries mutants: the tests are collected once, and each mutant is a forked process.

It knows nothing of the checkout, so that an older one can load it: `benchmarks.mutants.forked` starts pytest with it.

The first process only collects. Another one, forked from it, runs every test unbroken and records which functions
each executed and how long it took; the recording is kept in a file. Then, for each mutant, a process swaps the code of
one function and runs the tests that execute it, the fastest first, until one fails. Nothing that a test leaves in a
process reaches another mutant. What tests start as commands of their own has the code of the checkout, unbroken.
"""

import ctypes
import gc
import json
import os
import select
import shutil
import signal
import sys
import tempfile
import traceback
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from fnmatch import fnmatch
from functools import _lru_cache_wrapper, reduce
from importlib import import_module
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from time import monotonic
from types import CodeType, FunctionType
from typing import Any, NamedTuple

import pytest

KILLED, TIMED_OUT, SURVIVED, SURVIVED_SO_FAR = "killed", "killed by time-out", "survived", "survived within the limit"
NO_TEST, UNTRIED = "no test", "could not be tried"

_fork = os.fork
"""As it is before the tests count how often they call it."""
_MARKS = ("whole_desk", "browser")
_TIMES_EXPECTED = 3
_START_SECONDS = 60
_LAST_WORDS_SECONDS = 5
_ADOPT_ORPHANS = 36
"""PR_SET_CHILD_SUBREAPER: processes that lose their parent become this process's, which ends them."""
_END_WITH_PARENT = 1
"""PR_SET_PDEATHSIG: this process gets a signal when its parent ends."""
_process_control = ctypes.CDLL(None).prctl

type _Key = tuple[str, str, int]
"""A function: the file within the checkout, the qualified name and the first line."""


class _Spent(NamedTuple):
    """Seconds of processors, which other work on the machine does not change much, and those that passed."""

    cpu: float = 0
    passed: float = 0

    def plus(self, other: "_Spent") -> "_Spent":
        return _Spent(self.cpu + other.cpu, self.passed + other.passed)

    def since(self, begun: "_Spent") -> "_Spent":
        return _Spent(self.cpu - begun.cpu, self.passed - begun.passed)


class _Test(NamedTuple):
    """What the unbroken run said of a test: what it takes with its shared fixtures, and which functions it executes."""

    is_sound: bool
    took: _Spent
    functions: frozenset[_Key]


_UNKNOWN = _Test(is_sound=False, took=_Spent(), functions=frozenset())


class _Verdict(NamedTuple):
    """How a process that ran tests ended: the test that ended it, unless all passed."""

    outcome: str
    test: int | None = None


def pytest_addoption(parser: pytest.Parser) -> None:
    """What `benchmarks.mutants.forked` passes on."""
    group = parser.getgroup("mutants")
    group.addoption("--mutants", type=Path, help="a JSON list of mutants")
    group.addoption("--mutants-results", type=Path, help="where a line for each mutant is appended")
    group.addoption("--mutants-recording", type=Path, help="which functions each test executes; made if it is missing")
    group.addoption(
        "--mutants-seconds", type=float, default=60, help="the limit of one mutant's tests, in seconds of a processor"
    )
    group.addoption("--mutants-slack", type=float, default=10, help="so many seconds over its time a test may take")
    group.addoption("--mutants-at-once", type=int, default=1, help="so many mutants are tried at once")
    group.addoption("--mutants-leave-out", action="append", default=[], help="a pattern of tests that are not run")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests that run a whole desk or a browser, and those with these patterns."""
    patterns = config.getoption("--mutants-leave-out")

    def is_left_out(item: pytest.Item) -> bool:
        return any(item.get_closest_marker(mark) for mark in _MARKS) or any(
            fnmatch(item.nodeid, pattern) for pattern in patterns
        )

    config.hook.pytest_deselected(items=[item for item in items if is_left_out(item)])
    items[:] = [item for item in items if not is_left_out(item)]


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Try the mutants in place of running the tests."""
    option = session.config.getoption
    if not option("--mutants"):
        return None
    if session.testsfailed:
        raise session.Interrupted("some tests can't be collected")
    mutants = json.loads(option("--mutants").read_text(encoding="utf-8"))
    Tries(session, mutants).run(option("--mutants-recording"), option("--mutants-results"))
    return True


class Tries:
    """The tests of this session and the mutants that they are tried on."""

    def __init__(self, session: pytest.Session, mutants: list[dict[str, Any]]) -> None:
        self._session = session
        self._items = session.items
        self._mutants = mutants
        self._root = Path(session.config.rootpath).resolve()
        self._seconds = session.config.getoption("--mutants-seconds")
        self._slack = session.config.getoption("--mutants-slack")
        self._at_once = session.config.getoption("--mutants-at-once")
        self._functions = self._live_functions()
        self._tests: list[_Test] = []
        self._fails_alone: dict[int, bool] = {}

    def run(self, recording: Path, results: Path) -> None:
        """Record if need be, and try every mutant that has no result yet."""
        if not recording.exists():
            self._say(f"recording {len(self._items)} tests in {recording}")
            self._record(recording)
        self._read(recording)
        tried = {line.split("\t")[0] for line in results.read_text("utf-8").splitlines()} if results.exists() else set()
        left = [mutant for mutant in self._mutants if mutant["id"] not in tried]
        self._say(f"{len(left)} of {len(self._mutants)} mutants are to be tried")
        lanes = []
        for number in range(self._at_once):
            if pid := self._forked():
                lanes.append(pid)
            else:
                try:
                    self._try_each(left[number :: self._at_once], results)
                except BaseException:  # noqa: BLE001 - the process must not go on as pytest
                    traceback.print_exc(file=sys.stdout)
                    sys.stdout.flush()
                finally:
                    os._exit(0)
        for pid in lanes:
            os.waitpid(pid, 0)

    def _live_functions(self) -> dict[_Key, list[FunctionType]]:
        """All functions of the checkout's `functions/`, also those within decorators; what is mutated is imported."""
        for name in {mutant["file"] for mutant in self._mutants}:
            if name.startswith("functions/"):
                import_module(".".join(Path(name).relative_to("functions").with_suffix("").parts))
        gc.unfreeze()  # what is frozen is not listed
        found = defaultdict(list)
        for each in gc.get_objects():
            if type(each) is FunctionType and (key := self._key(each.__code__)):
                found[key].append(each)
        self._caches = [
            each
            for each in gc.get_objects()
            if isinstance(each, _lru_cache_wrapper)
            and isinstance(each.__wrapped__, FunctionType)
            and self._key(each.__wrapped__.__code__)
        ]
        gc.collect()
        gc.freeze()
        return found

    def _key(self, code: CodeType) -> _Key | None:
        path = Path(code.co_filename)
        folder = self._root / "functions"
        if not path.is_relative_to(folder):
            return None
        return path.relative_to(self._root).as_posix(), code.co_qualname, code.co_firstlineno

    def _try_each(self, mutants: list[dict[str, Any]], results: Path) -> None:
        """Try these, one after the other, and append what came of each."""
        _process_control(_ADOPT_ORPHANS, 1)
        covering = defaultdict(list)
        for index, test in enumerate(self._tests):
            for key in test.functions if test.is_sound else ():
                covering[key].append(index)
        for mutant in mutants:
            begun = monotonic()
            try:
                verdict = self._tried(mutant, covering[mutant["file"], mutant["function"], mutant["line"]])
            except Exception as error:  # noqa: BLE001 - one mutant ends no run of hundreds
                verdict = _Verdict(f"{UNTRIED}: {error!r}".replace("\n", " ").replace("\t", " "))
            named = "" if verdict.test is None else self._items[verdict.test].nodeid
            line = "\t".join((mutant["id"], verdict.outcome, named, f"{monotonic() - begun:.1f}"))
            with results.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
            self._say(line)

    def _tried(self, mutant: dict[str, Any], covering: list[int]) -> _Verdict:
        """A test that fails alone and unbroken kills nothing: the mutant is tried again without it."""
        swap = self._swap(mutant)
        if not covering:
            return _Verdict(NO_TEST)
        while True:
            chosen, all_fit = self._fastest(covering)
            verdict = self._run(chosen, swap) if chosen else _Verdict(SURVIVED_SO_FAR)
            if verdict.test is None:
                return _Verdict(verdict.outcome if verdict.outcome != SURVIVED or all_fit else SURVIVED_SO_FAR)
            if verdict.test not in self._fails_alone:
                self._fails_alone[verdict.test] = self._run([verdict.test]).outcome != SURVIVED
            if not self._fails_alone[verdict.test]:
                return verdict
            if all(self._fails_alone.get(each) for each in covering):
                raise LookupError("each of its tests fails alone without the mutant")

    def _fastest(self, covering: list[int]) -> tuple[list[int], bool]:
        """Those that fit into the limit, and whether these are all. Tests of a like time stay in their files' order."""
        trusted = [each for each in covering if not self._fails_alone.get(each)]
        trusted.sort(key=lambda each: (int(self._tests[each].took.cpu * 50), each))
        chosen: list[int] = []
        total = 0.0
        for each in trusted:
            total += self._tests[each].took.cpu
            if total > self._seconds:
                return chosen, False
            chosen.append(each)
        return chosen, True

    def _swap(self, mutant: dict[str, Any]) -> Callable[[], None]:
        """What breaks the function in the process that calls it, and forgets what it had returned before."""
        path = self._root / mutant["file"]
        source = path.read_bytes()
        wrong = source[: mutant["start"]] + mutant["new"].encode() + source[mutant["end"] :]
        key = (mutant["file"], mutant["function"], mutant["line"])
        codes = {self._key(code): code for code in _codes(compile(wrong, str(path), "exec", dont_inherit=True))}
        functions = self._functions.get(key, [])
        if not functions:
            raise LookupError("no live function has this code")

        def swap() -> None:
            for function in functions:
                function.__code__ = codes[key]
            for cache in self._caches:
                cache.cache_clear()

        return swap

    def _run(self, indexes: list[int], prepare: Callable[[], None] = lambda: None) -> _Verdict:
        """Run these tests in a new process until one fails."""
        reading, writing = os.pipe()
        folder = tempfile.mkdtemp(prefix="dorothy-mutant-")
        if pid := self._forked():
            os.close(writing)
            verdict = None
            try:
                verdict = self._watch(reading)
            finally:
                os.close(reading)
                self._end(pid, _LAST_WORDS_SECONDS if verdict and verdict.outcome != TIMED_OUT else 0)
                shutil.rmtree(folder, ignore_errors=True)
            return verdict
        try:
            os.close(reading)
            self._be_a_process_of_its_own(folder)
            watcher = _FailureWatcher()
            self._session.config.pluginmanager.register(watcher)
            prepare()
            for place, index in enumerate(indexes):
                os.write(writing, b"%d " % index)
                if not self._passes(index, indexes[place + 1 : place + 2], watcher):
                    os.write(writing, b"failed ")
                    break
            else:
                os.write(writing, b"passed ")
            self._finish()
        finally:
            os._exit(0)

    def _passes(self, index: int, following: list[int], watcher: "_FailureWatcher") -> bool:
        item, nextitem = self._items[index], self._items[following[0]] if following else None
        try:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=nextitem)
        except BaseException:  # noqa: BLE001 - it may exit as well
            return False
        return not watcher.failed

    def _watch(self, reading: int) -> _Verdict:
        """What a process says of itself. A test during which it ends without a word, or takes too long, has failed."""
        current, rest = None, b""
        while True:
            seconds: float = _START_SECONDS
            if current is not None:
                seconds = self._slack + _TIMES_EXPECTED * self._tests[current].took.passed
            is_late = not select.select([reading], [], [], seconds)[0]
            said = b"" if is_late else os.read(reading, 1 << 16)
            *words, rest = (rest + said).split(b" ")
            for word in words:
                if word == b"passed":
                    return _Verdict(SURVIVED)
                if word == b"failed":
                    return _Verdict(KILLED, current)
                current = int(word)
            if not said:
                if current is None:
                    raise ChildProcessError("the process did not come to its first test")
                return _Verdict(TIMED_OUT if is_late else KILLED, current)

    def _forked(self) -> int:
        """Fork: 0 in the new process."""
        sys.stdout.flush()
        sys.stderr.flush()
        pid = _fork()
        if not pid:
            _process_control(_END_WITH_PARENT, int(signal.SIGKILL))
        return pid

    def _end(self, pid: int, seconds: float) -> None:
        """Give a process time to stop what it shares, then end it and all that it has started."""
        end = monotonic() + seconds
        with suppress(ChildProcessError):
            while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                if monotonic() > end:
                    break
                select.select([], [], [], 0.005)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)
        for orphan in _children():
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(orphan, signal.SIGKILL)
                os.waitpid(orphan, 0)

    def _be_a_process_of_its_own(self, folder: str) -> None:
        """No terminal, no output, a folder of its own, and no memory of failing examples."""
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nowhere, stream)
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        if database := sys.modules.get("hypothesis.database"):
            database.DirectoryBasedExampleDatabase.save = lambda *_: None
            database.DirectoryBasedExampleDatabase.fetch = lambda *_: iter(())

    def _finish(self) -> None:
        """Stop what the tests share: their files know how. Nothing is reported of one mutant's tests."""
        self._session.config.pluginmanager.unregister(name="terminalreporter")
        with suppress(BaseException):
            self._session._setupstate.teardown_exact(None)  # noqa: SLF001 - as pytest's own runner does
        with suppress(BaseException):
            self._session.config.hook.pytest_sessionfinish(session=self._session, exitstatus=0)

    def _record(self, recording: Path) -> None:
        """Run every test unbroken in a new process, and write what it says."""
        folder = tempfile.mkdtemp(prefix="dorothy-mutant-")
        if pid := self._forked():
            os.waitpid(pid, 0)
            shutil.rmtree(folder, ignore_errors=True)
            if not recording.exists():
                raise ChildProcessError("the recording has not come to its end")
            return
        try:
            progress = os.fdopen(os.dup(1), "w")
            self._be_a_process_of_its_own(folder)
            recorder = Recorder(self._functions, self._caches)
            self._session.config.pluginmanager.register(recorder)
            watcher = _FailureWatcher()
            self._session.config.pluginmanager.register(watcher)
            begun = monotonic()
            for index, item in enumerate(self._items):
                watcher.failed = False
                recorder.begin()
                passed = self._passes(index, [index + 1] if index + 1 < len(self._items) else [], watcher)
                recorder.end(item, passed=passed)
                if not passed:
                    print(f"fails unbroken: {item.nodeid}", file=progress, flush=True)
                if index % 500 == 499:
                    print(f"{index + 1} tests in {monotonic() - begun:.0f} s", file=progress, flush=True)
            unfinished = recording.with_suffix(".part")
            unfinished.write_text(recorder.recording(self._items), encoding="utf-8")
            unfinished.replace(recording)
            self._finish()
        finally:
            os._exit(0)

    def _read(self, recording: Path) -> None:
        stored = json.loads(recording.read_text(encoding="utf-8"))
        keys: list[_Key] = [(file, name, line) for file, name, line in stored["functions"]]
        tests = {
            nodeid: _Test(passed, _Spent(*took), frozenset(keys[each] for each in functions))
            for nodeid, passed, took, functions in stored["tests"]
        }
        self._tests = [tests.get(item.nodeid, _UNKNOWN) for item in self._items]
        sound = sum(test.is_sound for test in self._tests)
        unknown = sum(item.nodeid not in tests for item in self._items)
        self._say(f"{sound} of {len(self._items)} tests pass unbroken; {unknown} are not in the recording")

    def _say(self, line: str) -> None:
        print(line, flush=True)


class _FailureWatcher:
    """Whether a test has failed."""

    failed = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed = self.failed or report.failed


class Recorder:
    """Which functions each test executes. What a shared fixture executes and takes counts for each of its tests."""

    def __init__(self, functions: dict[_Key, list[FunctionType]], caches: list[Any]) -> None:
        self._names = {id(each.__code__): key for key, alike in functions.items() for each in alike}
        """By identity: two files may have equal code in the same line."""
        self._caches = caches
        self._executed: set[int] = set()
        self._fixtures: dict[Any, tuple[_Spent, set[int]]] = {}
        self._begun = self._shared = _Spent()
        self._rows: list[tuple[bool, _Spent, set[int], list[Any]]] = []
        self._nested = 0
        monitoring = sys.monitoring
        monitoring.use_tool_id(monitoring.COVERAGE_ID, "mutants")
        monitoring.register_callback(monitoring.COVERAGE_ID, monitoring.events.PY_START, self._executes)
        for code in (each.__code__ for alike in functions.values() for each in alike):
            monitoring.set_local_events(monitoring.COVERAGE_ID, code, monitoring.events.PY_START)

    def _executes(self, code: CodeType, _offset: int) -> object:
        self._executed.add(id(code))
        return sys.monitoring.DISABLE

    def begin(self) -> None:
        """A test begins. Nothing is remembered from others, so that it executes what it depends on."""
        for cache in self._caches:
            cache.cache_clear()
        sys.monitoring.restart_events()
        self._executed = set()
        self._shared = _Spent()
        self._begun = _spent()

    def end(self, item: pytest.Item, *, passed: bool) -> None:
        """The test has ended."""
        own = _spent().since(self._begun).since(self._shared)
        used = [each for defs in item._fixtureinfo.name2fixturedefs.values() for each in defs]  # type: ignore[attr-defined]  # noqa: SLF001
        self._rows.append((passed, own, self._executed, used))

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
        """Record what a fixture that several tests share executes."""
        if fixturedef.scope == "function" or self._nested:
            return (yield)
        own, self._executed = self._executed, set()
        sys.monitoring.restart_events()
        begun = _spent()
        self._nested += 1
        try:
            return (yield)
        finally:
            self._nested -= 1
            took = _spent().since(begun)
            before, executed = self._fixtures.get(fixturedef, (_Spent(), set()))
            self._fixtures[fixturedef] = (max(before, took), executed | self._executed)
            self._shared = self._shared.plus(took)
            self._executed = own
            sys.monitoring.restart_events()

    def recording(self, items: Iterable[pytest.Item]) -> str:
        """All of it as JSON: a list of functions, and for each test the places of its functions in the list."""
        keys = sorted(set(self._names.values()))
        places = {key: place for place, key in enumerate(keys)}
        tests = []
        for item, (passed, took, executed, used) in zip(items, self._rows, strict=True):
            shared = [self._fixtures[each] for each in used if each in self._fixtures]
            codes = executed.union(*(each for _, each in shared))
            total = reduce(_Spent.plus, (each for each, _ in shared), took)
            functions = sorted({places[self._names[code]] for code in codes})
            tests.append((item.nodeid, passed, [round(each, 4) for each in total], functions))
        return json.dumps({"functions": keys, "tests": tests})


def _spent() -> _Spent:
    """What this process and those that it has waited for have spent."""
    processes = (getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN))
    return _Spent(sum(each.ru_utime + each.ru_stime for each in processes), monotonic())


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _children() -> list[int]:
    """The processes that this one has: each is one that a test started, and did not end."""
    me = os.getpid()
    with suppress(OSError):
        return [int(pid) for pid in Path(f"/proc/{me}/task/{me}/children").read_text(encoding="ascii").split()]
    return []
