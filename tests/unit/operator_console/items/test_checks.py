"""The pre-send check in the console: while somebody types, and when a post or a reply is sent."""

from datetime import timedelta
from typing import Any

import pytest

from desk.case_view.content import timeline_entries
from desk.case_view.view import new_request_id
from desk.fetch.model import NOT_CHECKED, LinkAnswer
from desk.formatting.formatter import DeskFormatter
from desk.posts.commands import SubmitPost
from desk.posts.model import Post, PostKind
from desk.trends.model import RankedTrend, TrendProblem, TrendReading, hour_of
from tests.unit.operator_console.scene import BILLING, JIMIN, VIEWER, ConsoleScene, Response, SignedIn, html_of
from tests.unit.replies.scene import CASE, NOW

LINK = "https://www.example.com/sale"
WRONG_DAY = "11월 30일(화)에 새 매장이 문을 엽니다."
"""The 30th of November 2026 is a Monday."""


@pytest.fixture
def scene() -> ConsoleScene:
    return ConsoleScene()


@pytest.fixture
def jimin(scene: ConsoleScene) -> SignedIn:
    return scene.signed_in(JIMIN)


def check(visitor: SignedIn, text: str, **fields: str) -> str:
    response = visitor.post("check", {"kind": "announcement", "when": "now", "text": text, **fields}, hx_request="true")
    assert response["statusCode"] == 200
    return html_of(response)


def write(visitor: SignedIn, text: str, **fields: str) -> Response:
    form = {"request": "newpost00001", "kind": "announcement", "when": "now", "text": text, **fields}
    return visitor.post("write", form, hx_request="true")


def reply(scene: ConsoleScene, visitor: SignedIn, text: str, **fields: str) -> Response:
    case = scene.cases.get(CASE.id)
    assert case
    form = {"version": str(case.version), "request": new_request_id(), "text": text, **fields}
    return visitor.post(f"case/{CASE.id}/send", form, hx_request="true")


def posts_of(scene: ConsoleScene) -> list[Post]:
    return [post for post in scene.posts.posts.values() if post.kind is PostKind.ANNOUNCEMENT]


def test_findings_appear_while_somebody_types(jimin: SignedIn) -> None:
    page = check(jimin, WRONG_DAY)

    assert "11월 30일은 화요일이 아니라 월요일이에요." in page
    assert 'data-state="warnings"' in page


@pytest.mark.parametrize("text", ["", "  \n", "오늘도 좋은 하루 보내세요."])
def test_nothing_is_said_where_there_is_nothing_to_say(jimin: SignedIn, text: str) -> None:
    assert "findings" not in check(jimin, text)


def test_weekdays_are_those_of_the_time_at_which_the_post_appears(jimin: SignedIn) -> None:
    planned = {"when": "other", "publish_at": "2026-11-29T09:00"}

    assert "findings" in check(jimin, "내일(화) 점검합니다.", **planned)
    assert "findings" not in check(jimin, "내일(월) 점검합니다.", **planned)
    assert "findings" not in check(jimin, "내일(월) 점검합니다.", when="2026-11-29T09:00")
    assert "findings" not in check(jimin, "내일(수) 점검합니다.", when="other", publish_at="20")


@pytest.mark.parametrize("kind", ["announcement", "outage", "correction", "thanks"])
def test_a_notice_that_names_another_time_than_its_own_is_questioned_until_it_has_a_reason(
    scene: ConsoleScene, jimin: SignedIn, kind: str
) -> None:
    text = "11월 25일(수) 새벽 2시부터 5시까지 앱을 점검합니다."
    late = {"when": "2026-11-25T09:00", "kind": kind}

    shown, held = check(jimin, text, **late), write(jimin, text, **late)

    for page in (shown, html_of(held)):
        assert "쓰여 있는데, 글은 11월 25일(수) 오전 9:00에 올라가요." in page
        assert """data-marks='["11\\uc6d4 25\\uc77c(\\uc218) \\uc0c8\\ubcbd 2""" in page
    assert (held["statusCode"], scene.posts.posts) == (422, {})
    assert "findings" not in check(jimin, text, when="2026-11-24T18:00", kind=kind)
    assert write(jimin, text, **late, override_reason="끝난 점검의 안내")["statusCode"] == 200


def test_a_post_with_a_warning_waits_for_a_reason_which_it_keeps(scene: ConsoleScene, jimin: SignedIn) -> None:
    held = write(jimin, WRONG_DAY)
    assert held["statusCode"] == 422
    assert "그대로 보내는 이유" in html_of(held)
    assert posts_of(scene) == []
    assert write(jimin, WRONG_DAY, override_reason=" 네 ")["statusCode"] == 422

    assert write(jimin, WRONG_DAY, override_reason="음력 날짜입니다")["statusCode"] == 200

    (post,) = posts_of(scene)
    assert (post.overridden, post.override_reason) == (("date_and_weekday",), "음력 날짜입니다")


