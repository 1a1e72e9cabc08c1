"""A digest as one table for spreadsheets: section, metric, key, value."""

import csv
import io
import re
from collections.abc import Callable, Iterator

from daily_digest import figures
from daily_digest.formatter import Spoken, case_head, mention_head, words_of
from daily_digest.model import Digest
from daily_digest.summary import not_greeted_back
from desk.brand import Brand
from desk.links import post_link
from desk.posts.model import Post
from desk.text import one_line

_BOM = "\ufeff"
"""Without it Excel reads UTF-8 as the system's own encoding, and Hangul is lost."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet calculate a cell instead of showing it. Source: OWASP, "CSV Injection"."""
_FORMULA_AFTER_SEMICOLON = re.compile(r'(;[\s"]*)(?=[=+\-@＝＋－＠])')
"""Where a formula begins in Excel when the list separator of the regional settings is `;`, at which it ends cells."""

type _Row = tuple[str, str, str, str | int | float]


def render_csv(digest: Digest, brand: Brand) -> bytes:
    """UTF-8 with BOM, lines ended as RFC 4180 says; no text in it is ever a formula."""
    spoken = Spoken(brand)
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(spoken.say(f"csv.{column}") for column in ("section", "metric", "key", "value"))
    for section in _SECTIONS:
        for row in section(digest, spoken):
            writer.writerow(_safe(cell) if isinstance(cell, str) else cell for cell in row)
    return (_BOM + written.getvalue()).encode("utf-8")


def _safe(text: str) -> str:
    """The text in one line; an apostrophe before what would be a formula makes it text again."""
    shown = _FORMULA_AFTER_SEMICOLON.sub(r"\1'", one_line(text))
    return f"'{shown}" if shown.startswith(_FORMULA) or text.startswith(_FORMULA) else shown


def _about(digest: Digest, spoken: Spoken) -> Iterator[_Row]:
    about = spoken.say("csv.digest")
    yield about, spoken.say("csv.edition"), "", spoken.say(f"digest.{digest.edition}")
    yield about, spoken.say("csv.since"), "", spoken.stamp(digest.period.since)
    yield about, spoken.say("csv.until"), "", spoken.stamp(digest.period.until)
    yield about, spoken.say("csv.made"), "", spoken.stamp(digest.made_at)


def _balance(digest: Digest, spoken: Spoken) -> Iterator[_Row]:
    section, balance = spoken.say("section.balance"), digest.balance
    yield section, spoken.say("csv.days"), "", " ".join(day.isoformat() for day in balance.days)
    if digest.uncounted:
        yield section, spoken.say("csv.uncounted"), "", " ".join(day.isoformat() for day in digest.uncounted)
    for name in ("polled", "read", "waiting"):
        yield section, spoken.say(f"balance.{name}"), "", getattr(balance, name)
    seen = spoken.say("balance.seen_unknown") if balance.seen is None else balance.seen
    yield section, spoken.say("balance.seen"), "", seen
    for missed in digest.unreachable:
        span = f"{spoken.stamp(missed.since)} ~ {spoken.stamp(missed.until)}"
        yield section, spoken.say("balance.unreachable"), span, missed.reason


def _mentions(digest: Digest, spoken: Spoken) -> Iterator[_Row]:
    tally, section = digest.tally, spoken.say("csv.mentions")
    yield section, spoken.say("csv.total"), "", tally.total
    yield section, spoken.say("csv.unread"), "", tally.unread
    yield section, spoken.say("csv.to_review"), "", tally.to_review
    lists = {
        "section.needs": figures.needs(tally, spoken),
        "section.kinds": figures.kinds(tally, spoken),
        "section.departments": figures.departments(tally, spoken),
        "section.urgency": figures.urgencies(tally, spoken),
        "section.languages": figures.languages(tally, spoken),
        "section.hours": figures.hours(tally, spoken),
        "section.terms": figures.terms(tally),
    }
    for metric, rows in lists.items():
        for row in rows:
            yield section, spoken.say(metric), row.name, row.number


def _waiting(digest: Digest, spoken: Spoken) -> Iterator[_Row]:
    section, cases = spoken.say("section.waiting"), digest.waiting
    yield section, spoken.say("csv.total"), "", cases.open_cases
    yield section, spoken.say("csv.overdue"), "", cases.overdue
    if cases.oldest_since:
        yield section, spoken.say("csv.oldest"), "", spoken.stamp(cases.oldest_since)
    for pressing, listed in cases.lists.items():
        for case in listed.shown:
            about = f"{case_head(case, digest, spoken)}: {words_of(case, spoken)}"
            yield section, spoken.say(f"csv.{pressing}"), about, _link(case.mention_id, spoken)


def _listed(digest: Digest, spoken: Spoken) -> Iterator[_Row]:
    section = spoken.say("section.mentions")
    for mention in digest.mentions.shown if digest.mentions else ():
        yield section, mention_head(mention, spoken), words_of(mention, spoken), _link(mention.mention_id, spoken)


