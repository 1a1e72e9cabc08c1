"""A person signs in to the console of the local AWS through a real OpenID provider, sees a page, and signs out."""

import re

import requests

from local.stage import Stage

COOKIE = "__Host-console"


class Browser:
    """A browser without a screen. It sends Secure cookies to this machine, as Chromium does."""

    def __init__(self, here: Stage) -> None:
        self.console = here.console_url
        self._session = requests.Session()
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, url: str, **fields: str) -> requests.Response:
        """One request, without following redirects."""
        response = self._session.request(
            method,
            url,
            data=fields or None,
            headers={"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())},
            allow_redirects=False,
        )
        for cookie in response.raw.headers.getlist("set-cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            if url.startswith(self.console):
                self.cookies[name] = value
        return response

    def led(self, response: requests.Response) -> requests.Response:
        """What the redirect leads to."""
        assert response.is_redirect, response.text
        return self.ask("GET", requests.compat.urljoin(response.url, response.headers["location"]))


def test_a_person_signs_in_sees_a_page_and_signs_out(shared_stage: Stage) -> None:
    browser = Browser(shared_stage)

    to_sign_in = browser.ask("GET", f"{browser.console}/replies")
    at_the_issuer = browser.led(browser.led(to_sign_in))
    assert "jimin.park@emerald.example" in at_the_issuer.text
    back = browser.ask("POST", at_the_issuer.url, sub="jimin.park@emerald.example")
    arrived = browser.led(back)
    page = browser.led(arrived)

    assert arrived.headers["location"] == "/console/replies"
    assert (page.status_code, "박지민" in page.text) == (200, True)
    assert browser.ask("GET", back.headers["location"]).status_code == 400
    (csrf,) = set(re.findall(r'name="csrf" content="([^"]+)"', page.text))
    left = browser.ask("POST", f"{browser.console}/sign-out", csrf=csrf)
    assert "/oauth2/end_session?client_id=dorothy" in left.text
    assert browser.cookies[COOKIE] == ""
    assert browser.ask("GET", f"{browser.console}/replies").is_redirect


def test_a_stranger_has_no_role_and_gets_no_session(shared_stage: Stage) -> None:
    browser = Browser(shared_stage)

    at_the_issuer = browser.led(browser.ask("GET", f"{browser.console}/sign-in"))
    arrived = browser.led(browser.ask("POST", at_the_issuer.url, sub="stranger"))

    assert (arrived.status_code, COOKIE in browser.cookies) == (403, False)
    assert "권한을 요청해 주세요" in arrived.text
