"""The desk's reader: heads decide, rules for what must not be missed stand above them."""

import inspect
import re
from collections.abc import Mapping
from copy import replace
from datetime import UTC, datetime
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.brand import Brand
from desk.cases.author_cases import AuthorCase
from desk.cases.model import CaseState
from desk.mentions.model import Mention, Parent
from desk.reader import signs as kinds
from desk.reader import signs as urgency
from desk.reader import trained_reader, words_reader
from desk.reader.explain import reason
from desk.reader.heads import DEPARTMENT, Trained
from desk.reader.pins import with_last_department
from desk.reader.trained_reader import TrainedReader
from desk.reader.words_reader import WordsReader
from desk.reading import OPERATOR, REVIEW, Kind, Need, Reading, Safety, Urgency, Why
from desk.x.model import Media, XPost
from tests.brands import emerald, other_brand, small_brand
from tests.families import for_each
from tests.unit.reader.toy_heads import INQUIRY, constant, hearing, trained
from training.corpus import load_part

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PICTURE = (Media("photo", None, None),)
SHIPPED = TrainedReader(emerald())
BRANDS = (emerald(), replace(emerald(), language="en"))
WHOSE = hearing({"billing": "파랑이가", "network": "빨강이가", "operator": "노랑이가"})
"""Of words that desk.yaml does not have."""
MEANT_NOTHING = "음 그거 말인데요"
SAYS = {
    "inquiry": "나오나요?", "fault": "안 잡혀요 먹통이에요", "rumor": "가",
    "feedback": "나", "chat": "다", "junk": "라",
}  # fmt: skip
LEANING = hearing(SAYS)
"""A head of kinds that leans on these words."""


def mostly(kind: str, share: float = 0.9) -> Mapping[str, float]:
    rest = (1 - share) / (len(Kind) - 1)
    return {str(each): share if each == kind else rest for each in Kind}


def mention(text: str, *, media: tuple[Media, ...] = (), parent: str | None = None) -> Mention:
    before = Parent("8", XPost("8", parent, "6", NOON, "8", "und", ("8",))) if parent is not None else None
    return Mention(XPost("9", f"@jade {text}", "5", NOON, "9", "und", ("9",), media=media), NOON, before)


def read(text: str, heads: Trained, *, brand: Brand | None = None, parent: str | None = None) -> Reading:
    return TrainedReader(brand or small_brand(), heads).read(mention(text, parent=parent))


def rules(of: Reading) -> list[str]:
    return [why.rule for why in of.why]


def test_the_heads_decide_the_reading() -> None:
    seen = read(MEANT_NOTHING, trained(mostly("fault"), department=constant({"billing": 0.1, "network": 0.9})))

    assert seen[:5] == (Kind.FAULT, Need.SUPPORT, "network", Urgency.NORMAL, "ko")
    assert seen.confidence == pytest.approx(0.9)
    assert rules(seen)[0] == "like_fault"


@pytest.mark.parametrize("parent", [None, "청구서 이야기"])
def test_words_of_desk_yaml_make_a_doubtful_head_sure(parent: str | None) -> None:
    text = MEANT_NOTHING if parent else f"청구서 {MEANT_NOTHING}"
    heads = {words: trained(department=constant({"billing": 0.6, "network": 0.4}), words=words) for words in (0.0, 3.0)}

    without, beside = (read(text, each, parent=parent).department for each in heads.values())

    assert (without, beside) == (OPERATOR, "billing")


@pytest.mark.parametrize("kind", ["chat", "junk"])
def test_certain_chat_and_junk_go_to_nobody(kind: str) -> None:
    seen = read(MEANT_NOTHING, trained(mostly(kind), department=WHOSE))

    assert seen[:4] == (Kind(kind), Need.RELATIONSHIP, None, Urgency.LOW)
    assert seen.why == (Why(f"like_{kind}"),)
    assert seen.confidence == pytest.approx(0.9 + 0.02)