def _answers(digest: Digest, spoken: Spoken) -> Iterator[_Row]:
    section = spoken.say("section.answers")
    for row in (*figures.answer_rows(digest, spoken), figures.everybody(digest, spoken)):
        for column, count in zip(figures.COUNTS, row.counts, strict=True):
            yield section, spoken.say(f"answers.{column}"), row.name, count
        for column, wait in zip(figures.WAITS, row.waits, strict=True):
            if wait is not None:
                yield section, spoken.say(f"csv.{column}"), row.name, figures.minutes(wait)
    yield section, spoken.say("csv.acknowledged"), "", digest.answering.acknowledged
    for text, count in digest.answering.unsaid:
        yield section, spoken.say("answers.unsaid"), figures.reason(text, spoken), count


def _against(digest: Digest, spoken: Spoken) -> Iterator[_Row]:
    section, known = spoken.say("section.against"), figures.known(digest)
    for row in figures.compared(digest, spoken):
        yield section, spoken.say("against.today"), row.name, row.today
        for comparison, mean in zip(known, row.means, strict=True):
            yield section, spoken.say("against.last", span=comparison.of), row.name, round(mean, 2)


def _posts(digest: Digest, spoken: Spoken) -> Iterator[_Row]:
    for state, posts in digest.posts._asdict().items():
        for post in posts:
            yield spoken.say("section.posts"), spoken.say(f"posts.{state}"), post.text, _fate(post, spoken)


def _fate(post: Post, spoken: Spoken) -> str:
    if post.x_id:
        return _link(post.x_id, spoken)
    return spoken.say(f"post.reason.{post.reason}") if post.reason else spoken.stamp(post.publish_at)


def _pauses(digest: Digest, spoken: Spoken) -> Iterator[_Row]:
    section = spoken.say("section.pauses")
    for pause in digest.pauses:
        end = spoken.stamp(pause.ended_at) if pause.ended_at else spoken.say("pauses.running")
        yield section, f"{spoken.stamp(pause.began_at)} ~ {end}", pause.by, pause.reason


def _attendance(digest: Digest, spoken: Spoken) -> Iterator[_Row]:
    section = spoken.say("section.attendance")
    for morning in digest.attendance:
        yield section, morning.day.isoformat(), spoken.say("csv.total"), len(morning.attendees)
        for one in morning.attendees:
            yield section, morning.day.isoformat(), _handle(spoken.author(one.author)), one.in_a_row
        for one in not_greeted_back(morning):
            yield section, spoken.say("csv.to_greet"), _handle(spoken.author(one.author)), _link(one.mention_id, spoken)


def _favourites(digest: Digest, spoken: Spoken) -> Iterator[_Row]:
    section = spoken.say("section.favourites")
    if digest.favourites.refused:
        yield section, spoken.say("csv.refused"), "", digest.favourites.refused
    for liked in digest.favourites.liked:
        yield (
            section,
            spoken.stamp(liked.created_at),
            _handle(spoken.author(liked.author)),
            _link(liked.post_id, spoken),
        )


def _feedback(digest: Digest, spoken: Spoken) -> Iterator[_Row]:
    section = spoken.say("section.feedback")
    for department in digest.feedback:
        name = spoken.department(department.department)
        yield section, name, spoken.say("csv.total"), department.total
        for opinion in department.shown:
            yield section, name, _link(opinion.mention_id, spoken), opinion.text or spoken.say("feedback.gone")


def _misread(digest: Digest, spoken: Spoken) -> Iterator[_Row]:
    section = spoken.say("section.misread")
    for correction, count in digest.misreadings.counts:
        yield section, spoken.say("csv.total"), figures.correction(correction, spoken), count
    for one in digest.misreadings.shown:
        link = _link(one.mention_id, spoken) if one.mention_id else ""
        yield section, one.case_id, figures.correction(one.correction, spoken), link


def _spend(digest: Digest, spoken: Spoken) -> Iterator[_Row]:
    section = spoken.say("section.spend")
    yield section, spoken.say("spend.calls"), "", digest.spend.calls
    yield section, spoken.say("spend.usd"), "", digest.spend.micro_usd / 1_000_000


def _link(post_id: str, spoken: Spoken) -> str:
    return post_link(post_id, spoken.brand.x_site)


def _handle(name: str) -> str:
    """A handle without its @, which a spreadsheet would take for a formula."""
    return name.removeprefix("@")


_SECTIONS: tuple[Callable[[Digest, Spoken], Iterator[_Row]], ...] = (
    _about,
    _balance,
    _mentions,
    _waiting,
    _listed,
    _answers,
    _against,
    _posts,
    _pauses,
    _attendance,
    _favourites,
    _feedback,
    _misread,
    _spend,
)
