"""A case for tests that only need one, and the stores on tables."""

from copy import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from desk.cases.model import Case, CaseState
from desk.cases.store import CaseStoreItems
from desk.mentions.store import MentionStoreItems
from desk.promises.model import Promise, PromiseKind
from desk.reading import Kind, Need, Urgency
from desk.routing.unit_of_work import UnitOfWorkItems
from tests.tables import Tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def a_case(asked_at: datetime, due_at: datetime | None = None, **changes: Any) -> Case:
    """An inquiry of billing's that nobody has taken on, due when it was asked unless a time is given."""
    case = Case(
        id="7Q2M4-XD93K",
        conversation_id="1",
        author_id="7",
        author=None,
        department="billing",
        kind=Kind.INQUIRY,
        need=Need.SUPPORT,
        urgency=Urgency.NORMAL,
        lang="ko",
        state=CaseState.OPEN,
        opened_at=asked_at,
        asked_at=asked_at,
        first_due_at=due_at or asked_at,
        due_at=due_at or asked_at,
        mention_ids=("1",),
    )
    return replace(case, **changes)


def a_promise(due_at: datetime, post_id: str = "reply-1", **changes: Any) -> Promise:
    """The promise of an answer to the author of that case, made three hours before its time."""
    made_at = due_at - timedelta(hours=3)
    promise = Promise(PromiseKind.ANSWER, "7Q2M4-XD93K", post_id, "세 시간 안에 알려 드릴게요", due_at, "지은", made_at)
    return replace(promise, **changes)


def unit_of_work_on(client: "DynamoDBClient", tables: Tables) -> UnitOfWorkItems:
    """The stores of mentions and cases on these tables, and what commits to both."""
    return UnitOfWorkItems(
        client,
        MentionStoreItems(client, mentions_table=tables.mentions, desk_table=tables.desk, zone=ZoneInfo("Asia/Seoul")),
        CaseStoreItems(client, cases_table=tables.cases, mentions_table=tables.mentions, desk_table=tables.desk),
        desk_table=tables.desk,
    )