@pytest.mark.parametrize("kind", ["chat", "junk"])
def test_a_doubtful_chat_or_junk_is_for_the_operator_to_review(kind: str) -> None:
    seen = read(
        MEANT_NOTHING, trained(mostly(kind, 0.5), nobody=0.65, department=constant({"billing": 0.9, "pr": 0.1}))
    )

    assert seen[:4] == (Kind(kind), Need.RELATIONSHIP, OPERATOR, Urgency.NORMAL)
    assert seen.confidence == pytest.approx(0.4)
    assert seen.why == (Why(f"like_{kind}"), Why("review"))
    assert seen.review
    assert seen.opens_case
    assert seen.is_published


def test_doubtful_feedback_is_for_its_department_to_review() -> None:
    heads = trained(mostly("feedback", 0.3), feedback=9.0, department=constant({"billing": 0.9, "pr": 0.1}))

    seen = read(MEANT_NOTHING, heads)

    assert seen[:4] == (Kind.FEEDBACK, Need.RELATIONSHIP, "billing", Urgency.NORMAL)
    assert seen.why[:2] == (Why("like_feedback"), Why("review"))
    assert seen.review
    assert seen.opens_case


@pytest.mark.parametrize("kind", ["inquiry", "fault", "rumor"])
def test_nothing_that_somebody_answers_is_to_review_however_doubtful(kind: str) -> None:
    assert not read(MEANT_NOTHING, trained(mostly(kind, 0.3))).review


@pytest.mark.parametrize(("share", "review"), [(0.8, True), (0.85, False)])
@pytest.mark.parametrize("text", ["청구서 파랑이가", "my bill", "제이드 안테나 최고"])
def test_what_bears_the_brands_own_words_must_be_surer_to_be_nobodys(text: str, share: float, review: bool) -> None:
    assert read(text, trained(mostly("chat", share))).review is review


@pytest.mark.parametrize("text", ["제이드 화이팅", "jade the best", "@jade 굿모닝", "모닝 커피 한 잔"])
def test_the_brands_name_its_handle_and_greetings_are_none_of_its_own_words(text: str) -> None:
    network = small_brand().departments["network"]
    named = replace(network, words=(*network.words, "제이드", "jade", "모닝"))
    brand = replace(small_brand(), departments={**small_brand().departments, "network": named})

    assert not read(text, trained(mostly("chat", 0.8)), brand=brand).review


def test_a_mention_to_review_stays_with_the_operator_even_if_a_department_had_the_last_case() -> None:
    seen = read(MEANT_NOTHING, trained(mostly("chat", 0.5), nobody=0.65))

    assert (
        with_last_department(seen, AuthorCase("7Q2M4-00001", "billing", Kind.INQUIRY, CaseState.OPEN, NOON, None))
        is seen
    )


def test_a_mention_to_review_may_be_urgent() -> None:
    seen = read(MEANT_NOTHING, trained(mostly("chat", 0.5), nobody=0.65, high=0.4))

    assert (seen.review, seen.urgency, rules(seen)) == (True, Urgency.HIGH, ["like_chat", "review", "like_urgent"])


@pytest.mark.parametrize("kind", ["chat", "junk", "feedback"])
def test_urgent_words_are_never_chat_junk_or_feedback(kind: str) -> None:
    seen = read("내일까지 답 없으면 소송 갑니다. 환불해 주세요", trained({**mostly(kind, 0.99), "inquiry": 0.004}))

    assert (seen.kind, seen.urgency) == (Kind.INQUIRY, Urgency.HIGH)
    assert rules(seen)[-1] == "legal"


def test_the_head_calls_urgent_too() -> None:
    seen = read(MEANT_NOTHING, trained(high=0.4))

    assert seen.urgency is Urgency.HIGH
    assert rules(seen)[-1] == "like_urgent"


def test_feedback_is_never_urgent() -> None:
    seen = read(MEANT_NOTHING, trained(mostly("feedback"), high=0.4))

    assert (seen.need, seen.urgency) == (Need.RELATIONSHIP, Urgency.LOW)
    assert "like_urgent" not in rules(seen)


