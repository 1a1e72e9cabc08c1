"""Moments as people and programs write them."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from post_update.refusals import MomentAmbiguous, MomentSkipped, MomentUnreadable

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)


def moment_of(text: str, zone: ZoneInfo, *, field: str = "publish_at") -> datetime:
    """The moment in UTC: RFC 3339, or without an offset what the clock in `zone` shows; seconds may be missing.

    Raises MomentUnreadable, and for what that clock never shows or shows twice MomentSkipped and MomentAmbiguous;
    `field` is what they name.
    """
    found = _MOMENT.fullmatch(text.strip())
    if not found:
        raise MomentUnreadable(field)
    try:
        moment = datetime.fromisoformat(found[0].upper())
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
