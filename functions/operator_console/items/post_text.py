"""The text of a post of X as HTML: unaltered, with links, handles and hashtags linked as on X."""

import re

from markupsafe import Markup

from desk.links import account_link
from desk.text import mended
from desk.x.entities import Entity, EntityKind, entities

_KINDS = frozenset({EntityKind.LINK, EntityKind.MENTION, EntityKind.HASHTAG})
_LINK = Markup('<a href="{}" rel="noreferrer noopener" target="_blank">{}</a>')


def linked(text: str, site: str) -> Markup:
    """The text as HTML. `site` is X's website; no link leads anywhere but to http and https."""
    whole = mended(text)
    pieces, at = list[Markup](), 0
    for each in entities(whole, _KINDS):
        pieces += [
            Markup.escape(whole[at : each.begin]),
            _LINK.format(_address(each, site), whole[each.begin : each.end]),
        ]
        at = each.end
    return Markup("").join([*pieces, Markup.escape(whole[at:])])


def _address(entity: Entity, site: str) -> str:
    if entity.kind is EntityKind.MENTION:
        return account_link(entity.name, site)
    if entity.kind is EntityKind.HASHTAG:
        return f"{site}/hashtag/{entity.name}"
    return entity.name if re.match(r"https?://", entity.name, re.IGNORECASE) else f"https://{entity.name}"
