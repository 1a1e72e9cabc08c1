"""The operator's mail about posts that need a person: what happened, why, and what to do.

The post and the log keep X's own error text; the mail has only sentences of the catalogue, which clerks understand.
"""

from collections.abc import Sequence
from functools import partial
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.i18n import phrase, spoken_time
from desk.links import account_link, post_link
from desk.notifications.mail.parts import RULE, Mail, require_content
from desk.notifications.mail.subjects import posts_subject
from desk.posts.model import NEVER_PUBLISHED, Post, PostReason, PostState
from desk.text import cut, one_line, quoted, utf8_bytes

_TEXT_BYTES = 1_500
"""A post's text is 280 characters at most, but an address in it may be thousands."""
_TO_DO = {
    PostState.IN_DOUBT: "post_news.do.in_doubt",
    PostState.AWAITING_APPROVAL: "post_news.do.awaiting_approval",
    PostState.HELD: "post_news.do.held",
    PostState.EXPIRED: "post_news.do.expired",
}


def render_post_news(posts: Sequence[Post], brand: Brand, *, max_bytes: int) -> tuple[Mail, Sequence[Post]]:
    """One mail about as many of these posts as its body has room for, in this order, and which these are.

    It has at least one post. Raises ValueError when there are no posts or `max_bytes` is below LEAST_BYTES.
    """
    require_content(posts, max_bytes)
    say = partial(phrase, brand.language)
    intro = partial(say, "post_news.intro", handle=f"@{brand.handle}")
    closing = ["", say("post_news.more", count=len(posts)), "", say("mail.footer")]
    room = max_bytes - sum(utf8_bytes(line) + 1 for line in (intro(count=len(posts)), "", *closing))
    sections = _fitting([_section(post, number, brand) for number, post in enumerate(posts, 1)], room)
    left_out = len(posts) - len(sections)
    more = ["", say("post_news.more", count=left_out)] if left_out else []
    body = "\n".join([intro(count=len(sections)), "", f"\n\n{RULE}\n\n".join(sections), *more, "", say("mail.footer")])
    return Mail(posts_subject(len(sections), brand), body), posts[: len(sections)]


def _fitting(sections: list[str], room: int) -> list[str]:
    """As many as fit, and the first in any case."""
    used = 0
    for place, section in enumerate(sections):
        used += utf8_bytes(section) + utf8_bytes(RULE) + 4
        if place and used > room:
            return sections[:place]
    return sections


def _section(post: Post, number: int, brand: Brand) -> str:
    say = partial(phrase, brand.language)
    time = partial(spoken_time, zone=ZoneInfo(brand.timezone), language=brand.language)
    lines = [
        say(
            "post_news.heading",
            number=number,
            state=say(f"post.state.{post.state}"),
            kind=say(f"post.kind.{post.kind}"),
        ),
        say("post_news.id", id=post.id),
        say("post_news.due", time=time(post.publish_at), by=one_line(post.by)),
        *([say("post_news.reply_to", url=post_link(post.in_reply_to, brand.x_site))] if post.in_reply_to else []),
        *([say("post_news.case", case=post.case_id)] if post.case_id else []),
        say("post_news.text"),
        quoted(cut(post.text, _TEXT_BYTES)),
        *([say("post_news.why", reason=say(f"post.reason.{post.reason}"))] if post.reason else []),
        "",
        _to_do(post, brand),
    ]
    return "\n".join(lines)


def _to_do(post: Post, brand: Brand) -> str:
    """What the operator should do, or whom to ask."""
    until = spoken_time(post.expires_at, ZoneInfo(brand.timezone), brand.language)
    case_waits = post.case_id is not None and post.state in NEVER_PUBLISHED  # until somebody answers it again
    key = "post_news.do.case" if case_waits else _TO_DO.get(post.state) or _to_do_after_error(post.reason)
    account = account_link(brand.handle, brand.x_site)
    page = f"inbox/to_review/{post.case_id}" if case_waits else "stop"
    if post.state is PostState.AWAITING_APPROVAL:
        page = f"calendar?day={post.publish_at.astimezone(ZoneInfo(brand.timezone)):%Y-%m-%d}#post-{post.id}"
    return phrase(brand.language, key, url=account, time=until, console=f"{brand.console_url}/{page}")


def _to_do_after_error(reason: PostReason | None) -> str:
    if reason in (PostReason.DUPLICATE, PostReason.NOT_SUMMONED, PostReason.GONE):
        return f"post_news.do.{reason}"
    return "post_news.do.refused"
