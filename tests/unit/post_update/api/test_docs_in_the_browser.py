"""`/docs` as a browser shows it, under the very headers with which it is sent."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.browser import Chromium
from tests.unit.post_update.api.scene import Scene

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    scene = Scene()

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = scene.call("GET", self.path, token=None)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body.encode())

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_the_page_shows_every_call_and_makes_one_under_its_own_policy(url: str, browser: Chromium) -> None:
    page = browser.show("about:blank").page
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
    browser.show(f"{url}/docs")

    page.locator(".opblock").first.wait_for()
    shown = page.locator(".opblock").count()
    page.locator("#operations-Pause-current_pause_get").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    page.locator(".live-responses-table tbody td.response-col_status").first.wait_for()

    assert shown == 12
    assert "401" in page.locator(".live-responses-table tbody td.response-col_status").first.inner_text()
    assert refused == []
    assert all(address.startswith((url, "data:")) for address in browser.requested)
