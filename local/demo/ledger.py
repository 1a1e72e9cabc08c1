"""What the tables say: every mention with its reading, and the balance."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from boto3.dynamodb.types import TypeDeserializer

from desk.adapters.case_items import CASE
from desk.case import CaseState
from local.aws.deploy import Deployed


@dataclass(frozen=True, slots=True)
class Line:
    """One mention as the desk keeps it. `kind` is None while it waits; `why` are (rule, evidence) pairs."""

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


class CaseLine(NamedTuple):
    """One case as the desk keeps it."""

    id: str
    department: str
    state: CaseState


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
        cases = (item for item in self._scan("CasesTable") if item["what"] == CASE)
        return [CaseLine(item["case_id"], item["department"], CaseState(item["state"])) for item in cases]

    def balance(self) -> Balance:
        """What was polled by the poll's own count, against what the mentions say."""
        days = [item for item in self._scan("DeskTable") if item["item"].startswith("day#")]
        lines = self.lines()
        return Balance(
            polled=sum(int(day["n"]) for day in days if day["part"] == "polled"),
            read=sum(line.kind is not None for line in lines),
            waiting=sum(line.kind is None for line in lines),
            calls=sum(int(day["calls"]) for day in days if day["part"] == "x_spend"),
            spend=sum(int(day["micro_usd"]) for day in days if day["part"] == "x_spend"),
        )

    def _scan(self, table: str) -> Iterator[dict[str, Any]]:
        read = TypeDeserializer().deserialize
        pages = self._dynamodb.get_paginator("scan").paginate(TableName=self._outputs[table], ConsistentRead=True)
        for page in pages:
            for item in page["Items"]:
                yield {name: read(value) for name, value in item.items()}


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
    )
