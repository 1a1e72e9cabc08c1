"""The words of a reply on X that somebody keeps for others: without what belongs to the person it was given to."""

import re

from desk.brand import Brand
from desk.cases.store import CaseFile
from desk.private_numbers import masked
from desk.suggestions.similar import impersonal, unsigned
from desk.x.entities import EntityKind, entities, without_leading_handles

_FOR_ONE_PERSON = re.compile(r"[?#@]|/(?=[\w=-]*[0-9])(?=[\w=-]*[A-Za-z])[\w=-]{16,}(?:/|$)")
"""What a link has that was made for one person: a query, a fragment, or a long part with letters and figures."""
_ADDRESS = re.compile(r"https?://(\S+)", re.IGNORECASE)
_BLANKS = re.compile(r"[^\S\n]{2,}")
_ADDRESSED = re.compile(r"(\w{2,})(?=\s?님)")


def words_to_keep(file: CaseFile, x_id: str, brand: Brand) -> str:
    """The words of the case's reply with this id on X; "" if there is none.

    The author's name and the case's number become places. Handles other than the brand's and links that were made for
    one person are taken out.
    """
    posted = next((event for event in file.events if event.x_id == x_id), None)
    if posted is None:
        return ""
    same = (event.text for event in file.events if event.post_id == posted.post_id and event.text)
    text = posted.text or (next(same, "") if posted.post_id else "")
    name = file.case.author.name.casefold() if file.case.author else ""
    words = impersonal(unsigned(without_leading_handles(text).strip(), brand), file.case)
    words = _ADDRESSED.sub(lambda found: "{name}" if found[1].casefold() in name else found[1], words)
    return _BLANKS.sub(" ", masked(_for_all(words, brand))).strip()


def _for_all(text: str, brand: Brand) -> str:
    """The text without handles of others and links for one person, also of hosts in which X sees no link."""
    text = _ADDRESS.sub(lambda found: "" if _FOR_ONE_PERSON.search(found[1]) else found[0], text)
    for each in reversed(entities(text, {EntityKind.MENTION, EntityKind.LINK})):
        is_link = each.kind is EntityKind.LINK
        is_personal = bool(_FOR_ONE_PERSON.search(each.name)) if is_link else each.name.lower() != brand.handle.lower()
        if is_personal:
            text = text[: each.begin] + text[each.end :]
    return text
