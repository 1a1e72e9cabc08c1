"""`POST /cases/{id}/answer`: once, by the gate, and the case knows of it."""

from collections.abc import Callable
from copy import replace
from datetime import timedelta
from typing import Any

import pytest

from desk.cases.model import CaseEvent, CaseEventKind, CaseState, ReplyAs
from desk.cases.store import CaseMention
from desk.mentions.model import Source
from desk.posts.model import PostKind
from desk.posts.pause import Pause
from desk.reading import Safety
from post_update.api.auth import ApiToken
from tests.cases import a_promise
from tests.fakes.api_tokens import CRM
from tests.families import for_each
from tests.unit.post_update.api.a_case import CASE, PATH, mention, with_case
from tests.unit.post_update.api.scene import NOON, Answer, Scene

TEXT = "청구서를 다시 보내 드렸습니다."
KEY = {"idempotency-key": "ticket-88"}
POST_ID = f"reply-{CASE.id}-1"


def reply(scene: Scene, text: str = TEXT, *, headers: dict[str, str] | None = None, **more: Any) -> Answer:
    return scene.call("POST", f"{PATH}/answer", {"text": text, **more}, token=CRM, headers=headers)


def now(scene: Scene) -> Any:
    return scene.cases.cases[CASE.id]


def history(scene: Scene) -> list[tuple[str, str]]:
    return [(event.what.value, event.by) for event in scene.cases.events[CASE.id]]


def test_an_answer_goes_on_its_way_and_the_case_waits_for_it() -> None:
    scene = with_case()

    answer = reply(scene)

    assert answer.status == 202
    assert answer.json == {
        "case_id": CASE.id,
        "post_id": POST_ID,
        "by": "crm",
        "parts": [{"text": TEXT, "weighted_length": 30}],
        "estimated_cost_usd": 0.01,
        "warnings": [],
    }
    post = scene.store.posts[POST_ID]
    assert (post.kind, post.in_reply_to, post.case_id) == (PostKind.REPLY, "100", CASE.id)
    assert (now(scene).state, now(scene).post_id, scene.queue.ids) == (CaseState.QUEUED, POST_ID, [POST_ID])
    assert history(scene) == [("queued", "crm")]


def test_a_promise_keeps_the_case_waiting_until_then() -> None:
    scene = with_case()

    answer = reply(scene, promise={"until": "2026-11-25T12:00"})

    assert answer.status == 202
    assert (now(scene).reply_as, now(scene).promised_until) == (ReplyAs.HOLDING, NOON + timedelta(days=1))


def change_case(scene: Scene, **changes: Any) -> None:
    scene.cases.cases[CASE.id] = replace(now(scene), **changes)


def heard() -> CaseMention:
    """The mention as if listening had found it."""
    one = mention()
    return one._replace(mention=one.mention._replace(source=Source.LISTENING))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda scene: change_case(scene, state=CaseState.CLOSED), "closed"),
        (lambda scene: change_case(scene, state=CaseState.QUEUED, post_id="reply-x-1"), "underway"),
        (lambda scene: change_case(scene, state=CaseState.ANSWERED), "answered_already"),
        (lambda scene: change_case(scene, conversation_id="99"), "not_of_this_case"),
        (lambda scene: scene.cases.put(CASE, mention(text="청구서가 왜 이래")), "not_summoned"),
        (lambda scene: scene.cases.put(CASE, heard()), "not_summoned"),
        (lambda scene: scene.cases.mentions.clear(), "gone"),
        (lambda scene: scene.switch.pause(Pause("점검", "김", NOON)), "paused"),
        (lambda scene: scene.opt_outs.record("7", "101", NOON + timedelta(minutes=1)), "opted_out"),
    ],
)
def test_a_blocked_reply_is_refused_with_its_reason_and_changes_nothing(
    change: Callable[[Scene], object], reason: str
) -> None:
    scene = with_case()
    change(scene)
    before = now(scene)

    answer = reply(scene)

    assert (answer.status, answer.headers["Content-Type"]) == (409, "application/problem+json")
    assert (answer.json["type"], answer.json["reason"]) == ("urn:dorothy:problem:no-reply", reason)
    assert answer.json["detail"]
    assert (now(scene), scene.store.posts) == (before, {})
    if reason == "answered_already":
        assert reply(scene, again=True).status == 202