def test_a_reason_without_a_finding_is_not_kept(scene: ConsoleScene, jimin: SignedIn) -> None:
    assert write(jimin, "새 매장이 문을 엽니다.", override_reason="그냥")["statusCode"] == 200

    (post,) = posts_of(scene)
    assert (post.overridden, post.override_reason) == ((), None)


@pytest.mark.parametrize(
    "text", ["010-1234-5678로 전화 주세요", "멋진 글! https://x.com/a/status/12", "@friend 님 고맙습니다"]
)
def test_nobody_overrides_a_refusal(scene: ConsoleScene, jimin: SignedIn, text: str) -> None:
    assert 'data-state="refused"' in check(jimin, text)

    assert write(jimin, text, override_reason="급합니다")["statusCode"] == 422
    assert posts_of(scene) == []


def test_without_scripts_the_page_shows_the_findings_the_text_and_a_field_for_the_reason(jimin: SignedIn) -> None:
    form = {"request": "newpost00001", "kind": "announcement", "when": "now", "text": WRONG_DAY}

    page = html_of(jimin.post("write", form))

    assert "11월 30일은 화요일이 아니라 월요일이에요." in page
    assert WRONG_DAY in page
    assert "<div data-check-reason>" in page


def test_the_same_and_a_similar_text_of_the_last_days_are_found(scene: ConsoleScene, jimin: SignedIn) -> None:
    text = "오늘 점심에는 멤버십으로 극장 할인을 받아 보세요."
    earlier = SubmitPost(PostKind.ANNOUNCEMENT, text, "api", publish_at=NOW + timedelta(days=2))
    scene.submitter.submit(earlier)

    assert "같은 글이 있어요" in check(jimin, text.replace(".", "!"))
    assert "거의 같아요" in check(jimin, text.replace("받아", "꼭 받아"))
    assert "findings" not in check(jimin, "오늘 저녁에는 새 요금제가 나옵니다.")
    assert 'data-state="warnings"' in check(jimin, text)


def test_the_very_same_text_within_a_day_is_refused_and_the_other_post_is_named(
    scene: ConsoleScene, jimin: SignedIn
) -> None:
    text = "오늘 점심에는 멤버십으로 극장 할인을 받아 보세요."
    scene.submitter.submit(SubmitPost(PostKind.ANNOUNCEMENT, text, "api", id="earlier"))

    assert 'data-state="refused"' in check(jimin, text)
    refused = write(jimin, text, override_reason="그래도 보냅니다")

    assert refused["statusCode"] == 422
    assert "earlier" in html_of(refused)


def test_a_form_that_is_sent_twice_does_not_repeat_itself(scene: ConsoleScene, jimin: SignedIn) -> None:
    for _ in range(2):
        assert write(jimin, "새 매장이 문을 엽니다.")["statusCode"] == 200

    assert len(posts_of(scene)) == 1


def test_links_are_asked_for_and_a_dead_one_needs_a_reason(scene: ConsoleScene, jimin: SignedIn) -> None:
    scene.link_checker.answers = {LINK: LinkAnswer(answers=False, detail="404")}

    assert "링크가 열리지 않아요(HTTP 404)" in check(jimin, f"할인 안내 {LINK}")
    assert write(jimin, f"할인 안내 {LINK}")["statusCode"] == 422


def test_a_link_that_could_not_be_checked_stops_nothing(scene: ConsoleScene, jimin: SignedIn) -> None:
    scene.link_checker.answers = {LINK: LinkAnswer(answers=None, detail=NOT_CHECKED)}

    assert 'data-state="notes"' in check(jimin, f"할인 안내 {LINK}")
    assert write(jimin, f"할인 안내 {LINK}")["statusCode"] == 200


def test_a_foreign_hashtag_is_found_among_the_trends_that_were_read_last(scene: ConsoleScene, jimin: SignedIn) -> None:
    woeid, hour = scene.brand.trends[0].woeid, hour_of(NOW)
    trends = tuple(map(RankedTrend, ("#블랙프라이데이", "제이드 데이", "#Black_Friday")))
    scene.trends.save(TrendReading(woeid, hour - timedelta(hours=1), NOW, trends))
    scene.trends.save(TrendReading(woeid, hour, NOW, problem=TrendProblem.UNAVAILABLE))

    assert "지금 X에서 인기 있는 해시태그예요: #블랙프라이데이" in check(jimin, "할인합니다 #블랙프라이데이")
    assert "해시태그예요: #black_friday" in check(jimin, "할인합니다 #Black_Friday")
    assert "findings" not in check(jimin, "할인합니다 #제이드데이")
    scene.now = NOW + timedelta(hours=3)
    assert "findings" not in check(jimin, "할인합니다 #블랙프라이데이")


