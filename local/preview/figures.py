"""What a preview has counted: the week as the desk read it, and how often people agreed since.

The counts are those of the digests and of the trial. They hold nobody's words.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from daily_digest.answers import WaitingCaseCounter, case_figures
from daily_digest.counting import PeriodCounter
from daily_digest.periods import Edition, Period
from desk.brand import Brand
from desk.cases.model import Case, CaseState
from desk.cases.queries import CaseQueryItems
from desk.cases.trial import TrialFigures, TrialItems
from desk.mentions.store import MentionStoreItems
from desk.reading import REVIEW, Safety
from desk.spikes.faults import FaultItems
from desk.spikes.store import SpikeItems
from local.preview.reading import Read

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_CASES_A_PAGE = 100
_BUSIEST = 3


@dataclass(frozen=True, slots=True)
class FoundSpike:
    """A spike of faults: whose, since when, and how many faults it had."""

    department: str
    started_at: datetime
    faults: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often the proposed department was right, and the mails that it would have got on an average day."""

    department: str
    released: int
    corrected: int
    closed: int
    percent: int | None
    mails_a_day: str


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """The counts of the time that was read, before anybody decided about a case.

    `is_whole`: it is all of the seven days. `median_minutes` and `p90_minutes` are of working time; None where no
    mention was answered. `waiting` are cases without an answer, by department.
    """

    handle: str
    since: datetime
    until: datetime
    is_whole: bool
    mentions: int
    by_kind: Mapping[str, int]
    by_department: Mapping[str, int]
    by_hour: tuple[int, ...]
    answered: int
    median_minutes: int | None
    p90_minutes: int | None
    waiting: Mapping[str, int]
    danger: int
    checks: int
    spikes: tuple[FoundSpike, ...] = ()
    agreement: tuple[Agreement, ...] = field(default=())

    @property
    def unanswered(self) -> int:
        """All cases without an answer."""
        return sum(self.waiting.values())

    @property
    def busiest(self) -> list[tuple[int, int]]:
        """The hours of the day with the most mentions, the busiest first, with their numbers."""
        ranked = sorted(enumerate(self.by_hour), key=lambda pair: (-pair[1], pair[0]))
        return [pair for pair in ranked[:_BUSIEST] if pair[1]]

    def as_plain(self) -> dict[str, Any]:
        """The same as JSON has it."""
        spikes = [asdict(one) | {"started_at": one.started_at.isoformat()} for one in self.spikes]
        moments = {"since": self.since.isoformat(), "until": self.until.isoformat()}
        return asdict(self) | moments | {"spikes": spikes}


def week_in(plain: Mapping[str, Any]) -> WeekFigures:
    """The counts in what `as_plain` wrote."""
    spikes = [FoundSpike(**{**one, "started_at": datetime.fromisoformat(one["started_at"])}) for one in plain["spikes"]]
    moments = {name: datetime.fromisoformat(plain[name]) for name in ("since", "until")}
    agreement = tuple(Agreement(**one) for one in plain["agreement"])
    return WeekFigures(
        **{**plain, **moments, "by_hour": tuple(plain["by_hour"]), "spikes": tuple(spikes), "agreement": agreement}
    )


def count_week(
    dynamodb: "DynamoDBClient", tables: Mapping[str, str], brand: Brand, read: Read, until: datetime
) -> WeekFigures:
    """Count what the desk has made of the mentions. Raises StoreBusy."""
    zone = ZoneInfo(brand.timezone)
    period = Period(read.since.astimezone(zone), until.astimezone(zone))
    cases = CaseQueryItems(dynamodb, cases_table=tables["CASES_TABLE"])
    mentions = MentionStoreItems(
        dynamodb, mentions_table=tables["MENTIONS_TABLE"], desk_table=tables["DESK_TABLE"], zone=zone,
        on_promoted=lambda _: None,
    )  # fmt: skip
    tally = PeriodCounter(mentions, cases, brand.departments, period, None).count().tally
    answers = case_figures(cases, brand, Edition.EVENING, period).answering.all
    waiting = WaitingCaseCounter(brand.departments, until, zone)
    for key in brand.departments:
        waiting.add(key, cases.open_cases(key))
    safety = Counter(case.safety for case in _all_cases(cases))
    faults = FaultItems(dynamodb, mentions_table=tables["MENTIONS_TABLE"], zone=zone)
    spikes = reversed(SpikeItems(dynamodb, tables["DESK_TABLE"]).recent(read.since))
    waits = answers.waits
    return WeekFigures(
        handle=brand.handle,
        since=period.since,
        until=period.until,
        is_whole=read.is_whole,
        mentions=tally.total,
        by_kind=dict((Counter(tally.by_kind) + Counter({REVIEW: tally.review})).most_common()),
        by_department=dict(Counter(tally.by_department).most_common()),
        by_hour=tally.by_hour,
        answered=answers.answered,
        median_minutes=int(waits.median.total_seconds()) // 60 if waits else None,
        p90_minutes=int(waits.p90.total_seconds()) // 60 if waits else None,
        waiting=waiting.waiting({}).by_department,
        danger=safety[Safety.DANGER],
        checks=safety[Safety.CHECK],
        spikes=tuple(
            FoundSpike(
                one.department,
                one.started_at.astimezone(zone),
                faults.count(one.started_at, one.ended_at or until, department=one.department),
            )
            for one in spikes
        ),
        agreement=agreement_now(dynamodb, tables, brand, until),
    )


def agreement_now(
    dynamodb: "DynamoDBClient", tables: Mapping[str, str], brand: Brand, now: datetime
) -> tuple[Agreement, ...]:
    """How often people have agreed until now, by department in desk.yaml's order. Raises StoreBusy."""
    found = {each.department: each for each in TrialItems(dynamodb, tables["DESK_TABLE"]).figures()}
    zone = ZoneInfo(brand.timezone)
    return tuple(_agreement(found[key], now, zone) for key in brand.departments if key in found)


def _agreement(figures: TrialFigures, now: datetime, zone: ZoneInfo) -> Agreement:
    since = figures.since or now
    return Agreement(
        department=figures.department,
        released=figures.released,
        corrected=sum(figures.corrected.values()),
        closed=figures.closed,
        percent=figures.agreement,
        mails_a_day=figures.mails_a_day(now.astimezone(zone).date(), since.astimezone(zone).date()),
    )


def _all_cases(cases: CaseQueryItems) -> Sequence[Case]:
    found, cursor = list[Case](), None
    while True:
        page = cases.page(list(CaseState), limit=_CASES_A_PAGE, cursor=cursor)
        found += page.cases
        if page.next_cursor is None:
            return found
        cursor = page.next_cursor
