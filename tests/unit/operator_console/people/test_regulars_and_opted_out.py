"""The people section: regulars, those who are missed, and authors who want no replies."""

from datetime import date, timedelta

import pytest

from desk.attendance.store import AttendanceRecord
from desk.mentions.model import Source
from operator_console.people.regulars import regulars_of
from tests.unit.operator_console.morning_scene import TODAY, MorningScene, moment
from tests.unit.operator_console.scene import BILLING, JIMIN, SUJIN, VIEWER, Response, html_of

MORNINGS = [TODAY - timedelta(days=n) for n in range(20, -1, -1)]
AUTHOR = "7001"


def record(author_id: str, *days: date, in_a_row: int = 1) -> AttendanceRecord:
    return AttendanceRecord(author_id, days, in_a_row, None)


def test_regulars_are_those_of_half_of_the_mornings_the_longest_row_first() -> None:
    records = [
        record("1", *MORNINGS[-10:], in_a_row=10),
        record("2", *MORNINGS[-20:], in_a_row=20),
        record("3", *MORNINGS[-9:], in_a_row=9),
        record("4", *MORNINGS[-14:-2], in_a_row=12),
    ]

    found = regulars_of(records, MORNINGS, TODAY)

    assert [(each.author_id, each.mornings, each.in_a_row) for each in found.present] == [
        ("2", 20, 20),
        ("1", 10, 10),
        ("4", 12, 0),
    ], "the row of who was not there today has ended"
    assert (found.missed, found.present_count) == ([], 3)


def test_a_regular_who_was_not_seen_for_a_week_is_missed_and_a_guest_is_not() -> None:
    records = [
        record("1", *MORNINGS[:12], in_a_row=12),
        record("2", *MORNINGS[:13], in_a_row=13),
        record("3", MORNINGS[5], MORNINGS[12]),
        record("4", *MORNINGS[:15]),
    ]

    found = regulars_of(records, MORNINGS, TODAY)

    assert [(each.author_id, each.last) for each in found.missed] == [("2", MORNINGS[12]), ("1", MORNINGS[11])]
    assert [each.author_id for each in found.present] == ["4"]


def test_a_new_desk_has_no_regulars() -> None:
    assert regulars_of([], [], TODAY).present_count == 0


def test_the_page_names_them_with_their_mornings() -> None:
    scene = MorningScene()
    scene.attended(1, *MORNINGS[-13:-1], in_a_row=12)
    scene.attended(2, *MORNINGS[:5], in_a_row=5)
    scene.attendance.saved_mornings.update(MORNINGS[:-1])

    body = html_of(scene.signed_in(VIEWER).get("people/regulars"))

    regulars, missed = body.split('id="missed"')
    assert ["손님1" in regulars, "출석 12일째" in regulars, "아침 인사 20번 중 12번" in regulars] == [True] * 3
    assert ["손님2" in missed, "손님2" in regulars] == [True, False]
    assert scene.signed_in(BILLING).get("people/regulars")["statusCode"] == 403


@pytest.fixture
def scene() -> MorningScene:
    """Guest 1 has asked for no replies, twenty minutes after the greeting."""
    scene = MorningScene()
    mention_id = scene.guest(1, "이제 답글 달지 마세요")
    scene.opt_outs.record(AUTHOR, mention_id, moment(2))
    return scene


def opted_out(scene: MorningScene) -> str:
    return html_of(scene.signed_in().get("people/opted_out"))


def withdraw(scene: MorningScene, post: str, author_id: str = AUTHOR) -> Response:
    return scene.signed_in().post(f"people/opted_out/{author_id}", {"post": post})


def test_who_wants_no_replies_is_listed_with_the_post_in_which_they_asked(scene: MorningScene) -> None:
    body = opted_out(scene)

    assert ["이제 답글 달지 마세요" in body, "손님1" in body] == [True, True]
    assert f"/i/status/{scene.opt_outs.mention_ids[AUTHOR]}" in body


def test_a_post_of_their_own_takes_it_back_and_is_linked(scene: MorningScene) -> None:
    again = scene.guest(1, "다시 답글 주세요!", again=500)

    response = withdraw(scene, f"https://x.com/guest1/status/{again}?s=20")

    assert (response["statusCode"], scene.opt_outs.opted_out_at(AUTHOR)) == (303, None)
    withdrawal = scene.opt_outs.withdrawals[AUTHOR]
    assert (withdrawal.mention_id, withdrawal.by, withdrawal.at) == (again, "박지민", scene.now)
    body = opted_out(scene)
    assert ["다시 답글을 받기로 한 분 1명" in body, f"/i/status/{again}" in body] == [True, True]


def test_who_records_it_second_learns_who_was_first_and_a_repeated_form_is_done(scene: MorningScene) -> None:
    path, form = f"people/opted_out/{AUTHOR}", {"post": scene.guest(1, "다시 답글 주세요!", again=500)}
    people = [SUJIN, SUJIN, JIMIN, SUJIN._replace(id="her namesake")]

    answers = [scene.signed_in(person).post(path, form) for person in people]

    assert [each["statusCode"] for each in answers] == [303, 303, 409, 409]
    assert "이수진\u2069 님이 먼저 기록했어요." in html_of(answers[2])
    assert scene.opt_outs.withdrawals[AUTHOR].by == "이수진"


def test_what_they_wrote_to_somebody_else_takes_nothing_back(scene: MorningScene) -> None:
    again = scene.guest(1, "다시 답글 주세요!", again=500)
    stored = scene.mentions.stored[again]
    heard = stored.mention._replace(source=Source.LISTENING)
    scene.mentions.stored[again] = stored._replace(mention=heard)

    response = withdraw(scene, f"https://x.com/guest1/status/{again}")

    assert (response["statusCode"], scene.opt_outs.withdrawals) == (422, {})


@pytest.mark.parametrize(
    ("post", "sentence"),
    [
        ("guest1", "X의 글 주소가 아니에요"),
        ("", "X의 글 주소가 아니에요"),
        ("https://x.com/guest1/status/404", "이 글을 찾지 못했어요"),
        ("{own}", "답글을 원하지 않는다고 하기 전에 쓴 글이에요"),
        ("{other}", "다른 분이 쓴 글이에요"),
        ("{refusing}", "답글을 원하지 않는다는 글이에요"),
    ],
)
def test_anything_else_takes_nothing_back_and_stays_in_the_field(scene: MorningScene, post: str, sentence: str) -> None:
    own = scene.opt_outs.mention_ids[AUTHOR]
    refusing = scene.guest(1, "답글 달지 마세요", again=600)
    typed = post.format(own=own, other=scene.guest(2), refusing=refusing)

    response = withdraw(scene, typed)

    assert (response["statusCode"], scene.opt_outs.withdrawals) == (422, {})
    assert sentence in response["body"]
    assert f'value="{typed}"' in response["body"]


def test_only_operators_take_it_back_and_only_for_who_opted_out(scene: MorningScene) -> None:
    again = scene.guest(1, "다시 답글 주세요!", again=500)

    assert scene.signed_in(VIEWER).post(f"people/opted_out/{AUTHOR}", {"post": again})["statusCode"] == 403
    assert withdraw(scene, again, "7009")["statusCode"] == 404
    assert "<form" not in html_of(scene.signed_in(VIEWER).get("people/opted_out")).partition("<main")[2]
    assert scene.signed_in(BILLING).get("people/opted_out")["statusCode"] == 403
    assert scene.opt_outs.withdrawals == {}