@pytest.mark.parametrize(
    ("kind", "support", "need"),
    [
        ("inquiry", 0.7, Need.SUPPORT),
        ("inquiry", 0.3, Need.INFORMATION),
        ("fault", 0.3, Need.SUPPORT),
        ("rumor", 0.7, Need.INFORMATION),
        ("feedback", 0.7, Need.RELATIONSHIP),
    ],
)
def test_the_need_is_the_heads_for_inquiries_and_follows_from_other_kinds(
    kind: str, support: float, need: Need
) -> None:
    assert read(MEANT_NOTHING, trained(mostly(kind), support=support)).need is need


def test_a_department_that_is_not_sure_is_the_operators() -> None:
    seen = read(MEANT_NOTHING, trained(department=constant({"billing": 0.79, "network": 0.21})))

    assert seen.department == OPERATOR
    assert seen.confidence == pytest.approx(0.79)
    assert rules(seen)[1:] == ["uncertain"]


def test_the_operators_own_matter_is_no_doubt() -> None:
    seen = read("노랑이가", trained(department=WHOSE))

    assert seen.department == OPERATOR
    assert len(seen.why) == 1


def test_the_post_replied_to_makes_sure_whose_matter_a_reply_is() -> None:
    heads = trained(department=WHOSE)

    alone, replied = read("저도요 그럼요", heads), read("저도요 그럼요", heads, parent="@kim 빨강이가")

    assert (alone.department, replied.department) == (OPERATOR, "network")
    assert (rules(alone)[1:], rules(replied)[1:]) == (["uncertain"], ["context"])
    assert replied.confidence >= 0.8


def test_the_post_replied_to_changes_nothing_of_what_is_sure() -> None:
    seen = read("파랑이가", trained(department=WHOSE), parent="빨강이가 빨강이가")

    assert seen.department == "billing"
    assert "context" not in rules(seen)


@pytest.mark.parametrize("parent", ["", "그럼요"])
def test_a_post_replied_to_that_tells_nothing_leaves_the_doubt(parent: str) -> None:
    assert rules(read("저도요", trained(department=WHOSE), parent=parent))[1:] == ["uncertain"]


def test_a_reply_that_points_two_ways_does_so_under_a_post_that_points_one_way() -> None:
    heads = trained(department=hearing({"billing": "청구서", "network": "안테나"}))

    assert read("청구서 안테나", heads, parent="안테나").department == OPERATOR
    assert read("저도요", heads, parent="안테나").department == "network"


def test_of_a_long_post_replied_to_only_the_beginning_is_read() -> None:
    heads = trained(department=WHOSE)

    assert read("저도요", heads, parent="ㄴ" * 900 + " 빨강이가").department == "network"
    assert read("저도요", heads, parent="ㄴ" * 1_000 + " 빨강이가").department == OPERATOR


def test_a_post_replied_to_that_x_no_longer_shows_is_none() -> None:
    gone = mention("저도요")._replace(parent=Parent("8", None))

    assert TrainedReader(small_brand(), trained(department=WHOSE)).read(gone).department == OPERATOR


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("파랑이가", Why("department_word", "파랑이가")),
        ("청구서 파랑이가 파랑이가", Why("department_word", "파랑이가")),
    ],
)
def test_a_word_of_desk_yaml_on_which_the_head_does_not_lean_is_no_reason(text: str, why: Why) -> None:
    assert read(text, trained(department=WHOSE)).why[1] == why


def test_a_word_of_desk_yaml_on_which_the_head_leans_is_the_reason_before_any_other() -> None:
    heads = trained(department=hearing({"billing": "청구서 파랑이가", "network": "빨강이가"}))

    assert read("청구서 파랑이가", heads).why[1] == Why("department_word", "청구서")


def test_a_word_of_desk_yaml_that_decides_by_its_vote_is_the_reason() -> None:
    undecided = constant({"billing": 0.5, "network": 0.5})

    assert read("음 청구서 말인데요", trained(department=undecided, words=2.0)).why[1] == Why(
        "department_word", "청구서"
    )


