"""The attendance in the console: who answered this morning's greeting, and greeting them back one by one."""

import re
from collections.abc import Collection
from copy import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from desk.cases.model import CaseState, case_id_of
from desk.errors import StoreBusy
from desk.mentions.model import RoutingOutcome
from desk.posts.model import Post, PostState
from desk.reading import Kind, Need, Reading, Safety, Urgency
from desk.spikes.model import Spike
from desk.staff.model import Person
from desk.staff.saved_replies import SavedReply
from desk.staff.settings import PersonSettings
from desk.x.look_ups import author_key
from desk.x.model import first_id_at
from tests.unit.operator_console.morning_scene import CHAT, GREETING, NINE, TEXTS, TODAY, MorningScene, moment
from tests.unit.operator_console.scene import BILLING, JIMIN, SUJIN, VIEWER, Response, html_of

ASKS = Reading(Kind.INQUIRY, Need.INFORMATION, "billing", Urgency.NORMAL, "ko", 0.9, ())
PRAISE = Reading(Kind.FEEDBACK, Need.RELATIONSHIP, None, Urgency.LOW, "ko", 0.9, ())
JUNK = Reading(Kind.JUNK, Need.RELATIONSHIP, None, Urgency.LOW, "ko", 0.9, ())


@pytest.fixture
def scene() -> MorningScene:
    return MorningScene()


def page(scene: MorningScene, query: str = "") -> str:
    return html_of(scene.signed_in().get(f"people{query}"))


def states(body: str) -> dict[int, str]:
    """The state of each guest's row, in the order of the page."""
    return {int(author) - 7000: state for author, state in re.findall(r'id="row-(\d+)" class="attendee (\w+)"', body)}


def texts(body: str) -> list[str]:
    """The texts with which the boxes are filled."""
    return re.findall(r"<textarea[^>]*>\n([^<]*)</textarea>", body)


def fields(scene: MorningScene, number: int, **changes: str) -> dict[str, str]:
    """The fields of a guest's form as the page has them."""
    (row,) = re.findall(rf'<li id="row-{7000 + number}".*?\n</li>', page(scene), re.DOTALL)
    form = row.partition("<details")[2]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    return hidden | {"text": texts(form)[0]} | changes


def greet(scene: MorningScene, number: int, form: dict[str, str] | None = None, *, person: Person = JIMIN) -> Response:
    sent = form or fields(scene, number)
    return scene.signed_in(person).post(f"people/{7000 + number}/greet", sent, hx_request="true")


def replies(scene: MorningScene) -> list[Post]:
    return [post for post in scene.posts.posts.values() if post.case_id and post.state is not PostState.CANCELLED]


def test_everybody_who_answered_the_greeting_is_there_with_words_and_the_row_of_mornings(scene: MorningScene) -> None:
    days = [TODAY - timedelta(days=n) for n in range(11, 0, -1)]
    scene.attended(2, *days, in_a_row=11)
    scene.attended(9, TODAY - timedelta(days=12), in_a_row=1)
    scene.guest(1, "굿모닝이에요")
    scene.guest(2)
    scene.guest(3, "아무 상관 없는 광고", reading=JUNK)
    scene.attendance.junk = {each.id for each in scene.attendance.mentions if "광고" in each.post.text}

    body = page(scene)

    assert states(body) == {2: "waiting", 1: "waiting"}, "the longest row first, and no junk"
    assert ["출석 12일째" in body, "단골</span>" in body, "굿모닝이에요" in body] == [True] * 3
    assert '답인사 전 <span class="number" id="waiting">2<' in body
    assert "좋은 아침입니다! 오늘 점심은" in body


def test_a_reply_long_after_the_greeting_is_no_attendance(scene: MorningScene) -> None:
    scene.now = NINE + timedelta(hours=5)
    scene.guest(1)
    scene.guest(130)

    assert states(page(scene)) == {1: "waiting"}


