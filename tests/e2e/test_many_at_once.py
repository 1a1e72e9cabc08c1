"""Floods and long absences, through the whole stack."""

import json
from collections import Counter
from datetime import timedelta

import pytest

from desk.health.failed_events import FailedEventItems, FailedSource
from local.deployed.subscriptions import MAIL_FILTER
from tests.aws_rules.recording import NO_TABLE
from tests.e2e.driver import Driver
from tests.families import tries_all, variants

SAYINGS = (
    "이번 달 청구서가 왜 두 번 왔나요?",
    "데이터 요금은 언제 빠져나가나요?",
    "자동이체 계좌를 바꾸고 싶은데 어디서 하나요?",
    "지하철에서도 5G가 되나요?",
    "how do I change my payment method?",
)
"""Inquiries: so many faults would be a spike, which is one mail."""
TEN_MINUTES_BUDGET = 20


def test_a_burst_of_150_is_stored_read_and_listed_within_every_mail_budget(desk: Driver) -> None:
    burst = desk.crowd(150, "burst", SAYINGS)

    desk.poll()
    desk.sweep()
    desk.sweep()

    lines = [line for line in desk.lines() if line.mention_id in burst]
    assert len(lines) == 150
    assert all(line.kind for line in lines)
    per_department = Counter(mail.department for mail in {mail.message_id: mail for mail in desk.mails}.values())
    assert max(per_department.values()) <= TEN_MINUTES_BUDGET
    words = "".join(mail.body for mail in desk.mails)
    assert [line.case_id for line in lines if line.case_id and line.case_id not in words] == []
    assert desk.stage.mailboxes.switched_off == []
    assert desk.balance_holds()


def test_ten_posts_of_25000_syllables_in_one_batch_all_arrive(desk: Driver) -> None:
    long = "청구서가 이상해요 환불해 주세요 " + "가" * 25_000
    written = {desk.post(f"novelist_{number}", long) for number in range(10)}

    desk.poll()
    desk.sweep(timedelta(minutes=15))

    lines = [line for line in desk.lines() if line.mention_id in written]
    words = "".join(mail.body for mail in desk.mails)
    assert [line.waiting for line in lines] == [None] * 10
    assert [line.case_id for line in lines if str(line.case_id) not in words] == []


def test_mentions_that_arrived_while_the_router_was_broken_are_routed_later(desk: Driver) -> None:
    functions, router = desk.stage.deployed.aws.client("lambda"), desk.stage.deployed.outputs["RouteInquiry"]
    right = functions.get_function_configuration(FunctionName=router)["Environment"]
    wrong = {"Variables": {**right["Variables"], "MENTIONS_TABLE": NO_TABLE}}
    functions.update_function_configuration(FunctionName=router, Environment=wrong)
    mention = desk.post("minji_haru", "청구서가 네 번 왔어요 확인해 주세요")
    desk.poll()
    waited = desk.line(mention).kind
    functions.update_function_configuration(FunctionName=router, Environment=right)

    desk.sweep()

    assert waited is None
    assert desk.line(mention).kind == "inquiry"
    assert len(desk.mails_about("네 번 왔어요")) == 1
    deployed = desk.stage.deployed
    events = FailedEventItems(deployed.aws.client("dynamodb"), deployed.outputs["DeskTable"])
    (pointer,) = (event for event in events.all() if event.source is FailedSource.STREAM)
    assert "RetryAttemptsExhausted" in pointer.body
    assert mention not in pointer.body
    assert events.remove(pointer)


def test_a_record_that_the_stream_lost_is_found_by_the_sweep(desk: Driver) -> None:
    mention = desk.post("minji_haru", "와이파이 공유기 불이 안 켜져요 고쳐 주세요")
    desk.poll(carried=False)
    desk.lose_the_stream()
    desk.carry()
    unread = desk.line(mention).kind

    desk.sweep()

    assert unread is None
    assert desk.line(mention).waiting is None
    assert len(desk.mails_about("공유기 불이 안 켜져요")) == 1


def test_mails_of_a_department_without_subscribers_go_to_the_operator(desk: Driver) -> None:
    sns, topic = desk.stage.deployed.aws.client("sns"), f"{desk.stage.deployed.topic_prefix}policy"
    subscriptions = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    for subscription in subscriptions:
        if subscription["Protocol"] == "email":
            sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    desk.fire("check-subscriptions", timedelta(minutes=15))
    known = desk.confirmed_subscribers("policy")
    desk.pass_time(timedelta(minutes=2))  # the router believes for a minute what it read about subscribers
    desk.post("jobless_4th", "신입 채용 공고는 언제 나오나요?")

    desk.poll()

    assert known == 0
    assert [mail.department for mail in desk.mails_about("채용 공고는 언제")] == ["operator"]
    sns.subscribe(
        TopicArn=topic,
        Protocol="email",
        Endpoint="policy@emerald.example",
        Attributes={"FilterPolicy": json.dumps(MAIL_FILTER)},
    )
    desk.fire("check-subscriptions", timedelta(minutes=15))


@pytest.mark.skipif(not tries_all(), reason="the poller's own tests fill such gaps; pytest --all-variants does it here")
def test_1500_after_an_outage_of_the_poller_all_come_in(desk: Driver) -> None:
    missed = desk.crowd(1500, "patient", SAYINGS)

    for _ in range(8):
        desk.poll()
        if missed <= {line.mention_id for line in desk.lines()}:
            break
    desk.sweep()

    assert missed <= {line.mention_id for line in desk.lines() if line.kind}
    assert desk.balance_holds()


@variants("lateness", [4, 8], 1)
def test_a_mention_indexed_late_is_not_missed(desk: Driver, lateness: int) -> None:
    late = desk.post("slow_poke", "청구서가 늦게 왔어요 확인해 주세요", late_seconds=60 * lateness)
    newer = desk.post("quick_one", "청구서가 일찍 왔어요 확인해 주세요")
    desk.poll()
    before = {line.mention_id for line in desk.lines()}
    desk.pass_time(timedelta(minutes=lateness))

    desk.poll()

    assert newer in before
    assert late not in before
    assert desk.line(late).kind is not None
