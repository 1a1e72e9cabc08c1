import pytest

from desk.text import HANDLE, unaddressed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@emeraldmobile家里的宽带断了", "家里的宽带断了"),
        ("@emeraldmobile가 먹통", "가 먹통"),
        ("봐요 https://t.co/Xmpl12안내", "봐요 안내"),
        ("www.example.com 여기요 @a_1 @b", "여기요"),
        ("plain", "plain"),
    ],
)
def test_what_is_said_stays_though_nothing_stands_between(text: str, said: str) -> None:
    assert " ".join(unaddressed(text).split()) == said


def test_handles_are_counted_though_nothing_stands_between() -> None:
    assert HANDLE.findall("@one이랑 @two、@three") == ["@one", "@two", "@three"]
