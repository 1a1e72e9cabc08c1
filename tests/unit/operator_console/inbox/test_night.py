"""The last night: the number beside the filter and the rows of its list follow one rule."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from desk.mentions.model import DayCounts, Mention, Source
from operator_console.shell.night import Night, last_night
from tests.unit.operator_console.scene import BILLING, ConsoleScene, html_of
from tests.unit.replies.scene import NOW
from tests.unit.routing.scene import mention

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def seoul(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026; the 24th is a Tuesday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - 9 * HOUR


@pytest.mark.parametrize(
    ("now", "since", "until"),
    [
        (seoul(24, 8, 50), seoul(23, 18), seoul(24, 9)),
        (seoul(24, 10, 24), seoul(23, 18), seoul(24, 9)),
        (seoul(24, 17, 59), seoul(23, 18), seoul(24, 9)),
        (seoul(24, 18), seoul(24, 18), seoul(25, 9)),
        (seoul(21, 12), seoul(20, 18), seoul(23, 9)),
        (seoul(23, 8), seoul(20, 18), seoul(23, 9)),
        (seoul(23, 10), seoul(20, 18), seoul(23, 9)),
    ],
)
def test_it_lasts_from_when_the_desk_closed_until_it_opens(
    now: datetime, since: datetime, until: datetime, scene: ConsoleScene
) -> None:
    assert last_night(now, scene.brand) == Night(since, until)


@pytest.fixture
def scene() -> ConsoleScene:
    return ConsoleScene()


def test_a_desk_that_never_closes_has_none(scene: ConsoleScene) -> None:
    always = scene.brand.hours._replace(days=dict.fromkeys(range(7), (0, 24 * 60)), holidays=frozenset())

    assert last_night(NOW, scene.brand._replace(hours=always)) is None


def test_its_number_is_that_of_its_half_hours_and_of_the_days_between() -> None:
    days = {
        date(2026, 11, 20): DayCounts(50, 0, {20: 48, 36: 2}),
        date(2026, 11, 21): DayCounts(3, 0, {9: 3}),
        date(2026, 11, 22): DayCounts(),
        date(2026, 11, 23): DayCounts(17, 0, {0: 7, 18: 10}),
    }
    night = Night(*(each.astimezone(UTC) + 9 * HOUR for each in (seoul(20, 18), seoul(23, 9))))

    assert night.count(days) == 2 + 3 + 7


def posted(number: int, at: datetime, source: Source = Source.MENTIONS) -> Mention:
    one = mention(number)
    return Mention(one.post._replace(created_at=at, text=f"밤 {number}"), at, source=source)


def test_its_list_has_every_mention_that_the_number_counts_and_no_other(scene: ConsoleScene) -> None:
    moments = [seoul(23, 17, 59), seoul(23, 18), seoul(24, 0), seoul(24, 8, 59), seoul(24, 9)]
    scene.mentions.store([posted(number, at) for number, at in enumerate(moments, start=1)])
    scene.mentions.store([posted(9, seoul(24, 3), Source.LISTENING)])
    scene.now = seoul(24, 10)
    night = last_night(scene.now, scene.brand)
    assert night

    body = html_of(scene.signed_in().get(f"inbox/all?{night.query}"))

    assert re.findall("밤 [0-9]", body) == ["밤 4", "밤 3", "밤 2"]
    assert '밤사이 <span class="number">3<' in body


def test_a_long_night_goes_on_behind_its_last_row(scene: ConsoleScene) -> None:
    scene.mentions.store([posted(number, seoul(24, 3) + timedelta(seconds=number)) for number in range(1, 121)])
    person, path, seen = scene.signed_in(), "inbox/all?since=2026-11-23T18:00&until=2026-11-24T09:00", list[str]()

    while path:
        body = html_of(person.get(path))
        assert '<span class="number">120<' in body
        seen += re.findall("밤 [0-9]+", body)
        more = re.search(r'<li class="more"><a href="/console/([^"]+)"', body)
        path = more[1].replace("&amp;", "&") if more else ""

    assert seen == [f"밤 {number}" for number in range(120, 0, -1)]


@pytest.mark.parametrize("query", ["since=x&until=y", "since=2026-11-24T09:00&until=2026-11-23T18:00", "since=&until="])
def test_an_address_that_names_no_night_is_the_list_of_all(query: str, scene: ConsoleScene) -> None:
    assert "<h1>전체 " in html_of(scene.signed_in().get(f"inbox/all?{query}"))


def test_people_of_departments_have_none(scene: ConsoleScene) -> None:
    scene.mentions.store([posted(1, seoul(24, 3))])

    body = html_of(scene.signed_in(BILLING).get("inbox/all?since=2026-11-23T18:00&until=2026-11-24T09:00"))

    assert "밤 1" not in body


def test_the_column_has_its_number_and_leads_to_its_list(scene: ConsoleScene) -> None:
    scene.now = seoul(24, 10)
    scene.seen.polled = {
        date(2026, 11, 23): DayCounts(500, 0, {35: 400, 36: 40, 47: 10}),
        date(2026, 11, 24): DayCounts(40, 0, {0: 30, 17: 6, 18: 4}),
    }

    column = re.search(r'<nav id="section".*?</nav>', html_of(scene.signed_in().get("inbox/to_answer")), re.DOTALL)

    assert column
    [found] = re.findall(
        r'href="/console/inbox/all\?(since[^"]*)".*?<span>(.*?)</span><b class="count">(.*?)</b>', column[0]
    )
    assert found == ("since=2026-11-23T18%3A00&amp;until=2026-11-24T09%3A00", "밤사이", "86")


def test_after_a_weekend_it_is_named_by_the_time_since_the_desk_closed(scene: ConsoleScene) -> None:
    scene.now = seoul(23, 8)

    assert "지난 근무 이후" in html_of(scene.signed_in().get("inbox/to_answer"))
