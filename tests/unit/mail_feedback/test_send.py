from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from desk.errors import StoreBusy
from desk.mentions.model import DayRow, Mention
from desk.notifications.topics import MESSAGE_BYTES, TopicMessage, size_of
from desk.praise.store import PassedPraise
from desk.reading import Kind
from mail_feedback.send import LISTED
from tests.fakes.notifications import FakeTopics
from tests.fakes.reports import FakeFeedback
from tests.unit.mail_feedback.scene import MONDAY, SEOUL, SUNDAY_NOON, Killed, Scene

DAY = timedelta(days=1)
TUESDAY = MONDAY + DAY


def test_each_department_gets_its_own_feedback_once_a_week_and_nobody_anothers() -> None:
    scene = Scene()
    scene.write(1, "고지서 그림이 귀여워졌어요")
    scene.write(2, "지하철에서도 잘 터져요", "network")
    scene.write(3, "이 회사 요즘 감 잃은듯", "operator")

    report = scene.run()

    assert report.sent == ["billing", "network", "operator"]
    (billing,), (network,), (operator,) = (scene.mails(key) for key in ("billing", "network", "operator"))
    assert "| 고지서 그림이 귀여워졌어요" in billing.body
    assert "지하철" not in billing.body
    assert "| 지하철에서도 잘 터져요" in network.body
    assert "| 이 회사 요즘 감 잃은듯" in operator.body
    assert billing.attributes == {"delivery": "mail", "department": "billing"}


def test_without_feedback_there_is_no_mail_and_the_next_week_begins_where_this_one_ended() -> None:
    scene = Scene()
    scene.write(1, "청구서가 이상해요", kind=Kind.INQUIRY)

    report = scene.run()

    assert (report.sent, report.failures) == ([], {})
    assert scene.topics.got == {}
    assert scene.feedback.until == dict.fromkeys(scene.brand.departments, date(2026, 11, 23))


def test_a_second_run_mails_nobody_again_whichever_run_it_is() -> None:
    scene = Scene()
    scene.write(1, "고지서가 예뻐졌어요")

    reports = [scene.run(), scene.run(), scene.run(MONDAY + timedelta(hours=1), holder="second"), scene.run(TUESDAY)]

    assert [report.sent for report in reports] == [["billing"], [], [], []]
    assert len(scene.mails("billing")) == 1


def test_a_run_with_nothing_due_reads_no_mentions() -> None:
    scene = Scene()
    scene.run()
    scene.rows.passes.clear()

    scene.run(TUESDAY)

    assert not scene.rows.passes


def test_one_pass_over_the_days_serves_all_departments() -> None:
    scene = Scene()
    scene.write(1, "고지서가 예뻐졌어요")
    scene.write(2, "잘 터져요", "network")

    scene.run()

    assert dict(scene.rows.passes) == {date(2026, 11, day): 1 for day in range(16, 23)}


def test_a_first_week_that_was_not_sent_is_mailed_with_the_next_one() -> None:
    scene = Scene(topics=FakeTopics(down=True))
    scene.write(1, "지난주 고지서가 좋아요", at=SUNDAY_NOON)
    scene.run()
    scene.topics.down = False
    scene.write(2, "이번 주 고지서도 좋아요", at=SUNDAY_NOON + 7 * DAY)
    scene.machine += 7 * DAY

    scene.run(MONDAY + 7 * DAY, holder="second")

    (mail,) = scene.mails("billing")
    assert "지난주" in mail.body
    assert "이번 주" in mail.body


class OnceBusy(FakeFeedback):
    """Gives up the first time that it is asked."""

    asked = False

    def mentions(self, mention_ids: Collection[str]) -> dict[str, Mention]:
        self.busy, self.asked = set() if self.asked else {"mentions"}, True
        return super().mentions(mention_ids)


def test_a_department_whose_mentions_cannot_be_read_does_not_delay_others() -> None:
    scene = Scene(feedback=OnceBusy())
    scene.write(1, "고지서가 예뻐졌어요")
    scene.write(2, "잘 터져요", "network")

    report = scene.run()

    assert list(report.failures) == ["billing"]
    assert report.sent == ["network"]


def test_before_any_mail_a_busy_store_is_raised() -> None:
    scene = Scene()
    scene.write(1, "고지서가 예뻐졌어요")
    scene.feedback.busy.add("mailed_until")

    with pytest.raises(StoreBusy):
        scene.run()

    scene.feedback.busy.clear()
    scene.rows.busy = True
    with pytest.raises(StoreBusy):
        scene.run()
    assert scene.topics.got == {}


