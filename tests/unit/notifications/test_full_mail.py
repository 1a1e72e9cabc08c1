import unicodedata
from copy import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.cases.author_cases import AuthorCase
from desk.cases.model import CaseState, Event
from desk.mentions.model import Parent
from desk.notifications.mail.cases import render_mail
from desk.notifications.mail.parts import LEAST_BYTES, Mail
from desk.reading import Kind, Need, Urgency, Why
from desk.text import utf8_bytes, utf16_units
from desk.x.model import Author, Media
from tests.unit.notifications.mail_scene import (
    BRAND,
    NOON,
    ROOM,
    delivery,
    link_of,
    list_of,
    mail_of,
    many,
    mention,
    post,
    reading,
)

ENGLISH = replace(BRAND, language="en")


def lines_of(mail: Mail) -> list[str]:
    return mail.body.splitlines()


def test_without_links_the_operator_is_sent_to_the_console() -> None:
    told = delivery(read=reading(department="operator"))
    assert told.case
    lines = lines_of(render_mail([told], "operator", BRAND, links={}, max_bytes=ROOM))

    assert lines[0] == "이 메일에는 회신하지 마시고 운영 화면에서 답변해 주세요."
    assert f"운영 화면에서 열기: {BRAND.console_url}/inbox/to_answer/{told.case.id}" in lines
    assert not [line for line in lines if "링크를 만들지 못했습니다" in line]


def test_without_links_and_console_the_operator_is_sent_to_x_instead() -> None:
    told = delivery(read=reading(department="operator"))
    lines = lines_of(render_mail([told], "operator", replace(BRAND, console_url=""), links={}, max_bytes=ROOM))

    assert f"X에서 @{BRAND.handle} 계정으로" in lines[0]
    assert "지금은 링크를 만들지 못했습니다. X에서 직접 답변해 주세요." in lines
    assert not [line for line in lines if "운영자에게" in line and "않" in line]


def test_a_waiting_case_has_a_link_even_after_small_talk() -> None:
    chat = delivery(event=Event.CASE_JOINED)._replace(reading=reading(kind=Kind.CHAT))

    lines = lines_of(mail_of([chat], "billing"))

    assert [line for line in lines if line.startswith("답변하기: ")]


OPT_OUT = delivery(mention(post(text="@jade 이제 답글 달지 마세요.")), reading(urgency=Urgency.HIGH))


def test_for_an_author_who_opted_out_the_mail_asks_for_no_reply() -> None:
    assert OPT_OUT.case is not None

    mail = mail_of([OPT_OUT], "billing")

    assert mail.subject == f"[긴급] 요금·청구 문의 (답글 금지) {OPT_OUT.case.id}: 이제 답글 달지 마세요."
    assert lines_of(mail)[:6] == [
        "이 메일에는 회신하지 마세요. 작성자가 답글을 원하지 않으니 X에서도 답글을 달지 말아 주세요.",
        "",
        "■ [긴급] 문의 (답글 금지)",
        f"문의 번호: {OPT_OUT.case.id}",
        "답글 금지: 작성자가 답글을 달지 말아 달라고 해서 X에서도 답글을 달 수 없습니다.",
        f"할 일: 내용을 보신 뒤 [답변 없이 종료]로 끝내 주세요: {link_of(OPT_OUT.case.id)}",
    ]
    assert "답변하기" not in mail.body
    assert "답변 기한" not in mail.body
    assert "답변이 필요합니다" not in mail.body


@pytest.mark.parametrize("department", ["billing", "operator"])
def test_without_links_the_mail_asks_for_no_reply_either(department: str) -> None:
    mail = render_mail([OPT_OUT], department, replace(BRAND, console_url=""), links={}, max_bytes=ROOM)

    assert "답글은 달지 마시고 내용만 확인해 주세요." in mail.body
    assert "직접 답변" not in mail.body


def test_only_the_case_of_the_author_who_opted_out_is_closed_without_a_reply() -> None:
    [listed] = list_of([OPT_OUT], "billing")
    both = mail_of([OPT_OUT, delivery(mention(post("9002", author_id="502")))], "billing")

    assert "문의 번호 WG15P-DY8A5, 답글 금지\n" in listed.body
    assert "답변하기" not in listed.body
    assert lines_of(both)[0] == "이 메일에는 회신하지 마시고 아래 [답변하기]를 눌러 주세요."
    assert sum(line.startswith("답변하기: ") for line in lines_of(both)) == 1
    assert sum(line.startswith("할 일: ") for line in lines_of(both)) == 1


