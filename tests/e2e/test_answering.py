"""From the mail in a department's mailbox to the answer on X, through the stack itself: real links and real forms."""

from datetime import timedelta

from tests.e2e.driver import Driver
from tests.e2e.pages import answered_post, case_of, link_of, opened, plain, sent, told, visitor


def test_the_operator_sends_a_departments_draft_as_a_reply_to_the_mention(desk: Driver) -> None:
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


def test_a_new_question_after_an_answer_goes_to_the_same_department(desk: Driver) -> None:
    first = desk.post("minji_back", "이번 달 청구서가 여덟 번 왔어요. 확인해 주세요")
    desk.poll()
    page = opened(desk, "billing", first)
    sent(desk, sent(desk, page, "answer", name="박가온", text="일곱 장을 취소했습니다."), "confirm")
    desk.pass_time(timedelta(minutes=5))
    desk.mails.clear()

    again = desk.post("minji_back", "여전히 그대로인데 확인 부탁드려요")
    desk.poll()
    lost = desk.post("minji_back", "아직도 그대로인데 확인 부탁드려요")
    desk.poll(carried=False)
    desk.lose_the_stream()
    desk.sweep()

    assert desk.mails_to("operator") == []
    for mention in (again, lost):
        assert case_of(desk, opened(desk, "billing", mention).case_id)["department"] == "billing"
        assert "재문의" in plain(opened(desk, "billing", mention))
    shown = opened(desk, "billing", again)
    assert case_of(desk, page.case_id)["answered_at"]
    assert f" · {page.case_id}" in plain(shown)
    earlier = visitor(desk).open(f"{link_of(desk, 'billing', again)}?case={page.case_id}")
    assert earlier.status == 200
    assert "일곱 장을 취소했습니다." in plain(earlier)
    assert told("answer.beside") in plain(earlier)
    (mail,) = [mail for mail in desk.mails_to("billing") if again in mail.body]
    assert f"?case={page.case_id}" in mail.body
    assert desk.balance_holds()


def test_a_reply_that_x_refuses_becomes_a_draft_again(desk: Driver) -> None:
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


LONG = (
    "해지하신 뒤에 나간 석 달 치 요금을 확인했습니다. 결제 정보가 남아 있어 자동이체가 계속됐습니다. "
    "오늘 자동이체를 끊었고 더 나가는 요금은 없습니다. "
    "나간 요금은 모두 환불해 드리며 사흘 안에 쓰시던 계좌로 들어갑니다. "
    "들어오지 않으면 이 글에 알려 주세요. 다시 한번 불편을 드려 죄송합니다."
)


def test_a_long_answer_is_on_x_as_a_thread_of_two_posts(desk: Driver) -> None:
    mention = desk.post("minji_haru", "해지했는데 요금이 석 달째 빠져나가요. 환불해 주세요")
    desk.poll()

    confirming = sent(desk, opened(desk, "billing", mention), "answer", name="박가온", text=LONG)
    shown_before = desk.on_x("석 달 치 요금") + desk.on_x("다시 한번 불편")
    sent(desk, confirming, "confirm")

    (first,), (second,) = desk.on_x("석 달 치 요금"), desk.on_x("다시 한번 불편")
    assert shown_before == []
    assert first.text.endswith(" …")
    assert second.text.endswith("죄송합니다. ^요금팀")
    assert (answered_post(desk, first), answered_post(desk, second)) == (mention, first.id)
    assert int(first.id) < int(second.id)
    assert case_of(desk, confirming.case_id)["state"] == "answered"


def test_a_move_to_private_messages_has_a_button_and_a_person_closes_the_case(desk: Driver) -> None:
    mention = desk.post("minji_haru", "아이가 게임에서 소액결제를 했는데 환불되나요? 청구서에 나와요")
    desk.poll()

    confirming = sent(desk, opened(desk, "billing", mention), "private", name="박가온")
    sent(desk, confirming, "confirm")
    page = opened(desk, "billing", mention)
    moved = case_of(desk, page.case_id)["state"]
    sent(desk, page, "close", name="박가온", reason="DM으로 안내를 마쳤습니다.")

    (reply,) = desk.on_x("DM으로 알려 주세요")
    assert answered_post(desk, reply) == mention
    assert desk.stage.x.state.posts[reply.id].private_message
    assert moved == "moved"
    assert case_of(desk, page.case_id)["state"] == "closed"


def test_an_author_who_opted_out_gets_no_reply_until_they_mention_the_brand_again(desk: Driver) -> None:
    author = "no_more_replies"
    mention = desk.post(author, "이번 달 청구서가 아홉 번 왔어요. 확인해 주세요")
    desk.poll()
    before = opened(desk, "billing", mention)
    desk.post(author, "해결됐어요. 앞으로 저한테 답글 달지 마세요", in_reply_to=mention)
    desk.poll()

    late = sent(desk, before, "answer", name="박가온", text="여덟 장을 취소했습니다.")
    page = opened(desk, "billing", mention)
    again = desk.post(author, "청구서가 또 왔어요. 확인해 주세요", in_reply_to=mention)
    desk.poll()

    assert late.status == 409
    assert told("answer.refusal.opted_out") in plain(page)
    assert page.form("answer") is None
    assert desk.on_x("여덟 장을") == []
    assert opened(desk, "billing", again).form("answer")


def test_a_tool_lists_what_waits_and_answers_it_once(desk: Driver) -> None:
    mention = desk.post("tool_user", "주주총회 자료는 어디서 볼 수 있나요?")
    desk.poll()

    listed = desk.ask("GET /cases?state=waiting&department=policy&limit=5").json()["cases"]
    case_id = listed[0]["id"]
    shown = desk.ask(f"GET /cases/{case_id}").json()
    body = {"text": "누리집의 투자 정보에서 보실 수 있습니다.", "name": "오정책", "version": shown["case"]["version"]}
    first = desk.ask(f"POST /cases/{case_id}/answer", body, Idempotency_Key="tool-1")
    second = desk.ask(f"POST /cases/{case_id}/answer", body, Idempotency_Key="tool-1")
    after = desk.ask(f"GET /cases/{case_id}").json()
    third = desk.ask(f"POST /cases/{case_id}/answer", {"text": "한 번 더 말합니다."})

    assert [each["id"] for each in shown["mentions"]] == [mention]
    assert (first.status_code, second.status_code, second.json()) == (202, 202, first.json())
    assert [answered_post(desk, reply) for reply in desk.on_x("누리집의 투자 정보")] == [mention]
    assert after["case"]["state"] == "answered"
    assert [event["what"] for event in after["events"]] == ["queued", "answered"]
    assert (third.status_code, third.json()["reason"]) == (409, "answered_already")


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
