"""One case in a mail: who, what, when, the thread so far, why it came here and by when an answer is due."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.author_cases import LISTED, may_open
from desk.brand import Brand
from desk.catalogue import phrase
from desk.catalogue.author_cases import spoken_case
from desk.catalogue.danger import danger_lines
from desk.catalogue.dates import spoken_time
from desk.catalogue.reasons import reason, spoken_department, spoken_failure
from desk.danger_note import DangerNote
from desk.delivery import BY_COLLEAGUES, Delivery, Event
from desk.fitting import cut, utf8_bytes
from desk.links import post_link
from desk.mail.answer_line import answer_line
from desk.mail.message import is_edited, shown_event
from desk.mail.plain import one_line, quoted
from desk.reading import Urgency
from desk.x_post import Author, Media, XPost

_NAME_BYTES = 200
_THREAD_POSTS = 10
"""How many posts of the thread are shown, the newest; the rest is on X."""
_KNOWN_MEDIA = ("photo", "video", "animated_gif")
_WORD_OF = {
    Event.CASE_HANDED: ("mail.handed_by", "mail.note"),
    Event.CASE_DRAFTED: ("mail.drafted_by", "mail.draft"),
    Event.CASE_UNSAID: ("mail.drafted_by", "mail.unsaid_text"),
}
"""How a colleague's words are introduced: who wrote them, and what they are."""

_OTHERWISE = ("gone", "not_summoned")
"""Why a reply was not said where other words would not be said either."""


class Quote(NamedTuple):
    """A stranger's words, already marked line by line; the only part of a mail that may be cut."""

    text: str


type Block = str | Quote
"""A line of ours, or a quotation."""


def author_name(author: Author) -> str:
    """`@handle (name)`, in one line."""
    return cut(f"@{one_line(author.username)} ({one_line(author.name)})", _NAME_BYTES)


def section(
    delivery: Delivery, department: str, brand: Brand, links: Mapping[str, str], number: str = ""
) -> list[Block]:
    """The blocks of one case, for the people of `department`, to whom it is sent; `links` by case."""
    say = partial(phrase, brand.language)
    blocks: list[Block] = [*_head(delivery, brand, number)]
    answer = answer_line(delivery, department, brand, links)
    if answer:
        blocks.append(answer)
    if delivery.event is Event.CASE_UNSAID:
        blocks.append(say("mail.unsaid", reason=one_line(spoken_failure(delivery.failure, brand))))
        blocks.append(say(f"mail.unsaid_do.{delivery.failure}" if delivery.failure in _OTHERWISE else "mail.unsaid_do"))
    is_note, word = delivery.event is Event.CASE_HANDED, list(_word(delivery, brand))
    blocks += [*(word if is_note else []), *_post(delivery, brand)]
    if word and not is_note:
        blocks += ["", *word]
    thread = list(_thread(delivery, brand))
    if thread:
        blocks += ["", say("mail.thread"), *thread]
    blocks += _earlier(delivery, department, brand, links)
    return [*blocks, "", say("mail.why"), *(f"- {why}" for why in _why(delivery, department, brand))]


def _earlier(delivery: Delivery, department: str, brand: Brand, links: Mapping[str, str]) -> Iterator[Block]:
    """The author's other cases: a department sees what happened in all, and follows a link to its own only."""
    say, url = partial(phrase, brand.language), links.get(delivery.case.id) if delivery.case else None
    if delivery.earlier:
        yield from ("", say("earlier.title"))
    for each in delivery.earlier[:LISTED]:
        yield f"- {spoken_case(each, brand, partial(_spoken, brand=brand))}"
        if url and may_open(each, department):
            yield say("mail.earlier_link", url=f"{url}?case={each.id}")
    if len(delivery.earlier) > LISTED:
        yield say("earlier.more", count=len(delivery.earlier) - LISTED)


def _why(delivery: Delivery, department: str, brand: Brand) -> Iterator[str]:
    """What a colleague did is the reason, whatever the desk once read."""
    say = partial(phrase, brand.language)
    if delivery.case and delivery.event in BY_COLLEAGUES:
        yield say(f"mail.why.{delivery.event}", department=spoken_department(delivery.case.department, brand))
    else:
        yield from (one_line(reason(why, delivery.reading, brand)) for why in delivery.reading.why)
    if department != delivery.department:
        why_too = "mail.operator_too" if delivery.danger_note is DangerNote.SELF_HARM else "mail.stand_in"
        yield say(why_too, department=spoken_department(delivery.department, brand))


