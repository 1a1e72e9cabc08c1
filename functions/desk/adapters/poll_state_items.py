"""The poll's state as items of the Desk table: `poll` (lease, checkpoint, gaps)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from desk.adapters.all_or_nothing import REFUSED, all_or_nothing
from desk.adapters.desk_parts import parts_of
from desk.adapters.mention_items import to_item
from desk.adapters.store_errors import is_refused, store_errors, unless_refused
from desk.errors import LeaseLost, StoreBusy
from desk.gap import Checkpoint, Gap, GapSource, GapState, Question
from desk.ports.poll_state import Lease, PollRecord

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        ConditionCheckTypeDef,
        TransactWriteItemTypeDef,
    )

_LEASE = {"item": {"S": "poll"}, "part": {"S": "lease"}}
_KEPT_WHEN_FILLED = timedelta(days=30)
_FREE = 0  # a lease's `until` after its release


class PollStateItems:
    """The port PollState on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def load(self) -> PollRecord:
        """See PollState."""
        lease, checkpoint, gaps = None, None, list[Gap]()
        for plain in parts_of(self._client, self._table, "poll"):
            part = str(plain["part"])
            if part == "lease":
                lease = _lease_of(plain)
            elif part == "checkpoint":
                checkpoint = Checkpoint(plain["newest_id"], datetime.fromisoformat(plain["walked_at"]))
            elif part.startswith("gap#"):
                gaps.append(_gap_of(plain))
        return PollRecord(
            lease,
            checkpoint,
            gaps=tuple(gap for gap in gaps if gap.state is GapState.OPEN),
            unreachable=tuple(gap for gap in gaps if gap.state is GapState.UNREACHABLE),
        )

    def take(self, seen: Lease | None, *, holder: str, until: datetime) -> Lease:
        """See PollState."""
        turn = seen.turn + 1 if seen else 1
        values: dict[str, AttributeValueTypeDef] = {
            ":holder": {"S": holder},
            ":until": {"N": str(_millis(until))},
            ":turn": {"N": str(turn)},
            ":seen": {"N": str(turn - 1)},
        }
        try:
            with store_errors():
                self._client.update_item(
                    TableName=self._table,
                    Key=_LEASE,
                    UpdateExpression="SET holder = :holder, #until = :until, turn = :turn",
                    # The last part is our own taking whose answer was lost: botocore asks again.
                    ConditionExpression="attribute_not_exists(turn) OR turn = :seen"
                    " OR (turn = :turn AND holder = :holder)",
                    ExpressionAttributeNames={"#until": "until"},
                    ExpressionAttributeValues=values,
                )
        except ClientError as exc:
            _lost_if_refused(exc, holder)
            raise
        return Lease(holder, until, turn)

    def settle(self, lease: Lease, *, checkpoint: Checkpoint | None = None, gaps: Sequence[Gap] = ()) -> None:
        """See PollState."""
        check: ConditionCheckTypeDef = {
            "TableName": self._table,
            "Key": _LEASE,
            "ConditionExpression": "turn = :turn",
            "ExpressionAttributeValues": {":turn": {"N": str(lease.turn)}},
        }
        actions: list[TransactWriteItemTypeDef] = [{"ConditionCheck": check}]
        actions += [{"Put": {"TableName": self._table, "Item": to_item(_plain_gap(gap))}} for gap in gaps]
        if checkpoint:
            plain = {"newest_id": checkpoint.newest_id, "walked_at": checkpoint.walked_at.isoformat()}
            actions.append(
                {"Put": {"TableName": self._table, "Item": to_item({"item": "poll", "part": "checkpoint", **plain})}}
            )
        codes = all_or_nothing(self._client, actions)
        if codes and codes[0] == REFUSED:
            raise LeaseLost(f"the lease of {lease.holder} was taken over")
        if codes:
            raise StoreBusy(", ".join(codes))

    def release(self, lease: Lease) -> None:
        """See PollState."""
        with unless_refused():
            self._client.update_item(
                TableName=self._table,
                Key=_LEASE,
                UpdateExpression="SET #until = :free",
                ConditionExpression="turn = :turn",
                ExpressionAttributeNames={"#until": "until"},
                ExpressionAttributeValues={":free": {"N": str(_FREE)}, ":turn": {"N": str(lease.turn)}},
            )


def _lost_if_refused(error: ClientError, holder: str) -> None:
    if is_refused(error):
        raise LeaseLost(f"another run took the lease before {holder}") from error


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _lease_of(plain: dict[str, Any]) -> Lease:
    until = datetime.fromtimestamp(int(plain["until"]) / 1000, tz=UTC)
    return Lease(holder=plain["holder"], until=until, turn=int(plain["turn"]))


def _plain_gap(gap: Gap) -> dict[str, Any]:
    forgotten = gap.opened_at + _KEPT_WHEN_FILLED if gap.state is GapState.FILLED else None
    return {
        "item": "poll",
        "part": f"gap#{gap.id}",
        "after_id": gap.after_id,
        "before_id": gap.before_id,
        "opened_at": gap.opened_at.isoformat(),
        "reason": gap.reason,
        "source": gap.source.value,
        "state": gap.state.value,
        "backlog": gap.backlog or None,
        "given_up_at": _text(gap.given_up_at),
        "due_at": _text(gap.due_at),
        "shrunk_at": _text(gap.shrunk_at),
        "tries": gap.tries or None,
        "question": gap.question._asdict() if gap.question else None,
        "expires_at": int(forgotten.timestamp()) if forgotten else None,
    }


def _gap_of(plain: dict[str, Any]) -> Gap:
    return Gap(
        id=str(plain["part"]).removeprefix("gap#"),
        after_id=plain["after_id"],
        before_id=plain["before_id"],
        opened_at=datetime.fromisoformat(plain["opened_at"]),
        reason=plain["reason"],
        source=GapSource(plain["source"]),
        state=GapState(plain["state"]),
        backlog=plain.get("backlog", False),
        given_up_at=_moment(plain.get("given_up_at")),
        due_at=_moment(plain.get("due_at")),
        shrunk_at=_moment(plain.get("shrunk_at")),
        tries=int(plain.get("tries", 0)),
        question=Question(**plain["question"]) if "question" in plain else None,
    )


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
