"""From the mail in a department's mailbox to the answer on X, through the stack itself: real links and real forms."""

from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from desk.catalogue import phrase
from local.demo.answer_page import Page, Visitor, link_to
from local.demo.timeline import OwnPost
from local.stage import stage
from tests.e2e.driver import Driver


def link_of(desk: Driver, department: str, post_id: str) -> str:
    return link_to(post_id, desk.mails_to(department), desk.stage.door.url)


def opened(desk: Driver, department: str, post_id: str) -> Page:
    return visitor(desk).open(link_of(desk, department, post_id))


def visitor(desk: Driver) -> Visitor:
    return Visitor(desk.stage.door)


def sent(desk: Driver, page: Page, action: str, **filled: str) -> Page:
    """The form is sent a second later, the publisher does what comes of it, and the mail arrives."""
    desk.pass_time(timedelta(seconds=1))
    shown = visitor(desk).send(page, action, filled)
    desk.stage.settle()
    desk.mails += desk.stage.mailboxes.collect()
    return shown


def case_of(desk: Driver, case_id: str) -> dict[str, Any]:
    """The case as the table holds it."""
    dynamodb, read = desk.stage.deployed.aws.client("dynamodb"), TypeDeserializer().deserialize
    key = {"case_id": {"S": case_id}, "what": {"S": "case"}}
    item = dynamodb.get_item(TableName=desk.stage.deployed.outputs["CasesTable"], Key=key, ConsistentRead=True)["Item"]
    return {name: read(value) for name, value in item.items()}


def answered_post(desk: Driver, reply: OwnPost) -> str | None:
    return desk.stage.x.state.posts[reply.id].in_reply_to


def test_what_a_department_drafts_the_operator_sends_and_it_stands_below_the_very_mention(desk: Driver) -> None:
    mention = desk.post("pen_pal_j", "태블릿 펜은 따로 사야 하나요? 단말 구성이 궁금해요")
    desk.poll()

    page = opened(desk, "devices", mention)
    taken = sent(desk, page, "take", name="이하늘")
    drafted = sent(desk, taken, "answer", name="이하늘", text="펜은 기본 구성에 들어 있습니다.")

    assert (page.status, taken.status, drafted.status) == (200, 200, 200)
    assert told("answer.done.taken") in plain(taken)
    assert told("answer.done.drafted") in plain(drafted)
    assert case_of(desk, page.case_id)["state"] == "drafted"
    assert case_of(desk, page.case_id)["holder"] == "이하늘"
    assert desk.on_x("펜은 기본") == []

    (mail,) = desk.mails_to("operator")
    assert "펜은 기본 구성에 들어 있습니다." in mail.body
    confirming = sent(desk, opened(desk, "operator", mention), "answer", name="운영자")
    assert desk.on_x("펜은 기본") == []
    assert "펜은 기본 구성에 들어 있습니다. ^단말팀" in plain(confirming)
    sent(desk, confirming, "confirm")

    (reply,) = desk.on_x("펜은 기본")
    assert reply.text.endswith("펜은 기본 구성에 들어 있습니다. ^단말팀")
    assert answered_post(desk, reply) == mention
    assert case_of(desk, page.case_id)["state"] == "answered"
    for department in ("devices", "operator"):
        assert told("case.event.answered") in plain(opened(desk, department, mention))
    assert desk.balance_holds()


def test_a_department_that_may_speaks_itself_and_the_same_form_twice_makes_one_reply(desk: Driver) -> None:
    mention = desk.post("minji_haru", "이번 달 청구서가 다섯 번 왔어요. 확인해 주세요")
    desk.poll()

    first = opened(desk, "billing", mention)
    late = opened(desk, "billing", mention)
    confirming = sent(desk, first, "answer", name="박가온", text="한 장만 맞고 나머지는 취소했습니다.")
    sent(desk, confirming, "confirm")
    again = sent(desk, confirming, "confirm")
    too_late = sent(desk, late, "answer", name="정다온", text="저도 답해 보겠습니다.")

    (reply,) = desk.on_x("한 장만 맞고")
    assert reply.text.endswith("한 장만 맞고 나머지는 취소했습니다. ^요금팀")
    assert answered_post(desk, reply) == mention
    assert again.status == 200
    assert too_late.status == 409
    assert "저도 답해 보겠습니다." in plain(too_late)
    assert case_of(desk, first.case_id)["state"] == "answered"


def test_what_is_answered_is_answered_again_only_by_somebody_who_means_it(desk: Driver) -> None:
    mention = desk.post("minji_haru", "자동이체 계좌를 바꾸고 싶은데 어디서 하나요? 청구서에는 없어요")
    desk.poll()
    confirming = sent(
        desk, opened(desk, "billing", mention), "answer", name="박가온", text="앱의 요금 메뉴에 있습니다."
    )
    sent(desk, confirming, "confirm")

    page = opened(desk, "billing", mention)
    refused = sent(desk, page, "answer", name="박가온", text="누리집에도 있습니다.")
    confirming = sent(desk, refused, "answer", name="박가온", text="누리집에도 있습니다.", again="1")
    sent(desk, confirming, "confirm")

    assert refused.status == 422
    assert told("answer.refusal.answered_already") in plain(refused)
    assert [answered_post(desk, reply) for reply in desk.on_x("누리집에도 있습니다")] == [mention]
    assert case_of(desk, page.case_id)["state"] == "answered"


