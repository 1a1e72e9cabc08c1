"""The two mails about a spike of faults: one when it is found, and one when it has ended."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.cases.model import Case
from desk.cases.sla import answer_due_at
from desk.i18n import phrase, spoken_clock, spoken_time
from desk.links import post_link
from desk.notifications.mail.parts import Mail, closing_lines, console_lines
from desk.notifications.mail.subjects import subject_line
from desk.reader.explain import department_label
from desk.reading import OPERATOR
from desk.spikes.model import LASTS, Spike
from desk.text import QUOTE, cut, first_words
from desk.x.model import XPost

_EXCERPT_BYTES = 180  # about sixty syllables: enough to know what it is about
_HOUR = timedelta(hours=1)
_LEAST = 0.1
"""Usual numbers below this are named as less than it."""
_WHOLE = 10
"""From here on usual numbers have no decimal."""


class QuotedFault(NamedTuple):
    """A fault of the spike, and the number of its case."""

    post: XPost
    case_id: str | None = None


class WaitingCase(NamedTuple):
    """A case of the spike that waits for an answer; `post` is its newest one, None where its words were removed."""

    case: Case
    post: XPost | None


class SpikeExcerpt(NamedTuple):
    """What the first mail shows of a spike: its first faults, and the words that most of them share, with counts."""

    quoted: Sequence[QuotedFault] = ()
    words: Sequence[tuple[str, int]] = ()


class Ended(NamedTuple):
    """What the last mail shows: how many faults there were, and the cases that wait, with `more` that are not listed.

    `is_known` is False if this could not be read.
    """

    faults: int
    waiting: Sequence[WaitingCase] = ()
    more: int = 0
    is_known: bool = True

    @property
    def all_waiting(self) -> int:
        """How many cases wait."""
        return len(self.waiting) + self.more


def spike_page(spike: Spike, brand: Brand) -> str:
    """The address of the spike's page in the console."""
    return f"{brand.console_url}/spikes/{spike.id}"


def usual_text(expected: float, brand: Brand) -> str:
    """How many faults are usual: "0.4건", "12건", "거의 없음"."""
    if expected < _LEAST:
        return phrase(brand.language, "spike.usual_less")
    number = f"{expected:.0f}" if expected >= _WHOLE else f"{expected:.1f}".removesuffix(".0")
    return phrase(brand.language, "spike.usual", number=number)


def rate_text(spike: Spike, brand: Brand) -> str:
    """How many faults were found in how many minutes, and how many are usual."""
    usual = usual_text(spike.expected, brand)
    return phrase(brand.language, "spike.rate", minutes=spike.minutes, faults=spike.faults, usual=usual)


def render_spike(spike: Spike, found: SpikeExcerpt, topic: str, brand: Brand, links: Mapping[str, str]) -> Mail:
    """The mail that a spike has begun, to the people of `topic`; `links` are answer pages by case."""
    say = partial(phrase, brand.language)
    name, usual = department_label(spike.department, brand), usual_text(spike.expected, brand)
    lines = [
        *_opening(brand, links),
        say("spike_mail.intro", department=name, minutes=spike.minutes, faults=spike.faults, usual=usual),
        say("spike_mail.since", time=_time(spike.started_at, brand)),
    ]
    if found.words:
        words = [say("spike_mail.word", word=word, count=count) for word, count in found.words]
        lines.append(say("spike_mail.words", words=", ".join(words)))
    if brand.in_trial(spike.department):
        lines.append(say("spike_mail.trial", department=name))
    lines += ["", *_for_console(spike, topic, brand)]
    if found.quoted:
        lines += ["", say("spike_mail.first")]
        lines += [line for entry in _quoted(found.quoted, topic, brand, links) for line in ("", entry)]
    lines += ["", say("spike_mail.next"), say("spike_mail.next.joins", department=name)]
    lines += [say("spike_mail.next.danger"), say("spike_mail.next.end")]
    subject = say("spike_mail.subject", brand=brand.name(), department=name, rate=rate_text(spike, brand))
    return _mail(subject, lines, topic, brand, links)


