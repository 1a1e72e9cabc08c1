"""A kind of stored items: how the real stores write it, and how they read it."""

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.tables import Dynamo


class Recording(NamedTuple):
    """A kind of items by name.

    `stores` are the classes that write and read it. What `save` returns is given to `load`, such as a link's id; None
    where the tables say everything.
    """

    name: str
    stores: tuple[type, ...]
    save: Callable[[Dynamo], Any]
    load: Callable[[Dynamo, Any], object]


def no_pause(_seconds: float) -> None:
    """Nothing has to wait in tests."""


def no_key(_saved: object) -> None:
    """What a store returns is nothing that `load` needs."""
