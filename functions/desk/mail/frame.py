"""What stands around the cases: the first lines, which say where an answer goes, and the last."""

from collections.abc import Mapping, Sequence
from functools import partial

from desk.brand import Brand
from desk.catalogue import phrase
from desk.delivery import Delivery
from desk.reading import OPERATOR

RULE = "─" * 20


def first_line(deliveries: Sequence[Delivery], department: str, brand: Brand, links: Mapping[str, str]) -> str:
    """That one does not reply to the mail, and what to do instead: without links, as if there were no page."""
    say = partial(phrase, brand.language)
    if not any(delivery.asks(department) for delivery in deliveries):
        return say("mail.nothing_to_answer")
    if not _asks_for_replies(deliveries, department):
        return say("mail.no_reply_allowed")
    if links:
        return say("mail.answer_by_link")
    if department == OPERATOR:
        return say("mail.reply_on_x", handle=f"@{brand.handle}")
    operator = brand.departments.get(OPERATOR)
    addresses = ", ".join(operator.emails) if operator else ""
    return say("mail.reply_to_operator", address=say("mail.address", addresses=addresses) if addresses else "")


def links_to_answer(deliveries: Sequence[Delivery], department: str, links: Mapping[str, str]) -> Mapping[str, str]:
    """The links, if any of them is for answering."""
    return links if _asks_for_replies(deliveries, department) else {}


def _asks_for_replies(deliveries: Sequence[Delivery], department: str) -> bool:
    return any(delivery.asks(department) and delivery.allows_reply for delivery in deliveries)


def last_lines(department: str, brand: Brand, links: Mapping[str, str]) -> list[str]:
    """What to do when a case came to the wrong place, and a warning of what SNS adds; `links` are for answering."""
    say = partial(phrase, brand.language)
    if links:
        return ["", say("mail.wrong_by_link"), say("mail.footer")]
    return ["", *([] if department == OPERATOR else [say("mail.wrong")]), say("mail.footer")]
