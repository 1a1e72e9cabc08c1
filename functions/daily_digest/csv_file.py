"""Renders a digest as one table for spreadsheets: section, metric, key, value."""

import csv
import io
import re
from collections.abc import Callable, Iterator

from daily_digest import figures
from daily_digest.formatter import ReportFormatter
from daily_digest.model import Digest
from desk.brand import Brand
from desk.links import post_link
from desk.posts.model import Post
from desk.posts.pause import stops_replies
from desk.text import one_line

_BOM = "\ufeff"
"""Without it, Excel reads UTF-8 as the system's encoding and loses Hangul."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins like this is calculated. Source: OWASP, "CSV Injection"."""
_FORMULA_AFTER_SEMICOLON = re.compile(r'(;[\s"]*)(?=[=+\-@＝＋－＠])')
"""Where Excel begins a cell, and a formula, if the regional settings make `;` the list separator."""

type _Row = tuple[str, str, str, str | int | float]


def render_csv(digest: Digest, brand: Brand) -> bytes:
    """Render UTF-8 with BOM and the line ends of RFC 4180. No text becomes a formula."""
    formatter = ReportFormatter(brand)
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(formatter.phrase(f"csv.{column}") for column in ("section", "metric", "key", "value"))
    for section in _SECTIONS:
        for row in section(digest, formatter):
            writer.writerow(_safe(cell) if isinstance(cell, str) else cell for cell in row)
    return (_BOM + written.getvalue()).encode("utf-8")


def _safe(text: str) -> str:
    """Return the text in one line, with an apostrophe before each beginning of a formula."""
    shown = _FORMULA_AFTER_SEMICOLON.sub(r"\1'", one_line(text))
    return f"'{shown}" if shown.startswith(_FORMULA) or text.startswith(_FORMULA) else shown


def _about(digest: Digest, formatter: ReportFormatter) -> Iterator[_Row]:
    about = formatter.phrase("csv.digest")
    yield about, formatter.phrase("csv.edition"), "", formatter.phrase(f"digest.{digest.edition}")
    yield about, formatter.phrase("csv.since"), "", formatter.timestamp(digest.period.since)
    yield about, formatter.phrase("csv.until"), "", formatter.timestamp(digest.period.until)
    yield about, formatter.phrase("csv.made"), "", formatter.timestamp(digest.made_at)


def _balance(digest: Digest, formatter: ReportFormatter) -> Iterator[_Row]:
    section, balance = formatter.phrase("section.balance"), digest.balance
    yield section, formatter.phrase("csv.days"), "", " ".join(day.isoformat() for day in balance.days)
    if digest.uncounted:
        yield section, formatter.phrase("csv.uncounted"), "", " ".join(day.isoformat() for day in digest.uncounted)
    for name in ("polled", "read", "waiting"):
        yield section, formatter.phrase(f"balance.{name}"), "", getattr(balance, name)
    yield section, formatter.phrase("balance.seen"), "", balance.seen
    reacted = formatter.phrase("balance.reacted_unknown") if balance.reacted is None else balance.reacted
    yield section, formatter.phrase("balance.reacted"), "", reacted
    for missed in digest.unreachable:
        span = f"{formatter.timestamp(missed.since)} ~ {formatter.timestamp(missed.until)}"
        yield section, formatter.phrase("balance.unreachable"), span, missed.reason


def _mentions(digest: Digest, formatter: ReportFormatter) -> Iterator[_Row]:
    tally, section = digest.tally, formatter.phrase("csv.mentions")
    yield section, formatter.phrase("csv.total"), "", tally.total
    yield section, formatter.phrase("csv.unread"), "", tally.unread
    yield section, formatter.phrase("csv.review"), "", tally.review
    lists = {
        "section.needs": figures.needs(tally, formatter),
        "section.kinds": figures.kinds(tally, formatter),
        "section.departments": figures.departments(tally, formatter),
        "section.urgency": figures.urgencies(tally, formatter),
        "section.languages": figures.languages(tally, formatter),
        "section.hours": figures.hours(tally, formatter),
        "section.terms": figures.terms(tally),
    }
    for metric, rows in lists.items():
        for row in rows:
            yield section, formatter.phrase(metric), row.name, row.number