def test_an_answer_too_long_for_one_post_takes_two() -> None:
    scene = with_case()
    first, second = "청구서를 확인했습니다. " * 11, "자세한 내용은 안내 페이지에 있습니다."

    answer = reply(scene, first + second)

    texts = [part["text"] for part in answer.json["parts"]]
    assert (answer.status, len(texts), answer.json["estimated_cost_usd"]) == (202, 2, 0.02)
    assert all(part["weighted_length"] <= 280 for part in answer.json["parts"])
    assert texts == [scene.store.posts[POST_ID].text, scene.store.posts[POST_ID].continuation]


def test_the_way_into_a_private_conversation_bears_xs_button() -> None:
    scene = with_case()

    answer = reply(scene, "비공개로 알려 드릴게요.", private=True)

    assert answer.status == 202
    assert scene.store.posts[POST_ID].private_message
    assert now(scene).reply_as is ReplyAs.PRIVATE
    assert answer.json["estimated_cost_usd"] == 0.2


def test_the_way_into_private_promises_nothing() -> None:
    answer = reply(with_case(), private=True, promise={"until": "2026-11-25T12:00"})

    assert (answer.status, answer.fields) == (422, ["promise"])


@for_each(
    "sent, field",
    [
        ({"text": ""}, "text"),
        ({"text": "\u3164"}, "text"),
        ({"text": "010-1234-5678로 전화 주세요"}, "text"),
        ({"text": "가" * 400}, "text"),
        ({"text": "가" * 5_001}, "text"),
        ({"text": "a\u202eb"}, "text"),
        ({"text": TEXT, "name": ""}, "name"),
        ({"text": TEXT, "name": "김" * 41}, "name"),
        ({"text": TEXT, "promise": {"until": "2026-11-24T11:59"}}, "promise.until"),
        ({"text": TEXT, "promise": {"until": "soon"}}, "promise.until"),
        ({"text": TEXT, "promise": {"until": "2027-11-25T12:00"}}, "promise.until"),
        ({"text": TEXT, "again": "perhaps"}, "again"),
        ({"text": TEXT, "again": 1}, "again"),
        ({"text": TEXT, "private": "no"}, "private"),
        ({"text": TEXT, "version": 0}, "version"),
        ({"text": TEXT, "version": "1"}, "version"),
        ({"text": TEXT, "version": True}, "version"),
        ({"text": TEXT, "department": "network"}, "department"),
    ],
)
def test_every_invalid_field_is_named_and_nothing_is_done(sent: dict[str, Any], field: str) -> None:
    scene = with_case()

    answer = reply(scene, **sent)

    assert (answer.status, answer.fields) == (422, [field])
    assert all(error["detail"] for error in answer.json["errors"])
    assert (now(scene), history(scene), scene.store.posts) == (CASE, [], {})


def test_the_same_request_is_answered_alike_and_makes_no_second_reply() -> None:
    scene = with_case()
    first = reply(scene, headers=KEY)
    scene.now += timedelta(hours=1)

    again = reply(scene, headers=KEY)

    assert (again.status, again.json) == (202, first.json)
    assert (len(scene.store.posts), history(scene)) == (1, [("queued", "crm")])


def test_the_same_request_is_answered_alike_after_its_reply_was_published() -> None:
    scene = with_case()
    first = reply(scene, headers=KEY)
    scene.cases.cases[CASE.id] = replace(now(scene), state=CaseState.ANSWERED)
    scene.cases.events[CASE.id].append(CaseEvent(CaseEventKind.ANSWERED, NOON, "crm", TEXT, post_id=POST_ID))

    assert reply(scene, headers=KEY).json == first.json


