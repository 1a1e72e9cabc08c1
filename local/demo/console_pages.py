"""Saves pages of the operator's console while the demo plays, read through HTTP by somebody who has signed in."""

import re
from collections.abc import Mapping

from local.demo.console_visitor import ConsoleVisitor
from local.demo.index import Index
from local.stage import Stage

_STYLES = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
_ICON = re.compile(r'<use href="(/console/static/icons[^"#]*)#([^"]+)"')
_CASE = re.compile(r'href="(/console/inbox/to_answer/[^"?]+)')
_LEFT_OUT = re.compile(
    r"""<meta name="(?:csrf|htmx-config|person|words|root)"[^>]*>|<link rel="icon"[^>]*>"""
    r"""|\ (?:hx-[a-z:-]+|data-request|href|action)=(?:"[^"]*"|'[^']*')"""
)
"""What only a running console can use, among it all links, and what is drawn at random for each page."""
_PICTURE_ID = re.compile(r' data-picture="([0-9a-z]+)"')
"""Follows from the picture's address, and so from the port of the blog."""


class ConsolePages:
    """The pages of one desk's console, as the visitor sees them."""

    def __init__(self, stage: Stage, visitor: ConsoleVisitor) -> None:
        self._stage = stage
        self._visitor = visitor
        self._is_saved = False

    def is_worth_saving(self) -> bool:
        """Whether publishing is paused, as it is while the network is down, and no page was saved yet."""
        return not self._is_saved and bool(self._stage.api.ask("GET /pause").json()["paused"])

    def save(self, index: Index) -> None:
        """Save the inbox with its first case open, and the page of posts."""
        inbox = self._visitor.read("/console/inbox/to_answer")
        case = _CASE.search(inbox)
        index.keep_console("inbox", self._standing_alone(self._visitor.read(case[1]) if case else inbox))
        index.keep_console("stop", self._standing_alone(self._visitor.read("/console/stop")))
        self._is_saved = True

    def keep(self, index: Index, kept: Mapping[str, str]) -> None:
        """Save pages that the console showed, by their names."""
        for name, html in kept.items():
            index.keep_console(name, self._standing_alone(html))

    def _standing_alone(self, page: str) -> str:
        """The page with its styles and icons inside it, and numbers in place of pictures' ids.

        An icon is named by `xlink:href`: links are left out, and browsers know the older name, too.
        """
        for number, picture_id in enumerate(_PICTURE_ID.findall(page), 1):
            page = page.replace(picture_id, str(number))
        icons = _ICON.search(page)
        named = _ICON.sub(r'<use xlink:href="#icon-\2"', page)
        styled = _STYLES.sub(lambda found: f"<style>{self._visitor.read(found[1])}</style>", named)
        alone = _LEFT_OUT.sub("", styled)
        drawn = (
            self._visitor.read(icons[1]).replace("<svg ", "<svg hidden ", 1).replace(' id="', ' id="icon-')
            if icons
            else ""
        )
        return alone.replace("</body>", f"{drawn}</body>")
