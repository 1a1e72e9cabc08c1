"""Sections beside the inbox, whose code is loaded when somebody first opens one: it would slow every start."""

# ruff: noqa: PLC0415 - see above

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from desk.x.stops import SpendView
from operator_console.app import LaterRoutes, Route
from operator_console.shell.render import Renderer
from operator_console.stores import Stores

if TYPE_CHECKING:
    from operator_console.calendar.post_decisions import PostDecisionViews
    from operator_console.items.checks import ChecksView
    from operator_console.shell.spike_banner import SpikeBanner


class Sections(NamedTuple):
    """Makes the views from what they work with."""

    stores: Stores
    renderer: Renderer
    checks: "ChecksView"
    deciding: "PostDecisionViews"
    spend: SpendView
    spikes: "SpikeBanner"

    def routes(self) -> list[LaterRoutes]:
        """The routes, by the first part of their paths."""
        return [
            LaterRoutes(frozenset({"write"}), self._write),
            LaterRoutes(frozenset({"pictures"}), self._pictures),
            LaterRoutes(frozenset({"calendar"}), self._calendar),
            LaterRoutes(frozenset({"replies"}), self._saved_replies),
            LaterRoutes(frozenset({"costs"}), self._costs),
            LaterRoutes(frozenset({"spikes"}), self._spikes),
            LaterRoutes(frozenset({"trends"}), self._trends),
        ]

    def _write(self) -> Iterable[Route]:
        from operator_console.writing.composer import ComposerView
        from operator_console.writing.pictures import PicturesView

        shown = PicturesView(self.stores, self.renderer).shown
        return ComposerView(self.stores, self.renderer, self.checks, shown).routes()

    def _pictures(self) -> Iterable[Route]:
        from operator_console.writing.pictures import PicturesView

        return PicturesView(self.stores, self.renderer).routes()

    def _calendar(self) -> Iterable[Route]:
        from operator_console.calendar.calendar import CalendarView

        return CalendarView(self.stores, self.renderer, self.deciding).routes()

    def _saved_replies(self) -> Iterable[Route]:
        from operator_console.settings.saved_replies import SavedRepliesView

        return SavedRepliesView(self.stores.saved_replies, self.renderer).routes()

    def _costs(self) -> Iterable[Route]:
        from operator_console.costs.costs import CostsView

        return CostsView(self.spend, self.renderer).routes()

    def _spikes(self) -> Iterable[Route]:
        from operator_console.spikes.spikes import SpikesView

        return SpikesView(self.stores, self.renderer, self.spikes).routes()

    def _trends(self) -> Iterable[Route]:
        from operator_console.trends.trends import TrendsView

        return TrendsView(self.stores, self.renderer).routes()