@pytest.mark.parametrize("broken", ["posts", "trends"])
def test_a_fact_that_is_not_known_stops_nothing(scene: ConsoleScene, jimin: SignedIn, broken: str) -> None:
    if broken == "posts":
        scene.posts.busy.add("page")
    else:
        scene.trends.busy.add("between")

    page = check(jimin, "할인합니다 #세일")

    assert ("확인하지 못했어요" in page) == (broken == "posts")
    assert 'data-state="warnings"' not in page
    assert write(jimin, "할인합니다 #세일")["statusCode"] == 200


# Replies


def test_a_reply_with_a_warning_waits_for_a_reason_which_the_history_keeps(
    scene: ConsoleScene, jimin: SignedIn
) -> None:
    text = "불편을 드려 죄송합니다. 확인 후 연락드리겠습니다."
    assert "언제까지인지가 없어요" in check(jimin, text, key=CASE.id)

    held = reply(scene, jimin, text)
    assert held["statusCode"] == 422
    assert "언제까지인지가 없어요" in html_of(held)
    assert reply(scene, jimin, text, override_reason="시각은 전화로 알려 드렸습니다")["statusCode"] == 204

    (post,) = [post for post in scene.posts.posts.values() if post.case_id == CASE.id]
    assert (post.overridden, post.override_reason) == (("promise_without_time",), "시각은 전화로 알려 드렸습니다")
    file = scene.cases.file(CASE.id)
    assert file
    sentences = [entry.sentence for entry in timeline_entries(file.case, file.events, DeskFormatter(scene.brand))]
    assert any("기한 없는 약속" in each and "시각은 전화로" in each for each in sentences)


def test_a_reply_may_name_its_author_and_nobody_else(scene: ConsoleScene, jimin: SignedIn) -> None:
    author = CASE.author
    assert author

    assert "findings" not in check(jimin, f"@{author.username} 님, 고맙습니다.", key=CASE.id)
    assert "@someone_else" in check(jimin, "@someone_else 님, 고맙습니다.", key=CASE.id)
    refused = reply(scene, jimin, "@someone_else 님, 고맙습니다.", override_reason="친구입니다")
    assert refused["statusCode"] == 422
    assert "@someone_else" in html_of(refused)


def test_a_reply_says_nothing_about_trends_and_other_cases(scene: ConsoleScene, jimin: SignedIn) -> None:
    assert "findings" not in check(jimin, "여기에서 보실 수 있습니다. #세일", key=CASE.id)


def test_a_dead_link_in_a_reply_needs_a_reason_which_the_history_keeps(scene: ConsoleScene, jimin: SignedIn) -> None:
    text = f"여기에서 보실 수 있습니다 {LINK}"
    scene.link_checker.answers = {LINK: LinkAnswer(answers=False, detail="404")}

    assert "링크가 열리지 않아요(HTTP 404)" in check(jimin, text, key=CASE.id)
    assert reply(scene, jimin, text)["statusCode"] == 422
    assert reply(scene, jimin, text, override_reason="곧 다시 열립니다")["statusCode"] == 204

    (post,) = [post for post in scene.posts.posts.values() if post.case_id == CASE.id]
    assert (post.overridden, post.override_reason) == (("link_dead",), "곧 다시 열립니다")
    assert scene.link_checker.checked == [LINK]


def test_sending_a_reply_asks_for_no_link_since_the_page_did_while_it_was_typed(
    scene: ConsoleScene, jimin: SignedIn
) -> None:
    scene.link_checker.answers = {LINK: LinkAnswer(answers=False, detail="404")}

    assert reply(scene, jimin, f"여기에서 보실 수 있습니다 {LINK}")["statusCode"] == 204
    assert scene.link_checker.checked == []


def test_without_scripts_the_links_of_a_reply_are_checked_when_it_is_sent(scene: ConsoleScene, jimin: SignedIn) -> None:
    scene.link_checker.answers = {LINK: LinkAnswer(answers=False, detail="404")}
    case = scene.cases.get(CASE.id)
    assert case
    form = {"version": str(case.version), "request": new_request_id(), "text": f"여기에서 보실 수 있습니다 {LINK}"}

    held = jimin.post(f"case/{CASE.id}/send", form)

    assert held["statusCode"] == 422
    assert "링크가 열리지 않아요(HTTP 404)" in html_of(held)


