"""From a key to the next paint in the console's inbox, by the browser's Event Timing.

`python -m benchmarks.interactions` prints the figures.
"""

import json
from math import ceil
from typing import Any

from playwright.sync_api import Page

from desk.staff.saved_replies import SavedReply
from tests.browser import RunningChromium
from tests.unit.operator_console.scene import ConsoleScene

OPEN_CASES = 500
ANSWERED = 30

_OBSERVE = """
window.interactions = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (entry.interactionId) interactions.push(entry.duration);
}).observe({ type: "event", durationThreshold: 16, buffered: true });
"""

_AWAIT_NEXT = """() => {
  window.opened = new Promise((resolve) => document.addEventListener("keydown", ({ timeStamp }) => {
    const painted = () => resolve(Math.round(performance.now() - timeStamp));
    document.addEventListener("desk:opened", () => requestAnimationFrame(() => setTimeout(painted)), { once: true });
  }, { once: true, capture: true }));
}"""


def measure() -> dict[str, Any]:
    """Milliseconds to the next paint after keys, while 30 of 500 open cases are answered with saved replies.

    Event Timing rounds to 8 ms and leaves out what takes less than 16. `opened` is the time from Ctrl+Enter until the
    next case is on the screen, whose part was loaded beforehand.
    """
    scene = ConsoleScene()
    scene.have_cases(OPEN_CASES)
    scene.saved_replies.save(SavedReply("bill", "청구서", "{name} 님, 한 장은 지난달 것입니다."))
    with (
        scene.served() as url,
        RunningChromium() as chromium,
        chromium.profile() as browser,
        browser.visitor(url, scene.signed_in().cookies) as page,
    ):
        page.add_init_script(_OBSERVE)
        page.goto(f"{url}/console/inbox/to_answer")
        page.keyboard.press("j")
        opened = [_answer_one(page, number) for number in range(ANSWERED)]
        keys = sorted(page.evaluate("interactions"))
    return {
        "key to next paint": {"slower than 16 ms": len(keys), "p95": _at(keys, 0.95), "max": keys[-1] if keys else 16},
        "sent to next case": {"p50": _at(sorted(opened), 0.5), "p95": _at(sorted(opened), 0.95), "max": max(opened)},
    }


def _answer_one(page: Page, number: int) -> int:
    for key in ("r", "Alt+1"):
        page.keyboard.press(key)
    page.wait_for_function(
        "number => document.getElementById('reply-text').value.includes(`손님${number} `)", arg=number
    )
    page.evaluate(_AWAIT_NEXT)
    page.keyboard.press("Control+Enter")
    milliseconds: int = page.evaluate("opened")
    return milliseconds


def _at(figures: list[int], share: float) -> int | None:
    return figures[ceil(share * len(figures)) - 1] if figures else None


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
