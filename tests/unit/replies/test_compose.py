"""A reply as X will show it, and where one that is too long is cut."""

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.posts.errors import ForbiddenCharacters, PostNotAccepted, TextEmpty, TooManyCashtags
from desk.replies.compose import reply_posts, weigh_reply
from desk.x.weight import MAX_WEIGHT, links, weigh
from tests.families import for_each, variants

SIGNATURE = "^요금팀"
SENTENCE = "청구서를 다시 확인했고 이중으로 결제된 금액은 오늘 안에 모두 돌려드리겠습니다."
"""78 by X's count."""


def two_parts(text: str, signature: str = "") -> tuple[str, ...] | None:
    """The two posts of a reply; None if it is one."""
    posts = reply_posts(text, signature)
    return tuple(post.text for post in posts) if len(posts) > 1 else None


@pytest.mark.parametrize(
    ("text", "signature", "shown", "length"),
    [
        ("확인했습니다.", "", "확인했습니다.", 13),
        ("확인했습니다.", SIGNATURE, "확인했습니다. ^요금팀", 21),
        ("  확인했습니다.\r\n", SIGNATURE, "확인했습니다. ^요금팀", 21),
        ("확인했습니다. ^요금팀", SIGNATURE, "확인했습니다. ^요금팀", 21),
        ("확인했습니다.\n^요금팀", SIGNATURE, "확인했습니다. ^요금팀", 21),
        ("우리는 요금팀", "팀", "우리는 요금팀 팀", 16),
        ("\u110b\u1161\u11ab\u1102\u1167\u11bc", "", "안녕", 4),
        ("보세요 https://example.com/bill", "A", "보세요 https://example.com/bill A", 32),
    ],
)
def test_a_reply_is_weighed_as_it_will_appear_and_signed_once(
    text: str, signature: str, shown: str, length: int
) -> None:
    weight = weigh_reply(text, signature)

    assert (weight.text, weight.weighted_length, weight.valid) == (shown, length, True)


def test_a_reply_that_is_too_long_is_counted_not_refused() -> None:
    weight = weigh_reply("가" * 137, SIGNATURE)

    assert (weight.weighted_length, weight.valid) == (282, False)
    assert weigh_reply("가" * 136, SIGNATURE).valid


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", TextEmpty),
        (" \n ", TextEmpty),
        ("\u200d", TextEmpty),
        (SIGNATURE, TextEmpty),
        (f" {SIGNATURE} ", TextEmpty),
        ("거꾸로 \u202etxt", ForbiddenCharacters),
        ("$AAPL $TSLA", TooManyCashtags),
    ],
)
def test_a_text_that_x_would_refuse_is_refused(text: str, error: type[PostNotAccepted]) -> None:
    with pytest.raises(error):
        reply_posts(text, SIGNATURE)


def test_a_reply_that_fits_needs_no_cut() -> None:
    assert two_parts(SENTENCE * 3, SIGNATURE) is None


def test_the_first_part_takes_as_many_sentences_as_fit_and_the_second_one_is_signed() -> None:
    cut = two_parts(" ".join([SENTENCE] * 5), SIGNATURE)

    assert cut == (f"{SENTENCE} {SENTENCE} {SENTENCE} …", f"{SENTENCE} {SENTENCE} {SIGNATURE}")
    assert [weigh(part).valid for part in cut] == [True, True]


def test_a_typed_signature_appears_once_in_the_second_part() -> None:
    cut = two_parts(" ".join([SENTENCE] * 5) + f" {SIGNATURE}", SIGNATURE)

    assert cut is not None
    assert cut[1] == f"{SENTENCE} {SENTENCE} {SIGNATURE}"


BEFORE, AFTER = "가" * 50, "나" * 100


