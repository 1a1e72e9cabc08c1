"""The stores, credentials and compliance jobs of X in memory."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from desk.errors import StoreBusy, Unavailable
from desk.x.breakers import Breaker, BreakerStore
from desk.x.client import XStores
from desk.x.compliance import ComplianceJob, JobState, Round
from desk.x.credentials import XCredentials
from desk.x.dialects import DialectChoice, DialectStore
from desk.x.model import Usage
from desk.x.spend import Reservation, SpendStore

if TYPE_CHECKING:
    from desk.errors import DeskError


@dataclass
class FakeDialects:
    """Remembers choices by endpoint; `busy` makes every method fail."""

    choices: dict[str, DialectChoice] = field(default_factory=dict)
    busy: bool = False
    loads: int = 0

    def load(self) -> dict[str, DialectChoice]:
        self.loads += 1
        self._answer()
        return dict(self.choices)

    def save(self, choice: DialectChoice) -> None:
        self._answer()
        self.choices[choice.endpoint] = choice

    def _answer(self) -> None:
        if self.busy:
            raise StoreBusy("dialects")


class FakeBreakers:
    """Remembers breakers; `fails` makes it refuse everything, `takes_nothing` whatever changes it."""

    def __init__(self) -> None:
        self._breakers: dict[str, Breaker] = {}
        self.fails = False
        self.takes_nothing = False
        self.loads = 0
        self.writes = 0

    def load(self) -> dict[str, Breaker]:
        self.loads += 1
        self._must_work()
        return dict(self._breakers)

    def save(self, breaker: Breaker) -> None:
        self._write()
        self._breakers[breaker.name] = breaker

    def clear(self, breaker: Breaker) -> None:
        self._write()
        known = self._breakers.get(breaker.name)
        if known is not None and known.retry_at == breaker.retry_at:
            del self._breakers[breaker.name]

    def _write(self) -> None:
        self.writes += 1
        self._must_work()
        if self.takes_nothing:
            raise StoreBusy("scripted")

    def _must_work(self) -> None:
        if self.fails:
            raise StoreBusy("scripted")


@dataclass
class FakeSpend:
    """The sums by day, and what is reserved and not settled; `busy` makes every method fail."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Seoul"))
    days: dict[date, Usage] = field(default_factory=dict)
    reserved: dict[str, Reservation] = field(default_factory=dict)
    busy: bool = False

    def reserve(self, reservation: Reservation) -> None:
        self._answer()
        self.reserved[reservation.id] = reservation

    def settle(self, reservation: Reservation, usage: Usage) -> None:
        self._answer()
        self.reserved.pop(reservation.id, None)
        day = self._day_of(reservation)
        before = self.days.get(day, Usage())
        self.days[day] = Usage(before.calls + usage.calls, before.micro_usd + usage.micro_usd)

    def on(self, day: date) -> Usage:
        self._answer()
        settled = self.days.get(day, Usage())
        reserved = [each.micro_usd for each in self.reserved.values() if self._day_of(each) == day]
        return Usage(settled.calls + len(reserved), settled.micro_usd + sum(reserved))

    def _day_of(self, reservation: Reservation) -> date:
        return reservation.at.astimezone(self.zone).date()

    def _answer(self) -> None:
        if self.busy:
            raise StoreBusy("spend")


def credentials(generation: int = 1) -> XCredentials:
    """Credentials whose every part can be told apart, and from those of another generation."""
    return XCredentials(
        api_key=f"api-key-{generation}",
        api_secret=f"api-secret-{generation}",
        access_token=f"access-token-{generation}",
        access_token_secret=f"access-token-secret-{generation}",
        bearer_token=f"bearer-token-{generation}",
    )


class FakeCredentials:
    """Holds `known`, and `stored` after a fresh read. `unreadable` fails every read, `fails_with` a fresh one."""

    def __init__(self, known: XCredentials, stored: XCredentials | None = None) -> None:
        self._known = known
        self.stored = stored or known
        self.renewals = 0
        self.fails_with: DeskError | None = None
        self.unreadable: DeskError | None = None

    def read(self, *, fresh: bool = False) -> XCredentials:
        if self.unreadable:
            raise self.unreadable
        if fresh:
            self.renewals += 1
            if self.fails_with:
                raise self.fails_with
            self._known = self.stored
        return self._known


def fake_records(
    breakers: BreakerStore | None = None, dialects: DialectStore | None = None, spend: SpendStore | None = None
) -> XStores:
    """These records, and new ones for the rest."""
    return XStores(breakers or FakeBreakers(), dialects or FakeDialects(), spend or FakeSpend())


@dataclass
class FakeCompliance:
    """XCompliance and ComplianceFiles. `gone` are posts that X no longer shows.

    `fails` names methods, each of which fails once: before it did anything, or, with `+` before its name, after it.
    A job gets the states of `ends`, one at each look after its ids were sent.
    """

    gone: set[str] = field(default_factory=set)
    fails: list[str] = field(default_factory=list)
    ends: list[JobState] = field(default_factory=lambda: [JobState.COMPLETE])
    jobs: list[ComplianceJob] = field(default_factory=list)
    sent: dict[str, list[str]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def create_compliance_job(self, name: str) -> ComplianceJob:
        self._begin("create")
        job = ComplianceJob(str(len(self.jobs) + 1), name, JobState.CREATED, "up", "down")
        self.jobs.append(job)
        self._end("create")
        return job

    def compliance_jobs(self) -> tuple[ComplianceJob, ...]:
        self._begin("list")
        return tuple(map(self._now, self.jobs))

    def compliance_job(self, job_id: str) -> ComplianceJob:
        self._begin("look")
        return self._now(self.jobs[int(job_id) - 1])

    def upload(self, job: ComplianceJob, ids: Iterable[str]) -> int:
        self._begin("upload")
        self.sent[job.id] = list(ids)
        self._end("upload")
        return len(self.sent[job.id])

    def deleted(self, job: ComplianceJob) -> frozenset[str]:
        self._begin("download")
        return frozenset(self.gone.intersection(self.sent[job.id]))

    def take_usage(self) -> Usage:
        return Usage()

    def _now(self, job: ComplianceJob) -> ComplianceJob:
        if job.id not in self.sent:
            return job
        return job._replace(state=self.ends.pop(0) if len(self.ends) > 1 else self.ends[0])

    def _begin(self, method: str) -> None:
        self.calls.append(method)
        if method in self.fails:
            self.fails.remove(method)
            raise Unavailable(method)

    def _end(self, method: str) -> None:
        if f"+{method}" in self.fails:
            self.fails.remove(f"+{method}")
            raise Unavailable(f"{method}, the answer was lost")


class FakeKeptPosts:
    """Posts by their ids."""

    def __init__(self, *ids: str) -> None:
        self.kept = list(ids)

    def ids(self, now: datetime) -> Iterator[str]:
        return iter(self.kept)

    def erase(self, ids: Collection[str], now: datetime) -> int:
        before = len(self.kept)
        self.kept = [each for each in self.kept if each not in ids]
        return before - len(self.kept)


@dataclass
class FakeRounds:
    """The round, as the last run left it."""

    state: Round | None = None

    def load(self) -> Round | None:
        return self.state

    def save(self, state: Round) -> None:
        self.state = state
