"""How the desk is, as the console shows it to people who see the whole desk."""

from datetime import timedelta
from http import HTTPStatus

from desk.mentions.poll_state import Checkpoint
from tests.unit.operator_console.scene import BILLING, VIEWER, ConsoleScene, html_of
from tests.unit.replies.scene import NOW


def test_the_page_says_what_is_well_and_what_to_do_about_the_rest() -> None:
    scene = ConsoleScene()
    scene.poll.checkpoints.append(Checkpoint("1", NOW - timedelta(minutes=40)))
    scene.subscribers.missing = {"billing": ["a@jade.example", "b@jade.example"]}

    page = html_of(scene.signed_in(VIEWER).get("health"))

    assert "마지막으로 읽은 지 40분 지났어요." in page
    assert "확인 안 된 주소가 2개 있어요: billing." in page
    assert "조치할 것 2건" in page
    assert "실패한 이벤트가 없어요." in page


def test_a_store_that_is_busy_is_a_line_and_not_the_end_of_the_page() -> None:
    scene = ConsoleScene()
    scene.outbox.busy = {"entries"}

    page = html_of(scene.signed_in().get("health"))

    assert "점검하지 못했어요(StoreBusy)." in page
    assert "실패한 이벤트가 없어요." in page


def test_a_department_does_not_see_it_and_the_rail_leads_the_others_there() -> None:
    scene = ConsoleScene()

    assert scene.signed_in(BILLING).get("health")["statusCode"] == HTTPStatus.FORBIDDEN
    assert 'href="/console/health"' in html_of(scene.signed_in().get("settings"))
