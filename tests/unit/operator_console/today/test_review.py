"""The review of the day: what the page lists, what is left for others, and how the next shift begins with it."""

import re
from datetime import timedelta
from typing import Any

import pytest

from desk.cases.model import CaseState
from desk.day_reviews.store import LONGEST_LINE, DayReview
from desk.favourites.store import FavouriteNote, keep_of
from desk.posts.model import PostState
from desk.promises.model import Promise, PromiseKind
from operator_console.items.keeping import kept_favourite
from tests.unit.operator_console.scene import BILLING, JIMIN, SUJIN, VIEWER, ConsoleScene, html_of
from tests.unit.posts.scene import a_post
from tests.unit.replies.scene import NOW

CLOSING = NOW + timedelta(hours=6)  # 18:00 in Seoul
FIELDS = {
    "line": "칭찬이 많은 하루였습니다",
    "note": "강남점 건은\n내일 10시에",
    "request": "form-0001",
    "sequence": "9",
}


@pytest.fixture
def scene() -> ConsoleScene:
    made = ConsoleScene()
    made.cases.cases.clear()
    made.now = CLOSING - timedelta(minutes=30)
    return made


def text_of(response: dict[str, Any]) -> str:
    return html_of(response).translate({0x2068: None, 0x2069: None})


def card(scene: ConsoleScene, name: str, person: Any = JIMIN) -> str:
    page = text_of(scene.signed_in(person).get("today"))
    found = re.search(
        rf'<section class="card" id="card-{name}" data-state="\w+"( hidden)?[^>]*>(.*?)</section>', page, re.DOTALL
    )
    assert found
    return "" if found[1] else found[2]


def test_the_page_lists_what_was_kept_promised_and_is_late_and_what_comes_next(scene: ConsoleScene) -> None:
    kept, late = scene.have_case(1), scene.have_case(2)
    file = scene.cases.file(kept.id)
    assert file
    note = FavouriteNote("후기 후보", JIMIN.name, scene.now, keep_of(JIMIN.id))
    scene.favourites.keep(kept_favourite(file.mentions[-1].mention.post, scene.now, kept.id), note)
    scene.cases.cases[late.id] = late._replace(due_at=scene.now - timedelta(minutes=5))
    for number, hours in ((1, 0.25), (2, 16)):
        due = scene.now + timedelta(hours=hours)
        promise = Promise(
            PromiseKind.ANSWER, f"7Q2M4-2{number}93K", str(number), f"약속 {number}", due, JIMIN.name, NOW
        )
        scene.cases.promises.write((), (promise,), NOW, "")
        at = {"state": PostState.SCHEDULED, "publish_at": due, "at": due}
        scene.posts.put(a_post(f"예약 {number}", id=f"planned-{number}", **at))

    page = text_of(scene.signed_in().get("today/review"))

    parts = {
        name: page.split(f'aria-labelledby="{name}"')[1].split("</section>")[0]
        for name in ("kept", "promises", "late", "next")
    }
    assert "후기 후보" in parts["kept"]
    assert ("약속 1" in parts["promises"], "약속 2" in parts["promises"]) == (True, False)
    assert f'data-key="{late.id}"' in parts["late"]
    assert "약속 2" in parts["next"]
    assert ("예약 1" in parts["next"], "예약 2" in parts["next"]) == (False, True)


def test_what_is_left_is_stored_once_and_the_draft_goes(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    person.post("today/review/draft", {**FIELDS, "sequence": "5"})
    assert "강남점 건은\n내일 10시에" in text_of(person.get("today/review"))

    answers = [person.post("today/review", FIELDS) for _ in range(2)]

    assert [answer["statusCode"] for answer in answers] == [303, 303]
    [review] = scene.reviews.recent(scene.now)
    day = scene.now.date()
    assert review == DayReview("form-0001", day, FIELDS["line"], FIELDS["note"], JIMIN.name, scene.now)
    page = text_of(person.get("today/review"))
    assert 'name="line" value=""' in page
    assert FIELDS["line"] in page


def test_a_line_alone_is_kept_as_a_draft(scene: ConsoleScene) -> None:
    scene.signed_in().post("today/review/draft", {"line": "한 줄", "note": "", "sequence": "5"})

    assert 'name="line" value="한 줄"' in text_of(scene.signed_in().get("today/review"))


def test_the_note_opens_the_next_shift_s_today_until_they_have_read_it(scene: ConsoleScene) -> None:
    scene.signed_in().post("today/review", FIELDS)
    scene.signed_in().post("today/review", {**FIELDS, "note": "둘째 메모", "request": "form-0002"})

    page = text_of(scene.signed_in(SUJIN).get("today"))
    assert page.index('id="card-handover"') < page.index('id="card-answers"')
    assert card(scene, "handover", SUJIN).index("강남점") < card(scene, "handover", SUJIN).index("둘째 메모")
    assert "박지민 님" in card(scene, "handover", SUJIN)
    assert card(scene, "handover", JIMIN) == ""

    scene.signed_in(SUJIN).post("today/handover/form-0001/read", {})

    assert "강남점" not in card(scene, "handover", SUJIN)
    assert "둘째 메모" in card(scene, "handover", SUJIN)
    assert "이수진 님이 읽었어요" in text_of(scene.signed_in().get("today/review"))


def test_the_card_asks_for_the_review_in_the_last_hour_and_says_who_made_it(scene: ConsoleScene) -> None:
    scene.now = CLOSING - timedelta(hours=2)
    assert card(scene, "day_review") == ""
    scene.now = CLOSING - timedelta(minutes=30)
    assert "today/review" in card(scene, "day_review")

    scene.signed_in().post("today/review", FIELDS)

    assert "박지민 님이" in card(scene, "day_review", SUJIN)


@pytest.mark.parametrize(
    ("now", "says"),
    [
        (CLOSING - timedelta(minutes=30), "5분 안에"),
        (CLOSING + timedelta(minutes=30), "이미 나갔다면"),
        (CLOSING + timedelta(days=4), "쉬는 날에는"),
    ],
)
def test_the_page_says_which_report_has_the_line(scene: ConsoleScene, now: Any, says: str) -> None:
    scene.now = now

    assert says in text_of(scene.signed_in().get("today/review"))


def test_what_is_too_long_comes_back_with_what_was_typed(scene: ConsoleScene) -> None:
    answer = scene.signed_in().post("today/review", {**FIELDS, "line": "가" * (LONGEST_LINE + 1)})

    assert answer["statusCode"] == 422
    assert "강남점 건은" in text_of(answer)
    assert not scene.reviews.stored


def test_a_viewer_reads_and_leaves_nothing_and_departments_have_no_review(scene: ConsoleScene) -> None:
    scene.signed_in().post("today/review", FIELDS)

    assert "강남점" in card(scene, "handover", VIEWER)
    assert "<form" not in card(scene, "handover", VIEWER)
    assert scene.signed_in(VIEWER).post("today/review", FIELDS)["statusCode"] == 403
    assert scene.signed_in(BILLING).get("today/review")["statusCode"] == 403


def test_a_case_in_private_is_not_late(scene: ConsoleScene) -> None:
    moved = scene.have_case(1, state=CaseState.MOVED)
    scene.cases.cases[moved.id] = moved._replace(due_at=scene.now - timedelta(hours=1))

    assert moved.id not in text_of(scene.signed_in().get("today/review"))
