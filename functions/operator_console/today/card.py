"""What the cards of *오늘* are, and how they are read: together, each once, and without one another.

A card is a small class in the module of its subject, with a template in `_card.html.j2`. To add one:

1. Write the class: its `name`, and `read`, which returns what it shows as a tuple of values. Times stay times and rows
   stay rows: the template words them with `due(moment)` and `words(row)`, so that the page is shown anew if something
   has happened, and not because time has passed. None hides the card.
2. Write the template: a macro with the card's name, which begins with `head(...)` and says one kind sentence with
   `nothing(...)` where nothing is there. Its title is the catalogue's `console.today.NAME`.
3. Add one line to `cards_of` in `today.py`, at the place where the page shows it.

What several polls can share is read through `Snapshots.part`. A form of a card posts to a route of its own and
redirects to `today`; what somebody is typing in it is never replaced.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any, NamedTuple, Protocol

from desk.cases.store import CaseStore
from desk.day_reviews.store import DayReviews
from desk.errors import StoreBusy
from desk.favourites.store import FavouriteStore
from desk.mentions.search import MentionSearch
from desk.mentions.seen import SeenMentions
from desk.mentions.store import MentionStore
from desk.posts.performance import PerformanceStore
from desk.posts.store import PostStore
from desk.promises.store import Promises
from desk.staff.drafts import DraftStore
from operator_console.app import Refused, Right, Visit, may
from operator_console.items.promise_rows import promise_row
from operator_console.items.rows import case_row
from operator_console.shell.bar import sees_all
from operator_console.shell.phrases import due_words
from operator_console.shell.render import Renderer
from operator_console.shell.snapshot import Snapshot, version_of

_AT_ONCE = 6
"""Cards that are read at the same time: the page takes as long as the slowest of them."""


class TodayStores(NamedTuple):
    """What the cards and the night's stack are made from."""

    cases: CaseStore
    mentions: MentionStore
    search: MentionSearch
    seen: SeenMentions
    posts: PostStore
    performances: PerformanceStore
    promises: Promises
    favourites: FavouriteStore
    reviews: DayReviews
    drafts: DraftStore


class Card(Protocol):
    """A part of the page, with its template."""

    @property
    def name(self) -> str:
        """Names the template, the title and the element."""
        ...

    def read(self, visit: Visit, bar: Snapshot, /) -> Any | None:
        """What the card shows now to this person; None if it is not there. `bar` is the page's snapshot.

        Raises StoreBusy: the card then says that, and the others are shown.
        """
        ...


class DrawnCard(NamedTuple):
    """A card as it was read. Without data it is hidden, unless it `is_busy`: then it could not be read."""

    name: str
    data: Any | None
    is_busy: bool = False

    @property
    def version(self) -> str:
        """Another one once it has to be shown anew."""
        return version_of(self.data, self.is_busy)


class Cards(NamedTuple):
    """The cards of the page: what to do, in the order in which it is to be done, and what stands beside it."""

    work: Sequence[Card]
    beside: Sequence[Card]


class Drawn(NamedTuple):
    """All cards of one person's page, as they were read together."""

    work: Sequence[DrawnCard]
    beside: Sequence[DrawnCard]

    @property
    def version(self) -> str:
        """Another one once a card has to be shown anew."""
        return version_of([(card.name, card.version) for card in (*self.work, *self.beside)])


def draw(cards: Cards, visit: Visit, bar: Snapshot) -> Drawn:
    """Read all cards."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        drawn = list(pool.map(lambda card: _drawn(card, visit, bar), (*cards.work, *cards.beside)))
    return Drawn(drawn[: len(cards.work)], drawn[len(cards.work) :])


def _drawn(card: Card, visit: Visit, bar: Snapshot) -> DrawnCard:
    try:
        return DrawnCard(card.name, card.read(visit, bar))
    except StoreBusy:
        return DrawnCard(card.name, None, is_busy=True)


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