def test_a_greeting_goes_to_the_newest_reply_as_a_persons_answer_and_can_be_undone(scene: MorningScene) -> None:
    scene.guest(1)
    newest = scene.guest(1, "오늘도 화이팅!", again=30)

    response = greet(scene, 1)

    (post,) = replies(scene)
    assert (post.in_reply_to, post.by, post.text) == (newest, "박지민", TEXTS[0].replace("{name}", "손님1"))
    assert (post.state, post.publish_at) == (PostState.SCHEDULED, scene.now + timedelta(seconds=10))
    assert response["statusCode"] == 200
    assert 'class="attendee undoable"' in response["body"]
    assert f"send_now?post={post.id}" in response["body"]
    assert scene.cases.cases[post.case_id or ""].state is CaseState.QUEUED
    assert states(page(scene, "?show=waiting")) == {}


def test_undone_the_person_waits_again_with_the_text(scene: MorningScene) -> None:
    scene.guest(1)
    form = fields(scene, 1, text="직접 쓴 인사입니다")
    greet(scene, 1, form)

    undone = scene.signed_in().post(
        "people/7001/undo", {"day": form["day"], "mentions": form["mentions"]}, hx_request="1"
    )

    assert (undone["statusCode"], texts(undone["body"])) == (200, ["직접 쓴 인사입니다"])
    assert replies(scene) == []
    again = greet(scene, 1)
    assert (again["statusCode"], [post.text for post in replies(scene)]) == (200, ["직접 쓴 인사입니다"])


def test_what_is_posted_already_cannot_be_undone(scene: MorningScene) -> None:
    scene.settings.save(JIMIN.id, PersonSettings(undo_seconds=0), scene.now)
    scene.guest(1)
    form = fields(scene, 1)
    greet(scene, 1, form)
    (post,) = replies(scene)
    scene.posts.posts[post.id] = post._replace(state=PostState.PUBLISHING)

    response = scene.signed_in().post(
        "people/7001/undo", {"day": form["day"], "mentions": form["mentions"]}, hx_request="1"
    )

    assert (response["statusCode"], len(replies(scene))) == (409, 1)


def test_the_same_form_twice_greets_once_and_of_two_people_one_does(scene: MorningScene) -> None:
    scene.guest(1)
    form, other = fields(scene, 1), fields(scene, 1, text="다른 인사예요")

    answers = [greet(scene, 1, form)["statusCode"], greet(scene, 1, form)["statusCode"]]
    late = greet(scene, 1, other, person=SUJIN)

    assert answers == [200, 200]
    assert (late["statusCode"], "좋은 아침이에요! 오늘도" in late["body"]) == (409, True), "the reply that won is shown"
    assert len(replies(scene)) == 1


def test_neighbours_get_different_texts_and_nobody_gets_an_empty_name(scene: MorningScene) -> None:
    for text in ("좋은 아침이에요!", "반가워요!"):
        scene.saved_replies.save(SavedReply(text, f"이름 없이 {text}", text, kind="chat"))
    for number in range(4):
        scene.guest(number)
    scene.guest(4, named=False)

    filled = texts(page(scene))

    assert len(filled) == 5
    assert all(one != other for one, other in pairwise(filled))
    assert not any("{" in text for text in filled)
    assert filled[-1] in {"좋은 아침이에요!", "반가워요!"}, "the name of the last one is unknown"


def test_a_text_that_was_passed_over_for_a_name_comes_before_the_one_that_was_given(scene: MorningScene) -> None:
    scene.saved_replies.stored.clear()
    for title, text in (("1", "{name} 님, 안녕하세요"), ("2", "안녕하세요"), ("3", "{name} 님, 반가워요")):
        scene.saved_replies.save(SavedReply(title, title, text, kind="chat"))
    scene.guest(1, named=False)
    scene.guest(2)

    assert texts(page(scene)) == ["안녕하세요", "손님2 님, 반가워요"]


def test_while_a_spike_is_open_nobody_is_greeted_with_a_text_that_says_all_is_well(scene: MorningScene) -> None:
    scene.saved_replies.stored.clear()
    well = SavedReply("1", "1", "오늘도 잘 터집니다!", kind="chat", only_when="no_spike")
    for reply in (well, SavedReply("2", "2", "안녕하세요", kind="chat")):
        scene.saved_replies.save(reply)
    scene.guest(1)
    assert texts(page(scene)) == ["오늘도 잘 터집니다!"]

    scene.spikes.begin(Spike("s1", "network", scene.now, scene.now, 10, 12, 0.4))

    assert texts(page(scene)) == ["안녕하세요"]


