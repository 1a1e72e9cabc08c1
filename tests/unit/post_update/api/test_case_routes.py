from copy import replace
from datetime import timedelta
from typing import Any

import pytest

from desk.cases.model import WAITING, CaseEvent, CaseEventKind, CaseState, Draft, case_id_of
from desk.reading import Safety, Urgency, Why
from desk.x.model import Author
from tests.fakes.api_tokens import CRM
from tests.unit.post_update.api.a_case import CASE, EARLIER, PATH, READING, mention, with_case
from tests.unit.post_update.api.scene import NOON, Answer, Scene

NUMBERS = {state: case_id_of(str(number), "7") for number, state in enumerate(CaseState)}


def listing(scene: Scene, **query: str) -> Answer:
    return scene.call("GET", "/cases", token=CRM, query=query)


def ids(answer: Answer) -> list[str]:
    return [case["id"] for case in answer.json["cases"]]


def with_one_of_each_state() -> Scene:
    scene = Scene()
    for number, state in enumerate(CaseState):
        department = "network" if state is CaseState.DRAFTED else "billing"
        opened_at = NOON + timedelta(minutes=number)
        scene.cases.put(
            replace(CASE, id=NUMBERS[state], state=state, department=department, opened_at=opened_at), mention()
        )
    return scene


def test_those_who_wait_are_listed_the_last_opened_first() -> None:
    answer = listing(with_one_of_each_state())

    assert answer.status == 200
    assert ids(answer) == [NUMBERS[state] for state in reversed(CaseState) if state in WAITING]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("state", CaseState)
def test_cases_of_any_one_state_are_listed(state: CaseState) -> None:
    assert ids(listing(with_one_of_each_state(), state=state.value)) == [NUMBERS[state]]


def test_a_department_has_its_own_list() -> None:
    scene = with_one_of_each_state()

    assert ids(listing(scene, department="network")) == [NUMBERS[CaseState.DRAFTED]]
    assert ids(listing(scene, department="a-lost-one")) == []


def test_a_list_goes_on_at_its_cursor() -> None:
    scene = with_one_of_each_state()

    first = listing(scene, limit="3").json
    rest = listing(scene, limit="3", cursor=first["next_cursor"])

    assert len(first["cases"]) == 3
    assert (ids(rest), rest.json["next_cursor"]) == ([NUMBERS[CaseState.OPEN]], None)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"state": "lost"}, "state"),
        ({"department": "Billing!"}, "department"),
        ({"department": "a" * 41}, "department"),
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"cursor": "not-ours"}, "cursor"),
        ({"cursor": "x" * 201}, "cursor"),
    ],
)
def test_every_bad_parameter_of_the_list_is_named(query: dict[str, str], field: str) -> None:
    answer = listing(with_one_of_each_state(), **query)

    assert (answer.status, set(answer.fields)) == (422, {field})


def test_a_list_has_nothing_that_anybody_wrote() -> None:
    scene = with_case(draft=Draft("초안입니다", "김", NOON), state=CaseState.DRAFTED)

    answer = listing(scene)

    assert answer.json["cases"][0]["state"] == "drafted"
    assert "초안입니다" not in answer.body
    assert "청구서" not in answer.body


def test_a_case_is_shown_without_them_where_they_cannot_be_read() -> None:
    scene = with_case()
    scene.cases.put(EARLIER)
    scene.cases.busy = {"author_cases"}

    shown = scene.call("GET", PATH, token=CRM)

    assert (shown.status, shown.json["earlier"]) == (200, [])


def test_a_case_is_shown_with_draft_mentions_and_events() -> None:
    scene = with_case(draft=Draft("초안입니다", "김", NOON), state=CaseState.DRAFTED)
    scene.cases.events[CASE.id].append(CaseEvent(CaseEventKind.DRAFTED, NOON, "김", "초안입니다", request="f" * 32))

    shown = scene.call("GET", PATH, token=CRM).json

    assert shown["draft"] == {"text": "초안입니다", "by": "김", "at": "2026-11-24T03:00:00Z"} | {
        "reply_as": "answer",
        "promised_until": None,
    }
    [one] = shown["mentions"]
    assert (one["id"], one["url"], one["edited"]) == ("100", "https://x.com/i/status/100", False)
    assert one["source"] == "mentions"
    assert (one["parent"]["id"], one["parent"]["text"]) == ("90", None)
    assert one["reading"]["why"] == [
        {
            "rule": "department_word",
            "evidence": "청구서",
            "text": "'청구서'라는 말이 있어 요금·청구로 분류했습니다.",
        }
    ]
    [event] = shown["events"]
    assert (event["what"], event["by"], event["text"]) == ("drafted", "김", "초안입니다")
    assert "request" not in event


