from dataclasses import replace
from datetime import timedelta

import pytest

from desk.cases.model import CaseEvent, CaseEventKind, CaseState
from local.aws.mail_file import Mail
from local.demo.ledger import CaseLine, Noted
from local.demo.office import Handled, Rang
from local.demo.play import Answered, Played
from local.demo.script import Act, Asked, Said, Worked
from local.demo.show import Show
from local.demo.timeline import OwnPost
from tests.unit.demo.screen import NINE, Screen, line

ACT = Act("Morning", "Something happens.", (Said(NINE, "somebody", "hello", {}),))

type Shown = Screen[Show]


@pytest.fixture
def shown() -> Shown:
    return Screen(Show, width=100)


def mail(number: int, address: str) -> Mail:
    return Mail(str(number), "network", address, "arn:aws:sns:r:1:t", "Dorothy", f"subject {number}", "", NINE)


def test_only_some_of_many_mentions_are_shown_urgent_ones_first(shown: Shown) -> None:
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


def test_an_api_call_is_shown_with_its_answer(shown: Shown) -> None:
    asked = Asked(NINE, "the CMS sends an article", "POST /posts", {}, None, None)
    accepted = {"id": "p-17", "state": "queued", "weighted_length": 93, "estimated_cost_usd": 0.2}

    shown.show.act_ended(Played(ACT, calls=[Answered(asked, 202, accepted)]), [], [])

    text = shown.text()
    assert "09:00  api      the CMS sends an article: 202 queued, 93 of 280, about $0.200" in text
    assert "p-17" not in text


def test_what_was_heard_is_no_mention_and_says_whom_it_is_for(shown: Shown) -> None:
    heard = line(5, kind="rumor", department="pr", text="에메랄드모바일 요금 오른대", is_heard=True)

    shown.show.act_ended(Played(ACT), [line(1), heard], [])

    text = shown.text()
    assert "1 mentions in" in text
    assert "09:05  heard    rumor for pr, mentions nobody: 에메랄드모바일 요금 오른대" in text


def test_posts_of_the_brand_are_shown_and_whom_they_answer(shown: Shown) -> None:
    said = [OwnPost("1", NINE, "안녕하세요", None), OwnPost("2", NINE, "@mina 도장 꾹", "mina")]

    shown.show.act_ended(Played(ACT, said=said), [], [])

    text = shown.text()
    assert "09:00  on X     posted: 안녕하세요" in text
    assert "09:00  on X     to @mina: 도장 꾹" in text


def test_an_action_on_a_page_is_one_line_with_the_reply_on_x(shown: Shown) -> None:
    worked = Worked(NINE, "billing", "mention", "answer", {"text": "다 됐습니다"}, None)
    replies = [
        OwnPost("7", NINE, "@mina 다 됐습니다 [/] …", "mina"),
        OwnPost("8", NINE, "@emeraldmobile @mina 고맙습니다 ^요금팀", "emeraldmobile"),
    ]

    shown.show.act_ended(Played(ACT, handled=[Handled(worked, ["7Q2M4-XD93K"], replies)]), [], [])

    rows = [row.strip() for row in shown.text().splitlines()]
    assert rows[rows.index("09:00  page     billing answers 7Q2M4-XD93K in 2 posts") :][1:3] == [
        "09:00  on X     to @mina: 다 됐습니다 [/] …",
        "09:00  on X     going on: 고맙습니다 ^요금팀",
    ]


def test_a_refusal_of_a_page_is_shown_in_full(shown: Shown) -> None:
    worked = Worked(NINE, "billing", "mention", "answer", {}, None, refused=True)
    why = "글쓴이가 답글을 달지 말아 달라고 해서 보낼 수 없습니다. 글쓴이가 우리를 다시 부르면 답변할 수 있습니다."

    shown.show.act_ended(Played(ACT, handled=[Handled(worked, ["A"], refusal=why)]), [], [])

    assert f"billing may not answer A: {why}" in " ".join(shown.text().split())


def test_calls_are_shown_and_counted_beyond_three(shown: Shown) -> None:
    rang = [Rang(NINE, f"[긴급] {number}건\nhttp://127.0.0.1/answer/abc") for number in range(5)]

    shown.show.act_ended(Played(ACT, rang=rang), [], [])

    rows = [row.strip() for row in shown.text().splitlines() if "phone" in row]
    assert rows == [
        *(f"09:00  phone    rings: [긴급] {number}건" for number in range(3)),
        "09:00  phone    … and 2 more until now",
    ]


def test_events_of_one_run_are_shown_together_and_a_case_counts_once(shown: Shown) -> None:
    cases = [CaseLine(name, "home" if name == "A" else "network", CaseState.OPEN) for name in "ABC"]
    noted = [Noted(name, CaseEvent(CaseEventKind.ESCALATED, NINE, "", department="operator")) for name in "ABCC"]
    noted += [Noted("A", CaseEvent(CaseEventKind.ANSWERED, NINE, "", "네", x_id="7"))]
    noted += [Noted("A", CaseEvent(CaseEventKind.ANSWERED, NINE, "", "네", post_id="reply-A-1"))]

    shown.show.act_ended(Played(ACT), [], cases, noted)

    rows = [row.strip() for row in shown.text().splitlines() if "desk " in row]
    assert rows == [
        "09:00  desk     A counts as answered: somebody replied on X itself",
        "09:00  desk     what is late goes up to the operator: network 2, home 1",
    ]


def test_only_some_of_many_mails_are_shown_urgent_ones_first(shown: Shown) -> None:
    mails = [
        replace(
            mail(number, "a@x.example"), department=f"team{number}", subject="[긴급] 문의" if number == 5 else "문의"
        )
        for number in range(6)
    ]

    shown.show.act_ended(Played(ACT, mails=mails), [], [])

    text = shown.text()
    assert text.index("mail to team5") < text.index("mail to team0")
    assert text.count("mail to") == 4
    assert "… and mails to team3 1, team4 1" in text


def test_thanks_join_an_answered_case_and_a_new_question_is_not_shown_so(shown: Shown) -> None:
    cases = [CaseLine("A", "billing", CaseState.ANSWERED), CaseLine("B", "billing", CaseState.OPEN)]
    chat = line(1, kind="chat", case_id="A")

    shown.show.act_ended(Played(ACT), [chat, line(2, case_id="A"), line(3, kind="chat", case_id="B"), line(4)], cases)

    joined = [row for row in shown.text().splitlines() if "joins" in row]
    assert [row.strip() for row in joined] == ["09:01  mention  joins A, which stays answered: text 1."]


def test_texts_of_people_are_never_read_as_markup(shown: Shown) -> None:
    shown.show.act_ended(Played(ACT), [line(1, text="[bold]not mine[/bold] [/]")], [])

    assert "[bold]not mine[/bold] [/]" in shown.text()
