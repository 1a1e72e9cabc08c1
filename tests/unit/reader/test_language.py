import pytest

from desk.reader.language import language_of
from tests.families import for_each


@pytest.mark.parametrize(
    ("text", "stated", "language"),
    [
        ("데이터가 너무 느려요", "und", "ko"),
        ("eSIM QR 재발급 되나요", "en", "ko"),
        ("ㅋㅋㅋ", "und", "ko"),
        ("Why is my data so slow today?", "und", "en"),
        ("no signal", "en", "en"),
        ("予約はいつ始まりますか", "und", "ja"),
        ("请问几点开门", "ja", "zh"),
        ("¿Cuándo abre la tienda?", "es", "other"),
        ("Kapan toko buka besok pagi", "in", "other"),
        ("Когда откроется магазин", "ru", "other"),
        ("123", "ko", "ko"),
        ("😀", "qme", "other"),
        ("", "und", "other"),
    ],
)
def test_the_script_tells_the_language_and_x_is_asked_where_it_does_not(text: str, stated: str, language: str) -> None:
    assert language_of(text, stated) == language


@for_each("text", ["clowns 🤡", "ok", "refund pls", "Gimhae outage", "TRAVEL eSIM 90 countries"])
@for_each("stated", ["und", "zxx", "qht", "en", ""])
def test_latin_letters_without_a_common_word_are_english_unless_x_knows_better(text: str, stated: str) -> None:
    assert language_of(text, stated) == "en"
    assert language_of(text, "et") == "other"


def test_korean_in_latin_letters_is_what_x_takes_it_for() -> None:
    assert language_of("jebal gochyeo juseyo", "ko") == "ko"


@pytest.mark.parametrize(
    "text",
    [
        "no hay internet",
        "wo ist mein Paket",
        "bisa bayar pakai apa",
        "quando abre a loja",
        "wifi ne marche pas",
        "señal",
    ],
)
@pytest.mark.parametrize("stated", ["und", "en"])
def test_words_of_another_language_are_not_english_even_where_x_says_so(text: str, stated: str) -> None:
    assert language_of(text, stated) == "other"


@pytest.mark.parametrize(
    "text", ["the wifi in our café is down", "Is the letter ñ on your keyboard?", "I’m from São Paulo"]
)
def test_a_foreign_letter_does_not_make_english_foreign(text: str) -> None:
    assert language_of(text, "und") == "en"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("가격 Galaxy S26 Ultra 512GB Titanium Black", "ko"),
        ("iPhone 17 Pro Max ㅠㅠ", "ko"),
        ("eSIM Galaxy unlock できない", "ja"),
        ("ㅋㅋ why is my data so slow and when will you fix it", "en"),
        ("你好 please help me with the eSIM of my phone", "en"),
        ("名字叫라이트，价钱一点不轻", "zh"),
        ("「부가세」「기타」、辞書と一時間にらめっこ", "ja"),
        ("駅 앞에서 만나요", "ko"),
        ("what is eSIM 요금제", "ko"),
    ],
)
def test_of_several_scripts_the_one_that_carries_the_text_decides(text: str, language: str) -> None:
    assert language_of(text, "und") == language


@pytest.mark.parametrize(
    ("text", "stated", "language"),
    [
        ("発売日未定", "und", "ja"),
        ("圏外", "zh", "ja"),
        ("没有网络", "ja", "zh"),
        ("你是誰", "ja", "zh"),
        ("請求書", "ja", "ja"),
        ("請求書", "und", "zh"),
        ("色々不具合", "und", "ja"),
        ("首尔・釜山没有网络", "und", "zh"),
        ("発売日～未定", "und", "ja"),
    ],
)
def test_characters_that_one_language_alone_writes_so_tell_japanese_from_chinese(
    text: str, stated: str, language: str
) -> None:
    assert language_of(text, stated) == language
