"""An edition is made and mailed once, even if schedules fire twice, calls fail or runs are killed."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from daily_digest.make import DigestMaker, DigestResult, EditionOutcome
from daily_digest.periods import Edition
from desk.day_reviews.store import DayReview
from desk.errors import DeskError, ReportsUnavailable, StoreBusy, TopicsUnavailable
from desk.invocation import Invocation
from desk.reports.store import ReportKind, ReportName
from tests.fakes.day_reviews import FakeDayReviews
from tests.fakes.reports import FakeDigestLog, FakeDigestTopic, FakeReportLinks, FakeReports
from tests.unit.daily_digest.scene import EVENING, SEOUL, TUESDAY, Scene, seoul

NAME = ReportName("evening", TUESDAY)
LINK = re.compile(r"https://desk\.example/reports/([\w-]+)")


class Killed(BaseException):
    """The process is killed: no exception handler runs."""


class Desk:
    """The maker and what it stands on; `machine` is the machine's clock."""

    def __init__(self) -> None:
        self.scene = Scene()
        self.machine = datetime(2026, 11, 24, 9, 10, 3, tzinfo=UTC)
        self.log = FakeDigestLog()
        self.reviews = FakeDayReviews()
        self.reports = FakeReports()
        self.links = FakeReportLinks()
        self.topic = FakeDigestTopic()
        self.maker = DigestMaker(
            collector=self.scene.collector(),
            reviews=self.reviews,
            log=self.log,
            reports=self.reports,
            links=self.links,
            topic=self.topic,
            brand=self.scene.brand,
            api_url="https://desk.example/",
            clock=lambda: self.machine,
        )

    def review(self, at: datetime, line: str = "칭찬이 많은 하루였습니다") -> None:
        """Somebody reviews the day of this moment."""
        day = at.astimezone(SEOUL).date()
        self.reviews.add(DayReview(f"form-{at:%d%H%M}", day, line, "", "박지민", at))

    def run(
        self,
        holder: str = "first",
        edition: Edition = Edition.EVENING,
        now: datetime = EVENING,
        *,
        waits: bool = False,
    ) -> DigestResult:
        invocation = Invocation(holder, ends_at=self.machine + timedelta(minutes=10), has_time=lambda: True)
        return self.maker.make(edition, now, invocation, waits=waits)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_an_edition_is_stored_as_page_and_table_linked_and_mailed(desk: Desk) -> None:
    desk.scene.mention(seoul(24, 9))

    made = desk.run()

    assert made.outcome is EditionOutcome.MADE
    assert made.digest is not None
    assert desk.reports.files.keys() == {(NAME, ReportKind.PAGE), (NAME, ReportKind.TABLE)}
    [mail] = desk.topic.mails
    found = LINK.search(mail.body)
    assert found is not None
    link = desk.links.find(found[1])
    assert link is not None
    assert (link.report, link.made_at) == (NAME, desk.machine)
    assert desk.log.made == {("evening", TUESDAY): desk.machine}


def test_a_schedule_that_fires_twice_makes_one_mail(desk: Desk) -> None:
    outcomes = [desk.run("first").outcome, desk.run("second").outcome, desk.run("first").outcome]

    assert outcomes == [EditionOutcome.MADE, EditionOutcome.MADE_BEFORE, EditionOutcome.MADE_BEFORE]
    assert len(desk.topic.mails) == 1


def test_two_runs_at_once_make_one_mail(desk: Desk) -> None:
    inner: list[EditionOutcome] = []
    desk.topic.after = lambda: inner.append(desk.run("second").outcome) if not inner else None

    outer = desk.run("first").outcome

    assert (outer, inner) == (EditionOutcome.MADE, [EditionOutcome.ELSEWHERE])
    assert len(desk.topic.mails) == 1


def test_a_late_edition_is_still_the_one_of_its_day(desk: Desk) -> None:
    desk.run()
    desk.machine += timedelta(hours=30)

    assert desk.run("late").outcome is EditionOutcome.MADE_BEFORE
    assert desk.run("late", now=EVENING + timedelta(days=1)).outcome is EditionOutcome.MADE


