import importlib
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import pytest

import desk.i18n
from desk.i18n import LANGUAGES, phrase, spoken_time
from desk.reader.explain import reason
from desk.reading import OPERATOR, Kind, Need, Reading, Urgency, Why
from tests.brands import small_brand

FORBIDDEN = (
    "케이스", "데스크", "결함", "루머", "오독", "즐겨찾기", "관계 롤", "다이제스트", "에스컬레이션", "브레이커", "콘솔",
    "인박스", "맡은 분", "담당 없음", "다른 부서로 보내", "안내함", "매크로", "답변 서랍", "지나온 일",
    "잠시 멈", "컴포저", "시험 운영", "인시던트", "원인 파악", "소문", "클레임", "리스닝", "글쓴이",
    "이관", "중간 안내", "비공개로", "비공개 대화", "내부 메모", "글쓰기", "게시 일정", "고른 문의",
    "운영자에게 올", "쓰는 중",
)  # fmt: skip
"""Words for which people read another one."""
README = Path(__file__).parents[3] / "README.ko.md"
SEOUL = ZoneInfo("Asia/Seoul")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_koreans_read_one_word_for_a_thing_and_no_commands() -> None:
    wrong = [(word, key) for word in (*FORBIDDEN, "dorothy ") for key, text in LANGUAGES["ko"].items() if word in text]

    assert wrong == []


def test_the_korean_readme_uses_the_same_words() -> None:
    text = README.read_text(encoding="utf-8")

    assert [word for word in FORBIDDEN if word in text] == []


def test_both_languages_say_the_same_things() -> None:
    assert LANGUAGES["ko"].keys() == LANGUAGES["en"].keys()


def test_both_languages_leave_room_for_the_same_values() -> None:
    korean, english = LANGUAGES["ko"], LANGUAGES["en"]

    assert [key for key in korean if placeholders(korean[key]) != placeholders(english[key])] == []


@pytest.mark.parametrize("noun", [*Kind, *Need, *Urgency])
def test_every_kind_need_and_urgency_has_a_name(noun: Kind | Need | Urgency) -> None:
    assert f"{type(noun).__name__.lower()}.{noun}" in LANGUAGES["ko"]


def test_a_value_brings_its_particle_along() -> None:
    assert phrase("ko", "why.department_word", evidence="청구서", department="단말") == (
        "'청구서'라는 말이 있어 단말로 분류했습니다."
    )
    assert (
        phrase("ko", "why.department_word", evidence="요금", department="홈")
        == "'요금'이라는 말이 있어 홈으로 분류했습니다."
    )


def test_a_latin_word_whose_end_is_not_known_has_both_particles() -> None:
    said = phrase("ko", "why.department_word", evidence="micropayment", department="요금")

    assert said == "'micropayment'(이)라는 말이 있어 요금으로 분류했습니다."


def test_a_strangers_braces_are_no_template() -> None:
    assert "{department}{0}" in phrase("ko", "why.question", evidence="{department}{0}")


@pytest.mark.parametrize(("language", "key"), [("ko", "no.such"), ("xx", "kind.fault"), ("ko", "mail.due")])
def test_an_unknown_language_key_or_value_is_a_key_error(language: str, key: str) -> None:
    with pytest.raises(KeyError):
        phrase(language, key)


def test_a_reason_names_the_department_as_the_brand_does_and_the_operator_always() -> None:
    brand = small_brand(departments={})
    read = Reading(Kind.INQUIRY, Need.SUPPORT, OPERATOR, Urgency.NORMAL, "ko", 0.1, (Why("uncertain"),))

    assert reason(Why("department_like"), read, brand) == "운영자에서 다루는 글과 비슷해 운영자로 분류했습니다."


@pytest.mark.parametrize(
    ("moment", "korean", "english"),
    [
        (datetime(2026, 11, 24, 5, 30, tzinfo=UTC), "11월 24일(화) 오후 2:30", "Tue 24 Nov, 2:30 pm"),
        (datetime(2026, 11, 23, 15, 5, tzinfo=UTC), "11월 24일(화) 0시 5분(자정)", "Tue 24 Nov, 12:05 am"),
        (datetime(2026, 11, 23, 15, 0, tzinfo=UTC), "11월 24일(화) 0시(자정)", "Tue 24 Nov, 12:00 am"),
        (datetime(2026, 11, 24, 3, 0, tzinfo=UTC), "11월 24일(화) 오후 12:00", "Tue 24 Nov, 12:00 pm"),
        (datetime(2026, 11, 29, 2, 59, tzinfo=UTC), "11월 29일(일) 오전 11:59", "Sun 29 Nov, 11:59 am"),
    ],
)
def test_moments_are_spoken_in_the_desks_zone(moment: datetime, korean: str, english: str) -> None:
    assert spoken_time(moment, SEOUL, "ko") == korean
    assert spoken_time(moment, SEOUL, "en") == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_stands_in_two_catalogues(language: str) -> None:
    names = [path.stem for path in Path(desk.i18n.__file__).parent.glob(f"*{language}.py")]
    catalogues = [importlib.import_module(f"desk.i18n.{name}").PHRASES for name in names]

    assert len(catalogues) == 17
    assert sum(map(len, catalogues)) == len(LANGUAGES[language])
