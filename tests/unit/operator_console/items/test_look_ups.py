"""What an opened item needs from X is requested by people who may act, once, and its page follows until it has come."""

from copy import replace
from datetime import timedelta

import pytest

from desk.formatting.formatter import DeskFormatter
from desk.mentions.model import Parent
from desk.staff.model import Person
from desk.x.look_ups import REQUEST_LASTS, LookUp, LookUpKey, LookUpProblem, LookUpState, author_key, thread_key
from desk.x.model import Author, XPost
from tests.unit.operator_console.scene import BILLING, JIMIN, VIEWER, ConsoleScene, html_of
from tests.unit.replies.scene import CASE, NOW, mention

PATH = f"case/{CASE.id}"
ROOT, HANA = thread_key("90"), author_key("8")


@pytest.fixture
def scene() -> ConsoleScene:
    """The case's mention answers a post of somebody whom the desk does not know."""
    made = ConsoleScene()
    one = mention()
    parent = XPost("90", "처음 글", "8", NOW - timedelta(hours=5), "90", "ko", ("90",))
    post = replace(one.mention.post, conversation_id="90", in_reply_to="90")
    made.cases.put(
        replace(CASE, conversation_id="90"),
        replace(one, mention=one.mention._replace(post=post, parent=Parent("90", parent))),
    )
    return made


def test_the_accounts_of_an_item_are_requested_once(scene: ConsoleScene) -> None:
    jimin = scene.signed_in()

    parts = [jimin.post(f"{PATH}/authors", hx_request="true") for _ in range(2)]

    assert scene.look_up_queue.sent == [[HANA]]
    assert [part["statusCode"] for part in parts] == [200, 200]
    assert f'hx-get="/console/{PATH}/look-ups?what=authors&amp;queue=all"' in html_of(parts[0])


def test_accounts_that_a_form_names_and_our_own_are_not_bought(scene: ConsoleScene) -> None:
    own = XPost("91", "우리 답글", scene.brand.user_id, NOW, "90", "ko", ("91",))
    scene.threads.add([own], NOW)
    scene.look_ups.finish([LookUp(ROOT, LookUpState.DONE, NOW, NOW)])

    scene.signed_in().post(f"{PATH}/authors", {"ids": "77", "author": "78"}, hx_request="true")

    assert scene.look_up_queue.sent == [[HANA]]


def test_without_a_script_the_case_opens_again(scene: ConsoleScene) -> None:
    response = scene.signed_in().post(f"{PATH}/thread")

    assert (response["statusCode"], response["headers"]["location"]) == (303, f"/console/{PATH}")
    assert scene.look_up_queue.sent == [[ROOT]]
    assert scene.look_ups.look_ups[ROOT].before == "90"


@pytest.mark.parametrize("person", [VIEWER, BILLING])
@pytest.mark.parametrize("what", ["authors", "thread"])
def test_only_people_who_may_act_spend_the_budget(scene: ConsoleScene, person: Person, what: str) -> None:
    assert scene.signed_in(person).post(f"{PATH}/{what}")["statusCode"] == 403
    assert scene.look_up_queue.sent == []


def test_another_departments_case_and_an_unknown_item_are_not_found(scene: ConsoleScene) -> None:
    other = replace(BILLING, departments=frozenset({"devices"}))

    assert scene.signed_in(other).get(f"{PATH}/look-ups")["statusCode"] == 404
    for key in ("AAAAA-AAAAA", "m999", "nothing"):
        assert scene.signed_in().post(f"case/{key}/thread")["statusCode"] == 404


def test_a_request_that_cannot_be_sent_says_so_and_can_be_made_again(scene: ConsoleScene) -> None:
    scene.look_up_queue.fails = True
    jimin = scene.signed_in()

    refused = jimin.post(f"{PATH}/thread", hx_request="true")
    scene.look_up_queue.fails = False
    jimin.post(f"{PATH}/thread", hx_request="true")

    assert (refused["statusCode"], "불러오지 못했어요" in refused["body"]) == (503, True)
    assert scene.look_up_queue.sent == [[ROOT]]


