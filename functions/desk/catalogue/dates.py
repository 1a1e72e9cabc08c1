"""Moments as people say them."""

from datetime import date, datetime, tzinfo

_WEEKDAYS_KO = "월화수목금토일"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NOON = 12


def spoken_time(moment: datetime, zone: tzinfo, language: str) -> str:
    """An aware moment in the desk's zone: "11월 24일(화) 오후 2:30" or "Tue 24 Nov, 2:30 pm"."""
    between = " " if language == "ko" else ", "
    local = moment.astimezone(zone)
    return spoken_day(local.date(), language) + between + spoken_clock(local, zone, language)


def spoken_day(day: date, language: str) -> str:
    """A day: "11월 24일(화)" or "Tue 24 Nov"."""
    if language == "ko":
        return f"{day.month}월 {day.day}일({_WEEKDAYS_KO[day.weekday()]})"
    return f"{_WEEKDAYS_EN[day.weekday()]} {day.day} {_MONTHS_EN[day.month - 1]}"


def spoken_clock(moment: datetime, zone: tzinfo, language: str) -> str:
    """An aware moment's time of day in the desk's zone: "오후 2:30", after midnight "0시 15분(자정)"; or "2:30 pm"."""
    local = moment.astimezone(zone)
    if language == "ko" and local.hour == 0:
        return f"0시 {local.minute}분(자정)" if local.minute else "0시(자정)"
    if language == "ko":
        hour = local.hour - _NOON if local.hour > _NOON else local.hour
        return f"{'오후' if local.hour >= _NOON else '오전'} {hour}:{local.minute:02}"
    return f"{local.hour % _NOON or _NOON}:{local.minute:02} {'pm' if local.hour >= _NOON else 'am'}"
