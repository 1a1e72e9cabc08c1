"""The price of a post is reserved before it is created: a link that X recognises raises it, whatever its script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.x.endpoints import price_of_post
from desk.x.weight import links

WITH_LINK = 200_000
AROUND = st.sampled_from(["", "a", "7", "é", "가", "-", "_", ".", " ", "@", "/x", "에서"])
DOMAINS = st.sampled_from(["com", "KR", "한국", "닷컴", "닷넷", "삼성", "みんな", "संगठन", "xn--3e0b707e", "고객"])


@pytest.mark.parametrize(
    "text",
    [
        "https://emerald.example",
        "emerald.example에서 보세요",
        "EMERALD.COM",
        "café.com",
        "cafe\u0301.com",
        "emerald.닷컴",
        "emerald.한국에서 보세요",
        "emerald.삼성",
        "emerald.みんな",
    ],
)
def test_a_post_with_a_link_costs_more(text: str) -> None:
    assert price_of_post(text, is_reply=False) == price_of_post(text, is_reply=True) == WITH_LINK


@pytest.mark.parametrize("text", ["안녕하세요.감사합니다", "5G.안녕하세요", "데이터 3.5GB", "요금제 A. 내일부터"])
def test_a_sentence_without_a_link_costs_less(text: str) -> None:
    assert (price_of_post(text, is_reply=False), price_of_post(text, is_reply=True)) == (15_000, 10_000)


@given(before=AROUND, last=AROUND, domain=DOMAINS, after=AROUND)
def test_no_text_with_a_link_has_the_price_of_one_without(before: str, last: str, domain: str, after: str) -> None:
    text = f"{before}{last}.{domain}{after}"

    assert not links(text) or price_of_post(text, is_reply=False) == WITH_LINK
