"""The mail that reminds of a promise shortly before its time."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.cases.model import Case
from desk.i18n import phrase, spoken_time
from desk.links import post_link
from desk.notifications.mail.parts import Mail, closing_lines, colleague_name, console_lines
from desk.notifications.mail.subjects import subject_line
from desk.posts.model import Post
from desk.promises.model import Promise
from desk.text import quoted

_MINUTE = timedelta(minutes=1)


def render_promise(  # noqa: PLR0913, PLR0917 - what the mail says, and to whom
    promise: Promise, about: Case | Post, now: datetime, department: str, brand: Brand, links: Mapping[str, str]
) -> Mail:
    """One mail to the people of `department`; `links` are the addresses of answer pages, by case."""
    say, kind = partial(phrase, brand.language), promise.kind
    time = spoken_time(promise.due_at, ZoneInfo(brand.timezone), brand.language)
    case = say("subject.case", case=about.id) if isinstance(about, Case) else ""
    minutes = abs(promise.due_at - now) // _MINUTE
    lines = [
        say("chase.no_reply"),
        "",
        say(f"chase.promise.made.{kind}", by=colleague_name(promise.made_by), time=time),
        say("chase.promise.left" if now < promise.due_at else "chase.promise.passed", minutes=minutes),
        *([quoted(promise.words)] if promise.words else []),
        "",
        say(f"chase.promise.do.{kind}"),
        *(_of_case(about, department, brand, links) if isinstance(about, Case) else _of_post(about, brand)),
    ]
    subject = subject_line(say(f"chase.promise.subject.{kind}", time=time, case=case))
    return Mail(subject, "\n".join([*lines, *closing_lines(department, brand, can_answer=bool(links))]))


def _of_case(case: Case, department: str, brand: Brand, links: Mapping[str, str]) -> Iterator[str]:
    say = partial(phrase, brand.language)
    if case.draft and not case.draft.comment:
        yield say("chase.draft", by=colleague_name(case.draft.by))
    yield from console_lines(case.id, "to_answer", department, brand)
    if case.id in links:
        yield say("mail.answer", url=links[case.id])


def _of_post(post: Post, brand: Brand) -> Iterator[str]:
    if post.x_id:
        yield phrase(brand.language, "mail.link", url=post_link(post.x_id, brand.x_site))
    if brand.console_url:
        yield phrase(brand.language, "chase.promise.list", url=f"{brand.console_url}/promises")
