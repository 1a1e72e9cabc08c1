"""`dorothy demo` as somebody types it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from tests.aws_rules.recording import assert_allowed, judged
from tests.families import tries_all, variants
from tests.template.stack_template import Resources
from tests.template.test_permissions import statements

PORT = re.compile(rb"http://127\.0\.0\.1:\d+")
DEMO = [sys.executable, "-c", "from local.cli.main import app; app()", "demo"]
RECORDED_DEMO = [sys.executable, "-m", "tests.aws_rules.recorded_demo"]
ROOT = Path(__file__).parents[2]
INTERRUPTED = 130
"""What the command returns when it was told to stop."""

TOLD = (
    "devices drafts an answer to",
    "the operator sends the answer to",
    "the operator opens 오늘: 밤사이 32건",
    "billing promises",
    "departments are reminded of what is due soon: billing 1",
    "under 약속 that the promise was kept",
    "the operator reviews the day; marketing's line",
    "network promises",
    ", which stays answered",
    "departments are reminded of what is due soon",
    "what is late goes up to the operator",
    "the operator hands",
    "rings: [긴급] 네트워크 장애 신고 급증",
    "the operator looks at the spike of faults",
    "the operator looks at what trends on X",
    "rumor for pr, mentions nobody: 에메랄드모바일 1월부터",
    "billing may not answer",
    "counts as answered: somebody replied on X itself",
    "only promises an answer",
    "in 2 posts",
    "into a private conversation",
    "was read wrongly",
    "the shops' tool lists what waits: 200",
    "answers the newest of them: 202",
    "네트워크 1분째 대기",
    "네트워크 11분째 대기",
    "the desk acknowledges",
    "Answers by department",
    "network answers",
    "The day in ten lines",
    "make up runs a desk whose links open",
)
"""What must be seen in it, each in a line of its own."""

LINE = "첫눈과 눈 사진에 반응이 컸어요"
SAVED = {
    "pages/console-today.html": ("밤사이 32건", "오늘 하늘 보셨어요?", "오늘은 쉬기"),
    "pages/console-inbox.html": ("모든 게시가 멈춰 있어요.", "<title>위험", "게시 재개"),
    "pages/console-promises.html": ("지킴 1",),
    "pages/console-review.html": (LINE, "겨울 산행 이야기에", "아침 장애의 원인을 알리기로 했어요"),
    "reports/2026-11-24-1810.html": (LINE,),
}
"""What saved pages and the evening's report show."""


