"""What a person should know in five seconds: one sentence, what needs them now, and the mail that says so."""

from collections.abc import Iterator
from typing import NamedTuple

from daily_digest import figures
from daily_digest.formatter import ReportFormatter
from daily_digest.model import (
    CaseList,
    Digest,
    ListedCase,
    ListedMention,
    MentionList,
    WaitingGroup,
)
from daily_digest.performance import RANKED_AT, PostPerformances
from daily_digest.promises import promise_sentences
from desk.brand import Brand, Purpose
from desk.links import post_link
from desk.notifications.mail.parts import Mail
from desk.notifications.mail.spikes import spike_page
from desk.notifications.mail.subjects import subject_line
from desk.posts.pause import stops_replies
from desk.posts.performance_words import measurement_words
from desk.spikes.model import Spike
from desk.text import QUOTE, cut, one_line
from desk.trends.model import RankedTrend


def headline(digest: Digest, formatter: ReportFormatter) -> str:
    """Say in one or two sentences how many mentions came and how many inquiries wait, and name days not counted."""
    sentences = [_first_sentence(digest, formatter)]
    if digest.uncounted:
        sentences.append(formatter.phrase("digest.uncounted", days=formatter.date_range(digest.uncounted)))
    return " ".join(sentences)


def _first_sentence(digest: Digest, formatter: ReportFormatter) -> str:
    total, waiting = digest.tally.total, digest.waiting.open_cases
    if not total:
        quiet = formatter.phrase(f"digest.quiet.{digest.edition}")
        left = formatter.phrase("digest.quiet.waiting", open=formatter.number(waiting)) if waiting else ""
        return f"{quiet} {left}".rstrip()
    if not waiting:
        return formatter.phrase("digest.headline.answered", total=formatter.number(total))
    return formatter.phrase("digest.headline.waiting", total=formatter.number(total), open=formatter.number(waiting))


class Todo(NamedTuple):
    """Something that needs a person. For a group of waiting cases: the listed ones, and the number of `more`.

    `page` is a line with the address of its page in the console; "" without one.
    """

    text: str
    group: WaitingGroup | None = None
    cases: tuple[ListedCase, ...] = ()
    more: int = 0
    page: str = ""


def todo(digest: Digest, formatter: ReportFormatter) -> list[Todo]:
    """Return what needs a person now, the most urgent first. Empty when nothing does and nobody waits."""
    paused = [
        Todo(
            formatter.phrase(
                "todo.paused" if stops_replies(pause) else "todo.paused.scheduled",
                since=formatter.moment(pause.began_at),
                reason=one_line(pause.reason),
            )
        )
        for pause in digest.pauses
        if pause.ended_at is None
    ]
    stopped = [
        Todo(formatter.phrase("todo.stopped", what=formatter.phrase(f"stop.{each.purpose}")))
        for each in digest.spend.stopped
        if each.purpose in (Purpose.MENTIONS, Purpose.PUBLISHING)
    ]
    cases = [_cases(group, cases, formatter) for group, cases in digest.waiting.lists.items()]
    later = [each for each in cases if each.group is WaitingGroup.LATER]
    spikes = [
        Todo(
            formatter.phrase("todo.spike", spike=figures.spike_text(found, formatter)),
            page=_spike_page(found.spike, formatter),
        )
        for found in digest.spikes
        if found.spike.is_open
    ]
    return [
        *spikes,
        *paused,
        *stopped,
        *(each for each in cases if each not in later),
        *_counted(digest, formatter),
        *later,
    ]


def _counted(digest: Digest, formatter: ReportFormatter) -> list[Todo]:
    posts, balance = digest.posts, digest.balance
    counts = {
        "todo.in_doubt": len(posts.in_doubt),
        "todo.held": len(posts.held),
        "todo.refused": len(posts.refused),
        "todo.expired": len(posts.expired),
        "todo.missing": 0 if balance.holds else abs(balance.polled - balance.read - balance.waiting),
        "todo.unreachable": len(digest.unreachable),
        "todo.greet": len({one.author_id for morning in digest.attendance for one in morning.not_greeted_back}),
    }
    return [Todo(formatter.phrase(key, count=formatter.number(count))) for key, count in counts.items() if count]


def _spike_page(spike: Spike, formatter: ReportFormatter) -> str:
    """A line with the address of the spike's page; "" without a console."""
    url = spike_page(spike, formatter.brand)
    return formatter.phrase("spike_mail.page", url=url) if formatter.brand.console_url else ""


