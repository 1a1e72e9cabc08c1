from datetime import UTC, datetime
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.mentions.model import Mention, Parent
from desk.reader.explain import reason
from desk.reader.words_reader import WordsReader
from desk.reading import OPERATOR, Kind, Need, Reading, Urgency
from desk.x.model import Media, XPost
from tests.brands import emerald, other_brand, small_brand

BRAND = emerald()
READER = WordsReader(BRAND)
NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PICTURE = (Media("photo", None, None),)


def post_of(text: str, media: tuple[Media, ...] = ()) -> XPost:
    return XPost("9", text, "5", NOON, "9", "und", ("9",), media=media)


def read(text: str, *, media: tuple[Media, ...] = (), parent: str | None = None) -> Reading:
    before = Parent("8", post_of(parent)) if parent else None
    return READER.read(Mention(post_of(f"@emeraldmobile {text}", media), NOON, before))


def rules(of: Reading) -> set[str]:
    return {why.rule for why in of.why}


@pytest.mark.parametrize(
    ("text", "kind", "need", "department"),
    [
        ("이번 달 청구서는 언제 나오나요?", Kind.INQUIRY, Need.INFORMATION, "billing"),
        ("제 계정으로 두 번 결제됐어요, 환불해 주세요", Kind.INQUIRY, Need.SUPPORT, "billing"),
        ("로밍 요금제 하루에 얼마예요", Kind.INQUIRY, Need.INFORMATION, "plans"),
        ("우리 동네 기지국 문제인지 전화가 안 터져요", Kind.FAULT, Need.SUPPORT, "network"),
        ("셋톱박스가 먹통이에요", Kind.FAULT, Need.SUPPORT, "home"),
        ("내년에 3G 종료한다는 소문이 돌던데 사실인가요", Kind.RUMOR, Need.INFORMATION, "pr"),
        ("heard that you are shutting down 3G, is it true?", Kind.RUMOR, Need.INFORMATION, "pr"),
        ("상담원분이 정말 친절하셨어요 칭찬합니다", Kind.FEEDBACK, Need.RELATIONSHIP, "stores"),
        ("좋은 아침이에요 오늘도 화이팅", Kind.CHAT, Need.RELATIONSHIP, None),
        ("해결됐어요 감사합니다", Kind.CHAT, Need.RELATIONSHIP, None),
        ("thanks, all good now!", Kind.CHAT, Need.RELATIONSHIP, None),
        ("코인 리딩방 수익률 보장", Kind.JUNK, Need.RELATIONSHIP, None),
        ("ㅗㅗ", Kind.JUNK, Need.RELATIONSHIP, None),
    ],
)
def test_plain_cases_are_read_as_a_person_would(text: str, kind: Kind, need: Need, department: str | None) -> None:
    seen = read(text)

    assert (seen.kind, seen.need, seen.department) == (kind, need, department)


def test_a_rumour_goes_to_the_department_that_the_brand_names_for_facts_or_to_the_operator() -> None:
    text = "heard that the night ferry is ending, is it true?"
    asked = Mention(post_of(text), NOON)

    assert WordsReader(other_brand()).read(asked).department == "tickets"
    assert WordsReader(other_brand()._replace(fact_checkers=OPERATOR)).read(asked).department == OPERATOR


@pytest.mark.parametrize("text", ["음 그거 말인데요 그게 그렇게 됐어요", "Meh, so it goes then", "сегодня так"])
def test_a_text_that_is_not_understood_goes_to_the_operator(text: str) -> None:
    seen = read(text)

    assert seen.opens_case
    assert seen.department == OPERATOR
    assert "uncertain" in rules(seen)
    assert seen.confidence < 0.5


def test_a_greeting_before_a_question_is_an_inquiry() -> None:
    assert read("안녕하세요, 청구서를 메일로 받으려면 어떻게 하나요?").kind is Kind.INQUIRY


def test_an_insult_beside_a_fault_does_not_hide_the_fault() -> None:
    assert read("쓰레기들아 인터넷이 끊겨서 일을 못해").kind is Kind.FAULT


def test_many_handles_and_nothing_to_us_is_junk_but_a_fault_among_them_is_not() -> None:
    assert read("@friend_a @friend_b 주말에 거기서 보자").kind is Kind.JUNK
    assert read("@friend_a @friend_b 여기 신호 없음 너희도?").kind is Kind.FAULT


def test_little_text_with_a_picture_goes_to_somebody_who_looks() -> None:
    seen = read("이거요", media=PICTURE)

    assert (seen.department, rules(seen)) == (OPERATOR, {"picture"})


