"""Routes mentions, then notifies people of them. Stream, sweep and replay use it."""

from collections.abc import Collection

from desk.notifications.mention_news import MentionNews
from desk.routing.route import Router, RouteReport


class RouteAndNotify:
    """Routes mentions, and sends what the commit put into the outbox.

    What is not sent stays there, and is no reason to route again.
    """

    def __init__(self, router: Router, news: MentionNews) -> None:
        self._router = router
        self._news = news

    def route(self, mention_ids: Collection[str]) -> RouteReport:
        """Route these. Raises StoreBusy when not even the mentions could be read."""
        routed = self._router.route(mention_ids)
        self._news.send_new(routed.entries, routed.recent, routed.report)
        return routed.report
