"""Which device of a person a browser is, by a cookie with a random name that says nothing else."""

from desk.links import is_link_id
from desk.web.request import Request

DEVICE_COOKIE = "__Host-device"
_LASTS = 400 * 24 * 60 * 60
"""Seconds: the longest that browsers keep a cookie."""


def device_of(request: Request) -> str:
    """The device's name; "" if the browser never was one."""
    name = request.cookies.get(DEVICE_COOKIE, "")
    return name if is_link_id(name) else ""


def device_cookie(device_id: str) -> str:
    """The whole Set-Cookie value; for "" the browser forgets it."""
    lasts = _LASTS if device_id else 0
    return f"{DEVICE_COOKIE}={device_id}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={lasts}"
