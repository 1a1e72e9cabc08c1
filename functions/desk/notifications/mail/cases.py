"""Mails about cases: in full, or as a summary that lists many cases when a department's mail budget is used up."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.cases.author_cases import LISTED, may_open
from desk.cases.model import BY_COLLEAGUES, Event
from desk.cases.sla import UNSEEN_FOR
from desk.i18n import phrase, spoken_time
from desk.links import post_link
from desk.notifications.mail.parts import (
    RULE,
    Block,
    Mail,
    Quote,
    answer_lines,
    author_name,
    by_urgency,
    closing_lines_for,
    colleague_name,
    heard_lines,
    lines_of,
    list_entry,
    opening_line,
    quote_allowance,
    require_content,
    shown_event,
)
from desk.notifications.mail.subjects import cases_subject, summary_subject
from desk.notifications.model import Notification
from desk.reader.explain import SafetyNote, case_line, department_label, failure_sentence, reason, safety_lines
from desk.reading import OPERATOR, Urgency
from desk.text import one_line, quoted, utf8_bytes
from desk.x.model import Media, XPost

_THREAD_POSTS = 10
"""How many posts of the thread are shown, the newest; the rest is on X."""
_LEAST_QUOTE = 150
"""A quotation cut shorter than this is useless: then whole cases are shortened to list entries instead."""
_KNOWN_MEDIA = ("photo", "video", "animated_gif")
_WORD_LABELS = {
    Event.CASE_HANDED: ("mail.handed_by", "mail.note"),
    Event.CASE_DRAFTED: ("mail.drafted_by", "mail.draft"),
    Event.CASE_UNSAID: ("mail.drafted_by", "mail.unsaid_text"),
    Event.CASE_RETURNED: ("mail.returned_by", "mail.comment"),
    Event.CASE_REMINDED: ("mail.reminded_by", "mail.note"),
}
"""How a colleague's words are introduced: who wrote them, and what they are."""
_PERMANENT_FAILURES = ("gone", "not_summoned")
"""Why a reply failed where another text would fail as well."""
_LARGEST_NUMBER = 999_999
"""Stands for numbers that are not known yet when room is reserved for them."""


def render_mail(
    notifications: Sequence[Notification], department: str, brand: Brand, *, links: Mapping[str, str], max_bytes: int
) -> Mail:
    """One mail to the people of `department` about one or several cases, the most urgent first, in full where it fits.

    `links` are the addresses of the answer pages, by case; without any, the mail says that there are none. The body
    takes at most `max_bytes` of UTF-8: long posts are cut, visibly; where that is not enough the least urgent cases
    become list entries, and entries that do not fit either are counted. Raises ValueError when there are no
    notifications or `max_bytes` is below LEAST_BYTES.
    """
    require_content(notifications, max_bytes)
    ordered = by_urgency(notifications)
    say, is_bundle = partial(phrase, brand.language), len(ordered) > 1
    by_colleagues = all(one.event in BY_COLLEAGUES for one in ordered)  # then none of the posts is new
    counted = partial(say, "mail.bundle_of_news" if by_colleagues else "mail.bundle")
    opening = [opening_line(ordered, department, brand, links), ""]
    closing = closing_lines_for(ordered, department, brand, links)
    frame = [*opening, *([counted(count=len(ordered)), ""] if is_bundle else []), *closing]
    room = max_bytes - sum(utf8_bytes(line) + 1 for line in frame)
    sections: list[list[Block]] = []
    for place, one in enumerate(ordered):
        number = say("mail.number", number=place + 1) if is_bundle else ""
        sections.append([*(["", RULE, ""] if place else []), *_section(one, department, brand, links, number)])

    def entries_from(start: int) -> list[str]:
        return [list_entry(one, start + n, department, brand, links) for n, one in enumerate(ordered[start:], 1)]

    lines, left_out = _fit(sections, entries_from, room, brand)
    count = len(ordered) - left_out
    counts = [counted(count=count), ""] if is_bundle else []
    return Mail(cases_subject(ordered, count, department, brand), "\n".join([*opening, *counts, *lines, *closing]))


