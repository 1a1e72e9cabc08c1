"""Shows the day act by act, and at its end what every department received and why, and what the brand said."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from desk.case import WAITING, CaseState
from desk.reading import ANSWERED
from local.brand.model import Desk
from local.demo.calls import outcome
from local.demo.ledger import Balance, CaseLine, Line
from local.demo.play import Answered, Handled, Played
from local.demo.script import Act
from local.demo.steps import deed
from local.demo.timeline import OwnPost

_SAMPLES = 6
_REASONS = 3
_RULES = {
    "department_like": "like its examples",
    "rumors": "facts to check",
    "context": "the post it replies to",
    "uncertain": "whose matter is unclear",
    "picture": "pictures to look at",
    "emoji": "nothing but emoji",
    "handles": "only calls accounts",
    "insult": "only an insult",
    "empty": "says nothing",
}
_AS_A_WHOLE = "as a whole"
_NOBODY = "nobody"
_COLOURS = {"fault": "red", "rumor": "magenta", "inquiry": "cyan", "feedback": "green", "chat": "dim", "junk": "dim"}


class Show:
    """Writes to a console, in English with the texts as they are."""

    def __init__(self, console: Console, desk: Desk) -> None:
        self._console = console
        self._desk = desk
        self._zone = ZoneInfo(desk.brand.timezone)

    def opening(self) -> None:
        """What is about to be seen."""
        brand = self._desk.brand
        self._console.print(
            f"\n[bold]A day at the desk of {escape(brand.name.en)}[/] ({escape(brand.name.ko)}, @{brand.handle})\n"
            f"The stack of infra/template.yaml stands on a local AWS, beside a local X.\n"
            "Of each part of the day some mentions are shown: when, [bold red]![/] if urgent, what the author does, "
            "the department, the text. Departments answer on the page behind the link in their mail; a few do here.\n"
        )

    def act_begins(self, act: Act) -> None:
        """Announce an act."""
        last = f"{act.ends:%H:%M}" if act.ends.date() == act.begins.date() else f"{act.ends:%a %d %b, %H:%M}"
        self._console.rule(f"[bold]{act.title}[/] [dim]{act.begins:%a %d %b, %H:%M} to {last}[/]", align="left")
        self._console.print(f"{act.story}\n")

    def act_ended(self, played: Played, lines: Sequence[Line], cases: Sequence[CaseLine]) -> None:
        """What came in, where it went, what was done about it and which mails it made."""
        for line in _samples(lines):
            self._console.print(self._sample(line, played.act))
        if len(lines) > _SAMPLES:
            self._console.print(f"  [dim]… and {len(lines) - _SAMPLES} more[/]")
        self._console.print(Padding(self._summary(played, lines), (1 if lines else 0, 0, 0, 2)))
        done = [(call.asked.at, self._call(call)) for call in played.calls]
        done += [(one.worked.at, self._handled(one)) for one in played.handled]
        done += [(post.created_at, self._own_post(post)) for post in played.said]
        done += list(self._joined(lines, cases))
        for moment, what in sorted(done, key=lambda one: one[0]):
            self._console.print(self._one_line(f"  [dim]{self._clock(moment, played.act)}[/]  {what}"))
        for department, mails in sorted(played.mails_by_department().items()):
            before = f"[dim](and {len(mails) - 1} before)[/] " if len(mails) > 1 else ""
            mail = f"  [yellow]mail to {escape(department):<9}[/] {before}{escape(mails[-1].subject)}"
            self._console.print(self._one_line(mail))
        self._console.print()

    def closing(self, lines: Sequence[Line], cases: Sequence[CaseLine], mails: Counter[str]) -> None:
        """The table of the day."""
        table = Table(title="What each department received, and why", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
        table.title_justify, table.title_style = "left", "bold"
        table.add_column("department", no_wrap=True)
        table.add_column("mentions", justify="right")
        table.add_column("of them", min_width=16)
        table.add_column("cases answered", justify="right", max_width=8)
        table.add_column("waiting", justify="right")
        table.add_column("mails", justify="right")
        table.add_column("most often because", ratio=1, overflow="fold")
        for department in (*self._desk.departments, None):
            own = [line for line in lines if line.department == department and line.kind]
            states = [case.state for case in cases if case.department == department]
            table.add_row(
                escape(self._name(department)),
                str(len(own)),
                _counted(line.kind or "" for line in own),
                str(_count(states, CaseState.ANSWERED) or "-"),
                str(_count(states, *WAITING) or "-"),
                str(mails.get(department or "", 0) or "-"),
                escape(self._reasons(own)),
            )
        self._console.print(table)
        self._console.print(_sum([case.state for case in cases]))

    def timeline(self, posts: Sequence[OwnPost]) -> None:
        """The day's posts as X shows them on the brand's timeline, the newest first."""
        handle = escape(self._desk.brand.handle)
        self._console.print(f"\n[bold]@{handle} on X[/], the newest first:")
        table = Table.grid(padding=(0, 1))
        for post in reversed([post for post in posts if not post.answers]):
            table.add_row(f"[dim]{post.created_at.astimezone(self._zone):%a %H:%M}[/]", escape(post.text))
        self._console.print(Padding(table, (0, 0, 0, 2)))

    def pages(self, pages: Sequence[Path]) -> None:
        """Where the digests' pages lie."""
        self._console.print("\n[bold]The digests[/], as their links opened them; open them in a browser:")
        for page in pages:
            self._console.print(f"  [bold]{escape(str(page))}[/]")

    def balance(self, balance: Balance, switched_off: Sequence[str], folder: Path) -> None:
        """The promise in figures, and where the mails lie."""
        verdict = "[green]nothing is missing[/]" if balance.holds else "[red]SOMETHING IS MISSING[/]"
        self._console.print(
            f"\n[bold]Balance[/]: {balance.polled} polled = {balance.read} read "
            f"+ {balance.waiting} waiting: {verdict}.\n"
            f"X was asked {balance.calls} times: at most ${balance.spend / 1e6:.2f} by its price list."
        )
        for address in switched_off:
            self._console.print(f"[red]SNS switched off {address}: more than 10 mails within a second.[/]")
        self._console.print(f"The mailboxes, one folder for each department: [bold]{escape(str(folder))}[/]")
        self._console.print(
            "Open any of the mails there. Their links open as long as the desk runs: `dorothy demo --keep` waits "
            "before it cleans up, `dorothy up` leaves a desk running to play both sides.\n"
        )

    def _sample(self, line: Line, act: Act) -> Text:
        when = self._clock(datetime.fromisoformat(line.created_at), act)
        kind = line.kind or "waiting"
        urgent = "[bold red]![/]" if line.urgency == "high" else " "
        return self._one_line(
            f"  [dim]{when}[/] {urgent}[{_COLOURS.get(kind, 'white')}]{kind:<8}[/] "
            f"{escape(line.department or _NOBODY):<9} {escape(self._words(line))}"
        )

    def _words(self, line: Line) -> str:
        """Its words on one line, without the brand's name."""
        return " ".join(word for word in line.text.split() if word.lower() != f"@{self._desk.brand.handle}")

    def _call(self, call: Answered) -> str:
        colour = "blue" if call.status < HTTPStatus.BAD_REQUEST else "red"
        came = f"[{colour}]{call.status}[/] {escape(outcome(call.body))}"
        return f"[{colour}]api[/]      {escape(call.asked.why)}: {came}"

    def _handled(self, one: Handled) -> str:
        came = f" → [bold green]on X[/]: {escape(_without(one.reply))}" if one.reply else ""
        return f"[yellow]page[/]     {escape(deed(one))}{came}"

    def _joined(self, lines: Sequence[Line], cases: Sequence[CaseLine]) -> Iterator[tuple[datetime, str]]:
        """Mentions that joined a case and ask nothing of it."""
        over = {case.id: case.state for case in cases if case.state not in WAITING}
        for line in lines:
            if line.case_id in over and line.kind not in ANSWERED:
                stays = f"joins {line.case_id}, which stays {over[line.case_id]}"
                what = f"[green]mention[/]  {stays}: {escape(self._words(line))}"
                yield datetime.fromisoformat(line.created_at), what

    def _own_post(self, post: OwnPost) -> str:
        answers = f"to @{post.answers}" if post.answers else "posted"
        return f"[bold green]on X[/]     {escape(answers)}: {escape(_without(post))}"

    def _clock(self, moment: datetime, act: Act) -> str:
        """The time of day; of an act that goes over days, with the day."""
        form = "%a %H:%M" if act.ends - act.begins > timedelta(days=1) else "%H:%M"
        return moment.astimezone(self._zone).strftime(form)

    def _one_line(self, markup: str) -> Text:
        text = Text.from_markup(markup)
        text.truncate(self._console.width, overflow="ellipsis")
        return text

    def _summary(self, played: Played, lines: Sequence[Line]) -> str:
        if not lines:
            return "Nobody wrote."
        where = Counter(line.department or _NOBODY for line in lines)
        share = ", ".join(f"{name} {count}" for name, count in where.most_common())
        polls = f"{played.polls} poll{'s' if played.polls != 1 else ''}"
        return f"[bold]{len(lines)} mentions[/] in {polls}: {share}"

    def _name(self, department: str | None) -> str:
        if department is None:
            return _NOBODY
        entry = self._desk.departments.get(department)
        return f"{department} {entry.name.ko}" if entry else department

    def _reasons(self, lines: Sequence[Line]) -> str:
        """In the mails a whole sentence stands; here the words of the text, or what the rule is about."""
        counts = Counter(_reason(line) for line in lines if line.why)
        said = [f"{reason} {count}x" if count > 1 else reason for reason, count in counts.most_common(_REASONS)]
        return ", ".join(said)