def test_a_department_without_a_word_of_its_own_is_chosen_by_likeness() -> None:
    seen = read(MEANT_NOTHING, trained(department=constant({"billing": 0.9, "network": 0.1})))

    assert seen.why[1] == Why("department_like")


def test_a_rumor_is_for_the_press_even_if_the_head_disagrees() -> None:
    heads = trained(mostly("rumor"), department=constant({"billing": 0.9, "pr": 0.1}))

    assert read(MEANT_NOTHING, heads, brand=emerald()).department == "pr"
    assert read(MEANT_NOTHING, heads).department == OPERATOR


@pytest.mark.parametrize("share", [0.6, 0.9])
def test_a_rumors_department_is_as_sure_as_that_it_is_a_rumor(share: float) -> None:
    assert read(MEANT_NOTHING, trained(mostly("rumor", share))).confidence == pytest.approx(share)


def test_why_quotes_the_author() -> None:
    by_words = trained(LEANING, department=None)
    by_heads = trained(department=hearing({"billing": "bill", "network": "빨강이가"}))

    assert read("전화가 안 잡혀요", by_words).why[0] == Why("fault_word", "안 잡혀요")
    assert read("my BILL please", trained(department=None)).why[1] == Why("department_word", "BILL")
    assert read("my BILL please", by_heads).why[1] == Why("department_word", "BILL")


def test_why_tells_the_kinds_reason_then_the_departments_then_the_urgencys() -> None:
    text = "동네 전체가 데이터 먹통이에요 다들 안 된대요 청구서"

    assert rules(read(text, trained(LEANING, department=None))) == ["fault_word", "department_word", "outage"]
    assert rules(read(MEANT_NOTHING, trained(department=WHOSE, high=0.4))) == [
        "like_inquiry", "uncertain", "like_urgent",
    ]  # fmt: skip


def test_signs_give_the_reason_where_the_head_leans_on_them() -> None:
    text = "청구서는 언제 나오나요?"

    assert read(text, trained(LEANING)).why[0] == Why("question", "나오나요")
    assert read(text, trained(mostly("feedback"))).why[0] == Why("like_feedback")


def test_a_sign_that_says_the_same_as_the_head_but_on_which_it_does_not_lean_is_no_reason() -> None:
    elsewhere = hearing({**SAYS, "inquiry": "청구서는"})

    assert read("청구서는 언제 나오나요?", trained(elsewhere)).why[0] == Why("like_inquiry")
    assert read("청구서는 언제 나오나요?", trained(INQUIRY)).why[0] == Why("like_inquiry")


def test_words_that_understood_nothing_are_no_reason() -> None:
    assert read(MEANT_NOTHING, trained(mostly("inquiry", 0.99))).why[0] == Why("like_inquiry")


def test_without_a_head_of_its_own_a_brands_words_tell_departments_apart() -> None:
    heads = trained(department=None)

    billing, unclear = read("이번 달 청구서는 언제 나오나요?", heads), read(MEANT_NOTHING, heads)

    assert (billing.department, billing.why[1]) == ("billing", Why("department_word", "청구서"))
    assert (unclear.department, rules(unclear)[1:]) == (OPERATOR, ["uncertain"])
    assert (billing.confidence, unclear.confidence) == (0.6, 0.0)


def test_likeness_alone_claims_less_than_a_word() -> None:
    alike = read("지하철에서 전화가 자꾸 끊겨요 진짜", trained(department=None))

    assert (alike.department, rules(alike)[1], alike.confidence) == ("network", "department_like", 0.3)


def test_another_brands_words_decide_the_department_until_it_trains_a_head() -> None:
    seen = TrainedReader(other_brand()).read(mention("I lost my umbrella yesterday, can you help?"))

    assert seen.department == "lost-property"


