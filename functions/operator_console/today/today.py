"""GET today: what to do now, in one order, and beside it how the day goes."""

from collections.abc import Sequence
from typing import Any

from desk.web.response import Response, html
from operator_console.app import Right, Route, Visit, may
from operator_console.shell.render import Renderer
from operator_console.shell.snapshot import READ_BY_TODAY, LivePart, Snapshot, Snapshots
from operator_console.today.card import Card, Cards, Drawn, DrawnCard, TodayStores, check, draw, words_of
from operator_console.today.day import KeptCard, PostsCard, SpikesCard
from operator_console.today.morning import CountsRoll, GreetingCard, RollCard
from operator_console.today.night import NightCard, NightReader
from operator_console.today.review import HandoverCard, ReviewCard
from operator_console.today.work import (
    AnswersCard,
    ApprovalsCard,
    DangerCard,
    DecisionsCard,
    DepartmentsCard,
    PromisesCard,
)


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
        bar = self._snapshots.of_page(visit, shows=READ_BY_TODAY)
        values = self._values(visit, bar, draw(self._cards, visit, bar))
        return html(self._renderer.page("today/today.html.j2", visit, **values))

    def live(self, visit: Visit, bar: Snapshot) -> LivePart:
        """The cards as they are now, for the poll."""
        check(visit)
        cards = draw(self._cards, visit, bar)
        values = self._values(visit, bar, cards)
        return LivePart(cards.version, lambda: self._renderer.part("today/_cards.html.j2", visit, **values))

    def _values(self, visit: Visit, bar: Snapshot, cards: Drawn) -> dict[str, Any]:
        begin = _first_to_answer(cards) if may(visit.person, Right.ACT) else ""
        return {"bar": bar, "cards": cards, "begin": begin, **words_of(visit, self._renderer)}

    def drawn(self, visit: Visit, bar: Snapshot, names: Sequence[str]) -> Sequence[DrawnCard]:
        """The cards of these names, where another page shows them."""
        chosen: list[Card] = [card for card in (*self._cards.work, *self._cards.beside) if card.name in names]
        return draw(Cards(chosen, ()), visit, bar).work


def _first_to_answer(cards: Drawn) -> str:
    """The path of what is to be answered first: danger that nobody has taken, or else the first answer; "" for none."""
    data = {card.name: card.data for card in cards.work}
    if danger := data["danger"]:
        for each in danger.rows:
            if each.row.is_untaken:
                return f"inbox/all/{each.row.case_id}"
    answers = data["answers"]
    return f"inbox/to_answer/{answers.rows[0].case_id}" if answers and answers.rows else ""


def cards_of(
    stores: TodayStores, snapshots: Snapshots, renderer: Renderer, nights: NightReader, counts_roll: CountsRoll
) -> Cards:
    """The cards, made of their stores."""
    formatter = renderer.formatter
    return Cards(
        work=(
            HandoverCard(stores.reviews, snapshots),
            DangerCard(snapshots),
            NightCard(nights, snapshots),
            GreetingCard(stores, snapshots, formatter),
            AnswersCard(snapshots),
            PromisesCard(snapshots, formatter),
            DecisionsCard(stores.posts, snapshots),
            DepartmentsCard(snapshots),
            ReviewCard(stores, snapshots, renderer),
        ),
        beside=(
            SpikesCard(),
            ApprovalsCard(stores.posts, snapshots),
            PostsCard(stores, snapshots, formatter),
            RollCard(stores, snapshots, renderer.brand, counts_roll),
            KeptCard(stores.favourites, snapshots, formatter),
        ),
    )