def test_a_text_stays_with_its_person_when_others_were_greeted(scene: MorningScene) -> None:
    for number in range(3):
        scene.guest(number)
    before = texts(page(scene))

    greet(scene, 0)

    assert texts(page(scene)) == before[1:]


def test_without_saved_replies_the_box_is_empty_and_says_where_they_come_from(scene: MorningScene) -> None:
    scene.saved_replies.stored.clear()
    scene.guest(1)

    body = page(scene)

    assert texts(body) == [""]
    assert "‘인사·수다’로 저장해 두면" in body
    assert greet(scene, 1, fields(scene, 1))["statusCode"] == 422


@pytest.mark.parametrize(
    ("text", "reading", "state"),
    [
        ("요금이 왜 두 배인가요?", ASKS, "case"),
        ("죽고 싶어요", CHAT, "danger"),
        ("불이 났어요", CHAT._replace(safety=Safety.DANGER), "danger"),
        ("좋은 아침", None, "unread"),
        ("늘 고마워요", PRAISE, "waiting"),
    ],
)
def test_who_is_offered_a_greeting(scene: MorningScene, text: str, reading: Reading | None, state: str) -> None:
    scene.guest(1, text, reading=reading)

    body = page(scene)

    assert (states(body), "<textarea" in body) == ({1: state}, state == "waiting")


def test_a_form_greets_nobody_in_danger_or_who_wants_no_replies_or_asks_for_something(scene: MorningScene) -> None:
    scene.opt_outs.record("7004", "1", moment(-60))
    for number, reading in enumerate((CHAT._replace(safety=Safety.DANGER), ASKS, None), start=1):
        mention_id = scene.guest(number)
        form = fields(scene, number)  # the page was opened before it was read so
        read_as(scene, mention_id, reading)
        assert greet(scene, number, form)["statusCode"] == 409
    mention_id = scene.guest(4)
    form = {"day": str(TODAY), "mentions": mention_id, "key": f"m{mention_id}", "version": "1", "request": "form-0004"}

    assert greet(scene, 4, form | {"text": "안녕하세요"})["statusCode"] == 409
    assert replies(scene) == []


def read_as(scene: MorningScene, mention_id: str, reading: Reading | None) -> None:
    stored = scene.mentions.stored[mention_id]
    scene.mentions.stored[mention_id] = stored._replace(
        outcome=RoutingOutcome(reading, None, None) if reading else None
    )


def test_a_case_that_is_handled_as_danger_is_offered_no_greeting(scene: MorningScene) -> None:
    mention_id = scene.guest(1)
    case = scene.have_case(1, safety=Safety.DANGER)._replace(
        id=case_id_of(GREETING, "7001"), author_id="7001", conversation_id=GREETING, kind=Kind.CHAT
    )
    scene.cases.put(case)
    scene.mentions.stored[mention_id] = scene.mentions.stored[mention_id]._replace(
        outcome=RoutingOutcome(CHAT, None, case.id)
    )

    assert states(page(scene)) == {1: "danger"}


def test_danger_stands_first_and_leads_to_the_mention(scene: MorningScene) -> None:
    scene.guest(1)
    mention_id = scene.guest(2, "죽고 싶어요")

    body = page(scene)

    assert list(states(body).items()) == [(2, "danger"), (1, "waiting")]
    assert f"/console/inbox/all/m{mention_id}" in body


@pytest.mark.parametrize(
    ("state", "kind", "shown"),
    [
        (CaseState.ANSWERED, Kind.CHAT, "greeted"),
        (CaseState.ANSWERED, Kind.INQUIRY, "greeted"),
        (CaseState.OPEN, Kind.INQUIRY, "case"),
        (CaseState.OPEN, Kind.CHAT, "waiting"),
        (CaseState.CLOSED, Kind.CHAT, "closed"),
    ],
)
def test_a_case_says_whether_somebody_was_greeted(
    scene: MorningScene, state: CaseState, kind: Kind, shown: str
) -> None:
    mention_id = scene.guest(1)
    case = scene.have_case(1)._replace(
        id=case_id_of(GREETING, "7001"), author_id="7001", conversation_id=GREETING, state=state, kind=kind
    )
    scene.cases.put(case)
    scene.mentions.stored[mention_id] = scene.mentions.stored[mention_id]._replace(
        outcome=RoutingOutcome(CHAT, None, case.id)
    )

    assert states(page(scene)) == {1: shown}


