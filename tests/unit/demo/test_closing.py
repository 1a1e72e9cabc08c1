from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from daily_digest.misreadings import Correction, Misreadings, Place
from desk.case import CaseState
from local.demo.closing import Closing
from local.demo.ledger import Balance, CaseLine
from local.demo.timeline import OwnPost
from tests.unit.demo.screen import NINE, Screen, line

type Shown = Screen[Closing]


@pytest.fixture
def shown() -> Shown:
    return Screen(Closing, width=80)


def test_the_timeline_has_the_newest_post_first_and_no_replies(shown: Shown) -> None:
    posts = [OwnPost(str(n), NINE + timedelta(hours=n), f"post {n}", "mina" if n == 2 else None) for n in (1, 2, 3)]

    shown.show.timeline(posts)

    lines = [line.strip() for line in shown.text().splitlines()]
    assert lines[lines.index("@emeraldmobile on X, the newest first:") + 1 :] == [
        "Tue 12:00 post 3",
        "Tue 10:00 post 1",
    ]


def test_the_pages_to_open_are_named(shown: Shown) -> None:
    shown.show.pages([Path("/somewhere/2026-11-24-1810.html")])

    assert "/somewhere/2026-11-24-1810.html" in shown.text()


def test_the_table_says_how_many_and_why(shown: Shown) -> None:
    lines = [line(1), line(2), line(3, kind="inquiry"), line(4, kind="chat", department=None, why=(("emoji", ""),))]

    states = (
        CaseState.ANSWERED,
        CaseState.OPEN,
        CaseState.PROMISED,
        CaseState.QUEUED,
        CaseState.CLOSED,
    )
    cases = [CaseLine(f"case {state}", "network", state) for state in (*states, CaseState.MOVED, CaseState.MOVED)]

    shown.show.departments(lines, cases, Counter({"network": 2}))

    text = shown.text()
    rows = {row.split()[0]: row for row in text.splitlines() if row.strip()}
    assert rows["network"].split()[2:] == ["3", "1", "3", "2", '"안테나"', "3x"]
    sums = (
        "7 opened = 1 answered + 2 gone on in private + 1 closed without an answer "
        "+ 3 waiting, 1 of them with a promise."
    )
    assert sums in " ".join(text.split())
    assert "nothing but emoji" in rows["nobody"]


@pytest.mark.parametrize(("read", "says"), [(9, "nothing is missing"), (8, "SOMETHING IS MISSING")])
def test_the_balance_tells_whether_it_holds(shown: Shown, read: int, says: str) -> None:
    shown.show.balance(Balance(polled=10, read=read, waiting=1, calls=3, spend=2_500_000), (), Path("mail"))

    text = shown.text()
    assert f"10 polled = {read} read + 1 waiting: {says}" in text
    assert "$2.50" in text


def test_an_address_that_was_switched_off_is_told(shown: Shown) -> None:
    shown.show.balance(Balance(1, 1, 0, 1, 1), ("a@x.example",), Path("mail"))

    assert "SNS switched off a@x.example" in shown.text()


def test_what_a_digest_tells_of_answers_is_a_table_by_the_departments_keys(shown: Shown) -> None:
    shown.show.answers({"홈": {"answered": "2", "by hand": "1", "waiting": "0"}, "모두": {"waiting": "7"}})

    rows = {row.split()[0]: row.split()[1:] for row in shown.text().splitlines() if row.strip()}
    assert rows["home"] == ["2", "1", "-", "-", "-", "-", "-"]
    assert rows["all"] == ["-", "-", "-", "-", "7", "-", "-"]
    assert "…" not in shown.text()


def test_what_was_read_wrongly_is_told_in_one_line(shown: Shown) -> None:
    correction = Correction(Place("inquiry", "operator"), Place("fault", "devices"))

    shown.show.feedback(Misreadings(1, ((correction, 1),), ()))

    assert "1 (inquiry of operator was fault of devices)" in " ".join(shown.text().split())


def test_what_the_phone_got_last_is_shown_as_it_is(shown: Shown) -> None:
    shown.show.phone("[긴급] 문의 [/]\nhttp://127.0.0.1/answer/abc", Path("mail/on_call"))

    text = shown.text()
    assert "[긴급] 문의 [/]" in text
    assert "http://127.0.0.1/answer/abc" in text
    assert "mail/on_call" in text
