"""One page that says what Dorothy is, and leads to everything the demo leaves behind: mails, reports, pages.

All of it is files and opens at any time. What does not are addresses that only a running desk answers; so these are
text in the mails that are shown here, and every copied page says so.
"""

import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

from desk.i18n import spoken_day, spoken_time
from local.aws.mail_file import Mail
from local.aws.mailbox import DIGEST, ON_CALL
from local.brand.model import Desk
from local.demo.reports import Report

_ROOT = Path(__file__).parents[2]
_PICTURE = _ROOT / "docs" / "images" / "console.png"
_FOR_ENGINEERS = ("infra/template.yaml", "CONTRIBUTING.md", "docs/one-machine.md")
"""What an engineer reads next after the README, below the checkout."""
_BODY = re.compile(r"<body[^>]*>")
_ALIVE = re.compile(r'<script\b.*?</script>|<input type="hidden"[^>]*>', re.DOTALL)
"""What only a running desk can use: scripts, and what forms send along, which is drawn at random for each view."""
_STYLE = """
:root { color-scheme: light dark; --line: #d0d7de; --soft: #57606a; --brand: #0a7a4b; --tint: #eaf7f0; --page: #fff;
--ink: #1f2328; }
@media (prefers-color-scheme: dark) { :root { --line: #30363d; --soft: #9198a1; --brand: #4cc38a; --tint: #12251c;
--page: #0d1117; --ink: #e6edf3; } }
* { box-sizing: border-box; }
body { word-break: keep-all; overflow-wrap: anywhere; margin: 0 auto; max-width: 60rem; padding: 1rem;
font: 1rem/1.6 system-ui, sans-serif; background: var(--page); color: var(--ink); }
h1 { font-size: 1.5rem; } h2 { font-size: 1.125rem; margin: 2rem 0 .5rem; }
a { color: var(--brand); }
.note { border: 1px solid var(--brand); background: var(--tint); border-radius: .75rem; padding: .25rem 1rem;
margin-top: 1rem; }
.soft { color: var(--soft); font-size: .875rem; }
ul { list-style: none; padding: 0; margin: 0; }
li { border-top: 1px solid var(--line); padding: .5rem 0; }
li > .soft { display: block; }
.about { padding-left: 1.25rem; list-style: disc; } .about li { border: 0; padding: .125rem 0; }
img { display: block; width: 100%; height: auto; margin-top: 1rem;
border: 1px solid var(--line); border-radius: .75rem; }
.ways { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 1rem; margin: 1.5rem 0; }
.ways section { border: 1px solid var(--line); border-radius: .75rem; padding: 1rem; }
.ways h2 { margin: 0; } .ways p { margin: .25rem 0 .5rem; }
.figures { display: flex; flex-wrap: wrap; gap: .5rem 2rem; }
.figures b { display: block; font-size: 1.5rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; border: 1px solid var(--line);
border-radius: .75rem; padding: .75rem 1rem; }
"""
_IMG = re.compile(r'<img [^>]*?alt="([^"]*)"[^>]*>')
_BANNER = (
    '<p style="grid-area:2/1/3/-1;margin:0;padding:.5rem 1rem;background:#fff3cd;color:#1f2328;'
    'font:1rem/1.5 system-ui,sans-serif">'
    "{words}</p>"
)
_ABOUT = {
    "ko": (
        "도로시는 브랜드의 X 계정을 위한 고객 응대 시스템입니다.",
        "모든 멘션을 읽고, 사람이 위험해 보이는 글을 맨 먼저 알리고, 문의는 답할 수 있는 부서로 보냅니다.",
        "무엇을 말할지는 사람이 정합니다. 운영자는 운영 화면에서, 부서는 받은 메일의 링크에서 답합니다.",
        "멘션을 하나도 잃지 않고, 같은 글을 두 번 올리지 않으며, 하루를 보고서로 정리합니다.",
        "AWS에서 서버 없이 돌고, 같은 템플릿이 내 컴퓨터에서도 그대로 돌아갑니다.",
    ),
    "en": (
        "Dorothy is a desk for a brand's X account.",
        "It reads every mention, tells people first of anybody in danger, and sends inquiries to who can answer them.",
        "People decide what the brand says: the clerk in the console, departments from the links in their mails.",
        "No mention is lost, nothing is published twice, and a report sums up the day.",
        "It runs on AWS without servers, and the same template runs completely on your machine.",
    ),
}
"""What Dorothy is, in five lines."""
_WORDS = {
    "ko": {
        "title": "도로시와 {name}의 하루",
        "picture": "통신 장애가 난 아침의 운영 화면: 맨 위의 위험 띠, 받은 글, 문의 하나, 답변 칸",
        "clerk": "운영자라면", "clerk_way": "받은 글에 답하고, 공지를 쓰고, 게시를 멈추는 화면입니다.",
        "department": "부서라면", "department_way": "계정 없이 메일에서 바로 답합니다.",
        "department_mails": "{name} 앞으로 온 메일",
        "engineer": "엔지니어라면", "engineer_way": "소개를 읽고, 배포되는 템플릿과 문서를 봅니다.",
        "readme": "README.ko.md",
        "infra/template.yaml": "배포 템플릿", "CONTRIBUTING.md": "코드의 구성",
        "docs/one-machine.md": "내 컴퓨터에서 돌리는 법",
        "intro": "{day} 하루 동안 X에 올라온 글을 읽고, 부서에 나누고, 답한 결과입니다. "
        "회사와 사람은 모두 지어낸 것입니다.",
        "opens": "이 화면과 여기서 이어지는 화면은 모두 파일이라 언제든 열립니다.",
        "needs": "메일, 보고서, 문의 화면 속의 링크와 버튼(‘답변하기’, ‘X에서 보기’ 등)은 데모와 함께 닫혔습니다. "
        "직접 눌러 보려면 프로젝트에서 make up을 실행하세요. 그때 오는 메일의 링크는 열립니다.",
        "console": "운영 화면",
        "console_about": "받은 글과 게시 상태는 통신 장애로 게시를 중지한 아침의 화면입니다. "
        "dorothy up(make up)으로 띄우면 직접 눌러 볼 수 있습니다.",
        "console_today": "오늘: 밤사이 온 글, 할 일, 인사 초안",
        "console_promises": "약속: 지킨 것과 남은 것", "console_review": "하루 돌아보기: 17시 30분",
        "console_inbox": "답변할 글과 열린 문의", "console_stop": "게시 상태",
        "console_people": "아침 인사에 답하신 분들", "console_trial": "시범 운영: 마케팅 부서의 문의",
        "console_write": "쓰기: 블로그 초안",
        "console_calendar": "일정: 광고의 시각을 옮긴 뒤",
        "console_spike": "장애 신고 급증",
        "console_trends": "트렌드: 아침 장애가 오른 뒤",
        "console_heard": "멘션 없는 언급: 요금 인상 소문",
        "console_costs": "X 비용",
        "mentions": "멘션", "cases": "문의", "answered": "답변함", "mails": "메일",
        "reports": "보고서", "csv": "표(CSV)",
        "boxes": "부서별 메일", "box": "{count}통, 마지막: {subject}", "digest": "보고서 메일",
        "on_call": "당직자 문자", "texts": "{count}통",
        "pages": "문의 화면", "pages_about": "부서가 마지막 메일의 링크를 눌렀을 때 보는 화면입니다.",
        "page": "{name} 문의 화면",
        "x": "X", "x_about": "이 하루가 끝났을 때의 로컬 X입니다.", "x_page": "게시물 보기",
        "copy": "저장해 둔 화면이라 버튼과 링크는 눌리지 않습니다. make up으로 띄운 화면에서는 눌립니다.",
        "back": "처음으로", "file": "메일 파일(.eml)", "no_subject": "(제목 없음)",
    },
    "en": {
        "title": "Dorothy, and a day at {name}",
        "picture": "The console, in Korean, on the morning of an outage: who may be in danger, the inbox, a case, "
        "and the reply box",
        "clerk": "For the clerk", "clerk_way": "Answer what came in, write announcements, stop posting.",
        "department": "For a department", "department_way": "Answer from the mail, without an account.",
        "department_mails": "Mails to {name}",
        "engineer": "For the engineer", "engineer_way": "Read what it is, then the template and the documentation.",
        "readme": "README.md",
        "infra/template.yaml": "The template that is deployed", "CONTRIBUTING.md": "How the code is organised",
        "docs/one-machine.md": "How it runs on one machine",
        "intro": "The posts on X of {day}: read, sent to departments, answered. Company and people are "
        "invented.",
        "opens": "This page and all that it leads to are files; they open at any time.",
        "needs": "Links and buttons inside mails, reports and case pages (“Answer here”, “View on X” and the like) "
        "ended with the demo. To use them, run make up in the project: the links in the mails that arrive then open.",
        "console": "The operator's console",
        "console_about": "The inbox and the state of posting are from the morning, with the network down and posting "
        "paused. dorothy up (make up) opens the live console.",
        "console_today": "Today: the night, what to do, and the greeting's draft",
        "console_promises": "Promises: kept and open", "console_review": "The day's review, at half past five",
        "console_inbox": "What to answer, with a case open", "console_stop": "Posting",
        "console_people": "Who answered the morning's greeting", "console_trial": "Trial: the cases of marketing",
        "console_write": "Composer: the blog's draft",
        "console_calendar": "Calendar: after the advert was moved",
        "console_spike": "The spike of faults",
        "console_trends": "Trends: after the morning's outage",
        "console_heard": "Heard without a mention: the rumour of higher prices",
        "console_costs": "What X costs",
        "mentions": "mentions", "cases": "cases", "answered": "answered", "mails": "mails",
        "reports": "Reports", "csv": "table (CSV)",
        "boxes": "Mails by department", "box": "{count}, the last: {subject}", "digest": "Mails with reports",
        "on_call": "Texts to who is on call", "texts": "{count}",
        "pages": "Pages of cases", "pages_about": "What a department sees behind the link in its last mail.",
        "page": "A case of {name}",
        "x": "X", "x_about": "The local X as it was at the end of this day.", "x_page": "See the posts",
        "copy": "This is a saved page: its buttons and links do nothing. Those of a desk that runs (make up) do.",
        "back": "Back to the start", "file": "mail file (.eml)", "no_subject": "(no subject)",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """The day in a few numbers."""

    mentions: int
    cases: int
    answered: int
    mails: int


@dataclass(frozen=True, slots=True)
class Box:
    """The mails of one mailbox in their order, each once, with the files in which they are."""

    key: str
    mails: Sequence[tuple[Path, Mail]]


class Index:
    """Writes into `folder`, in the desk's language."""

    def __init__(self, folder: Path, desk: Desk) -> None:
        self._folder = folder
        self._desk = desk
        self._language = desk.brand.language
        self._zone = ZoneInfo(desk.brand.timezone)
        self._words = _WORDS[self._language]
        self._console: dict[str, Path] = {}

    def keep_console(self, name: str, html: str) -> None:
        """Save a page of the console, such as `inbox` or `calendar`, for the beginning of the index."""
        self._console[name] = self.keep_page(f"console-{name}", html)

    def keep_page(self, name: str, html: str) -> Path:
        """Save a page that a running desk or X showed, with a line that says what it is, and words for pictures."""
        path = self._folder / "pages" / f"{name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        banner = _BANNER.format(words=escape(self._words["copy"]))
        shown = _BODY.sub(lambda body: body[0] + banner, _IMG.sub(r"<span>\1</span>", _ALIVE.sub("", html)), count=1)
        path.write_text(shown, encoding="utf-8")
        return path

    def write(
        self,
        figures: Figures,
        mails: Iterable[Mail],
        reports: Sequence[Report],
        pages: Mapping[str, Path],
        x: Path,
    ) -> Path:
        """Write the page and one for each mailbox.

        `pages` are those of cases, by department.
        """
        boxes = boxes_of(mails, self._folder / "mail")
        for box in boxes:
            self._write_box(box)
        words, name = self._words, self._name
        texts = sorted((self._folder / "mail" / ON_CALL).glob("*.txt"))
        day = self._day(mails_end(boxes))
        sections = [
            self._about(),
            self._ways(pages),
            f"<p>{self._say('intro', day=day)}</p>",
            self._figures(figures),
            self._list(
                "console",
                (self._link(path, words[f"console_{key}"]) for key, path in self._console.items()),
                about=words["console_about"],
            ),
            f'<div class="note"><p>{self._say("opens")}</p><p>{self._say("needs")}</p></div>',
            self._list("reports", (self._report(path, subject) for path, subject in reversed(reports))),
            self._list("boxes", (self._box(box) for box in boxes), [self._texts(texts)] if texts else ()),
            self._list(
                "pages",
                (self._link(path, words["page"].format(name=name(key))) for key, path in pages.items()),
                about=words["pages_about"],
            ),
            self._list("x", [self._link(x, words["x_page"])], about=words["x_about"]),
        ]
        return self._write(self._folder / "index.html", words["title"].format(name=self._brand), "\n".join(sections))

    def _about(self) -> str:
        """What Dorothy is, in five lines and a picture."""
        picture = self._folder / "pages" / _PICTURE.name
        picture.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_PICTURE, picture)
        lines = "".join(f"<li>{escape(line)}</li>" for line in _ABOUT[self._language])
        source = escape(picture.relative_to(self._folder).as_posix())
        return (
            f'<h1>{self._say("title", name=self._brand)}</h1><ul class="about">{lines}</ul>'
            f'<img src="{source}" alt="{self._say("picture")}">'
        )

    def _ways(self, pages: Mapping[str, Path]) -> str:
        """Where each kind of reader begins: in the console, with a department's mails, in the checkout."""
        words = self._words
        console = [self._link(path, words[f"console_{key}"]) for key, path in self._console.items()]
        departments = [
            [
                self._link(self._folder / "mail" / f"{key}.html", words["department_mails"].format(name=name)),
                self._link(path, words["page"].format(name=name)),
            ]
            for key, path in pages.items()
            for name in [self._name(key)]
        ]
        readme = self._link(_ROOT / words["readme"], words["readme"])
        ways = {
            "clerk": console[:1],
            "department": departments[0] if departments else [],
            "engineer": [readme, *(self._link(_ROOT / path, words[path]) for path in _FOR_ENGINEERS)],
        }
        parts = (self._list(key, links, about=words[f"{key}_way"]) for key, links in ways.items())
        return f'<div class="ways">{"".join(parts)}</div>'

    @property
    def _brand(self) -> str:
        name = self._desk.brand.name
        return name.ko if self._language == "ko" else name.en

    def _name(self, key: str) -> str:
        """A department in the desk's language, or the box of reports."""
        entry = self._desk.departments.get(key)
        if entry is None:
            return self._words.get(key, key)
        return entry.name.ko if self._language == "ko" else entry.name.en

    def _say(self, key: str, **values: str) -> str:
        return escape(self._words[key].format(**values))

    def _day(self, moment: datetime) -> str:
        return spoken_day(moment.astimezone(self._zone).date(), self._language)

    def _figures(self, figures: Figures) -> str:
        shown = ("mentions", "cases", "answered", "mails")
        parts = (f"<span><b>{getattr(figures, key):,}</b>{self._say(key)}</span>" for key in shown)
        return f'<p class="figures">{"".join(parts)}</p>'

    def _list(self, key: str, items: Iterable[str], more: Iterable[str] = (), about: str = "") -> str:
        note = f'<p class="soft">{escape(about)}</p>' if about else ""
        lines = "".join(f"<li>{item}</li>" for item in (*items, *more))
        return f"<section><h2>{self._say(key)}</h2>{note}<ul>{lines}</ul></section>"

    def _link(self, path: Path, words: str, *, at: Path | None = None) -> str:
        to = Path(os.path.relpath(path, at or self._folder)).as_posix()
        return f'<a href="{escape(to)}">{escape(words)}</a>'

    def _report(self, path: Path, subject: str) -> str:
        table = self._link(path.with_suffix(".csv"), self._words["csv"])
        return f'{self._link(path, subject)} <span class="soft">{table}</span>'

    def _box(self, box: Box) -> str:
        last = box.mails[-1][1].subject or self._words["no_subject"]
        note = self._say("box", count=str(len(box.mails)), subject=last)
        return f'{self._link(self._page_of(box), self._name(box.key))} <span class="soft">{note}</span>'

    def _texts(self, texts: Sequence[Path]) -> str:
        """The texts that phones got, on a page of their own."""
        title = self._words["on_call"]
        shown = "".join(f"<pre>{escape(text.read_text(encoding='utf-8').strip())}</pre>" for text in texts)
        path = self._write(self._folder / "mail" / f"{ON_CALL}.html", title, self._head(title) + shown)
        count = self._say("texts", count=str(len(texts)))
        return f'{self._link(path, title)} <span class="soft">{count}</span>'

    def _head(self, title: str) -> str:
        return f'<p><a href="../index.html">{self._say("back")}</a></p><h1>{escape(title)}</h1>'

    def _page_of(self, box: Box) -> Path:
        return self._folder / "mail" / f"{box.key}.html"

    def _write_box(self, box: Box) -> None:
        folder, name = self._folder / "mail", self._name(box.key)
        parts = [self._head(name)]
        for path, mail in box.mails:
            when = spoken_time(mail.sent_at, self._zone, self._language)
            subject = escape(mail.subject or self._words["no_subject"])
            file = self._link(path, self._words["file"], at=folder)
            head = f'<h2>{subject}</h2><p class="soft">{escape(when)} · {file}</p>'
            parts.append(f"<article>{head}<pre>{escape(mail.body)}</pre></article>")
        self._write(self._page_of(box), name, "\n".join(parts))

    def _write(self, path: Path, title: str, body: str) -> Path:
        path.write_text(
            f'<!doctype html>\n<html lang="{self._language}">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n",
            encoding="utf-8",
        )
        return path


def boxes_of(mails: Iterable[Mail], folder: Path) -> list[Box]:
    """The mailboxes, that of the reports last; files are numbered by box in the order in which mails were written."""
    boxes: dict[str, list[tuple[Path, Mail]]] = {}
    written: dict[str, int] = {}
    seen: set[str] = set()
    for mail in mails:
        written[mail.department] = written.get(mail.department, 0) + 1
        path = folder / mail.department / f"{written[mail.department]:03}.eml"
        if mail.message_id not in seen:
            boxes.setdefault(mail.department, []).append((path, mail))
            seen.add(mail.message_id)
    return [Box(key, own) for key, own in sorted(boxes.items(), key=lambda box: box[0] == DIGEST)]


def mails_end(boxes: Iterable[Box]) -> datetime:
    """When the last mail of all was sent."""
    return max(mail.sent_at for box in boxes for _, mail in box.mails)
