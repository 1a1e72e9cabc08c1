"""The list of promises stays true while it is open."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from desk.promises.model import Ending
from tests.unit.operator_console.inbox.test_in_the_browser import Desk, desk

__all__ = ["desk"]

pytestmark = pytest.mark.browser


def test_what_another_person_keeps_and_promises_appears_without_a_reload(desk: Desk) -> None:
    kept = desk.have_promise("kept", timedelta(hours=1))
    with desk.opened(path="promises") as page:
        expect(page.locator("#section-today li")).to_have_count(1)
        desk.promises.write((kept,), (kept._replace(ending=Ending.KEPT),), desk.now, "reply")
        desk.have_promise("tomorrow", timedelta(days=1))
        desk.have_promise("later", timedelta(days=3))
        with page.expect_response("**/poll?page=promises*"):
            page.clock.run_for(5_000)

        expect(page.locator("#section-today")).to_be_hidden()
        expect(page.locator("#section-tomorrow li")).to_have_attribute("data-key", "tomorrow")
        expect(page.locator("#section-ended li")).to_have_attribute("data-key", "kept")
        expect(page.locator("h1 .number")).to_have_text("2")
        expect(page.locator("#section [data-number=promises]")).to_have_text("2")