def test_private_numbers_are_masked_wherever_somebody_wrote_them() -> None:
    scene = with_case(draft=Draft("010-1234-5678로 전화드렸어요", "김", NOON), state=CaseState.DRAFTED)
    scene.cases.events[CASE.id].append(CaseEvent(CaseEventKind.HANDED, NOON, "김", "010-1234-5678로 연락 부탁해요"))

    body = scene.call("GET", PATH, token=CRM).body

    assert "●" in body
    assert [number for number in ("1234-5678", "4111-1111") if number in body] == []


def test_private_numbers_are_masked_in_names_as_well() -> None:
    number = "010-1234-5678"
    draft, author = Draft("초안입니다", f"김 {number}", NOON), Author("7", "kim", f"급해요 {number}")
    scene = with_case(draft=draft, state=CaseState.DRAFTED, holder=f"이 {number}", author=author)
    one = mention()
    post = one.mention.post._replace(author=author)
    scene.cases.put(scene.cases.cases[CASE.id], one._replace(mention=one.mention._replace(post=post)))
    scene.cases.events[CASE.id].append(CaseEvent(CaseEventKind.TAKEN, NOON, f"이 {number}"))

    bodies = [scene.call("GET", path, token=CRM).body for path in (PATH, "/cases")]

    assert [body.count("●●●-●●●●-●●78") for body in bodies] == [6, 2]
    assert [body for body in bodies if "1234-5678" in body] == []


def test_half_a_character_that_x_let_through_hides_no_case() -> None:
    scene = with_case()
    scene.cases.put(CASE, mention(text="@jade \ud83d 왜 이래요"))

    answer = scene.call("GET", PATH, token=CRM)

    assert answer.json["mentions"][0]["text"] == "@jade \ufffd 왜 이래요"


@pytest.mark.parametrize("rule", ["of_another_release", "pin.of_another.release"])
def test_a_reason_that_only_another_release_knows_hides_no_case(rule: str) -> None:
    scene, one = with_case(), mention()
    scene.cases.put(CASE, one._replace(reading=READING._replace(why=(Why(rule, "010-1234-5678"),))))

    [told] = scene.call("GET", PATH, token=CRM).json["mentions"][0]["reading"]["why"]

    assert told == {"rule": rule, "evidence": "●●●-●●●●-●●78", "text": rule}


def test_a_mention_without_a_reading_has_none() -> None:
    scene = with_case()
    scene.cases.put(CASE, mention()._replace(reading=None))

    assert scene.call("GET", PATH, token=CRM).json["mentions"][0]["reading"] is None


@pytest.mark.parametrize("path", [f"/cases/{case_id_of('5', '5')}", "/cases/7q2m4-xd93k", "/cases/1"])
@pytest.mark.parametrize(("method", "after", "body"), [("GET", "", None), ("POST", "/answer", {"text": "네"})])
def test_a_case_that_never_was_is_not_found(path: str, method: str, after: str, body: Any) -> None:
    answer = with_case().call(method, path + after, body, token=CRM)

    assert (answer.status, answer.json["type"]) == (404, "urn:dorothy:problem:no-such-case")


def test_a_malformed_case_id_reads_no_store() -> None:
    scene = with_case()

    scene.call("GET", "/cases/reply-1", token=CRM)

    assert not scene.cases.calls


@pytest.mark.parametrize("path", ["/cases", PATH])
def test_busy_tables_of_cases_are_asked_again_later(path: str) -> None:
    scene = with_case()
    scene.cases.busy.add("file")
    scene.cases.busy.add("page")

    answer = scene.call("GET", path, token=CRM)

    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


def test_the_answer_has_no_conclusion_about_an_author_in_danger() -> None:
    scene = with_case(safety=Safety.DANGER, urgency=Urgency.HIGH, wakes=True)
    reading = READING._replace(safety=Safety.DANGER, wakes=True, urgency=Urgency.HIGH, why=(Why("danger"),))
    scene.cases.put(scene.cases.cases[CASE.id], mention(text="@jade 이제 그만 죽고 싶어요")._replace(reading=reading))
    scene.cases.put(EARLIER._replace(safety=Safety.DANGER))

    answer = scene.call("GET", PATH, token=CRM)

    assert answer.json["mentions"][0]["reading"]["why"] == [
        {"rule": "danger", "evidence": "", "text": "사람이 위험할 수 있는 글이어서 긴급으로 보았습니다."}
    ]
    keys = {key for part in (answer.json["case"], answer.json["earlier"][0]) for key in part}
    assert not keys & {"danger", "note", "wakes", "alarmed_at"}
    assert not any(word in answer.body for word in ("자살", "자해", "위기", "109"))
