"""The mail with a department's feedback: opinions in their authors' own words, grouped by topic."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.i18n import phrase, spoken_day, spoken_time
from desk.links import post_link
from desk.notifications.mail.parts import (
    Block,
    Mail,
    Quote,
    author_name,
    lines_of,
    quote_allowance,
    require_content,
)
from desk.notifications.mail.subjects import feedback_subject
from desk.reader.explain import department_label
from desk.reading import OPERATOR
from desk.text import quoted
from desk.x.model import XPost


class FeedbackGroup(NamedTuple):
    """Posts about the same topic, which `word` names; "" for posts with no word in common."""

    word: str
    posts: tuple[XPost, ...]


class MailedFeedback(NamedTuple):
    """The feedback of `department` from the day `first` to the day `last`; `more` posts are counted, not listed.

    `passed_on` are posts that the department got as praise before, which are in no other number.
    """

    department: str
    first: date
    last: date
    groups: tuple[FeedbackGroup, ...]
    more: int = 0
    passed_on: int = 0

    @property
    def listed(self) -> int:
        """How many posts are listed."""
        return sum(len(group.posts) for group in self.groups)

    @property
    def total(self) -> int:
        """How many posts there are."""
        return self.listed + self.more


def render_feedback(feedback: MailedFeedback, reader: str, brand: Brand, *, max_bytes: int) -> Mail:
    """The mail to the people of the department `reader`: the feedback's own department, or the operator standing in.

    Its body takes at most `max_bytes` of UTF-8; long posts are cut, visibly, to achieve that. Raises ValueError when
    there is no feedback or `max_bytes` is below LEAST_BYTES.
    """
    require_content(feedback.total, max_bytes)
    blocks = [*_opening(feedback, reader, brand), *_groups(feedback.groups, brand), *_closing(reader, brand)]
    lines = lines_of(blocks, quote_allowance(blocks, max_bytes, brand), brand)
    subject = feedback_subject(feedback.department, feedback.total, _days(feedback, brand), brand)
    return Mail(subject, "\n".join(lines))


def _opening(feedback: MailedFeedback, reader: str, brand: Brand) -> list[Block]:
    say = partial(phrase, brand.language)
    name, key = department_label(feedback.department, brand), "one_day" if _is_one_day(feedback) else "days"
    first, last = (spoken_day(day, brand.language) for day in (feedback.first, feedback.last))
    intro = say(f"feedback_mail.intro.{key}", first=first, last=last, department=name, count=feedback.total)
    lines: list[Block] = [say("mail.nothing_to_answer"), "", intro, say("feedback_mail.original")]
    if feedback.more:
        lines.append(say("feedback_mail.newest", count=feedback.listed))
    if feedback.passed_on:
        lines.append(say("feedback_mail.passed_on", count=feedback.passed_on))
    if reader != feedback.department:
        lines.append(say("mail.stand_in", department=name))
    return lines


def _groups(groups: Sequence[FeedbackGroup], brand: Brand) -> list[Block]:
    """The posts under the headings of their groups; without headings where there is only one group without a word."""
    say = partial(phrase, brand.language)
    blocks: list[Block] = []
    for group in groups:
        if group.word:
            blocks += ["", say("feedback_mail.about", word=group.word, count=len(group.posts))]
        elif len(groups) > 1:
            blocks += ["", say("feedback_mail.others", count=len(group.posts))]
        for post in group.posts:
            blocks += ["", *_post(post, brand)]
    return blocks


def _post(post: XPost, brand: Brand) -> list[Block]:
    say = partial(phrase, brand.language)
    time, text = spoken_time(post.created_at, ZoneInfo(brand.timezone), brand.language), quoted(post.text)
    if post.author:
        head = say("feedback_mail.author", author=author_name(post.author), time=time)
    else:
        head = say("feedback_mail.author_unknown", time=time)
    link = say("mail.link", url=post_link(post.id, brand.x_site))
    return [head, Quote(text) if text else say("mail.entry_empty"), link]


def _closing(reader: str, brand: Brand) -> list[Block]:
    say = partial(phrase, brand.language)
    asks = "feedback_mail.asks_operator" if reader == OPERATOR else "feedback_mail.asks"
    return ["", say(asks), say("mail.footer")]


def _days(feedback: MailedFeedback, brand: Brand) -> str:
    first, last = (spoken_day(day, brand.language) for day in (feedback.first, feedback.last))
    return first if _is_one_day(feedback) else phrase(brand.language, "feedback_mail.span", first=first, last=last)


def _is_one_day(feedback: MailedFeedback) -> bool:
    return feedback.first == feedback.last
