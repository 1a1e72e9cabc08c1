"""How posts of the timeline do on X: measured once for each mark, shown in the API and in the calendar."""

from datetime import timedelta

from local.stage import Stage
from tests.e2e.driver import SEOUL, Driver
from tests.e2e.test_suggestions import signed_in

HOUR = timedelta(hours=1)


def test_reactions_to_a_post_are_counted_after_an_hour_and_a_day_and_a_deleted_one_no_more(
    shared_stage: Stage, desk: Driver
) -> None:
    control = shared_stage.control
    post_id = desk.ask("POST /posts", {"text": "반응을 세어 볼 글이에요"}).json()["id"]
    x_id, day = desk.shown(post_id)["x_id"], desk.now.astimezone(SEOUL).date()
    for name in ("minji", "hana"):
        control.like(x_id, by=name)
    control.post("minji", "좋아요", in_reply_to=x_id)
    control.post("hana", "이거 보세요", quotes=x_id)
    control.retweet(x_id, ["sora"])
    control.show(x_id, 1_240)

    deleted_id = desk.ask("POST /posts", {"text": "곧 지울 글이에요"}).json()["id"]
    control.post("emeraldmobile", "X에서 직접 쓴 글이에요")
    desk.poll()
    control.forget_calls()
    desk.fire("measure-posts", HOUR + timedelta(minutes=5))
    assert control.counts()["own_posts"] == 3  # both of the desk and the one written on X
    control.delete(desk.shown(deleted_id)["x_id"])
    control.like(x_id, by="sora")
    control.forget_calls()
    desk.fire_now("measure-posts")
    again = control.counts().get("own_posts", 0)
    desk.fire("measure-posts", 23 * HOUR)

    assert again == 0
    performance = desk.shown(post_id)["performance"]
    hour, after_a_day = performance["measured"]
    assert {name: hour[name] for name in ("after", "likes", "replies", "reposts", "quotes", "impressions")} == {
        "after": "hour",
        "likes": 2,
        "replies": 1,
        "reposts": 1,
        "quotes": 1,
        "impressions": 1_240,
    }
    assert (after_a_day["after"], after_a_day["likes"]) == ("day", 3)
    assert performance["gone_at"] is None
    gone = desk.shown(deleted_id)["performance"]
    assert [each["after"] for each in gone["measured"]] == ["hour"]
    assert gone["gone_at"]
    browser = signed_in(shared_stage)
    page = browser.ask("GET", f"{browser.console}/calendar?day={day}").text
    assert "♥ 3 · 답글 1 · 재게시 1 · 인용 1 · 노출 1,240" in page
