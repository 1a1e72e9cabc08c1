"""What a person should know in five seconds: one sentence, and what needs them now."""

from collections.abc import Iterator
from typing import NamedTuple

from daily_digest import figures
from daily_digest.formatter import Spoken, case_head, mention_head, mentions_note, words_of
from daily_digest.model import Attendance, Attendee, CaseList, Digest, ListedCase, ListedMention, MentionList, Pressing
from desk.brand import Brand
from desk.links import post_link
from desk.notifications.mail.parts import Mail
from desk.notifications.mail.subjects import subject_line
from desk.text import QUOTE, cut, one_line


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
    """Everybody who checked in, those who still wait for a reply first."""
    return (
        sorted(morning.attendees, key=lambda one: one.greeted_back) if morning.replies_known else [*morning.attendees]
    )


def people_of(digest: Digest) -> tuple[int, int]:
    """How many different people checked in, and how many of them as regulars."""
    everybody = {one.author_id for morning in digest.attendance for one in morning.attendees}
    regulars = {one.author_id for morning in digest.attendance for one in morning.attendees if one.regular}
    return len(everybody), len(regulars)


_ENTRIES = 10
"""Entries of one list: a mail stays short, and the page has the rest."""
_WORDS_BYTES = 180
"""About sixty syllables: enough to know what it is about."""


def render_summary(digest: Digest, brand: Brand, link: str) -> Mail:
    """What matters, and the link to the rest; what people typed stands in one line each, never as lines of ours."""
    spoken = Spoken(brand)
    edition = spoken.say(f"digest.{digest.edition}")
    lines = [
        spoken.say("summary.no_reply"),
        "",
        spoken.say("summary.intro", period=spoken.period(digest.period), edition=edition),
        headline(digest, spoken),
        "",
        spoken.say("summary.link", url=link),
        "",
        *_todo_lines(digest, spoken),
        "",
        *(_mentions(digest.mentions, spoken) if digest.mentions and digest.mentions.total else []),
        f"■ {spoken.say('summary.glance')}",
        *(f"- {line}" for line in _glance(digest, spoken)),
        "",
        spoken.say("footer.private"),
        spoken.say("mail.footer"),
    ]
    return Mail(_subject(digest, spoken, edition), "\n".join(lines))


def _todo_lines(digest: Digest, spoken: Spoken) -> Iterator[str]:
    todos = todo(digest, spoken)
    yield f"■ {spoken.say('todo.title')}" if todos else spoken.say("todo.none")
    for each in todos:
        yield f"- {each.text}"
        if each.pressing in {None, Pressing.LATER}:
            continue
        shown = each.cases[:_ENTRIES]
        for number, case in enumerate(shown, 1):
            yield from _entry(number, case_head(case, digest, spoken), case, spoken)
        yield from _more(len(each.cases) - len(shown) + each.more, spoken)
    if any(each.cases for each in todos):
        yield spoken.say("todo.how")


def _mentions(mentions: MentionList, spoken: Spoken) -> Iterator[str]:
    yield f"■ {spoken.say('section.mentions')}"
    yield mentions_note(mentions, spoken)
    shown = mentions.shown[:_ENTRIES]
    for number, mention in enumerate(shown, 1):
        yield from _entry(number, mention_head(mention, spoken), mention, spoken)
    yield from _more(len(mentions.shown) - len(shown) + mentions.left, spoken)
    yield ""


def _entry(number: int, head: str, entry: ListedCase | ListedMention, spoken: Spoken) -> Iterator[str]:
    yield f"  {number}. {head}"
    yield f"     {QUOTE}{cut(words_of(entry, spoken), _WORDS_BYTES)}"
    yield f"     {spoken.say('mail.link', url=post_link(entry.mention_id, spoken.brand.x_site))}"


def _more(count: int, spoken: Spoken) -> Iterator[str]:
    if count:
        yield f"  {spoken.say('posts.more', count=spoken.number(count))}"


def _subject(digest: Digest, spoken: Spoken, edition: str) -> str:
    total, waiting = spoken.number(digest.tally.total), spoken.number(digest.waiting.open_cases)
    day = spoken.day(spoken.local_day(digest.made_at))
    text = spoken.say("summary.subject", brand=spoken.brand.name(), edition=edition, day=day, total=total, open=waiting)
    return subject_line(text)


def _glance(digest: Digest, spoken: Spoken) -> list[str]:
    people, regulars = people_of(digest)
    lines = [_answers(digest, spoken)]
    if digest.tally.total:
        rows = [row for row in figures.needs(digest.tally, spoken) if row.number]
        named = [spoken.say("summary.need", need=row.name, count=spoken.number(row.number)) for row in rows]
        lines.append(spoken.say("summary.needs", needs=", ".join(named)))
    if digest.tally.to_review:
        lines.append(spoken.say("summary.to_review", count=spoken.number(digest.tally.to_review)))
    lines.append(spoken.say("summary.posts", count=spoken.number(len(digest.posts.published))))
    if digest.attendance:
        count, known = spoken.number(people), spoken.number(regulars)
        lines.append(spoken.say("summary.attendance", count=count, regulars=known))
    if digest.favourites.refused:
        lines.append(spoken.say("summary.favourites_unknown"))
    else:
        lines.append(spoken.say("summary.favourites", count=spoken.number(len(digest.favourites.liked))))
    return [*lines, spoken.say("summary.spend", usd=spoken.usd(digest.spend.micro_usd))]


def _answers(digest: Digest, spoken: Spoken) -> str:
    answers = digest.answering.all
    if answers.waits is None:
        return spoken.say("summary.answers_none")
    half, nine_in_ten = map(spoken.span, answers.waits)
    count = spoken.number(answers.answered + answers.moved)
    return spoken.say("summary.answers", count=count, half=half, nine_in_ten=nine_in_ten)