@pytest.mark.parametrize("text", ["", "...", "https://example.com/a", "@kim @lee", "  \n"])
def test_a_text_without_words_is_junk_even_if_the_heads_disagree(text: str) -> None:
    seen = read(text, trained(mostly("fault", 0.99), high=0.9))

    assert (seen.kind, rules(seen)) == (Kind.JUNK, ["empty"])


def test_emoji_alone_are_chat_even_if_the_heads_disagree() -> None:
    seen = read("💚💚", trained(mostly("fault", 0.99), high=0.9))

    assert (seen.kind, rules(seen)) == (Kind.CHAT, ["emoji"])


@pytest.mark.parametrize("text", ["", "이거요", "💚"])
def test_little_text_with_a_picture_goes_to_the_operator_even_if_the_heads_disagree(text: str) -> None:
    seen = TrainedReader(small_brand(), trained(mostly("junk", 0.99))).read(mention(text, media=PICTURE))

    assert (seen.department, rules(seen)) == (OPERATOR, ["picture"])


def test_only_the_beginning_of_a_long_post_is_read() -> None:
    heads = trained(department=WHOSE)

    assert read("ㄴ" * 900 + " 빨강이가", heads).department == "network"
    assert read("ㄴ" * 1_000 + " 빨강이가", heads).department == OPERATOR


def test_letters_taken_apart_are_read_as_whole_ones() -> None:
    apart = "\u1111\u1161\u1105\u1161\u11bc\u110b\u1175\u1100\u1161"

    assert read(apart, trained(department=WHOSE)) == read("파랑이가", trained(department=WHOSE))


@pytest.mark.parametrize(("kind", "kept"), [("inquiry", True), ("feedback", True), ("chat", True), ("junk", False)])
def test_terms_are_kept_of_all_but_junk(kind: str, kept: bool) -> None:
    assert ("청구서" in read("청구서 파랑이가", trained(mostly(kind), department=WHOSE)).terms) is kept


def test_terms_are_kept_of_what_words_alone_would_have_thrown_away() -> None:
    seen = read("코인 리딩방 수익률 보장 청구서", trained(mostly("chat")))

    assert WordsReader(small_brand()).read(mention("코인 리딩방 수익률 보장 청구서")).kind is Kind.JUNK
    assert "청구서" in seen.terms


def test_a_handle_in_wide_letters_says_nothing_that_heads_could_read() -> None:
    seen = read("＠ｋｉｍ", trained(mostly("junk", 0.99)))

    assert (seen.kind, seen.department, rules(seen)) == (Kind.INQUIRY, OPERATOR, ["no_sign", "uncertain"])


def emitted() -> set[str]:
    """Every rule that a reading can have, by the sources of those that make them."""
    modules = (trained_reader, words_reader, urgency)
    named = {rule for module in modules for rule in re.findall(r'Why\("(\w+)"', inspect.getsource(module))}
    hurry = {"outage", "leak", "legal", REVIEW, *Safety}
    return named | {rule.why for rule in kinds._RULES} | {f"like_{kind}" for kind in Kind} | hurry


@for_each("rule", sorted(emitted()))
def test_every_reason_has_a_sentence_in_both_languages(rule: str) -> None:
    seen = read(MEANT_NOTHING, trained())

    assert all(reason(Why(rule, "청구서"), seen, brand) for brand in BRANDS)


def test_the_reasons_that_are_looked_for_are_all_there() -> None:
    assert {"uncertain", "context", "like_urgent", "department_word", "picture", "question"} <= emitted()


@given(st.text(max_size=300), st.booleans(), st.one_of(st.none(), st.text(max_size=100)))
def test_any_text_is_read_the_same_way_twice_and_explains_itself(text: str, pictured: bool, parent: str | None) -> None:
    asked = mention(text, media=PICTURE if pictured else (), parent=parent)

    seen = SHIPPED.read(asked)

    assert seen == SHIPPED.read(asked)
    assert 0 <= seen.confidence <= 1
    assert (seen.department is None) == (seen.kind in (Kind.CHAT, Kind.JUNK) and not seen.review)
    assert seen.department is None or seen.department in emerald().departments
    assert seen.why
    assert all(reason(why, seen, brand) for why in seen.why for brand in BRANDS)


