"""The search: numbers and addresses open what they name, handles and words are looked for in all days that are kept."""

import re
from datetime import datetime, timedelta

import pytest

from desk.cases.model import CaseState
from desk.mentions.model import Mention, RoutingOutcome, Stage, StoredMention
from desk.reading import Kind, Need, Reading, Urgency
from desk.x.model import Author, XPost
from tests.unit.operator_console.inbox.test_inbox import put, text_of
from tests.unit.operator_console.scene import BILLING, ConsoleScene, SignedIn, html_of
from tests.unit.replies.scene import CASE, NOW, READING

CHAT = Reading(Kind.CHAT, Need.RELATIONSHIP, None, Urgency.LOW, "ko", 0.9, ())
DAY = timedelta(days=1)


@pytest.fixture
def scene() -> ConsoleScene:
    return ConsoleScene()


def have(
    scene: ConsoleScene,
    number: int,
    text: str = "응원해요",
    *,
    case_id: str | None = None,
    at: datetime = NOW,
    handle: str = "minji",
) -> None:
    post = XPost(str(number), text, "7", at, str(number), "ko", (str(number),), author=Author("7", handle, "민지"))
    mention = Mention(post, at)
    scene.mentions.store([mention])
    outcome = RoutingOutcome(READING if case_id else CHAT, None, case_id)
    scene.mentions.stored[post.id] = StoredMention(mention, Stage.NOTHING, outcome)


def place(person: SignedIn, typed: str) -> str:
    """Where a search leads at once; "" if it shows a list."""
    return str(person.get(f"search?q={typed}")["headers"].get("location", ""))


def hits(person: SignedIn, query: str) -> list[str]:
    return re.findall(r'<li id="found-\d+" class="row" data-key="([^"]+)"', html_of(person.get(f"search?{query}")))


@pytest.mark.parametrize(
    "typed", ["7Q2M4-XD93K", "7q2m4xd93k", "7Q2M4%20XD93K", "7QZM4-XD93K".replace("Z", "2"), "%207Q2M4XD93K%20"]
)
def test_a_case_number_opens_the_case_however_it_is_written(typed: str, scene: ConsoleScene) -> None:
    assert place(scene.signed_in(), typed) == "/console/inbox/all/7Q2M4-XD93K"


def test_letters_that_look_like_figures_are_taken_for_them(scene: ConsoleScene) -> None:
    put(scene, 10)

    assert place(scene.signed_in(), "AAAAA-OOOlO") == "/console/inbox/all/AAAAA-00010"


@pytest.mark.parametrize(
    "typed",
    [
        "1993000000000000603",
        "https://x.com/i/status/1993000000000000603?s=20",
        "x.com/minji/status/1993000000000000603",
    ],
)
def test_an_address_or_id_on_x_opens_the_mention_or_its_case(typed: str, scene: ConsoleScene) -> None:
    person = scene.signed_in()
    assert place(person, typed) == ""

    have(scene, 1993000000000000603)
    assert place(person, typed) == "/console/inbox/all/m1993000000000000603"

    have(scene, 1993000000000000604, case_id=CASE.id)
    assert place(person, typed.replace("603", "604")) == "/console/inbox/all/7Q2M4-XD93K"


@pytest.mark.parametrize("typed", ["@minji", "@MinJi", "minji", "https://x.com/minji", "twitter.com/MINJI/"])
def test_a_handle_finds_its_mentions_and_the_cases_of_the_author(typed: str, scene: ConsoleScene) -> None:
    have(scene, 1)
    have(scene, 2, case_id=CASE.id)
    have(scene, 3, handle="another")
    have(scene, 4, at=NOW - DAY)
    body = text_of(html_of(scene.signed_in().get(f"search?q={typed}")))

    assert hits(scene.signed_in(), f"q={typed}") == ["7Q2M4-XD93K", "m1", "m4"]
    assert "이 계정의 문의 건" in body


def test_words_are_found_in_all_days_that_are_kept_in_one_go(scene: ConsoleScene) -> None:
    have(scene, 1, "119 연결이 안 돼요")
    have(scene, 2, "연결 119", at=NOW - 50 * DAY)
    have(scene, 3, "연결만")
    have(scene, 4, "119 연결", at=NOW - 100 * DAY)
    person = scene.signed_in()

    body = text_of(html_of(person.get("search?q=연결+119"))).replace("\u2060", "")

    assert hits(person, "q=연결+119") == ["m1", "m2"]
    assert "11월 24일(화) 민지" in body
    assert "9월 26일(토)까지 찾아봤어요. 그 전 글도 찾기" in body
    assert hits(person, "q=연결+119&days=60") == ["m4"]
    assert "<html" not in person.part("search?q=연결+119&days=60")["body"]


def test_answered_and_closed_cases_are_found(scene: ConsoleScene) -> None:
    over = put(scene, 1, state=CaseState.CLOSED)
    have(scene, 1, "연결", case_id=over.id, at=NOW - 9 * DAY)

    assert hits(scene.signed_in(), "q=연결") == [over.id]


def test_a_department_finds_what_is_its_own(scene: ConsoleScene) -> None:
    other = put(scene, 1, department="network")
    have(scene, 1, "연결")
    have(scene, 2, "연결", case_id=CASE.id)
    have(scene, 3, "연결", case_id=other.id)
    person = scene.signed_in(BILLING)

    assert hits(person, "q=연결") == ["7Q2M4-XD93K"]
    assert place(person, other.id) == ""
    assert place(person, "x.com/i/status/3") == ""
    assert other.id not in html_of(person.get("search?q=@minji"))


def test_private_numbers_and_hostile_words_are_not_shown(scene: ConsoleScene) -> None:
    have(scene, 1, "<b>연결</b> 010-1234-5678")
    person = scene.signed_in()
    body = html_of(person.get("search?q=%22%3E%3Cscript%3E+연결"))

    assert "<script>" not in body
    assert hits(person, "q=010-1234-5678") == ["m1"]
    assert "010-1234" not in html_of(person.get("search?q=연결"))


@pytest.mark.parametrize("query", ["", "q=", "q=%20", "q=연결&days=x", "q=연결&days=9999", "q=" + "가" * 3000])
def test_whatever_is_asked_for_gets_a_page(query: str, scene: ConsoleScene) -> None:
    assert scene.signed_in().get(f"search?{query}")["statusCode"] == 200


def test_a_list_that_was_cut_says_so(scene: ConsoleScene) -> None:
    for number in range(60):
        have(scene, 100 + number, "연결")

    have(scene, 1, "연결", at=NOW - DAY)
    person = scene.signed_in()

    body = html_of(person.get("search?q=연결"))
    further = re.search(r'search\?(q=[^"]+days=1)"', body)

    assert "최근 글부터 50건만" in body
    assert further
    assert hits(person, further[1].replace("&amp;", "&")) == ["m1"]