def start(folder: Path, *options: str, command: Sequence[str] = DEMO) -> subprocess.Popen[str]:
    folder.mkdir(exist_ok=True)
    return subprocess.Popen(
        [*command, *options],
        cwd=folder,
        env={**os.environ, "COLUMNS": "100", "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def lines_until(process: subprocess.Popen[str], words: str) -> list[str]:
    """What the demo prints up to the line with these words."""
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if words in line:
            return lines
    raise AssertionError(f"the demo ended without {words!r}")


def started_by(folder: Path) -> list[int]:
    """Processes whose environment names the folder, the demo's own among them (Linux only)."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"TMPDIR={folder}".encode() in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue
    return found


def is_function(process: int) -> bool:
    """Whether one of the desk's functions runs in it."""
    try:
        return b"AWS_LAMBDA_FUNCTION_NAME=" in Path(f"/proc/{process}/environ").read_bytes()
    except OSError:
        return False


def gone(folder: Path, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while started_by(folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not started_by(folder)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


@dataclass(frozen=True)
class Run:
    """What a run of the demo told, line by line, what it left in its folder, and where its functions' calls are."""

    code: int
    error: str
    told: list[str]
    folder: Path
    calls: Path

    @cached_property
    def files(self) -> dict[Path, bytes]:
        return files_below(self.folder / ".dorothy/demo")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The one run of which the tests read."""
    folder, calls = tmp_path_factory.mktemp("demo"), tmp_path_factory.mktemp("calls")
    process = start(folder, command=[*RECORDED_DEMO, str(calls)])
    out, error = process.communicate()
    return Run(process.returncode, error, plain(out).splitlines(), folder, calls)


def test_it_tells_a_whole_day_and_leaves_no_process(run: Run) -> None:
    assert run.code == 0, run.error
    assert any("nothing is missing" in line for line in run.told)
    assert [line for line in run.told if "  api " in line and re.search(r": 4\d\d ", line)] == [
        line for line in run.told if "a whole article" in line
    ]
    for shown in TOLD:
        assert any(shown in line for line in run.told), shown
    assert gone(run.folder)


def test_the_index_leads_to_every_page_report_and_mail(run: Run) -> None:
    index = run.folder / ".dorothy/demo/index.html"
    links = re.findall(r'href="([^"]+)"', index.read_text(encoding="utf-8"))

    assert {path.parts[0] for path in run.files} == {"index.html", "mail", "pages", "reports"}
    assert len(links) > 30
    assert [link for link in links if not (index.parent / link).is_file()] == []
    for path, words in SAVED.items():
        saved = run.files[Path(path)].decode()
        assert [each for each in words if each not in saved] == [], path


def test_every_call_of_its_functions_is_one_that_aws_takes(run: Run) -> None:
    assert_allowed(judged(run.calls))


def test_a_permission_that_the_template_lacks_is_found(run: Run) -> None:
    """Without the partition key `favourites` in its policy, as it once was, the digest could make no edition."""

    def forget_favourites(resources: Resources) -> None:
        for statement in statements(resources, "DailyDigestRole"):
            for keys in statement.get("Condition", {}).values():
                keys["dynamodb:LeadingKeys"] = [one for one in keys["dynamodb:LeadingKeys"] if one != "favourites"]

    denied = judged(run.calls, forget_favourites, only="DailyDigest").findings

    assert denied
    assert all("DailyDigestRole may not dynamodb:" in finding and "favourites" in finding for finding in denied)


@pytest.mark.skipif(not tries_all(), reason="a second run takes a minute: pytest --all-variants plays it")
def test_another_run_tells_the_same_to_the_last_byte_of_every_mail(run: Run, tmp_path: Path) -> None:
    """It stops after the first mornings, the night and the outage."""
    again = start(tmp_path)
    told_again = lines_until(again, "Forenoon")
    again.send_signal(signal.SIGINT)
    again.communicate()

    assert again.returncode == INTERRUPTED
    assert run.told[: len(told_again)] == told_again
    files_again = files_below(tmp_path / ".dorothy/demo")
    assert {path.parts[0] for path in files_again} == {"mail", "pages"}
    # The interruption may have left the last file half written.
    assert [path for path, content in files_again.items() if not run.files[path].startswith(content)] == []


def plain(told: str) -> str:
    """Without the port in the text of who is on call, which is any free one."""
    return PORT.sub(b"http://127.0.0.1:", told.encode()).decode()


def files_below(folder: Path) -> dict[Path, bytes]:
    """By path below the folder; the port in the digests' links, which is any free one, is left out."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder): PORT.sub(b"http://127.0.0.1:", path.read_bytes()) for path in files}


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for left processes in /proc")
@variants("by", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], 1, named=lambda by: by.name)
def test_no_process_is_left_after_any_end(tmp_path: Path, by: signal.Signals) -> None:
    """It ends once a function runs."""
    demo = start(tmp_path)
    lines_until(demo, "The mornings before")
    while not any(is_function(process) for process in started_by(tmp_path)):
        assert demo.poll() is None
        time.sleep(0.05)

    demo.send_signal(by)
    demo.communicate()

    assert demo.returncode == (-signal.SIGKILL if by is signal.SIGKILL else INTERRUPTED)
    assert gone(tmp_path)


@variants("option", ["--aws-port", "--x-port", "--api-port"], 1)
def test_a_taken_port_is_an_error_in_one_sentence(tmp_path: Path, taken_port: int, option: str) -> None:
    demo = start(tmp_path, option, str(taken_port))

    out, error = demo.communicate()

    assert demo.returncode == 1
    assert out == ""
    assert error.count("\n") == 1
    assert str(taken_port) in error
    assert gone(tmp_path)
