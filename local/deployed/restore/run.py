"""A restore, from the first switch that goes off to the last one that goes on; the next run continues one that ended.

One item of the Desk table says how far it has come. It names the restored tables and what was on, so that a run that
is killed loses nothing, and is the last thing that goes.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from botocore.exceptions import ClientError

from desk.aws.dynamodb import code_of, from_item, moment_text, store_errors, to_item, unless_refused
from desk.mentions.erased_authors import read_erased_authors
from desk.mentions.poll_state import Gap, PollStateItems, take_lease
from desk.x.model import first_id_at
from follow_deletions.wiring import kept_posts
from local.deployed.erase.person import Person, scanned
from local.deployed.erase.run import Eraser
from local.deployed.errors import DeployedError
from local.deployed.restore.copying import Copier, Counted
from local.deployed.restore.kinds import DESK, MENTIONS, OUTPUTS, ROLES
from local.deployed.restore.switches import Switches

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

_STATE: Any = to_item({"item": "restore", "part": "state"})
_SECONDS_BETWEEN = 10.0
_LEASE = timedelta(minutes=1)
_KEPT_IN = {
    "MENTIONS_TABLE": "MentionsTable",
    "CASES_TABLE": "CasesTable",
    "DESK_TABLE": "DeskTable",
    "PICTURES_BUCKET": "PicturesBucket",
    "REPORTS_BUCKET": "ReportsBucket",
}
"""The outputs that name what these settings of functions name."""
_NO_TABLE = "ResourceNotFoundException"


class RestoreState(NamedTuple):
    """How far a restore has come.

    Attributes:
        at: The moment whose items are copied.
        began_at: When the restore began, and with it the pause, if it is ours.
        restored: The names of the restored tables, by role.
        schedules: The schedules that were on, by name.
        mappings: The mappings that were on, by id.
        is_over: Nothing is left to be copied; everything goes on again.
    """

    at: datetime
    began_at: datetime
    restored: Mapping[str, str]
    schedules: Sequence[str]
    mappings: Sequence[str]
    is_over: bool = False


class RestoreReport(NamedTuple):
    """How many items of each kind there were with each outcome, and how often words were erased before copying."""

    counts: Counter[Counted]
    erased: int


class Restore:
    """The use case. `clock` is the wall clock; `words` is how long words are kept; `say` prints what is done."""

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        client: "DynamoDBClient",
        s3: "S3Client",
        switches: Switches,
        outputs: Mapping[str, str],
        *,
        zone: ZoneInfo,
        words: timedelta,
        clock: Callable[[], datetime],
        wait: Callable[[float], None],
        say: Callable[[str], None],
    ) -> None:
        self._client = client
        self._s3 = s3
        self._switches = switches
        self._outputs = outputs
        self._names = {role: outputs[OUTPUTS[role]] for role in ROLES}
        self._zone = zone
        self._words = words
        self._clock = clock
        self._wait = wait
        self._say = say

    def underway(self) -> RestoreState | None:
        """The restore that an earlier run began and did not finish."""
        with store_errors():
            answer = self._client.get_item(TableName=self._names[DESK], Key=_STATE, ConsistentRead=True)
        return _state_of(from_item(answer["Item"])) if "Item" in answer else None

    def planned(self, at: datetime, roles: Sequence[str]) -> RestoreState:
        """The restore of these tables, which has not begun. Raises DeployedError for a moment that is out of reach."""
        for role in roles:
            self._refuse_out_of_reach(self._names[role], at)
        began_at = self._clock()
        return RestoreState(
            at,
            began_at,
            {role: f"{self._names[role]}-at-{began_at:%Y%m%dT%H%M%S}" for role in roles},
            self._switches.schedules_on(),
            self._switches.mappings_on(),
        )

    def run(self, state: RestoreState, reason: str, by: str) -> RestoreReport:
        """Do all of it, or what is left of it. Raises StoreBusy; whatever stops it, run it again."""
        report = RestoreReport(Counter(), 0)
        if not state.is_over:
            self._begin(state)
            report = self._copied(state, reason, by)
        self.end(state, by)
        return report

    def end(self, state: RestoreState, by: str) -> None:
        """Have the desk act by itself again, and let nothing be left of the restore."""
        self._save(state._replace(is_over=True))
        self._switches.resume(by, self._clock(), state.began_at)
        self._switches.turn(schedules=state.schedules, mappings=state.mappings, on=True)
        self._say("Everything is switched on again.")
        for name in state.restored.values():
            self._remove(name)
        with store_errors():
            self._client.delete_item(TableName=self._names[DESK], Key=_STATE)

    def _copied(self, state: RestoreState, reason: str, by: str) -> RestoreReport:
        self._switches.turn(schedules=state.schedules, mappings=state.mappings, on=False)
        is_ours = self._switches.pause(reason, by, state.began_at)
        self._say(
            f"Switched off: {len(state.schedules)} schedules, {len(state.mappings)} mappings of stream and queues."
        )
        self._say("Publishing is paused." if is_ours else "Publishing was paused already, and stays so.")
        for role, name in state.restored.items():
            self._make(self._names[role], name, state.at)
        for name in state.restored.values():
            self._await(name)
        persons, erased = self._erase_again(state)
        copier = Copier(self._client, self._names, state.restored, persons, self._clock)
        counts = Counter[Counted]()
        for role in ROLES:
            if role in state.restored:
                self._say(f"Copying what is missing in {self._names[role]} …")
                counts += copier.copy(role)
        if MENTIONS in state.restored:
            self._have_read_again(state)
        return RestoreReport(counts, erased)

    def _refuse_out_of_reach(self, name: str, at: datetime) -> None:
        described = self._client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        about = described.get("PointInTimeRecoveryDescription", {})
        if about.get("PointInTimeRecoveryStatus") != "ENABLED":
            raise DeployedError(f"The table {name} has no point-in-time recovery.")
        first, last = about["EarliestRestorableDateTime"], about["LatestRestorableDateTime"]
        is_known = first < last  # the local AWS, which restores a table as it is now, has no span
        if at > self._clock() or (is_known and not first <= at <= last):
            raise DeployedError(f"{name} can be restored to moments from {first} to {last}.")

    def _begin(self, state: RestoreState) -> None:
        """Save what was on before anything goes off. Raises DeployedError while another restore is under way."""
        with unless_refused():
            self._save(state, ConditionExpression="attribute_not_exists(part)")
        if self.underway() != state:
            raise DeployedError("Somebody else has begun a restore; run the command again.")

    def _save(self, state: RestoreState, **condition: str) -> None:
        with store_errors():
            self._client.put_item(TableName=self._names[DESK], Item=_STATE | to_item(_plain(state)), **condition)  # type: ignore[arg-type]

    def _make(self, source: str, name: str, at: datetime) -> None:
        if self._status(name):
            return
        self._client.restore_table_to_point_in_time(
            SourceTableName=source, TargetTableName=name, RestoreDateTime=at, UseLatestRestorableTime=False
        )
        self._say(f"Restoring {source} as {name} …")

    def _await(self, name: str) -> None:
        while self._status(name) != "ACTIVE":
            self._wait(_SECONDS_BETWEEN)

    def _status(self, name: str) -> str:
        """The status of a table; "" when there is none."""
        try:
            return self._client.describe_table(TableName=name)["Table"]["TableStatus"]
        except ClientError as exc:
            if code_of(exc) != _NO_TABLE:
                raise
            return ""

    def _remove(self, name: str) -> None:
        """Delete a restored table: it has words that were erased since."""
        if self._status(name) in {"", "DELETING"}:
            return
        self._client.delete_table(TableName=name)
        self._say(f"{name} is deleted.")

    def _erase_again(self, state: RestoreState) -> tuple[Sequence[Person], int]:
        """Erase in the restored tables what was erased in the stack's since; the erased authors, and how much it was.

        Tables that were not restored take part as they are: an erasure finds in one table what it looks for in another.
        """
        outputs = dict(self._outputs) | {OUTPUTS[role]: name for role, name in state.restored.items()}
        persons = [Person(each) for each in sorted(read_erased_authors(self._client, self._names[DESK]).ids)]
        eraser = Eraser(self._client, self._s3, outputs, self._clock)
        erased = sum(eraser.erase(person).removed.total for person in persons)
        posts = kept_posts(
            {setting: outputs[name] for setting, name in _KEPT_IN.items()},
            self._client,
            lambda: self._s3,
            words=self._words,
            zone=self._zone,
        )
        erased += posts.erase(list(self._erased_mentions()), self._clock())
        if erased:
            self._say(f"Erased in the restored tables, as it was in the desk's own: {erased} items.")
        return persons, erased

    def _erased_mentions(self) -> Iterator[str]:
        scan = {
            "TableName": self._names[MENTIONS],
            "FilterExpression": "attribute_exists(erased)",
            "ProjectionExpression": "mention_id",
        }
        return (plain["mention_id"] for plain in scanned(self._client, scan))

    def _have_read_again(self, state: RestoreState) -> None:
        """Have the poll ask X once more for what came after the moment: some of it may be lost, too.

        It comes as backlog, which is read and shown, and notifies nobody.
        """
        poll, now = PollStateItems(self._client, self._names[DESK]), self._clock()
        record, gap_id = poll.load(), f"restore-{state.began_at:%Y%m%dT%H%M%S}"
        after = first_id_at(state.at)
        if record.checkpoint is None or int(record.checkpoint.newest_id) <= int(after):
            return  # the first poll goes a day back; or nothing has come since
        gap = Gap(gap_id, after, str(int(record.checkpoint.newest_id) + 1), now, "restored", backlog=True)
        lease = take_lease(poll, record.lease, holder=gap_id, now=now, until=now + _LEASE)
        poll.settle(lease, gaps=[gap], releases=True)
        self._say("The next polls read again what came after that moment, and mail nothing of it.")


def _plain(state: RestoreState) -> dict[str, Any]:
    return state._asdict() | {
        "at": moment_text(state.at),
        "began_at": moment_text(state.began_at),
        "restored": dict(state.restored),
        "schedules": list(state.schedules),
        "mappings": list(state.mappings),
    }


def _state_of(plain: Mapping[str, Any]) -> RestoreState:
    return RestoreState(
        at=datetime.fromisoformat(plain["at"]),
        began_at=datetime.fromisoformat(plain["began_at"]),
        restored=plain["restored"],
        schedules=plain["schedules"],
        mappings=plain["mappings"],
        is_over=plain["is_over"],
    )
