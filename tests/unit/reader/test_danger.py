"""Somebody in danger reaches a person, whatever the text looks like; idioms and questions beforehand are no danger."""

from collections.abc import Mapping
from copy import replace
from datetime import UTC, datetime
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.brand import Pin
from desk.mentions.model import Mention
from desk.reader.features import buckets, topics_of, urgency_buckets
from desk.reader.heads import CALM, DANGER, Trained
from desk.reader.pins import Pinned
from desk.reader.trained_reader import TrainedReader
from desk.reading import OPERATOR, Kind, Need, Reading, Safety, Urgency, Why
from desk.x.model import Media, XPost
from tests.brands import emerald, small_brand
from tests.unit.reader.toy_heads import INQUIRY, constant, hearing, trained

NIGHT = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
SHIPPED = TrainedReader(emerald())
SURE = constant({DANGER: 0.9, CALM: 0.1})
MEANT_NOTHING = "음 그거 말인데요"
CHAT: Mapping[str, float] = {**INQUIRY, "chat": 0.9, "inquiry": 0.02, "fault": 0.01}
JUNK: Mapping[str, float] = {**INQUIRY, "junk": 0.9, "inquiry": 0.01, "fault": 0.02}


def mention(text: str, *, media: tuple[Media, ...] = ()) -> Mention:
    return Mention(XPost("9", f"@jade {text}", "5", NIGHT, "9", "und", ("9",), media=media), NIGHT)


def read(text: str, heads: Trained, *pins: Pin, media: tuple[Media, ...] = ()) -> Reading:
    return Pinned(TrainedReader(small_brand(), heads), pins).read(mention(text, media=media))


@pytest.mark.parametrize(
    "text",
    [
        "기지국에 불이 났어요!!",
        "감전됐어요",
        "방금 폭발했어요",
        "죽고 싶다 진짜",
        "I want to kill myself",
        "배터리가 부풀었어요",
        "엘리베이터에 갇혔어요 도와주세요",
        "119에 전화가 안 걸려요 응급인데",
        "my charger is on fire",
        "火事です、助けて",
        "着火了，快来人",
    ],
)
def test_a_person_in_danger_reaches_a_person(text: str) -> None:
    seen = SHIPPED.read(mention(text))

    assert (seen.safety, seen.urgency, seen.wakes, seen.opens_case) == (Safety.DANGER, Urgency.HIGH, True, True)


@pytest.mark.parametrize(
    "text",
    [
        "웃겨 죽겠다",
        "요금 폭탄",
        "불금",
        "this plan is killer",
        "소방서 옆 매장 몇 시까지 해요",
        "119안심콜 서비스 가입",
        "11900원 결제됐어요, 환불해 주세요",
    ],
)
def test_idioms_and_questions_beforehand_are_no_danger(text: str) -> None:
    seen = SHIPPED.read(mention(text))

    assert (seen.safety, seen.urgency is Urgency.HIGH, seen.wakes) == (None, False, False)


@pytest.mark.parametrize("text", ["청구서 안 왔어요", "앱 로그인이 안 돼요", "용산 매장 오늘 몇 시까지 하나요"])
def test_a_matter_of_one_customer_is_not_urgent(text: str) -> None:
    seen = SHIPPED.read(mention(text))

    assert (seen.safety, seen.urgency) == (None, Urgency.NORMAL)


@pytest.mark.parametrize(("looks_like", "kind"), [(CHAT, Kind.INQUIRY), (JUNK, Kind.FAULT)])
def test_danger_is_decided_before_the_kind(looks_like: Mapping[str, float], kind: Kind) -> None:
    seen = read(MEANT_NOTHING, trained(looks_like, danger=SURE))

    assert (seen.kind, seen.need, seen.urgency) == (kind, Need.SUPPORT, Urgency.HIGH)
    assert (seen.safety, seen.wakes) == (Safety.DANGER, True)


@pytest.mark.parametrize(("danger", "safety"), [(0.49, Safety.CHECK), (0.44, None)])
def test_what_is_not_surely_danger_is_to_be_checked_or_calm(danger: float, safety: Safety | None) -> None:
    assert read(MEANT_NOTHING, trained(danger=constant({DANGER: danger, CALM: 1 - danger}))).safety is safety