def _reason(line: Line) -> str:
    """What decided on the department; for what goes nowhere, what decided on the kind."""
    rule, evidence = line.why[1 if len(line.why) > 1 and line.department else 0]
    return f'"{evidence}"' if evidence else _RULES.get(rule, _AS_A_WHOLE)


def _samples(lines: Sequence[Line]) -> list[Line]:
    """Some of the lines in their order: urgent ones first of all, the others evenly spread."""
    urgent = [line for line in lines if line.urgency == "high"][: _SAMPLES // 2]
    others = [line for line in lines if line not in urgent]
    room = min(_SAMPLES - len(urgent), len(others))
    spread = [others[place * len(others) // room] for place in range(room)]
    return [line for line in lines if line in urgent or line in spread]


def _without(post: OwnPost) -> str:
    """Its words on one line, without the name of whom it answers."""
    return " ".join(word for word in post.text.split() if word != f"@{post.answers}")


def _count(states: Sequence[CaseState], *those: CaseState) -> int:
    return sum(state in those for state in states)


def _sum(states: Sequence[CaseState]) -> str:
    answered, closed = _count(states, CaseState.ANSWERED), _count(states, CaseState.CLOSED)
    waiting, promised = _count(states, *WAITING), _count(states, CaseState.PROMISED)
    return (
        f"[bold]Cases[/]: {len(states)} opened = {answered} answered + {closed} closed without an answer "
        f"+ {waiting} waiting, {promised} of them with a promise."
    )


def _counted(kinds: Iterable[str]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in Counter(kinds).most_common())
