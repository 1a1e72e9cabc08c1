"""One page of health: what is well, what somebody should look at, and what somebody must do something about.

A check reads, and decides by a pure function; its words are in the catalogue under `health.<check>.<verdict>`. All
checks run side by side. One that fails or is slow is a finding of its own, and the others are shown.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from itertools import chain
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.health.failed_events import FailedEventStore
from desk.health.heartbeats import Heartbeats, late_schedules
from desk.i18n import phrase
from desk.mentions.poll_state import PollRecord, PollState
from desk.notifications.topics import Subscribers
from desk.outbox.model import ON_CALL, OutboxEntry
from desk.outbox.store import Outbox
from desk.reading import OPERATOR
from desk.x.breakers import BreakerReason, BreakerStore
from desk.x.stops import SpendSummary, SpendView

LONGEST = timedelta(seconds=8)
"""So long a page waits for its checks."""
_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)
_POLL_OLD, _POLL_TOO_OLD = 5 * _MINUTE, 15 * _MINUTE
_OUTBOX_OLD, _OUTBOX_TOO_OLD = 10 * _MINUTE, 30 * _MINUTE
_DIGEST_OLD = timedelta(days=4)
"""Longer than a weekend and a holiday."""
_NEARLY_SPENT = 80
"""Percent of the month's budget."""


class Health(StrEnum):
    """What a finding asks of people."""

    OK = "ok"
    LOOK = "look"
    ACT = "act"
    UNKNOWN = "unknown"
    """The check itself failed or was too slow."""


class HealthFinding(NamedTuple):
    """What a check found; `values` fill the catalogue's sentence, whose key ends in `said` or else in the verdict."""

    check: str
    verdict: Health
    values: Mapping[str, str | int | timedelta] = {}
    said: str = ""

    def title(self, language: str) -> str:
        """What was checked."""
        return phrase(language, f"health.{self.check}")

    def sentence(self, language: str) -> str:
        """What was found, and what to do about it."""
        name = "unknown" if self.verdict is Health.UNKNOWN else f"{self.check}.{self.said or self.verdict}"
        values = {key: _in_words(value, language) for key, value in self.values.items()}
        return phrase(language, f"health.{name}", **values)


type Check = Callable[[], HealthFinding]


def examine(checks: Mapping[str, Check], longest: timedelta = LONGEST) -> Sequence[HealthFinding]:
    """The findings of all checks in their order, after this time at the latest. Raises nothing."""
    pool = ThreadPoolExecutor(max_workers=max(1, len(checks)))
    running = {name: pool.submit(check) for name, check in checks.items()}
    done, _ = wait(running.values(), timeout=longest.total_seconds())
    pool.shutdown(wait=False, cancel_futures=True)
    findings = []
    for name, run in running.items():
        error = run.exception() if run in done else TimeoutError()
        why = type(error).__name__ if error else ""
        findings.append(HealthFinding(name, Health.UNKNOWN, {"why": why}) if error else run.result())
    return findings


class HealthStores(NamedTuple):
    """What the checks of the desk's own tables read."""

    poll: PollState
    outbox: Outbox
    subscribers: Subscribers
    spend: SpendView
    breakers: BreakerStore
    failed: FailedEventStore
    heartbeats: Heartbeats


def checks_of(stores: HealthStores, brand: Brand, now: datetime) -> dict[str, Check]:
    """The checks of what the Desk table holds."""
    recipients = dict.fromkeys((ON_CALL, *brand.departments, OPERATOR))
    return {
        "poll": lambda: poll_finding(stores.poll.load(), now),
        "gaps": lambda: gaps_finding(stores.poll.load(), now),
        "outbox": lambda: outbox_finding(chain.from_iterable(map(stores.outbox.entries, recipients)), now),
        "failed": lambda: failed_finding(len(stores.failed.all())),
        "schedules": lambda: schedules_finding(stores.heartbeats.recorded(), now),
        "subscribers": lambda: subscribers_finding(stores.subscribers.missing_counts()),
        "budget": lambda: budget_finding(stores.spend.at(now), brand),
        "breakers": partial(_breakers, stores.breakers),
        "digest": lambda: digest_finding(stores.heartbeats.recorded(), now, ZoneInfo(brand.timezone)),
    }


