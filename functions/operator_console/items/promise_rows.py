"""A promise as lists show it: what was promised, by when, and where it is kept."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from desk.formatting.formatter import DeskFormatter
from desk.promises.model import Promise, PromiseKind, PromiseState
from operator_console.shell.phrases import due_words, span_text


class PromiseRow(NamedTuple):
    """A promise for a list.

    Attributes:
        href: the case or post that it belongs to, below the console's root.
        keep, move: where it is kept and moved, below the console's root.
        about: who made it, for what.
        outcome: how it ended, and how late; "" while it can still be kept in time.
    """

    subject: str
    kind: str
    words: str
    due_iso: str
    due: str
    tone: str
    href: str
    keep: str
    move: str
    about: str
    state: PromiseState
    outcome: str


def promise_row(promise: Promise, now: datetime, formatter: DeskFormatter) -> PromiseRow:
    """The row of a promise."""
    say, state, is_answer = formatter.phrase, promise.state_at(now), promise.kind is PromiseKind.ANSWER
    href = f"inbox/all/{promise.subject}" if is_answer else f"calendar/{promise.subject}"
    write = f"write?keeps={promise.subject}"
    outcome = "" if state is PromiseState.OPEN else say(f"console.promise.{state}")
    if late := promise.late_by(now):
        outcome = say("console.promise.late", outcome=outcome, span=span_text(late, formatter))
    is_today = promise.due_at.astimezone(formatter.zone).date() <= now.astimezone(formatter.zone).date()
    return PromiseRow(
        subject=promise.subject,
        kind=say(f"console.promise.kind.{promise.kind}"),
        words=promise.words or say(f"console.promise.kind.{promise.kind}"),
        due_iso=formatter.iso(promise.due_at),
        due=due_words(promise.due_at, now, formatter) if promise.ending is None else formatter.moment(promise.due_at),
        tone="late" if state is PromiseState.BROKEN else "soon" if is_today and promise.ending is None else "",
        href=href,
        keep=href if is_answer else write,
        move=f"{href}#reply" if is_answer else f"{write}&moves=1",
        about=" · ".join([formatter.person(promise.made_by), *([promise.subject] if is_answer else [])]),
        state=state,
        outcome=outcome,
    )


def end_of(day: date, formatter: DeskFormatter) -> datetime:
    """The midnight with which a day of the desk ends."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), formatter.zone)
