"""Shows at the day's end what every department received, why, and what it answered, and what the brand said."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from daily_digest.model import Misreadings
from desk.cases.model import WAITING, CaseState
from local.brand.model import Desk
from local.demo.ledger import Balance, CaseLine, Line
from local.demo.reports import ANSWERS
from local.demo.timeline import OwnPost

_REASONS = 3
_RULES = {
    "department_like": "like its examples",
    "rumors": "facts to check",
    "context": "the post it replies to",
    "uncertain": "whose matter is unclear",
    "review": "to review: needs an answer?",
    "picture": "pictures to look at",
    "emoji": "nothing but emoji",
    "handles": "only calls accounts",
    "insult": "only an insult",
    "empty": "says nothing",
}
_AS_A_WHOLE = "as a whole"
_NOBODY = "nobody"


class Summary(NamedTuple):
    """The day in figures. `posts` and `replies` are the brand's on X; `switched_off` are addresses that SNS cut off."""

    balance: Balance
    cases: Sequence[CaseLine]
    reminded: int
    escalated: int
    posts: int
    replies: int
    mails: int
    boxes: int
    texts: int
    misread: int
    switched_off: Sequence[str] = ()


class Closing:
    """Writes to a console, in English with the texts as they are."""

    def __init__(self, console: Console, desk: Desk) -> None:
        self._console = console
        self._desk = desk
        self._zone = ZoneInfo(desk.brand.timezone)

    def departments(self, lines: Sequence[Line], cases: Sequence[CaseLine], mails: Counter[str]) -> None:
        """The table of the day."""
        table = Table(title="What each department received, and why", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
        table.title_justify, table.title_style = "left", "bold"
        table.add_column("department", no_wrap=True)
        table.add_column("mentions", justify="right")
        table.add_column("answered", justify="right")
        table.add_column("waiting", justify="right")
        table.add_column("mails", justify="right")
        table.add_column("most often because", ratio=1, overflow="fold")
        for department in (*self._desk.departments, None):
            own = [line for line in lines if line.department == department and line.kind]
            states = [case.state for case in cases if case.department == department]
            table.add_row(
                escape(self._name(department)),
                str(len(own)),
                str(_count(states, CaseState.ANSWERED) or "-"),
                str(_count(states, *WAITING) or "-"),
                str(mails.get(department or "", 0) or "-"),
                escape(self._reasons(own)),
            )
        self._console.print(table)

    def timeline(self, posts: Sequence[OwnPost]) -> None:
        """The day's posts as X shows them on the brand's timeline, the newest first."""
        handle = escape(self._desk.brand.handle)
        self._console.print(f"\n[bold]@{handle} on X[/], the newest first:")
        table = Table.grid(padding=(0, 1))
        for post in reversed([post for post in posts if not post.answers]):
            table.add_row(f"[dim]{post.created_at.astimezone(self._zone):%a %H:%M}[/]", escape(post.text))
        self._console.print(Padding(table, (0, 0, 0, 2)))

    def answers(self, rows: Mapping[str, Mapping[str, str]]) -> None:
        """Each department's answers from a digest's CSV."""
        table = Table(title="\nAnswers by department, from the evening digest", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
        table.title_justify, table.title_style = "left", "bold"
        table.add_column("department", no_wrap=True)
        keys = {entry.name.ko: key for key, entry in self._desk.departments.items()}
        for column in ANSWERS:
            table.add_column(column, justify="right")
        for department, counts in rows.items():
            figures = (counts.get(column, "0") for column in ANSWERS)
            table.add_row(
                escape(keys.get(department, "all")), *("-" if figure == "0" else figure for figure in figures)
            )
        self._console.print(table)

    def feedback(self, found: Misreadings) -> None:
        """The readings that people corrected."""
        pairs = ", ".join(
            f"{one.was.kind} of {one.was.department} was {one.right.kind} of {one.right.department or _NOBODY}"
            for one, _ in found.counts
        )
        self._console.print(f"[bold]Read wrongly[/], as `dorothy feedback` lists it: {found.total} ({escape(pairs)})")

    def phone(self, text: str, folder: Path) -> None:
        """What the phone of those on call got last; `folder` has all of it."""
        self._console.print(f"\n[bold]The phone of who is on call[/], the last of its texts in {escape(str(folder))}:")
        self._console.print(Padding(Text(text), (0, 0, 0, 2)))

    def summary(self, day: Summary, index: Path) -> None:
        """The day in ten lines; `index` leads to all that it left behind."""
        balance = day.balance
        verdict = "[green]nothing is missing[/]" if balance.holds else "[red]SOMETHING IS MISSING[/]"
        for address in day.switched_off:
            self._console.print(f"[red]SNS switched off {address}: more than 10 mails within a second.[/]")
        self._console.print("\n[bold]The day in ten lines[/]")
        lines = (
            f"{balance.polled} mentions polled = {balance.read} read + {balance.waiting} waiting: {verdict}.",
            _sum([case.state for case in day.cases]),
            f"Answered, by department: {escape(self._answered(day.cases))}.",
            f"Departments were reminded of {day.reminded} cases; {day.escalated} went up to the operator, being late.",
            f"On X the brand posted {day.posts} times and replied {day.replies} times.",
            f"{day.mails} mails went to {day.boxes} mailboxes; the phone of who is on call got {day.texts} texts.",
            f"Read wrongly and corrected by people: {day.misread}.",
            f"X was asked {balance.calls} times: about ${balance.spend / 1e6:.2f} by its price list.",
            f"Mails, reports and pages, all files, are linked from [bold]{escape(str(index))}[/]",
            "Links inside them ended with the demo; [bold]make up[/] runs a desk whose links open.",
        )
        for line in lines:
            self._console.print(f"  {line}", soft_wrap=True)
        self._console.print()

    def _answered(self, cases: Sequence[CaseLine]) -> str:
        """How many of its cases each department has answered, or has gone on with in private."""
        parts = []
        for key in self._desk.departments:
            states = [case.state for case in cases if case.department == key]
            if states:
                parts.append(f"{key} {_count(states, CaseState.ANSWERED, CaseState.MOVED)} of {len(states)}")
        return ", ".join(parts)

    def _name(self, department: str | None) -> str:
        if department is None:
            return _NOBODY
        entry = self._desk.departments.get(department)
        return f"{department} {entry.name.ko}" if entry else department

    def _reasons(self, lines: Sequence[Line]) -> str:
        """Mails have a whole sentence; here are the words of the text, or the name of the rule."""
        counts = Counter(_reason(line) for line in lines if line.why)
        said = [f"{reason} {count}x" if count > 1 else reason for reason, count in counts.most_common(_REASONS)]
        return ", ".join(said)


def _reason(line: Line) -> str:
    """What decided on the department; for what goes nowhere, what decided on the kind."""
    rule, evidence = line.why[1 if len(line.why) > 1 and line.department else 0]
    return f'"{evidence}"' if evidence else _RULES.get(rule, _AS_A_WHOLE)


def _count(states: Sequence[CaseState], *those: CaseState) -> int:
    return sum(state in those for state in states)


def _sum(states: Sequence[CaseState]) -> str:
    answered, closed = _count(states, CaseState.ANSWERED), _count(states, CaseState.CLOSED)
    waiting, promised = _count(states, *WAITING), _count(states, CaseState.PROMISED)
    return (
        f"{len(states)} cases opened = {answered} answered + {_count(states, CaseState.MOVED)} gone on in private + "
        f"{closed} closed without a reply + {waiting} waiting, {promised} of them with a promise."
    )
