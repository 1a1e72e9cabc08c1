"""MiniStack, the local AWS, as a process of our own on loopback."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from local.aws.clients import REGION, Aws
from local.aws.ports import LOOPBACK, free_port
from local.cleanup import Cleanup

_START_SECONDS = 30.0
_STOP_SECONDS = 5.0


class MiniStackError(Exception):
    """The local AWS did not start; the message has its last output."""


@contextmanager
def ministack(
    port: int = 0, *, enforce_iam: bool = False, environment: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Aws]:
    """A running local AWS, stopped with everything it started when the block ends, however it ends.

    `environment` is what handlers find in theirs besides. An interrupt goes to us, and we stop it in good order.
    Raises PortTakenError for a `port` in use and MiniStackError when it does not come up.
    """
    chosen = free_port(port)
    with Cleanup() as everything:
        folder = TemporaryDirectory(prefix="dorothy-aws-", ignore_cleanup_errors=True)
        home = Path(everything.enter_context(folder))
        log = home / "ministack.log"
        process = _start({**_environment(chosen, home, enforce_iam=enforce_iam), **environment}, log)
        everything.callback(_stop, process)
        aws = Aws(f"http://{LOOPBACK}:{chosen}")
        everything.callback(aws.close)
        _wait_until_healthy(process, chosen, log)
        yield aws


def _start(environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "local.aws.guarded"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in a terminal reaches us alone
        )


def _environment(port: int, home: Path, *, enforce_iam: bool) -> dict[str, str]:
    """Only what MiniStack and the handlers that it starts may know: no account or proxy of this machine's user."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "TMPDIR": str(home),
        "PYTHONUTF8": "1",
        "BIND_HOST": LOOPBACK,
        "MINISTACK_HOST": LOOPBACK,
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "LOG_LEVEL": "WARNING",
        # Both would listen on every address of the machine, on fixed ports.
        "IOT_MTLS_ENABLED": "false",
        "SFTP_ENABLED": "false",
        "AUTH": str(enforce_iam).lower(),
    }


def _wait_until_healthy(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if _is_healthy(port):
            return
        time.sleep(0.02)
    said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise MiniStackError(f"The local AWS did not start. It said last: {said[-1] if said else 'nothing'}")


def _is_healthy(port: int) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"http://{LOOPBACK}:{port}/_ministack/health", timeout=2) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004 - HTTP
    except (OSError, urllib.error.URLError):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    finally:
        if process.stdin:
            process.stdin.close()