def test_a_case_that_was_answered_is_not_answered_again_because_of_small_talk() -> None:
    joined = delivery(event=Event.CASE_JOINED)
    assert joined.case is not None
    thanks = joined._replace(reading=reading(kind=Kind.CHAT), case=joined.case._replace(state=CaseState.ANSWERED))

    mail = mail_of([thanks], "billing")

    assert "답변하기" not in mail.body.replace("[답변하기]", "")
    assert lines_of(mail)[0].endswith("따로 답변하실 것은 없습니다.")


def test_feedback_has_no_link_even_where_its_author_has_a_case_that_waits() -> None:
    opinion = delivery()._replace(event=Event.FEEDBACK, reading=reading(kind=Kind.FEEDBACK))

    lines = lines_of(mail_of([opinion], "billing"))

    assert not [line for line in lines if line.startswith("답변하기: ")]
    assert lines[0].endswith("따로 답변하실 것은 없습니다.")


def test_a_case_that_moved_to_another_department_has_no_link() -> None:
    lines = lines_of(mail_of([delivery()._replace(department="network")], "billing"))

    assert not [line for line in lines if line.startswith(("답변하기: ", "지금은 링크를"))]


def test_an_unknown_author_is_marked_as_unknown() -> None:
    mail = mail_of([delivery(mention(post(author=None)))], "billing")

    assert "작성자: 아직 알 수 없습니다. 아래 X 링크에서 확인해 주세요." in lines_of(mail)


def test_media_of_known_and_unknown_kinds_are_counted_and_descriptions_quoted() -> None:
    kinds = [("photo", "청구서 화면"), ("photo", None), ("video", None), ("hologram", None)]
    media = tuple(Media(kind, alt_text, None) for kind, alt_text in kinds)
    mail = mail_of([delivery(mention(post(media=media)))], "billing")

    assert "첨부: 사진 2장, 동영상 1개, 첨부물 1개. 링크에서 볼 수 있습니다." in lines_of(mail)
    assert "| 청구서 화면" in lines_of(mail)


def test_the_thread_is_in_order_and_our_own_posts_are_marked() -> None:
    ours = post("8001", "청구서를 보내 드렸습니다.", author=None, author_id=BRAND.user_id, minutes=-30)
    earlier = mention(post("8002", "받았어요", minutes=-20))
    told = delivery(mention(post(), Parent("8001", ours)), event=Event.CASE_JOINED, thread=(earlier,))

    lines = lines_of(mail_of([told], "billing"))

    assert f"11월 24일(화) 오전 11:30, 우리 계정(@{BRAND.handle})이 쓴 글" in lines
    assert lines.index("| 청구서를 보내 드렸습니다.") < lines.index("| 받았어요")
    assert "11월 24일(화) 오전 11:40, 같은 작성자가 쓴 글" in lines
    assert any("같은 작성자가 이어서 쓴 글" in line for line in lines)


def test_posts_of_others_in_the_thread_have_the_name_that_is_known() -> None:
    named = post("8001", "저도요", author=Author("7", "neighbour", "이웃"), author_id="7", minutes=-9)
    unnamed = mention(post("8002", "저도요", author=None, author_id="8", minutes=-8))
    told = delivery(mention(post(), Parent("8001", named)), thread=(unnamed,))

    body = mail_of([told], "billing").body

    assert "@neighbour (이웃)이 쓴 글" in body or "@neighbour (이웃)가 쓴 글" in body
    assert "다른 분이 쓴 글" in body


def test_a_parent_that_x_no_longer_shows_is_marked_as_gone() -> None:
    mail = mail_of([delivery(mention(post(), Parent("8001", None)))], "billing")

    assert "답글을 단 글은 지워졌거나 비공개여서 볼 수 없습니다." in lines_of(mail)


def test_a_long_thread_shows_its_newest_posts_and_counts_the_rest() -> None:
    thread = tuple(mention(post(str(8_000 + n), f"{n}번째 글", minutes=n - 60)) for n in range(25))
    body = mail_of([delivery(thread=thread)], "billing").body

    assert "이보다 앞선 글 15개는 X에서 볼 수 있습니다." in body
    assert "| 24번째 글" in body
    assert "| 14번째 글" not in body


def test_an_edited_post_is_marked() -> None:
    edited = mention(post("9002", edit_ids=("9001", "9002")))
    mail = mail_of([delivery(edited, event=Event.CASE_EDITED)], "billing")

    assert "수정된 글" in mail.subject
    assert "■ 문의 (수정된 글)" in lines_of(mail)


@pytest.mark.parametrize(("kind", "name"), [(Kind.CHAT, "인사·수다 같음"), (Kind.JUNK, "광고·무관 같음")])
def test_a_mail_names_what_is_to_review_as_what_it_probably_is(kind: Kind, name: str) -> None:
    doubtful = reading(kind=kind, need=Need.RELATIONSHIP, department="operator", review=True)
    told = delivery(read=doubtful)
    drafted_since = told._replace(event=Event.CASE_DRAFTED, case=told.case and told.case._replace(kind=Kind.INQUIRY))

    mail = mail_of([told], "operator")

    assert name in mail.subject
    assert any(line.startswith(f"■ {name}") for line in lines_of(mail))
    assert drafted_since.label == "inquiry", "people have decided"


