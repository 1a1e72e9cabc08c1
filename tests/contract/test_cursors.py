"""The cursors of lists: what is given out comes back, and nothing else does."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta, timezone

import pytest

from desk.adapters.cursors import cursor_to, place_at

NOON = datetime(2026, 11, 24, 3, 0, 0, 120, tzinfo=UTC)


def written(*parts: object) -> str:
    return urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def test_a_place_comes_back_in_utc_to_the_microsecond() -> None:
    in_seoul = NOON.astimezone(timezone(timedelta(hours=9)))

    assert place_at(cursor_to(in_seoul, "7Q2M4-XD93K")) == (NOON, "7Q2M4-XD93K")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "!" * 9,
        written("2026-11-24"),
        written("2026-11-24", 7),
        written("2026-11-24", ""),
        written("0001-01-01T00:00:00+14:00", "a"),
        written(7, "a"),
        written("2026-11-24", "a" * 200),
    ],
)
def test_what_was_never_given_out_is_refused(cursor: str) -> None:
    with pytest.raises(ValueError, match="not a cursor of ours"):
        place_at(cursor)
