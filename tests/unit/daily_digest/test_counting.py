"""Mentions are counted in one pass over the days of a period, and the most important ones are listed."""

import tracemalloc
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daily_digest.counting import (
    DayCounter,
    MentionSelection,
    PeriodCounter,
    PeriodCounts,
    TallyCounter,
    count_words,
    most_used,
)
from daily_digest.model import Balance, MentionList
from daily_digest.periods import Period
from desk.cases.model import Doubt
from desk.mentions.model import DayRow
from desk.reading import Kind
from tests.cases import a_case
from tests.fakes.cases import FakeCases
from tests.fakes.mentions import FakeMentions
from tests.unit.daily_digest.scene import seoul

SEOUL = ZoneInfo("Asia/Seoul")
TUESDAY = date(2026, 11, 24)
MONDAY = TUESDAY - timedelta(days=1)
NOON = datetime(2026, 11, 24, 12, tzinfo=SEOUL)
MORNING = Period(datetime(2026, 11, 23, 18, tzinfo=SEOUL), datetime(2026, 11, 24, 8, 50, tzinfo=SEOUL))


class Scene:
    """Rows and counts of the desk."""

    def __init__(self) -> None:
        self.mentions = FakeMentions(SEOUL)
        self.cases = FakeCases()

    def at(
        self,
        day: int,
        hour: int,
        minute: int = 0,
        *,
        kind: str | None = "inquiry",
        second: int = 0,
        case_id: str | None = None,
    ) -> str:
        """A mention, and with a case one that is to review; its id."""
        moment = datetime(2026, 11, day, hour, minute, second, tzinfo=SEOUL)
        row = DayRow(f"{day}{hour:02}{minute:02}{second:02}", moment.astimezone(UTC))
        if kind:
            row = row._replace(kind=kind, need="information", department="billing", urgency="normal", lang="ko")
        self.mentions.keep(row._replace(review=case_id is not None, case_id=case_id))
        return row.mention_id

    def count(self, period: Period = MORNING, reacted: frozenset[str] | None = frozenset()) -> PeriodCounts:
        return PeriodCounter(self.mentions, self.cases, ("billing", "operator"), period, reacted).count()


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_the_tally_is_of_the_period_the_balance_of_whole_days(scene: Scene) -> None:
    for day, hour, minute in ((23, 0, 0), (23, 17, 59), (23, 18, 0), (24, 8, 49), (24, 8, 50), (24, 12, 0)):
        scene.at(day, hour, minute)
    scene.at(24, 3, kind=None)

    counted = scene.count()

    assert (counted.tally.total, counted.tally.unread) == (3, 1)
    assert counted.balance == Balance((MONDAY, TUESDAY), polled=7, read=6, waiting=1, reacted=0)
    assert counted.balance.holds


def test_today_counts_from_midnight_to_the_end_of_the_period(scene: Scene) -> None:
    scene.at(23, 23)
    scene.at(24, 0)
    scene.at(24, 8)
    scene.at(24, 7, kind="junk")
    scene.at(24, 9)

    assert scene.count().today == {"information": 2}


def test_each_day_is_gone_over_once(scene: Scene) -> None:
    scene.at(23, 20)

    scene.count()

    assert scene.mentions.passes == {MONDAY: 1, TUESDAY: 1}


def test_answered_mentions_are_counted_and_unknown_when_x_refuses(scene: Scene) -> None:
    answered = scene.at(23, 20)
    scene.at(23, 21)

    assert scene.count(reacted=frozenset({answered, "elsewhere"})).balance.reacted == 1
    assert scene.count(reacted=None).balance.reacted is None


def test_what_a_person_has_seen_is_counted_over_whole_days_and_never_above_what_was_polled(scene: Scene) -> None:
    scene.at(23, 20)
    scene.at(24, 7)
    scene.mentions.seen_on.update({MONDAY: 1, date(2026, 11, 20): 9})
    assert scene.count().balance.seen == 1

    scene.mentions.seen_on[TUESDAY] = 5
    assert scene.count().balance.seen == 2


def test_a_period_that_takes_too_long_is_counted_from_its_last_day_back(scene: Scene) -> None:
    for day in range(20, 25):
        scene.at(day, 7)
    times = iter([True, False, False, False])
    five_days = Period(datetime(2026, 11, 20, tzinfo=SEOUL), datetime(2026, 11, 24, 8, tzinfo=SEOUL))

    counted = PeriodCounter(scene.mentions, scene.cases, ("billing",), five_days, frozenset()).count(
        lambda: next(times)
    )

    assert counted.uncounted == (date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22))
    assert (counted.tally.total, counted.today, list(counted.needs)) == (2, {"information": 1}, [TUESDAY, MONDAY])
    assert counted.balance == Balance((MONDAY, TUESDAY), polled=2, read=2, waiting=0, reacted=0)


