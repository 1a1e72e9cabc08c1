"""Mentions as rows of a list, with or without a case: of the search, and of the night."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from desk.cases.model import Case
from desk.formatting.formatter import clean_lines
from desk.mentions.heard import is_over
from desk.mentions.model import Source, StoredMention
from desk.private_numbers import masked
from desk.text import cut
from operator_console.app import Visit
from operator_console.inbox.stores import InboxStores
from operator_console.items.visible import department_of
from operator_console.shell.phrases import handle_of, near_moment
from operator_console.shell.render import Renderer

_TEXT = 600  # bytes


class MentionRow(NamedTuple):
    """A mention with this id; it opens with its case if it has one. `name` is "" where the account is not known.

    `is_heard`: listening found it.
    """

    id: str
    key: str
    name: str
    handle: str
    text: str
    lang: str
    created_at: datetime
    at: str
    at_iso: str
    department: str
    state: str
    is_heard: bool


class MentionRows:
    """Makes rows of mentions for the person of a visit."""

    def __init__(self, stores: InboxStores, renderer: Renderer) -> None:
        self._mentions = stores.mentions
        self._cases = stores.cases
        self._formatter = renderer.formatter

    def visible(self, visit: Visit, mention_ids: Sequence[str]) -> list[MentionRow]:
        """Those of the mentions that have words and that the person may see, in this order. Raises StoreBusy."""
        stored = self._mentions.get_many(mention_ids) if mention_ids else {}
        case_ids = {each.outcome.case_id for each in stored.values() if each.outcome and each.outcome.case_id}
        cases = self._cases.get_many(case_ids) if case_ids else {}
        shown = (stored[each] for each in mention_ids if each in stored and not is_over(stored[each], visit.now))
        rows = (self._row(visit, each, cases) for each in shown)
        return [row for row in rows if row]

    def _row(self, visit: Visit, stored: StoredMention, cases: Mapping[str, Case]) -> MentionRow | None:
        """A mention belongs to its case's department, wherever that was handed over to."""
        outcome, post = stored.outcome, stored.mention.post
        case = cases.get(outcome.case_id) if outcome and outcome.case_id else None
        department = case.department if case else department_of(stored)
        if not visit.person.sees(department):
            return None
        say = self._formatter.phrase
        return MentionRow(
            id=post.id,
            key=case.id if case else f"m{post.id}",
            name=post.author.name if post.author else "",
            handle=handle_of(post.author, self._formatter),
            text=masked(cut(clean_lines(post.text), _TEXT)),
            lang=post.lang,
            created_at=post.created_at,
            at=near_moment(post.created_at, visit.now, self._formatter),
            at_iso=self._formatter.iso(post.created_at),
            department=self._formatter.department(department),
            state=say(f"case.state.{case.state}") if case else say("console.search.no_case"),
            is_heard=stored.mention.source is Source.LISTENING,
        )
