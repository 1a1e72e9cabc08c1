"""A headless Chromium under Playwright: the one that is installed here, since Playwright can download none."""

import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, Self

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.families import is_tried
from tests.kinds import PAGES, count
from tests.needs import needs

if TYPE_CHECKING:
    from playwright.sync_api import Request

_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first one needs a quarter less time: it has no window to draw."""

FOUND = next((path for name in _NAMES if (path := shutil.which(name))), None)
"""Where Chromium is; None on a machine without one."""

NEEDS_CHROMIUM = needs("a Chromium", is_there=FOUND is not None, command=".ci/run, which installs one with apt-get")

DESKTOP, PHONE = 1280, 390
"""Widths of screens in CSS pixels."""

POLL = re.compile(r"/poll\?")
"""The request by which a page of the console learns what is new."""

_POLLS_EVERY = 3_000
"""Milliseconds after which a page that is in use makes it."""

_STEP = 5_000
"""Milliseconds of a page's time that pass at once: less than it waits for any answer."""

_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars",
)  # fmt: skip
_MOBILE = 600

_AXE = Axe().axe_script

_FIND_VIOLATIONS = """options => axe.run(options).then(({ violations }) => violations.flatMap(
  ({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 100)}`)))"""

_THEMES: dict[Literal["light", "dark"], tuple[str, ...]] = {"light": (), "dark": ("color-contrast",)}
"""The rules of axe-core for a page in each theme, none if all: the themes differ in colours alone."""

_ONE_STATE_IN = 4
"""In how many states of pages `make test` runs axe-core once."""

PATIENCE = 30_000
"""Milliseconds for which a test waits for what a page is to show: how long that takes is said by the machine."""

expect.set_options(timeout=PATIENCE)

_COUNTS_REQUESTS = """(() => {
  if (window.unanswered) return;
  const { setTimeout, fetch, requestAnimationFrame } = window, { send } = XMLHttpRequest.prototype;
  const running = (window.unanswered = { count: 0 });
  const ends = () => setTimeout(() => { running.count -= 1; }, 20);
  window.fetch = (...asked) => {
    running.count += 1;
    const response = fetch(...asked);
    response.then((each) => each.clone().arrayBuffer()).then(ends, ends);
    return response;
  };
  XMLHttpRequest.prototype.send = function (...body) {
    running.count += 1;
    this.addEventListener("loadend", ends);
    return send.apply(this, body);
  };
  window.painted = () => new Promise((resume) => requestAnimationFrame(() => requestAnimationFrame(resume)));
})()"""
"""Counts what the scripts of a page asked for and have not read yet. A request ends when the page had time to show what
it brought, and to ask for what follows. This and `painted` go by real time, whatever the page's clock says."""


def settled(page: Page) -> None:
    """Wait until the page has no request under way.

    What somebody did on it is in the stores then, and what came of it on the page, which acts before it was answered.
    """
    page.wait_for_load_state("domcontentloaded")
    becomes(page, lambda: not page.evaluate("window.unanswered?.count"))


def stop_time(page: Page, *, after: float = 1) -> None:
    """Let this page's time, after so many seconds at once, pass only where a test lets it, however long the test takes.

    What a page does after a while, htmx does, too, so that most pages need some time.
    """
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + after)


def passes(page: Page, milliseconds: int) -> None:
    """Let this time pass in the page, and wait for the answer to all that it asks for meanwhile.

    It passes in steps: in a longer one, a page gives up what it asked for before the machine could answer.
    """
    settled(page)
    for passed in range(0, milliseconds, _STEP):
        page.clock.run_for(min(_STEP, milliseconds - passed))
        settled(page)


def polled(page: Page) -> None:
    """Let a page of the console that is in use ask what is new, and show it."""
    settled(page)
    with page.expect_response(POLL):
        page.clock.run_for(_POLLS_EVERY)
    settled(page)


def painted(page: Page) -> None:
    """Wait until what the page has is on the screen."""
    page.evaluate("painted()")


def becomes(page: Page, condition: Callable[[], bool]) -> None:
    """Wait until something holds that no page shows, while the browser goes on."""
    ends = time.monotonic() + PATIENCE / 1000
    while not condition():
        assert time.monotonic() < ends
        page.wait_for_timeout(20)


