"""One case in a few short lines of a list: number, urgency, kind, where to answer, first words, link."""

from collections.abc import Mapping
from functools import partial
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.catalogue import phrase
from desk.catalogue.danger import danger_lines
from desk.catalogue.dates import spoken_time
from desk.catalogue.reasons import spoken_department
from desk.delivery import Delivery
from desk.fitting import cut
from desk.links import post_link
from desk.mail.answer_line import answer_line
from desk.mail.message import NO_REPLY, is_marked, shown_event
from desk.mail.plain import QUOTE, first_words

_WORDS_BYTES = 180
"""About sixty syllables: enough to know what it is about."""


def entry(delivery: Delivery, number: int, department: str, brand: Brand, links: Mapping[str, str]) -> str:
    """The lines of one case for the people of `department`, without a line end; at most about 700 bytes."""
    say, case, post = partial(phrase, brand.language), delivery.case, delivery.mention.post
    due = spoken_time(case.due_at, ZoneInfo(brand.timezone), brand.language) if case else ""
    whose = spoken_department(delivery.department, brand)
    head = say(
        "mail.entry",
        number=number,
        urgent=say(f"urgency.{delivery.urgency}"),
        kind=say(f"kind.{delivery.kind}"),
        case=say("mail.entry_case", case=case.id) if case else "",
        due=say("mail.entry_due" if delivery.allows_reply else "mail.entry_no_reply", time=due) if case else "",
        event=say("mail.entry_event", event=say(f"event.{shown_event(delivery)}"))
        if is_marked(delivery) and shown_event(delivery) != NO_REPLY
        else "",
        whose=say("mail.entry_whose", department=whose) if delivery.department != department else "",
    )
    words = cut(first_words(post.text), _WORDS_BYTES)
    answer, note = answer_line(delivery, department, brand, links), delivery.danger_note
    warned = danger_lines(note, brand)[:1] if note else []
    lines = [QUOTE + (words or say("mail.entry_empty")), say("mail.link", url=post_link(post.id, brand.x_site))]
    return "\n  ".join([head, *warned, *([answer] if answer else []), *lines])
