import pytest

from desk.reader.language import language_of


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
    ],
)
def test_the_script_tells_the_language_and_x_is_asked_where_it_does_not(text: str, stated: str, language: str) -> None:
    assert language_of(text, stated) == language