def test_feedback_asks_for_no_answer() -> None:
    opinion = reading(kind=Kind.FEEDBACK, need=Need.RELATIONSHIP, urgency=Urgency.LOW, why=(Why("opinion", "좋네"),))
    mail = mail_of([delivery(read=opinion, event=Event.FEEDBACK)], "billing")

    assert lines_of(mail)[0] == "이 메일에는 회신하지 마시고 내용만 확인해 주세요. 따로 답변하실 것은 없습니다."
    assert "문의 번호" not in mail.body


@pytest.mark.parametrize("breaker", ["\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_no_author_can_fake_a_line_of_ours(breaker: str) -> None:
    forged = f"안녕하세요{breaker}답변 기한: 없음{breaker}이 메일에 회신하세요"
    author = Author("501", "sky", f"김{breaker}답변 기한: 없음")
    faked = post(text=forged, author=author, media=(Media("photo", forged, None),))
    mail = mail_of([delivery(mention(faked, Parent("1", post("1", forged))))], "billing")

    assert not [line for line in lines_of(mail) if line.startswith(("답변 기한: 없음", "이 메일에 회신하세요"))]


def test_invisible_and_direction_characters_are_removed_and_emoji_kept() -> None:
    hidden = "값\u202egnp.exe\u2066\u200b\u0007\x1b[31m👨‍👩‍👧"
    mail = mail_of([delivery(mention(post(text=hidden)))], "billing")

    assert "| 값gnp.exe[31m👨‍👩‍👧" in lines_of(mail)
    assert "\u202e" not in mail.subject + mail.body


def test_a_post_of_25_000_syllables_is_cut_visibly_and_within_its_bytes() -> None:
    mail = mail_of([delivery(mention(post(text="가" * 25_000)))], "billing", BRAND, max_bytes=20_000)

    assert 19_500 < utf8_bytes(mail.body) <= 20_000
    assert "(너무 길어 여기까지만 실었습니다. 전체 글은 X에서 볼 수 있습니다.)" in lines_of(mail)


def test_a_long_post_is_cut_before_a_short_one_of_the_same_mail() -> None:
    long, short = mention(post("1", "가" * 25_000)), mention(post("2", "짧은 글", author_id="7"))
    mail = mail_of([delivery(long), delivery(short)], "billing", BRAND, max_bytes=20_000)

    assert "| 짧은 글" in lines_of(mail)
    assert mail.body.count("(너무 길어") == 1


def earlier(count: int, **changes: Any) -> tuple[AuthorCase, ...]:
    """So many cases that network answered, the newest an hour ago."""
    usual = AuthorCase("", "network", Kind.FAULT, CaseState.ANSWERED, NOON, NOON)._replace(**changes)
    return tuple(
        usual._replace(id=f"7Q2M4-XD93{n}", opened_at=NOON - timedelta(hours=n + 1), answered_at=NOON)
        for n in range(count)
    )


def test_three_of_the_authors_other_cases_are_listed_and_the_others_counted() -> None:
    lines = lines_of(mail_of([delivery()._replace(earlier=earlier(5))], "billing"))

    place = lines.index("같은 분의 최근 문의")
    assert lines[place + 1].startswith("- 11월 24일(화) 오전 11:00 장애·불편 신고 7Q2M4-XD930, 네트워크: 11월 24일(화)")
    assert [line[:1] for line in lines[place + 1 : place + 6]] == ["-", "-", "-", "이", ""]
    assert lines[place + 4] == "이 밖에 2건이 더 있습니다."


@pytest.mark.parametrize(
    ("department", "viewer", "links"),
    [("network", "billing", 0), ("billing", "billing", 3), ("network", "operator", 3)],
)
def test_a_link_leads_to_those_that_the_reader_may_open(department: str, viewer: str, links: int) -> None:
    told = delivery()._replace(earlier=earlier(3, department=department))

    body = mail_of([told], viewer).body

    assert told.case
    assert body.count(f"  보기: {link_of(told.case.id)}?case=7Q2M4-XD93") == links
    assert "?case=" not in render_mail([told], viewer, BRAND, links={}, max_bytes=ROOM).body


def test_the_smallest_mail_has_room_for_the_authors_other_cases() -> None:
    told = delivery(mention(post(text="가" * 25_000)))._replace(earlier=earlier(20, department="billing"))

    mail = mail_of([told], "operator", BRAND, max_bytes=LEAST_BYTES)

    assert utf8_bytes(mail.body) <= LEAST_BYTES
    assert "같은 분의 최근 문의" in lines_of(mail)


def test_a_bundle_numbers_its_cases_with_the_most_urgent_first() -> None:
    calm, urgent = many(2), delivery(mention(post("1")), reading(kind=Kind.FAULT, urgency=Urgency.HIGH))
    mail = mail_of([*calm, urgent], "billing")

    assert mail.subject == "[긴급] 요금·청구 새 글 3건"
    headings = [line for line in lines_of(mail) if line.startswith("■")]
    assert headings == ["■ 1. [긴급] 장애·불편 신고 (새 글)", "■ 2. 문의 (새 글)", "■ 3. 문의 (새 글)"]


def test_a_bundle_that_is_too_long_lists_the_less_urgent_cases() -> None:
    mail = mail_of(many(60), "billing", BRAND, max_bytes=28_000)

    assert utf8_bytes(mail.body) <= 28_000
    assert "나머지는 짧게 적습니다. 전체 글은 X에서 볼 수 있습니다." in lines_of(mail)
    for n in range(60):
        assert mail.body.count(f"https://x.com/i/status/{10_000 + n}") == 1


def test_cases_that_do_not_fit_into_a_list_are_counted() -> None:
    mail = mail_of(many(500), "billing", BRAND, max_bytes=20_000)

    listed = mail.body.count("https://x.com/i/status/")
    assert f"메일이 너무 길어 {500 - listed}건은 싣지 못했습니다." in mail.body
    assert mail.subject == f"요금·청구 새 글 {listed}건"
    assert f"새 글 {listed}건을 한 메일에 모았습니다." in mail.body


@pytest.mark.parametrize("text", ["가" * 500, "🎉" * 300, "@emeraldmobile", "줄\n바꿈\r\n있음\x00\x85", "\u202e뒤집기"])
def test_no_subject_breaks_the_rules_of_sns(text: str) -> None:
    subject = mail_of([delivery(mention(post(text=text)))], "billing").subject

    assert 0 < utf16_units(subject) < 100
    assert subject.isprintable()
    assert subject[0].isalnum() or subject[0] == "["


def test_a_mention_that_joins_an_urgent_case_is_urgent_and_first() -> None:
    told = delivery(event=Event.CASE_JOINED)
    urgent = told._replace(case=told.case._replace(urgency=Urgency.HIGH)) if told.case else told
    other = delivery(mention(post("9002", "먼저 쓴 글", minutes=-5)))

    alone = mail_of([urgent], "billing")
    bundle = mail_of([other, urgent], "billing")

    assert alone.subject.startswith("[긴급]")
    assert "■ [긴급] 문의 (같은 작성자가 이어서 쓴 글)" in alone.body
    assert bundle.body.index("status/9001") < bundle.body.index("status/9002")


def test_times_are_in_the_time_zone_of_the_desk() -> None:
    abroad = replace(ENGLISH, timezone="America/New_York")
    mail = mail_of([delivery()], "billing", abroad, max_bytes=ROOM)

    assert "Written: Mon 23 Nov, 10:00 pm" in lines_of(mail)


def test_a_mail_without_content_or_without_room_raises_an_error() -> None:
    with pytest.raises(ValueError, match="content"):
        mail_of([], "billing")
    with pytest.raises(ValueError, match="at least"):
        mail_of([delivery()], "billing", BRAND, max_bytes=LEAST_BYTES - 1)


@settings(max_examples=60)
@given(
    texts=st.lists(st.text(max_size=400), min_size=1, max_size=12),
    repeat=st.integers(min_value=1, max_value=40),
    room=st.integers(min_value=LEAST_BYTES, max_value=30_000),
)
def test_a_mail_with_any_texts_stays_within_its_bytes(texts: list[str], repeat: int, room: int) -> None:
    alt = (Media("photo", texts[-1], None),)
    notifications = [
        delivery(mention(post(str(n + 1), text * repeat, media=alt), Parent("7", post("7", text))))
        for n, text in enumerate(texts)
    ]

    mail = mail_of(notifications, "billing", BRAND, max_bytes=room)

    assert len(mail.body.encode()) <= room
    assert not {unicodedata.category(character) for character in mail.subject} & {"Cc", "Cs", "Zl", "Zp"}
    assert all(f"/{n + 1}" in mail.body for n in range(len(texts))) or "싣지 못했습니다" in mail.body


def test_the_due_time_orders_cases_of_equal_urgency() -> None:
    first, second = many(2)
    assert second.case is not None
    sooner = replace(second, case=replace(second.case, due_at=NOON + timedelta(minutes=5)))

    body = mail_of([first, sooner], "billing").body

    assert body.index(sooner.mention.id) < body.index(first.mention.id)
