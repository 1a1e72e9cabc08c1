from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from desk.case import CaseState
from local.aws.mail_file import Mail
from local.brand.load import load_desk
from local.demo.ledger import Balance, CaseLine, Line
from local.demo.play import Answered, Handled, Played
from local.demo.script import Act, Asked, Said, Worked
from local.demo.show import Show
from local.demo.timeline import OwnPost

NINE = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
ACT = Act("Morning", "Something happens.", (Said(NINE, "somebody", "hello", {}),))


class Shown:
    def __init__(self, width: int = 100) -> None:
        self.console = Console(file=StringIO(), record=True, width=width)
        self.show = Show(self.console, load_desk())

    def text(self) -> str:
        return self.console.export_text()


@pytest.fixture
def shown() -> Shown:
    return Shown()


def line(number: int, **change: object) -> Line:
    about: dict[str, object] = {
        "mention_id": str(number),
        "created_at": (NINE + timedelta(minutes=number)).isoformat(),
        "author": "somebody",
        "text": f"@emeraldmobile text {number}.",
        "kind": "fault",
        "department": "network",
        "urgency": "normal",
        "why": (("fault_word", "먹통"), ("department_word", "안테나")),
        "case_id": None,
        "waiting": None,
    }
    return Line(**(about | change))  # type: ignore[arg-type]


def mail(number: int, address: str) -> Mail:
    return Mail(str(number), "network", address, "arn:aws:sns:r:1:t", "Dorothy", f"subject {number}", "", NINE)


def test_of_many_mentions_some_are_shown_urgent_ones_first_of_all(shown: Shown) -> None:
    lines = [line(number, urgency="high" if number == 17 else "normal") for number in range(40)]

    shown.show.act_ended(Played(ACT, polls=2), lines, [])

    text = shown.text()
    assert text.count("text ") == 6
    assert "!fault    network   text 17." in text
    assert "… and 34 more" in text
    assert "40 mentions in 2 polls: network 40" in text


def test_times_are_the_desks_own(shown: Shown) -> None:
    shown.show.act_ended(Played(ACT), [line(5)], [])

    assert "09:05" in shown.text()


def test_an_act_of_several_days_tells_which(shown: Shown) -> None:
    days = Act("Days", "Days pass.", (Said(NINE, "a", "hello", {}), Said(NINE + timedelta(days=3), "b", "hello", {})))

    shown.show.act_ended(Played(days), [line(5)], [])

    assert "Tue 09:05" in shown.text()


def test_a_mail_to_two_addresses_counts_once(shown: Shown) -> None:
    played = Played(ACT, mails=[mail(1, "a@x.example"), mail(1, "b@x.example"), mail(2, "a@x.example")])

    shown.show.act_ended(played, [], [])

    assert "mail to network   (and 1 before) subject 2" in shown.text()


def test_a_call_of_the_api_is_told_with_what_came_of_it(shown: Shown) -> None:
    asked = Asked(NINE, "the CMS sends an article", "POST /posts", {}, None, None)
    accepted = {"id": "p-17", "state": "queued", "weighted_length": 93, "estimated_cost_usd": 0.2}

    shown.show.act_ended(Played(ACT, calls=[Answered(asked, 202, accepted)]), [], [])

    text = shown.text()
    assert "09:00  api      the CMS sends an article: 202 queued, 93 of 280, about $0.200" in text
    assert "p-17" not in text


def test_what_the_brand_said_is_told_and_whom_it_answered(shown: Shown) -> None:
    said = [OwnPost("1", NINE, "안녕하세요", None), OwnPost("2", NINE, "@mina 도장 꾹", "mina")]

    shown.show.act_ended(Played(ACT, said=said), [], [])

    text = shown.text()
    assert "09:00  on X     posted: 안녕하세요" in text
    assert "09:00  on X     to @mina: 도장 꾹" in text


def test_what_was_done_on_a_page_is_told_in_one_line_with_the_reply_that_stands_on_x(shown: Shown) -> None:
    worked = Worked(NINE, "billing", "mention", "answer", {"text": "다 됐습니다"}, None)
    reply = OwnPost("7", NINE, "@mina 다 됐습니다 [/] ^요금팀", "mina")

    shown.show.act_ended(Played(ACT, handled=[Handled(worked, "7Q2M4-XD93K", reply)]), [], [])

    assert "09:00  page     billing answers 7Q2M4-XD93K → on X: 다 됐습니다 [/] ^요금팀" in shown.text()


def test_who_thanks_for_an_answer_joins_the_case_and_who_asks_on_is_not_told_so(shown: Shown) -> None:
    cases = [CaseLine("A", "billing", CaseState.ANSWERED), CaseLine("B", "billing", CaseState.OPEN)]
    chat = line(1, kind="chat", case_id="A")

    shown.show.act_ended(Played(ACT), [chat, line(2, case_id="A"), line(3, kind="chat", case_id="B"), line(4)], cases)

    joined = [row for row in shown.text().splitlines() if "joins" in row]
    assert [row.strip() for row in joined] == ["09:01  mention  joins A, which stays answered: text 1."]


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


def test_what_people_write_is_never_taken_for_markup(shown: Shown) -> None:
    shown.show.act_ended(Played(ACT), [line(1, text="[bold]not mine[/bold] [/]")], [])

    assert "[bold]not mine[/bold] [/]" in shown.text()


def test_the_table_says_how_many_of_which_kind_and_why(shown: Shown) -> None:
    lines = [line(1), line(2), line(3, kind="inquiry"), line(4, kind="chat", department=None, why=(("emoji", ""),))]

    states = (CaseState.ANSWERED, CaseState.OPEN, CaseState.PROMISED, CaseState.QUEUED, CaseState.CLOSED)
    cases = [CaseLine(f"case {state}", "network", state) for state in states]

    shown.show.closing(lines, cases, Counter({"network": 2}))

    text = shown.text()
    rows = {row.split()[0]: row for row in text.splitlines() if row.strip()}
    assert rows["network"].split()[2:] == ["3", "2", "fault,", "1", "inquiry", "1", "3", "2", '"안테나"', "3x"]
    sums = "5 opened = 1 answered + 1 closed without an answer + 3 waiting, 1 of them with a promise."
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