def _cases(group: WaitingGroup, cases: CaseList, formatter: ReportFormatter) -> Todo:
    """Count urgent cases as the tables do, although they are listed in a group of their own."""
    besides = cases.urgent_besides if group in {WaitingGroup.OVERDUE, WaitingGroup.TODAY} else 0
    text = formatter.phrase(f"todo.{group}", count=formatter.number(cases.total + besides))
    if besides:
        text += formatter.phrase("todo.urgent_besides", count=formatter.number(besides))
    return Todo(text, group, cases.entries, cases.total - len(cases.entries))


def attendance_totals(digest: Digest) -> tuple[int, int]:
    """Return how many different people checked in, and how many of them are regulars."""
    everybody = {one.author_id for morning in digest.attendance for one in morning.attendees}
    regulars = {one.author_id for morning in digest.attendance for one in morning.attendees if one.regular}
    return len(everybody), len(regulars)


_ENTRIES = 10
"""Entries of one list in the mail; the page has the rest."""
_WORDS_BYTES = 180
"""About sixty syllables, enough to see what an entry is about."""


def render_summary(digest: Digest, brand: Brand, link: str) -> Mail:
    """Write the mail: what matters, and the link to the report.

    A text that people typed is one line, so that it can't look like a line of the desk.
    """
    formatter = ReportFormatter(brand)
    edition = formatter.phrase(f"digest.{digest.edition}")
    lines = [
        formatter.phrase("summary.no_reply"),
        "",
        *_lines(digest, formatter),
        formatter.phrase("summary.intro", period=formatter.period(digest.period), edition=edition),
        headline(digest, formatter),
        *_trends(digest, formatter),
        "",
        *([formatter.phrase("summary.console", url=brand.console_url)] if brand.console_url else []),
        formatter.phrase("summary.link", url=link),
        "",
        *_todo_lines(digest, formatter),
        "",
        *(_mentions(digest.mentions, formatter) if digest.mentions and digest.mentions.total else []),
        *(_performance(digest.performance, formatter) if digest.performance else []),
        f"■ {formatter.phrase('summary.glance')}",
        *(f"- {line}" for line in _glance(digest, formatter)),
        "",
        formatter.phrase("footer.private"),
        formatter.phrase("mail.footer"),
    ]
    return Mail(_subject(digest, formatter, edition), "\n".join(lines))


def _lines(digest: Digest, formatter: ReportFormatter) -> list[str]:
    """What people of the desk want its readers to know, with a line's end behind it."""
    lines = [formatter.phrase("line.by", line=one_line(each.line), by=one_line(each.by)) for each in digest.lines]
    return [*lines, ""] if lines else []


_TRENDS = 3
"""Trends that one line names."""
_NAME_BYTES = 90


def trends_sentence(digest: Digest, formatter: ReportFormatter) -> str:
    """Name the trends that touched the brand, with the mentions that share them; "" without any."""
    names = [_trend(trend, formatter) for trend in digest.touching[:_TRENDS]]
    more = len(digest.touching) - len(names)
    if more:
        names[-1] += f" {formatter.phrase('trends.note.more', count=formatter.number(more))}"
    return formatter.phrase("summary.trends", names=", ".join(names)) if names else ""


def _trend(trend: RankedTrend, formatter: ReportFormatter) -> str:
    """The name, which is a text of strangers, and how many more mentions than usual share it."""
    name, mentions = cut(one_line(trend.name), _NAME_BYTES), trend.mentions
    if not mentions.posts:
        return name
    count = formatter.number(mentions.posts)
    if mentions.times and mentions.is_more:
        times = formatter.number(round(mentions.times))
        return f"{name} ({formatter.phrase('summary.trend.times', count=count, times=times)})"
    return f"{name} ({formatter.phrase('trends.mentions', count=count)})"


def _trends(digest: Digest, formatter: ReportFormatter) -> Iterator[str]:
    sentence = trends_sentence(digest, formatter)
    if sentence:
        yield sentence
        if formatter.brand.console_url:
            yield formatter.phrase("summary.trends.link", url=f"{formatter.brand.console_url}/trends")


def _todo_lines(digest: Digest, formatter: ReportFormatter) -> Iterator[str]:
    todos = todo(digest, formatter)
    yield f"■ {formatter.phrase('todo.title')}" if todos else formatter.phrase("todo.none")
    for each in todos:
        yield f"- {each.text}"
        if each.page:
            yield f"  {each.page}"
        if each.group in {None, WaitingGroup.LATER}:
            continue
        shown = each.cases[:_ENTRIES]
        for number, case in enumerate(shown, 1):
            yield from _entry(number, formatter.case_head(case, digest.made_at), case, formatter)
        yield from _more(len(each.cases) - len(shown) + each.more, formatter)
    if any(each.cases for each in todos):
        yield formatter.phrase("todo.how")