@pytest.mark.parametrize("text", ["갇혔어", "💥 갇혔어 @a @b @c"])
def test_danger_beside_a_picture_or_many_handles_is_danger(text: str) -> None:
    seen = read(text, trained(JUNK, danger=SURE), media=(Media("photo", None, None),))

    assert (seen.safety, seen.department) == (Safety.DANGER, OPERATOR)


def test_a_picture_alone_is_no_danger() -> None:
    assert read("", trained(danger=SURE), media=(Media("photo", None, None),)).safety is None


def test_only_the_handling_is_kept() -> None:
    heads = trained(danger=SURE, department=hearing({"billing": "파랑이가", "network": "빨강이가"}))

    seen = read("빨강이가 청구서", heads)

    assert (seen.why, seen.terms) == ((Why("danger"),), ())
    assert seen.department == "network"


@pytest.mark.parametrize("department", [None, constant({"billing": 0.5, "network": 0.5})])
def test_danger_that_is_no_departments_matter_is_the_operators(department: object) -> None:
    assert read(MEANT_NOTHING, trained(danger=SURE, department=department)).department == OPERATOR  # type: ignore[arg-type]


def test_self_harm_goes_to_the_operator_even_if_the_heads_disagree() -> None:
    seen = read("죽고 싶다 진짜 청구서", trained(JUNK, department=constant({"billing": 0.99, "network": 0.01})))

    assert (seen.kind, seen.department, seen.safety, seen.wakes) == (Kind.INQUIRY, OPERATOR, Safety.DANGER, True)
    assert (seen.why, seen.terms) == ((Why("danger"),), ())


def test_pins_override_danger() -> None:
    by_department = read(MEANT_NOTHING, trained(danger=SURE), Pin("word", "그거", department="billing"))
    as_chat = read(MEANT_NOTHING, trained(danger=SURE), Pin("word", "그거", kind=Kind.CHAT))

    assert (by_department.department, by_department.wakes) == ("billing", True)
    assert (as_chat.kind, as_chat.urgency, as_chat.wakes) == (Kind.CHAT, Urgency.LOW, False)


def test_topics_are_found_by_words_of_four_languages() -> None:
    assert all("fire" in topics_of(text) for text in ("불이 났어요", "불이났어요", "flames!", "火事です", "着火了"))


def test_a_phrase_is_a_danger_only_where_no_idiom_has_it() -> None:
    assert "danger explosion" in topics_of("방금 폭발했어요")
    assert "danger explosion" not in topics_of("인기 폭발했어요")


def test_the_parts_of_a_phrase_follow_each_other_nearby() -> None:
    near, far = "배터리 뒤쪽이 좀 팽창했어요", f"배터리 {'그리고 ' * 8} 팽창했어요"

    assert "danger battery" in topics_of(near)
    assert "danger battery" not in topics_of(far.replace("배터리", "보조 배터리"))


def test_an_emergency_number_is_a_whole_number() -> None:
    assert "emergency" in topics_of("119요")
    assert "emergency" not in topics_of("11900원")


def test_the_heads_see_topics_alone_and_together_beside_the_letters() -> None:
    text = "불이 났어요"
    letters = buckets(text)

    seen = urgency_buckets(text, letters)

    assert set(letters) < set(seen)
    assert (
        len(urgency_buckets("할머니 flames", []))
        == len(topics_of("할머니 flames")) * (len(topics_of("할머니 flames")) + 1) / 2
    )
    assert seen == sorted(set(seen))


@given(st.text(max_size=200))
def test_any_text_has_the_same_topics_twice(text: str) -> None:
    assert topics_of(text) == topics_of(text)


@pytest.mark.parametrize("text", ["배터리 " * 250, "119 " * 250, "불" * 1_000, "fire " * 200])
def test_topics_of_hostile_texts_take_little_time(text: str) -> None:
    topics_of(text)
    before = process_time()

    topics_of(text)

    assert process_time() - before < 0.02


def test_danger_says_nothing_of_the_author() -> None:
    seen = SHIPPED.read(mention("감전됐어요"))

    assert replace(seen, kind=Kind.FAULT, department=OPERATOR, confidence=0.0, lang="ko") == Reading(
        Kind.FAULT,
        Need.SUPPORT,
        OPERATOR,
        Urgency.HIGH,
        "ko",
        0.0,
        (Why("danger"),),
        (),
        wakes=True,
        safety=Safety.DANGER,
    )
