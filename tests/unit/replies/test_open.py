"""Opening a case by its link changes nothing, and a link that opens nothing does not say why."""

from datetime import timedelta

import pytest

from desk.links import hash_of
from desk.posts.pause import Pause, PauseScope
from desk.replies.open import OpenOutcome
from tests.unit.replies.scene import NOW, DeskOfAnswers


@pytest.mark.parametrize("why", ["no id", "unknown", "expired", "revoked", "gone", "handed over"])
def test_a_link_that_does_not_open_has_its_reason_for_the_log(why: str) -> None:
    desk = DeskOfAnswers()
    link_id, now = desk.link(), NOW
    if why == "no id":
        link_id = "../../etc/passwd"
    elif why == "unknown":
        link_id = "AAAAAAAAAAAAAAAAAA"
    elif why == "expired":
        now = NOW + timedelta(days=45)
    elif why == "revoked":
        desk.links.revoke(hash_of(link_id), NOW)
    elif why == "gone":
        desk.cases.cases.clear()
    else:
        desk.have(department="network")

    opened = desk.open_case.by_link(link_id, now)

    assert (opened.outcome, opened.reason) == (OpenOutcome.CLOSED, why)


def test_the_operators_link_lives_on_when_the_case_moves() -> None:
    desk = DeskOfAnswers()
    link_id = desk.link("operator")
    desk.have(department="network")

    assert desk.open_case.by_link(link_id, NOW).outcome is OpenOutcome.OPENED


def test_a_malformed_link_id_reads_no_store() -> None:
    desk = DeskOfAnswers()
    desk.links.busy = True

    assert desk.open_case.by_link("no id", NOW).outcome is OpenOutcome.CLOSED


@pytest.mark.parametrize(("scope", "expected"), [(PauseScope.ALL, True), (PauseScope.SCHEDULED, False)])
def test_only_a_pause_of_everything_stops_replies(scope: PauseScope, expected: bool) -> None:
    desk = DeskOfAnswers()
    desk.switch.pause(Pause("점검", "김", NOW, scope=scope))

    assert desk.open_case.by_link(desk.link(), NOW).is_paused is expected


@pytest.mark.parametrize("failing", ["links", "cases", "pause", "opt-outs"])
def test_a_failing_store_differs_from_a_link_that_opens_nothing(failing: str) -> None:
    desk = DeskOfAnswers()
    link_id = desk.link()
    desk.links.busy = failing == "links"
    desk.switch.busy = failing == "pause"
    desk.opt_outs.busy = failing == "opt-outs"
    if failing == "cases":
        desk.cases.busy.add("file")

    opened = desk.open_case.by_link(link_id, NOW)

    assert opened.outcome is OpenOutcome.UNAVAILABLE
    assert opened.reason.startswith("StoreBusy")
    assert link_id not in opened.reason
