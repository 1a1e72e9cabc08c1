from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from daily_digest.model import Correction, Label, Misreadings
from desk.cases.model import CaseState
from local.demo.closing import Closing, Summary
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
    assert "nothing but emoji" in rows["nobody"]


SUMMARY = Summary(
    Balance(polled=10, read=9, waiting=1, calls=3, spend=2_500_000),
    [
        CaseLine("1", "billing", CaseState.ANSWERED),
        CaseLine("2", "billing", CaseState.MOVED),
        CaseLine("3", "billing", CaseState.PROMISED),
        CaseLine("4", "network", CaseState.OPEN),
        CaseLine("5", "network", CaseState.CLOSED),
    ],
    reminded=4, escalated=2, posts=5, replies=6, mails=7, boxes=3, texts=1, misread=1,
)  # fmt: skip


SUM = (
    "5 cases opened = 1 answered + 1 gone on in private + 1 closed without a reply + 2 waiting, "
    "1 of them with a promise."
)


def test_the_day_is_summed_up_in_ten_lines(shown: Shown) -> None:
    shown.show.summary(SUMMARY, Path("/demo/index.html"))

    assert [line.strip() for line in shown.text().strip().splitlines()] == [
        "The day in ten lines",
        "10 mentions polled = 9 read + 1 waiting: nothing is missing.",
        SUM,
        "Answered, by department: network 0 of 2, billing 2 of 3.",
        "Departments were reminded of 4 cases; 2 went up to the operator, being late.",
        "On X the brand posted 5 times and replied 6 times.",
        "7 mails went to 3 mailboxes; the phone of who is on call got 1 texts.",
        "Read wrongly and corrected by people: 1.",
        "X was asked 3 times: about $2.50 by its price list.",
        "Mails, reports and pages, all files, are linked from /demo/index.html",
        "Links inside them ended with the demo; make up runs a desk whose links open.",
    ]


def test_a_missing_mention_is_shown(shown: Shown) -> None:
    shown.show.summary(SUMMARY._replace(balance=Balance(10, 8, 1, 3, 1)), Path("index.html"))

    assert "10 mentions polled = 8 read + 1 waiting: SOMETHING IS MISSING" in shown.text()


def test_a_disabled_address_is_shown(shown: Shown) -> None:
    shown.show.summary(SUMMARY._replace(switched_off=["a@x.example"]), Path("index.html"))

    assert "SNS switched off a@x.example" in shown.text()


def test_answers_of_a_digest_are_a_table_by_department(shown: Shown) -> None:
    shown.show.answers({"홈": {"answered": "2", "by hand": "1", "waiting": "0"}, "모두": {"waiting": "7"}})

    rows = {row.split()[0]: row.split()[1:] for row in shown.text().splitlines() if row.strip()}
    assert rows["home"] == ["2", "1", "-", "-", "-", "-", "-"]
    assert rows["all"] == ["-", "-", "-", "-", "7", "-", "-"]
    assert "…" not in shown.text()


def test_corrected_readings_are_one_line(shown: Shown) -> None:
    correction = Correction(Label("inquiry", "operator"), Label("fault", "devices"))

    shown.show.feedback(Misreadings(1, ((correction, 1),), ()))

    assert "1 (inquiry of operator was fault of devices)" in " ".join(shown.text().split())


def test_the_last_text_message_is_shown_unchanged(shown: Shown) -> None:
    shown.show.phone("[긴급] 문의 [/]\nhttp://127.0.0.1/answer/abc", Path("mail/on_call"))

    text = shown.text()
    assert "[긴급] 문의 [/]" in text
    assert "http://127.0.0.1/answer/abc" in text
    assert "mail/on_call" in text
