"""Stopping and resuming from every page, and deciding about posts that are held, in doubt or scheduled."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from desk.cases.model import CaseEvent, CaseEventKind, CaseState
from desk.posts.model import Post, PostKind, PostReason, PostState
from desk.posts.pause import Pause, PauseScope
from desk.posts.transitions import published
from desk.reading import Safety, Urgency
from desk.staff.model import Person
from tests.unit.operator_console.scene import BILLING, JIMIN, SUJIN, VIEWER, ConsoleScene, Response, SignedIn, html_of
from tests.unit.posts.scene import a_post as a_post_of_noon
from tests.unit.replies.scene import CASE, NOW

OUTAGE = Pause("전국 장애", "이수진", NOW)
HOSTILE = "<script>alert(1)</script>\"'\u202e{{ 7*7 }}"
STATES = {
    "release": PostState.HELD,
    "drop": PostState.HELD,
    "again": PostState.IN_DOUBT,
    "published": PostState.IN_DOUBT,
}
BECOMES = {
    "release": PostState.QUEUED,
    "drop": PostState.CANCELLED,
    "again": PostState.QUEUED,
    "published": PostState.PUBLISHED,
}


def a_post(state: PostState, post_id: str = "p1", **changes: Any) -> Post:
    return a_post_of_noon(id=post_id, state=state, at=NOW + timedelta(hours=2), **changes)


def a_scene(*posts: Post) -> ConsoleScene:
    scene = ConsoleScene()
    scene.posts.switch = scene.switch
    scene.posts.put(*posts)
    return scene


def decide(person: SignedIn, post: Post, action: str, x_id: str = "5501", **headers: str) -> Any:
    return person.post(f"post/{post.id}/{action}", {"version": post.version, "x_id": x_id}, **headers)


# The switch


@pytest.mark.parametrize("scope", ["all", "scheduled"])
def test_two_clicks_on_any_page_stop_posting_with_a_reason(scope: str) -> None:
    scene = a_scene()
    person = scene.signed_in()
    assert f'value="{scope}.outage"' in html_of(person.get("stop"))

    response = person.post(
        "pause", {"choice": f"{scope}.outage", "reason": ""}, referer="https://desk.example/console/stop"
    )

    assert (response["statusCode"], response["headers"]["location"]) == (303, "/console/stop")
    assert scene.switch.current() == Pause("장애 대응", "박지민", NOW, scope=PauseScope(scope))


def test_a_typed_reason_counts_more_than_the_button() -> None:
    scene = a_scene()

    scene.signed_in().post("pause", {"choice": "all.outage", "reason": f" 통신\n{HOSTILE} "})

    pause = scene.switch.current()
    assert pause
    assert pause.reason.startswith("통신 <script>")
    page = html_of(scene.signed_in(VIEWER).get("stop"))
    assert "<script>alert" not in page
    assert "\u202e" not in page


@pytest.mark.parametrize("fields", [{"scope": "all", "reason": " "}, {"choice": "all.unknown"}])
def test_nothing_is_stopped_without_a_reason(fields: dict[str, str]) -> None:
    scene = a_scene()

    response = scene.signed_in().post("pause", fields, hx_request="true")

    assert (response["statusCode"], response["headers"]["HX-Retarget"]) == (422, "#pause-problem")
    assert "아무것도 멈추지 않았어요" in html_of(response)
    assert scene.switch.current() is None


@pytest.mark.parametrize(
    ("path", "fields"), [("pause", {"scope": "some", "reason": "x"}), ("resume", {"began_at": "noon"})]
)
def test_a_hand_made_form_moves_no_switch(path: str, fields: dict[str, str]) -> None:
    scene = a_scene()

    assert scene.signed_in().post(path, fields)["statusCode"] == 422
    assert scene.switch.pauses == []


def test_a_script_gets_the_banner_and_the_control_instead_of_a_page() -> None:
    person = a_scene().signed_in()

    address = "https://desk.example/console/inbox/all"
    body = html_of(person.post("pause", {"choice": "all.outage"}, hx_request="true", hx_current_url=address))

    assert body.lstrip().startswith('<div id="paused"')
    assert "모든 게시가 멈춰 있어요." in body
    assert re.search(r'<div id="pause"[^>]* hx-swap-oob="true"', body)


def test_pausing_and_resuming_come_with_how_to_take_them_back() -> None:
    scene = a_scene()
    person, script = scene.signed_in(), {"hx_request": "true", "hx_current_url": "https://desk.example/console/costs"}

    def undo(response: Response) -> Response:
        done = json.loads(response["headers"]["hx-trigger"])["done"]
        return person.post(done["undo"].removeprefix("/console/"), done["fields"], **script)

    resumed = undo(person.post("pause", {"choice": "scheduled.outage"}, **script))
    assert scene.switch.current() is None
    undo(resumed)
    again = scene.switch.current()
    assert again
    assert (again.scope, again.reason) == (PauseScope.SCHEDULED, scene.switch.pauses[0].reason)

    wider = person.post("pause", {"choice": "all.outage"}, **script)
    assert json.loads(wider["headers"]["hx-trigger"])["done"]["undo"] is None


def test_every_page_says_while_paused_by_whom_since_when_and_why() -> None:
    scene = a_scene()
    scene.switch.pause(OUTAGE)

    page = html_of(scene.signed_in(BILLING).get(f"case/{CASE.id}"))

    assert "모든 게시가 멈춰 있어요." in page
    assert "이수진" in page
    assert "전국 장애" in page
    assert 'data-command="resume"' not in page


def test_what_goes_out_is_said_before_the_pause_ends() -> None:
    scene = a_scene(
        a_post(PostState.SCHEDULED, "p1", publish_at=NOW + timedelta(hours=2)),
        a_post(PostState.SCHEDULED, "p2", publish_at=NOW + timedelta(days=3)),
        a_post(PostState.HELD, "p3"),
    )
    scene.switch.pause(OUTAGE)

    said = html_of(scene.signed_in().get("resume", hx_request="true")).replace("\xa0", " ")

    assert said == (
        "재개하면 24시간 안에 예약 글 1건이 나가요. 첫 글은 오후 2:00에 나가요. 보류된 글 1건은 저절로 올라가지 않아요."
    )
    assert scene.signed_in(VIEWER).get("resume")["statusCode"] == 403
    assert scene.signed_in().get("resume")["headers"]["location"] == "/console/stop"


def test_resuming_ends_the_pause_and_points_to_what_was_held() -> None:
    scene = a_scene(a_post(PostState.HELD))
    scene.switch.pause(OUTAGE)
    fields = {"began_at": OUTAGE.began_at.isoformat()}
    person = scene.signed_in()

    first = person.post("resume", fields, hx_request="true", hx_current_url="https://desk.example/console/inbox/all")
    again = person.post("resume", fields, hx_request="true", hx_current_url="https://desk.example/console/inbox/all")

    assert "보류된 글 보기" in html_of(first)
    assert (again["statusCode"], scene.switch.current()) == (200, None)
    assert scene.switch.pauses[0].ended_by == "박지민"


def test_the_page_of_posts_is_loaded_anew_when_the_switch_moves() -> None:
    response = (
        a_scene()
        .signed_in()
        .post("pause", {"choice": "all.outage"}, hx_request="true", hx_current_url="https://desk.example/console/stop")
    )

    assert response["headers"]["hx-refresh"] == "true"


def test_a_pause_that_began_meanwhile_is_not_ended_by_an_old_page() -> None:
    scene = a_scene()
    scene.switch.pause(OUTAGE._replace(began_at=NOW + timedelta(minutes=1)))

    response = scene.signed_in().post("resume", {"began_at": OUTAGE.began_at.isoformat()}, hx_request="true")

    assert response["statusCode"] == 409
    assert scene.switch.current()


def test_everything_can_be_stopped_while_scheduled_posts_are() -> None:
    scene = a_scene()
    scene.switch.pause(OUTAGE._replace(scope=PauseScope.SCHEDULED))
    page = html_of(scene.signed_in().get("stop"))

    assert ('value="all.outage"' in page, 'value="scheduled.outage"' in page) == (True, False)
    scene.signed_in().post("pause", {"choice": "all.outage"})
    assert [pause.scope for pause in scene.switch.pauses] == [PauseScope.SCHEDULED, PauseScope.ALL]


@pytest.mark.parametrize("referer", ["https://evil.example/console/x", "https://[", "", "https://desk.example/other"])
def test_the_way_back_leads_nowhere_else(referer: str) -> None:
    response = a_scene().signed_in().post("pause", {"choice": "all.outage"}, referer=referer)

    assert response["headers"]["location"] == "/console/stop"


# The page


def test_the_page_lists_what_waits_for_a_person_or_for_x() -> None:
    scene = a_scene(
        a_post(PostState.HELD, "h1", text="보류된 글", reason=PostReason.PAUSED),
        a_post(PostState.IN_DOUBT, "u1", text="알 수 없는 글", reason=PostReason.ANSWER_LOST, in_reply_to="77"),
        a_post(PostState.SCHEDULED, "s1", text="예약한 글"),
        a_post(PostState.QUEUED, "q1", text="기다리는 글", reason=PostReason.CREDITS_DEPLETED),
        a_post(PostState.PUBLISHED, "d1", text="올라간 글", x_id="5"),
    )

    page = html_of(scene.signed_in().get("stop"))

    assert all(text in page for text in ("보류된 글", "알 수 없는 글", "예약한 글", "기다리는 글"))
    assert "올라간 글<" not in page
    assert "X 게시가 멈췄어요: X 이용 크레딧이 떨어졌습니다" in page
    assert f'href="{scene.brand.x_site}/{scene.brand.handle}"' in page
    assert f'href="{scene.brand.x_site}/i/status/77"' in page


def test_an_empty_page_says_so() -> None:
    assert "보류되거나 확인이 필요한 글" in html_of(a_scene().signed_in().get("stop"))


def test_hostile_texts_stay_texts() -> None:
    scene = a_scene(a_post(PostState.IN_DOUBT, text=HOSTILE, by=HOSTILE, detail=HOSTILE, reason=PostReason.ANSWER_LOST))

    page = html_of(scene.signed_in().get("stop"))

    assert "<script>alert" not in page


def test_a_viewer_sees_the_posts_and_decides_nothing() -> None:
    scene = a_scene(post := a_post(PostState.HELD), a_post(PostState.IN_DOUBT, "u1"))
    viewer = scene.signed_in(VIEWER)

    page = html_of(viewer.get("stop"))

    assert post.text in page
    assert "<form" not in page.split('id="stop"')[1]
    assert decide(viewer, post, "drop")["statusCode"] == 403
    for path in ("pause", "resume", "posts/drop"):
        assert viewer.post(path, {"choice": "all.outage", "post": "1:p1"})["statusCode"] == 403
    assert (scene.posts.posts["p1"], scene.switch.pauses) == (post, [])


def test_departments_do_not_see_the_posts_of_others() -> None:
    scene = a_scene(post := a_post(PostState.HELD))
    billing = scene.signed_in(BILLING)

    assert billing.get("stop")["statusCode"] == 403
    assert decide(billing, post, "release")["statusCode"] == 403
    assert "/console/stop" not in html_of(billing.get(f"case/{CASE.id}"))


# Decisions


@pytest.mark.parametrize("action", STATES)
def test_a_decision_is_taken_once_and_records_who_took_it(action: str) -> None:
    scene = a_scene(post := a_post(STATES[action]))
    person = scene.signed_in()

    first, again = decide(person, post, action), decide(person, post, action)

    assert [each["headers"].get("location") for each in (first, again)] == [f"/console/stop?done={action}"] * 2
    after = scene.posts.posts["p1"]
    assert (after.state, after.decided_by, after.version) == (BECOMES[action], "박지민", post.version + 1)
    assert set(scene.queue.ids) <= {"p1"}
    assert html_of(person.get(f"stop?done={action}")).count('class="message"') == 1


@pytest.mark.parametrize("action", STATES)
def test_who_decides_second_learns_who_was_first(action: str) -> None:
    scene = a_scene(post := a_post(STATES[action]))
    decide(scene.signed_in(SUJIN), post, "drop")
    after = scene.posts.posts["p1"]

    response = decide(scene.signed_in(JIMIN), post, action, hx_request="true")

    assert (response["statusCode"], response["headers"]["HX-Retarget"]) == (409, "#problem-p1")
    assert "이수진\u2069 님이 먼저 정해" in html_of(response)
    assert scene.posts.posts["p1"] == after


def test_what_x_confirmed_meanwhile_is_not_sent_again() -> None:
    scene = a_scene(post := a_post(PostState.IN_DOUBT))
    scene.posts.save(published(post, "7", NOW), post)

    response = decide(scene.signed_in(), post, "again")

    assert response["statusCode"] == 409
    assert "지금은 ‘게시됨’이에요" in html_of(response)
    assert scene.queue.ids == []


def test_a_wrong_address_is_explained_where_it_was_typed_and_stays() -> None:
    scene = a_scene(post := a_post(PostState.IN_DOUBT))
    person = scene.signed_in()

    part, page = (
        decide(person, post, "published", "nonsense", hx_request="true"),
        decide(person, post, "published", HOSTILE),
    )

    assert (part["statusCode"], part["headers"]["HX-Retarget"]) == (422, "#problem-p1")
    assert page["statusCode"] == 422
    assert 'value="&lt;script&gt;' in html_of(page)
    assert scene.posts.posts["p1"] == post


def test_nothing_is_released_while_the_pause_would_hold_it_again() -> None:
    scene = a_scene(post := a_post(PostState.HELD))
    scene.switch.pause(OUTAGE)
    person = scene.signed_in()

    response = decide(person, post, "release")

    assert response["statusCode"] == 409
    assert "먼저 게시를 재개해 주세요" in html_of(response)
    assert 'data-command="release"' not in html_of(person.get("stop"))


def test_a_pause_of_scheduled_posts_lets_other_held_posts_out() -> None:
    planned = a_post(PostState.HELD, "h1", kind=PostKind.GREETING)
    scene = a_scene(planned, a_post(PostState.HELD, "h2"))
    scene.switch.pause(OUTAGE._replace(scope=PauseScope.SCHEDULED))

    page = html_of(scene.signed_in().get("stop"))

    assert ("post/h1/release" in page, "post/h2/release" in page) == (False, True)


@pytest.mark.parametrize(("action", "state"), [("release", PostState.QUEUED), ("drop", PostState.CANCELLED)])
def test_all_held_posts_are_decided_with_one_button_and_a_problem_stops_no_other(action: str, state: PostState) -> None:
    posts = [a_post(PostState.HELD, f"h{number}") for number in range(3)]
    scene = a_scene(*posts)
    scene.posts.put(posts[1]._replace(state=PostState.EXPIRED, version=2))

    response = scene.signed_in().post(
        f"posts/{action}", {"post": [f"{post.version}:{post.id}" for post in posts]}, hx_request="true"
    )

    assert [scene.posts.posts[post.id].state for post in posts] == [state, PostState.EXPIRED, state]
    assert html_of(response).count('role="alert"') == 1


@pytest.mark.parametrize("changes", [{"safety": Safety.DANGER, "urgency": Urgency.HIGH}, {"safety": Safety.CHECK}])
@pytest.mark.parametrize("action", ["release", "drop"])
def test_a_reply_to_somebody_at_risk_is_left_for_a_decision_of_its_own(action: str, changes: dict[str, Any]) -> None:
    calm = a_post(PostState.HELD, "h1")
    reply = a_post(PostState.HELD, "h2", kind=PostKind.REPLY, case_id=CASE.id)
    scene = a_scene(calm, reply)
    scene.cases.put(CASE._replace(**changes))
    person = scene.signed_in()

    response = person.post(f"posts/{action}", {"post": ["1:h1", "1:h2"]}, hx_request="true")

    assert "위험에 처했을 수 있는 분께 드리는 답글입니다." in html_of(response)
    assert (scene.posts.posts["h1"].state, scene.posts.posts["h2"]) == (BECOMES[action], reply)
    assert decide(person, reply, action)["statusCode"] < 400
    assert scene.posts.posts["h2"].state is BECOMES[action]


@pytest.mark.parametrize("path", ["post/p1/explode", "post/text%23abc/drop", "posts/again", "post/a b/drop"])
def test_an_address_that_names_no_decision_decides_nothing(path: str) -> None:
    scene = a_scene(post := a_post(PostState.HELD))

    assert scene.signed_in().post(path, {"version": "1", "post": "1:p1"})["statusCode"] == 404
    assert scene.posts.posts["p1"] == post


@pytest.mark.parametrize("version", ["", "x", "-1", "١"])
def test_a_decision_without_the_version_that_was_seen_is_refused(version: str) -> None:
    scene = a_scene(post := a_post(PostState.HELD))

    assert scene.signed_in().post("post/p1/drop", {"version": version})["statusCode"] == 422
    assert scene.posts.posts["p1"] == post


def test_a_decision_whose_answer_was_lost_can_be_repeated() -> None:
    scene = a_scene(post := a_post(PostState.HELD))
    scene.posts.fail_after.append("save")
    person = scene.signed_in()

    first, again = decide(person, post, "release"), decide(person, post, "release")

    assert (first["statusCode"], again["statusCode"]) == (503, 303)
    assert scene.queue.ids == ["p1"]


def test_a_queue_that_is_down_leaves_the_post_to_the_sweep() -> None:
    scene = a_scene(post := a_post(PostState.HELD))
    scene.queue.down = True

    assert decide(scene.signed_in(), post, "release")["statusCode"] == 303
    assert scene.posts.posts["p1"].state is PostState.QUEUED


def test_a_case_learns_at_once_that_its_reply_was_given_up() -> None:
    post = a_post(PostState.IN_DOUBT, kind=PostKind.REPLY, in_reply_to="100", case_id=CASE.id)
    scene = a_scene(post)
    scene.have(state=CaseState.QUEUED, post_id=post.id)
    scene.cases.events.setdefault(CASE.id, []).append(CaseEvent(CaseEventKind.QUEUED, NOW, "박지민", post_id=post.id))
    scene.cases.busy.add("save")

    decide(scene.signed_in(), post, "drop")

    assert scene.cases.cases[CASE.id].state is CaseState.QUEUED  # its store was busy: the sweep makes up for it
    scene.posts.put(post)
    scene.cases.busy.clear()
    decide(scene.signed_in(), post, "drop")
    assert scene.case.state is CaseState.OPEN


@pytest.mark.parametrize(("person", "links"), [(JIMIN, True), (BILLING, False)])
def test_a_case_whose_reply_is_in_doubt_leads_to_the_decision(person: Person, links: bool) -> None:
    post = a_post(PostState.IN_DOUBT, kind=PostKind.REPLY, in_reply_to="100", case_id=CASE.id)
    scene = a_scene(post)
    scene.have(state=CaseState.QUEUED, post_id=post.id)
    queued = CaseEvent(CaseEventKind.QUEUED, NOW, "박지민", "확인했습니다", post_id=post.id)
    scene.cases.events.setdefault(CASE.id, []).append(queued)

    page = html_of(scene.signed_in(person).part(f"case/{CASE.id}"))

    assert ("게시 상태에서 정하기" in page) is links
