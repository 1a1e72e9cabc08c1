"""Who is to be notified of a change of a case, as entries of the outbox; and the list of cases whose reply is queued.

Both are written in the transaction that saves the change.
"""

from typing import TYPE_CHECKING

from desk.aws.dynamodb import moment_text, to_item
from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState
from desk.cases.transitions import ANSWERABLE, waits_at_department
from desk.outbox.model import OutboxEntry, OutboxKind, new_entry, versioned
from desk.outbox.store import outbox_actions
from desk.reading import OPERATOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

QUEUED_REPLY = "reply_underway"
"""The `item` of the list of cases whose reply is queued."""


def needs_notification(after: Case, seen: Case, event: CaseEvent) -> bool:
    """Whether people must be notified: of a draft, one that is returned, a reminder, a failed reply, or who has it."""
    return event.what in _NOTIFIED or gets_case(after, seen, event)


def gets_case(after: Case, seen: Case, event: CaseEvent) -> bool:
    """Whether a department has the case by this event that did not have it: not one that merely gets it back."""
    is_back = event.what in (CaseEventKind.TAKEN_BACK, CaseEventKind.RESTORED)
    return event.what is CaseEventKind.RELEASED or (after.department != seen.department and not is_back)


_NOTIFIED = frozenset(
    {CaseEventKind.DRAFTED, CaseEventKind.RETURNED, CaseEventKind.REMINDED_BY_PERSON, CaseEventKind.NOT_SAID}
)


def is_still_relevant(event: CaseEvent, case: Case) -> bool:
    """Whether the recipient of the notification still has something to do, as the case is now."""
    if event.what is CaseEventKind.DRAFTED:
        return case.state in ANSWERABLE and case.draft is not None and case.draft.text == event.text
    if event.what is CaseEventKind.RETURNED:
        return case.state in ANSWERABLE and case.draft is not None and case.draft.comment == event.text
    if event.what is CaseEventKind.REMINDED_BY_PERSON:
        return case.department == event.department and waits_at_department(case)
    is_theirs = event.what is CaseEventKind.NOT_SAID or case.department == event.department
    return is_theirs and case.state in ANSWERABLE


def entries_for(case: Case, event: CaseEvent) -> tuple[OutboxEntry, ...]:
    """An entry for each recipient of an event that needs a notification; the case has the version that it made.

    A failed reply is put in for the case's department and for the operator: who of them sent it the sender finds out.
    """
    if event.what is CaseEventKind.DRAFTED:
        recipients: tuple[str, ...] = (OPERATOR,)
    elif event.what is CaseEventKind.NOT_SAID:
        recipients = tuple(dict.fromkeys((case.department, OPERATOR)))
    else:
        recipients = (event.department or case.department,)
    subject = versioned(case.id, case.version)
    return tuple(new_entry(each, OutboxKind.CASE, subject, event.what, event.at) for each in recipients)


def actions_with(after: Case, seen: Case, event: CaseEvent, table: str) -> "Iterator[TransactWriteItemTypeDef]":
    """The writes to the Desk table that belong to the change from `seen` to `after`, which has its new version."""
    is_queued, was_queued = (case.state is CaseState.QUEUED for case in (after, seen))
    if is_queued and not (was_queued and after.post_id == seen.post_id):
        item = {"item": QUEUED_REPLY, "part": after.id, "post_id": after.post_id, "at": moment_text(event.at)}
        yield {"Put": {"TableName": table, "Item": to_item(item)}}
    elif was_queued and not is_queued:
        yield {"Delete": {"TableName": table, "Key": to_item({"item": QUEUED_REPLY, "part": after.id})}}
    if needs_notification(after, seen, event):
        yield from outbox_actions(entries_for(after, event), table)