class KillingTopics(FakeTopics):
    """Kills the run when it tells this department."""

    victim = "network"

    def send(self, department: str, notes: Sequence[TopicMessage]) -> Mapping[str, str]:
        if department == self.victim:
            raise Killed
        return super().send(department, notes)


@pytest.mark.parametrize("holder", ["first", "second"])
def test_a_run_killed_between_mails_is_continued_by_the_next(holder: str) -> None:
    topics = KillingTopics()
    scene = Scene(topics=topics)
    for place, key in enumerate(("billing", "network", "operator")):
        scene.write(place, f"좋아요 {key}", key)

    with pytest.raises(Killed):
        scene.run()
    topics.victim = ""
    scene.machine += timedelta(hours=1)  # the killed run's claim is over for another one
    report = scene.run(MONDAY + timedelta(hours=1), holder=holder)

    assert report.sent == ["network", "operator"]
    assert [len(scene.mails(key)) for key in ("billing", "network", "operator")] == [1, 1, 1]


def test_a_mail_that_another_run_claimed_is_left_to_it() -> None:
    scene = Scene()
    scene.write(1, "고지서가 예뻐졌어요")
    scene.feedback.until["billing"] = date(2026, 11, 16)
    scene.feedback.held["billing"] = ("another", scene.machine + timedelta(hours=1))

    report = scene.run()

    assert (report.sent, report.failures) == ([], {})
    assert not scene.mails("billing")
    assert scene.feedback.until["billing"] == date(2026, 11, 16)


def test_a_sent_mail_that_could_not_be_recorded_is_reported() -> None:
    scene = Scene()
    scene.feedback.until["billing"] = date(2026, 11, 16)
    scene.feedback.until["network"] = scene.feedback.until["operator"] = date(2026, 11, 23)
    scene.write(1, "고지서가 예뻐졌어요")
    scene.feedback.busy.add("mark_mailed")

    report = scene.run()

    assert "billing" in report.sent
    assert "StoreBusy" in report.failures["billing"]


def test_without_a_mail_left_in_the_budget_it_waits_for_a_later_hour() -> None:
    scene = Scene()
    scene.write(1, "고지서가 예뻐졌어요")
    scene.write(2, "잘 터져요", "network")
    scene.budget.count = 1
    scene.budget.sent["billing"].append(scene.machine)

    put_off = scene.run()
    later = scene.run(MONDAY + timedelta(hours=1), holder="first")
    scene.machine += timedelta(hours=1)
    sent = scene.run(MONDAY + timedelta(hours=2), holder="third")

    assert (put_off.sent, put_off.put_off, put_off.failures) == (["network"], ["billing"], {})
    assert later.put_off == ["billing"]
    assert sent.sent == ["billing"]


def test_a_department_that_got_a_mail_a_moment_ago_waits_a_second() -> None:
    scene = Scene()
    scene.write(1, "고지서가 예뻐졌어요")
    scene.budget.sent["billing"].append(scene.machine + timedelta(minutes=1))

    assert scene.run().sent == ["billing"]


def test_when_time_runs_out_the_rest_is_left_to_the_next_run() -> None:
    scene = Scene()
    scene.write(1, "고지서가 예뻐졌어요")
    scene.write(2, "잘 터져요", "network")
    answers = iter([True, False, False])

    report = scene.run(has_time=lambda: next(answers))

    assert (report.sent, report.put_off) == (["billing"], ["network", "operator"])
    assert scene.run().sent == ["network"]


def test_a_department_without_subscribers_is_copied_to_the_operator_with_the_reason() -> None:
    scene = Scene()
    scene.subscribers.counts["billing"] = 0
    scene.write(1, "고지서가 예뻐졌어요")
    scene.write(2, "잘 터져요", "network")

    scene.run()

    (mail,) = scene.mails("operator")
    assert "요금·청구에는 지금 메일을 받기로 확인한 분이 없어 운영자에게도 보냅니다." in mail.body
    assert "| 고지서가 예뻐졌어요" in mail.body
    assert len(scene.mails("billing")) == 1


def test_without_subscribers_the_operators_topic_decides_whether_the_mail_was_sent() -> None:
    scene = Scene()
    scene.subscribers.counts["billing"] = 0
    scene.write(1, "고지서가 예뻐졌어요")
    scene.topics.gone.add("operator")

    failed = scene.run()

    assert "billing" in failed.failures
    scene.topics.gone.clear()
    assert scene.run().sent == ["billing"]


