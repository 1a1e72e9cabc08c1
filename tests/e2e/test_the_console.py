"""A person signs in to the console of the local AWS through a real OpenID provider, sees a page, and signs out."""

import re

import requests

from local.stage import Stage
from tests.e2e.driver import Driver
from tests.e2e.pages import link_of

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


def signed_in(here: Stage, email: str = "jimin.park@emerald.example") -> Browser:
    browser = Browser(here)
    at_the_issuer = browser.led(browser.ask("GET", f"{browser.console}/sign-in"))
    browser.led(browser.ask("POST", at_the_issuer.url, sub=email))
    return browser


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


def test_what_is_typed_is_kept_and_people_of_console_and_department_see_each_other(desk: Driver) -> None:
    mention = desk.post("pen_pal_j", "태블릿 펜은 따로 사야 하나요? 단말 구성이 궁금해요")
    desk.poll()
    link, browser = link_of(desk, "devices", mention), signed_in(desk.stage)
    found = browser.ask("GET", f"{browser.console}/case/m{mention}")
    address = requests.compat.urljoin(found.url, found.headers["location"])
    (csrf,) = set(re.findall(r'name="csrf" content="([^"]+)"', browser.ask("GET", address).text))

    saved = browser.ask("POST", f"{address}/draft", csrf=csrf, text="펜은 들어 있어요", sequence="1", version="1")
    there = browser.ask("POST", f"{address}/presence", csrf=csrf, state="typing")
    seen_by_department = requests.post(link, {"presence": "opened", "name": "이하늘"}, timeout=10)
    settings = browser.ask("POST", f"{browser.console}/settings", csrf=csrf, undo_seconds="5")

    assert (saved.status_code, there.status_code, settings.status_code) == (204, 200, 303)
    assert "박지민" in seen_by_department.text
    page = browser.ask("GET", address).text
    assert "펜은 들어 있어요" in page
    assert "이하늘" in page


def test_the_inbox_lists_what_came_in_and_it_is_found_and_marked_as_seen(desk: Driver) -> None:
    browser = signed_in(desk.stage)

    def see(path: str) -> str:
        response = browser.ask("GET", f"{browser.console}/{path}")
        assert response.status_code == 200, response.text
        return response.text

    (csrf,) = set(re.findall(r'name="csrf" content="([^"]+)"', see("inbox/to_read")))
    asked = desk.post("inbox_a", "이번 달 청구서 요금이 왜 두 배인가요? 확인 부탁드려요")
    thanked = desk.post("inbox_b", "좋은 아침이에요! 늘 응원합니다")
    desk.poll()

    assert f'id="row-m{thanked}"' in see("inbox/to_read")
    case = desk.line(asked).case_id
    assert f'id="row-{case}"' in see("inbox/all")
    assert f"inbox/all/m{thanked}" in see("search?q=응원합니다")
    found = browser.ask("GET", f"{browser.console}/search?q=https://x.com/i/status/{asked}")
    assert found.headers["location"] == f"/console/inbox/all/{case}"
    assert "data-version" in see(f"poll?queue=to_answer&key={case}")
    assert 'id="live-rows"' in see("poll?queue=all&hidden=1")
    assert 'id="danger-strip"' in see("poll?hidden=1")

    marked = browser.ask("POST", f"{browser.console}/seen", csrf=csrf, item=thanked)
    assert (marked.status_code, f'id="row-m{thanked}"' in see("inbox/to_read")) == (303, False)
    browser.ask("POST", f"{browser.console}/unseen?ids={thanked}", csrf=csrf)
    assert f'id="row-m{thanked}"' in see("inbox/to_read")


def test_an_operator_stops_posting_resumes_and_releases_what_was_held(desk: Driver) -> None:
    browser = signed_in(desk.stage)
    (csrf,) = set(re.findall(r'name="csrf" content="([^"]+)"', browser.ask("GET", f"{browser.console}/stop").text))

    paused = browser.ask("POST", f"{browser.console}/pause", csrf=csrf, choice="all.outage")
    post_id = desk.ask("POST /posts", {"text": "멈춘 동안 온 공지"}).json()["id"]
    stopped = browser.ask("GET", f"{browser.console}/stop").text
    (began_at,) = re.findall(r'name="began_at" value="([^"]+)"', stopped)
    browser.ask("POST", f"{browser.console}/resume", csrf=csrf, began_at=began_at)
    held = browser.ask("GET", f"{browser.console}/stop").text
    (version,) = re.findall(rf'/{post_id}/release".*?name="version" value="(\d+)"', held, re.DOTALL)
    released = browser.ask("POST", f"{browser.console}/post/{post_id}/release", csrf=csrf, version=version)
    desk.stage.settle()

    assert (paused.status_code, "장애 대응" in stopped, "멈춘 동안 온 공지" in stopped) == (303, True, True)
    assert released.headers["location"] == "/console/stop?done=release"
    assert len(desk.on_x("멈춘 동안 온 공지")) == 1
    assert desk.shown(post_id)["state"] == "published"


def test_a_newcomer_practises_and_begins_again(desk: Driver) -> None:
    browser = signed_in(desk.stage, "sujin.lee@emerald.example")

    offered = browser.ask("GET", browser.console)
    page = browser.led(offered).text
    (csrf,) = set(re.findall(r'name="csrf" content="([^"]+)"', page))
    (form,) = re.findall(r'id="reply"[^>]*action="([^"]+)"', page)
    done = browser.ask("POST", requests.compat.urljoin(browser.console, form), csrf=csrf, text="25일입니다.")
    after = browser.led(done).text
    browser.ask("POST", f"{browser.console}/practice/again", csrf=csrf)

    assert offered.headers["location"] == "/console/practice"
    assert "5건 중 1건" in after
    assert "5건 중 0건" in browser.ask("GET", f"{browser.console}/practice").text
    assert browser.ask("GET", browser.console).headers["location"] == "/console/today"
