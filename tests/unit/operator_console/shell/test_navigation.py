"""The places of the rail, and the column of the place in which a page lies."""

import re

import pytest

from desk.staff.model import Person, Role
from tests.unit.operator_console.scene import JIMIN, ConsoleScene, html_of

VIEWER = Person("mina", "한미나", Role.VIEWER)
BILLING = Person("sujin", "이수진", Role.DEPARTMENT, frozenset({"billing"}))


@pytest.fixture
def scene() -> ConsoleScene:
    return ConsoleScene()


def page(scene: ConsoleScene, path: str, person: Person = JIMIN) -> str:
    response = scene.signed_in(person).get(path)
    assert response["statusCode"] == 200
    return html_of(response)


def nav(html: str, name: str) -> str:
    return re.search(rf'<nav id="{name}".*?</nav>', html, re.DOTALL)[0]  # type: ignore[index]


def links(html: str) -> list[str]:
    return re.findall(r'<a [^>]*href="/console/([^"]*)"', html)


def current(html: str) -> list[str]:
    return re.findall(r'<a [^>]*href="/console/([^"]*)"[^>]*aria-current', html)


@pytest.mark.parametrize(
    ("path", "place", "entry"),
    [
        ("today", "today", None),
        ("inbox/to_answer", "inbox/to_answer", "inbox/to_answer"),
        ("inbox/snoozed", "inbox/to_answer", "inbox/snoozed"),
        ("search?q=a", "inbox/to_answer", None),
        ("write", "write", "write"),
        ("calendar", "write", "calendar"),
        ("calendar?show=approval", "write", "calendar?show=approval"),
        ("stop", "write", "stop"),
        ("people", "people", "people"),
        ("people/regulars", "people", "people/regulars"),
        ("favourites", "trends", "favourites"),
        ("spikes", "trends", "spikes"),
        ("costs", "settings", "costs"),
        ("replies/new", "settings", "replies"),
        ("practice", "settings", "practice"),
    ],
)
def test_a_page_lies_in_one_place_and_the_column_names_it(
    scene: ConsoleScene, path: str, place: str, entry: str | None
) -> None:
    html = page(scene, path)

    assert current(nav(html, "places")) == [place]
    assert current(nav(html, "section")) == ([entry] if entry else [])


@pytest.mark.parametrize("person", [JIMIN, VIEWER])
def test_who_sees_everything_has_six_places(scene: ConsoleScene, person: Person) -> None:
    places = links(nav(page(scene, "inbox/to_answer", person), "places"))

    assert places == ["today", "inbox/to_answer", "write", "people", "trends", "settings"]


def test_a_department_has_its_queues_and_its_own_settings(scene: ConsoleScene) -> None:
    html = page(scene, "inbox/to_answer", BILLING)

    assert links(nav(html, "places")) == ["inbox/to_answer", "settings"]
    assert "inbox/to_read" not in links(nav(html, "section"))
    assert 'data-command="pause"' not in html


def test_every_link_of_the_navigation_leads_to_a_page(scene: ConsoleScene) -> None:
    visitor = scene.signed_in(JIMIN)
    tried: set[str] = set()
    for place in links(nav(page(scene, "inbox/to_answer"), "places")):
        tried.update(links(nav(page(scene, place), "section")))

    assert len(tried) > len(("inbox", "posts", "people", "reports", "manage"))
    assert {path: visitor.get(path)["statusCode"] for path in tried} == dict.fromkeys(tried, 200)


def test_the_badge_of_the_inbox_is_the_number_in_its_column_on_every_page(scene: ConsoleScene) -> None:
    scene.have_case(1)
    scene.have_case(2)
    for path in ("inbox/to_answer", "costs"):
        places = nav(page(scene, path), "places")
        assert re.search(r'data-number="to_answer" data-hides>(\d+)<', places)[1] == "2"  # type: ignore[index]
    assert 'class="count" data-number="to_answer">2<' in page(scene, "inbox/to_answer")


def test_a_rail_that_was_folded_stays_folded(scene: ConsoleScene) -> None:
    visitor = scene.signed_in(JIMIN)

    folded = html_of(scene.get("costs", cookies={**visitor.cookies, "rail": "1"}))

    assert '<body class="console folded">' in folded
    assert '<body class="console">' in page(scene, "costs")
