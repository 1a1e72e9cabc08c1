"""The mail with a customer's praise for a department, which somebody at the desk passed on."""

from functools import partial
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.i18n import phrase, spoken_time
from desk.links import post_link
from desk.notifications.mail.parts import (
    Block,
    Mail,
    Quote,
    author_name,
    colleague_name,
    lines_of,
    quote_allowance,
    require_content,
)
from desk.notifications.mail.subjects import subject_line
from desk.praise.store import PassedPraise
from desk.private_numbers import masked
from desk.reader.explain import department_label
from desk.text import one_line, quoted
from desk.x.model import XPost


def render_praise(praise: PassedPraise, post: XPost, reader: str, brand: Brand, *, max_bytes: int) -> Mail:
    """The mail to the people of `reader`: the department, or the operator standing in for it.

    Raises ValueError when `max_bytes` is below LEAST_BYTES.
    """
    require_content(1, max_bytes)
    say = partial(phrase, brand.language)
    department, by = department_label(praise.department, brand), colleague_name(praise.by)
    time, text = spoken_time(post.created_at, ZoneInfo(brand.timezone), brand.language), quoted(masked(post.text))
    author = author_name(post.author) if post.author else say("praise_mail.author_unknown")
    sentence = Quote(quoted(one_line(praise.sentence)))
    said: list[Block] = (
        [say("praise_mail.sentence", by=by), sentence] if praise.sentence else [say("praise_mail.by", by=by)]
    )
    blocks: list[Block] = [
        say("mail.nothing_to_answer"),
        *([say("mail.stand_in", department=department)] if reader != praise.department else []),
        "",
        say("praise_mail.intro", department=department),
        "",
        say("praise_mail.author", author=author, time=time),
        Quote(text) if text else say("mail.entry_empty"),
        say("mail.link", url=post_link(post.id, brand.x_site)),
        "",
        *said,
        say("praise_mail.share"),
        say("mail.footer"),
    ]
    subject = subject_line(say("praise_mail.subject", department=department))
    return Mail(subject, "\n".join(lines_of(blocks, quote_allowance(blocks, max_bytes, brand), brand)))