@pytest.mark.parametrize("trouble", ["fail_before", "fail_after"])
def test_busy_tables_refuse_a_request_that_can_be_made_again(scene: ConsoleScene, trouble: str) -> None:
    getattr(scene.look_ups, trouble).append("request")
    jimin = scene.signed_in()

    assert jimin.post(f"{PATH}/thread")["statusCode"] == 503
    scene.now += REQUEST_LASTS
    assert jimin.post(f"{PATH}/thread")["statusCode"] == 303
    assert scene.look_up_queue.sent == [[ROOT]]


@pytest.mark.parametrize("what", ["authors", "thread"])
def test_the_page_follows_a_look_up_and_opens_the_item_anew_when_it_has_come(scene: ConsoleScene, what: str) -> None:
    jimin, path = scene.signed_in(JIMIN), f"{PATH}/look-ups?what={what}&queue=private"
    jimin.post(f"{PATH}/{what}", hx_request="true")
    waiting = html_of(jimin.part(path))
    key = HANA if what == "authors" else ROOT
    scene.look_ups.finish([LookUp(key, LookUpState.DONE, NOW, NOW, author=Author("8", "hana", "하나"), complete=True)])

    done = html_of(jimin.part(path))

    assert "delay:1s" in waiting
    assert f'hx-get="/console/{PATH}?queue=private" hx-trigger="load" hx-target="#opened"' in done


@pytest.mark.parametrize("problem", [LookUpProblem.OVER_BUDGET, LookUpProblem.RATE_LIMITED, LookUpProblem.NO_CREDITS])
def test_a_look_up_that_failed_says_why(scene: ConsoleScene, problem: LookUpProblem) -> None:
    scene.look_ups.finish([LookUp(ROOT, LookUpState.FAILED, NOW, NOW + REQUEST_LASTS, problem)])

    part = html_of(scene.signed_in().part(f"{PATH}/look-ups?what=thread"))

    assert DeskFormatter(scene.brand).phrase(f"console.look_up.{problem}") in part
    assert "hx-get" not in part


def test_an_account_that_x_does_not_show_stays_nameless_without_a_word(scene: ConsoleScene) -> None:
    scene.look_ups.finish([LookUp(HANA, LookUpState.FAILED, NOW, NOW + REQUEST_LASTS, LookUpProblem.NOT_SHOWN)])

    assert "problem" not in html_of(scene.signed_in().part(f"{PATH}/look-ups?what=authors"))


@pytest.mark.parametrize(("what", "keys"), [("authors", [HANA]), ("thread", [ROOT])])
def test_a_look_up_without_a_result_is_given_up_after_two_minutes_and_can_be_requested_again(
    scene: ConsoleScene, what: str, keys: list[LookUpKey]
) -> None:
    jimin = scene.signed_in()
    jimin.post(f"{PATH}/{what}", hx_request="true")
    scene.now += REQUEST_LASTS

    part = html_of(jimin.part(f"{PATH}/look-ups?what={what}"))
    jimin.post(f"{PATH}/{what}", hx_request="true")

    assert "불러오지 못했어요" in part
    assert scene.look_up_queue.sent == [keys, keys]


def test_an_account_that_x_refused_is_requested_again_from_the_time_on_that_is_recorded(scene: ConsoleScene) -> None:
    again_at = NOW + 2 * REQUEST_LASTS
    scene.look_ups.finish([LookUp(HANA, LookUpState.FAILED, NOW, again_at, LookUpProblem.OVER_BUDGET)])
    jimin = scene.signed_in()

    jimin.post(f"{PATH}/authors", hx_request="true")
    before = list(scene.look_up_queue.sent)
    scene.now = again_at
    jimin.post(f"{PATH}/authors", hx_request="true")

    assert (before, scene.look_up_queue.sent) == ([], [[HANA]])
