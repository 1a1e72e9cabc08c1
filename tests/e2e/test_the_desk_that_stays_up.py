"""`dorothy up` as somebody uses it: they post on the local X, read the mail, follow its link and type commands."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from local.aws.clients import Aws
from local.aws.functions import Function
from local.running_desk import running_desk
from local.x.control import XControl
from tests.e2e.test_the_demo import ROOT, gone

DOROTHY = [sys.executable, "-c", "from local.cli.main import app; app()"]
NO_ACCOUNT = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


class Desk:
    """A desk that runs in `folder`, and the command line in the same directory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._environment = {
            **NO_ACCOUNT,
            "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT), "TMPDIR": str(folder),
            "AWS_SHARED_CREDENTIALS_FILE": str(folder / "none"), "AWS_CONFIG_FILE": str(folder / "none"),
        }  # fmt: skip
        self.process = subprocess.Popen(
            [*DOROTHY, "up", "--aws-port", "0", "--x-port", "0", "--api-port", "0", "--sign-in-port", "0", "--no-open"],
            cwd=folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_for(self, words: str) -> str:
        """The next line that has these words."""
        assert self.process.stdout
        return next(line for line in self.process.stdout if words in line)

    def type(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*DOROTHY, *words], cwd=self.folder, env=self._environment, capture_output=True, text=True, check=False
        )


def wait_for_the_first_poll(x: str) -> None:
    """What was posted before comes as a backlog, which is summed up and not mailed at once."""
    control, deadline = XControl(x), time.monotonic() + 60
    while not control.counts().get("own_posts") and time.monotonic() < deadline:
        time.sleep(0.1)
    control.close()


def poll_as_in_the_next_minute(folder: Path) -> None:
    """Invoke what the schedule invokes, without waiting for its minute."""
    running = running_desk(folder / ".dorothy/up")
    assert running
    aws = Aws(running.aws)
    target = aws.client("scheduler").get_schedule(Name=f"{running.stack}-poll-mentions")["Target"]
    event = target["Input"].replace("<aws.scheduler.scheduled-time>", f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
    Function(aws, target["Arn"])(json.loads(event))
    aws.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    running = Desk(tmp_path)
    yield running
    if running.process.poll() is None:
        running.process.send_signal(signal.SIGINT)
        running.process.communicate()
    assert gone(tmp_path)


def test_a_mails_link_opens_the_local_x_and_commands_find_the_desk(desk: Desk) -> None:
    desk.wait_for("is up")
    console_runs = any(desk.folder.glob("dorothy-aws-*/ministack-lambda-dorothy-OperatorConsole-*/_worker.py"))
    x = desk.wait_for("X, to post as anyone").split()[-1]
    zone = desk.wait_for("time zone is")
    wait_for_the_first_poll(x)
    requests.post(f"{x}/post", {"who": "minji_01", "text": "@emeraldmobile 청구서가 두 번 왔어요"}, timeout=30)
    poll_as_in_the_next_minute(desk.folder)
    paused = desk.type("pause", "--reason", "연습", "--who", "mina")
    desk.wait_for("mail to billing@emerald.example")
    mail = (desk.folder / ".dorothy/up/mail/billing/001.eml").read_text(encoding="utf-8")
    (link,) = re.findall(r"X에서 보기: (\S+)", mail)
    page = requests.get(link, timeout=30)
    case = re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", mail)[0]
    opened = desk.type("link", case)
    second = desk.type("up")

    assert console_runs, "the first person to sign in waits until the console's function has started"
    assert "Asia/Seoul" in zone
    assert link.startswith(f"{x}/i/status/")
    assert (page.status_code, "청구서가 두 번 왔어요" in page.text) == (200, True)
    assert paused.stdout.startswith("The desk is paused since")
    assert paused.stderr == f"On the local desk, whose X is {x}.\n"
    assert "청구서가 두 번 왔어요" in requests.get(opened.stdout.strip(), timeout=30).text
    assert (second.returncode, "already" in second.stderr) == (1, True)
    desk.process.send_signal(signal.SIGINT)
    desk.process.communicate()
    assert running_desk(desk.folder / ".dorothy/up") is None
