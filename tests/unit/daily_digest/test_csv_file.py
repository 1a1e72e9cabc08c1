import csv
import io
import re
from copy import replace
from datetime import date

import pytest

from daily_digest.csv_file import render_csv
from daily_digest.model import DepartmentFeedback, Digest, Favourites
from desk.x.model import Author
from tests.families import for_each
from tests.unit.daily_digest import examples

FORMULAS = (
    "=1+1",
    "+82 10",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "  =1+1",
    "\u202e=1",
    "\u200b=1",
)
STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
HIDDEN = ("말;{}", "말; {}", ";;{}", '말;"{}"', '"말";"" {}', "말;\u200b{}", "말;\n{}")
"""Where else a formula begins in a spreadsheet that takes semicolons for the ends of cells."""


def cells(digest: Digest, language: str = "ko", *, delimiter: str = ",") -> list[list[str]]:
    text = render_csv(digest, examples.brand(language)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def with_everywhere(text: str) -> Digest:
    """A digest in which whatever strangers and colleagues can write is this text."""
    evening = examples.evening()
    return examples.weekly(
        tally=replace(evening.tally, terms=((text, 3),), by_language={text: 1}, by_department={text: 1}),
        posts=replace(evening.posts, published=(replace(examples.GREETING, text=text),)),
        pauses=(replace(evening.pauses[0], reason=text, by=text),),
        attendance=(
            replace(evening.attendance[0], attendees=(replace(examples.attendee(0), author=Author("1", text, text)),)),
        ),
        unreachable=(replace(evening.unreachable[0], reason=text),),
        favourites=Favourites((), text),
        feedback=(DepartmentFeedback(text, 1, (replace(examples.weekly().feedback[0].entries[0], text=text),)),),
    )


@pytest.mark.parametrize("language", ["ko", "en"])
def test_excel_knows_it_for_utf_8_with_lines_of_its_own(language: str) -> None:
    content = render_csv(examples.weekly(), examples.brand(language))

    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\xef\xbb\xbf") == 1
    assert content.endswith(b"\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", content)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("digest", [examples.evening(), examples.weekly(), examples.quiet()])
def test_every_row_has_four_columns(digest: Digest, language: str) -> None:
    assert {len(row) for row in cells(digest, language)} == {4}


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_text_becomes_a_formula_in_any_cell(formula: str) -> None:
    for row in cells(with_everywhere(formula)):
        for cell in row:
            assert not cell.lstrip().startswith(STARTS), row


@for_each("hidden", HIDDEN)
@for_each("formula", FORMULAS)
def test_nor_where_a_spreadsheet_ends_cells_at_semicolons(formula: str, hidden: str) -> None:
    rows = cells(with_everywhere(hidden.format(formula)), delimiter=";")

    assert max(map(len, rows)) > 1
    for row in rows:
        for cell in row:
            assert not cell.lstrip(' "').startswith(STARTS), row


def test_a_neutralised_text_can_still_be_read() -> None:
    digest = examples.quiet(tally=replace(examples.evening().tally, terms=(("=1+1", 3),)))

    assert ["멘션", "자주 쓰인 말", "'=1+1", "3"] in cells(digest)


def test_a_semicolon_before_a_plain_word_changes_nothing() -> None:
    digest = examples.quiet(tally=replace(examples.evening().tally, terms=(("a;b; 3-4=-1", 3),)))

    assert ["멘션", "자주 쓰인 말", "a;b; 3-4=-1", "3"] in cells(digest)


def test_days_that_were_not_counted_are_named() -> None:
    digest = examples.weekly(uncounted=(date(2026, 11, 16), date(2026, 11, 17)))

    assert ["세지 못한 날", "", "2026-11-16 2026-11-17"] in [row[1:] for row in cells(digest)]


def test_words_with_commas_quotes_and_lines_stay_in_their_cell() -> None:
    text = '"안녕",\r\n\u2028반가워요'
    digest = examples.quiet(pauses=(replace(examples.evening().pauses[0], reason=text),))

    assert any(row[3] == '"안녕", 반가워요' for row in cells(digest))


def test_the_figures_are_numbers_without_thousands_marks() -> None:
    rows = cells(examples.evening())

    assert rows[0] == ["구역", "항목", "세부", "값"]
    for row in [
        ["보고", "종류", "", "하루 정리"],
        ["보고", "부터", "", "2026-11-24 00:00"],
        ["빠짐없이 모았는지", "모음", "", "1284"],
        ["멘션", "합계", "", "1284"],
        ["멘션", "원하신 것", "소통", "240"],
        ["멘션", "부서", "네트워크", "365"],
        ["멘션", "붐빈 시간", "14시", "305"],
        ["답변 대기", "기한 지남", "", "9"],
        ["평소와 비교", "지난 28일", "정보", "288.25"],
        [
            "우리가 올린 글",
            "게시 여부 확인 필요",
            "네트워크 장애 원인 안내",
            "X의 응답을 받지 못해 올라갔는지 알 수 없습니다",
        ],
        ["출석부", "2026-11-24", "morning_0", "40"],
        ["출석부", "답인사 전", "morning_0", "https://x.com/i/status/1993000000000001000"],
        ["X 이용 요금", "요금(달러)", "", "3.1845"],
    ]:
        assert row in rows


def test_the_csv_lists_everybody() -> None:
    many = tuple(examples.attendee(0)._replace(author_id=str(n)) for n in range(300))
    roll = replace(examples.evening().attendance[0], attendees=many, replies_known=False)

    rows = cells(examples.quiet(attendance=(roll,)))

    assert sum(row[:3] == ["출석부", "2026-11-24", "morning_0"] for row in rows) == 300


@pytest.mark.parametrize(("language", "text"), [("ko", "이제 그만 죽고 싶어요"), ("en", "I want to kill myself")])
def test_a_table_shows_what_people_wrote_and_no_conclusion_about_them(language: str, text: str) -> None:
    digest = examples.morning()
    assert digest.mentions is not None
    digest = replace(
        digest,
        mentions=replace(digest.mentions, entries=tuple(replace(one, text=text) for one in digest.mentions.entries)),
    )

    found = render_csv(digest, examples.brand(language)).decode("utf-8-sig")

    assert text in found
    assert not any(word in found for word in ("자살", "자해", "위기", "위험", "suicide", "self-harm", "danger"))


@pytest.mark.parametrize(
    ("language", "row"), [("ko", ["멘션", "검토할 글", "", "19"]), ("en", ["mentions", "to review", "", "19"])]
)
def test_how_many_are_to_review_is_in_the_table(language: str, row: list[str]) -> None:
    assert row in cells(examples.evening(), language)