def test_on_a_day_off_nothing_is_made_or_recorded(desk: Desk) -> None:
    sunday = datetime(2026, 11, 22, 18, 10, tzinfo=SEOUL)

    made = desk.run(now=sunday)

    assert made == DigestResult(EditionOutcome.DAY_OFF)
    assert (desk.log.made, desk.log.held, desk.topic.mails, desk.scene.x.count("own_posts")) == ({}, {}, [], 0)


def test_a_weekly_edition_is_made_on_a_day_off_too(desk: Desk) -> None:
    sunday = datetime(2026, 11, 22, 8, 50, tzinfo=SEOUL)

    assert desk.run(edition=Edition.WEEKLY, now=sunday).outcome is EditionOutcome.MADE


def break_s3(desk: Desk) -> None:
    desk.reports.unavailable = True


def break_links(desk: Desk) -> None:
    desk.links.busy = True


def break_topic(desk: Desk) -> None:
    desk.topic.down = True


def break_tables(desk: Desk) -> None:
    desk.scene.cases.busy.add("open_cases")


def mend(desk: Desk) -> None:
    desk.reports.unavailable = desk.links.busy = desk.topic.down = False
    desk.scene.cases.busy.clear()


@pytest.mark.parametrize(
    ("harm", "error"),
    [
        (break_s3, ReportsUnavailable),
        (break_links, StoreBusy),
        (break_topic, TopicsUnavailable),
        (break_tables, StoreBusy),
    ],
)
@pytest.mark.parametrize("holder", ["first", "by hand"])
def test_a_failure_before_the_mail_is_raised_and_the_next_attempt_makes_the_edition(
    desk: Desk, harm: Callable[[Desk], None], error: type[DeskError], holder: str
) -> None:
    harm(desk)
    with pytest.raises(error):
        desk.run()
    found = len(desk.topic.mails)
    mend(desk)

    again = desk.run(holder)

    assert (found, again.outcome, len(desk.topic.mails)) == (0, EditionOutcome.MADE, 1)


def test_an_error_while_rendering_publishes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> str:
        raise ValueError("template")

    monkeypatch.setattr("daily_digest.make.render_csv", broken)

    with pytest.raises(ValueError, match="template"):
        desk.run()
    assert (desk.reports.files, desk.links.links, desk.topic.mails) == ({}, {}, [])


def test_killed_between_mail_and_record_it_is_mailed_once_more_and_never_lost(desk: Desk) -> None:
    def kill() -> None:
        desk.topic.after = None
        raise Killed

    desk.topic.after = kill
    with pytest.raises(Killed):
        desk.run("first")
    stranger = desk.run("second").outcome

    retry = desk.run("first").outcome

    assert (stranger, retry) == (EditionOutcome.ELSEWHERE, EditionOutcome.MADE)
    assert len(desk.topic.mails) == 2
    assert desk.run("first").outcome is EditionOutcome.MADE_BEFORE


