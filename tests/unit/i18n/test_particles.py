from desk.i18n import particle
from tests.families import for_each


@for_each(
    "word, pair, fitting",
    [
        ("청구서", "을/를", "를"),
        ("요금", "을/를", "을"),
        ("네트워크", "은/는", "는"),
        ("홈", "으로/로", "으로"),
        ("단말", "으로/로", "로"),
        ("단말", "이/가", "이"),
        ("매장·고객센터", "으로/로", "로"),
        ("요금제", "과/와", "와"),
        ("먹통", "이라는/라는", "이라는"),
        ("3", "이/가", "이"),
        ("5", "이/가", "가"),
        ("7", "으로/로", "로"),
        ("10", "으로/로", "으로"),
        ("5G", "이/가", "가"),
        ("LTE", "을/를", "를"),
        ("SMS", "이/가", "가"),
        ("URL", "으로/로", "로"),
        ("PLAN", "을/를", "을"),
        ("email", "으로/로", "로"),
        ("mobile", "이/가", "이"),
        ("app", "을/를", "을"),
        ("micro", "이라는/라는", "라는"),
        ("update", "이라는/라는", "라는"),
        ("bike", "으로/로", "로"),
        ("event", "이/가", "가"),
        ("internet", "을/를", "을"),
        ("roaming", "은/는", "은"),
        ("LG U+", "으로/로", "로"),
        ("50%", "으로/로", "로"),
        ("phone", "으로/로", "으로"),
        ("Wi-Fi", "을/를", "를"),
        ("'청구서'", "이/가", "가"),
        ("홈!!! 🎉", "은/는", "은"),
        ("대리점(본점 2층)", "으로/로", "으로"),
        ("@sky_kim (김하늘)", "이/가", "이"),
    ],
)
def test_the_last_sound_decides(word: str, pair: str, fitting: str) -> None:
    assert particle(word, pair) == fitting


@for_each(
    "pair, both",
    [("을/를", "을(를)"), ("이/가", "이(가)"), ("으로/로", "(으)로"), ("이라는/라는", "(이)라는")],
)
@for_each("word", ["携帯", "", "???", "ㅋㅋ", "ж", "micropayment", "shop", "'click'"])
def test_where_the_sound_is_unknown_both_forms_are_written(word: str, pair: str, both: str) -> None:
    assert particle(word, pair) == both
