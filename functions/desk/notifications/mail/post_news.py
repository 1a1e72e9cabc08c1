"""The operator's mail about posts that need a person: what happened, why, and what to do.

What X said in its own words is kept with the post and in the log: clerks read the catalogue's sentences alone.
"""

from collections.abc import Sequence
from functools import partial
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.i18n import phrase
from desk.i18n.particles import spoken_time
from desk.links import account_link, post_link
from desk.notifications.mail.parts import RULE, Mail, check_room, subject_of
from desk.posts.model import NEVER_PUBLISHED, Post, PostReason, PostState
from desk.text import cut, one_line, quoted, utf8_bytes

_TEXT_BYTES = 1_500
"""A post's text is 280 characters at most, but an address in it may be thousands."""
_TO_DO = {
    PostState.IN_DOUBT: "post_news.do.uncertain",
    PostState.HELD: "post_news.do.held",
    PostState.EXPIRED: "post_news.do.expired",
}


def render_post_news(posts: Sequence[Post], brand: Brand, *, max_bytes: int) -> tuple[Mail, Sequence[Post]]:
    """One mail about as many of these posts as its body has room for, in this order, and which these are.

    At least one is in it. Raises ValueError when there is nothing to tell or `max_bytes` is below LEAST_BYTES.
    """
    if not posts:
        raise ValueError("a mail needs something to tell")
    check_room(max_bytes)
    say = partial(phrase, brand.language)
    intro = partial(say, "post_news.intro", handle=f"@{brand.handle}")
    closing = ["", say("post_news.more", count=len(posts)), "", say("mail.footer")]
    room = max_bytes - sum(utf8_bytes(line) + 1 for line in (intro(count=len(posts)), "", *closing))
    told = _fitting([_section(post, number, brand) for number, post in enumerate(posts, 1)], room)
    left_out = len(posts) - len(told)
    more = ["", say("post_news.more", count=left_out)] if left_out else []
    body = "\n".join([intro(count=len(told)), "", f"\n\n{RULE}\n\n".join(told), *more, "", say("mail.footer")])
    subject = subject_of(say("post_news.subject", name=brand.name(), count=len(told)))
    return Mail(subject, body), posts[: len(told)]


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
        *_why(post, brand),
        "",
        _to_do(post, brand),
    ]
    return "\n".join(lines)


def _why(post: Post, brand: Brand) -> list[str]:
    say = partial(phrase, brand.language)
    return [say("post_news.why", reason=say(f"post.reason.{post.reason}"))] if post.reason else []


def _to_do(post: Post, brand: Brand) -> str:
    """What the operator does, or whom they ask."""
    until = spoken_time(post.expires_at, ZoneInfo(brand.timezone), brand.language)
    waits = (
        post.case_id is not None and post.state in NEVER_PUBLISHED
    )  # and with it the case, until somebody answers anew
    key = "post_news.do.case" if waits else _TO_DO.get(post.state) or _to_do_when_refused(post.reason)
    return phrase(brand.language, key, url=account_link(brand.handle, brand.x_site), time=until)


def _to_do_when_refused(reason: PostReason | None) -> str:
    if reason in (PostReason.DUPLICATE, PostReason.NOT_SUMMONED, PostReason.GONE):
        return f"post_news.do.{reason}"
    return "post_news.do.refused"
