"""A case and its mentions, for the tests of where cases are kept."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.cases.model import Case, case_id_of
from desk.mentions.items import mention_item
from desk.mentions.model import Mention
from desk.reading import Kind, Need, Reading, Urgency, Why
from desk.routing.decide import plan
from desk.routing.unit_of_work import Committed
from desk.x.model import Author, XPost
from tests.brands import small_brand
from tests.cases import unit_of_work_on
from tests.tables import Tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SEOUL = ZoneInfo("Asia/Seoul")
BRAND: Brand = small_brand()
READING = Reading(Kind.INQUIRY, Need.SUPPORT, "billing", Urgency.NORMAL, "ko", 0.75, (Why("question", "언제"),))
CASE_ID = case_id_of("1", "7")


def mention(number: int, *, author: str = "7", conversation: str = "1", text: str = "언제 돼요?") -> Mention:
    post = XPost(
        id=str(number),
        text=text,
        author_id=author,
        created_at=NOON + timedelta(seconds=number),
        conversation_id=conversation,
        lang="ko",
        edit_ids=(str(number),),
        author=Author(author, "kim", "김"),
    )
    return Mention(post, NOON + timedelta(seconds=number))


def decided(mentions: "list[Mention]", cases: dict[str, Case], reading: Reading = READING) -> Any:
    """The steps that routing takes with these mentions on these cases."""
    return plan([(one, reading) for one in mentions], cases, BRAND).steps


class Routing:
    """What routing does with the tables: every case comes from there."""

    def __init__(self, client: "DynamoDBClient", tables: Tables) -> None:
        self._client = client
        self._tables = tables
        self.unit_of_work = unit_of_work_on(client, tables)

    def receive(self, *mentions: Mention) -> None:
        for one in mentions:
            self._client.put_item(TableName=self._tables.mentions, Item=mention_item(one, SEOUL))

    def route(self, *mentions: Mention, seen: dict[str, Case] | None = None, reading: Reading = READING) -> Committed:
        """Receive and commit, decided on the cases as `seen`, or as they are."""
        self.receive(*mentions)
        cases = (
            seen
            if seen is not None
            else self.unit_of_work.cases.get_many([CASE_ID, *(_case_id(one) for one in mentions)])
        )
        return self.unit_of_work.commit(decided(list(mentions), cases, reading), NOON)

    def forget(self, mention_id: str) -> None:
        self._client.update_item(
            TableName=self._tables.mentions,
            Key={"mention_id": {"S": mention_id}},
            UpdateExpression="REMOVE post, parent",
        )


def _case_id(one: Mention) -> str:
    return case_id_of(one.post.conversation_id, one.post.author_id)
