"""The counts of a period's mentions."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daily_digest.counting import DayCounter, TallyCounter, count_words, most_used
from desk.mentions.model import DayRow

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
DEPARTMENTS = ("billing", "network", "operator")


def row(kind: str | None, need: str | None = None, department: str | None = None, **more: object) -> DayRow:
    urgency, lang = more.get("urgency", "normal"), more.get("lang", "ko")
    terms = more.get("terms", ())
    assert isinstance(terms, tuple)
    if kind is None:
        return DayRow(str(more.get("id", "1")), NOON)
    return DayRow(str(more.get("id", "1")), NOON, kind, need, department, str(urgency), str(lang), terms)


def tally_of(*rows: DayRow, hour: int = 12) -> TallyCounter:
    tallying = TallyCounter(DEPARTMENTS)
    for one in rows:
        tallying.add(one, hour)
    return tallying


def test_junk_and_feedback_have_figures_of_their_own_and_are_no_needs() -> None:
    tally = tally_of(
        row("inquiry", "information", "billing"),
        row("fault", "support", "network"),
        row("chat", "relationship"),
        row("feedback", "relationship", "network"),
        row("junk", "relationship"),
        row("junk", "relationship"),
    ).tally()

    assert tally.by_need == {"information": 1, "support": 1, "relationship": 1}
    assert (tally.total, tally.feedback, tally.junk) == (6, 1, 2)
    assert tally.by_kind == {"inquiry": 1, "fault": 1, "chat": 1, "feedback": 1, "junk": 2}
    assert tally.by_department == {"billing": 1, "network": 2}


def test_an_unread_mention_counts_in_the_total_and_in_its_hour_only() -> None:
    tally = tally_of(row(None), row("chat", "relationship"), hour=23).tally()

    assert (tally.total, tally.unread) == (2, 1)
    assert (tally.by_need, tally.by_kind) == ({"relationship": 1}, {"chat": 1})
    assert tally.by_hour[23] == 2


def test_junk_makes_no_hour_busy() -> None:
    tally = tally_of(row("junk", "relationship"), row("chat", "relationship"), hour=0).tally()

    assert tally.by_hour == (1, *[0] * 23)


def test_languages_urgencies_and_terms_are_counted() -> None:
    tally = tally_of(
        row("fault", "support", "network", urgency="high", lang="en", terms=("outage", "5g")),
        row("fault", "support", "network", urgency="high", terms=("먹통", "5g")),
        row("chat", "relationship", urgency="low"),
    ).tally()

    assert tally.by_urgency == {"high": 2, "low": 1}
    assert tally.by_language == {"en": 1, "ko": 2}
    assert tally.terms == (("5g", 2), ("outage", 1), ("먹통", 1))


def test_a_mention_to_review_is_counted_beside_its_kind() -> None:
    review = row("inquiry", "information", "operator")._replace(to_review=True)

    tally = tally_of(review, review, row("inquiry", "information", "billing")).tally()

    assert (tally.to_review, tally.by_kind) == (2, {"inquiry": 3})


def test_a_department_that_the_desk_no_longer_has_is_the_operators() -> None:
    assert tally_of(row("fault", "support", "fax")).tally().by_department == {"operator": 1}


def test_a_day_is_counted_with_its_needs_by_hour() -> None:
    count = DayCounter(seen_ids={"8", "9"})

    for one, hour in (
        (row("inquiry", "information", id="8"), 9),
        (row("chat", "relationship", id="9"), 9),
        (row("feedback", "relationship"), 10),
        (row("junk", "relationship"), 10),
        (row(None), 10),
    ):
        count.add(one, hour)

    needs = count.needs(polled=6)
    assert (count.rows, count.read, count.seen) == (5, 4, 2)
    assert {need: hours[9] for need, hours in needs.by_hour.items()} == {"information": 1, "relationship": 1}
    assert [sum(hours) for hours in needs.by_hour.values()] == [1, 1]
    assert (needs.polled, needs.unread) == (6, 1)


@given(st.lists(st.integers(0, 30).map(str), max_size=300), st.sampled_from((2, 10, 100)))
def test_words_are_counted_exactly_up_to_the_limit_and_never_too_high(words: list[str], limit: int) -> None:
    counts = Counter[str]()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("daily_digest.counting.MOST_WORDS", limit)
        for word in words:
            count_words(counts, [word])

    real = Counter(words)
    assert len(counts) <= limit
    assert all(0 < counts[word] <= real[word] for word in counts)
    assert counts == real or len(real) > limit


def test_a_flood_of_different_words_does_not_hide_the_one_that_everybody_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daily_digest.counting.MOST_WORDS", 100)
    counts = Counter[str]()
    for number in range(5_000):
        count_words(counts, ["요금제", f"word{number}"])

    assert most_used(counts, 1) == (("요금제", 5_000),)
