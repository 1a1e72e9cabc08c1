"""The cursors of lists: what is given out comes back, whatever has their form is taken, and nothing else is."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.links import CURSOR, cursor_to, place_at

NOON = datetime(2026, 11, 24, 3, 0, 0, 120, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2286, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - what it takes
KEYS = st.from_regex(r"[0-9A-Za-z_.-]{1,64}", fullmatch=True)


def test_a_place_comes_back_in_utc_to_the_microsecond() -> None:
    in_seoul = NOON.astimezone(timezone(timedelta(hours=9)))

    assert place_at(cursor_to(in_seoul, "7Q2M4-XD93K")) == (NOON, "7Q2M4-XD93K")


@given(MOMENTS, KEYS)
def test_every_place_has_a_cursor_of_its_own(moment: datetime, key: str) -> None:
    cursor = cursor_to(moment, key)

    assert re.fullmatch(CURSOR, cursor)
    assert place_at(cursor) == (moment, key)


@given(st.from_regex(CURSOR.removesuffix("$"), fullmatch=True))
def test_every_text_in_the_form_of_a_cursor_is_the_cursor_of_its_place(cursor: str) -> None:
    assert cursor_to(*place_at(cursor)) == cursor


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "!" * 9,
        "1764039600000120.",
        "176403960000012.p1",
        "1764039600000120.p1\n",
        "1764039600000120.p#1",
        "1764039600000120." + "a" * 65,
        "١٧٦٤٠٣٩٦٠٠٠٠٠١٢٠.p1",
        "-764039600000120.p1",
    ],
)
def test_a_malformed_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(ValueError, match="not a cursor of ours"):
        place_at(cursor)
