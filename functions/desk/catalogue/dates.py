"""Moments as people say them."""

from datetime import datetime, tzinfo

_WEEKDAYS_KO = "월화수목금토일"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NOON = 12


def spoken_time(moment: datetime, zone: tzinfo, language: str) -> str:
    """An aware moment in the desk's zone: "11월 24일(화) 오후 2:30" or "Tue 24 Nov, 2:30 pm"."""
    local = moment.astimezone(zone)
    if language == "ko":
        hour = local.hour - _NOON if local.hour > _NOON else local.hour
        half = "오후" if local.hour >= _NOON else "오전"
        day = f"{local.month}월 {local.day}일({_WEEKDAYS_KO[local.weekday()]})"
        return f"{day} {half} {hour}:{local.minute:02}"
    hour, half = local.hour % _NOON or _NOON, "pm" if local.hour >= _NOON else "am"
    day = f"{_WEEKDAYS_EN[local.weekday()]} {local.day} {_MONTHS_EN[local.month - 1]}"
    return f"{day}, {hour}:{local.minute:02} {half}"