def test_a_case_that_is_handed_over_opens_by_a_new_link_and_no_more_by_the_old_one(desk: Driver) -> None:
    mention = desk.post("slow_evening", "청구서는 됐고 환불도 됐는데 납부 확인이 안 돼요")
    desk.poll()
    old = link_of(desk, "billing", mention)

    handed = sent(
        desk, visitor(desk).open(old), "hand", department="apps", name="박가온", reason="앱 화면 문제로 보입니다."
    )

    (mail,) = desk.mails_to("apps")
    page = opened(desk, "apps", mention)
    assert told("answer.handed.title") in plain(handed)
    assert visitor(desk).open(old).status == 404
    assert "앱 화면 문제로 보입니다." in mail.body
    assert page.status == 200
    assert page.form("answer")
    assert case_of(desk, page.case_id)["department"] == "apps"


def test_a_promise_stands_on_x_and_the_case_waits_on(desk: Driver) -> None:
    mention = desk.post("river_run", "기지국 신호가 자꾸 끊겨요. 언제 복구되나요?")
    desk.poll()
    until = f"{desk.now + timedelta(days=2):%Y-%m-%dT12:00}"

    confirming = sent(
        desk, opened(desk, "network", mention), "answer",
        name="최바다", text="원인을 찾고 있습니다.", holding="1", promised_until=until,
    )  # fmt: skip
    sent(desk, confirming, "confirm")

    assert len(desk.on_x("원인을 찾고 있습니다.")) == 1
    case = case_of(desk, confirming.case_id)
    assert (case["state"], case["open"]) == ("promised", "network")


def test_thanks_join_an_answered_case_and_a_new_question_opens_it_again(desk: Driver) -> None:
    mention = desk.post("minji_haru", "이번 달 청구서가 여섯 번 왔어요. 확인해 주세요")
    desk.poll()
    page = opened(desk, "billing", mention)
    sent(desk, sent(desk, page, "answer", name="박가온", text="다섯 장을 취소했습니다."), "confirm")
    (reply,) = desk.on_x("다섯 장을 취소했습니다.")

    thanks = desk.post("minji_haru", "확인했어요 빠른 답변 감사합니다!", in_reply_to=reply.id)
    desk.poll()
    after_thanks = case_of(desk, page.case_id)["state"]
    more = desk.post("minji_haru", "그런데 환불은 언제 되나요?", in_reply_to=reply.id)
    desk.poll()

    assert [desk.line(post).case_id for post in (thanks, more)] == [page.case_id] * 2
    assert after_thanks == "answered"
    assert case_of(desk, page.case_id)["state"] == "open"
    assert opened(desk, "billing", more).form("answer")


def test_what_x_refuses_waits_again_with_what_was_written(desk: Driver) -> None:
    mention = desk.post("gone_soon", "이번 달 청구서가 일곱 번 왔어요. 확인해 주세요")
    desk.poll()
    link = link_of(desk, "billing", mention)
    desk.mails.clear()
    confirming = sent(desk, visitor(desk).open(link), "answer", name="박가온", text="여섯 장을 취소했습니다.")
    desk.stage.control.delete(mention)

    sent(desk, confirming, "confirm")
    desk.sweep()

    page = visitor(desk).open(link)
    form = page.form("answer")
    assert desk.on_x("여섯 장을 취소했습니다.") == []
    assert case_of(desk, page.case_id)["state"] == "drafted"
    assert form
    assert form.fields["text"] == "여섯 장을 취소했습니다."
    assert [mail.department for mail in desk.mails_about("여섯 장을 취소했습니다.")] == ["billing"]


def test_while_the_desk_is_paused_nothing_is_sent_and_nothing_typed_is_lost(desk: Driver) -> None:
    mention = desk.post("minji_haru", "이번 달 청구서가 여덟 번 왔어요. 확인해 주세요")
    desk.poll()
    confirming = sent(desk, opened(desk, "billing", mention), "answer", name="박가온", text="일곱 장을 취소했습니다.")
    desk.ask("PUT /pause", {"reason": "점검"})

    held = sent(desk, confirming, "confirm")
    desk.ask("DELETE /pause")
    sent(desk, sent(desk, held, "answer"), "confirm")

    form = held.form("answer")
    assert held.status == 422
    assert form
    assert form.fields["text"] == "일곱 장을 취소했습니다."
    assert len(desk.on_x("일곱 장을 취소했습니다.")) == 1


def test_with_iam_enforced_a_case_is_answered_handed_over_and_closed(tmp_path: Path) -> None:
    begin = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    with stage(tmp_path, rehearse_from=begin, enforce_iam=True) as here:
        desk = Driver(here, begin)
        desk.poll()
        drafted = desk.post("pen_pal_j", "폴드2 단말 색상은 몇 가지인가요?")
        handed = desk.post("minji_haru", "이번 달 청구서가 두 번 왔어요. 확인해 주세요")
        desk.poll()

        sent(desk, opened(desk, "devices", drafted), "answer", name="이하늘", text="세 가지입니다.")
        sent(desk, sent(desk, opened(desk, "operator", drafted), "answer", name="운영자"), "confirm")
        sent(desk, opened(desk, "billing", handed), "hand", name="박가온", department="apps")
        sent(desk, opened(desk, "apps", handed), "close", name="한여름", reason="전화로 안내했습니다.")
        desk.sweep()

        assert [answered_post(desk, reply) for reply in desk.on_x("세 가지입니다.")] == [drafted]
        states = {mention: case_of(desk, str(desk.line(mention).case_id))["state"] for mention in (drafted, handed)}
        assert states == {drafted: "answered", handed: "closed"}


def told(key: str) -> str:
    """The sentence of the catalogue."""
    return phrase("ko", key)


def plain(page: Page) -> str:
    """The page's words without its tags."""
    return unescape("".join(piece.partition(">")[2] for piece in f">{page.html}".split("<")))
