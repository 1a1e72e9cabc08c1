"""The first hour of somebody who has an account on X and nothing else: the README's words, typed in an empty folder."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urljoin

import pytest

from local.aws.clients import Aws
from local.demo.console_visitor import ConsolePage, ConsoleVisitor
from local.demo.forms import forms_in
from local.deployed.stack import deployed_stack
from local.preview.public_x import TOKEN
from local.running_desk import running_desk
from local.x.control import XControl
from tests.e2e.test_the_demo import ROOT, gone

HANDLE = "yourbrand"
SAID = (
    "환불 신청했는데 언제 들어오나요?",
    "결제가 두 번 됐어요",
    "배송이 사흘째 멈춰 있어요",
    "오늘도 좋은 하루 보내세요",
)
DANGER = "이제 그만 죽고 싶어요"


@dataclass
class Terminal:
    """The command `dorothy` in a folder; what was started ends with the test."""

    folder: Path
    environment: dict[str, str]
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def type(self, *words: str, answers: str = "") -> subprocess.CompletedProcess[str]:
        command = [*self._command(), *words]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, input=answers, capture_output=True, text=True, check=False
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*self._command(), *words],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        return process

    @staticmethod
    def _command() -> list[str]:
        return [str(Path(sys.executable).with_name("dorothy"))]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    empty = tmp_path / "my-desk"
    empty.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DOROTHY_"))}
    environment |= {"PYTHONUNBUFFERED": "1", "TMPDIR": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    made = Terminal(empty, environment)
    yield made
    for process in made.started:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert gone(tmp_path)


def readme_words() -> list[list[str]]:
    """The commands of README.md under its heading, without comments."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Try it on your own account\n")[2]
    block = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)[0]
    lines = [line.partition("#")[0].split() for line in block.splitlines()]
    return [line[1:] for line in lines if line[:1] == ["dorothy"]]


def people_write(control: XControl) -> None:
    """Ten mentions of the last days, two of them answered within ten minutes, and one about danger."""
    now = datetime.now(UTC)
    for number in range(9):
        at = now - timedelta(hours=5 + 7 * number)
        post = control.post(f"fan{number}", f"@{HANDLE} {SAID[number % len(SAID)]}", created_at=at.isoformat())
        if number in {0, 2}:
            answered = (at + timedelta(minutes=10)).isoformat()
            control.post(HANDLE, "네, 확인했습니다. 도와드릴게요.", in_reply_to=post, created_at=answered)
    control.post("fan9", f"@{HANDLE} {DANGER}", created_at=(now - timedelta(hours=3)).isoformat())


def line_with(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout
    for line in process.stdout:
        if words in line:
            return line
    raise AssertionError(f"{words!r} was not said: {process.communicate()}")


def lines_to(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout
    said = []
    for line in process.stdout:
        said.append(line)
        if words in line:
            return "".join(said)
    raise AssertionError(f"{words!r} was not said: {''.join(said)}{process.communicate()}")


def operator_of(folder: Path) -> tuple[ConsoleVisitor, Aws]:
    """Somebody at the console of the desk that runs in this folder, and the AWS that it runs on."""
    running = running_desk(folder)
    assert running
    aws = Aws(running.aws)
    outputs = deployed_stack(aws.client("cloudformation"), running.stack).outputs
    deployed = SimpleNamespace(aws=aws, outputs=outputs)
    stage: Any = SimpleNamespace(deployed=deployed, clock=None, api=SimpleNamespace(url=running.api))
    return ConsoleVisitor(stage), aws


def decides(somebody: ConsoleVisitor, page: ConsolePage, action: str, **chosen: str) -> None:
    """Press this button of the first row."""
    form = next(form for form in forms_in(page.html) if form.address.endswith(f"/trial/{action}"))
    headers, url = {"sec-fetch-site": "same-origin"}, urljoin(page.address, form.address)
    answer = somebody._http.post(url, data={**form.fields, **chosen}, headers=headers, timeout=60)
    assert answer.status_code == HTTPStatus.OK, answer.text


@pytest.mark.timeout(600)
def test_the_readmes_words_lead_from_an_empty_folder_to_a_page_for_the_head_of_a_department(
    terminal: Terminal, tmp_path: Path
) -> None:
    init, check, preview, report, delete = readme_words()
    assert [words[0] for words in (init, check, preview, report, delete)] == [
        "init", "check", "preview", "preview", "preview",
    ]  # fmt: skip

    made = terminal.type(*init, answers=f"초록가게\n@{HANDLE}\nko\npayments, delivery\n\n")
    checked = terminal.type(*check)
    x = terminal.start("x", "--desk", "desk.yaml", "--port", "0", "--show-credentials")
    url = line_with(x, "Local X: ").split()[2]
    assert x.stdout
    terminal.environment[TOKEN] = json.loads(x.stdout.readline())["bearer_token"]
    control = XControl(url)
    people_write(control)
    before = [post["id"] for post in control.state()["posts"]]
    running = terminal.start(*preview, "--x", url, "--yes", "--no-open")
    said = lines_to(running, "Ctrl-C ends it.")
    folder = tmp_path / "cache" / "dorothy" / "previews" / HANDLE
    somebody, aws = operator_of(folder)

    page = somebody.open("/console/trial")
    decides(somebody, page, "hand", department="delivery")
    decides(somebody, somebody.open("/console/trial"), "release")
    pause = somebody.open("/console/inbox/all").html
    written = terminal.type(*report)
    html = (terminal.folder / f"preview-{HANDLE}.html").read_text(encoding="utf-8")
    running.send_signal(signal.SIGINT)
    _, ended = running.communicate(timeout=60)
    deleted = terminal.type(*delete)

    assert (made.returncode, checked.returncode) == (0, 0), made.stderr + checked.stderr
    assert "Mentions: 10" in said
    assert "Danger: 1" in said
    assert "(2 answers)" in said
    assert DANGER in page.html
    assert "미리보기라서 아무것도 나가지 않습니다" in pause
    assert (written.returncode, running.returncode) == (0, 130), written.stderr
    assert "초록가게 계정의 지난 한 주" in html
    assert re.search(r"\d+% \(\d/\d\)", html)
    assert not [words for words in (*SAID, DANGER, "fan") if words in html]
    assert [post["id"] for post in control.state()["posts"]] == before
    assert {call["method"] for call in control.calls()} == {"GET"}
    assert "is not paid for again" in ended
    assert (deleted.returncode, folder.exists()) == (0, False)
    aws.close()
    control.close()
