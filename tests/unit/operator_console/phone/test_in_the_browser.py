"""The worker in a browser: what it keeps, what it shows without a connection, and what a notification does."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, Worker, expect

from desk.web.static import StaticFiles
from operator_console import console
from tests.browser import PHONE, Chromium
from tests.unit.operator_console.scene import JIMIN, ConsoleScene

pytestmark = pytest.mark.browser

_ALL_THAT_IS_KEPT = """async () => {
  const kept = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) kept.push(request.url, await (await cache.match(request)).text());
  }
  for (const { name } of await indexedDB.databases()) kept.push(name);
  return [...kept, JSON.stringify(localStorage)];
}"""


class Desk(ConsoleScene):
    """A console that is served, with cases that wait for an answer."""

    url: str
    browser: Chromium

    @contextmanager
    def opened(self, path: str) -> Iterator[Page]:
        """A phone on a page of the console, with its worker at work."""
        cookies = self.signed_in(JIMIN).cookies
        with self.browser.visitor(self.url, cookies, width=PHONE, workers=True) as page:
            page.goto(f"{self.url}/console/{path}")
            page.evaluate("() => navigator.serviceWorker.ready.then(() => 1)")
            page.wait_for_function("() => navigator.serviceWorker.controller !== null")
            yield page


@pytest.fixture
def desk(browser: Chromium) -> Iterator[Desk]:
    scene = Desk()
    scene.browser = browser
    scene.have_cases(3)
    with scene.served() as scene.url:
        yield scene


def the_worker(page: Page) -> Worker:
    [worker] = page.context.service_workers
    return worker


def debugger(page: Page) -> tuple[CDPSession, str]:
    """Chromium's debugging protocol, and what it calls the worker's registration."""
    session, found = page.context.new_cdp_session(page), list[str]()
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(one["registrationId"] for one in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    page.wait_for_timeout(0)
    while not found:
        page.wait_for_timeout(20)
    return session, found[-1]


def test_the_browser_keeps_files_and_the_page_without_a_connection_and_nothing_of_a_customer(desk: Desk) -> None:
    with desk.opened("inbox/to_answer") as page:
        page.goto(f"{desk.url}/console/case/{list(desk.cases.cases)[-1]}")
        expect(page.locator("#opened")).to_contain_text("요금이 왜 이렇게 많이 나왔나요?")
        page.goto(f"{desk.url}/console/today")
        page.reload()

        kept = "\n".join(page.evaluate(_ALL_THAT_IS_KEPT))

    assert "/console/static/base." in kept
    assert "연결이 끊겼어요" in kept
    for case in desk.cases.cases.values():
        assert case.author is not None
        for word in (case.author.username, case.author.name, "번째 질문입니다", case.id):
            assert word not in kept


def test_without_a_connection_a_page_says_so_and_opens_once_there_is_one(desk: Desk) -> None:
    with desk.opened("settings") as page:
        page.context.set_offline(True)
        page.goto(f"{desk.url}/console/settings/devices")
        expect(page.locator("h1")).to_have_text("연결이 끊겼어요")

        page.context.set_offline(False)
        expect(page.locator("h1")).to_have_text("기기 알림")


def test_what_was_typed_without_a_connection_becomes_a_draft_from_any_page(desk: Desk) -> None:
    key = next(iter(desk.cases.cases))
    with desk.opened(f"case/{key}") as page:
        expect(page.locator("#reply-text")).to_be_enabled()
        page.context.set_offline(True)
        desk.drafts.busy.add("save")  # what a page sends while it is left is not stopped by the line before
        page.locator("#reply-text").fill("고객님, 확인해 드리겠습니다.")
        page.goto(f"{desk.url}/console/today")
        expect(page.locator("h1")).to_have_text("연결이 끊겼어요")
        assert desk.drafts.find(JIMIN.id, key, desk.now) is None

        desk.drafts.busy.clear()
        page.context.set_offline(False)
        page.wait_for_function("() => Object.keys(localStorage).every((name) => !name.startsWith('draft '))")

    draft = desk.drafts.find(JIMIN.id, key, desk.now)
    assert draft is not None
    assert draft.text == "고객님, 확인해 드리겠습니다."


def test_a_notification_shows_what_was_pushed_and_opens_its_page(desk: Desk) -> None:
    pushed = {
        "kind": "danger",
        "title": "위험 1건",
        "body": "바로 확인해 주시기 바랍니다.",
        "path": "/console/settings/devices",
    }
    with desk.opened("settings") as page:
        worker, (session, registration) = the_worker(page), debugger(page)
        # A browser without a window shows no notifications: what would be shown is kept instead.
        worker.evaluate(
            "() => { self.shown = []; ServiceWorkerRegistration.prototype.showNotification ="
            " async (title, options) => { self.shown.push({ title, ...options }); }; }"
        )

        session.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": desk.url, "registrationId": registration, "data": json.dumps(pushed)},
        )
        shown: list[dict[str, Any]] = []
        while not shown:
            page.wait_for_timeout(20)
            shown = worker.evaluate("() => self.shown")
        assert [(one["title"], one["body"], one["tag"]) for one in shown] == [
            (pushed["title"], pushed["body"], "danger")
        ]

        worker.evaluate(
            "(data) => { const event = new ExtendableEvent('notificationclick');"
            " event.notification = { close() {}, data }; self.dispatchEvent(event); }",
            shown[0]["data"],
        )
        expect(page.locator("h1")).to_have_text("기기 알림")


def test_a_new_release_takes_the_place_of_the_old_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with desk.opened("settings") as page:
        [before] = page.evaluate("() => caches.keys()")
        monkeypatch.setattr(console, "StaticFiles", StaticFiles)  # made anew for each request
        monkeypatch.setattr(StaticFiles, "version", "0123456789")
        page.evaluate("() => navigator.serviceWorker.ready.then((one) => one.update()).then(() => 1)")

        kept = [before]
        while kept != ["console-0123456789"]:
            page.wait_for_timeout(20)
            kept = page.evaluate("() => caches.keys()")


def test_signing_out_leaves_nothing_of_the_console_in_the_browser(desk: Desk) -> None:
    described = desk.issuer.described()
    del described["end_session_endpoint"]
    desk.issuer.documents["/.well-known/openid-configuration"] = described
    with desk.opened("settings") as page:
        page.evaluate("() => localStorage.setItem('draft jimin 1', '{\"isSent\": true}')")
        page.locator('form[action$="/sign-out"] button').first.evaluate("(button) => button.click()")
        expect(page.locator("main.notice")).to_be_visible()

        assert page.evaluate(_ALL_THAT_IS_KEPT) == ["{}"]
        assert page.evaluate("() => navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