def test_killed_before_the_mail_any_run_makes_it_once_the_first_ones_time_is_over(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(*_: object) -> str:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("daily_digest.make.render_report", kill)
        with pytest.raises(Killed):
            desk.run("first")
    early = desk.run("second").outcome
    desk.machine += timedelta(minutes=10)

    assert (early, desk.run("second").outcome) == (EditionOutcome.ELSEWHERE, EditionOutcome.MADE)
    assert len(desk.topic.mails) == 1


def test_a_record_that_cannot_be_saved_makes_no_second_mail(desk: Desk) -> None:
    desk.log.busy = {"mark_made"}

    made = desk.run("first")
    again = desk.run("second")

    assert (made.outcome, made.recorded, again.outcome) == (EditionOutcome.MADE, False, EditionOutcome.ELSEWHERE)
    assert len(desk.topic.mails) == 1


def test_an_edition_that_can_be_neither_made_nor_released_raises_the_first_error(desk: Desk) -> None:
    desk.log.busy = {"release"}
    desk.reports.unavailable = True

    with pytest.raises(ReportsUnavailable):
        desk.run()


def test_each_edition_of_a_day_is_its_own(desk: Desk) -> None:
    monday = datetime(2026, 11, 23, 8, 50, tzinfo=SEOUL)

    outcomes = [desk.run(edition=each, now=monday).outcome for each in Edition]

    assert outcomes == [EditionOutcome.MADE] * 4
    assert {name.text for name, _ in desk.reports.files} == {
        f"{each}-{date(2026, 11, 23).isoformat()}" for each in Edition
    }


def test_mornings_and_evenings_follow_each_other_and_a_week_in_between_moves_no_border(desk: Desk) -> None:
    editions = (Edition.EVENING, Edition.WEEKLY, Edition.MORNING, Edition.EVENING)
    moments = (seoul(20, 18, 10), seoul(23, 8, 49), seoul(23, 8, 50), seoul(23, 18, 10))

    made = [desk.run(edition=edition, now=now).digest for edition, now in zip(editions, moments, strict=True)]

    friday, _, monday, evening = (one.period for one in made if one)
    assert (friday.since, friday.until) == (seoul(20, 0), seoul(20, 18, 10))
    assert (monday.since, monday.until) == (seoul(20, 18, 10), seoul(23, 8, 50))
    assert (evening.since, evening.until) == (seoul(23, 8, 50), seoul(23, 18, 10))


def test_the_evening_digest_goes_once_the_day_was_reviewed_and_begins_with_the_line(desk: Desk) -> None:
    assert desk.run(now=seoul(24, 17, 35), waits=True).outcome is EditionOutcome.NOT_YET
    desk.review(seoul(24, 17, 36))

    assert desk.run(now=seoul(24, 17, 40), waits=True).outcome is EditionOutcome.MADE
    assert desk.run(now=seoul(24, 18, 0), waits=True).outcome is EditionOutcome.MADE_BEFORE
    assert desk.run().outcome is EditionOutcome.MADE_BEFORE
    [mail] = desk.topic.mails
    assert "칭찬이 많은 하루였습니다 (박지민)" in mail.body
    assert "칭찬이 많은 하루였습니다" in desk.reports.files[NAME, ReportKind.PAGE].decode()


def test_a_day_that_nobody_reviewed_has_its_digest_at_closing_time(desk: Desk) -> None:
    assert desk.run(now=seoul(24, 17, 55), waits=True).outcome is EditionOutcome.NOT_YET
    assert desk.run(now=seoul(24, 18, 0), waits=True).outcome is EditionOutcome.MADE


def test_an_early_review_waits_until_the_last_hour(desk: Desk) -> None:
    desk.review(seoul(24, 10))

    early, last_hour = (desk.run(now=seoul(24, hour), waits=True).outcome for hour in (16, 17))

    assert (early, last_hour) == (EditionOutcome.NOT_YET, EditionOutcome.MADE)


def test_a_schedule_that_failed_is_made_up_for_by_the_next_run(desk: Desk) -> None:
    desk.review(seoul(24, 17, 36))
    desk.topic.down = True
    with pytest.raises(TopicsUnavailable):
        desk.run(now=seoul(24, 17, 40), waits=True)
    desk.topic.down = False

    assert desk.run("second", now=seoul(24, 17, 45), waits=True).outcome is EditionOutcome.MADE
    assert desk.topic.mails[0].body.count("칭찬이 많은 하루였습니다") == 1


def test_a_line_that_comes_behind_the_evening_digest_or_on_a_day_off_is_in_the_next_morning_brief(desk: Desk) -> None:
    desk.run()
    desk.review(seoul(24, 18, 20), "늦은 한 줄")
    desk.run(edition=Edition.WEEKLY, now=seoul(25, 8, 50))
    desk.run(edition=Edition.MORNING, now=seoul(25, 8, 50))
    desk.review(seoul(28, 17, 30), "토요일의 한 줄")
    assert desk.run(now=seoul(28, 18), waits=True).outcome is EditionOutcome.NOT_YET
    desk.run(edition=Edition.MORNING, now=seoul(30, 8, 50))

    found = [[line for line in ("늦은 한 줄", "토요일의 한 줄") if line in mail.body] for mail in desk.topic.mails]
    assert found == [[], [], ["늦은 한 줄"], ["토요일의 한 줄"]]
