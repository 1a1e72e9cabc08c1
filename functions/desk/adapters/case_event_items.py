"""What people did with a case as items beside it, and back: `did` tells them from the events that mentions are.

`day`, by UTC, and `at` are the key of the index `events_by_day`.
"""

from datetime import datetime
from typing import Any
from uuid import uuid4

from desk.adapters.mention_items import from_item, to_item
from desk.adapters.post_items import moment_text
from desk.case import Case
from desk.case_event import CaseEvent, CaseEventKind

_KINDS = frozenset(CaseEventKind)


def case_event_item(event: CaseEvent, case: Case) -> dict[str, Any]:
    """The item of an event that made the case what it is now.

    Its key is never used again, so that whoever finds it knows that this very item was written. Events of one moment
    sort by the case's version.
    """
    moment = moment_text(event.at)
    return to_item(
        {
            "case_id": case.id,
            "what": f"event#{moment}#{case.version:09}#{uuid4().hex}",
            "did": event.what.value,
            "day": moment[:10],
            "at": moment,
            "by": event.by,
            "text": event.text or None,
            "department": event.department,
            "kind": event.kind,
            "post_id": event.post_id,
            "request": event.request or None,
            "x_id": event.x_id,
            "asked_at": event.asked_at.isoformat() if event.asked_at else None,
            "was_kind": event.was_kind,
            "was_department": event.was_department,
        }
    )


def case_event_of(item: dict[str, Any]) -> CaseEvent | None:
    """The event in an item (typed form); None when it is a mention's, or of a kind that only another release knows."""
    plain = from_item(item)
    if plain.get("did") not in _KINDS:
        return None
    return CaseEvent(
        what=CaseEventKind(plain["did"]),
        at=datetime.fromisoformat(plain["at"]),
        by=plain["by"],
        text=plain.get("text", ""),
        department=plain.get("department"),
        kind=plain.get("kind"),
        post_id=plain.get("post_id"),
        request=plain.get("request", ""),
        x_id=plain.get("x_id"),
        asked_at=datetime.fromisoformat(plain["asked_at"]) if "asked_at" in plain else None,
        was_kind=plain.get("was_kind"),
        was_department=plain.get("was_department"),
    )