def test_a_link_of_a_reply_that_could_not_be_checked_stops_nothing(scene: ConsoleScene, jimin: SignedIn) -> None:
    text = f"여기에서 보실 수 있습니다 {LINK}"
    scene.link_checker.answers = {LINK: LinkAnswer(answers=None, detail=NOT_CHECKED)}

    assert 'data-state="notes"' in check(jimin, text, key=CASE.id)
    assert reply(scene, jimin, text)["statusCode"] == 204


def test_the_same_reply_twice_in_a_case_is_found_unless_the_first_was_taken_back(
    scene: ConsoleScene, jimin: SignedIn
) -> None:
    text = "청구서는 앱의 요금 메뉴에 있습니다."
    assert reply(scene, jimin, text)["statusCode"] == 204

    assert "같은 글이 있어요" in check(jimin, text, key=CASE.id)

    (post,) = [post for post in scene.posts.posts.values() if post.case_id == CASE.id]
    assert jimin.post(f"case/{CASE.id}/undo", {"post": post.id}, hx_request="true")["statusCode"] == 200
    assert "findings" not in check(jimin, text, key=CASE.id)


def test_without_scripts_the_page_of_a_held_reply_has_a_field_for_the_reason(
    scene: ConsoleScene, jimin: SignedIn
) -> None:
    case = scene.cases.get(CASE.id)
    assert case
    form = {"version": str(case.version), "request": new_request_id(), "text": "확인 후 연락드리겠습니다."}

    page = html_of(jimin.post(f"case/{CASE.id}/send", form))

    assert 'name="override_reason"' in page
    assert "확인 후 연락드리겠습니다." in page


def test_a_departments_draft_waits_for_no_reason_but_the_operator_who_sends_it_needs_one(
    scene: ConsoleScene, jimin: SignedIn
) -> None:
    text = "확인 후 연락드리겠습니다."

    assert reply(scene, scene.signed_in(BILLING), text)["statusCode"] == 204
    assert reply(scene, jimin, text)["statusCode"] == 422
    assert reply(scene, jimin, text, override_reason="약속한 시각이 있습니다")["statusCode"] == 204


def test_only_people_who_see_the_case_check_a_reply_to_it(scene: ConsoleScene) -> None:
    fields: dict[str, Any] = {"text": "네", "key": "ZZZZZ-ZZZZZ"}

    assert scene.signed_in(JIMIN).post("check", fields, hx_request="true")["statusCode"] == 404
    assert scene.signed_in(VIEWER).post("check", {**fields, "key": CASE.id}, hx_request="true")["statusCode"] == 403
    unreadable = {"text": "네", "kind": "greeting"}
    assert scene.signed_in(JIMIN).post("check", unreadable, hx_request="true")["statusCode"] == 422


def test_the_calendar_says_why_a_finding_was_overridden(scene: ConsoleScene, jimin: SignedIn) -> None:
    planned = {"when": "other", "publish_at": "2026-11-25T09:00"}
    assert write(jimin, WRONG_DAY, override_reason="음력 날짜입니다", **planned)["statusCode"] == 200

    page = html_of(jimin.get("calendar?day=2026-11-25"))

    assert "점검 결과를 알고 보냄(날짜와 요일): 음력 날짜입니다" in page


def test_an_invitation_into_private_messages_promises_nothing_that_needs_a_time(
    scene: ConsoleScene, jimin: SignedIn
) -> None:
    text = "회선을 알려 주세요. 자세히 확인해 드리겠습니다."

    assert "findings" in check(jimin, text, key=CASE.id)
    assert "findings" not in check(jimin, text, key=CASE.id, private="1")
    assert reply(scene, jimin, text)["statusCode"] == 422
    assert reply(scene, jimin, text, private="1")["statusCode"] == 204


def test_what_a_text_promises_by_a_time_is_offered_for_the_switch(scene: ConsoleScene, jimin: SignedIn) -> None:
    text = "확인하고 내일 오후 3시까지 다시 안내드리겠습니다."
    offered = (
        'data-promise-until="2026-11-25T15:00" data-promise-words="확인하고 내일 오후 3시까지 다시 안내드리겠습니다."'
    )
    scene.have()

    assert offered in check(jimin, text)
    assert offered in check(jimin, text, key=CASE.id)
    assert "data-promise" not in check(jimin, text, key=CASE.id, private="1")
    assert "data-promise" not in check(jimin, "저희가 먼저 확인하겠습니다.")
