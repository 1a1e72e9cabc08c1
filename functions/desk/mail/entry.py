"""One case in a few short lines of a list: number, urgency, kind, first words, link."""

from functools import partial
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.catalogue import phrase
from desk.catalogue.dates import spoken_time
from desk.catalogue.reasons import spoken_department
from desk.delivery import Delivery
from desk.fitting import cut
from desk.links import post_link
from desk.mail.message import is_edited
from desk.mail.plain import QUOTE, first_words

_WORDS_BYTES = 180
"""About sixty syllables: enough to know what it is about."""


def entry(delivery: Delivery, number: int, department: str, brand: Brand) -> str:
    """The lines of one case for the people of `department`, without a line end; at most about 500 bytes."""
    say, case, post = partial(phrase, brand.language), delivery.case, delivery.mention.post
    due = spoken_time(case.due_at, ZoneInfo(brand.timezone), brand.language) if case else ""
    whose = spoken_department(delivery.department, brand)
    head = say(
        "mail.entry",
        number=number,
        urgent=say(f"urgency.{delivery.urgency}"),
        kind=say(f"kind.{delivery.reading.kind}"),
        case=say("mail.entry_case", case=case.id) if case else "",
        due=say("mail.entry_due", time=due) if case else "",
        edited=say("mail.entry_edited") if is_edited(delivery) else "",
        whose=say("mail.entry_whose", department=whose) if delivery.department != department else "",
    )
    words = cut(first_words(post.text), _WORDS_BYTES)
    return f"{head}\n  {QUOTE}{words or say('mail.entry_empty')}\n  {post_link(post.id)}"
