"""The page for the head of a department: the counts in the brand's language, on one sheet."""

import re
from copy import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from local.preview.figures import Agreement, FoundSpike, WeekFigures, week_in
from local.preview.page import render_page
from local.preview.words import lines_of
from tests.brands import emerald
from tests.browser import Chromium

NOW = datetime(2026, 12, 1, 18, 0, tzinfo=ZoneInfo("Asia/Seoul"))
BRAND = emerald()
WEEK = WeekFigures(
    handle="emeraldmobile",
    since=NOW - timedelta(days=7),
    until=NOW,
    is_whole=False,
    mentions=512,
    by_kind={"inquiry": 230, "fault": 120, "chat": 60, "feedback": 50, "junk": 40, "rumor": 12, "review": 9},
    by_department=dict.fromkeys(BRAND.departments, 46),
    by_hour=(0,) * 9 + (20, 50, 60) + (10,) * 12,
    answered=133,
    median_minutes=42,
    p90_minutes=610,
    waiting=dict.fromkeys(BRAND.departments, 5),
    danger=2,
    checks=5,
    spikes=tuple(FoundSpike("network", NOW - timedelta(days=day), 43) for day in range(1, 6)),
    agreement=(Agreement("billing", 30, 4, 2, 83, "4.5"), Agreement("network", 0, 0, 0, None, "2")),
)


def words(page: str) -> str:
    return " ".join(re.sub(r"<style.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL).split())


def test_counts_are_the_same_after_they_were_kept() -> None:
    assert week_in(WEEK.as_plain()) == WEEK


def test_the_page_says_what_was_counted_in_the_brands_language() -> None:
    korean, english = (words(render_page(WEEK, BRAND._replace(language=one), NOW)) for one in ("ko", "en"))

    for said in (
        "읽은 글 512",
        "42분",
        "열에 아홉은 10시간 10분 안에 (답변 133건",
        "83% (30/36)",
        "일주일 전체가 아닙니다",
    ):
        assert said in korean
    for said in ("Mentions read 512", "42 min", "83% (30/36)", "Billing 46 5 4.5", "not the whole week"):
        assert said in english
    assert "hours saved" in english


def test_what_nobody_has_decided_or_answered_has_no_figure() -> None:
    page = words(render_page(replace(WEEK, median_minutes=None, p90_minutes=None, agreement=()), BRAND, NOW))

    assert "답변 없음" in page
    assert "%" not in page


def test_a_name_from_desk_yaml_is_text() -> None:
    brand = BRAND._replace(name_ko="<b>에메랄드</b>")

    assert "&lt;b&gt;에메랄드" in render_page(WEEK, brand, NOW)


def test_the_terminal_says_the_same_counts() -> None:
    said = "\n".join(lines_of(WEEK, BRAND))

    for words_of_a_line in (
        "Mentions: 512",
        "Inquiry 230, Fault report 120",
        "To review 9",
        "Unanswered: 55",
        "half within 42 min, nine in ten within 10 h 10 min (133 answers)",
        "Danger: 2, safety checks: 5",
        "Network 30 Nov 18:00 (43)",
        "Busiest hours: 11:00 (60), 10:00 (50), 09:00 (20)",
    ):
        assert words_of_a_line in said


@pytest.mark.browser
@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_is_printed_on_one_sheet_with_as_many_departments_as_it_shows(
    tmp_path: Path, browser: Chromium, language: str
) -> None:
    brand = BRAND._replace(language=language)
    more = {f"more-{number}": brand.departments["billing"] for number in range(9)}
    page = tmp_path / "page.html"
    page.write_text(render_page(WEEK, brand._replace(departments={**brand.departments, **more}), NOW), encoding="utf-8")

    printed = browser.show(page.as_uri(), media="print").printed()
    requested = browser.requested

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    assert requested == [page.as_uri()]