def _mentions(mentions: MentionList, formatter: ReportFormatter) -> Iterator[str]:
    yield f"■ {formatter.phrase('section.mentions')}"
    yield formatter.mentions_note(mentions)
    shown = mentions.entries[:_ENTRIES]
    for number, mention in enumerate(shown, 1):
        yield from _entry(number, formatter.mention_head(mention), mention, formatter)
    yield from _more(len(mentions.entries) - len(shown) + mentions.left, formatter)
    yield ""


def _performance(performance: PostPerformances, formatter: ReportFormatter) -> Iterator[str]:
    """The best and the weakest post; nothing if too few were measured to tell."""
    if performance.best is None or performance.weakest is None:
        return
    yield f"■ {formatter.phrase('performance.digest.title')}"
    yield formatter.phrase("performance.digest.by")
    for key, one in (("best", performance.best), ("weakest", performance.weakest)):
        words = measurement_words(one.performance, one.compared, formatter.language)
        ranked = next(each for each in words if each.mark is RANKED_AT)
        usual = f" ({ranked.usual})" if ranked.usual else ""
        yield f"- {formatter.phrase(f'performance.digest.{key}')}: {ranked.numbers}{usual}"
        yield f"     {QUOTE}{cut(one_line(one.text), _WORDS_BYTES)}"
        yield f"     {formatter.phrase('mail.link', url=post_link(one.performance.x_id, formatter.brand.x_site))}"
    yield ""


def _entry(number: int, head: str, entry: ListedCase | ListedMention, formatter: ReportFormatter) -> Iterator[str]:
    yield f"  {number}. {head}"
    yield f"     {QUOTE}{cut(formatter.words_of(entry), _WORDS_BYTES)}"
    yield f"     {formatter.phrase('mail.link', url=post_link(entry.mention_id, formatter.brand.x_site))}"


def _more(count: int, formatter: ReportFormatter) -> Iterator[str]:
    if count:
        yield f"  {formatter.phrase('posts.more', count=formatter.number(count))}"


def _subject(digest: Digest, formatter: ReportFormatter, edition: str) -> str:
    total, waiting = formatter.number(digest.tally.total), formatter.number(digest.waiting.open_cases)
    day = formatter.day(formatter.local_day(digest.made_at))
    text = formatter.phrase(
        "summary.subject", brand=formatter.brand.name(), edition=edition, day=day, total=total, open=waiting
    )
    return subject_line(text)


def _glance(digest: Digest, formatter: ReportFormatter) -> list[str]:
    people, regulars = attendance_totals(digest)
    lines = [_answers(digest, formatter)]
    if digest.tally.total:
        rows = [row for row in figures.needs(digest.tally, formatter) if row.number]
        named = [formatter.phrase("summary.need", need=row.name, count=formatter.number(row.number)) for row in rows]
        lines.append(formatter.phrase("summary.needs", needs=", ".join(named)))
    if digest.balance.polled:
        seen, polled = formatter.number(digest.balance.seen), formatter.number(digest.balance.polled)
        lines.append(formatter.phrase("balance.seen_of", seen=seen, polled=polled))
    if digest.tally.review:
        lines.append(formatter.phrase("summary.review", count=formatter.number(digest.tally.review)))
    if promised := promise_sentences(digest.promises, formatter):
        lines.append(" ".join(promised))
    if digest.heard and digest.heard.total:
        lines.append(" ".join([formatter.phrase("summary.heard"), *figures.heard_sentences(digest.heard, formatter)]))
    for found in digest.spikes:
        if not found.spike.is_open:
            page = _spike_page(found.spike, formatter)
            lines.append(figures.spike_text(found, formatter) + (f"\n  {page}" if page else ""))
    lines.append(formatter.phrase("summary.posts", count=formatter.number(len(digest.posts.published))))
    if digest.attendance:
        count, known = formatter.number(people), formatter.number(regulars)
        lines.append(formatter.phrase("summary.attendance", count=count, regulars=known))
    if digest.favourites.refused:
        lines.append(formatter.phrase("summary.favourites_unknown"))
    else:
        lines.append(formatter.phrase("summary.favourites", count=formatter.number(len(digest.favourites.liked))))
    lines.append(formatter.phrase("summary.spend", usd=formatter.usd(digest.spend.micro_usd)))
    return [*lines, *figures.stopped_texts(digest, formatter), *figures.refused_texts(digest, formatter)]


def _answers(digest: Digest, formatter: ReportFormatter) -> str:
    answers = digest.answering.all
    if answers.waits is None:
        return formatter.phrase("summary.answers_none")
    median, p90 = map(formatter.duration, answers.waits)
    count = formatter.number(answers.answered + answers.moved)
    return formatter.phrase("summary.answers", count=count, half=median, nine_in_ten=p90)
