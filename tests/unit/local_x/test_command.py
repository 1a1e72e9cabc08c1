import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from local.x.server import RunningX
from tests.families import variants

pytestmark = pytest.mark.process

DOROTHY = str(Path(sys.executable).with_name("dorothy"))


@variants("end", [signal.SIGINT, signal.SIGTERM], 1)
def test_dorothy_x_prints_its_address_and_ends_cleanly(end: signal.Signals) -> None:
    with subprocess.Popen([DOROTHY, "x", "--port", "0"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().split()[2]
        try:
            page = requests.get(url, timeout=9)
        finally:
            process.send_signal(end)
        rest, _ = process.communicate(timeout=20)

    assert page.status_code == 200
    assert (process.returncode, rest) == (0, "Local X ended.\n")


def test_dorothy_x_prints_the_bill_at_its_end_and_stops_when_the_credits_are_used_up() -> None:
    command = [DOROTHY, "x", "--port", "0", "--show-credentials", "--credits", "0.01"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().split()[2]
        keys = json.loads(process.stdout.readline())
        trends = f"{url}/2/trends/by/woeid/1"
        bearer = {"Authorization": f"Bearer {keys['bearer_token']}"}
        try:
            answers = [requests.get(trends, headers=bearer, timeout=9) for _ in range(2)]
        finally:
            process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=20)

    assert [answer.status_code for answer in answers] == [200, 402]
    assert rest == ("X would have billed $0.010:\n  trends: $0.010 for 1 calls and 0 items\nLocal X ended.\n")


def test_dorothy_x_reports_a_taken_port_in_a_sentence(x: RunningX) -> None:
    port = x.url.rpartition(":")[2]

    ended = subprocess.run([DOROTHY, "x", "--port", port], capture_output=True, text=True, timeout=60, check=False)

    assert ended.returncode == 1
    assert (
        ended.stderr == f"Port {port} is taken by another program; give another one with --port, or 0 for a free one.\n"
    )
