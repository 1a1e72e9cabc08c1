"""What a trial shows of each department: how often its proposed cases were released unchanged, and expected mails.

The figures hold nobody's words, so they outlive the cases. A decision is counted in the transaction that saves it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import moment_text, parts_of, store_errors, to_item
from desk.cases.model import Case, CaseEvent, CaseEventKind

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

TRIAL = "trial"
"""The `item` of these figures in the Desk table; its `part` is the department that was proposed."""

_MAILS_OF, _CORRECTED_TO = "mails#", "to#"


class Withheld(NamedTuple):
    """What was withheld from a department at once, how many mails it would have been, and how much was about a risk."""

    notifications: int
    mails: int
    danger: int

    def by_name(self, day: date) -> Mapping[str, int]:
        """The counts as attributes of the department's item."""
        return {"withheld": self.notifications, f"{_MAILS_OF}{day}": self.mails, "danger": self.danger}


@dataclass(frozen=True, slots=True)
class TrialFigures:
    """The figures of one department. `since` is when the first of them was counted.

    `released` cases went to the proposed department, `corrected` ones to another, by its key, and `closed` ones to
    nobody. `withheld` counts notifications that were not sent, `danger` those of them that went to the operator.
    `mails` is how many mails the department would have got, by day.
    """

    department: str
    since: datetime | None = None
    released: int = 0
    closed: int = 0
    withheld: int = 0
    danger: int = 0
    corrected: Mapping[str, int] = field(default_factory=dict)
    mails: Mapping[date, int] = field(default_factory=dict)

    @property
    def decided(self) -> int:
        """The cases whose proposed department a person judged."""
        return self.released + self.closed + sum(self.corrected.values())

    @property
    def agreement(self) -> int | None:
        """How many of a hundred of these were released unchanged; None without any."""
        return round(100 * self.released / self.decided) if self.decided else None

    @property
    def most_mails(self) -> int:
        """The mails of the day with the most of them."""
        return max(self.mails.values(), default=0)

    def mails_a_day(self, today: date, first: date) -> str:
        """The average of mails from the first day to today: "4.5"."""
        return f"{sum(self.mails.values()) / max((today - first).days + 1, 1):.1f}".removesuffix(".0")


def decision_in(after: Case, seen: Case, event: CaseEvent) -> str | None:
    """The name under which a change of a case counts as the decision about a proposal; None if it is no decision.

    Answering a case directly says nothing about the department that was proposed.
    """
    if not seen.awaits_release or after.awaits_release:
        return None
    if event.what is CaseEventKind.RELEASED:
        return "released"
    if event.what is CaseEventKind.CLOSED or (event.what is CaseEventKind.MISREAD and not event.department):
        return "closed"
    if event.what in (CaseEventKind.HANDED, CaseEventKind.MISREAD):
        return "released" if after.department == seen.department else f"{_CORRECTED_TO}{after.department}"
    return None


def decision_actions(after: Case, seen: Case, event: CaseEvent, table: str) -> "Sequence[TransactWriteItemTypeDef]":
    """The write to the Desk table that counts the decision; none for a change that is none."""
    name = decision_in(after, seen, event)
    if name is None:
        return []
    return [{"Update": _adding(table, seen.department, {name: 1}, event.at)}]


class TrialStore(Protocol):
    """The figures of the trial. Every method raises StoreBusy."""

    def figures(self) -> Sequence[TrialFigures]:
        """The figures of every department that has some, by its key."""
        ...

    def count_withheld(self, department: str, now: datetime, day: date, counts: Withheld) -> None:
        """Count notifications that were not sent, and the mails that they would have been, on this day of the desk."""
        ...


class TrialItems:
    """Implements TrialStore on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def figures(self) -> Sequence[TrialFigures]:
        """See TrialStore."""
        return [figures_of(plain) for plain in parts_of(self._client, self._desk, TRIAL)]

    def count_withheld(self, department: str, now: datetime, day: date, counts: Withheld) -> None:
        """See TrialStore. A count whose answer was lost may be counted twice."""
        with store_errors():
            self._client.update_item(**_adding(self._desk, department, counts.by_name(day), now))


def _adding(table: str, department: str, counts: Mapping[str, int], now: datetime) -> Any:
    names = {name: count for name, count in counts.items() if count}
    places = list(enumerate(names.items()))
    added = ", ".join(f"#n{place} :n{place}" for place, _ in places)
    values: dict[str, Any] = {f":n{place}": count for place, (_, count) in places}
    return {
        "TableName": table,
        "Key": to_item({"item": TRIAL, "part": department}),
        "UpdateExpression": f"SET #since = if_not_exists(#since, :now) ADD {added}",
        "ExpressionAttributeNames": {"#since": "since"} | {f"#n{place}": name for place, (name, _) in places},
        "ExpressionAttributeValues": to_item(values | {":now": moment_text(now)}),
    }


def figures_of(plain: Mapping[str, Any]) -> TrialFigures:
    """The figures in a plain item."""
    return TrialFigures(
        department=plain["part"],
        since=datetime.fromisoformat(plain["since"]),
        released=int(plain.get("released", 0)),
        closed=int(plain.get("closed", 0)),
        withheld=int(plain.get("withheld", 0)),
        danger=int(plain.get("danger", 0)),
        corrected={
            name.removeprefix(_CORRECTED_TO): int(count)
            for name, count in sorted(plain.items())
            if name.startswith(_CORRECTED_TO)
        },
        mails={
            date.fromisoformat(name.removeprefix(_MAILS_OF)): int(count)
            for name, count in sorted(plain.items())
            if name.startswith(_MAILS_OF)
        },
    )