def test_a_single_day_is_counted_even_without_time(scene: Scene) -> None:
    scene.at(24, 7)
    day = Period(datetime(2026, 11, 24, tzinfo=SEOUL), datetime(2026, 11, 24, 8, tzinfo=SEOUL))

    counted = PeriodCounter(scene.mentions, scene.cases, ("billing",), day, frozenset()).count(lambda: False)

    assert (counted.tally.total, counted.uncounted) == (1, ())


def test_without_time_no_day_is_counted_again(scene: Scene) -> None:
    scene.mentions.hidden = {scene.at(24, 7)}
    day = Period(datetime(2026, 11, 24, tzinfo=SEOUL), datetime(2026, 11, 24, 8, tzinfo=SEOUL))

    balance = PeriodCounter(scene.mentions, scene.cases, ("billing",), day, frozenset()).count(lambda: False).balance

    assert (balance.holds, scene.mentions.passes) == (False, {TUESDAY: 1})


def test_a_polled_mention_that_is_missing_breaks_the_balance(scene: Scene) -> None:
    scene.at(23, 20)
    scene.mentions.stored_on[MONDAY] += 1

    balance = scene.count().balance

    assert not balance.holds
    assert (balance.polled, balance.read) == (2, 1)


def test_a_day_whose_index_lags_is_counted_again(scene: Scene) -> None:
    hidden = scene.at(23, 20)
    scene.at(23, 21)
    scene.mentions.hidden = {hidden}

    balance = scene.count(reacted=frozenset({hidden})).balance

    assert balance == Balance((MONDAY, TUESDAY), polled=2, read=2, waiting=0, reacted=1)


def test_mentions_polled_during_the_pass_do_not_break_the_balance(scene: Scene) -> None:
    scene.at(24, 8)
    arrivals = iter(range(60))
    scene.mentions.after_polled = lambda: scene.at(24, 12, second=next(arrivals))

    balance = scene.count().balance

    assert balance.holds
    assert balance.polled == 2


def test_mentions_polled_after_their_shard_was_read_do_not_break_the_balance(scene: Scene) -> None:
    scene.at(24, 8)
    rows = list(scene.mentions.rows[TUESDAY])

    def stream() -> Iterator[DayRow]:
        yield from rows
        scene.mentions.stored_on[TUESDAY] += 1

    scene.mentions.streams[TUESDAY] = stream

    balance = scene.count().balance

    assert (balance.holds, balance.polled) == (True, 1)


def test_a_lost_mention_breaks_the_balance_even_if_others_come_meanwhile(scene: Scene) -> None:
    scene.at(24, 8)
    scene.mentions.stored_on[TUESDAY] += 5
    arrivals = iter(range(60))
    scene.mentions.after_polled = lambda: scene.at(24, 12, second=next(arrivals))

    assert not scene.count().balance.holds


def test_needs_by_hour_follow_the_wall_clock_on_the_days_on_which_it_is_moved() -> None:
    new_york = ZoneInfo("America/New_York")
    for day, hours in ((date(2026, 3, 8), 23), (date(2026, 11, 1), 25)):
        mentions = FakeMentions(new_york)
        midnight = datetime(day.year, day.month, day.day, tzinfo=new_york).astimezone(UTC)
        mentions.keep(
            *(
                DayRow(str(hour), midnight + timedelta(hours=hour), "fault", "support", "billing", "high", "en")
                for hour in range(hours)
            )
        )
        end = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=new_york)
        period = Period(midnight.astimezone(new_york), end)

        counted = PeriodCounter(mentions, FakeCases(), ("billing",), period, None).count()

        by_hour = counted.needs[day].by_hour["support"]
        assert (counted.tally.total, sum(by_hour), by_hour[23]) == (hours, hours, 1)
        assert by_hour[1 if hours == 25 else 2] == (2 if hours == 25 else 0)


def test_a_day_ten_times_as_busy_takes_no_more_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daily_digest.counting.MOST_WORDS", 1_000)
    mentions, cases = FakeMentions(SEOUL), FakeCases()
    period = Period(datetime(2026, 11, 24, tzinfo=SEOUL), datetime(2026, 11, 24, 18, 10, tzinfo=SEOUL))

    def peak_of(number: int) -> int:
        mentions.streams[TUESDAY], mentions.stored_on[TUESDAY] = lambda: many(number), number
        tracemalloc.start()
        counted = PeriodCounter(
            mentions, cases, ("billing", "operator"), period, frozenset(map(str, range(3_000)))
        ).count()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert counted.balance.read == number
        return peak

    assert peak_of(10_000) < peak_of(1_000) * 2


def many(number: int) -> Iterator[DayRow]:
    """A day's rows with ever new words, made up one at a time."""
    start = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    kinds = ("inquiry", "fault", "feedback", "chat", "junk")
    for place in range(number):
        kind = kinds[place % 5]
        at = start + timedelta(milliseconds=place * 300)
        terms = (f"낱말{place}", "요금제", f"term{place % 7000}")
        yield DayRow(str(place), at, kind, "information", "billing", "normal", "ko", terms)


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


