"""The line by which a case is answered, or closed where the author wants no reply."""

from collections.abc import Mapping

from desk.brand import Brand
from desk.catalogue import phrase
from desk.delivery import Delivery
from desk.reading import OPERATOR


def answer_line(delivery: Delivery, department: str, brand: Brand, links: Mapping[str, str]) -> str | None:
    """Where the people of `department` answer it, or that no link could be made; None where they have nothing to do.

    `links` are the addresses by case.
    """
    if delivery.case is None or not delivery.asks(department):
        return None
    url = links.get(delivery.case.id)
    if url:
        return phrase(brand.language, "mail.answer" if delivery.allows_reply else "mail.close", url=url)
    if not delivery.allows_reply:
        return phrase(brand.language, "mail.no_link_close")
    return phrase(brand.language, "mail.no_link_operator" if department == OPERATOR else "mail.no_link")