def test_earlier_mornings_are_there_and_their_rows_are_of_that_day(scene: MorningScene) -> None:
    friday, monday = TODAY - timedelta(days=4), TODAY - timedelta(days=1)
    for day in (friday, monday):
        scene.greet(day)
        scene.guest(1, day=day)
    scene.attended(1, friday, monday, in_a_row=2)
    scene.attended(9, friday - timedelta(days=1), in_a_row=1)
    scene.guest(1)

    today, before = page(scene), page(scene, f"?day={monday}")

    assert ["출석 3일째" in today, f"people?day={monday}" in today] == [True, True]
    assert ["출석 2일째" in before, f"people?day={friday}" in before, f"people?day={TODAY}" in before] == [True] * 3


@pytest.mark.parametrize(
    ("greeting", "sentence"),
    [
        ({"state": PostState.HELD, "x_id": None}, "아침 인사가 X에 올라가지 않았어요"),
        (None, "오늘은 아직 아침 인사를 올리지 않았어요"),
        ({}, "아직 답한 분이 없어요"),
    ],
)
def test_a_morning_without_replies_says_why(
    scene: MorningScene, greeting: dict[str, object] | None, sentence: str
) -> None:
    scene.posts.posts.clear()
    if greeting is not None:
        scene.greet(TODAY, **greeting)

    assert sentence in page(scene)


def test_a_day_that_is_none_or_has_not_come_is_today(scene: MorningScene) -> None:
    scene.guest(1)

    for query in ("?day=gestern", "?day=2030-01-01", "?from=x", "?day="):
        assert states(page(scene, query)) == {1: "waiting"}


def test_names_that_the_desk_does_not_have_are_requested_once_within_the_page(scene: MorningScene) -> None:
    scene.guest(1, named=False)
    scene.guest(2)

    assert 'hx-post="/console/people/authors?day=2026-11-24"' in page(scene)
    asked = scene.signed_in().post("people/authors?day=2026-11-24", hx_request="true")

    assert asked["statusCode"] == 200
    assert scene.look_up_queue.sent == [[author_key("7001")]]
    assert "people/authors" not in page(scene)


def test_names_of_the_second_page_are_requested_from_there(scene: MorningScene) -> None:
    for number in range(61):
        scene.guest(number, named=number < 60)

    assert 'hx-post="/console/people/authors?day=2026-11-24&amp;from=60"' in page(scene, "?from=60")
    scene.signed_in().post("people/authors?day=2026-11-24&from=60", hx_request="true")

    assert scene.look_up_queue.sent == [[author_key("7060")]]


def test_the_page_asks_whether_more_people_have_replied(scene: MorningScene) -> None:
    scene.guest(1)
    known = scene.signed_in().part("people/news?day=2026-11-24&known=1")
    scene.guest(2)

    more = scene.signed_in().part("people/news?day=2026-11-24&known=1")

    assert (known["statusCode"], "1명 늘었어요" in more["body"]) == (204, True)


def test_many_people_come_in_pages(scene: MorningScene) -> None:
    for number in range(70):
        scene.guest(number)

    first, second = page(scene), page(scene, "?from=60")

    assert (len(states(first)), len(states(second))) == (60, 10)
    assert "from=60" in first
    assert not states(first).keys() & states(second).keys()


def test_viewers_see_it_and_people_of_departments_do_not(scene: MorningScene) -> None:
    scene.guest(1)

    seen = html_of(scene.signed_in(VIEWER).get("people"))

    assert (states(seen), "<textarea" in seen) == ({1: "waiting"}, False)
    assert scene.signed_in(BILLING).get("people")["statusCode"] == 403
    assert scene.signed_in(VIEWER).post("people/7001/greet", {})["statusCode"] == 403


