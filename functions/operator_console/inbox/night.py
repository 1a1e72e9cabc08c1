"""The list of a night: all mentions that came in while the desk was closed, with or without a case."""

from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from operator_console.app import Visit
from operator_console.inbox.mention_rows import MentionRow, MentionRows
from operator_console.inbox.stores import InboxStores
from operator_console.shell.night import LONGEST_BREAK, Night, slot_of
from operator_console.shell.render import Renderer

_SHOWN = 50
_MOST = 5_000
"""Mentions of one night; a list that is longer says so."""


class NightView(NamedTuple):
    """The mentions of a night, the newest first. `more` is the query of those behind; `is_cut`: there are even more."""

    night: Night
    number: int
    rows: list[MentionRow]
    more: str
    is_cut: bool


class Nights:
    """Knows the last night, and lists what came in."""

    def __init__(self, stores: InboxStores, renderer: Renderer) -> None:
        self._search = stores.search
        self._rows = MentionRows(stores, renderer)
        self._zone = ZoneInfo(renderer.brand.timezone)

    def view(self, visit: Visit) -> NightView | None:
        """What the URL asks for; None if it names no night. Raises StoreBusy."""
        query = visit.request.query
        since, until = _moment(query.get("since", ""), self._zone), _moment(query.get("until", ""), self._zone)
        if since is None or until is None or not since < until <= since + timedelta(days=LONGEST_BREAK):
            return None
        night = Night(since, until)
        found = self._search.between(since, until, days=night.days, most=_MOST)
        begin = int(after) if (after := query.get("after", "")).isdecimal() and len(after) < len(str(_MOST)) else 0
        end = begin + _SHOWN
        ids = [each.mention_id for each in found[begin:end]]
        more = f"{night.query}&{urlencode({'after': end})}" if end < len(found) else ""
        return NightView(night, len(found), self._rows.visible(visit, ids), more, len(found) == _MOST)


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    """A local time of an address, at the beginning of its half hour; None for anything else."""
    try:
        local = datetime.strptime(text, "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - the desk's zone follows
    except ValueError:
        return None
    return slot_of(local.replace(tzinfo=zone))