def poll_finding(record: PollRecord, now: datetime) -> HealthFinding:
    """How old the checkpoint is."""
    if record.checkpoint is None:
        return HealthFinding("poll", Health.ACT, said="never")
    age = now - record.checkpoint.walked_at
    return HealthFinding("poll", _by(age, _POLL_OLD, _POLL_TOO_OLD), {"age": age})


def gaps_finding(record: PollRecord, now: datetime) -> HealthFinding:
    """Ranges of mentions that are still missing, and those that X no longer shows."""
    stalled = max((gap.stalled_for(now) for gap in record.gaps), default=timedelta())
    recent = [gap for gap in record.unreachable if gap.given_up_at and now - gap.given_up_at < timedelta(days=7)]
    verdict = Health.ACT if recent else Health.LOOK if record.gaps else Health.OK
    return HealthFinding("gaps", verdict, {"open": len(record.gaps), "stalled": stalled, "unreachable": len(recent)})


def outbox_finding(entries: Iterable[OutboxEntry], now: datetime) -> HealthFinding:
    """How long the oldest notification has waited."""
    ages = [now - entry.at for entry in entries]
    oldest = max(ages, default=timedelta())
    return HealthFinding("outbox", _by(oldest, _OUTBOX_OLD, _OUTBOX_TOO_OLD), {"count": len(ages), "age": oldest})


def failed_finding(count: int) -> HealthFinding:
    """How many events were given up."""
    return HealthFinding("failed", Health.ACT if count else Health.OK, {"count": count})


def schedules_finding(recorded: Mapping[str, datetime], now: datetime) -> HealthFinding:
    """The schedules whose runs have not ended well for too long. The sweep counts from its first look at each."""
    late = late_schedules(recorded, now)
    verdict = Health.ACT if late else Health.OK if recorded else Health.LOOK
    return HealthFinding("schedules", verdict, {"late": ", ".join(late)})


def subscribers_finding(missing: Mapping[str, int]) -> HealthFinding:
    """Departments with addresses that have not confirmed."""
    without = sorted(key for key, count in missing.items() if count)
    verdict = Health.ACT if without else Health.OK
    return HealthFinding("subscribers", verdict, {"count": sum(missing.values()), "departments": ", ".join(without)})


def budget_finding(summary: SpendSummary, brand: Brand) -> HealthFinding:
    """How much of the month's budget for X is spent, and whether something has stopped for it."""
    percent = 100 * summary.month_micro_usd // max(1, brand.x_budget.month)
    verdict = Health.ACT if summary.stopped else Health.LOOK if percent >= _NEARLY_SPENT else Health.OK
    stopped = ", ".join(sorted({each.purpose.value for each in summary.stopped}))
    return HealthFinding("budget", verdict, {"percent": percent, "stopped": stopped})


def _breakers(store: BreakerStore) -> HealthFinding:
    opened = store.load().values()
    lasting = sorted({each.reason.value for each in opened if each.reason is not BreakerReason.RATE_LIMITED})
    verdict = Health.ACT if lasting else Health.LOOK if opened else Health.OK
    return HealthFinding("breakers", verdict, {"count": len(opened), "reasons": ", ".join(lasting)})


def digest_finding(recorded: Mapping[str, datetime], now: datetime, zone: ZoneInfo) -> HealthFinding:
    """When the last digest was made."""
    ends = [at for name, at in recorded.items() if name.endswith("-digest")]
    if not ends:
        return HealthFinding("digest", Health.LOOK)
    day: date = max(ends).astimezone(zone).date()
    return HealthFinding("digest", Health.ACT if now - max(ends) > _DIGEST_OLD else Health.OK, {"day": day.isoformat()})


def _in_words(value: "str | int | timedelta", language: str) -> str | int:
    """The value as a sentence has it; of an age the hours and the begun minutes."""
    if not isinstance(value, timedelta):
        return value
    hours, minutes = divmod(-(-int(value.total_seconds()) // 60), 60)
    name = "hours_minutes" if hours and minutes else "hours" if hours else "minutes" if minutes else "moment"
    return phrase(language, f"span.{name}", hours=hours, minutes=minutes)


def _by(age: timedelta, old: timedelta, too_old: timedelta) -> Health:
    return Health.ACT if age > too_old else Health.LOOK if age > old else Health.OK
