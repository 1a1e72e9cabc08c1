"""The operator's mail about posts says what happened, why, and exactly what to type."""

import pytest

from desk.catalogue import LANGUAGES
from desk.fitting import utf8_bytes
from desk.mail.post_news import render_post_news
from desk.post import Post, PostKind, PostReason, PostState
from tests.brands import other_brand, small_brand
from tests.unit.publish.scene import a_post

ROOM = 120_000
NEWS = (PostState.UNCERTAIN, PostState.HELD, PostState.REFUSED, PostState.EXPIRED)


def body_of(*posts: Post, room: int = ROOM) -> str:
    return render_post_news(posts, small_brand(), max_bytes=room)[0].body


def test_an_uncertain_post_is_told_with_every_way_to_settle_it() -> None:
    post = a_post(
        "로밍 요금이 내려갑니다\nhttps://jade.example/12",
        id="p-1",
        state=PostState.UNCERTAIN,
        reason=PostReason.ANSWER_LOST,
        detail="create got no answer: ReadTimeout",
    )

    mail, listed = render_post_news([post], small_brand(), max_bytes=ROOM)

    assert listed == [post]
    assert mail.subject == "[제이드] 확인이 필요한 게시물 1건"
    assert mail.body.splitlines()[2:18] == [
        "■ 1. 올라갔는지 확인 필요 (공지)",
        "게시 번호: p-1",
        "예정: 11월 24일(화) 오후 12:00 (요청: cms)",
        "내용:",
        "| 로밍 요금이 내려갑니다",
        "| https://jade.example/12",
        "이유: X의 응답을 받지 못해 올라갔는지 알 수 없습니다.",
        "자세히: create got no answer: ReadTimeout",
        "",
        (
            "할 일: https://x.com/jade 에서 이 글이 올라갔는지 직접 보신 뒤, 맞는 명령 하나를 실행해 주세요. "
            "그때까지 저희가 다시 올리지는 않습니다."
        ),
        "- 올라가 있으면 (X_ID는 글 주소 끝의 숫자입니다):",
        "    dorothy settle p-1 --published X_ID",
        "- 올라가 있지 않아 다시 올리려면:",
        "    dorothy settle p-1 --send-again",
        "- 올라가 있지 않고 올릴 필요도 없으면:",
        "    dorothy drop p-1",
    ]


def test_a_held_post_is_told_with_how_to_let_it_out_or_drop_it_and_until_when() -> None:
    body = body_of(a_post(id="p-2", kind=PostKind.GREETING, state=PostState.HELD, reason=PostReason.PAUSED))

    assert "    dorothy release p-2" in body
    assert "    dorothy drop p-2" in body
    assert "dorothy release --all-held" in body
    assert "11월 25일(수) 오후 12:00까지" in body


def test_a_reply_names_what_it_replies_to() -> None:
    body = body_of(a_post(in_reply_to="77", state=PostState.REFUSED, reason=PostReason.GONE))

    assert "답글을 달 글: https://x.com/i/status/77" in body


def test_the_answer_to_a_case_names_the_case() -> None:
    refused = {"state": PostState.REFUSED, "reason": PostReason.GONE, "in_reply_to": "77"}

    body = body_of(a_post(case_id="7Q2M4-XD93K", **refused))

    assert "문의 번호: 7Q2M4-XD93K (올리지 못한 답은 문의에 초안으로 남습니다)" in body
    assert "[답변하기]를 열어 답을 고쳐 다시 보내 주세요" in body
    assert "따로 하실 일은 없습니다" not in body
    assert "문의 번호" not in body_of(a_post(**refused))


@pytest.mark.parametrize("brand", [small_brand(), other_brand()])
@pytest.mark.parametrize("state", NEWS)
@pytest.mark.parametrize("reason", [*PostReason, None])
def test_every_state_and_reason_can_be_told_in_both_languages(
    brand: object, state: PostState, reason: PostReason | None
) -> None:
    post = a_post(state=state, reason=reason)

    mail, _ = render_post_news([post], brand, max_bytes=ROOM)  # type: ignore[arg-type]

    assert post.text in mail.body
    assert "{" not in mail.body


@pytest.mark.parametrize("noun", [*PostState, *PostKind, *PostReason])
def test_every_state_kind_and_reason_has_a_name(noun: PostState | PostKind | PostReason) -> None:
    kind = type(noun).__name__.removeprefix("Post").lower()

    assert f"post.{kind}.{noun}" in LANGUAGES["ko"]


def test_what_x_says_can_neither_pass_for_our_words_nor_fill_the_mail() -> None:
    detail = "no\n■ 2. 가짜\u202e" + "x" * 5_000

    body = body_of(a_post(state=PostState.REFUSED, reason=PostReason.NOT_ACCEPTED, detail=detail))

    assert "자세히: no ■ 2. 가짜" in body
    assert "\u202e" not in body
    assert len(body) < 2_000


def test_an_address_of_thousands_of_characters_is_cut() -> None:
    body = body_of(a_post("보세요 https://jade.example/" + "a" * 4_000, state=PostState.REFUSED))

    assert utf8_bytes(body) < 3_000


def test_what_does_not_fit_is_counted_and_not_listed() -> None:
    posts = [a_post(f"글 {number} " + "가" * 130, state=PostState.REFUSED) for number in range(20)]

    mail, listed = render_post_news(posts, small_brand(), max_bytes=4_000)

    assert 0 < len(listed) < 20
    assert list(listed) == posts[: len(listed)]
    assert f"이 밖에 {20 - len(listed)}건은" in mail.body
    assert utf8_bytes(mail.body) <= 4_000


def test_nothing_to_tell_is_no_mail() -> None:
    with pytest.raises(ValueError, match="something to tell"):
        render_post_news([], small_brand(), max_bytes=ROOM)
