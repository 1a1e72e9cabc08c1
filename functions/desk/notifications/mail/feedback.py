"""The mail with a department's feedback: what people think, in their own words, by what it is about."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.i18n import phrase
from desk.i18n.particles import spoken_day, spoken_time
from desk.links import post_link
from desk.notifications.mail.cases import Block, Quote, author_name, fitted, size
from desk.notifications.mail.parts import Mail, check_room, subject_of
from desk.reader.explain import spoken_department
from desk.reading import OPERATOR
from desk.text import fair_share, quoted, utf8_bytes
from desk.x.model import XPost


class FeedbackGroup(NamedTuple):
    """Posts about the same thing, which `word` names; "" for what has nothing in common."""

    word: str
    posts: tuple[XPost, ...]


class FeedbackList(NamedTuple):
    """The feedback of `department` from the day `first` to the day `last`; `more` posts are counted, not listed."""

    department: str
    first: date
    last: date
    groups: tuple[FeedbackGroup, ...]
    more: int = 0

    @property
    def listed(self) -> int:
        """How many posts are listed."""
        return sum(len(group.posts) for group in self.groups)

    @property
    def total(self) -> int:
        """How many posts there are."""
        return self.listed + self.more


def render_feedback(feedback: FeedbackList, reader: str, brand: Brand, *, max_bytes: int) -> Mail:
    """The mail to the people of the department `reader`: those whose feedback it is, or the operator in their place.

    Its body takes at most `max_bytes` of UTF-8; long posts are cut, visibly, where it would take more. Raises
    ValueError when there is nothing to tell or `max_bytes` is below LEAST_BYTES.
    """
    if not feedback.total:
        raise ValueError("a mail needs something to tell")
    check_room(max_bytes)
    blocks = [*_opening(feedback, reader, brand), *_groups(feedback.groups, brand), *_closing(reader, brand)]
    return Mail(_subject(feedback, brand), "\n".join(_within(blocks, max_bytes, brand)))


def _subject(feedback: FeedbackList, brand: Brand) -> str:
    say = partial(phrase, brand.language)
    name = spoken_department(feedback.department, brand)
    return subject_of(say("feedback_mail.subject", department=name, count=feedback.total, days=_days(feedback, brand)))


def _opening(feedback: FeedbackList, reader: str, brand: Brand) -> list[Block]:
    say = partial(phrase, brand.language)
    name, key = spoken_department(feedback.department, brand), "one_day" if _is_one_day(feedback) else "days"
    first, last = (spoken_day(day, brand.language) for day in (feedback.first, feedback.last))
    intro = say(f"feedback_mail.intro.{key}", first=first, last=last, department=name, count=feedback.total)
    lines: list[Block] = [say("mail.nothing_to_answer"), "", intro, say("feedback_mail.original")]
    if feedback.more:
        lines.append(say("feedback_mail.newest", count=feedback.listed))
    if reader != feedback.department:
        lines.append(say("mail.stand_in", department=name))
    return lines


def _groups(groups: Sequence[FeedbackGroup], brand: Brand) -> list[Block]:
    """The posts under the headings of their groups; without headings where nothing has anything in common."""
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


def _within(blocks: Sequence[Block], max_bytes: int, brand: Brand) -> list[str]:
    """The lines of the blocks, with the longest quotations cut as far as there is no room for them."""
    ours, sizes = size(list(blocks))
    notice = phrase(brand.language, "mail.cut")
    left = max_bytes - ours
    if sum(sizes) > left:
        left -= len(sizes) * (utf8_bytes(notice) + 1)
    allowance = fair_share(sizes, left)
    return [fitted(block, allowance, notice) for block in blocks]


def _days(feedback: FeedbackList, brand: Brand) -> str:
    first, last = (spoken_day(day, brand.language) for day in (feedback.first, feedback.last))
    return first if _is_one_day(feedback) else phrase(brand.language, "feedback_mail.span", first=first, last=last)


def _is_one_day(feedback: FeedbackList) -> bool:
    return feedback.first == feedback.last