class Chromium:
    """One tab at a time. `requested` are the addresses that it asked for since it was opened."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._pages: dict[tuple[bool, bool], Page] = {}
        self.requested: list[str] = []

    @property
    def page(self) -> Page:
        """The tab that was shown last, as Playwright has it."""
        return self._page

    def show(
        self,
        url: str,
        *,
        width: int = DESKTOP,
        height: int = 900,
        dark: bool = False,
        media: str = "",
        scripts: bool = True,
    ) -> Self:
        """Open the address on a screen of this width, with scripts or without; `media` is "print" or nothing."""
        self._page = self._tab(mobile=width < _MOBILE, scripts=scripts)
        self._page.set_viewport_size({"width": width, "height": height})
        self._page.emulate_media(
            media="print" if media == "print" else "screen", color_scheme="dark" if dark else "light"
        )
        self.requested.clear()
        self._page.goto(url)
        return self

    @contextmanager
    def visitor(
        self,
        url: str,
        cookies: Mapping[str, str],
        *,
        width: int = DESKTOP,
        height: int = 900,
        scripts: bool = True,
        workers: bool = False,
    ) -> Iterator[Page]:
        """A window of somebody who has these cookies at the address, apart from all other windows.

        With `workers`, service workers run in it, which answer requests before Playwright sees them. Cookies of HTTPS
        alone are accepted at addresses of this machine, too.
        """
        mobile = width < _MOBILE
        context = self._browser.new_context(
            is_mobile=mobile,
            has_touch=mobile,
            java_script_enabled=scripts,
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            service_workers="allow" if workers else "block",
        )
        secure_url = url.replace("http:", "https:")
        context.add_cookies(
            [
                {"name": name, "value": value, "url": secure_url, "secure": True, "httpOnly": True}
                for name, value in cookies.items()
            ]
        )
        context.add_init_script(_COUNTS_REQUESTS)
        try:
            count(PAGES)
            yield context.new_page()
        finally:
            context.close()

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        return self._page.evaluate(expression)

    def violations(self, page: Page | None = None, *, rules: Sequence[str] = ()) -> list[str]:
        """What axe-core finds against WCAG and good practice, or only against these rules, each with where it is."""
        shown = page or self._page
        if not shown.evaluate("'axe' in window"):
            shown.evaluate(_AXE)
        options = {"resultTypes": ["violations"], "preload": False} | ({"runOnly": list(rules)} if rules else {})
        found: list[str] = shown.evaluate(_FIND_VIOLATIONS, options)
        return found

    def violations_in_both_themes(self, page: Page | None = None) -> list[str]:
        """What axe-core finds on the light page, and in the contrast of the dark one."""
        shown, found = page or self._page, list[str]()
        for theme, rules in _THEMES.items():
            shown.emulate_media(color_scheme=theme)
            found += self.violations(shown, rules=rules)
        return found

    def assert_accessible(self, state: str, page: Page | None = None) -> None:
        """Assert that the page fits its screen in this state, which a test has brought about, and is accessible.

        Whether it fits is tried in each run. What axe-core finds of it, light and dark, is an exhaustive family: its
        variants are these states, each with its width and theme.
        """
        shown = page or self._page
        assert shown.viewport_size
        width = shown.viewport_size["width"]
        assert shown.evaluate("document.documentElement.scrollWidth") <= width, state
        found: list[str] = []
        for theme, rules in _THEMES.items():
            if is_tried("states of pages", f"{state}, {width}, {theme}", one_in=_ONE_STATE_IN):
                shown.emulate_media(color_scheme=theme)
                found += self.violations(shown, rules=rules)
        assert found == [], f"{state}, {width}: {found}"

    def picture(self) -> bytes:
        """The whole page as PNG."""
        return self._page.screenshot(full_page=True)

    def printed(self) -> bytes:
        """The page on paper, as PDF."""
        return self._page.pdf(prefer_css_page_size=True, width="8.27in", height="11.69in")

    def _tab(self, *, mobile: bool, scripts: bool) -> Page:
        kind = (mobile, scripts)
        if kind not in self._pages:
            context = self._browser.new_context(
                is_mobile=mobile,
                has_touch=mobile,
                java_script_enabled=scripts,
                reduced_motion="reduce",
                service_workers="block",
            )
            context.add_init_script(_COUNTS_REQUESTS)
            count(PAGES)
            self._pages[kind] = context.new_page()
            self._pages[kind].on("request", self._note)
        return self._pages[kind]

    def _note(self, request: "Request") -> None:
        self.requested.append(request.url)


class RunningChromium:
    """A Chromium in a process of its own, from `with` on until its end."""

    def __enter__(self) -> Self:
        self._driver = sync_playwright().start()
        self._browser = self._driver.chromium.launch(executable_path=FOUND, args=list(_FLAGS))
        return self

    def __exit__(self, *_: object) -> None:
        self._browser.close()
        self._driver.stop()

    @contextmanager
    def profile(self) -> Iterator[Chromium]:
        """A browser of one test: nothing of it is left for the next one."""
        try:
            yield Chromium(self._browser)
        finally:
            for context in self._browser.contexts:
                context.close()
