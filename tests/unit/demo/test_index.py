"""The page that leads to everything the demo leaves behind."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import pytest

from local.aws.mail_file import Mail
from local.brand.load import load_desk
from local.demo.console_pages import ConsolePages
from local.demo.index import Figures, Index
from local.demo.reports import Report
from tests.brands import OTHER_DESK
from tests.browser import DESKTOP, PHONE, Chromium
from tests.families import variants

NINE = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
DESK = ROOT / "desk.yaml"
LINK = re.compile(r'href="([^"#]+)"')


def mail(number: str, department: str, subject: str, address: str = "a@x.example") -> Mail:
    body = "답변하기: http://127.0.0.1:4999/answer/abc\n<script>alert(1)</script>"
    return Mail(number, department, address, "arn:aws:sns:r:1:t", "Dorothy", subject, body, NINE)


OPEN_PAGE = (
    '<!doctype html><body class="a"><p>문의</p><form><input type="hidden" name="token" value="x1y2"></form>'
    '<img src="http://127.0.0.1/1.png" alt="사진 1">'
    "<script>go()</script></body>"
)
MAILS = [
    mail("1", "billing", "요금 <b>문의</b>"),
    mail("1", "billing", "요금 <b>문의</b>", "b@x.example"),
    mail("2", "digest", "하루 정리"),
    mail("3", "billing", "요금 문의 둘"),
]


@dataclass
class Left:
    """What a demo left behind in `folder`."""

    folder: Path
    index: Path

    def pages(self) -> Iterator[Path]:
        return self.folder.rglob("*.html")


def left(folder: Path, desk: Path = DESK) -> Left:
    index = Index(folder, load_desk(desk))
    for name in ("mail/billing/001.eml", "mail/billing/002.eml", "mail/billing/003.eml", "mail/digest/001.eml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    (folder / "mail/on_call").mkdir()
    (folder / "mail/on_call/001.txt").write_text("To: +8210\n\n[긴급]\n", encoding="utf-8")
    (folder / "reports").mkdir()
    report = folder / "reports/2026-11-24-1810.html"
    for file in (report, report.with_suffix(".csv")):
        file.touch()
    index.keep_console("inbox", OPEN_PAGE)
    page = index.keep_page("billing", OPEN_PAGE)
    x = index.keep_page("x", "<!doctype html><body>X</body>")
    made = index.write(Figures(200, 140, 110, 3), MAILS, [Report(report, "하루 정리")], {"billing": page}, x)
    return Left(folder, made)


def test_every_link_leads_to_a_file_that_is_there(tmp_path: Path) -> None:
    here = left(tmp_path)

    found = {(page, link) for page in here.pages() for link in LINK.findall(page.read_text(encoding="utf-8"))}

    assert len(found) >= 8
    assert [link for page, link in found if not (page.parent / unquote(link)).exists()] == []


def test_mails_are_shown_once_with_what_they_say_as_text(tmp_path: Path) -> None:
    left(tmp_path)

    box = (tmp_path / "mail/billing.html").read_text(encoding="utf-8")

    assert (box.count("<article>"), box.count("요금 &lt;b&gt;문의&lt;/b&gt;")) == (2, 1)
    assert "&lt;script&gt;alert(1)" in box
    assert 'href="billing/003.eml"' in box


def test_a_link_that_only_a_running_desk_answers_is_no_link(tmp_path: Path) -> None:
    here = left(tmp_path)

    assert [page for page in here.pages() if 'href="http' in page.read_text(encoding="utf-8")] == []


def test_it_says_which_links_need_a_running_desk(tmp_path: Path) -> None:
    here = left(tmp_path)

    assert "make up" in here.index.read_text(encoding="utf-8")
    assert "make up" in (tmp_path / "pages/billing.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("desk", "readme"), [(DESK, "README.ko.md"), (OTHER_DESK, "README.md")])
def test_the_index_says_what_dorothy_is_and_where_each_kind_of_reader_begins(
    tmp_path: Path, desk: Path, readme: str
) -> None:
    index = left(tmp_path, desk).index.read_text(encoding="utf-8")
    (lines,) = re.findall(r'<ul class="about">(.*?)</ul>', index)
    (ways,) = re.findall(r'<div class="ways">(.*?)</div>', index)
    (picture,) = re.findall(r'<img src="([^"]+)"', index)
    clerk, department, engineer = (LINK.findall(way) for way in ways.split("</section>")[:-1])

    assert lines.count("<li>") == 5
    assert (tmp_path / picture).read_bytes() == (ROOT / "docs/images/console.png").read_bytes()
    assert clerk == ["pages/console-inbox.html"]
    assert department == ["mail/billing.html", "pages/billing.html"]
    assert [(tmp_path / link).resolve() for link in engineer] == [
        ROOT / path for path in (readme, "infra/template.yaml", "CONTRIBUTING.md", "docs/one-machine.md")
    ]
    assert "dorothy up" in index


def test_a_page_of_the_console_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "/console/static/base.css": "p { color: red }",
        "/console/static/icons.1.svg": '<svg ><symbol id="chat"/></svg>',
    }
    pages = ConsolePages(None, None)  # type: ignore[arg-type]
    monkeypatch.setattr(pages, "_visitor", SimpleNamespace(read=files.__getitem__))

    alone = pages._standing_alone(
        '<meta name="csrf" content="x1y2"><link rel="stylesheet" href="/console/static/base.css">'
        """<main hx-headers='{"x-csrf-token": "x1y2"}'><a class="row" href="/console/inbox">글</a>"""
        '<div data-request="x1y2" data-key="7"></div>'
        '<li data-picture="e076q2"><textarea id="alt-e076q2"></textarea></li></main>'
        '<svg class="icon"><use href="/console/static/icons.1.svg#chat"/></svg></body>'
    )

    assert alone == (
        '<style>p { color: red }</style><main><a class="row">글</a><div data-key="7"></div>'
        '<li data-picture="1"><textarea id="alt-1"></textarea></li></main>'
        '<svg class="icon"><use xlink:href="#icon-chat"/></svg><svg hidden ><symbol id="icon-chat"/></svg></body>'
    )


def test_a_saved_page_runs_nothing_and_has_no_token(tmp_path: Path) -> None:
    left(tmp_path)

    saved = (tmp_path / "pages/billing.html").read_text(encoding="utf-8")

    assert "문의" in saved
    assert "<span>사진 1</span>" in saved
    assert not re.search("<script|x1y2", saved)


@pytest.mark.parametrize(("desk", "language", "words"), [(DESK, "ko", "부서별 메일"), (OTHER_DESK, "en", "Mails by")])
def test_it_speaks_the_desks_language(tmp_path: Path, desk: Path, language: str, words: str) -> None:
    page = left(tmp_path, desk).index.read_text(encoding="utf-8")

    assert f'<html lang="{language}">' in page
    assert words in page


@pytest.mark.browser
@variants("page, width", product(["index.html", "mail/billing.html"], [DESKTOP, PHONE]), count=1)
def test_it_is_accessible_and_fits(tmp_path: Path, browser: Chromium, page: str, width: int) -> None:
    left(tmp_path)
    browser.show((tmp_path / page).as_uri(), width=width)

    assert browser.ask("document.documentElement.scrollWidth") <= width
    assert browser.violations_in_both_themes() == []
