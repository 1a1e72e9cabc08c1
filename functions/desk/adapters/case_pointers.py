"""Pointers in the Desk table to cases that somebody still has to look at, written and removed with what they point to.

`reply_underway` / the case's id: its reply is on its way. `case_untold` / the case's id, `#` and the version that the
news made: somebody has to hear of it.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from desk.adapters.mention_items import to_item
from desk.adapters.post_items import moment_text
from desk.case import Case, CaseState
from desk.case_event import CaseEvent
from desk.case_news import is_news
from desk.ports.cases import Untold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

UNDERWAY = "reply_underway"
UNTOLD = "case_untold"


def pointing(after: Case, seen: Case, event: CaseEvent, table: str) -> "Iterator[TransactWriteItemTypeDef]":
    """What the step from `seen` to `after`, which has its new version, writes beside the case."""
    pointer = {"item": UNDERWAY, "part": after.id}
    is_queued, was_queued = (case.state is CaseState.QUEUED for case in (after, seen))
    if is_queued and not (was_queued and after.post_id == seen.post_id):
        item = pointer | {"post_id": after.post_id, "at": moment_text(event.at)}
        yield {"Put": {"TableName": table, "Item": to_item(item)}}
    elif was_queued and not is_queued:
        yield {"Delete": {"TableName": table, "Key": to_item(pointer)}}
    if is_news(after, seen, event):
        news = untold_key(after.id, after.version) | to_item({"what": event.what.value, "at": moment_text(event.at)})
        yield {"Put": {"TableName": table, "Item": news}}


def untold_key(case_id: str, version: int) -> dict[str, Any]:
    """The key of the pointer to news."""
    return to_item({"item": UNTOLD, "part": f"{case_id}#{version}"})


def untold_of(pointer: dict[str, Any]) -> Untold:
    """The news that a pointer (plain) points to."""
    case_id, _, version = pointer["part"].partition("#")
    return Untold(case_id, int(version), pointer["what"], datetime.fromisoformat(pointer["at"]))
