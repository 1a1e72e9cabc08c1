"""The state of a walk over the pages of X: its lease, its checkpoint, and the gaps that it left behind."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from botocore.exceptions import ClientError

from desk.aws.dynamodb import (
    REFUSED,
    all_or_nothing,
    changing,
    is_refused,
    names,
    parts_of,
    store_errors,
    to_item,
    unless_refused,
    values,
)
from desk.errors import LeaseLost, StoreBusy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef


class GapState(StrEnum):
    """Whether a gap is still to be filled."""

    OPEN = "open"
    FILLED = "filled"
    UNREACHABLE = "unreachable"


class GapSource(StrEnum):
    """Where X is asked about a gap: first the mentions timeline, then search, which reaches further back."""

    MENTIONS = "mentions"
    SEARCH = "search"


class GapQuestion(NamedTuple):
    """A question to X about a gap, and the token with which its answer continues.

    `has_top` and `has_bottom` say whether it includes a stored mention beyond the gap's upper and lower end.
    `is_joined`: the answer begins at or above the gap's upper end, so that nothing is missing in between.
    """

    since_id: str | None
    until_id: str
    has_top: bool
    has_bottom: bool
    page_token: str | None = None
    is_joined: bool = False


class Gap(NamedTuple):
    """Ids above `after_id` and below `before_id` that have not been seen yet; both ends are excluded.

    Filling lowers `before_id`. `reason` is why the walk stopped, later why the filling stopped.
    `backlog` marks a gap of the very first walk: the mentions that fill it are backlog, too.
    """

    id: str
    after_id: str
    before_id: str
    opened_at: datetime
    reason: str
    source: GapSource = GapSource.MENTIONS
    state: GapState = GapState.OPEN
    backlog: bool = False
    given_up_at: datetime | None = None
    """When it became unreachable; None before, and for gaps of earlier releases."""
    due_at: datetime | None = None
    """X is not asked before this time; None: with the next poll."""
    shrunk_at: datetime | None = None
    """When `before_id` was lowered last; None: not yet."""
    tries: int = 0
    """How many answers of search in a row proved nothing."""
    question: GapQuestion | None = None
    """The last question, as long as its answer continues."""
    until_id: str | None = None
    """X is asked for posts below this id; None: for all of the second of `before_id`, of which some may be missing."""

    def is_due(self, now: datetime) -> bool:
        """Whether X may be asked for what is missing."""
        return self.state is GapState.OPEN and (self.due_at is None or self.due_at <= now)

    def stalled_for(self, now: datetime) -> timedelta:
        """How long nothing was filled although X could be asked."""
        if self.state is not GapState.OPEN:
            return timedelta(0)
        since = max(each for each in (self.opened_at, self.due_at, self.shrunk_at) if each)
        return max(now - since, timedelta(0))


class Checkpoint(NamedTuple):
    """Every post up to `newest_id` is stored or in a recorded gap.

    `seen` is how many posts were seen in the overlap below it; only listening needs to know.
    """

    newest_id: str
    walked_at: datetime
    seen: int = 0


class Lease(NamedTuple):
    """The run that may poll, and until when. `turn` is a fencing token: it grows each time the lease is taken."""

    holder: str
    until: datetime
    turn: int


class PollRecord(NamedTuple):
    """The state that the last walk left.

    `gaps` are the open ones, `unreachable` all that were ever given up, `lease` the last one taken, expired or not.
    Up to `own_posts_seen_to` the account's own posts need no further look; None before their first walk.
    """

    lease: Lease | None
    checkpoint: Checkpoint | None
    gaps: tuple[Gap, ...]
    unreachable: tuple[Gap, ...] = ()
    own_posts_seen_to: str | None = None


class WalkState(Protocol):
    """The state of a walk. Every method raises StoreBusy when the store gives up after bounded retries."""

    def load(self) -> PollRecord:
        """The state that the last walk left, read consistently."""
        ...

    def take(self, seen: Lease | None, *, holder: str, until: datetime) -> Lease:
        """Take the lease for this holder; raises LeaseLost when another run took it after `seen` was loaded.

        Taking the same turn twice has the effect of taking it once, since an answer may be lost. No two runs use the
        same holder. The caller checks whether `seen` has expired: the store compares turns, not clocks.
        """
        ...

    def settle(
        self, lease: Lease, *, checkpoint: Checkpoint | None = None, gaps: Sequence[Gap] = (), releases: bool = False
    ) -> None:
        """Store checkpoint and gaps together or not at all; raises LeaseLost when the lease was taken over.

        The same write ends the lease if it `releases` it. Filled gaps are deleted after a month; unreachable ones are
        kept.
        """
        ...

    def release(self, lease: Lease) -> None:
        """End the lease, so that the next walk can begin; a lease that was taken over stays as it is."""
        ...


class PollState(WalkState, Protocol):
    """The state of the poll, which also walks the account's own posts."""

    def set_own_posts_seen_to(self, newest_id: str) -> None:
        """Let the next walk of the account's own posts end at this id."""
        ...


def take_lease(state: WalkState, seen: Lease | None, *, holder: str, now: datetime, until: datetime) -> Lease:
    """Take the lease that was `seen` for this holder; raises LeaseLost while another run holds it at `now`."""
    if seen and seen.until > now and seen.holder != holder:
        raise LeaseLost(f"{seen.holder} walks until {seen.until.isoformat()}")
    return state.take(seen, holder=holder, until=until)


