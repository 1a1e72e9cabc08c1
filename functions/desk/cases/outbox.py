"""The outbox records notifications that are still to be sent.

An entry is written in the transaction that saves the change, and removed once all recipients were notified. Beside the
outbox is a list of cases whose reply is queued, written in the same way.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from desk.aws.dynamodb import moment_text, to_item
from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState
from desk.cases.transitions import ANSWERABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

OUTBOX = "case_outbox"
"""The `item` of outbox entries in the Desk table."""

QUEUED_REPLY = "reply_underway"
"""The `item` of the list of cases whose reply is queued."""


class OutboxEntry(NamedTuple):
    """A change of a case that somebody must be notified of: what happened when (aware), and the version it made."""

    case_id: str
    version: int
    what: str
    at: datetime


def needs_notification(after: Case, seen: Case, event: CaseEvent) -> bool:
    """Whether people must be notified: of a draft, one that is returned, a failed reply, a hand-over or a release."""
    return event.what in _NOTIFIED or gets_case(after, seen, event)


def gets_case(after: Case, seen: Case, event: CaseEvent) -> bool:
    """Whether a department has the case by this event that did not have it: not one that merely gets it back."""
    is_back = event.what is CaseEventKind.TAKEN_BACK
    return event.what is CaseEventKind.RELEASED or (after.department != seen.department and not is_back)


_NOTIFIED = frozenset({CaseEventKind.DRAFTED, CaseEventKind.RETURNED, CaseEventKind.NOT_SAID})


def is_still_relevant(event: CaseEvent, case: Case) -> bool:
    """Whether the recipient of the notification still has something to do, as the case is now."""
    if event.what is CaseEventKind.DRAFTED:
        return case.state in ANSWERABLE and case.draft is not None and case.draft.text == event.text
    if event.what is CaseEventKind.RETURNED:
        return case.state in ANSWERABLE and case.draft is not None and case.draft.comment == event.text
    is_theirs = event.what is CaseEventKind.NOT_SAID or case.department == event.department
    return is_theirs and case.state in ANSWERABLE


def outbox_actions(after: Case, seen: Case, event: CaseEvent, table: str) -> "Iterator[TransactWriteItemTypeDef]":
    """The writes to the Desk table that belong to the change from `seen` to `after`, which has its new version."""
    is_queued, was_queued = (case.state is CaseState.QUEUED for case in (after, seen))
    if is_queued and not (was_queued and after.post_id == seen.post_id):
        item = {"item": QUEUED_REPLY, "part": after.id, "post_id": after.post_id, "at": moment_text(event.at)}
        yield {"Put": {"TableName": table, "Item": to_item(item)}}
    elif was_queued and not is_queued:
        yield {"Delete": {"TableName": table, "Key": to_item({"item": QUEUED_REPLY, "part": after.id})}}
    if needs_notification(after, seen, event):
        entry = outbox_key(after.id, after.version) | to_item({"what": event.what.value, "at": moment_text(event.at)})
        yield {"Put": {"TableName": table, "Item": entry}}


def outbox_key(case_id: str, version: int) -> dict[str, Any]:
    """The key of the outbox entry for this version of the case (typed form)."""
    return to_item({"item": OUTBOX, "part": f"{case_id}#{version}"})


def outbox_entry(plain: dict[str, Any]) -> OutboxEntry:
    """The entry in a plain item."""
    case_id, _, version = plain["part"].partition("#")
    return OutboxEntry(case_id, int(version), plain["what"], datetime.fromisoformat(plain["at"]))
