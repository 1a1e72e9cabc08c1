"""A digest in a few lines of plain text, for the digest topic."""

from collections.abc import Iterator

from daily_digest import figures
from daily_digest.digest import Digest, ListedCase, ListedMention, MentionList, Pressing
from daily_digest.entries import case_head, mention_head, mentions_note, words_of
from daily_digest.headline import headline, people_of, todo
from daily_digest.spoken import Spoken
from desk.brand import Brand
from desk.fitting import cut
from desk.links import post_link
from desk.mail import Mail
from desk.mail.message import subject_of
from desk.mail.plain import QUOTE

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
    return subject_of(text)


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