def test_feedback_of_a_lost_department_is_the_operators() -> None:
    scene = Scene()
    scene.write(1, "예전 부서 이야기예요", "long-gone")
    scene.write(2, "부서 없는 이야기예요", None)

    scene.run()

    (mail,) = scene.mails("operator")
    assert "예전 부서 이야기예요" in mail.body
    assert "부서 없는 이야기예요" in mail.body


def test_deleted_posts_erased_authors_and_posts_from_before_the_desk_never_appear() -> None:
    scene = Scene()
    scene.write(1, "남은 글")
    gone = scene.write(2, "지워진 글")
    scene.write(3, "잊힌 분의 글", author="900")
    scene.write(4, "데스크 전의 글", backlog=True)
    del scene.feedback.stored[gone.id]
    scene.feedback.erased.add("900")

    scene.run()

    (mail,) = scene.mails("billing")
    assert mail.subject == "요금·청구 의견 1건, 11월 16일(월)~11월 22일(일)"
    assert "| 남은 글" in mail.body
    assert not [text for text in ("지워진", "잊힌", "데스크 전") if text in mail.body]


def test_without_any_mention_left_there_is_no_mail() -> None:
    scene = Scene()
    del scene.feedback.stored[scene.write(1, "지워진 글").id]

    assert scene.run().sent == []
    assert scene.topics.got == {}
    assert scene.feedback.until["billing"] == date(2026, 11, 23)


def test_of_an_edited_post_the_last_version_is_listed_alone() -> None:
    scene = Scene()
    first = scene.write(1, "고지서 벌로예요")
    scene.write(2, "고지서 별로예요", versions=(first.id, "2000000000000000002"), at=SUNDAY_NOON + timedelta(minutes=1))

    scene.run()

    (mail,) = scene.mails("billing")
    assert "| 고지서 별로예요" in mail.body
    assert "벌로" not in mail.body
    assert "의견 1건" in (mail.subject or "")


def test_of_a_flood_the_newest_are_listed_and_the_rest_is_counted_in_bounded_memory() -> None:
    scene = Scene()
    day = SUNDAY_NOON.astimezone(SEOUL).date()
    start = datetime(2026, 11, 22, 0, 0, tzinfo=SEOUL).astimezone(UTC)
    for number in range(LISTED + 50):
        scene.write(number, f"의견 {number:04}", at=start + timedelta(seconds=number))
    kept = scene.rows.rows.pop(day)
    older = start - timedelta(seconds=1)
    scene.rows.streams[day] = lambda: (
        *kept,
        *(DayRow(str(number), older, Kind.FEEDBACK, "relationship", "billing") for number in range(20_000)),
    )

    scene.run()

    (mail,) = scene.mails("billing")
    assert scene.feedback.most == LISTED
    assert f"의견 {20_000 + LISTED + 50}건" in (mail.subject or "")
    assert f"의견 {20_000 + LISTED + 50}건입니다." in mail.body
    assert f"이 가운데 최근 {LISTED}건을 실었습니다." in mail.body
    assert mail.body.count("\n| 의견 ") == LISTED
    assert "의견 0149" in mail.body
    assert "의견 0049" not in mail.body


def test_the_longest_posts_fit_into_one_message_of_sns() -> None:
    scene = Scene()
    for number in range(LISTED):
        scene.write(number, f"{number} " + "가나다라 마바사 " * 300)

    scene.run()

    (mail,) = scene.mails("billing")
    assert size_of(mail) <= MESSAGE_BYTES
    assert mail.body.count("https://x.com/i/status/") == LISTED
    assert "너무 길어 여기까지만" in mail.body


def test_praise_that_was_passed_on_is_not_repeated_but_mentioned() -> None:
    scene = Scene()
    passed = scene.write(1, "고지서 설명이 친절해요")
    scene.write(2, "고지서 그림이 귀여워졌어요")
    scene.praise.pass_on(PassedPraise(passed.post.id, "101", "billing", "", "박지민", SUNDAY_NOON), DAY)

    scene.run()

    [mail] = scene.mails("billing")
    assert "친절해요" not in mail.body
    assert "바로 전해 드린 칭찬 1건은 다시 싣지 않았습니다" in mail.body
    assert "의견 1건" in str(mail.subject)


def test_a_week_of_nothing_but_praise_that_was_passed_on_has_no_mail() -> None:
    scene = Scene()
    passed = scene.write(1, "고지서 설명이 친절해요")
    scene.praise.pass_on(PassedPraise(passed.post.id, "101", "billing", "", "박지민", SUNDAY_NOON), DAY)

    assert scene.run().sent == []
