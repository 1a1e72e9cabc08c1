"""The mail that tells of cases in full."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.cases.author_cases import LISTED, may_open
from desk.cases.model import BY_COLLEAGUES, Event
from desk.i18n import phrase
from desk.i18n.particles import spoken_time
from desk.links import post_link
from desk.notifications.mail.parts import (
    RULE,
    Mail,
    answer_line,
    by_urgency,
    check_room,
    entry,
    first_line,
    is_edited,
    is_marked,
    last_lines,
    links_to_answer,
    shown_event,
    subject_of,
)
from desk.notifications.model import Notification
from desk.reader.explain import DangerNote, danger_lines, reason, spoken_case, spoken_department, spoken_failure
from desk.reading import Urgency
from desk.text import cut, fair_share, first_words, one_line, quoted, utf8_bytes
from desk.x.model import Author, Media, XPost

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
    delivery: Notification, department: str, brand: Brand, links: Mapping[str, str], number: str = ""
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


def _earlier(delivery: Notification, department: str, brand: Brand, links: Mapping[str, str]) -> Iterator[Block]:
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


def _why(delivery: Notification, department: str, brand: Brand) -> Iterator[str]:
    """What a colleague did is the reason, whatever the desk once read."""
    say = partial(phrase, brand.language)
    if delivery.case and delivery.event in BY_COLLEAGUES:
        yield say(f"mail.why.{delivery.event}", department=spoken_department(delivery.case.department, brand))
    else:
        yield from (one_line(reason(why, delivery.reading, brand)) for why in delivery.reading.why)
    if department != delivery.department:
        why_too = "mail.operator_too" if delivery.danger_note is DangerNote.SELF_HARM else "mail.stand_in"
        yield say(why_too, department=spoken_department(delivery.department, brand))


def _head(delivery: Notification, brand: Brand, number: str) -> Iterator[Block]:
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


def _word(delivery: Notification, brand: Brand) -> Iterator[Block]:
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


def _post(delivery: Notification, brand: Brand) -> Iterator[Block]:
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


def _thread(delivery: Notification, brand: Brand) -> Iterator[Block]:
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


_LEAST_QUOTE = 150
"""A quotation cut shorter than this tells nothing: then whole cases are shortened to list entries instead."""


def render_mail(
    notifications: Sequence[Notification], department: str, brand: Brand, *, links: Mapping[str, str], max_bytes: int
) -> Mail:
    """One mail to the people of `department` about one case or several, the most urgent first, in full where it fits.

    `links` are the addresses where they answer, by case; without any, the mail says that none could be made. Its body
    takes at most `max_bytes` of UTF-8. Long posts are cut, visibly; where even that does not help the least urgent
    cases become list entries, and what not even a list can hold is counted. Raises ValueError when there is nothing to
    tell or `max_bytes` is below LEAST_BYTES.
    """
    if not notifications:
        raise ValueError("a mail needs something to tell")
    check_room(max_bytes)
    ordered = by_urgency(notifications)
    bundle = "bundle_of_news" if _is_news(ordered) else "bundle"
    counted = partial(phrase, brand.language, f"mail.{bundle}")
    first = [first_line(ordered, department, brand, links), ""]
    opening = [*first, *([counted(count=len(ordered)), ""] if len(ordered) > 1 else [])]
    closing = last_lines(department, brand, links_to_answer(ordered, department, links))
    room = max_bytes - sum(utf8_bytes(line) + 1 for line in (*opening, *closing))
    told, left_out = _told(ordered, department, brand, links, room)
    count = len(ordered) - left_out
    opening = [*first, *([counted(count=count), ""] if len(ordered) > 1 else [])]
    return Mail(_subject(ordered, count, department, brand), "\n".join([*opening, *told, *closing]))


def _told(
    ordered: list[Notification], department: str, brand: Brand, links: Mapping[str, str], room: int
) -> tuple[list[str], int]:
    """The cases' lines, as many as possible in full, the others as entries; and how many there was no room for."""
    sections = _sections(ordered, department, brand, links)
    notice = phrase(brand.language, "mail.cut")
    entries: list[str] = []
    while sections:
        blocks = [block for one in sections for block in one]
        rest, left_out = _listed(entries, brand, room // 2)
        ours, sizes = size(blocks)
        left = room - ours - sum(utf8_bytes(line) + 1 for line in rest)
        if sum(sizes) > left:
            left -= len(sizes) * (utf8_bytes(notice) + 1)
        allowance = fair_share(sizes, left)
        if allowance >= min(_LEAST_QUOTE, max(sizes, default=0)) and left >= 0:
            return [*(fitted(block, allowance, notice) for block in blocks), *rest], left_out
        keep = len(sections) // 2
        entries = [entry(one, keep + place + 1, department, brand, links) for place, one in enumerate(ordered[keep:])]
        sections = sections[:keep]
    return _listed(entries, brand, room)


def _sections(
    ordered: list[Notification], department: str, brand: Brand, links: Mapping[str, str]
) -> list[list[Block]]:
    if len(ordered) == 1:
        return [section(ordered[0], department, brand, links)]
    numbers = [phrase(brand.language, "mail.number", number=place + 1) for place in range(len(ordered))]
    return [
        [*(["", RULE, ""] if place else []), *section(one, department, brand, links, numbers[place])]
        for place, one in enumerate(ordered)
    ]


def fitted(block: Block, allowance: int, notice: str) -> str:
    """The block; a quotation that takes more bytes than `allowance` is cut, and `notice` says so below it."""
    if isinstance(block, str):
        return block
    return block.text if utf8_bytes(block.text) <= allowance else f"{cut(block.text, allowance)}\n{notice}"


def _listed(entries: list[str], brand: Brand, room: int) -> tuple[list[str], int]:
    """Entries under their heading, as many as fit, and how many do not."""
    if not entries:
        return [], 0
    say = partial(phrase, brand.language)
    lines = ["", say("mail.short_list"), ""]
    missing = partial(say, "mail.left_out")
    used = sum(utf8_bytes(line) + 1 for line in (*lines, missing(count=len(entries))))
    for place, one in enumerate(entries):
        used += utf8_bytes(one) + 1
        if used > room:
            left_out = len(entries) - place
            return [*lines, missing(count=left_out)], left_out
        lines.append(one)
    return lines, 0


def _is_news(ordered: list[Notification]) -> bool:
    """Whether all of it comes of what colleagues did, so that none of the posts is new."""
    return all(delivery.event in BY_COLLEAGUES for delivery in ordered)


def _subject(ordered: list[Notification], count: int, department: str, brand: Brand) -> str:
    """`count` is how many cases the mail tells of."""
    say, first = partial(phrase, brand.language), ordered[0]
    urgent = say(f"urgency.{first.urgency}") if first.urgency is Urgency.HIGH else ""
    name = spoken_department(department, brand)
    if len(ordered) > 1:
        bundle = "subject.bundle_of_news" if _is_news(ordered) else "subject.bundle"
        return subject_of(say(bundle, urgent=urgent, department=name, count=count))
    words = first_words(first.mention.post.text)
    event = f" ({say(f'event.{shown_event(first)}')})" if is_marked(first) else ""
    return subject_of(
        say(
            "subject.one",
            urgent=urgent,
            department=name,
            kind=say(f"kind.{first.kind}") + event,
            case=say("subject.case", case=first.case.id) if first.case else "",
            words=say("subject.words", words=words) if words else "",
        )
    )


_MOST = 999_999
"""Stands for numbers not known yet when room is kept for them."""


class _Page(NamedTuple):
    """One mail's share of the list; `first` is the number of its first entry."""

    entries: list[str]
    first: int
    part: int
    parts: int


def render_summary(
    notifications: Sequence[Notification], department: str, brand: Brand, *, links: Mapping[str, str], max_bytes: int
) -> list[Mail]:
    """Every case in a few lines, the most urgent first, in as few mails as hold them; none for no deliveries.

    `links` are the addresses where they are answered, by case; without any, each mail says that none could be made.
    No body takes more than `max_bytes` of UTF-8. Raises ValueError when `max_bytes` is below LEAST_BYTES.
    """
    if not notifications:
        return []
    check_room(max_bytes)
    ordered = by_urgency(notifications)
    body = partial(_body, ordered, department, brand, links)
    room = max_bytes - utf8_bytes(body(_Page([], _MOST, _MOST, _MOST)))
    pages = _pages([entry(one, place + 1, department, brand, links) for place, one in enumerate(ordered)], room)
    return [Mail(_summary_subject(ordered, department, brand, page), body(page)) for page in pages]


def _pages(entries: list[str], room: int) -> list[_Page]:
    groups: list[list[str]] = [[]]
    used = 0
    for one in entries:
        needed = utf8_bytes(one) + 2  # the blank line between entries
        if groups[-1] and used + needed > room:
            groups.append([])
            used = 0
        groups[-1].append(one)
        used += needed
    starts = [1]
    for group in groups:
        starts.append(starts[-1] + len(group))
    return [_Page(group, starts[place], place + 1, len(groups)) for place, group in enumerate(groups)]


def _body(ordered: list[Notification], department: str, brand: Brand, links: Mapping[str, str], page: _Page) -> str:
    say, answering = partial(phrase, brand.language), links_to_answer(ordered, department, links)
    lines = [first_line(ordered, department, brand, links), "", say("mail.summary", count=len(ordered))]
    if page.parts > 1:
        last = page.first + len(page.entries) - 1
        lines.append(say("mail.summary_part", part=page.part, parts=page.parts, first=page.first, last=last))
    return "\n".join([*lines, "", "\n\n".join(page.entries), *last_lines(department, brand, answering)])


def _summary_subject(ordered: list[Notification], department: str, brand: Brand, page: _Page) -> str:
    say = partial(phrase, brand.language)
    urgent = say(f"urgency.{ordered[page.first - 1].urgency}")
    name = spoken_department(department, brand)
    text = say("subject.summary", urgent=urgent, department=name, count=len(ordered))
    return subject_of(text, say("subject.part", part=page.part, parts=page.parts) if page.parts > 1 else "")
