"""GET today: what to do now, in one order, and beside it how the day goes."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from desk.web.response import Response, html
from operator_console.app import Refused, Right, Route, Visit, may
from operator_console.items.promise_rows import promise_row
from operator_console.items.rows import case_row
from operator_console.shell.bar import sees_all
from operator_console.shell.phrases import due_words
from operator_console.shell.render import Renderer
from operator_console.shell.snapshot import LivePart, Snapshot, Snapshots
from operator_console.today.card import Card, Cards, DrawnCard, draw


class TodayView:
    """The page, and the part of it that each poll brings."""

    def __init__(self, cards: Cards, snapshots: Snapshots, renderer: Renderer) -> None:
        self._cards = cards
        self._snapshots = snapshots
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [Route("GET", "today", self._page)]

    def _page(self, visit: Visit) -> Response:
        check(visit)
        bar = self._snapshots.of_page(visit)
        cards = draw(self._cards, visit, bar)
        values = {"bar": bar, "cards": cards, **words_of(visit, self._renderer)}
        return html(self._renderer.page("today/today.html.j2", visit, **values))

    def live(self, visit: Visit, bar: Snapshot) -> LivePart:
        """The cards as they are now, for the poll."""
        check(visit)
        cards = draw(self._cards, visit, bar)
        values = {"bar": bar, "cards": cards, **words_of(visit, self._renderer)}
        return LivePart(cards.version, lambda: self._renderer.part("today/_cards.html.j2", visit, **values))

    def drawn(self, visit: Visit, bar: Snapshot, names: Sequence[str]) -> Sequence[DrawnCard]:
        """The cards of these names, where another page shows them."""
        chosen: list[Card] = [card for card in (*self._cards.work, *self._cards.beside) if card.name in names]
        return draw(Cards(chosen, ()), visit, bar).work


def words_of(visit: Visit, renderer: Renderer) -> dict[str, Any]:
    """What the cards' templates word their values with."""
    formatter, now = renderer.formatter, visit.now
    return {
        "words": lambda row, in_doubt=None: case_row(row, now, formatter, in_doubt),
        "promise": lambda each: promise_row(each, now, formatter),
        "due": lambda moment: due_words(moment, now, formatter),
        "may_act": may(visit.person, Right.ACT),
        "today": now.astimezone(formatter.zone).date(),
    }


def check(visit: Visit) -> None:
    """Raises Refused (403) for people of a department, who begin in their queues."""
    if not sees_all(visit.person):
        raise Refused(HTTPStatus.FORBIDDEN, "console.problem.not_allowed")
