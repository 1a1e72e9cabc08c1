"""What a person should know in five seconds: one sentence, and what needs them now."""

from typing import NamedTuple

from daily_digest.digest import Attendance, Attendee, CaseList, Digest, ListedCase, Pressing
from daily_digest.spoken import Spoken
from desk.mail.plain import one_line


def headline(digest: Digest, spoken: Spoken) -> str:
    """How it went, in a sentence or two, and whether that is of all its days."""
    sentences = [_how_it_went(digest, spoken)]
    if digest.uncounted:
        sentences.append(spoken.say("digest.uncounted", days=spoken.days(digest.uncounted)))
    return " ".join(sentences)


def _how_it_went(digest: Digest, spoken: Spoken) -> str:
    total, waiting = digest.tally.total, digest.waiting.open_cases
    if not total:
        quiet = spoken.say(f"digest.quiet.{digest.edition}")
        left = spoken.say("digest.quiet.waiting", open=spoken.number(waiting)) if waiting else ""
        return f"{quiet} {left}".rstrip()
    if not waiting:
        return spoken.say("digest.headline.answered", total=spoken.number(total))
    return spoken.say("digest.headline.waiting", total=spoken.number(total), open=spoken.number(waiting))


class Todo(NamedTuple):
    """One thing that needs a person, with the cases that it is about: as many as there is room for, and how many more.

    `pressing` names the list of cases; None where it is about none.
    """

    text: str
    pressing: Pressing | None = None
    cases: tuple[ListedCase, ...] = ()
    more: int = 0


def todo(digest: Digest, spoken: Spoken) -> list[Todo]:
    """What needs a person now, the most pressing first; empty when nothing does and nobody waits."""
    paused = [
        Todo(spoken.say("todo.paused", since=spoken.moment(pause.began_at), reason=one_line(pause.reason)))
        for pause in digest.pauses
        if pause.ended_at is None
    ]
    cases = [_cases(pressing, cases, spoken) for pressing, cases in digest.waiting.lists.items()]
    later = [each for each in cases if each.pressing is Pressing.LATER]
    return [*paused, *(each for each in cases if each not in later), *_counted(digest, spoken), *later]


def _counted(digest: Digest, spoken: Spoken) -> list[Todo]:
    posts, balance = digest.posts, digest.balance
    counts = {
        "todo.uncertain": len(posts.uncertain),
        "todo.held": len(posts.held),
        "todo.refused": len(posts.refused),
        "todo.expired": len(posts.expired),
        "todo.missing": 0 if balance.holds else abs(balance.polled - balance.read - balance.waiting),
        "todo.unreachable": len(digest.unreachable),
        "todo.greet": len({one.author_id for morning in digest.attendance for one in not_greeted_back(morning)}),
    }
    return [Todo(spoken.say(key, count=spoken.number(count))) for key, count in counts.items() if count]


def _cases(pressing: Pressing, cases: CaseList, spoken: Spoken) -> Todo:
    """Its count is that of the tables, urgent ones included, which are listed before."""
    besides = cases.urgent_besides if pressing in {Pressing.OVERDUE, Pressing.TODAY} else 0
    text = spoken.say(f"todo.{pressing}", count=spoken.number(cases.total + besides))
    if besides:
        text += spoken.say("todo.urgent_besides", count=spoken.number(besides))
    return Todo(text, pressing, cases.shown, cases.total - len(cases.shown))


def not_greeted_back(morning: Attendance) -> list[Attendee]:
    """Who still waits for a word from us; nobody where X did not tell what we answered."""
    return [one for one in morning.attendees if not one.greeted_back] if morning.replies_known else []


def to_greet_first(morning: Attendance) -> list[Attendee]:
    """Everybody who checked in, whoever still waits for a word from us first."""
    return (
        sorted(morning.attendees, key=lambda one: one.greeted_back) if morning.replies_known else [*morning.attendees]
    )


def people_of(digest: Digest) -> tuple[int, int]:
    """How many different people checked in, and how many of them as regulars."""
    everybody = {one.author_id for morning in digest.attendance for one in morning.attendees}
    regulars = {one.author_id for morning in digest.attendance for one in morning.attendees if one.regular}
    return len(everybody), len(regulars)
