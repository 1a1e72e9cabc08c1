"""Numbers that belong to one person are found however they are written; those that everybody may know are not."""

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.private_numbers import PrivateNumber, masked, private_numbers_in
from tests.families import for_each

PHONE, RESIDENT, CARD = PrivateNumber.PHONE, PrivateNumber.RESIDENT, PrivateNumber.CARD
ACCOUNT, ORDER = PrivateNumber.ACCOUNT, PrivateNumber.ORDER


@for_each(
    "text, shown",
    [
        ("010-1234-5678로 연락 주세요", "●●●-●●●●-●●78로 연락 주세요"),
        ("번호는01012345678입니다", "번호는●●●●●●●●●78입니다"),
        ("010 1234 5678", "●●● ●●●● ●●78"),
        ("010.1234.5678", "●●●.●●●●.●●78"),
        ("010 - 1234 - 5678", "●●● - ●●●● - ●●78"),
        ("010–1234–5678", "●●●–●●●●–●●78"),
        ("０１０－１２３４－５６７８", "●●●－●●●●－●●７８"),
        ("011-123-4567", "●●●-●●●-●●67"),
        ("+82 10-1234-5678", "+●● ●●-●●●●-●●78"),
        ("+82 (0)10 1234 5678", "+●● (●)●● ●●●● ●●78"),
        ("+821012345678", "+●●●●●●●●●●78"),
        ("0082-10-1234-5678", "●●●●-●●-●●●●-●●78"),
        ("821012345678", "●●●●●●●●●●78"),
        ("02-123-4567", "●●-●●●-●●67"),
        ("02)1234-5678", "●●)●●●●-●●78"),
        ("(031) 123-4567", "(●●●) ●●●-●●67"),
        ("0212345678", "●●●●●●●●78"),
        ("070-1234-5678", "●●●-●●●●-●●78"),
        ("0507-1234-5678", "●●●●-●●●●-●●78"),
        ("01012345678@jade.example", "●●●●●●●●●78@jade.example"),
    ],
)
def test_a_phone_number_is_found_and_masked_but_for_its_last_two_digits(text: str, shown: str) -> None:
    assert private_numbers_in(text) == (PHONE,)
    assert masked(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("900101-1234567", "●●●●●●-●●●●●67"),
        ("주민번호 0012313234567요", "주민번호 ●●●●●●●●●●●67요"),
        ("000229 4123456", "●●●●●● ●●●●●56"),
        ("850630-5123456", "●●●●●●-●●●●●56"),
    ],
)
def test_a_resident_registration_number_is_found_by_its_birthday(text: str, shown: str) -> None:
    assert private_numbers_in(text) == (RESIDENT,)
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text", ["901301-1234567", "900132-1234567", "900230-1234567", "900100-1234567", "900101-9234567"]
)
def test_what_begins_with_no_birthday_is_no_resident_registration_number(text: str) -> None:
    assert private_numbers_in(text) == ()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("4111-1111-1111-1111", "●●●●-●●●●-●●●●-●●11"),
        ("카드는 4111 1111 1111 1111", "카드는 ●●●● ●●●● ●●●● ●●11"),
        ("5555555555554444예요", "●●●●●●●●●●●●●●44예요"),
        ("3782-822463-10005", "●●●●-●●●●●●-●●●05"),
    ],
)
def test_a_card_is_found_by_its_check_digit(text: str, shown: str) -> None:
    assert private_numbers_in(text) == (CARD,)
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text", ["4111-1111-1111-1112", "5555555555554445", "41111111111111111", "x4111111111111111", "1000-0000-0000-0008"]
)
def test_sixteen_digits_without_a_right_check_digit_are_no_card(text: str) -> None:
    assert private_numbers_in(text) == ()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("계좌번호: 국민 123456-78-901234", "계좌번호: 국민 ●●●●●●-●●-●●●●34"),
        ("계좌는 110123456789입니다", "계좌는 ●●●●●●●●●●89입니다"),
        ("계좌 110 123 456789", "계좌 ●●● ●●● ●●●●89"),
        ("은행 (홍길동) 1000-1234-5678", "은행 (홍길동) ●●●●-●●●●-●●78"),
        ("My bank account is 123456789", "My bank account is ●●●●●●●89"),
        ("Account 123456789", "Account ●●●●●●●89"),
        ("국민은행 123456789012", "국민은행 ●●●●●●●●●●12"),
        ("123456-78-901234", "●●●●●●-●●-●●●●34"),
        ("110-123-456789로 보내 주세요", "●●●-●●●-●●●●89로 보내 주세요"),
        ("1002-123-456789", "●●●●-●●●-●●●●89"),
        ("3333-01-1234567", "●●●●-●●-●●●●●67"),
        ("123-910012-12345", "●●●-●●●●●●-●●●45"),
        ("301-1234-5678-91", "●●●-●●●●-●●●●-91"),
        ("123-123456-01-123", "●●●-●●●●●●-●●-●23"),
    ],
)
def test_an_account_is_found_after_its_word_or_as_banks_write_it(text: str, shown: str) -> None:
    assert private_numbers_in(text) == (ACCOUNT,)
    assert masked(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("주문번호 20261124001 확인 부탁드려요", "주문번호 ●●●●●●●●●01 확인 부탁드려요"),
        ("주문 번호는 123456이에요", "주문 번호는 ●●●●56이에요"),
        ("주문번호: #ORD-2026-112400", "주문번호: #ORD-●●●●-●●●●00"),
        ("order number is 998877", "order number is ●●●●77"),
        ("Order no. 998877", "Order no. ●●●●77"),
        ("order ID: 998877", "order ID: ●●●●77"),
        ("주문번호 #998877", "주문번호 #●●●●77"),
        ("#주문번호 998877", "#주문번호 ●●●●77"),
    ],
)
def test_an_order_is_found_after_its_word(text: str, shown: str) -> None:
    assert private_numbers_in(text) == (ORDER,)
    assert masked(text) == shown