def test_enough_text_with_a_picture_is_read_as_text() -> None:
    assert read("이번 달 청구서 금액이 왜 이런가요? 사진 봐 주세요", media=PICTURE).department == "billing"


def test_emoji_alone_are_chat_unless_a_picture_comes_along() -> None:
    assert read("💚💚").kind is Kind.CHAT
    assert read("💚💚", media=PICTURE).department == OPERATOR


@pytest.mark.parametrize("text", ["", "...", "https://example.com/a"])
def test_a_tag_with_nothing_said_is_junk(text: str) -> None:
    assert rules(read(text)) == {"empty"}


def test_the_post_replied_to_tells_whose_matter_a_short_reply_is() -> None:
    seen = read("저도 그런데 언제 되나요?", parent="IPTV 셋톱박스가 꺼져요. 공유기 불도 빨간불이에요")

    assert seen.department == "home"
    assert "context" in rules(seen)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("동네 전체가 데이터 먹통이에요 다들 안 된대요", "outage"),
        ("고객센터 사칭 피싱 문자가 지금 돌고 있어요 사실인가요", "leak"),
        ("내일까지 답 없으면 소송 갑니다. 환불해 주세요", "legal"),
    ],
)
def test_an_outage_a_leak_and_a_lawsuit_are_urgent(text: str, rule: str) -> None:
    seen = read(text)

    assert seen.urgency is Urgency.HIGH
    assert rule in rules(seen)


def test_a_price_is_no_emergency_number() -> None:
    seen = read("11900원 결제됐어요, 환불해 주세요")

    assert (seen.department, seen.urgency) == ("billing", Urgency.NORMAL)


@pytest.mark.parametrize(
    "text",
    ["새벽에 통신 장애 복구하느라 애쓰셨어요 고맙습니다", "공유기 수리해 주셔서 감사합니다", "다들 저녁은 드셨나요"],
)
def test_thanks_for_work_that_is_done_and_small_talk_are_chat(text: str) -> None:
    assert read(text).kind is Kind.CHAT


@pytest.mark.parametrize(
    "text",
    [
        "고생하셨어요 감사합니다 근데 여기는 아직 인터넷이 먹통이에요",
        "장애 복구하느라 고생하셨는데 저희 집은 또 끊겨요 감사합니다",
        "인터넷이 안됩니다 고쳐 주세요 수고 많으세요 감사합니다",
    ],
)
def test_thanks_do_not_hide_a_fault_that_goes_on(text: str) -> None:
    assert read(text).kind is Kind.FAULT


def test_ordinary_cases_are_normal_and_what_needs_no_answer_is_low() -> None:
    assert read("청구서는 언제 나오나요?").urgency is Urgency.NORMAL
    assert read("이번 광고 정말 최고 감동").urgency is Urgency.LOW
    assert read("굿모닝").urgency is Urgency.LOW


def test_a_brand_without_press_people_sends_rumors_to_the_operator() -> None:
    seen = WordsReader(small_brand()).read(Mention(post_of("합병 소문 사실인가요"), NOON))

    assert (seen.kind, seen.department) == (Kind.RUMOR, OPERATOR)


def test_a_brand_with_nobody_but_the_operator_sends_everything_there() -> None:
    reader = WordsReader(small_brand(departments={}))

    assert reader.read(Mention(post_of("청구서는 언제 나오나요?"), NOON)).department == OPERATOR


def test_latin_words_are_found_from_their_start_only() -> None:
    assert WordsReader(small_brand()).read(Mention(post_of("ability is what counts?"), NOON)).department == OPERATOR


@given(st.text(max_size=600), st.booleans(), st.one_of(st.none(), st.text(max_size=100)))
def test_any_text_is_read_the_same_way_twice_and_explains_itself(text: str, pictured: bool, parent: str | None) -> None:
    media = PICTURE if pictured else ()

    seen = read(text, media=media, parent=parent)

    assert seen == read(text, media=media, parent=parent)
    assert 0 <= seen.confidence <= 1
    assert (seen.department is None) == (seen.kind in (Kind.CHAT, Kind.JUNK))
    assert seen.department is None or seen.department in BRAND.departments
    assert seen.why
    assert all(reason(why, seen, BRAND) for why in seen.why)


def test_a_post_of_25_000_syllables_costs_little() -> None:
    long = Mention(post_of("청구서가 안 와요 " * 2_500), NOON)
    before = process_time()

    READER.read(long)

    assert process_time() - before < 0.05
