"""Whatever becomes of cases, the digest's figures are those of a plain recount."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from daily_digest.model import Answers, Digest, Waits
from daily_digest.periods import Edition, Period
from desk.reading import OPERATOR
from tests.unit.daily_digest.lives import BRAND, STEPS, Deed, Life, Step
from tests.unit.daily_digest.plain_clock import BEGIN, MINUTE, worked
from tests.unit.daily_digest.scene import Scene

HOUR = 60
PAUSES = (0, 1, 59, 3 * HOUR, 9 * HOUR, 15 * HOUR, 24 * HOUR, 70 * HOUR)
"""Minutes between two steps: over lunch, over the night (also that of UTC), over a weekend."""
REASONS = ("duplicate", "gone")

BORDERS = st.integers(0, 24 * 14).map(lambda hours: BEGIN + timedelta(hours=hours))
STEP = st.tuples(st.sampled_from(STEPS), st.sampled_from(PAUSES))
LIVES = st.lists(st.tuples(BORDERS, st.lists(STEP, max_size=8)), max_size=12)


def lived(number: int, asked: datetime, steps: Iterable[tuple[Step, int]]) -> Life:
    life, at = Life(number, asked), asked
    for step, pause in steps:
        at += pause * MINUTE
        step(life, at)
    return life


def digest_of(lives: Sequence[Life], period: Period) -> Digest:
    scene = Scene(brand=BRAND, now=period.until)
    scene.subscribers.record("lost", 0, [])
    for life in lives:
        scene.cases.put(life.case)
        for event in life.events:
            scene.cases.events[life.case.id].append(event)
    return scene.collector().collect(Edition.WEEKLY, period, period.until, lambda: True)


def recounted(deeds: Sequence[Deed]) -> Answers:
    counts = Counter(deed.what for deed in deeds)
    waits = sorted(worked(deed.waited_since, deed.at) for deed in deeds if deed.waited_since)
    half, nine_in_ten = -(-len(waits) // 2) - 1, -(-9 * len(waits) // 10) - 1
    return Answers(
        answered=counts["answered"],
        external=sum(deed.by_hand for deed in deeds),
        moved=counts["moved"],
        promised=counts["promised"],
        waits=Waits(waits[half] * MINUTE, waits[nine_in_ten] * MINUTE) if waits else None,
    )


def of(department: str) -> str:
    return OPERATOR if department == "lost" else department


@given(LIVES, BORDERS, st.sampled_from((0, HOUR, 18 * HOUR, 24 * HOUR, 7 * 24 * HOUR, 30 * 24 * HOUR)))
def test_the_figures_are_those_of_a_plain_recount(
    drawn: list[tuple[datetime, list[tuple[Step, int]]]], since: datetime, minutes: int
) -> None:
    lives = [lived(number, *each) for number, each in enumerate(drawn)]
    period = Period(since, since + minutes * MINUTE)

    told = digest_of(lives, period)

    deeds = [deed for life in lives for deed in life.deeds if period.since <= deed.at < period.until]
    counts = Counter(deed.what for deed in deeds)
    assert told.answering.all == recounted(deeds)
    assert {key: answers for key, answers in told.answering.by_department.items() if answers != Answers()} == {
        key: answers
        for key in {of(deed.department) for deed in deeds}
        if (answers := recounted([deed for deed in deeds if of(deed.department) == key])) != Answers()
    }
    assert dict(told.answering.unsent) == {reason: counts[reason] for reason in REASONS if counts[reason]}
    assert told.answering.acknowledged == counts["acknowledged"]
    assert told.misreadings.total == counts["misread"]


@given(LIVES, BORDERS)
def test_who_waits_and_who_is_late_are_those_of_a_plain_recount(
    drawn: list[tuple[datetime, list[tuple[Step, int]]]], now: datetime
) -> None:
    lives = [lived(number, *each) for number, each in enumerate(drawn)]

    waiting = digest_of(lives, Period(now - timedelta(days=1), now)).waiting

    there = [life for life in lives if life.is_open]
    late = [life for life in there if life.first_due < now]
    assert (waiting.open_cases, waiting.overdue) == (len(there), len(late))
    assert waiting.by_department == Counter(of(life.department) for life in there)
    assert waiting.overdue_by_department == Counter(of(life.department) for life in late)
