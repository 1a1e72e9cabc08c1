"""Which edition an event asks for."""

from collections.abc import Mapping
from typing import Any

from daily_digest.digest import Edition
from desk.errors import DeskError


class UnknownEdition(DeskError):
    """The event names no edition, or one that there is not."""


def edition_in(event: Mapping[str, Any]) -> Edition:
    """The edition that the event's `edition` names; raises UnknownEdition."""
    asked = event.get("edition")
    try:
        return Edition(str(asked))
    except ValueError:
        known = ", ".join(Edition)
        raise UnknownEdition(f"the event's edition is {asked!r}; it must be one of {known}") from None
