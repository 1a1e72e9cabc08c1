"""What desk.yaml pins stands, whatever the reader says, and the reading stays one that can be."""

import logging
import subprocess
import sys
from copy import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.brand import Pin
from desk.i18n import LANGUAGES
from desk.mentions.model import Mention
from desk.reader.explain import reason
from desk.reader.pins import Pinned, _still_holds
from desk.reading import AGREEMENTS, OPERATOR, REVIEWED, Kind, Need, Reading, Settled, Urgency, Why, kinds_for
from desk.x.model import Author, XPost
from tests.brands import small_brand
from tests.families import for_each

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
INQUIRY = Reading(
    Kind.INQUIRY, Need.SUPPORT, "billing", Urgency.NORMAL, "ko", 0.8,
    (Why("request", "해 주세요"), Why("department_word", "청구서")), ("청구서",),
)  # fmt: skip
URGENT = replace(
    INQUIRY, kind=Kind.FAULT, urgency=Urgency.HIGH, why=(Why("fault_word", "먹통"), Why("outage", "다들")),
)  # fmt: skip
RUMOR = replace(INQUIRY, kind=Kind.RUMOR, need=Need.INFORMATION, department="pr", why=(Why("rumor_word", "소문"),))
FEEDBACK = replace(
    INQUIRY, kind=Kind.FEEDBACK, need=Need.RELATIONSHIP, urgency=Urgency.LOW, why=(Why("opinion", "별로"),)
)
CHAT = Reading(Kind.CHAT, Need.RELATIONSHIP, None, Urgency.LOW, "ko", 0.9, (Why("social", "안녕"),))
TO_REVIEW = replace(
    INQUIRY,
    kind=Kind.CHAT,
    need=Need.RELATIONSHIP,
    department=OPERATOR,
    why=(Why("like_chat"), Why("review")),
    review=True,
)
MAYBE_FEEDBACK = replace(TO_REVIEW, kind=Kind.FEEDBACK, department="billing", why=(Why("opinion"), Why("review")))
JUNK = replace(CHAT, kind=Kind.JUNK, why=(Why("advertising", "당일"),))


