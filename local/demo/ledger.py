"""What the tables say: every mention with its reading, and the balance."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from boto3.dynamodb.types import TypeDeserializer

from desk.cases.items import CASE, case_event_of, case_of
from desk.cases.model import Case, CaseEvent, CaseState
from desk.cases.transitions import ANSWERABLE
from desk.reading import Urgency
from desk.x.spend import usage_of
from local.aws.deploy import Deployed


@dataclass(frozen=True, slots=True)
class Line:
    """One mention as the desk keeps it. `kind` is None while it waits; `why` are (rule, evidence) pairs.

    `review`: the kind is only probable, and its case waits for a person to decide. `is_heard`: it does not mention the
    brand, and was found by listening.
    """

    mention_id: str
    created_at: str
    author: str
    text: str
    kind: str | None
    department: str | None
    urgency: str | None
    why: tuple[tuple[str, str], ...]
    case_id: str | None
    waiting: str | None
    is_heard: bool = False
    review: bool = False


class CaseLine(NamedTuple):
    """One case in the tables. `mention_id` is its last mention; `rings` says whether on-call is called for it."""

    id: str
    department: str
    state: CaseState
    mention_id: str = ""
    rings: bool = False


class Noted(NamedTuple):
    """Something that the desk has written into a case's history."""

    case_id: str
    event: CaseEvent


@dataclass(frozen=True, slots=True)
class Balance:
    """The promise in figures: polled = read + waiting. `spend` is in micro-dollars."""

    polled: int
    read: int
    waiting: int
    calls: int
    spend: int

    @property
    def holds(self) -> bool:
        """Whether nothing is missing."""
        return self.polled == self.read + self.waiting


class Ledger:
    """Reads the tables of a stack whole; for a machine's own small tables."""

    def __init__(self, deployed: Deployed) -> None:
        self._dynamodb = deployed.aws.client("dynamodb")
        self._outputs = deployed.outputs

    def lines(self) -> list[Line]:
        """Every mention, oldest first."""
        return sorted((_line(item) for item in self._scan("MentionsTable")), key=lambda line: int(line.mention_id))

    def cases(self) -> list[CaseLine]:
        """Every case, in no order."""
        return [_case(case_of(item)) for item in self._items("CasesTable") if item["what"]["S"] == CASE]

    def case_about(self, mention_id: str) -> CaseLine | None:
        """The case that this mention belongs to; None if it has none, or none yet."""
        mention = self._item("MentionsTable", {"mention_id": {"S": mention_id}})
        if mention is None or "case_id" not in mention:
            return None
        case = self._item("CasesTable", {"case_id": mention["case_id"], "what": {"S": CASE}})
        return _case(case_of(case)) if case else None

    def noted(self) -> list[Noted]:
        """What the desk itself, and who answers on X, did with cases, in the order of time."""
        items = ((item["case_id"]["S"], case_event_of(item)) for item in self._items("CasesTable") if "did" in item)
        noted = [Noted(case_id, event) for case_id, event in items if event and not event.by]
        return sorted(noted, key=lambda one: (one.event.at, one.case_id))

    def balance(self) -> Balance:
        """What was polled by the poll's own count, against the mentions that were not only heard."""
        days = [item for item in self._scan("DeskTable") if item["item"].startswith("day#")]
        used = [usage_of(day) for day in days if day["part"] == "x_spend"]
        lines = [line for line in self.lines() if not line.is_heard]
        return Balance(
            polled=sum(int(day["n"]) for day in days if day["part"] == "polled"),
            read=sum(line.kind is not None for line in lines),
            waiting=sum(line.kind is None for line in lines),
            calls=sum(each.calls for each in used),
            spend=sum(each.micro_usd for each in used),
        )

    def _item(self, table: str, key: Mapping[str, Any]) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self._dynamodb.get_item(
            TableName=self._outputs[table], Key=key, ConsistentRead=True
        ).get("Item")
        return found

    def _scan(self, table: str) -> Iterator[dict[str, Any]]:
        read = TypeDeserializer().deserialize
        for item in self._items(table):
            yield {name: read(value) for name, value in item.items()}

    def _items(self, table: str) -> Iterator[dict[str, Any]]:
        """Items in DynamoDB's typed form."""
        pages = self._dynamodb.get_paginator("scan").paginate(TableName=self._outputs[table], ConsistentRead=True)
        for page in pages:
            yield from page["Items"]


def _case(case: Case) -> CaseLine:
    rings = case.wakes and case.urgency is Urgency.HIGH and case.state in ANSWERABLE and case.holder is None
    return CaseLine(case.id, case.department, case.state, case.mention_ids[-1], rings)


def _line(item: Mapping[str, Any]) -> Line:
    post = item.get("post") or {}
    post = json.loads(post) if isinstance(post, str) else post
    author = post.get("author") or {}
    return Line(
        mention_id=item["mention_id"],
        created_at=str(item.get("created_at", "")),
        author=str(author.get("username") or item.get("author_id", "")),
        text=str(post.get("text", "")),
        kind=item.get("kind"),
        department=item.get("department"),
        urgency=item.get("urgency"),
        why=tuple((one["rule"], one.get("evidence", "")) for one in item.get("why", ())),
        case_id=item.get("case_id"),
        waiting=item.get("waiting"),
        is_heard="source" in item,
        review="review" in item,
    )