def test_the_same_key_with_another_answer_is_refused() -> None:
    scene = with_case()
    reply(scene, headers=KEY)

    answer = reply(scene, "다른 답변입니다.", headers=KEY)

    assert (answer.status, answer.json["type"]) == (422, "urn:dorothy:problem:request-reused")


def test_a_key_is_known_by_the_token_it_came_with() -> None:
    scene = with_case()
    other = ApiToken("other", "other-token-that-nobody-can-guess", CRM.may)
    scene.tokens.stored = (CRM, other)
    reply(scene, headers=KEY)
    body = {"text": "다른 답변입니다."}

    answer = scene.call("POST", f"{PATH}/answer", body, token=other, headers=KEY)

    assert answer.json["reason"] == "underway"


def test_without_a_key_the_same_again_meets_the_reply_that_is_on_its_way() -> None:
    scene = with_case()
    reply(scene)

    assert reply(scene).json["reason"] == "underway"
    assert len(scene.store.posts) == 1


def test_a_reply_that_x_refused_is_not_sent_again_by_the_same_request() -> None:
    scene = with_case()
    reply(scene, headers=KEY)
    not_said = CaseEvent(CaseEventKind.NOT_SAID, NOON, "", "gone", post_id=POST_ID)
    scene.cases.cases[CASE.id] = replace(now(scene), state=CaseState.DRAFTED, post_id=None)
    scene.cases.events[CASE.id].append(not_said)

    answer = reply(scene, headers=KEY)

    assert (answer.status, answer.json["type"]) == (409, "urn:dorothy:problem:not-said")
    assert "gone" in answer.json["detail"]
    assert now(scene).state is CaseState.DRAFTED


def test_a_text_that_was_just_sent_is_refused_and_waits_as_a_draft() -> None:
    scene = with_case()
    reply(scene)
    scene.cases.cases[CASE.id] = replace(now(scene), state=CaseState.OPEN)

    answer = reply(scene)

    assert (answer.status, answer.fields) == (422, ["text"])
    assert now(scene).state is CaseState.DRAFTED
    assert [what for what, _ in history(scene)] == ["queued", "queued", "not_said"]


def test_a_request_whose_answer_was_lost_is_finished_when_it_comes_again() -> None:
    scene = with_case()
    scene.store.fail_before.append("add")
    lost = reply(scene, headers=KEY)
    left = (now(scene).state, dict(scene.store.posts))

    again = reply(scene, headers=KEY)

    assert (lost.status, lost.headers["Retry-After"]) == (503, "5")
    assert left == (CaseState.QUEUED, {})
    assert (again.status, list(scene.store.posts), history(scene)) == (202, [POST_ID], [("queued", "crm")])


@pytest.mark.parametrize("is_late", [True, False], ids=["late", "the author has written more"])
def test_a_late_or_outdated_repeated_request_is_left_to_the_sweep(is_late: bool) -> None:
    scene = with_case()
    scene.store.fail_before.append("add")
    reply(scene, headers=KEY)
    if is_late:
        scene.now += timedelta(minutes=2)
    else:
        scene.cases.put(replace(now(scene), version=3, mention_ids=("100", "101")), mention(101))

    assert reply(scene, headers=KEY).status == 503
    assert scene.store.posts == {}


@pytest.mark.parametrize("lost", ["fail_before", "fail_after"])
def test_a_step_of_which_nobody_knows_whether_it_is_saved_may_be_asked_for_again(lost: str) -> None:
    scene = with_case()
    getattr(scene.cases, lost).append("save")

    statuses = [reply(scene, headers=KEY).status for _ in range(2)]

    assert statuses == [503, 202]
    assert (list(scene.store.posts), history(scene)) == ([POST_ID], [("queued", "crm")])


def test_a_request_that_was_overtaken_meets_the_reply_policy_again() -> None:
    scene = with_case()
    scene.cases.meanwhile["save"].append(lambda: scene.cases.put(replace(CASE, version=2, state=CaseState.CLOSED)))

    assert reply(scene).json["reason"] == "closed"


