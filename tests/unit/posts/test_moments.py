from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from desk.posts.errors import MomentAmbiguous, MomentSkipped, MomentUnreadable, PostNotAccepted
from desk.posts.submit import parse_moment

SEOUL, NEW_YORK = ZoneInfo("Asia/Seoul"), ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-25T09:00:00+09:00",
        "2026-11-25t00:00:00z",
        "2026-11-25 09:00",
        "2026-11-25T09:00:00.000000",
        "2026-11-24T19:00:00.000-05:00",
    ],
)
def test_a_time_without_an_offset_is_in_the_zone_of_the_desk(text: str) -> None:
    assert parse_moment(text, SEOUL) == datetime(2026, 11, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "morning",
        "2026-11-25",
        "09:00",
        "2026-13-01T00:00",
        "2026-02-30T00:00",
        "2026-11-25T25:00",
        "2026-11-25T09:00:61",
        "2026-11-25T09:00+9",
        "2026-11-25T09:00:00+25:00",
        "20261125T090000",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00",
        "２０２６-11-25T09:00",
        "1764028800",
    ],
)
def test_a_text_that_is_no_time_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(MomentUnreadable) as refused:
        parse_moment(text, SEOUL, field="expires_at")

    assert refused.value.field == "expires_at"


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-03-08T01:59", 6),
        ("2026-03-08T02:00", MomentSkipped),
        ("2026-03-08T02:59:59", MomentSkipped),
        ("2026-03-08T03:00", 7),
        ("2026-11-01T00:59", 4),
        ("2026-11-01T01:00", MomentAmbiguous),
        ("2026-11-01T01:59:59", MomentAmbiguous),
        ("2026-11-01T02:00", 7),
        ("2026-11-01T01:30-04:00", 5),
        ("2026-11-01T01:30-05:00", 6),
    ],
)
def test_a_time_that_the_clock_skips_or_shows_twice_needs_an_offset(
    text: str, utc: int | type[PostNotAccepted]
) -> None:
    if isinstance(utc, int):
        moment = parse_moment(text, NEW_YORK)
        assert (moment.hour, moment.tzinfo) == (utc, UTC)
        return
    with pytest.raises(utc) as refused:
        parse_moment(text, NEW_YORK)
    assert "America/New_York" in str(refused.value)
    assert "offset" in str(refused.value)