def _heard(digest: Digest, formatter: ReportFormatter) -> Iterator[_Row]:
    section, heard = formatter.phrase("section.heard"), digest.heard
    if heard is None:
        return
    yield section, formatter.phrase("csv.total"), "", heard.total
    yield section, formatter.phrase("csv.unread"), "", heard.unread
    yield section, formatter.phrase("csv.review"), "", heard.review
    for row in figures.heard_kinds(heard, formatter):
        yield section, formatter.phrase("section.kinds"), row.name, row.number
    yield section, formatter.phrase("csv.heard_seen"), "", heard.seen
    yield section, formatter.phrase("csv.heard_cases"), "", heard.cases


def _spikes(digest: Digest, formatter: ReportFormatter) -> Iterator[_Row]:
    section = formatter.phrase("section.spikes")
    for spike, faults in digest.spikes:
        yield section, formatter.department(spike.department), formatter.timestamp(spike.started_at), faults


def _waiting(digest: Digest, formatter: ReportFormatter) -> Iterator[_Row]:
    section, cases = formatter.phrase("section.waiting"), digest.waiting
    yield section, formatter.phrase("csv.total"), "", cases.open_cases
    yield section, formatter.phrase("csv.overdue"), "", cases.overdue
    if cases.oldest_since:
        yield section, formatter.phrase("csv.oldest"), "", formatter.timestamp(cases.oldest_since)
    for group, listed in cases.lists.items():
        for case in listed.entries:
            about = f"{formatter.case_head(case, digest.made_at)}: {formatter.words_of(case)}"
            yield section, formatter.phrase(f"csv.{group}"), about, _link(case.mention_id, formatter)


def _listed(digest: Digest, formatter: ReportFormatter) -> Iterator[_Row]:
    section = formatter.phrase("section.mentions")
    for mention in digest.mentions.entries if digest.mentions else ():
        yield (
            section,
            formatter.mention_head(mention),
            formatter.words_of(mention),
            _link(mention.mention_id, formatter),
        )


def _answers(digest: Digest, formatter: ReportFormatter) -> Iterator[_Row]:
    section = formatter.phrase("section.answers")
    for row in (*figures.answer_rows(digest, formatter), figures.total_row(digest, formatter)):
        for column, count in zip(figures.COUNTS, row.counts, strict=True):
            yield section, formatter.phrase(f"answers.{column}"), row.name, count
        for column, wait in zip(figures.WAITS, row.waits, strict=True):
            if wait is not None:
                yield section, formatter.phrase(f"csv.{column}"), row.name, figures.whole_minutes(wait)
    yield section, formatter.phrase("csv.acknowledged"), "", digest.answering.acknowledged
    promises = digest.promises
    for column, count in promises._asdict().items():
        if column != "latest":
            yield section, formatter.phrase(f"csv.promises.{column}"), "", count
    if promises.latest is not None:
        yield section, formatter.phrase("csv.promises.latest"), "", figures.whole_minutes(promises.latest)
    for text, count in digest.answering.unsent:
        yield section, formatter.phrase("answers.unsaid"), figures.refusal_text(text, formatter), count


def _against(digest: Digest, formatter: ReportFormatter) -> Iterator[_Row]:
    section, known = formatter.phrase("section.against"), figures.known_comparisons(digest)
    for row in figures.compared_needs(digest, formatter):
        yield section, formatter.phrase("against.today"), row.name, row.today
        for comparison, mean in zip(known, row.means, strict=True):
            yield section, formatter.phrase("against.last", span=comparison.span), row.name, round(mean, 2)


def _posts(digest: Digest, formatter: ReportFormatter) -> Iterator[_Row]:
    for state, posts in digest.posts._asdict().items():
        for post in posts:
            yield (
                formatter.phrase("section.posts"),
                formatter.phrase(f"posts.{state}"),
                post.text,
                _fate(post, formatter),
            )


def _performance(digest: Digest, formatter: ReportFormatter) -> Iterator[_Row]:
    section = formatter.phrase("performance.digest.title")
    for one in digest.performance.posts if digest.performance else ():
        link = _link(one.performance.x_id, formatter)
        for mark, measurement in one.performance.measured.items():
            about = formatter.phrase(f"performance.mark.{mark}")
            yield (
                section,
                f"{about}: {formatter.phrase('performance.csv.at')}",
                link,
                formatter.timestamp(measurement.measured_at),
            )
            numbers = {"reactions": measurement.reactions, **measurement.metrics._asdict()}
            for name, number in numbers.items():
                if number is not None:
                    yield section, f"{about}: {formatter.phrase(f'performance.csv.{name}')}", link, number