def test_the_same_request_twice_at_once_makes_one_reply() -> None:
    scene = with_case()
    answers: list[Answer] = []
    scene.cases.meanwhile["save"].append(lambda: answers.append(reply(scene, headers=KEY)))

    second = reply(scene, headers=KEY)

    assert [answers[0].status, second.status] == [202, 202]
    assert answers[0].json == second.json
    assert len(scene.store.posts) == 1


def test_a_repeated_request_reports_the_refusal_that_the_first_one_missed() -> None:
    scene = with_case()
    reply(scene)
    scene.cases.cases[CASE.id] = replace(now(scene), state=CaseState.OPEN)
    scene.cases.meanwhile["save"] += [lambda: None, lambda: scene.cases.busy.add("save")]
    first = reply(scene, headers=KEY)
    scene.cases.busy.clear()

    def refused() -> None:
        not_said = CaseEvent(CaseEventKind.NOT_SAID, NOON, "", "same_text", post_id=now(scene).post_id)
        scene.cases.events[CASE.id].append(not_said)
        scene.cases.cases[CASE.id] = replace(now(scene), state=CaseState.DRAFTED, version=now(scene).version + 1)

    scene.cases.meanwhile["save"].append(refused)

    second = reply(scene, headers=KEY)

    assert (first.status, second.status) == (503, 409)
    assert second.json["type"] == "urn:dorothy:problem:not-said"


def test_a_case_that_keeps_changing_is_answered_later() -> None:
    scene = with_case()

    def moved() -> None:
        scene.cases.cases[CASE.id] = replace(now(scene), version=now(scene).version + 1)

    scene.cases.meanwhile["save"] += [moved] * 9

    assert reply(scene).status == 503
    assert scene.store.posts == {}


def test_a_reply_is_accepted_while_the_queue_is_down() -> None:
    scene = with_case()
    scene.queue.down = True

    assert reply(scene).status == 202
    assert len(scene.queue_errors) == 1


def test_a_tool_answers_a_case_in_danger_only_for_a_person_it_names() -> None:
    scene = with_case(safety=Safety.DANGER)

    refused, named = reply(scene), reply(scene, name="박지민")

    assert (refused.status, refused.json["reason"]) == (409, "in_danger")
    assert (named.status, history(scene)) == (202, [("queued", "박지민")])


def test_what_the_check_finds_in_an_answer_is_said_also_when_the_request_is_repeated() -> None:
    scene, text = with_case(), "확인 후 연락드리겠습니다."

    answers = [reply(scene, text=text, headers={"idempotency-key": "1"}) for _ in range(2)]

    assert [answer.status for answer in answers] == [202, 202]
    assert answers[0].json == answers[1].json
    assert [each["rule"] for each in answers[0].json["warnings"]] == ["promise_without_time"]


def test_an_answer_that_names_a_stranger_is_refused() -> None:
    scene = with_case()

    answer = reply(scene, text="@stranger 님께 여쭤보세요")

    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "text")
    assert scene.store.posts == {}


def test_the_promise_of_a_case_is_shown_until_an_answer_keeps_it() -> None:
    scene = with_case()
    words = "내일 정오까지 알려 드리겠습니다."
    reply(scene, text=f"{words} 감사합니다.", promise={"until": "2026-11-25T12:00", "words": words}, name="박지민")

    shown = scene.call("GET", f"/cases/{CASE.id}", token=CRM).json["case"]["promise"]

    expected = {"until": "2026-11-25T03:00:00Z", "words": words, "state": "open", "made_by": "박지민"}
    assert shown.items() >= expected.items()


def test_an_answer_that_leaves_the_promise_open_is_a_holding_reply() -> None:
    scene = with_case()
    promise = a_promise(NOON + timedelta(days=1), "reply-0", subject=CASE.id)
    change_case(scene, state=CaseState.PROMISED, promises=(promise,), promised_until=promise.due_at)

    reply(scene, keeps_promise=False)

    assert (now(scene).reply_as, now(scene).promises) == (ReplyAs.HOLDING, (promise,))