class Says:
    """A reader that has one answer."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def read(self, mention: Mention) -> Reading:
        return self._reading

    def is_routed(self, mention: Mention) -> bool:
        return self._reading.is_published


def post(text: str, **changes: Any) -> XPost:
    return replace(XPost("9", text, "5", NOON, "9", "und", ("9",)), **changes)


def read(text: str, *pins: Pin, of: Reading = INQUIRY, **changes: Any) -> Reading:
    return Pinned(Says(of), pins).read(Mention(post(text, **changes), NOON))


def always(condition: str, value: str, **parts: Any) -> Pin:
    return Pin(condition, value, **parts)


def never(condition: str, value: str, department: str) -> Pin:
    return Pin(condition, value, never=department)


def to_network(condition: str, value: str) -> Pin:
    return always(condition, value, department="network")


def told_as(parts: dict[str, Any]) -> str:
    """The effect that the reason names for pins of one part."""
    (part,) = parts
    return part if part != "urgency" else "high" if parts[part] is Urgency.HIGH else "calm"


def test_without_pins_the_reading_is_the_readers() -> None:
    assert read("안녕") is INQUIRY


def test_what_no_pin_fits_is_the_readers() -> None:
    assert read("안녕", to_network("word", "번호이동")) is INQUIRY


class OnlyKnowsWhetherRouted:
    """A reader that must not be asked for the whole reading."""

    def read(self, mention: Mention) -> Reading:
        raise AssertionError(mention.id)

    def is_routed(self, mention: Mention) -> bool:
        return mention.post.text != "안녕"


def test_without_pins_the_reader_itself_says_whether_a_mention_is_routed() -> None:
    pinned = Pinned(OnlyKnowsWhetherRouted(), ())

    assert [pinned.is_routed(Mention(post(text), NOON)) for text in ("안녕", "요금이요")] == [False, True]


@pytest.mark.parametrize(
    ("of", "pin", "is_routed"),
    [
        (CHAT, to_network("word", "안녕"), True),
        (CHAT, to_network("word", "요금"), False),
        (INQUIRY, always("lang", "ko", kind=Kind.JUNK), False),
    ],
)
def test_pins_say_whether_a_mention_is_routed(of: Reading, pin: Pin, *, is_routed: bool) -> None:
    assert Pinned(Says(of), (pin,)).is_routed(Mention(post("안녕"), NOON)) is is_routed


@pytest.mark.parametrize(
    ("word", "text", "evidence"),
    [
        ("번호이동", "번호이동을 하려고요", "번호이동"),
        ("번호 이동", "번호\n 이동요", "번호 이동"),
        ("\u1107\u1165\u11ab\u1112\u1169", "번호요", "번호"),
        ("번호이동", "\u1107\u1165\u11ab\u1112\u1169\u110b\u1175\u1103\u1169\u11bc", "번호이동"),
        ("usim", "내 USIM을 바꿔요", "USIM"),
        ("USIM", "#usim", "usim"),
        ("119", "119도 안 돼요", "119"),
        ("c++", "C++ 됩니다", "C++"),
    ],
)
def test_a_word_is_found_as_people_write_it(word: str, text: str, evidence: str) -> None:
    seen = read(text, to_network("word", word))

    assert (seen.department, seen.why[0]) == ("network", Why("pin.word.department", evidence))


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("sim", "it is simple"),
        ("sim", "a wasim"),
        ("119", "요금이 11900원"),
        ("119", "요금이 5119원"),
        ("jade", "@jade 안녕"),
        ("jade", "보세요 https://jade.example/a 안녕"),
        ("a.c", "abc"),
    ],
)
def test_a_word_is_not_found_within_another_a_number_a_handle_or_a_link(word: str, text: str) -> None:
    assert read(text, to_network("word", word)) is INQUIRY


@pytest.mark.parametrize(
    ("tag", "text", "evidence"),
    [
        ("에메랄드데이", "#에메랄드데이 신청", "#에메랄드데이"),
        ("emerald5G", "go #Emerald5g!", "#Emerald5g"),
        ("a", "＃a", "#a"),
    ],
)
def test_a_hashtag_is_found_whole(tag: str, text: str, evidence: str) -> None:
    assert read(text, to_network("hashtag", tag)).why[0] == Why("pin.hashtag.department", evidence)


@pytest.mark.parametrize("text", ["에메랄드데이 신청", "#에메랄드데이2 신청", "https://x.example/#에메랄드데이"])
def test_a_hashtag_is_no_word_no_other_hashtag_and_no_part_of_a_link(text: str) -> None:
    assert read(text, to_network("hashtag", "에메랄드데이")) is INQUIRY


@pytest.mark.parametrize(
    ("value", "author", "evidence"),
    [("5", None, "5"), ("5", Author("5", "kim", "김"), "5"), ("KIM", Author("5", "Kim", "김"), "@Kim")],
)
def test_an_author_is_known_by_id_and_by_name_if_x_returned_it(
    value: str, author: Author | None, evidence: str
) -> None:
    assert read("안녕", to_network("author", value), author=author).why[0] == Why("pin.author.department", evidence)


def test_another_author_is_not_met() -> None:
    assert read("안녕", to_network("author", "kim"), to_network("author", "55")) is INQUIRY


def test_a_language_is_the_one_that_the_reader_found() -> None:
    assert read("안녕", to_network("lang", "ko"), lang="en").department == "network"
    assert read("안녕", to_network("lang", "en"), lang="en") is INQUIRY


def test_a_regular_expression_sees_the_text_as_written_and_no_capitals() -> None:
    seen = read("@jade see HTTPS://Bad.example/x", to_network("regex", r"bad\.example/\w"))

    assert seen.why[0] == Why("pin.word.department", "Bad.example/x")


def test_a_regular_expression_that_only_looks_ahead_has_nothing_to_quote() -> None:
    pattern = "^(?=.*환불)(?=.*위약금)"

    assert read("위약금 내고 환불", to_network("regex", pattern)).why[0] == Why("pin.pattern.department")
    assert read("위약금 내고", to_network("regex", pattern)) is INQUIRY
    assert read("위약금 내고", to_network("regex", r"\s")).why[0] == Why("pin.pattern.department")


def test_a_regular_expression_that_takes_too_long_does_not_fit_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        seen = read("a" * 500 + "!", to_network("regex", "(a+)+$"), always("word", "a", kind=Kind.FAULT))

    assert seen is INQUIRY
    assert "'(a+)+$' took too long" in caplog.text


def test_a_regular_expression_is_not_shown_the_far_end_of_a_long_post() -> None:
    assert read("a" * 1000 + "환불", to_network("regex", "환불")) is INQUIRY


def test_evidence_is_short_and_on_one_line() -> None:
    seen = read("가\n" * 200, to_network("regex", "(?s).+"))

    assert seen.why[0].evidence == ("가 " * 20)[:40]


@pytest.mark.process
def test_the_package_regex_is_loaded_only_for_a_pin_that_needs_it() -> None:
    program = (
        "import sys; from desk.brand import Pin; from desk.reader.pins import Pinned;"
        "Pinned(None, [Pin('word', 'a', never='b')]); print('regex' in sys.modules);"
        "Pinned(None, [Pin('regex', 'a', never='b')]); print('regex' in sys.modules)"
    )

    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert told.stdout.split() == ["False", "True"]


@pytest.mark.parametrize(
    ("of", "parts", "kind", "need", "department", "urgency"),
    [
        (INQUIRY, {"department": "network"}, "inquiry", "support", "network", "normal"),
        (URGENT, {"department": "network"}, "fault", "support", "network", "high"),
        (RUMOR, {"department": "network"}, "rumor", "information", "network", "normal"),
        (CHAT, {"department": "network"}, "feedback", "relationship", "network", "low"),
        (JUNK, {"department": "network"}, "feedback", "relationship", "network", "low"),
        (INQUIRY, {"kind": Kind.CHAT}, "chat", "relationship", None, "low"),
        (URGENT, {"kind": Kind.JUNK}, "junk", "relationship", None, "low"),
        (INQUIRY, {"kind": Kind.FAULT}, "fault", "support", "billing", "normal"),
        (RUMOR, {"kind": Kind.FAULT}, "fault", "support", "pr", "normal"),
        (CHAT, {"kind": Kind.INQUIRY}, "inquiry", "information", OPERATOR, "normal"),
        (INQUIRY, {"kind": Kind.FEEDBACK}, "feedback", "relationship", "billing", "low"),
        (INQUIRY, {"urgency": Urgency.HIGH}, "inquiry", "support", "billing", "high"),
        (URGENT, {"urgency": Urgency.NORMAL}, "fault", "support", "billing", "normal"),
        (FEEDBACK, {"urgency": Urgency.HIGH}, "inquiry", "information", "billing", "high"),
        (CHAT, {"urgency": Urgency.HIGH}, "inquiry", "information", OPERATOR, "high"),
        (RUMOR, {"need": Need.SUPPORT}, "inquiry", "support", "pr", "normal"),
        (INQUIRY, {"need": Need.INFORMATION}, "inquiry", "information", "billing", "normal"),
    ],
)
def test_what_a_pin_leaves_open_follows_from_what_it_says(  # noqa: PLR0917 - the columns of the table above
    of: Reading, parts: dict[str, Any], kind: str, need: str, department: str | None, urgency: str
) -> None:
    seen = read("안녕", always("word", "안녕", **parts), of=of)

    assert (seen.kind, seen.need, seen.department, seen.urgency) == (kind, need, department, urgency)
    assert seen.why[0] == Why(f"pin.word.{told_as(parts)}", "안녕")


def test_junk_has_no_terms() -> None:
    assert read("안녕", always("word", "안녕", kind=Kind.JUNK)).terms == ()
    assert read("안녕", to_network("word", "안녕")).terms == ("청구서",)


def test_never_sends_to_the_operator() -> None:
    seen = read("안녕 청구서", never("word", "안녕", "billing"))

    assert (seen.kind, seen.department, seen.confidence) == (Kind.INQUIRY, OPERATOR, 0.8)
    assert seen.why == (Why("pin.word.never", "안녕"), Why("request", "해 주세요"))


@pytest.mark.parametrize("of", [CHAT, replace(INQUIRY, department="network")])
def test_never_changes_nothing_where_the_department_is_another_or_none(of: Reading) -> None:
    assert read("안녕", never("word", "안녕", "billing"), of=of) is of


def test_the_first_pin_wins_and_later_ones_fill_what_it_left_open() -> None:
    first = always("word", "안녕", department="network")
    second = always("word", "안녕", department="billing", urgency=Urgency.HIGH)

    seen = read("안녕", first, second)

    assert (seen.department, seen.urgency) == ("network", Urgency.HIGH)


def test_a_later_pin_cannot_contradict_an_earlier_one() -> None:
    seen = read("안녕", always("word", "안녕", kind=Kind.CHAT), always("lang", "ko", department="network"))

    assert (seen.kind, seen.department) == (Kind.CHAT, None)


def test_always_before_never_stands_and_never_before_always_too() -> None:
    to_billing, not_billing = always("word", "안녕", department="billing"), never("lang", "ko", "billing")

    assert read("안녕", to_billing, not_billing).department == "billing"
    denied = read("안녕", not_billing, to_billing)
    assert (denied.department, denied.confidence) == (OPERATOR, 0.8)
    assert [why.rule for why in denied.why] == ["pin.lang.never", "request"]


def test_reasons_that_no_longer_hold_are_left_out() -> None:
    moved = read("안녕", to_network("word", "안녕"))
    calmed = read("안녕", always("word", "안녕", urgency=Urgency.NORMAL), of=URGENT)
    renamed = read("안녕", always("word", "안녕", kind=Kind.FEEDBACK))

    assert moved.why == (Why("pin.word.department", "안녕"), Why("request", "해 주세요"))
    assert calmed.why == (Why("pin.word.calm", "안녕"), Why("fault_word", "먹통"))
    assert renamed.why == (Why("pin.word.kind", "안녕"), Why("department_word", "청구서"))


def test_where_a_pin_decided_the_reader_gives_no_reason_of_its_own() -> None:
    doubted = replace(INQUIRY, department=OPERATOR, why=(Why("request", "해 주세요"), Why("uncertain")))

    seen = read("안녕", always("word", "안녕", department=OPERATOR), of=doubted)

    assert seen.why == (Why("pin.word.operator", "안녕"), Why("request", "해 주세요"))


@for_each("key", sorted(key for key in LANGUAGES["ko"] if key.startswith("why.")))
def test_every_reason_of_the_catalogue_is_dropped_with_the_part_that_it_tells_of(key: str) -> None:
    rule, said = key.removeprefix("why."), LANGUAGES["ko"][key]
    of = replace(URGENT, review=True)
    moved, calmed = replace(of, department="network", review=False), replace(of, urgency=Urgency.NORMAL)

    is_of_department = "{department" in said or "운영자" in said
    assert _still_holds(Why(rule), of, moved, Settled()) == (not is_of_department and rule != "review")
    assert _still_holds(Why(rule), of, calmed, Settled()) == ("급" not in said)


@pytest.mark.parametrize(
    ("parts", "review"),
    [
        ({"kind": Kind.CHAT}, False),
        ({"kind": Kind.INQUIRY}, False),
        ({"department": "network"}, False),
        ({"need": Need.INFORMATION}, False),
        ({"need": Need.RELATIONSHIP}, True),
        ({"urgency": Urgency.HIGH}, True),
    ],
)
def test_a_reading_that_a_pin_decided_needs_no_review(parts: dict[str, Any], review: bool) -> None:
    seen = read("안녕", always("word", "안녕", **parts), of=TO_REVIEW)

    assert seen.review is review
    assert (Why("review") in seen.why) is review
    assert (seen.kind is Kind.CHAT and seen.department == OPERATOR) or not review


@pytest.mark.parametrize("parts", [{"department": "network"}, {"need": Need.SUPPORT}])
def test_what_is_to_review_is_to_be_answered_where_a_pin_decides_anything_but_its_kind(parts: dict[str, Any]) -> None:
    assert read("안녕", always("word", "안녕", **parts), of=TO_REVIEW).kind is Kind.INQUIRY


def test_a_pinned_department_says_nothing_of_feedback_that_is_to_review() -> None:
    seen = read("안녕", to_network("word", "안녕"), of=MAYBE_FEEDBACK)

    assert (seen.kind, seen.review, seen.department) == (Kind.FEEDBACK, True, "network")


def test_a_pinned_department_is_certain_and_so_is_nobody() -> None:
    assert read("안녕", to_network("word", "안녕")).confidence == 1.0
    assert read("안녕", always("word", "안녕", kind=Kind.CHAT)).confidence == 1.0
    assert read("안녕", always("word", "안녕", urgency=Urgency.HIGH)).confidence == 0.8


@pytest.mark.parametrize(
    ("pin", "korean", "english"),
    [
        (
            to_network("word", "번호이동"),
            "'번호이동'이라는 말이 있어 정해 둔 규칙대로 네트워크로 분류했습니다.",
            'It says "번호이동", so it is for Network by a rule of the desk.',
        ),
        (
            always("word", "위약금", department="billing"),
            "'위약금'이라는 말이 있어 정해 둔 규칙대로 요금·청구로 분류했습니다.",
            'It says "위약금", so it is for Billing by a rule of the desk.',
        ),
        (
            always("hashtag", "제이드데이", department=OPERATOR),
            "'#제이드데이' 해시태그가 있어 정해 둔 규칙대로 운영자 담당으로 분류했습니다.",
            'It has the hashtag "#제이드데이", so it is for Operator by a rule of the desk.',
        ),
        (
            always("author", "kim", kind=Kind.JUNK),
            "@kim 계정이 쓴 글이어서 정해 둔 규칙대로 '광고·무관'으로 분류했습니다.",
            'It is by the account @kim, so it counts as "Advertising or unrelated" by a rule of the desk.',
        ),
        (
            never("lang", "ko", "billing"),
            "한국어로 쓴 글이어서 정해 둔 규칙대로 처음에 고른 부서 대신 운영자 담당으로 분류했습니다.",
            "It is in Korean, so it is for the operator instead of another department by a rule of the desk.",
        ),
        (
            always("regex", "^(?=.*제이드데이)(?=.*위약금)", urgency=Urgency.HIGH),
            "찾기로 한 표현이 있어 정해 둔 규칙대로 긴급으로 보았습니다.",
            "It matches a pattern that the desk looks for, so it is urgent by a rule of the desk.",
        ),
        (
            always("regex", "번호.{0,9}위약금", need=Need.INFORMATION),
            "'번호이동 위약금'이라는 말이 있어 정해 둔 규칙대로 정보가 필요한 글로 보았습니다.",
            'It says "번호이동 위약금", so its author wants information by a rule of the desk.',
        ),
    ],
)
def test_the_reason_says_what_was_found_and_what_was_laid_down(pin: Pin, korean: str, english: str) -> None:
    seen = read("번호이동 위약금 #제이드데이", pin, author=Author("5", "kim", "김"))

    assert reason(seen.why[0], seen, small_brand()) == korean
    assert reason(seen.why[0], seen, small_brand(language="en")) == english


def test_each_part_that_a_pin_lays_down_has_its_reason() -> None:
    seen = read("안녕", always("word", "안녕", kind=Kind.FAULT, department="network", urgency=Urgency.HIGH))

    assert [why.rule for why in seen.why[:3]] == ["pin.word.kind", "pin.word.department", "pin.word.high"]


@for_each("language", sorted(LANGUAGES))
@for_each("cause", ["word", "hashtag", "author", "lang", "pattern"])
@for_each("effect", ["kind", "need", "department", "operator", "high", "calm", "never"])
def test_every_cause_and_effect_has_words(language: str, cause: str, effect: str) -> None:
    told = reason(Why(f"pin.{cause}.{effect}", "안녕"), INQUIRY, small_brand(language=language))

    assert told.endswith(".")
    assert "{" not in told


DOUBTS = (TO_REVIEW, MAYBE_FEEDBACK)
SETTLED = st.builds(
    Settled,
    kind=st.none() | st.sampled_from(Kind),
    need=st.none() | st.sampled_from(Need),
    department=st.sampled_from([None, "billing", "network"]),
    urgency=st.none() | st.sampled_from(Urgency),
).filter(kinds_for)
PINS = st.builds(lambda s: Pin("word", "안녕", *s), SETTLED) | st.builds(
    lambda department: never("word", "안녕", department), st.sampled_from(["billing", "network", "pr"])
)


@given(st.lists(PINS, max_size=4), st.sampled_from([INQUIRY, URGENT, RUMOR, FEEDBACK, CHAT, JUNK, *DOUBTS]))
def test_whatever_is_pinned_kind_need_department_and_urgency_agree(pins: list[Pin], of: Reading) -> None:
    seen = read("안녕", *pins, of=of)

    agreement = REVIEWED if seen.review else AGREEMENTS[seen.kind]
    assert not seen.review or seen.kind is of.kind
    assert not seen.review or seen.department == OPERATOR or seen.kind is Kind.FEEDBACK
    assert seen.need in agreement.needs
    assert seen.urgency in agreement.urgencies
    assert (seen.department is not None) == agreement.is_routed
