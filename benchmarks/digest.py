"""CPU and memory of a digest over days of growing size: index rows in pages as DynamoDB sends them, to the last page.

The pages are made beforehand and served over and over, so that the memory counted is the digest's own.
"""

import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from daily_digest.counting import PeriodCounter
from daily_digest.periods import Period
from desk.mentions.model import SHARDS
from desk.mentions.store import MentionStoreItems
from tests.fakes.cases import FakeCases

_DAY = datetime(2026, 11, 24, tzinfo=UTC)
_PAGE = 1_000
_KINDS = ("inquiry", "fault", "rumor", "feedback", "chat", "junk")
_DEPARTMENTS = ("devices", "network", "billing", "plans", "home", "operator")
_TERMS = 30_000  # different terms


class _Pages:
    """A DynamoDB client with one answer: this many rows, evenly on the shards."""

    def __init__(self, rows: int) -> None:
        self._left = [rows // SHARDS + (shard < rows % SHARDS) for shard in range(SHARDS)]
        self._items = list(_items(Random(7)))  # noqa: S311 - made-up rows

    def query(self, **ask: Any) -> dict[str, Any]:
        shard = int(ask["ExpressionAttributeValues"][":key"]["S"].rpartition("#")[2])
        count = min(_PAGE, self._left[shard])
        self._left[shard] -= count
        answer: dict[str, Any] = {"Items": self._items[:count]}
        return answer | {"LastEvaluatedKey": {}} if self._left[shard] else answer

    def batch_get_item(self, **_: Any) -> dict[str, Any]:
        """Nothing was counted before."""
        return {"Responses": {}}


def measure(sizes: tuple[int, ...]) -> list[dict[str, float]]:
    """For each number of mentions: microseconds of CPU a mention, and the peak of memory in kilobytes."""
    _run(sizes[0])  # imports and caches
    rows = []
    for size in sizes:
        seconds = min(_seconds(size) for _ in range(3))
        rows.append({"mentions": size, "cpu_us": round(seconds * 1e6 / size, 2), "peak_kb": _peak(size) // 1024})
    return rows


def _seconds(size: int) -> float:
    pages = _Pages(size)
    began = time.process_time()
    _count(pages)
    return time.process_time() - began


def _peak(size: int) -> int:
    pages = _Pages(size)
    tracemalloc.start()
    try:
        _count(pages)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _run(size: int) -> None:
    _count(_Pages(size))


def _count(pages: Any) -> None:
    mentions = MentionStoreItems(pages, mentions_table="mentions", desk_table="desk", zone=ZoneInfo("UTC"))
    period = Period(_DAY, _DAY + timedelta(hours=18))
    PeriodCounter(mentions, FakeCases(), _DEPARTMENTS, period, frozenset()).count()


def _items(random: Random) -> Iterator[dict[str, Any]]:
    for number in range(_PAGE):
        kind = random.choice(_KINDS)
        terms = " ".join(f"낱말{random.randrange(_TERMS)}" for _ in range(6))
        yield {
            "mention_id": {"S": str(1_900_000_000_000_000_000 + number)},
            "created_at": {"S": (_DAY + timedelta(seconds=random.randrange(86_400))).isoformat()},
            "kind": {"S": kind},
            "need": {"S": "information"},
            "department": {"S": random.choice(_DEPARTMENTS)},
            "urgency": {"S": "normal"},
            "lang": {"S": "ko"},
            "terms": {"S": terms},
        }