def _fit(
    sections: Sequence[Sequence[Block]], entries_from: Callable[[int], list[str]], room: int, brand: Brand
) -> tuple[list[str], int]:
    """The cases' lines, as many as possible in full and the others as entries, and how many cases do not fit.

    `entries_from` makes the entries of all cases except for this many at the beginning.
    """
    in_full = len(sections)
    while in_full:
        blocks = [block for section in sections[:in_full] for block in section]
        rest, left_out = _fit_entries(entries_from(in_full), room // 2, brand)
        allowance = quote_allowance(blocks, room - sum(utf8_bytes(line) + 1 for line in rest), brand)
        longest = max((utf8_bytes(block.text) for block in blocks if isinstance(block, Quote)), default=0)
        if allowance >= min(_LEAST_QUOTE, longest):
            return [*lines_of(blocks, allowance, brand), *rest], left_out
        in_full //= 2
    return _fit_entries(entries_from(0), room, brand)


def _fit_entries(entries: Sequence[str], room: int, brand: Brand) -> tuple[list[str], int]:
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


def _section(
    notification: Notification, department: str, brand: Brand, links: Mapping[str, str], number: str
) -> list[Block]:
    """One case in full, for the people of `department`."""
    say, event = partial(phrase, brand.language), notification.event
    blocks: list[Block] = [*_head(notification, brand, number), *heard_lines(notification, department, brand)]
    blocks += answer_lines(notification, department, brand, links)
    if event is Event.CASE_UNSAID:
        failure = notification.failure
        blocks.append(say("mail.unsaid", reason=one_line(failure_sentence(failure, brand))))
        blocks.append(say(f"mail.unsaid_do.{failure}" if failure in _PERMANENT_FAILURES else "mail.unsaid_do"))
    post, word = _post(notification, brand), _word(notification, brand)
    if event in (
        Event.CASE_HANDED,
        Event.CASE_RETURNED,
        Event.CASE_REMINDED,
    ):  # the note says why the case comes here, so it is read before the post
        blocks += [*word, *post]
    else:
        blocks += [*post, *(["", *word] if word else [])]
    thread = _thread(notification, brand)
    if thread:
        blocks += ["", say("mail.thread"), *thread]
    blocks += _earlier_cases(notification, department, brand, links)
    return [*blocks, "", say("mail.why"), *_reasons(notification, department, brand)]


def _head(notification: Notification, brand: Brand, number: str) -> list[Block]:
    say, case = partial(phrase, brand.language), notification.case
    heading = say(
        "mail.heading",
        number=number,
        urgent=say(f"urgency.{notification.urgency}"),
        kind=say(f"kind.{notification.label}"),
        event=say(f"event.{shown_event(notification)}"),
    )
    lines: list[Block] = [heading]
    if notification.safety_note:
        lines += safety_lines(notification.safety_note, brand)
    if notification.withheld_from not in ("", OPERATOR, notification.department):
        lines.append(say("mail.trial", department=department_label(notification.withheld_from, brand)))
    if case:
        due = "mail.due_high" if case.urgency is Urgency.HIGH else "mail.due"
        lines.append(say("mail.case", case=case.id))
        is_due = notification.allows_reply or notification.is_heard
        lines.append(say(due, time=_time(case.due_at, brand)) if is_due else say("mail.no_reply"))
    return lines


def _word(notification: Notification, brand: Brand) -> list[Block]:
    """What a colleague wrote, and who; a note may be empty, a draft never is."""
    say, word = partial(phrase, brand.language), notification.word
    if word is None:
        return []
    written_by, label = _WORD_LABELS[notification.event]
    lines: list[Block] = [say(written_by, by=colleague_name(word.by), time=_time(word.at, brand))]
    text = quoted(word.text)
    if text:
        lines += [say(label), Quote(text)]
    if word.promised_until:
        lines.append(say("mail.draft_promises", time=_time(word.promised_until, brand)))
    if notification.event is Event.CASE_DRAFTED and notification.case and notification.case.promises:
        lines.append(say("mail.promise_waits", time=_time(notification.case.promises[-1].due_at, brand)))
    return lines


def _post(notification: Notification, brand: Brand) -> list[Block]:
    say, post = partial(phrase, brand.language), notification.mention.post
    author = post.author or (notification.case.author if notification.case else None)
    text = quoted(post.text)
    is_edit = notification.mention.is_edit  # the department may know an earlier version
    return [
        say("mail.author", author=author_name(author)) if author else say("mail.author_unknown"),
        say("mail.time", time=_time(post.created_at, brand)),
        *([say("mail.text_edited" if is_edit else "mail.text"), Quote(text)] if text else [say("mail.text_empty")]),
        *_media(post.media, brand),
        say("mail.link", url=post_link(post.id, brand.x_site)),
    ]


def _media(media: tuple[Media, ...], brand: Brand) -> list[Block]:
    say, lines = partial(phrase, brand.language), list[Block]()
    if media:
        counts = Counter(item.type if item.type in _KNOWN_MEDIA else "other" for item in media)
        counted = [say(f"mail.media.{kind}", count=count) for kind, count in counts.items()]
        lines.append(say("mail.media", media=", ".join(counted)))
    described = [text for item in media if (text := quoted(item.alt_text or ""))]
    if described:
        lines += [say("mail.alt"), *map(Quote, described)]
    return lines


def _thread(notification: Notification, brand: Brand) -> list[Block]:
    say, mention = partial(phrase, brand.language), notification.mention
    lines: list[Block] = []
    posts = {earlier.id: earlier.post for earlier in notification.thread if earlier.id != mention.id}
    if mention.parent and mention.parent.post:
        posts.setdefault(mention.parent.id, mention.parent.post)
    elif mention.parent and mention.parent.id not in posts:
        lines.append(say("mail.thread_gone"))
    in_order = sorted(posts.values(), key=lambda post: post.created_at)
    if len(in_order) > _THREAD_POSTS:
        lines.append(say("mail.thread_more", count=len(in_order) - _THREAD_POSTS))
    for post in in_order[-_THREAD_POSTS:]:
        lines += [_thread_head(post, mention.post, brand), Quote(quoted(post.text) or quoted("…"))]
    return lines


def _thread_head(post: XPost, current: XPost, brand: Brand) -> str:
    say, time = partial(phrase, brand.language), _time(post.created_at, brand)
    if post.author_id == brand.user_id:
        return say("mail.thread_brand", time=time, handle=f"@{brand.handle}")
    if post.author_id == current.author_id:
        return say("mail.thread_same", time=time)
    if post.author:
        return say("mail.thread_other", time=time, author=author_name(post.author))
    return say("mail.thread_unknown", time=time)


def _earlier_cases(notification: Notification, department: str, brand: Brand, links: Mapping[str, str]) -> list[Block]:
    """The author's other cases: a department sees the list, and gets links to its own cases only."""
    if not notification.earlier:
        return []
    say, url = partial(phrase, brand.language), links.get(notification.case.id) if notification.case else None
    lines: list[Block] = ["", say("earlier.title")]
    for each in notification.earlier[:LISTED]:
        lines.append(f"- {case_line(each, brand, partial(_time, brand=brand))}")
        if url and may_open(each, department):
            lines.append(say("mail.earlier_link", url=f"{url}?case={each.id}"))
    if len(notification.earlier) > LISTED:
        lines.append(say("earlier.more", count=len(notification.earlier) - LISTED))
    return lines


def _reasons(notification: Notification, department: str, brand: Brand) -> list[Block]:
    """Why the mail comes to this department: what a colleague did, or else why the mention was read so."""
    say, case, reading = partial(phrase, brand.language), notification.case, notification.reading
    if case and notification.event in BY_COLLEAGUES:
        reasons = [say(f"mail.why.{notification.event}", department=department_label(case.department, brand))]
    else:
        reasons = [one_line(reason(why, reading, brand)) for why in reading.why]
    if case and notification.event is Event.CASE_UNSEEN:
        name, minutes = department_label(case.department, brand), UNSEEN_FOR // timedelta(minutes=1)
        reasons.insert(0, say("mail.why.case_unseen", department=name, minutes=minutes))
    if notification.withheld_from == department:
        reasons.append(say("mail.why.released"))
    if department != notification.department:
        is_self_harm = notification.safety_note is SafetyNote.SELF_HARM
        name = department_label(notification.department, brand)
        reasons.append(say("mail.operator_too" if is_self_harm else "mail.stand_in", department=name))
    return [f"- {one}" for one in reasons]


def _time(moment: datetime, brand: Brand) -> str:
    return spoken_time(moment, ZoneInfo(brand.timezone), brand.language)


class _Page(NamedTuple):
    """One mail's share of a summary; `first` is the number of its first entry."""

    entries: list[str]
    first: int
    part: int
    parts: int


def render_summary(
    notifications: Sequence[Notification], department: str, brand: Brand, *, links: Mapping[str, str], max_bytes: int
) -> list[Mail]:
    """Every case in a few lines, the most urgent first, in as few mails as hold them; none for no notifications.

    `links` and `max_bytes` are as for `render_mail`. Raises ValueError when `max_bytes` is below LEAST_BYTES.
    """
    if not notifications:
        return []
    require_content(notifications, max_bytes)
    ordered = by_urgency(notifications)
    body = partial(_summary_body, ordered, department, brand, links)
    largest = _Page([], _LARGEST_NUMBER, _LARGEST_NUMBER, _LARGEST_NUMBER)
    entries = [list_entry(one, place + 1, department, brand, links) for place, one in enumerate(ordered)]
    mails = []
    for page in _pages(entries, room=max_bytes - utf8_bytes(body(largest))):
        first = ordered[page.first - 1]
        part = (page.part, page.parts)
        subject = summary_subject(ordered, first, part, department, brand)
        mails.append(Mail(subject, body(page)))
    return mails


def _pages(entries: list[str], *, room: int) -> list[_Page]:
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


def _summary_body(
    ordered: list[Notification], department: str, brand: Brand, links: Mapping[str, str], page: _Page
) -> str:
    say = partial(phrase, brand.language)
    lines = [opening_line(ordered, department, brand, links), "", say("mail.summary", count=len(ordered))]
    if page.parts > 1:
        last = page.first + len(page.entries) - 1
        lines.append(say("mail.summary_part", part=page.part, parts=page.parts, first=page.first, last=last))
    closing = closing_lines_for(ordered, department, brand, links)
    return "\n".join([*lines, "", "\n\n".join(page.entries), *closing])
