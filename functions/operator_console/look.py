"""How the console looks to a person: its language, and light or dark.

A cookie has both, so that no page costs a read of the settings, and pages without a session look the same.
"""

from typing import NamedTuple

from desk.i18n import LANGUAGES
from desk.staff.sessions import SESSION_COOKIE
from desk.staff.settings import THEMES, PersonSettings
from desk.web.request import Request

LOOK_COOKIE = "__Host-look"
_LASTS = 400 * 24 * 60 * 60
"""Seconds: the longest that browsers keep a cookie."""


class Look(NamedTuple):
    """`language` is "" for the desk's, and `theme` for what the browser is set to."""

    language: str = ""
    theme: str = ""


def look_of(request: Request) -> Look:
    """The look in the browser's cookie. What is not known there counts as not chosen."""
    language, _, theme = request.cookies.get(LOOK_COOKIE, "").partition(".")
    return Look(language if language in LANGUAGES else "", theme if theme in THEMES else "")


def language_of(request: Request) -> str:
    """The language that the person chose, and for a stranger the one that the browser asks for; "" for the desk's."""
    is_known = LOOK_COOKIE in request.cookies or SESSION_COOKIE in request.cookies
    return look_of(request).language if is_known else _accepted(request)


def look_cookie(settings: PersonSettings) -> str:
    """The whole Set-Cookie value with the look of a person's settings."""
    value = f"{settings.language}.{settings.theme}"
    return f"{LOOK_COOKIE}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={_LASTS}"


def _accepted(request: Request) -> str:
    """The first of our languages in `accept-language`, whose best is first in what browsers send."""
    choices = request.headers.get("accept-language", "").lower().split(",")
    names = (choice.partition(";")[0].strip().partition("-")[0] for choice in choices)
    return next((name for name in names if name in LANGUAGES), "")
