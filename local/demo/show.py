"""Shows the day act by act: what came in, what was done, which mails it made."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.text import Text

from local.brand.model import Desk
from local.demo.done import Done, done_in, words
from local.demo.ledger import CaseLine, Line, Noted
from local.demo.play import Played
from local.demo.script import Act

_SAMPLES = 6
_MAILS = 4
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
            f"The stack of infra/template.yaml runs on a local AWS, beside a local X.\n"
            "Of each part of the day some mentions are shown: when, [bold red]![/] if urgent, what the author does, "
            "the department, the text. Then what was [cyan]heard[/] without a mention, and what was done: by calls of "
            "the [blue]api[/] or a [blue]tool[/] on it, in the operator's [cyan]console[/], on the [yellow]page[/] "
            "behind the link in a mail, by the [magenta]desk[/] itself, and the [red]phone[/] of the people on call.\n"
        )

    def act_begins(self, act: Act) -> None:
        """Announce an act."""
        last = f"{act.ends:%H:%M}" if act.ends.date() == act.begins.date() else f"{act.ends:%a %d %b, %H:%M}"
        self._console.rule(f"[bold]{act.title}[/] [dim]{act.begins:%a %d %b, %H:%M} to {last}[/]", align="left")
        self._console.print(f"{act.story}\n")

    def act_ended(
        self, played: Played, lines: Sequence[Line], cases: Sequence[CaseLine], noted: Sequence[Noted] = ()
    ) -> None:
        """Print the mentions, their departments, what was heard, actions of people and of the desk, and mails."""
        mentions = [line for line in lines if not line.is_heard]
        for line in _samples(mentions):
            self._console.print(self._sample(line, played.act))
        if len(mentions) > _SAMPLES:
            self._console.print(f"  [dim]… and {len(mentions) - _SAMPLES} more[/]")
        self._console.print(Padding(self._summary(played, mentions), (1 if mentions else 0, 0, 0, 2)))
        for done in done_in(played, lines, cases, noted, self._desk.brand.handle):
            self._print_done(done, played.act)
        self._print_mails(played)
        self._console.print()

    def _print_done(self, done: Done, act: Act) -> None:
        """On one line, or on as many as it takes where it has to be read whole."""
        begin = Text.from_markup(f"  [dim]{self._clock(done.at, act)}[/]  [{done.colour}]{done.by:<8}[/] ")
        what = Text(done.what)
        if not done.is_whole:
            line = begin + what
            line.truncate(self._console.width, overflow="ellipsis")
            self._console.print(line)
            return
        first, *more = what.wrap(self._console, self._console.width - len(begin))
        self._console.print(begin + first)
        for line in more:
            self._console.print(Padding(line, (0, 0, 0, len(begin))))

    def _print_mails(self, played: Played) -> None:
        """The newest mail to some departments, the urgent ones first, and how many others got."""
        boxes = sorted(played.mails_by_department().items(), key=lambda box: not box[1][-1].subject.startswith("["))
        for department, mails in boxes[:_MAILS]:
            before = f"[dim](and {len(mails) - 1} before)[/] " if len(mails) > 1 else ""
            mail = f"  [yellow]mail to {escape(department):<9}[/] {before}{escape(mails[-1].subject)}"
            self._console.print(self._one_line(mail))
        others = ", ".join(f"{department} {len(mails)}" for department, mails in boxes[_MAILS:])
        if others:
            self._console.print(Padding(f"[dim]… and mails to {escape(others)}[/]", (0, 0, 0, 2)))

    def _sample(self, line: Line, act: Act) -> Text:
        when = self._clock(datetime.fromisoformat(line.created_at), act)
        kind = f"{line.kind}?" if line.review else line.kind or "waiting"
        urgent = "[bold red]![/]" if line.urgency == "high" else " "
        return self._one_line(
            f"  [dim]{when}[/] {urgent}[{_COLOURS.get(kind, 'white')}]{kind:<8}[/] "
            f"{escape(line.department or _NOBODY):<9} {escape(words(line.text, self._desk.brand.handle))}"
        )

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


def _samples(lines: Sequence[Line]) -> list[Line]:
    """Some of the lines in their order: urgent ones first of all, the others evenly spread."""
    urgent = [line for line in lines if line.urgency == "high"][: _SAMPLES // 2]
    others = [line for line in lines if line not in urgent]
    room = min(_SAMPLES - len(urgent), len(others))
    spread = [others[place * len(others) // room] for place in range(room)]
    return [line for line in lines if line in urgent or line in spread]
