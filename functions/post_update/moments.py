"""Moments as people and programs write them."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from post_update.refusals import MomentAmbiguous, MomentSkipped, MomentUnreadable

MOMENT = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
    r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
"""How a moment is written, as a regular expression."""

AROUND = r" \t\r\n"
"""What may stand around it, as a class of a regular expression."""

_MOMENT = re.compile(f"[{AROUND}]*({MOMENT})[{AROUND}]*")


def moment_of(text: str, zone: ZoneInfo, *, field: str = "publish_at") -> datetime:
    """The moment in UTC: RFC 3339, or without an offset what the clock in `zone` shows; seconds may be missing.

    Raises MomentUnreadable, and for what that clock never shows or shows twice MomentSkipped and MomentAmbiguous;
    `field` is what they name.
    """
    found = _MOMENT.fullmatch(text)
    if not found:
        raise MomentUnreadable(field)
    try:
        moment = datetime.fromisoformat(found[1].upper())
        return moment.astimezone(UTC) if moment.tzinfo else _local(moment, zone, field)
    except (ValueError, OverflowError) as exc:
        raise MomentUnreadable(field) from exc


def _local(wall: datetime, zone: ZoneInfo, field: str) -> datetime:
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return first
    if first.astimezone(zone).replace(tzinfo=None) != wall:
        raise MomentSkipped(field, zone.key)
    raise MomentAmbiguous(field, zone.key)
