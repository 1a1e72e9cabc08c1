"""A day, cases and every function on a local AWS on which each role may do only what the template lets it do."""

from datetime import timedelta

from tests.e2e.driver import MINUTE, SEOUL, Driver
from tests.e2e.pages import answered_post, case_of, opened, sent
from tests.e2e.test_a_day import address_in, greetings


def test_a_whole_day_can_be_done(desk: Driver) -> None:
    api = desk.stage.api
    desk.next_morning(8, 30)
    at_ten = desk.now.astimezone(SEOUL).replace(hour=10, minute=0).isoformat()
    planned = {"text": "열 시에 나갈 글", "publish_at": at_ten}
    planned_id = desk.ask("POST /posts", planned).json()["id"]
    dropped_id = desk.ask("POST /posts", {**planned, "text": "취소할 글"}).json()["id"]
    desk.ask(f"DELETE /posts/{dropped_id}")
    desk.until(9, 0)
    desk.fire_now("greet")
    desk.ask("PUT /pause", {"reason": "점검"})
    held_id = desk.ask("POST /posts", {"text": "잠시 멈춘 글"}).json()["id"]
    desk.ask("DELETE /pause")
    desk.ask(f"POST /posts/{held_id}/release")
    desk.until(10, 1)
    desk.stage.control.fault("create_post", drop=True)
    lost_id = desk.ask("POST /posts", {"text": "사라진 글"}).json()["id"]
    for _ in range(6):
        desk.sweep()
    desk.stage.control.like(desk.post("kind_words", "정말 친절하세요 칭찬합니다"))
    desk.poll()
    desk.until(18, 10)
    for edition in ("evening", "morning", "weekly", "monthly"):
        desk.fire(f"{edition}-digest", MINUTE)

    states = {post_id: desk.shown(post_id)["state"] for post_id in (planned_id, dropped_id, held_id, lost_id)}
    assert list(states.values()) == ["published", "cancelled", "published", "in_doubt"]
    assert len(greetings(desk)) == 1
    assert len(desk.mails_about("사라진 글")) == 1
    digests = desk.mails_to("digest")
    assert len(digests) == 4
    assert [api.open(address_in(api.url, mail)).status_code for mail in digests] == [200] * 4


def test_a_case_is_answered_handed_over_and_closed(desk: Driver) -> None:
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


def test_every_function_may_do_its_work(desk: Driver) -> None:
    desk.post("minji_haru", "이번 달 청구서가 두 번 왔어요. 확인해 주세요")

    desk.poll()
    desk.sweep()
    desk.fire("check-subscriptions", timedelta(minutes=1))

    assert [mail.department for mail in desk.mails] == ["billing"]
    assert all(line.waiting is None for line in desk.lines())
    assert desk.balance_holds()
    assert desk.confirmed_subscribers("billing") == 1

    greeting = desk.post("early_bird", "좋은 아침이에요! 오늘도 힘내세요")
    desk.poll()
    desk.fire("retention", timedelta(days=31))

    assert "post" not in desk.item(greeting)
    assert desk.item(greeting)["kind"] == {"S": "chat"}
