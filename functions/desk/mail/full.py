"""The mail that tells of cases in full."""

from collections.abc import Mapping, Sequence
from functools import partial

from desk.brand import Brand
from desk.catalogue import phrase
from desk.catalogue.reasons import spoken_department
from desk.delivery import BY_COLLEAGUES, Delivery
from desk.fitting import cut, fair_share, utf8_bytes
from desk.mail.entry import entry
from desk.mail.frame import RULE, first_line, last_lines, links_to_answer
from desk.mail.message import Mail, by_urgency, check_room, is_marked, shown_event, subject_of
from desk.mail.plain import first_words
from desk.mail.section import Block, section, size
from desk.reading import Urgency

_LEAST_QUOTE = 150
"""A quotation cut shorter than this tells nothing: then whole cases are shortened to list entries instead."""


def render_mail(
    deliveries: Sequence[Delivery], department: str, brand: Brand, *, links: Mapping[str, str], max_bytes: int
) -> Mail:
    """One mail to the people of `department` about one case or several, the most urgent first, in full where it fits.

    `links` are the addresses where they answer, by case; without any, the mail says that none could be made. Its body
    takes at most `max_bytes` of UTF-8. Long posts are cut, visibly; where even that does not help the least urgent
    cases become list entries, and what not even a list can hold is counted. Raises ValueError when there is nothing to
    tell or `max_bytes` is below LEAST_BYTES.
    """
    if not deliveries:
        raise ValueError("a mail needs something to tell")
    check_room(max_bytes)
    ordered = by_urgency(deliveries)
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
    ordered: list[Delivery], department: str, brand: Brand, links: Mapping[str, str], room: int
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


def _sections(ordered: list[Delivery], department: str, brand: Brand, links: Mapping[str, str]) -> list[list[Block]]:
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


def _is_news(ordered: list[Delivery]) -> bool:
    """Whether all of it comes of what colleagues did, so that none of the posts is new."""
    return all(delivery.event in BY_COLLEAGUES for delivery in ordered)


def _subject(ordered: list[Delivery], count: int, department: str, brand: Brand) -> str:
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
