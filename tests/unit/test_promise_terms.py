"""The term of a saved reply's promise: what people may write, and by when it ends."""

from datetime import UTC, datetime, timedelta

import pytest

from desk.promises.terms import EXAMPLES, end_of_term, term_in, written_term
from tests.unit.replies.scene import NOW, brand_with

DAY = timedelta(days=1)
AT = datetime(2026, 11, 24, 5, 2, tzinfo=UTC)
"""Tuesday, 14:02 in Seoul; the desk is open from 9 to 18."""


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("30분", "30m"),
        (" 2 시간 ", "2h"),
        ("90 Minutes", "90m"),
        ("오늘", "today"),
        ("Closing", "closing"),
        ("기한", "due"),
    ],
)
def test_people_write_a_span_or_a_named_moment(written: str, term: str) -> None:
    assert term_in(written) == term


@pytest.mark.parametrize("written", ["", "0분", "곧", "30", "내일", "2160h", "30분쯤", "10000m", "٣분"])
def test_what_is_no_term_or_too_long_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="^" + written):
        term_in(written)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_stored_term_is_shown_as_people_write_it(language: str) -> None:
    assert [written_term(term_in(each), language) for each in EXAMPLES[language]] == list(EXAMPLES[language])


@pytest.mark.parametrize(
    ("term", "now", "local"),
    [
        ("30m", AT, (24, 14, 35)),
        ("30m", AT.replace(minute=5), (24, 14, 35)),
        ("2h", AT, (24, 16, 5)),
        ("today", AT, (24, 23, 59)),
        ("closing", AT, (24, 18, 0)),
        ("closing", AT.replace(hour=9, minute=0), (25, 18, 0)),
        ("closing", AT + 4 * DAY, (30, 18, 0)),
        ("due", AT, (24, 15, 2)),
    ],
)
def test_a_term_ends_at_a_moment_that_is_still_to_come(term: str, now: datetime, local: tuple[int, int, int]) -> None:
    day, hour, minute = local
    end = datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=9)

    assert end_of_term(term, now, AT + timedelta(hours=1), brand_with()) == end


def test_there_is_no_moment_where_the_time_has_passed() -> None:
    last_minute = datetime(2026, 11, 24, 14, 59, 30, tzinfo=UTC)

    assert end_of_term("due", NOW, NOW, brand_with()) is None
    assert end_of_term("due", NOW, None, brand_with()) is None
    assert end_of_term("today", last_minute, None, brand_with()) is None