def render_spike_end(spike: Spike, ended: Ended, topic: str, brand: Brand, links: Mapping[str, str]) -> Mail:
    """The mail that a spike has ended, to the people of `topic`: the cases that still wait, those due first on top."""
    say = partial(phrase, brand.language)
    name = department_label(spike.department, brand)
    since, until = _span(spike.started_at, spike.ended_at or spike.detected_at, brand)
    waits = "unknown" if not ended.is_known else "waiting" if ended.all_waiting else "none"
    why = "too_long" if spike.ended_at and spike.is_too_long(spike.ended_at) else "usual"
    span = say("spike_mail.ended", since=since, until=until, department=name, faults=ended.faults)
    lines = [
        *_opening(brand, links),
        f"{span} {say(f'spike_mail.ended.{why}', hours=LASTS // _HOUR)}",
        say(f"spike_mail.ended.{waits}", waiting=ended.all_waiting),
        say("spike_mail.ended.again"),
        *_page_line(spike, brand),
    ]
    lines += [line for entry in _waiting(ended.waiting, topic, brand, links) for line in ("", entry)]
    if ended.more:
        lines += ["", say("spike_mail.ended.more", count=ended.more)]
    subject = say(f"spike_mail.subject.{why}", brand=brand.name(), department=name, hours=LASTS // _HOUR)
    if ended.is_known:
        subject = say("spike_mail.subject.waiting", subject=subject, waiting=ended.all_waiting)
    return _mail(subject, lines, topic, brand, links)


def _mail(subject: str, lines: Sequence[str], topic: str, brand: Brand, links: Mapping[str, str]) -> Mail:
    closing = closing_lines(topic, brand, can_answer=bool(links))
    return Mail(subject_line(subject), "\n".join([*lines, *closing]))


def _opening(brand: Brand, links: Mapping[str, str]) -> Iterator[str]:
    yield phrase(brand.language, "mail.answer_by_link" if links else "spike_mail.look")
    yield ""


def _page_line(spike: Spike, brand: Brand) -> Iterator[str]:
    if brand.console_url:
        yield phrase(brand.language, "spike_mail.page", url=spike_page(spike, brand))


def _for_console(spike: Spike, topic: str, brand: Brand) -> Iterator[str]:
    """Where the faults are listed, and who writes the notice: the operator, in the console."""
    say = partial(phrase, brand.language)
    yield from _page_line(spike, brand)
    if topic == OPERATOR:
        if brand.console_url:
            yield say("spike_mail.notice", url=f"{brand.console_url}/write?start=began")
        return
    operator = brand.departments.get(OPERATOR)
    addresses = ", ".join(operator.emails) if operator else ""
    yield say("spike_mail.tell", address=say("mail.address", addresses=addresses) if addresses else "")


def _quoted(quoted: Sequence[QuotedFault], topic: str, brand: Brand, links: Mapping[str, str]) -> Iterator[str]:
    zone = ZoneInfo(brand.timezone)
    for number, (post, case_id) in enumerate(quoted, 1):
        time = spoken_clock(post.created_at, zone, brand.language)
        key = "spike_mail.quoted_case" if case_id else "spike_mail.quoted"
        head = phrase(brand.language, key, number=number, time=time, case=case_id)
        answer = _answer(case_id, topic, brand, links) if case_id else ()
        yield "\n  ".join([head, *answer, *_post(post, brand)])


def _waiting(cases: Sequence[WaitingCase], topic: str, brand: Brand, links: Mapping[str, str]) -> Iterator[str]:
    say = partial(phrase, brand.language)
    for number, (case, post) in enumerate(cases, 1):
        urgent, kind = say(f"urgency.{case.urgency}"), say(f"kind.{case.kind}")
        head = say("chase.entry", number=number, urgent=urgent, kind=kind, case=case.id)
        due = say("mail.due", time=_time(answer_due_at(case), brand))
        quote = _post(post, brand) if post else [say("chase.gone")]
        yield "\n  ".join([head, due, *_answer(case.id, topic, brand, links), *quote])


def _answer(case_id: str, topic: str, brand: Brand, links: Mapping[str, str]) -> Iterator[str]:
    yield from console_lines(case_id, "all", topic, brand)
    if case_id in links:
        yield phrase(brand.language, "mail.answer", url=links[case_id])


def _post(post: XPost, brand: Brand) -> list[str]:
    words = cut(first_words(post.text), _EXCERPT_BYTES) or phrase(brand.language, "mail.entry_empty")
    return [QUOTE + words, phrase(brand.language, "mail.link", url=post_link(post.id, brand.x_site))]


def _span(since: datetime, until: datetime, brand: Brand) -> tuple[str, str]:
    """Both times; the day once if they are on the same one."""
    zone = ZoneInfo(brand.timezone)
    is_one_day = since.astimezone(zone).date() == until.astimezone(zone).date()
    return _time(since, brand), spoken_clock(until, zone, brand.language) if is_one_day else _time(until, brand)


def _time(moment: datetime, brand: Brand) -> str:
    return spoken_time(moment, ZoneInfo(brand.timezone), brand.language)
