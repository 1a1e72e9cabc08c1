"""What the cards of *오늘* are, and how they are read: together, each once, and without one another.

A card is a small class in a module of its own in this folder, with its template `_NAME.html.j2` beside it. To add one:

1. Write the class: its `name`, and `read`, which returns what it shows as a tuple of values. Times stay times and rows
   stay rows: the template words them with `due(moment)` and `words(row)`, so that the page is shown anew if something
   has happened, and not because time has passed. None hides the card.
2. Write the template. It has the data as `data`, begins with `head(...)` of `today/_macros.html.j2`, and says one kind
   sentence with `nothing(...)` where nothing is there. Its title is the catalogue's `console.today.NAME`.
3. Add one line to `cards_of` in `cards.py`, at the place where the page shows it.

What several polls can share is read through `Snapshots.part`. A form of a card posts to a route of its own and
redirects to `today`; what somebody is typing in it is never replaced.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, Protocol

from desk.errors import StoreBusy
from operator_console.app import Visit
from operator_console.shell.snapshot import Snapshot, version_of

_AT_ONCE = 6
"""Cards that are read at the same time: the page takes as long as the slowest of them."""


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
