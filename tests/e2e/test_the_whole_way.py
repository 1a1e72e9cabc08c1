"""A mention on X becomes a mail in the right mailbox, through the stack of infra/template.yaml itself."""

import json
from datetime import timedelta

from follow_deletions.follow import EVERY
from local.aws.mailbox import policy_for_sns
from tests.e2e.driver import Driver, read_mail


def test_a_mention_posted_on_x_arrives_in_its_departments_mailbox(desk: Driver) -> None:
    mention = desk.post("minji_haru", "이번 달 청구서가 두 번 왔어요. 확인해 주세요")

    desk.poll()

    (mail,) = desk.mails
    assert mail.department == "billing"
    assert "청구서가 두 번 왔어요" in mail.body
    assert str(desk.line(mention).case_id) in mail.body
    assert desk.balance_holds()


def test_the_mail_lies_in_a_folder_as_sns_would_send_it(desk: Driver) -> None:
    desk.post("minji_haru", "이번 달 청구서가 세 번 왔어요. 확인해 주세요")

    desk.poll()

    newest = max((desk.stage.mailboxes.folder / "billing").glob("*.eml"))
    message = read_mail(newest)
    assert message["From"] == "Dorothy <no-reply@sns.amazonaws.com>"
    assert len(message["Subject"]) < 100
    body = message.get_content()
    assert body.startswith("이 메일에는 회신하지 마")
    assert "unsubscribe.html?SubscriptionArn=arn:aws:sns:" in body


def test_a_second_mention_of_an_author_joins_the_case_and_a_stranger_gets_another(desk: Driver) -> None:
    first = desk.post("minji_haru", "로밍 요금제 추천해 주세요")
    desk.poll()
    more = desk.post("minji_haru", "일본에서 쓸 로밍 요금제예요 추천해 주세요", in_reply_to=first)
    stranger = desk.post("dohyun_k", "저도 로밍 요금제 추천해 주세요", in_reply_to=first)
    desk.poll()

    assert desk.line(more).case_id == desk.line(first).case_id
    assert desk.line(stranger).case_id not in (None, desk.line(first).case_id)


def test_a_greeting_is_read_and_tells_nobody(desk: Driver) -> None:
    greeting = desk.post("early_bird", "좋은 아침이에요! 오늘도 힘내세요")

    desk.poll()

    assert desk.line(greeting).kind == "chat"
    assert desk.mails == []


def test_after_a_month_the_words_of_a_greeting_are_removed_and_its_reading_stays(desk: Driver) -> None:
    greeting = desk.post("early_bird", "좋은 아침이에요! 오늘도 힘내세요")
    desk.poll()

    desk.fire("retention", timedelta(days=31))

    assert "post" not in desk.item(greeting)
    assert desk.item(greeting)["kind"] == {"S": "chat"}


def test_machines_get_the_case_as_json_and_no_mail(desk: Driver) -> None:
    sqs = desk.stage.deployed.aws.client("sqs")
    queue = sqs.create_queue(QueueName="machines")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy_for_sns(arn)})
    desk.stage.deployed.aws.client("sns").subscribe(
        TopicArn=f"{desk.stage.deployed.topic_prefix}billing",
        Protocol="sqs",
        Endpoint=arn,
        Attributes={"FilterPolicy": json.dumps({"delivery": ["case"]}), "RawMessageDelivery": "true"},
    )
    mention = desk.post("minji_haru", "청구서 금액이 이상해요. 환불해 주세요")

    desk.poll()

    (message,) = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert mention in message["Body"]
    assert json.loads(message["Body"])


def test_the_text_of_a_mention_deleted_on_x_is_removed(desk: Driver) -> None:
    mention = desk.post("minji_haru", "이번 달 청구서가 네 번 왔어요. 확인해 주세요")
    desk.poll()
    desk.stage.control.delete(mention)

    desk.fire("follow-deletions", EVERY)  # a test before this one may have begun the last round just now

    assert "post" not in desk.item(mention)
    assert desk.item(mention)["erased"] == {"BOOL": True}