def _fate(post: Post, formatter: ReportFormatter) -> str:
    if post.x_id:
        return _link(post.x_id, formatter)
    return formatter.phrase(f"post.reason.{post.reason}") if post.reason else formatter.timestamp(post.publish_at)


def _pauses(digest: Digest, formatter: ReportFormatter) -> Iterator[_Row]:
    section = formatter.phrase("section.pauses")
    for pause in digest.pauses:
        end = formatter.timestamp(pause.ended_at) if pause.ended_at else formatter.phrase("pauses.running")
        scope = "" if stops_replies(pause) else f" ({formatter.phrase('pauses.scheduled')})"
        yield section, f"{formatter.timestamp(pause.began_at)} ~ {end}{scope}", pause.by, pause.reason


def _attendance(digest: Digest, formatter: ReportFormatter) -> Iterator[_Row]:
    section = formatter.phrase("section.attendance")
    for morning in digest.attendance:
        yield section, morning.day.isoformat(), formatter.phrase("csv.total"), len(morning.attendees)
        for one in morning.attendees:
            yield section, morning.day.isoformat(), _handle(formatter.author(one.author)), one.in_a_row
        for one in morning.not_greeted_back:
            yield (
                section,
                formatter.phrase("csv.to_greet"),
                _handle(formatter.author(one.author)),
                _link(one.mention_id, formatter),
            )


def _lines(digest: Digest, formatter: ReportFormatter) -> Iterator[_Row]:
    for each in digest.lines:
        yield formatter.phrase("csv.line"), formatter.timestamp(each.at), each.by, each.line


def _favourites(digest: Digest, formatter: ReportFormatter) -> Iterator[_Row]:
    section = formatter.phrase("section.favourites")
    if digest.favourites.refused:
        yield section, formatter.phrase("csv.refused"), "", digest.favourites.refused
    for liked in digest.favourites.liked:
        yield (
            section,
            formatter.timestamp(liked.created_at),
            _handle(formatter.author(liked.author)),
            _link(liked.post_id, formatter),
        )


def _feedback(digest: Digest, formatter: ReportFormatter) -> Iterator[_Row]:
    section = formatter.phrase("section.feedback")
    for department in digest.feedback:
        name = formatter.department(department.department)
        yield section, name, formatter.phrase("csv.total"), department.total
        for opinion in department.entries:
            yield section, name, _link(opinion.mention_id, formatter), opinion.text or formatter.phrase("feedback.gone")


def _labels(digest: Digest, formatter: ReportFormatter) -> Iterator[_Row]:
    for row in figures.labels(digest, formatter):
        yield formatter.phrase("section.labels"), row.name, "", row.number


def _misread(digest: Digest, formatter: ReportFormatter) -> Iterator[_Row]:
    section = formatter.phrase("section.misread")
    for correction, count in digest.misreadings.counts:
        yield section, formatter.phrase("csv.total"), figures.correction_text(correction, formatter), count
    for one in digest.misreadings.entries:
        link = _link(one.mention_id, formatter) if one.mention_id else ""
        yield section, one.case_id, figures.correction_text(one.correction, formatter), link


def _spend(digest: Digest, formatter: ReportFormatter) -> Iterator[_Row]:
    section = formatter.phrase("section.spend")
    yield section, formatter.phrase("spend.calls"), "", digest.spend.calls
    yield section, formatter.phrase("spend.usd"), "", digest.spend.micro_usd / 1_000_000
    for purpose, micro_usd in digest.spend.by_purpose.items():
        yield section, formatter.phrase("spend.usd"), figures.purpose_name(purpose, formatter), micro_usd / 1_000_000


def _link(post_id: str, formatter: ReportFormatter) -> str:
    return post_link(post_id, formatter.brand.x_site)


def _handle(name: str) -> str:
    """Return a handle without its @, which would begin a formula."""
    return name.removeprefix("@")


_SECTIONS: tuple[Callable[[Digest, ReportFormatter], Iterator[_Row]], ...] = (
    _about,
    _balance,
    _mentions,
    _heard,
    _spikes,
    _waiting,
    _listed,
    _answers,
    _against,
    _posts,
    _performance,
    _pauses,
    _attendance,
    _lines,
    _favourites,
    _feedback,
    _labels,
    _misread,
    _spend,
)