def test_a_mention_to_review_is_in_no_kind_and_no_need_until_a_person_decides() -> None:
    rows = [row(kind, "relationship", "operator")._replace(review=True) for kind in ("chat", "junk")]

    tally = tally_of(*rows, row("inquiry", "information", "billing")).tally()

    assert (tally.total, tally.unread, tally.review) == (3, 0, 2)
    assert (tally.by_kind, tally.by_need, tally.junk) == ({"inquiry": 1}, {"information": 1}, 0)
    assert sum(tally.by_hour) == 3, "it may be no advertising"


def test_a_mention_to_review_counts_as_what_a_person_decided(scene: Scene) -> None:
    kinds = {"a": None, "b": Kind.INQUIRY, "c": Kind.CHAT, "d": Kind.FEEDBACK}
    for hour, (case_id, kind) in enumerate(kinds.items()):
        mention_id = scene.at(24, hour, kind="chat", case_id=case_id)
        doubt = Doubt(mention_id, kind or Kind.CHAT, is_decided=kind is not None)
        scene.cases.put(a_case(NOON, id=case_id, doubts=(doubt,)))

    counted = scene.count()

    tally = counted.tally
    assert (tally.review, tally.by_kind) == (1, {"inquiry": 1, "chat": 1, "feedback": 1})
    assert tally.by_need == counted.today == {"information": 1, "relationship": 1}
    assert counted.needs[TUESDAY].undecided == 1


def test_a_mention_to_review_whose_case_is_gone_stays_to_review(scene: Scene) -> None:
    scene.at(24, 1, kind="chat", case_id="gone")

    assert scene.count().tally.review == 1


def test_many_mentions_to_review_are_read_in_few_calls(scene: Scene) -> None:
    for number in range(250):
        scene.at(24, number // 60, number % 60, kind="chat", case_id=str(number))

    assert scene.count().tally.review == 250
    assert scene.cases.calls["decided_kinds"] == 3


def test_a_department_that_the_desk_no_longer_has_is_the_operators() -> None:
    assert tally_of(row("fault", "support", "fax")).tally().by_department == {"operator": 1}


def test_a_day_is_counted_with_its_needs_by_hour() -> None:
    count = DayCounter(reacted_ids={"8", "9"})

    for one, hour in (
        (row("inquiry", "information", id="8"), 9),
        (row("chat", "relationship", id="9"), 9),
        (row("feedback", "relationship"), 10),
        (row("junk", "relationship"), 10),
        (row(None), 10),
    ):
        count.add(one, hour)

    needs = count.needs(polled=6)
    assert (count.rows, count.read, count.reacted) == (5, 4, 2)
    assert {need: hours[9] for need, hours in needs.by_hour.items()} == {"information": 1, "relationship": 1}
    assert [sum(hours) for hours in needs.by_hour.values()] == [1, 1]
    assert (needs.polled, needs.undecided) == (6, 1)


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


ROW = DayRow("1", seoul(24, 3), "inquiry", "information", "billing", "normal", "ko")


def picked(*rows: DayRow, listed: frozenset[str] = frozenset(), room: int = 50) -> MentionList:
    selection = MentionSelection(("billing",), listed, room)
    for row in rows:
        selection.add(row)
    return selection.mentions({key: f"글 {key}" for key in selection.mention_ids()})


def mention_row(key: str, **changes: Any) -> DayRow:
    return ROW._replace(mention_id=key, **changes)


def test_urgent_ones_come_first_then_what_needs_an_answer_then_the_newest() -> None:
    found = picked(
        mention_row("chat", kind="chat", department=None),
        mention_row("opinion", kind="feedback"),
        mention_row("unread", kind=None, urgency=None, department=None),
        mention_row("older", created_at=seoul(24, 1)),
        mention_row("newer", created_at=seoul(24, 2)),
        mention_row("rumour", kind="rumor"),
        mention_row("fault", kind="fault", urgency="low"),
        mention_row("urgent chat", kind="chat", urgency="high"),
    )

    assert [one.mention_id for one in found.entries] == [
        "urgent chat", "fault", "rumour", "newer", "older", "unread", "opinion", "chat",
    ]  # fmt: skip
    assert [one.urgent for one in found.entries] == [True, *[False] * 7]


def test_advertising_and_mentions_of_listed_cases_are_only_counted() -> None:
    found = picked(
        mention_row("1"),
        mention_row("2", kind="junk"),
        mention_row("3", kind="junk"),
        mention_row("4"),
        listed=frozenset({"4", "9"}),
    )

    assert (found.total, found.above, found.junk, found.left) == (4, 1, 2, 0)
    assert [(one.mention_id, one.text) for one in found.entries] == [("1", "글 1")]


def test_mentions_without_room_are_counted() -> None:
    found = picked(*(mention_row(str(number)) for number in range(12)), room=5)

    assert (len(found.entries), found.left) == (5, 7)


def test_a_listed_mention_of_a_department_that_desk_yaml_no_longer_has_is_the_operators() -> None:
    found = picked(mention_row("1", department="gone"), mention_row("2", kind="chat", department=None))

    assert [one.department for one in found.entries] == ["operator", None]
