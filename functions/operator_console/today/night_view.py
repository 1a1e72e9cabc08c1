"""GET today/night: the night's stack, which is read with the thumb, or with Space.

The place is in the address, and how far somebody has come is in the marks of what people have seen (`POST seen`). So a
phone that was locked, or a page that is loaded again, goes on where somebody was.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from desk.case_view.conversation import Conversation, ConversationEntry
from desk.cases.model import Case
from desk.cases.store import CaseMention
from desk.web.response import Response, html
from operator_console.app import Route, Visit, redirect
from operator_console.items.look_ups import LookUpsView
from operator_console.shell.night import Night
from operator_console.shell.render import Renderer
from operator_console.shell.snapshot import Snapshots
from operator_console.today.card import check, words_of
from operator_console.today.night import NightReader, StackPage, StackPlace, urgent_of
from operator_console.today.today import TodayView

END = "end"
"""The place behind the last page."""
_AHEAD, _BACK = 8, 2
"""Pages that are sent at once: those that come next, and those before, to go back to."""
_CLOSING = ("greeting",)
"""The cards with which the stack ends, as far as they are there."""


class ShownPage(NamedTuple):
    """A page as it is shown. `left` is how many posts nobody has seen from it on.

    `before` and `next` are the keys of its neighbours: "" before the first page, and END behind the last one.
    """

    page: StackPage
    posts: Sequence[ConversationEntry]
    left: int
    before: str
    next: str

    @property
    def case(self) -> Case | None:
        """The case of the posts."""
        return self.page.case

    @property
    def ids(self) -> Sequence[str]:
        """The ids of its posts, which are marked as seen when somebody goes on."""
        return [each.mention.id for each in self.page.mentions]


class StackView:
    """The stack from a place on."""

    def __init__(
        self, nights: NightReader, today: TodayView, snapshots: Snapshots, renderer: Renderer, look_ups: LookUpsView
    ) -> None:
        self._nights = nights
        self._today = today
        self._snapshots = snapshots
        self._renderer = renderer
        self._look_ups = look_ups

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [Route("GET", "today/night", self._page)]

    def _page(self, visit: Visit) -> Response:
        """The pages around the place of the address; to a script that has come to their end, those that follow."""
        check(visit)
        night, is_part = self._nights.night(visit.now), visit.request.is_fragment
        if night is None:
            return redirect("today")
        with ThreadPoolExecutor(1) as pool:
            around = None if is_part else pool.submit(self._read_around, visit, night)
            pages = self._nights.stack(night, visit.now)
        if not pages:
            return redirect("today")
        at = visit.request.query.get("at", "")
        shown, current = self._around(visit, pages, at)
        values = {
            "shown": shown,
            "current": current,
            "number": sum(len(page.mentions) for page in pages),
            "at_risk": sum(page.is_at_risk and page.unseen > 0 for page in pages),
            **words_of(visit, self._renderer),
        }
        if around is None:
            return html(self._renderer.part("today/_stack.html.j2", visit, **values))
        return html(self._renderer.page("today/night.html.j2", visit, **values, **around.result()))

    def _read_around(self, visit: Visit, night: Night) -> dict[str, Any]:
        """What the page shows around the pages. It depends on none of them, so it is read at the same time."""
        bar = self._snapshots.of_page(visit)
        closing = self._today.drawn(visit, bar, _CLOSING)
        return {"bar": bar, "closing": closing, "urgent": urgent_of(night, bar), "night": night}

    def _around(self, visit: Visit, pages: Sequence[StackPage], at: str) -> tuple[Sequence[ShownPage], str]:
        """The pages to show, and the key of the one that is read now.

        That is the one at the place, or else the first with a post that nobody has seen. Behind it come those alone
        that have such posts.
        """
        keys = [page.key for page in pages]
        unread = [place for place, page in enumerate(pages) if page.unseen]
        begin = keys.index(at) if at in keys else next(iter(unread), len(pages))
        if at == END:
            begin = len(pages)
        places = [*range(max(begin - _BACK, 0), min(begin + 1, len(pages))), *(each for each in unread if each > begin)]
        sent = places[: _BACK + 1 + _AHEAD]
        chosen = [pages[place] for place in sent]
        authors, _ = self._look_ups.accounts([one.mention.post for page in chosen for one in page.mentions], visit)
        conversation = Conversation(self._renderer.formatter, authors)
        shown = [
            ShownPage(
                page=pages[place],
                posts=self._posts(pages[place], conversation),
                left=sum(page.unseen for page in pages[place:]),
                before=keys[place - 1] if place else "",
                next=keys[places[index + 1]] if index + 1 < len(places) else END,
            )
            for index, place in enumerate(sent)
        ]
        return shown, keys[begin] if begin < len(pages) else END

    def _posts(self, page: StackPage, conversation: Conversation) -> Sequence[ConversationEntry]:
        """The posts with what they reply to; of advertising the posts alone."""
        mentions = [CaseMention(each.mention, None) for each in page.mentions]
        if page.place is StackPlace.JUNK:
            mentions = [CaseMention(each.mention._replace(parent=None), None) for each in page.mentions]
        return list(conversation.of_mentions(mentions, page.case))
