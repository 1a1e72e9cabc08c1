"""The mentions to read: those that opened no case, a screen at a time, until a person has seen them."""

from typing import TYPE_CHECKING, NamedTuple

from desk.mentions.seen import SeenMentions
from desk.reading import Kind
from operator_console.http import Visit
from operator_console.render import Renderer
from operator_console.rows import MentionRow, mention_row

if TYPE_CHECKING:
    from desk.mentions.model import UnseenMention

ON_A_SCREEN = 20
"""Mentions of a screen; those that are junk are folded and not counted to it."""

_LOOKED_AT = 60  # mentions of one screen, junk included


class Screen(NamedTuple):
    """A screen of mentions, the oldest first. `after` continues behind it; `ids` are all of it, the junk included."""

    rows: tuple[MentionRow, ...]
    junk: tuple[MentionRow, ...]
    ids: tuple[str, ...]
    after: str | None


class ToRead:
    """Reads screens."""

    def __init__(self, seen: SeenMentions, renderer: Renderer) -> None:
        self._seen = seen
        self._formatter = renderer.formatter

    def screen(self, visit: Visit) -> Screen:
        """The screen behind the place of the URL, the first one by default. Raises StoreBusy."""
        try:
            page = self._seen.unseen(limit=_LOOKED_AT, after=visit.request.query.get("after"))
        except ValueError:
            page = self._seen.unseen(limit=_LOOKED_AT)
        shown: list[UnseenMention] = []
        after, count = page.after, 0
        for mention in page.mentions:
            if count == ON_A_SCREEN:
                after = shown[-1].place
                break
            shown.append(mention)
            count += mention.kind is not Kind.JUNK
        rows = [(mention.kind, mention_row(mention, visit.now, self._formatter)) for mention in shown]
        return Screen(
            rows=tuple(row for kind, row in rows if kind is not Kind.JUNK),
            junk=tuple(row for kind, row in rows if kind is Kind.JUNK),
            ids=tuple(mention.post.id for mention in shown),
            after=after,
        )
