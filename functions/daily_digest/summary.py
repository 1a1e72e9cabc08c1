"""A digest in a few lines of plain text, for the digest topic."""

from daily_digest import figures
from daily_digest.digest import Digest
from daily_digest.headline import headline, people_of, todo
from daily_digest.spoken import Spoken
from desk.brand import Brand
from desk.mail import Mail
from desk.mail.message import subject_of


def render_summary(digest: Digest, brand: Brand, link: str) -> Mail:
    """What matters, and the link to the rest; what people typed stands in one line each, never as lines of ours."""
    spoken = Spoken(brand)
    edition, todos = spoken.say(f"digest.{digest.edition}"), todo(digest, spoken)
    lines = [
        spoken.say("summary.no_reply"),
        "",
        spoken.say("summary.intro", period=spoken.period(digest.period), edition=edition),
        headline(digest, spoken),
        "",
        *([f"■ {spoken.say('todo.title')}", *(f"- {line}" for line in todos)] if todos else [spoken.say("todo.none")]),
        "",
        f"■ {spoken.say('summary.glance')}",
        *(f"- {line}" for line in _glance(digest, spoken)),
        "",
        spoken.say("summary.link", url=link),
        "",
        spoken.say("footer.private"),
        spoken.say("mail.footer"),
    ]
    return Mail(_subject(digest, spoken, edition), "\n".join(lines))


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