@for_each(
    "text",
    [
        "",
        "고객센터 114로 전화해 주세요",
        "긴급전화 119, 경찰 112",
        "1588-0000, 1600-1234, 1899 0000, 15880000",
        "수신자 부담 080-123-4567",
        "계좌 문의는 1588-0000이나 080-123-4567",
        "주문번호 1588-0000",
        "계좌 문의는 080-123-4567",
        "통장 2-3개, 계좌 12-34",
        "55-02-123-4567",
        "주문번호 문의는 02시까지",
        "요금은 1,234,567원입니다",
        "55000원 → 49,900원 (10000000000원)",
        "계좌에서 123456789원이 빠졌어요",
        "2026-11-24 14:30, 2026.11.24., 20261124",
        "계좌이체 2026-11-24 14:00 예정",
        "주문번호 2026-11-24",
        "2026-11-123456",
        "1987년부터 2026년까지",
        "#01012345678번 #20261124이벤트",
        "@user_01012345678 @01012345678",
        "https://x.com/i/status/1860000000000000000",
        "https://example.com/?tel=010-1234-5678",
        "www.example.com/01012345678 x.com/jade/status/01012345678",
        "글 1860000000000000000",
        "문의 번호 7Q2M4-XD93K, 12345-67890",
        "사업자 123-45-67890",
        "송장 6012-3456-7890",
        "13.0101234567, 3.01012345678",
        "010-1234, 010-1234-567890123",
        "모델 SM01012345678A",
        "100-100-100",
        "https://example.com/bank 123456789",
        "@jadebank 123456789",
    ],
)
def test_what_everybody_may_know_is_left_as_it_is(text: str) -> None:
    assert private_numbers_in(text) == ()
    assert masked(text) == text


def test_several_kinds_of_numbers_are_each_named_once_in_order() -> None:
    text = "주문번호 998877, 010-1234-5678 또는 02-123-4567, 900101-1234567"

    assert private_numbers_in(text) == (ORDER, PHONE, RESIDENT)
    assert masked(text) == "주문번호 ●●●●77, ●●●-●●●●-●●78 또는 ●●-●●●-●●67, ●●●●●●-●●●●●67"


@pytest.mark.parametrize("unseen", ["\u200b", "\u200c", "\u200d", "\u00ad", "\u2060", "\ufe0f"])
def test_what_nobody_sees_hides_no_number(unseen: str) -> None:
    number = unseen.join("010-1234-5678")

    assert masked(f"전화 {number}!") == f"전화 {unseen.join('●●●-●●●●-●●78')}!"


def test_a_phone_number_after_the_word_account_is_a_phone_number() -> None:
    assert private_numbers_in("계좌 문의 010-1234-5678") == (PHONE,)


def test_a_number_beside_a_link_is_found() -> None:
    assert masked("https://jade.example/a,010-1234-5678 봐요") == "https://jade.example/a,●●●-●●●●-●●78 봐요"


digit = st.sampled_from("0123456789")
gaps = st.sampled_from(["", "-", " ", " - ", "."])
words = st.text(st.sampled_from("가나다 요.,!?\n"), max_size=12)


@given(words, gaps, st.text(digit, min_size=8, max_size=8), words)
def test_every_mobile_number_is_found_in_any_text(before: str, gap: str, eight: str, after: str) -> None:
    number = f"010{gap}{eight[:4]}{gap}{eight[4:]}"
    shown = masked(f"{before} {number}님{after}")

    assert private_numbers_in(f"{before} {number}님{after}") == (PHONE,)
    assert shown == f"{before} ●●●{gap}●●●●{gap}●●{eight[6:]}님{after}"


anything = st.lists(
    st.sampled_from([
        *"0123456789", *" -.,:)(#@_+/●", "010", "02", "82", "900101", "1234", "1111", "4111", "계좌",
        "주문번호", "은행", "가", "a",
        "https://", "www.", "원", "x.com/", "\n", "０", "①",
    ]),
    max_size=40,
).map("".join) | st.text(max_size=40)  # fmt: skip


@settings(max_examples=500)
@given(anything)
def test_masking_changes_digits_only_and_leaves_nothing_to_find(text: str) -> None:
    shown = masked(text)

    assert len(shown) == len(text)
    assert all(now == was or (now == "●" and was.isdecimal()) for now, was in zip(shown, text, strict=True))
    assert (shown == text) is (private_numbers_in(text) == ())
    assert masked(shown) == shown


@for_each(
    "unit",
    [
        "0", "1", "01", "010-", "02 ", "4111 ", "1-", "1 2 ", "계좌", "계좌 ", "계좌 1", "주문번호 1-",
        "a-", "a.", "@", "#1", "www.", "+82",
        "010-1234-5678 ", "900101-1234567 ", "(", "0 0", "가", "order number ", "●1", "-", "#1_", "https://a.b/c ",
    ],
)  # fmt: skip
def test_even_a_huge_text_takes_little_time(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    began = process_time()

    private_numbers_in(text)
    masked(text)

    assert process_time() - began < 4
