"""The list of promises: what is to be kept by when, and how what was promised ended."""

import re
from datetime import timedelta
from html import unescape

from desk.promises.model import Ending, PromiseKind
from tests.unit.operator_console.scene import BILLING, JIMIN, VIEWER, ConsoleScene, LastingScene, html_of

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def sections_of(html: str) -> dict[str, list[str]]:
    """The promises of each section that is shown, by what they belong to."""
    found = re.findall(
        r'<section id="section-(\w+)" class="promises"[^>]* data-state="\w+"( hidden)?>(.*?)</section>', html, re.DOTALL
    )
    return {name: re.findall(r'<li data-key="([^"]*)"', body) for name, hidden, body in found if not hidden}


def test_promises_stand_by_their_time_with_those_that_are_overdue_first() -> None:
    scene = ConsoleScene()
    for subject, due_in in {"later": 3 * DAY, "tomorrow": DAY, "today": HOUR, "overdue": -HOUR}.items():
        scene.have_promise(subject, due_in)

    sections = sections_of(html_of(scene.signed_in().get("promises")))

    assert list(sections) == ["overdue", "today", "tomorrow", "later", "ended"]
    assert all(sections[name] == [name] for name in ("overdue", "today", "tomorrow", "later"))


def test_the_last_seven_days_say_what_was_kept_moved_and_broken_and_by_how_much() -> None:
    scene = ConsoleScene()
    made = {
        "kept": (Ending.KEPT, -HOUR, -2 * HOUR),
        "moved": (Ending.MOVED, -HOUR, -2 * HOUR),
        "broken": (Ending.KEPT, -3 * HOUR, -HOUR),
        "old": (Ending.KEPT, -8 * DAY, -8 * DAY),
        "withdrawn": (Ending.NOT_POSTED, -HOUR, -2 * HOUR),
    }
    for subject, (ending, due_in, ended_in) in made.items():
        scene.have_promise(subject, due_in, ending=ending, ended_at=scene.now + ended_in)

    page = unescape(html_of(scene.signed_in().get("promises")))

    assert set(sections_of(page)["ended"]) == {"kept", "moved", "broken"}
    assert [f">{name} {count}<" in page for name, count in (("지킴", 1), ("옮김", 1), ("못 지킴", 1))] == [True] * 3
    assert "못 지킴, 2시간 늦음" in page


def test_an_answer_is_kept_in_its_case_and_an_update_by_a_new_post() -> None:
    scene = ConsoleScene()
    scene.have_promise("7Q2M4-2293K", HOUR)
    scene.have_promise("newpost00001", HOUR, PromiseKind.NEXT_UPDATE)

    page = unescape(html_of(scene.signed_in().get("promises")))

    assert 'href="/console/inbox/all/7Q2M4-2293K"' in page
    assert 'href="/console/write?keeps=newpost00001"' in page
    assert 'href="/console/write?keeps=newpost00001&moves=1"' in page
    assert "지키기" not in html_of(scene.signed_in(VIEWER).get("promises")).partition('<main id="main"')[2]


def test_a_department_has_no_list_of_all_promises() -> None:
    assert ConsoleScene().signed_in(BILLING).get("promises")["statusCode"] == 403


def test_the_place_counts_what_is_to_be_kept_and_today_lists_what_is_due_today() -> None:
    scene = ConsoleScene()
    scene.have_promise("tomorrow", DAY)
    scene.have_promise("today", HOUR)

    page = html_of(scene.signed_in(JIMIN).get("today"))

    assert sections_of(html_of(scene.signed_in().get("promises")))["today"] == ["today"]
    assert re.findall(r'<li data-key="(today|tomorrow)"', page) == ["today"]
    assert re.search(r'data-number="promises"[^>]*>2<', html_of(scene.signed_in().get("people")))


def test_a_promise_that_was_kept_before_its_time_stands_among_what_ended() -> None:
    scene = ConsoleScene()
    scene.have_promise("early", HOUR, ending=Ending.KEPT, ended_at=scene.now)

    assert sections_of(html_of(scene.signed_in().get("promises"))) == {"ended": ["early"]}


def test_a_promise_that_is_kept_between_two_readings_is_missing_in_no_poll() -> None:
    scene = LastingScene()
    promise = scene.have_promise("kept", HOUR)
    visitor = scene.signed_in()
    visitor.get("poll?queue=to_answer")  # reads only the open ones
    scene.now += timedelta(seconds=1)
    visitor.get("poll?page=promises")
    scene.now += timedelta(seconds=1)
    scene.promises.write((promise,), (promise._replace(ending=Ending.KEPT),), scene.now, "reply")

    assert sections_of(html_of(visitor.get("poll?page=promises"))) == {"ended": ["kept"]}


def test_a_department_polls_no_promises() -> None:
    assert ConsoleScene().signed_in(BILLING).get("poll?page=promises")["statusCode"] == 403
