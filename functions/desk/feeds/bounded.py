"""Parsing feeds in a process of its own, which ends when a document takes too much time or memory.

A document is written by somebody else, and what libraries do with some documents nobody can foresee: a regular
expression that takes hours, a list that fills the memory, a crash. The process has nothing of the desk: no
credentials in its environment, and of the parent only the document. It starts in 0.2 s, for changed documents alone.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from desk.feeds.model import FeedEntry, FeedFailure, FeedPicture, FeedUnreadable, ParsedFeed


class ParseLimits(NamedTuple):
    """The bounds of one document.

    Attributes:
        cpu_seconds: of the processor. Ten thousand entries, the most that are read, take two to three.
        memory: bytes of address space. They take a tenth of it.
        seconds: after which the process is ended even if it had too little of the processor.
    """

    cpu_seconds: int = 10
    memory: int = 700_000_000
    seconds: float = 30.0


_LIMITS = ParseLimits()
_KEPT = ("PATH", "LD_LIBRARY_PATH", "LANG", "PYTHONHOME", "PYTHONTZPATH")
"""What Python may need of the environment."""


class ParserFailed(Exception):
    """The process ended without a result: a defect of the desk, or a crash."""


class BoundedParser:
    """Parses documents, each in a process of its own. `zone` is that of dates without one."""

    def __init__(self, zone: str, limits: ParseLimits = _LIMITS) -> None:
        self._zone = zone
        self._limits = limits

    def parse(self, body: bytes, content_type: str, url: str) -> ParsedFeed:
        """The feed in a document that was read at this address. Raises FeedUnreadable and ParserFailed."""
        order = {"content_type": content_type, "url": url, "zone": self._zone} | self._limits._asdict()
        try:
            done = subprocess.run(
                [sys.executable, "-m", "desk.feeds.bounded"],
                input=json.dumps(order).encode() + b"\n" + body,
                capture_output=True,
                timeout=self._limits.seconds,
                env=_environment(),
                check=False,
            )
        except subprocess.TimeoutExpired as exc:
            raise FeedUnreadable(FeedFailure.TOO_COMPLEX) from exc
        if done.returncode == -signal.SIGXCPU:
            raise FeedUnreadable(FeedFailure.TOO_COMPLEX)
        if done.returncode:
            raise ParserFailed(f"{done.returncode} {done.stderr.decode(errors='replace').strip().rpartition('\n')[2]}")
        answer = json.loads(done.stdout)
        if "failure" in answer:
            raise FeedUnreadable(FeedFailure(answer["failure"]), answer["detail"])
        return ParsedFeed([_entry_of(each) for each in answer["entries"]], answer["unread"])


def _environment() -> Mapping[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def _entry_of(plain: Sequence[Any]) -> FeedEntry:
    entry = FeedEntry(*plain)
    return entry._replace(
        published=datetime.fromisoformat(plain[4]) if plain[4] else None,
        picture=FeedPicture(*plain[5]) if plain[5] else None,
    )


def _answer(order: Mapping[str, Any], body: bytes) -> Mapping[str, Any]:
    from desk.feeds.parse import parse_feed  # noqa: PLC0415 - in the process that parses alone

    try:
        feed = parse_feed(body, order["content_type"], order["url"], ZoneInfo(order["zone"]))
    except FeedUnreadable as exc:
        return {"failure": exc.failure.value, "detail": exc.detail}
    return {"entries": feed.entries, "unread": feed.unread}


def main() -> None:
    """Parse the document of the standard input, whose first line is the order, and write the answer."""
    import resource  # noqa: PLC0415 - as above

    order, body = json.loads(sys.stdin.buffer.readline()), sys.stdin.buffer.read()
    for bounded, most in ((resource.RLIMIT_AS, order["memory"]), (resource.RLIMIT_CPU, order["cpu_seconds"])):
        _, hard = resource.getrlimit(bounded)
        resource.setrlimit(bounded, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    try:
        answer = json.dumps(_answer(order, body), default=datetime.isoformat)
    except (MemoryError, RecursionError):
        answer = json.dumps({"failure": FeedFailure.TOO_COMPLEX.value, "detail": ""})
    sys.stdout.write(answer)


if __name__ == "__main__":
    main()