_POLL = "poll"
_STATE = "state"
_KEPT_WHEN_FILLED = timedelta(days=30)
_FREE = 0  # a lease's `until` after its release


class WalkStateItems:
    """WalkState on DynamoDB; `walk` is the name of the item.

    Lease and checkpoint are one part of it, so that one conditional write moves the checkpoint for the run that has the
    lease. Each gap is a part of its own.
    """

    def __init__(self, client: "DynamoDBClient", table: str, walk: str) -> None:
        self._client = client
        self._table = table
        self._walk = walk
        self._key = {"item": {"S": walk}, "part": {"S": _STATE}}

    def load(self) -> PollRecord:
        """See WalkState."""
        parts = {str(plain["part"]): plain for plain in parts_of(self._client, self._table, self._walk)}
        state = parts.pop(_STATE, {})
        gaps = [_gap_of(plain) for plain in parts.values()]
        return PollRecord(
            _lease_of(state) if "turn" in state else None,
            _checkpoint_of(state) if "newest_id" in state else None,
            gaps=tuple(gap for gap in gaps if gap.state is GapState.OPEN),
            unreachable=tuple(gap for gap in gaps if gap.state is GapState.UNREACHABLE),
            own_posts_seen_to=state.get("own_posts_seen_to"),
        )

    def take(self, seen: Lease | None, *, holder: str, until: datetime) -> Lease:
        """See WalkState."""
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
                    Key=self._key,
                    UpdateExpression="SET holder = :holder, #until = :until, turn = :turn",
                    # The last part holds if this request was done and its answer was lost: botocore repeats it.
                    ConditionExpression="attribute_not_exists(turn) OR turn = :seen"
                    " OR (turn = :turn AND holder = :holder)",
                    ExpressionAttributeNames={"#until": "until"},
                    ExpressionAttributeValues=values,
                )
        except ClientError as exc:
            _lost_if_refused(exc, holder)
            raise
        return Lease(holder, until, turn)

    def settle(
        self, lease: Lease, *, checkpoint: Checkpoint | None = None, gaps: Sequence[Gap] = (), releases: bool = False
    ) -> None:
        """See WalkState. Without gaps it is one plain write."""
        change: dict[str, Any] = {}
        if checkpoint:
            change = {
                "newest_id": checkpoint.newest_id,
                "walked_at": checkpoint.walked_at.isoformat(),
                "seen": checkpoint.seen or None,
            }
        own = self._change(lease, change | ({"until": _FREE} if releases else {}))
        if not gaps:
            try:
                with store_errors():
                    self._client.update_item(**own)
            except ClientError as exc:
                _lost_if_refused(exc, lease.holder)
                raise
            return
        actions: list[TransactWriteItemTypeDef] = [{"Update": own}]  # type: ignore[typeddict-item]
        actions += [{"Put": {"TableName": self._table, "Item": self._item(_plain_gap(gap))}} for gap in gaps]
        codes = all_or_nothing(self._client, actions)
        if codes and codes[0] == REFUSED:
            raise LeaseLost(f"the lease of {lease.holder} was taken over")
        if codes:
            raise StoreBusy(", ".join(codes))

    def release(self, lease: Lease) -> None:
        """See WalkState."""
        with unless_refused():
            self._client.update_item(**self._change(lease, {"until": _FREE}))

    def _change(self, lease: Lease, plain: dict[str, Any]) -> dict[str, Any]:
        """The update of the state by the run that has the lease; its turn, which stays as it is, makes it complete."""
        plain = {**plain, "turn": lease.turn}
        return {
            "TableName": self._table,
            "Key": self._key,
            "UpdateExpression": changing(plain),
            "ConditionExpression": "#turn = :turn",
            "ExpressionAttributeNames": names(plain),
            "ExpressionAttributeValues": to_item(values(plain)),
        }

    def _item(self, plain: dict[str, Any]) -> "dict[str, AttributeValueTypeDef]":
        return to_item({"item": self._walk, **plain})


class PollStateItems(WalkStateItems):
    """PollState on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        super().__init__(client, table, _POLL)

    def set_own_posts_seen_to(self, newest_id: str) -> None:
        """See PollState."""
        with store_errors():
            self._client.update_item(
                TableName=self._table,
                Key=self._key,
                UpdateExpression="SET own_posts_seen_to = :id",
                ExpressionAttributeValues={":id": {"S": newest_id}},
            )


def _lost_if_refused(error: ClientError, holder: str) -> None:
    if is_refused(error):
        raise LeaseLost(f"another run took the lease before {holder}") from error


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _lease_of(plain: dict[str, Any]) -> Lease:
    until = datetime.fromtimestamp(int(plain["until"]) / 1000, tz=UTC)
    return Lease(holder=plain["holder"], until=until, turn=int(plain["turn"]))


def _checkpoint_of(plain: dict[str, Any]) -> Checkpoint:
    return Checkpoint(plain["newest_id"], datetime.fromisoformat(plain["walked_at"]), int(plain.get("seen", 0)))


def _plain_gap(gap: Gap) -> dict[str, Any]:
    forgotten = gap.opened_at + _KEPT_WHEN_FILLED if gap.state is GapState.FILLED else None
    return {
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
        "until_id": gap.until_id,
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
        question=GapQuestion(**plain["question"]) if "question" in plain else None,
        until_id=plain.get("until_id"),
    )


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
