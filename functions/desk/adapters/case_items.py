"""A case as an item of the Cases table, and back.

Beside the case lie its events, one for each mention, under `what` = `event#<ISO time>#<mention id>`, so that they read
in order. `open` holds the department while the case is open, as the sparse key of the index by due time.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from desk.adapters.mention_items import from_item, to_item
from desk.case import Case, CaseState
from desk.ports.routing_store import Entry
from desk.reading import Kind, Need, Urgency
from desk.x_post import Author

CASE = "case"
"""The `what` of the case itself."""


def case_key(case_id: str) -> dict[str, Any]:
    """The key of the case itself."""
    return {"case_id": {"S": case_id}, "what": {"S": CASE}}


def case_item(case: Case, zone: ZoneInfo) -> dict[str, Any]:
    """The item of a case, on the day in the desk's zone on which it was opened."""
    return to_item(
        {
            "case_id": case.id,
            "what": CASE,
            "conversation_id": case.conversation_id,
            "author_id": case.author_id,
            "author": author_attribute(case.author),
            "department": case.department,
            "kind": case.kind.value,
            "need": case.need.value,
            "urgency": case.urgency.value,
            "lang": case.lang,
            "state": case.state.value,
            "open": case.department if case.state is CaseState.OPEN else None,
            "opened_at": case.opened_at.isoformat(),
            "due_at": case.due_at.isoformat(),
            "day": case.opened_at.astimezone(zone).date().isoformat(),
            "mention_ids": list(case.mention_ids),
        }
    )


def case_of(item: dict[str, Any]) -> Case:
    """The case in an item (typed form)."""
    plain = from_item(item)
    author = plain.get("author")
    return Case(
        id=plain["case_id"],
        conversation_id=plain["conversation_id"],
        author_id=plain["author_id"],
        author=Author(author["id"], author["username"], author["name"]) if author else None,
        department=plain["department"],
        kind=Kind(plain["kind"]),
        need=Need(plain["need"]),
        urgency=Urgency(plain["urgency"]),
        lang=plain["lang"],
        state=CaseState(plain["state"]),
        opened_at=datetime.fromisoformat(plain["opened_at"]),
        due_at=datetime.fromisoformat(plain["due_at"]),
        mention_ids=tuple(plain["mention_ids"]),
    )


def author_attribute(author: Author | None) -> dict[str, str] | None:
    """An author as a plain attribute."""
    return {"id": author.id, "username": author.username, "name": author.name} if author else None


def event_item(entry: Entry, case: Case) -> dict[str, Any]:
    """The event that a mention is to its case; the words stay with the mention."""
    moment = entry.mention.received_at.isoformat()
    return to_item(
        {
            "case_id": case.id,
            "what": f"event#{moment}#{entry.mention.id}",
            "event": entry.event.value if entry.event else None,
            "mention_id": entry.mention.id,
            "author_id": entry.mention.post.author_id,
            "kind": entry.reading.kind.value,
            "told": entry.published,
        }
    )