HOSTILE = {
    "as long as X allows": "".join(chr(0xAC00 + place % 11_172) for place in range(25_000)),
    "one word": "".join(chr(0xAC00 + 37 * place % 11_172) for place in range(4_000)),
    "marks alone": "\u0301" * 5_000,
    "people joined": "👨\u200d👩\u200d👧\u200d👦" * 800,
    "from the right": "\u202eمرحبا بكم " * 400,
    "nothing": "\0" * 5_000,
    "half characters": "\ud83d" * 5_000,
    "handles": "@abcdefghij " * 500,
    "links": "https://t.co/abcdefghij" * 300,
    "figures": "119" * 2_000,
    "Korean letters apart": "ㅋㅋ\u1100" * 2_000,
    "wide letters": "ＷＩ－ＦＩ　" * 1_000,
    "one letter that is eighteen": "\ufdfa" * 5_000,
    "one syllable a line": "\n안" * 5_000,
    "questions": "? " * 5_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_takes_little_more_time_than_an_ordinary_one(text: str) -> None:
    ordinary = "어제부터 인터넷이 자꾸 끊겨요. 기사님은 언제 오시나요? " * 8  # 256 letters

    assert time_to_read(text) < 60 * time_to_read(ordinary)

    seen = SHIPPED.read(mention(text, parent=text[::-1]))
    assert all(reason(why, seen, brand) for why in seen.why for brand in BRANDS)


def time_to_read(text: str) -> float:
    """The shortest of three, in seconds of the processor: the first loads what is loaded once."""
    asked = mention(text, parent=text[::-1])
    times = []
    for _ in range(3):
        before = process_time()
        SHIPPED.read(asked)
        times.append(process_time() - before)
    return min(times)


@pytest.mark.parametrize("text", ["\ud800", "\udfff 와이파이가 안 돼요", "청구서 \ud83d"])
def test_half_a_character_is_read(text: str) -> None:
    assert SHIPPED.read(mention(text)).why


def test_the_shipped_heads_are_in_use() -> None:
    assert DEPARTMENT.exists()
    assert SHIPPED._trained.department([1, 2, 3], {}) is not None


@pytest.mark.parametrize("at", range(0, 1000, 250))
def test_is_routed_agrees_with_the_reading_on_the_corpus(at: int) -> None:
    for each in load_part("test")[at : at + 250]:
        assert SHIPPED.is_routed(mention(each.text)) == SHIPPED.read(mention(each.text)).is_published


@given(st.text(max_size=60), st.sampled_from([(), PICTURE]))
def test_is_routed_agrees_with_the_reading_on_any_text(text: str, media: tuple[Media, ...]) -> None:
    assert SHIPPED.is_routed(mention(text, media=media)) == SHIPPED.read(mention(text, media=media)).is_published


@pytest.mark.parametrize(
    ("text", "kind", "high", "is_routed"),
    [
        (MEANT_NOTHING, "inquiry", 0.1, True),
        (MEANT_NOTHING, "chat", 0.1, False),
        (MEANT_NOTHING, "junk", 0.6, False),
        ("내일까지 답 없으면 소송 갑니다. 환불해 주세요", "chat", 0.1, True),
        ("죽고 싶다 진짜", "chat", 0.1, True),
    ],
)
def test_a_mention_is_routed_unless_it_is_certainly_for_nobody_and_not_urgent(
    text: str, kind: str, high: float, *, is_routed: bool
) -> None:
    reader = TrainedReader(small_brand(), trained(mostly(kind), high=high))

    assert reader.is_routed(mention(text)) is is_routed is reader.read(mention(text)).is_published


def test_signs_are_not_looked_for_if_the_heads_route_the_mention(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(WordsReader, "by_signs")

    assert SHIPPED.is_routed(mention("이번 달 청구서 왜 두 배예요?"))
