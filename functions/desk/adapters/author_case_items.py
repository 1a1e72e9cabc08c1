"""An author's cases, from the sparse index `by_author` of the Cases table."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from desk.adapters.mention_items import from_item
from desk.adapters.store_errors import store_errors
from desk.author_cases import MOST, AuthorCase
from desk.case import CaseState
from desk.reading import Kind

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


_log = logging.getLogger(__name__)


def author_cases(client: "DynamoDBClient", cases_table: str, author_id: str, since: datetime) -> Sequence[AuthorCase]:
    """The author's cases that were opened since then, the newest first, 20 at most, in one call. Raises StoreBusy.

    The index follows the table within about a second: what has just changed may be missing, or as it was before. A
    malformed case is left out and logged, so that it hides no other.
    """
    ask: dict[str, Any] = {
        "TableName": cases_table,
        "IndexName": "by_author",
        "KeyConditionExpression": "author_id = :author AND opened_at >= :since",
        "ExpressionAttributeValues": {
            ":author": {"S": author_id},
            ":since": {"S": since.astimezone(UTC).isoformat()},
        },
        "ScanIndexForward": False,
        "Limit": MOST,
    }
    with store_errors():
        answer = client.query(**ask)
    return list(_sound(answer["Items"]))


def _sound(items: Iterable[dict[str, Any]]) -> Iterator[AuthorCase]:
    for item in items:
        try:
            case = _author_case(from_item(item))
        except (KeyError, TypeError, ValueError):
            _log.exception("the case %s is malformed", item["case_id"]["S"])
            continue
        yield case


def _author_case(plain: dict[str, Any]) -> AuthorCase:
    answered_at = plain.get("answered_at")
    return AuthorCase(
        id=plain["case_id"],
        department=plain["department"],
        kind=Kind(plain["kind"]),
        state=CaseState(plain["state"]),
        opened_at=datetime.fromisoformat(plain["opened_at"]),
        answered_at=datetime.fromisoformat(answered_at) if answered_at else None,
    )