@for_each(
    "end",
    [
        "했습니다.", "했나요?", "했어요!", "했습니다...", "했습니다…", '"네."', "(네.)", "Done.",
        "完了しました。", "했습니다. 😊", "했습니다!👍🏽", "했어요~ ^^", "했습니다. ㅎㅎ",
        "고맙습니다", "괜찮으시겠습니까", "연락 주세요", "해 드릴게요 😊", "그렇죠",
    ],
)  # fmt: skip
def test_sentences_end_as_people_end_them(end: str) -> None:
    cut = two_parts(f"{BEFORE} {end} {AFTER}")

    assert cut == (f"{BEFORE} {end} …", AFTER)


def test_a_line_ends_a_sentence_and_one_without_blanks_does_too() -> None:
    assert two_parts(f"{BEFORE}\n\n{AFTER}") == (f"{BEFORE} …", AFTER)
    assert two_parts(f"{BEFORE}。{AFTER}") == (f"{BEFORE}。 …", AFTER)


@pytest.mark.parametrize(
    "no_end",
    [
        "https://example.com/a.html?b=c.d", "3.5배", "1. 첫째", "2026. 11. 24. 오후", "필요 서류", "주요 내용",
        "Mr. Kim", "J. Kim", "e.g. this", "https://exa。mple.com",
        "No. 5", "U.S. number", "안내:\n- 첫째", "제가 아니까 먼저",
    ],
)  # fmt: skip
def test_text_that_only_looks_like_the_end_of_a_sentence_is_not_one(no_end: str) -> None:
    assert two_parts(f"{BEFORE} {no_end} {AFTER}") is None


def test_a_full_stop_wins_over_a_later_polite_ending() -> None:
    cut = two_parts(f"{BEFORE}. 확인했어요 {AFTER}")

    assert cut == (f"{BEFORE}. …", f"확인했어요 {AFTER}")


@pytest.mark.parametrize(
    "text",
    [
        "가" * 200,
        "네. " + "가" * 139,
        f"{BEFORE}. " + "나" * 141,
        " ".join([SENTENCE] * 8),
        "가" * 141 + ".",
    ],
    ids=["no end", "the first part tells nothing", "the second part is too long", "three parts", "only its own end"],
)
def test_where_no_two_parts_make_sense_none_are_offered(text: str) -> None:
    assert two_parts(text) is None


def test_a_signature_needs_its_room_in_the_second_part() -> None:
    text = f"{BEFORE}. " + "나" * 138

    assert two_parts(text) is not None
    assert two_parts(text, SIGNATURE) is None


pieces = st.sampled_from([
    "확인했습니다", "청구서", "필요", "Thanks", "https://example.com/a.b?c=d.", "👨‍👩‍👧‍👦", "🇰🇷", ".", "。",
    "?", "…", " ", " ", "\n",
    "1", "！", "요", "가" * 30, ")", "x" * 40,
])  # fmt: skip


@settings(max_examples=200)
@given(st.lists(pieces, min_size=8, max_size=60).map("".join), st.sampled_from(["", SIGNATURE]))
def test_two_parts_fit_and_together_say_everything_with_no_link_cut(text: str, signature: str) -> None:
    try:
        whole, cut = weigh_reply(text, signature), two_parts(text, signature)
    except TextEmpty:
        return

    if cut is None:
        return
    first, rest = cut
    assert whole.weighted_length > MAX_WEIGHT
    assert weigh(first).valid
    assert weigh(rest).valid
    assert "".join(f"{first.removesuffix(' …')}{rest}".split()) == "".join(whole.text.split())
    assert [url for *_, url in links(first) + links(rest)] == [url for *_, url in links(whole.text)]


@variants("unit", [".", "가. ", "!)", "😊", " \n", "。", "니다 ", "a.b.c. ", "https://a.kr/"], 3)
def test_even_a_huge_text_takes_little_time(unit: str) -> None:
    began = process_time()

    two_parts("가" + unit * (100_000 // len(unit)) + "가", SIGNATURE)

    assert process_time() - began < 5
