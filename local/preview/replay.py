"""Plays the days that were read on a desk of this machine, as its polls would have found them, and counts them.

The poll and the search for answers on X are the desk's own; the pages come from the folder. Reading, cases and the
trial run in the desk's functions, whose clock this sets.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand, brand_of
from desk.cases.wiring import case_store
from desk.mentions.poll_state import PollStateItems
from desk.mentions.replied_on_x import RepliesOnXItems
from desk.mentions.store import MentionStoreItems
from desk.posts.performance import PerformanceItems
from desk.posts.wiring import post_store
from desk.reader.pins import Pinned
from desk.reader.trained_reader import TrainedReader
from desk.spikes.store import SpikeItems
from local.aws.deploy import Deployed
from local.aws.pump import Pump
from local.aws.rehearsal import RehearsalClock
from local.aws.schedules import Schedule
from local.brand.compile import compile_desk
from local.brand.model import About, Desk, OnCall
from local.preview.reading import Read
from local.preview.saved_x import SavedX
from poll_mentions.external_replies import ExternalReplies
from poll_mentions.poll import MentionPoll

_STEP = timedelta(minutes=15)
_NEVER_SHORT_OF_TIME = 3_600_000


class Replay(NamedTuple):
    """A desk that waits: its parts, and the clock of its functions."""

    deployed: Deployed
    pump: Pump
    sweep: Schedule
    clock: RehearsalClock
    brand: Brand

    def play(self, read: Read, until: datetime, tell: Callable[[date], None]) -> None:
        """Poll for each quarter of an hour in which something was posted; `tell` hears of each day that begins.

        Raises FunctionError and StoreBusy.
        """
        saved = SavedX(read.mentions, read.own_posts, read.since)
        dynamodb, tables = self.deployed.aws.client("dynamodb"), tables_of(self.deployed.resources)
        zone, desk_table = ZoneInfo(self.brand.timezone), tables["DESK_TABLE"]
        mentions = MentionStoreItems(
            dynamodb,
            mentions_table=tables["MENTIONS_TABLE"],
            desk_table=desk_table,
            zone=zone,
            on_promoted=lambda _: None,
        )
        state = PollStateItems(dynamodb, desk_table)
        answers = ExternalReplies(
            x=saved,
            state=state,
            mentions=mentions,
            cases=case_store(tables, dynamodb),
            posts=post_store(tables, dynamodb),
            replied=RepliesOnXItems(dynamodb, desk_table),
            performances=PerformanceItems(dynamodb, desk_table),
            brand=self.brand,
        )
        reader = Pinned(TrainedReader(self.brand), self.brand.pins)
        spikes = SpikeItems(dynamodb, desk_table)
        day: date | None = None
        for moment in moments(read, until):
            if (today := moment.astimezone(zone).date()) != day:
                day = today
                tell(today)
            self._end_spikes(spikes, moment)
            self.clock.reach(moment)
            saved.now = moment
            poll = MentionPoll(
                x=saved,
                mentions=mentions,
                state=state,
                reader=reader,
                brand=self.brand,
                clock=self.clock.now,
                now=moment,
                holder=f"preview {moment.isoformat()}",
                remaining_ms=lambda: _NEVER_SHORT_OF_TIME,
            )
            poll.poll()
            self.pump.step(flush=True)
            answers.find(moment, poll.record.own_posts_seen_to, lambda: True)

    def _end_spikes(self, spikes: SpikeItems, until: datetime) -> None:
        """While a spike is open, let the sweep look at each quarter of an hour whether it goes on."""
        while self.clock.now() + _STEP < until and spikes.open():
            self.clock.advance(_STEP)
            self.sweep.fire(self.clock.now())


def moments(read: Read, until: datetime) -> Iterator[datetime]:
    """The beginning, the end of each quarter of an hour in which something was posted, and `until`."""
    yield read.since
    quarters = {_quarter_after(post.created_at) for post in (*read.mentions, *read.own_posts)}
    yield from sorted(quarter for quarter in quarters if quarter < until)
    yield until


def _quarter_after(moment: datetime) -> datetime:
    beginning = datetime.min.replace(tzinfo=UTC)
    return beginning + ((moment - beginning) // _STEP + 1) * _STEP


def tables_of(names: Mapping[str, str]) -> dict[str, str]:
    """The desk's tables among its outputs or resources, by the settings of its functions."""
    settings = {f"{each.upper()}_TABLE": names.get(f"{each}Table") for each in ("Mentions", "Cases", "Desk", "Posts")}
    return {setting: name for setting, name in settings.items() if name}


def in_trial(desk: Desk, handle: str, user_id: str) -> Desk:
    """The desk as a preview runs it: of this account, in trial as a whole, and without anybody on call."""
    about = About.model_validate(desk.brand.model_dump() | {"handle": handle, "user_id": user_id})
    departments = {key: each.model_copy(update={"mode": None}) for key, each in desk.departments.items()}
    return desk.model_copy(
        update={
            "brand": about, "mode": "trial", "departments": departments, "on_call": OnCall(), "feeds": (), "trends": (),
        }
    )  # fmt: skip


def brand_in(desk: Desk, moment: datetime) -> Brand:
    """The brand as the desk's functions have it."""
    return brand_of(compile_desk(desk, year=moment.year))
