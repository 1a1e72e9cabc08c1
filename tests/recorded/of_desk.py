"""What the Desk table keeps of the desk itself: X, reports, settings, and what the desk counts."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from zoneinfo import ZoneInfo

import boto3

from desk.attendance.store import AttendanceItems, AttendanceRecord
from desk.brand import Purpose, XBudget
from desk.cases.author_notes import AuthorNote, AuthorNoteItems
from desk.cases.links import CaseLinkItems
from desk.cases.opt_outs import OptOutItems, Withdrawal
from desk.cases.trial import TrialItems, Withheld
from desk.day_reviews.store import DayReview, DayReviewItems
from desk.errors import OverBudget
from desk.favourites.store import FavouriteItems, FavouriteNote, FavouriteProgress, KeptFavourite
from desk.feeds.marks import FeedMarks
from desk.feeds.model import FeedState
from desk.feeds.store import FeedItems
from desk.health.failed_events import FailedEvent, FailedEventItems, FailedSource
from desk.health.heartbeats import HeartbeatItems
from desk.listening.surges import Surge, SurgeItems
from desk.live_settings.store import LiveSetting, LiveSettingItems
from desk.mentions.model import Source
from desk.mentions.poll_state import Checkpoint, Gap, GapState, PollStateItems, WalkStateItems
from desk.notifications.check_notices import CheckNoticeItems
from desk.notifications.mail_budget import MailBudgetItems
from desk.notifications.topics import SubscribersItems
from desk.outbox.model import OutboxEntry, OutboxKind
from desk.outbox.store import OutboxItems
from desk.praise.store import PassedPraise, PraiseItems
from desk.reports.digest_log import DigestLogItems
from desk.reports.feedback import FeedbackItems
from desk.reports.store import ReportLinkItems, ReportName
from desk.spikes.history import DayFaults, FaultHistoryItems
from desk.spikes.model import Spike
from desk.spikes.store import SpikeItems
from desk.suggestions.store import AnswerIndexFiles
from desk.trends.model import DayTerms, TrendReading
from desk.trends.store import TrendItems
from desk.x.breakers import Breaker, BreakerItems
from desk.x.compliance import Round, RoundItems
from desk.x.dialects import DialectChoice, DialectItems
from desk.x.look_ups import LookUp, LookUpItems, LookUpState, author_key
from desk.x.message_walk import MessageWalk, MessageWalkItems
from desk.x.model import Usage
from desk.x.spend import Reservation, SpendItems
from tests.recorded.filled import NOW, TODAY, filled
from tests.recorded.recording import Recording, no_key
from tests.tables import REGION, Dynamo

SEOUL = ZoneInfo("Asia/Seoul")
LATER = NOW + timedelta(hours=1)
DAY = timedelta(days=1)
BUCKET = "emerald-pictures"


def kept[S](
    name: str, store: Callable[..., S], save: Callable[[S], object], load: Callable[[S], object], *more: type
) -> Recording:
    """A recording of a store that needs only the Desk table and whose items are found without what `save` returns."""
    return Recording(
        name,
        (store, *more),  # type: ignore[arg-type]
        lambda on: no_key(save(store(on.client, on.tables.desk))),
        lambda on, _: load(store(on.client, on.tables.desk)),
    )


def _fail(events: FailedEventItems) -> None:
    for source in FailedSource:
        event = FailedEvent(f"id-{source}", source, NOW, "{}", {"ERROR_CODE": "RETRIES_EXHAUSTED"})
        events.keep(event)
        events.report(event)
        events.begin_retry(event, "mina", LATER)


def _attendance(on: Dynamo) -> AttendanceItems:
    return AttendanceItems(on.client, mentions_table=on.tables.mentions, desk_table=on.tables.desk, zone=SEOUL)


def _author_notes(on: Dynamo) -> AuthorNoteItems:
    return AuthorNoteItems(on.client, on.tables.desk, lasts=timedelta(days=30))


def _budget(on: Dynamo) -> MailBudgetItems:
    return MailBudgetItems(on.client, desk_table=on.tables.desk, count=2, window=timedelta(hours=1))


def _feedback(on: Dynamo) -> FeedbackItems:
    return FeedbackItems(on.client, mentions_table=on.tables.mentions, desk_table=on.tables.desk)


def _spend(on: Dynamo) -> SpendItems:
    return SpendItems(on.client, on.tables.desk, SEOUL, XBudget(day=5_000, month=50_000))


def _spent(on: Dynamo) -> None:
    """A call that was settled, one that is underway, and one for which the budget was too small."""
    settled, underway, refused = (
        Reservation(f"1764552240-{number}", TODAY, 2_000, Purpose.MENTIONS) for number in range(3)
    )
    spend = _spend(on)
    spend.reserve(settled, NOW)
    spend.settle(settled, Usage(calls=2, micro_usd=1_500))
    spend.reserve(underway, NOW)
    with suppress(OverBudget):
        spend.reserve(refused, NOW)


def _withdraw(opt_outs: OptOutItems) -> None:
    opt_outs.record("501", "7", NOW)
    opt_outs.record("502", "8", NOW)
    opt_outs.withdraw("502", filled(Withdrawal, written_at=LATER))


def _poll(state: WalkStateItems) -> None:
    lease = state.take(None, holder="poll", until=LATER)
    gap = filled(Gap, state=GapState.OPEN)
    given_up = filled(Gap, id="gap-2", state=GapState.UNREACHABLE)
    state.settle(lease, checkpoint=filled(Checkpoint, walked_at=NOW), gaps=[gap, given_up])


def _poll_mentions(state: PollStateItems) -> None:
    _poll(state)
    state.set_own_posts_seen_to("77")


def _like(favourites: FavouriteItems) -> None:
    favourites.save([filled(KeptFavourite, post_id="77", notes=())])
    favourites.keep(filled(KeptFavourite, post_id="77", notes=()), filled(FavouriteNote))
    favourites.save_progress(filled(FavouriteProgress))


def _day_reviews(on: Dynamo) -> DayReviewItems:
    return DayReviewItems(on.client, on.tables.desk, lasts=30 * DAY)


def _review_day(reviews: DayReviewItems) -> DayReview:
    review = filled(DayReview, day=TODAY, at=NOW)
    reviews.add(review)
    reviews.mark_read(review, "이수진", NOW)
    reviews.lines_for("evening-2026-11-24", NOW)
    return review


def _praise(on: Dynamo) -> PraiseItems:
    return PraiseItems(on.client, on.tables.desk, lasts=30 * DAY)


def _claim_digest(log: DigestLogItems) -> None:
    log.mark_made("evening", TODAY, at=NOW, covered_until=NOW)
    log.claim("evening", TODAY + DAY, holder="digest", now=NOW, until=LATER)


def _digests(log: DigestLogItems) -> object:
    return {
        "covered": log.covered_until(["evening"], day=TODAY, now=LATER),
        "made": log.claim("evening", TODAY, holder="other", now=NOW, until=LATER),
        "underway": log.claim("evening", TODAY + DAY, holder="other", now=NOW, until=LATER),
    }


def _spike(spikes: SpikeItems) -> None:
    spike = filled(Spike, ended_at=None, mailed_at=None, called_at=None, end_mailed_at=None)
    spikes.begin(spike)
    for what in ("mailed", "called"):
        spikes.mark_sent(filled(OutboxEntry, kind=OutboxKind.SPIKE, subject=spike.id, what=f"{what}_at"), NOW)
    over = filled(Spike, id="over", department="network", **dict.fromkeys(("ended_at", "end_mailed_at")))
    spikes.begin(over)
    spikes.end(over, LATER)


def _feed(feeds: FeedItems) -> None:
    feeds.save(filled(FeedState, version=0))
    feeds.save_marks("blog", filled(FeedMarks, version=0, days={b"0123456789ab": 20_000}))


def _trends(trends: TrendItems) -> None:
    trends.save(filled(TrendReading, woeid=1, hour=NOW, problem=None))
    trends.save(filled(TrendReading, woeid=2, hour=NOW))
    trends.keep_day_terms(Source.MENTIONS, TODAY, filled(DayTerms))


def _look_up(look_ups: LookUpItems) -> None:
    """One that is asked for, and one that was answered."""
    look_ups.request([author_key("501"), author_key("502")], NOW)
    look_ups.finish([filled(LookUp, key=author_key("501"), state=LookUpState.DONE, again_at=LATER)])


def _indexes(on: Dynamo) -> AnswerIndexFiles:
    return AnswerIndexFiles(lambda: boto3.client("s3", region_name=REGION), BUCKET, on.client, on.tables.desk)


def _index(on: Dynamo) -> None:
    """The pointer; the file that it names is made again every night."""
    boto3.client("s3", region_name=REGION).create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"}
    )
    _indexes(on).publish(b"index", NOW, 1)


RECORDINGS = (
    Recording("answer_index", (AnswerIndexFiles,), _index, lambda on, _: _indexes(on).current()),
    Recording(
        "attendance",
        (AttendanceItems,),
        lambda on: _attendance(on).save(TODAY, [filled(AttendanceRecord)], NOW),
        lambda on, _: {"records": _attendance(on).all_records(), "mornings": _attendance(on).mornings()},
    ),
    Recording(
        "case_link",
        (CaseLinkItems,),
        lambda on: CaseLinkItems(on.client, on.tables.desk).make(["7Q2M4-XD93K"], "billing", NOW)["7Q2M4-XD93K"],
        lambda on, link_id: CaseLinkItems(on.client, on.tables.desk).find(link_id),
    ),
    Recording(
        "author_note",
        (AuthorNoteItems,),
        lambda on: no_key(_author_notes(on).add("501", filled(AuthorNote, at=NOW))),
        lambda on, _: _author_notes(on).of_author("501", NOW),
    ),
    kept("opt_out", OptOutItems, _withdraw, OptOutItems.all),
    kept(
        "trial",
        TrialItems,
        lambda trial: trial.count_withheld("billing", NOW, TODAY, Withheld(4, 2, 1)),
        TrialItems.figures,
    ),
    kept(
        "favourite",
        FavouriteItems,
        _like,
        lambda store: {
            "all": store.all(),
            "page": store.page(limit=5),
            "progress": store.progress(),
            "marks": store.marks(),
        },
    ),
    Recording(
        "day_review",
        (DayReviewItems,),
        lambda on: no_key(_review_day(_day_reviews(on))),
        lambda on, _: _day_reviews(on).recent(NOW),
    ),
    Recording(
        "praise",
        (PraiseItems,),
        lambda on: no_key(_praise(on).pass_on(filled(PassedPraise, at=NOW, sending=False), timedelta(0))),
        lambda on, _: _praise(on).of_post(filled(PassedPraise).post_id),
    ),
    kept(
        "feed",
        FeedItems,
        _feed,
        lambda feeds: {"feeds": feeds.all(), "marks": feeds.marks("blog")},
    ),
    kept(
        "surge",
        SurgeItems,
        lambda surges: surges.record(filled(Surge, since=NOW, until=LATER)),
        lambda surges: surges.between(NOW - DAY, NOW + DAY),
    ),
    kept(
        "live_setting",
        LiveSettingItems,
        lambda settings: settings.save([filled(LiveSetting, key="greeting_today", version=1)]),
        lambda settings: {"all": settings.all(), "history": settings.history("greeting_today")},
    ),
    kept(
        "poll",
        PollStateItems,
        _poll_mentions,
        PollStateItems.load,
    ),
    Recording(
        "listening_walk",
        (WalkStateItems,),
        lambda on: _poll(WalkStateItems(on.client, on.tables.desk, "listen")),
        lambda on, _: WalkStateItems(on.client, on.tables.desk, "listen").load(),
    ),
    kept(
        "check_notice",
        CheckNoticeItems,
        lambda notices: notices.record("unseen", NOW),
        lambda notices: [notices.claim("unseen", since, held=(LATER, LATER + DAY)) for since in (NOW - DAY, LATER)],
    ),
    Recording(
        "mail_budget",
        (MailBudgetItems,),
        lambda on: no_key(_budget(on).reserve("billing", NOW)),
        lambda on, _: [_budget(on).reserve("billing", NOW + timedelta(minutes=number)) for number in (1, 2, 61)],
    ),
    Recording(
        "subscribers",
        (SubscribersItems,),
        lambda on: SubscribersItems(on.client, desk_table=on.tables.desk).record("billing", 2, ["a@emerald.example"]),
        lambda on, _: SubscribersItems(on.client, desk_table=on.tables.desk).confirmed_count("billing"),
    ),
    kept(
        "outbox_entry",
        OutboxItems,
        lambda outbox: outbox.settle((), [filled(OutboxEntry, recipient="billing", kind=kind) for kind in OutboxKind]),
        lambda outbox: outbox.entries("billing"),
    ),
    kept("digest", DigestLogItems, _claim_digest, _digests),
    Recording(
        "feedback_mail",
        (FeedbackItems,),
        lambda on: _feedback(on).mark_mailed("billing", TODAY),
        lambda on, _: _feedback(on).mailed_until(),
    ),
    Recording(
        "report_link",
        (ReportLinkItems,),
        lambda on: ReportLinkItems(on.client, on.tables.desk).make(ReportName("evening", TODAY), NOW),
        lambda on, link_id: ReportLinkItems(on.client, on.tables.desk).find(link_id),
    ),
    kept(
        "fault_history",
        FaultHistoryItems,
        lambda history: history.keep(
            TODAY, DayFaults({"billing": tuple(range(24))}, NOW, {"billing": {9: (1, 2, 3, 5, 8)}})
        ),
        lambda history: history.days([TODAY]),
    ),
    kept(
        "spike",
        SpikeItems,
        _spike,
        lambda spikes: {"open": spikes.open(), "recent": spikes.recent(NOW - DAY)},
    ),
    kept(
        "trends",
        TrendItems,
        _trends,
        lambda trends: {
            "newest": [trends.newest(1), trends.newest(2)],
            "terms": trends.day_terms(Source.MENTIONS, TODAY),
        },
    ),
    kept("failed_event", FailedEventItems, _fail, FailedEventItems.all),
    kept(
        "heartbeat",
        HeartbeatItems,
        lambda beats: beats.beat({"schedule": "listen", "scheduled_time": NOW.isoformat()}),
        HeartbeatItems.recorded,
    ),
    kept("breaker", BreakerItems, lambda breakers: breakers.save(filled(Breaker)), BreakerItems.load),
    kept("compliance", RoundItems, lambda rounds: rounds.save(filled(Round)), RoundItems.load),
    kept("dialect", DialectItems, lambda dialects: dialects.save(filled(DialectChoice)), DialectItems.load),
    kept(
        "look_up",
        LookUpItems,
        _look_up,
        lambda look_ups: list(look_ups.results([author_key("501"), author_key("502")], NOW).values()),
    ),
    kept("message_walk", MessageWalkItems, lambda walk: walk.save(filled(MessageWalk)), MessageWalkItems.load),
    Recording("x_spend", (SpendItems,), _spent, lambda on, _: _spend(on).between(TODAY, TODAY)),
)
