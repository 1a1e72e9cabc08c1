"""The operator's mail about posts says what happened, why, and what to do, in plain words."""

from datetime import UTC, datetime

import pytest

from desk.i18n import LANGUAGES
from desk.notifications.mail.post_news import render_post_news
from desk.posts.model import Post, PostKind, PostReason, PostState
from desk.text import utf8_bytes
from tests.brands import other_brand, small_brand
from tests.families import for_each
from tests.unit.posts.scene import a_post

ROOM = 120_000
CONSOLE = "https://desk.example/console"
NEWS = (PostState.IN_DOUBT, PostState.AWAITING_APPROVAL, PostState.HELD, PostState.REFUSED, PostState.EXPIRED)


def body_of(*posts: Post, room: int = ROOM) -> str:
    return render_post_news(posts, small_brand(console_url=CONSOLE), max_bytes=room)[0].body


def test_the_answer_to_a_case_names_the_case() -> None:
    refused = {"state": PostState.REFUSED, "reason": PostReason.GONE, "in_reply_to": "77"}

    body = body_of(a_post(case_id="7Q2M4-XD93K", **refused))

    assert "문의 번호: 7Q2M4-XD93K (올리지 못한 답은 문의에 초안으로 남습니다)" in body
    assert "운영 화면에서 답을 고쳐 다시 보내 주세요" in body
    assert f"{CONSOLE}/inbox/to_review/7Q2M4-XD93K" in body
    assert "따로 하실 일은 없습니다" not in body
    assert "문의 번호" not in body_of(a_post(**refused))


@for_each("brand", [small_brand(), other_brand()])
@for_each("state", NEWS)
@for_each("reason", [*PostReason, None])
def test_every_state_and_reason_has_a_mail_in_both_languages(
    brand: object, state: PostState, reason: PostReason | None
) -> None:
    post = a_post(state=state, reason=reason)

    mail, _ = render_post_news([post], brand, max_bytes=ROOM)  # type: ignore[arg-type]

    assert post.text in mail.body
    assert "{" not in mail.body
    assert "dorothy" not in mail.body


def test_a_post_that_awaits_approval_leads_to_its_place_in_the_calendar() -> None:
    late_evening = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)

    body = body_of(a_post(id="p7", by="박지민", state=PostState.AWAITING_APPROVAL, publish_at=late_evening))

    assert "■ 1. 승인 대기 (공지)" in body
    assert "글을 쓴 분이 아닌 다른 분이" in body
    assert f"{CONSOLE}/calendar?day=2026-11-25#post-p7" in body


@for_each("noun", [*PostState, *PostKind, *PostReason])
def test_every_state_kind_and_reason_has_a_name(noun: PostState | PostKind | PostReason) -> None:
    kind = type(noun).__name__.removeprefix("Post").lower()

    assert f"post.{kind}.{noun}" in LANGUAGES["ko"]


def test_error_messages_of_x_are_in_no_mail() -> None:
    told = a_post(state=PostState.REFUSED, reason=PostReason.NOT_ACCEPTED)

    assert body_of(told._replace(detail="X answered 403: Forbidden")) == body_of(told)


def test_an_address_of_thousands_of_characters_is_cut() -> None:
    body = body_of(a_post("보세요 https://jade.example/" + "a" * 4_000, state=PostState.REFUSED))

    assert utf8_bytes(body) < 3_000


def test_posts_that_do_not_fit_are_counted_and_not_listed() -> None:
    posts = [a_post(f"글 {number} " + "가" * 130, state=PostState.REFUSED) for number in range(20)]

    mail, listed = render_post_news(posts, small_brand(), max_bytes=4_000)

    assert 0 < len(listed) < 20
    assert list(listed) == posts[: len(listed)]
    assert f"이 밖에 {20 - len(listed)}건은" in mail.body
    assert f"글 {len(listed)}건에 확인이 필요해" in mail.body
    assert mail.subject.endswith(f"게시물 {len(listed)}건")
    assert utf8_bytes(mail.body) <= 4_000


def test_nothing_to_tell_is_no_mail() -> None:
    with pytest.raises(ValueError, match="content"):
        render_post_news([], small_brand(), max_bytes=ROOM)