def test_without_scripts_a_form_leads_back_to_the_row_and_keeps_what_was_typed(scene: MorningScene) -> None:
    scene.guest(1)
    form = fields(scene, 1)

    refused = scene.signed_in().post("people/7001/greet", form | {"text": "제 번호는 010-1234-5678 입니다"})
    sent = scene.signed_in().post("people/7001/greet", form)

    assert refused["statusCode"] == 422
    assert "제 번호는 010-1234-5678 입니다" in refused["body"]
    assert '<details class="greet" open>' in refused["body"]
    assert (sent["statusCode"], sent["headers"]["location"]) == (303, "/console/people?day=2026-11-24#row-7001")


@pytest.mark.parametrize("change", [{"mentions": ""}, {"mentions": "404"}, {"mentions": "x' OR 1"}])
def test_a_form_about_nobody_is_refused(scene: MorningScene, change: dict[str, str]) -> None:
    scene.guest(1)
    assert greet(scene, 1, fields(scene, 1) | change)["statusCode"] == 404
    assert replies(scene) == []


def test_a_form_cannot_name_the_mention_of_somebody_else(scene: MorningScene) -> None:
    scene.guest(1)
    other = scene.guest(2)
    form = fields(scene, 1)

    assert greet(scene, 1, form | {"key": f"m{other}"})["statusCode"] == 422
    assert greet(scene, 1, form | {"mentions": other})["statusCode"] == 404
    assert replies(scene) == []


def test_an_ordinary_day_takes_a_bounded_number_of_calls(scene: MorningScene) -> None:
    assert first_id_at(NINE) == GREETING
    for number in range(50):
        scene.guest(number)
    spans = len(scene.attendance.spans)

    page(scene)

    assert len(scene.attendance.spans) == spans + 1
    assert scene.attendance.spans[-1] == (NINE, NINE + timedelta(hours=2))


def test_what_an_operator_saves_for_chat_fills_the_boxes(scene: MorningScene) -> None:
    scene.saved_replies.stored.clear()
    scene.guest(1)
    typed = {"title": "아침", "text": "{이름} 님, 안녕하세요!", "kind": "chat", "version": "0", "request": "request-1"}

    assert scene.signed_in().post("replies/save", typed)["statusCode"] == 200

    assert texts(page(scene)) == ["손님1 님, 안녕하세요!"]


def test_what_the_check_warns_of_is_sent_with_a_reason_alone(scene: MorningScene) -> None:
    scene.brand = replace(scene.brand, checks=scene.brand.checks._replace(banned=("무조건",)))
    scene.guest(1)
    form = fields(scene, 1, text="오늘은 무조건 좋은 일만 있을 거예요")

    warned = greet(scene, 1, form)
    assert (warned["statusCode"], 'name="override_reason"' in warned["body"]) == (422, True)
    assert replies(scene) == []

    assert greet(scene, 1, form | {"override_reason": "인사말입니다"})["statusCode"] == 200
    assert len(replies(scene)) == 1


def test_who_was_answered_on_x_itself_is_not_greeted_again(scene: MorningScene) -> None:
    mention_id = scene.guest(1)
    form = fields(scene, 1)
    scene.replied_on_x.record({mention_id: "555"}, scene.now)

    body = page(scene)

    assert (states(body), "/i/status/555" in body) == ({1: "on_x"}, True)
    assert 'id="waiting">0<' in body
    assert (greet(scene, 1, form)["statusCode"], replies(scene)) == (409, [])


def test_a_row_that_cannot_be_read_after_the_greeting_was_sent_greets_nobody_twice(scene: MorningScene) -> None:
    scene.guest(1)
    form = fields(scene, 1)
    asked: list[int] = []
    look = scene.opt_outs.among

    def fails_the_second_time(author_ids: Collection[str]) -> frozenset[str]:
        asked.append(1)
        if len(asked) == 2:
            raise StoreBusy("opt-outs")
        return look(author_ids)

    scene.opt_outs.among = fails_the_second_time  # type: ignore[method-assign]

    assert [greet(scene, 1, form)["statusCode"] for _ in range(2)] == [503, 200]
    assert len(replies(scene)) == 1