def _head(delivery: Delivery, brand: Brand, number: str) -> Iterator[Block]:
    say, case = partial(phrase, brand.language), delivery.case
    yield say(
        "mail.heading",
        number=number,
        urgent=say(f"urgency.{delivery.urgency}"),
        kind=say(f"kind.{delivery.kind}"),
        event=say(f"event.{shown_event(delivery)}"),
    )
    if delivery.danger_note:
        yield from danger_lines(delivery.danger_note, brand)
    if case:
        due = "mail.due_high" if case.urgency is Urgency.HIGH else "mail.due"
        yield say("mail.case", case=case.id)
        yield say(due, time=_spoken(case.due_at, brand)) if delivery.allows_reply else say("mail.no_reply")


def _word(delivery: Delivery, brand: Brand) -> Iterator[Block]:
    """What a colleague wrote; a note may be empty, a draft never is."""
    say, word = partial(phrase, brand.language), delivery.word
    if word is None:
        return
    written_by, introduced = _WORD_OF[delivery.event]
    yield say(written_by, by=cut(one_line(word.by), _NAME_BYTES), time=_spoken(word.at, brand))
    text = quoted(word.text)
    if text:
        yield say(introduced)
        yield Quote(text)
    if word.promised_until:
        yield say("mail.draft_promises", time=_spoken(word.promised_until, brand))


def _post(delivery: Delivery, brand: Brand) -> Iterator[Block]:
    say, post = partial(phrase, brand.language), delivery.mention.post
    author = post.author or (delivery.case.author if delivery.case else None)
    yield say("mail.author", author=author_name(author)) if author else say("mail.author_unknown")
    yield say("mail.time", time=_spoken(post.created_at, brand))
    text = quoted(post.text)
    if text:
        yield say("mail.text_edited" if is_edited(delivery) else "mail.text")
        yield Quote(text)
    else:
        yield say("mail.text_empty")
    yield from _media(post.media, brand)
    yield say("mail.link", url=post_link(post.id, brand.x_site))


def _media(media: tuple[Media, ...], brand: Brand) -> Iterator[Block]:
    say = partial(phrase, brand.language)
    if media:
        counts = Counter(item.type if item.type in _KNOWN_MEDIA else "other" for item in media)
        counted = [say(f"mail.media.{kind}", count=count) for kind, count in counts.items()]
        yield say("mail.media", media=", ".join(counted))
    described = [text for item in media if (text := quoted(item.alt_text or ""))]
    if described:
        yield say("mail.alt")
        yield from map(Quote, described)


def _thread(delivery: Delivery, brand: Brand) -> Iterator[Block]:
    say, mention = partial(phrase, brand.language), delivery.mention
    posts = {earlier.id: earlier.post for earlier in delivery.thread if earlier.id != mention.id}
    if mention.parent and mention.parent.post:
        posts.setdefault(mention.parent.id, mention.parent.post)
    elif mention.parent and mention.parent.id not in posts:
        yield say("mail.thread_gone")
    in_order = sorted(posts.values(), key=lambda post: post.created_at)
    if len(in_order) > _THREAD_POSTS:
        yield say("mail.thread_more", count=len(in_order) - _THREAD_POSTS)
    for post in in_order[-_THREAD_POSTS:]:
        yield _thread_head(post, mention.post, brand)
        yield Quote(quoted(post.text) or quoted("…"))


def _thread_head(post: XPost, current: XPost, brand: Brand) -> str:
    say, time = partial(phrase, brand.language), _spoken(post.created_at, brand)
    if post.author_id == brand.user_id:
        return say("mail.thread_brand", time=time, handle=f"@{brand.handle}")
    if post.author_id == current.author_id:
        return say("mail.thread_same", time=time)
    if post.author:
        return say("mail.thread_other", time=time, author=author_name(post.author))
    return say("mail.thread_unknown", time=time)


def _spoken(moment: datetime, brand: Brand) -> str:
    return spoken_time(moment, ZoneInfo(brand.timezone), brand.language)


def size(blocks: list[Block]) -> tuple[int, list[int]]:
    """The bytes of our lines, line ends of all blocks included, and the bytes of each quotation."""
    ours = sum(1 + (0 if isinstance(block, Quote) else utf8_bytes(block)) for block in blocks)
    return ours, [utf8_bytes(block.text) for block in blocks if isinstance(block, Quote)]
