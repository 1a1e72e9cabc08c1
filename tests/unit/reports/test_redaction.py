"""What is left of a report once a person's entries are taken out."""

import csv
import io
import re
from dataclasses import dataclass

import pytest

from daily_digest.report import render_report
from desk.reports.redaction import RedactionMarks, redacted
from tests.unit.daily_digest.examples import author, brand, evening

PERSON = RedactionMarks(handles={"minji_k"}, ids={"2026112401", "7Q2M4-XD93K", "2026112499"})

PAGE = """<!doctype html>
<section><h2>출석부</h2>
<ul class="list people">
<li>@Minji_K <span class="day">12일째</span></li>
<li>@minji_kim <span class="day">3일째</span></li>
</ul></section>
<section><ul>
<li><p class="words">환불해 주세요</p><a href="https://x.com/i/status/2026112401">X에서 보기</a></li>
<li><p class="words">안녕하세요</p><a href="https://x.com/i/status/20261124012">X에서 보기</a></li>
<li><p>문의 7Q2M4-XD93K</p><ul><li>언제 돼요?</li></ul></li>
<li><p class="words">내일 됩니다</p><a href="https://x.com/i/status/2026112499">X에서 보기</a></li>
</ul>
<table><tr><td>요금</td><td>7</td></tr></table></section>
"""

TABLE = (
    "\ufeff구분,항목,이름,값\r\n"
    "출석부,2026-11-24,minji_k,12\r\n"
    "출석부,2026-11-24,minji_kim,3\r\n"
    '의견,요금,https://x.com/i/status/2026112401,"환불해, 주세요"\r\n'
    "게시물,게시됨,@minji_k 내일 됩니다,https://x.com/i/status/1\r\n"
    "멘션,합계,,2026\r\n"
)


@dataclass(frozen=True)
class Rest:
    """A redacted file as text; None when it has to go."""

    text: str | None
    entries: int


def rest_of(kind: str, content: str, marks: RedactionMarks = PERSON) -> Rest:
    done = redacted(kind, content.encode(), marks)
    return Rest(done.content.decode() if done.content is not None else None, done.entries)


def test_the_entries_of_a_page_that_name_the_person_or_their_posts_go_and_the_others_stay() -> None:
    rest = rest_of("html", PAGE)

    assert rest.entries == 4
    assert rest.text is not None
    for gone in ("@Minji_K", "환불해", "7Q2M4", "언제", "내일"):
        assert gone not in rest.text
    for stays in ("@minji_kim", "안녕하세요", "<td>요금</td>", "출석부", "20261124012"):
        assert stays in rest.text
    assert rest.text.count("<li>") == rest.text.count("</li>") == 2


def test_the_rows_of_a_table_that_name_the_person_go_and_the_others_stay_as_they_are() -> None:
    rest = rest_of("csv", TABLE)

    assert rest.entries == 3
    assert rest.text == "\ufeff구분,항목,이름,값\r\n출석부,2026-11-24,minji_kim,3\r\n멘션,합계,,2026\r\n"


@pytest.mark.parametrize(("kind", "content"), [("html", PAGE), ("csv", TABLE)])
def test_a_redacted_file_has_nothing_more_to_redact(kind: str, content: str) -> None:
    once = rest_of(kind, content)

    assert once.text
    assert rest_of(kind, once.text) == Rest(once.text, 0)


@pytest.mark.parametrize(("kind", "content"), [("html", PAGE), ("csv", TABLE)])
def test_a_file_that_does_not_name_the_person_stays_byte_for_byte(kind: str, content: str) -> None:
    somebody = RedactionMarks(handles={"hana"}, ids={"99"})

    assert redacted(kind, content.encode(), somebody) == (content.encode(), 0)


def test_a_page_that_names_the_person_outside_any_entry_goes_as_a_whole() -> None:
    assert rest_of("html", "<p>오늘의 단골은 @minji_k 님</p><ul><li>@hana</li></ul>") == Rest(None, 1)


def test_entries_are_found_on_lines_with_characters_that_other_programs_take_for_line_ends() -> None:
    page = "<ul><li>하나\u2028둘\x0b</li>\n<li>@minji_k</li><li>@hana</li></ul>"

    assert rest_of("html", page).text == "<ul><li>하나\u2028둘\x0b</li>\n<li>@hana</li></ul>"


def test_of_a_person_without_a_known_handle_entries_are_found_by_number() -> None:
    rest = rest_of("csv", TABLE, RedactionMarks(ids={"2026112401"}))

    assert rest.entries == 1
    assert rest.text is not None
    assert "minji_k," in rest.text


def test_every_table_that_was_written_can_be_read_again() -> None:
    rest = rest_of("csv", TABLE.replace("멘션,합계,,2026", '멘션,"안녕, ""모두""",,2026'))

    assert rest.text is not None
    assert list(csv.reader(io.StringIO(rest.text)))[-1][1] == '안녕, "모두"'


def test_a_report_as_the_digest_makes_it_loses_one_person_and_stays_a_page() -> None:
    page = render_report(evening(), brand()).encode()
    someone, neighbour = author(0).username, author(1).username
    assert f"@{someone}" in page.decode()

    left = redacted("html", page, RedactionMarks(handles={someone}, ids=()))

    assert left.content is not None
    text = left.content.decode()
    assert f"@{someone}<" not in text
    assert f"@{neighbour}" in text
    assert len(re.findall(r"<li[ >]", text)) == text.count("</li>")
    assert len(re.findall(r"<tr[ >]", text)) == text.count("</tr>")
    assert len(page) * 0.9 < len(left.content) < len(page)
