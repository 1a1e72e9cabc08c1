"""The errors that X's answers stand for, by status, type and code; by words only where X offers nothing else."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from desk.errors import (
    BadRequest,
    CreditsDepleted,
    Duplicate,
    Gone,
    MediaGone,
    NotAuthorised,
    NotSummoned,
    PlanLimitReached,
    RateLimited,
    Unavailable,
    XError,
)

_WINDOW = timedelta(minutes=15)
_FARTHEST = timedelta(days=2)
"""Daily limits exist; a reset beyond this is a broken header."""


class RateLimit(NamedTuple):
    """`limit` calls a window, `remaining` of them left until `reset` (aware, UTC); None where X does not state it."""

    limit: int | None
    remaining: int | None
    reset: datetime | None


def rate_limit_of(headers: Mapping[str, str]) -> RateLimit | None:
    """The limit in the `x-rate-limit-…` headers; None when there are none."""
    limit, remaining, reset = (_number(headers.get(f"x-rate-limit-{name}")) for name in ("limit", "remaining", "reset"))
    if limit is remaining is reset is None:
        return None
    return RateLimit(limit, remaining, _moment(reset))


def retry_time(headers: Mapping[str, str], now: datetime) -> datetime:
    """When X accepts calls again after a 429: its reset, else a whole window from now; never in the past."""
    limit = rate_limit_of(headers)
    if limit is None or limit.reset is None or limit.reset - now > _FARTHEST:
        return now + _WINDOW
    return max(limit.reset, now)


def _number(header: str | None) -> int | None:
    try:
        return int(header) if header is not None else None
    except ValueError:
        return None


def _moment(seconds: int | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None
    except (ValueError, OverflowError, OSError):
        return None


FORBIDDEN_DETAILS: tuple[tuple[str, type[XError]], ...] = (
    ("duplicate content", Duplicate),
    ("reply to or quote posts where you are mentioned or are the author", NotSummoned),
    ("deleted or not visible to you", Gone),
)
"""Only its `detail` says what a 403 about a single post means.

Each entry is a part of the sentence, since X has been renaming "Tweet" to "Post" in them.
"""

_BY_CODE: dict[int, type[XError]] = {
    32: NotAuthorised,  # could not authenticate
    89: NotAuthorised,  # invalid or expired token
    187: Duplicate,
}
_RATE_LIMIT_CODE = 88
_BY_TYPE: dict[str, type[XError]] = {
    "resource-not-found": Gone,
    "not-authorized-for-resource": NotAuthorised,
    "usage-capped": PlanLimitReached,
    "credits": CreditsDepleted,
    "invalid-request": BadRequest,
}
_NOT_YET = frozenset({408, 409, 425})
"""Client errors by number that are temporary."""


class Unauthenticated(NotAuthorised):
    """X does not accept the credentials (401): they may have been renewed since they were read."""


class AnswerLost(Unavailable):
    """No readable answer arrived, although X may have answered and may bill the call."""


class DialectNotTaken(XError):
    """X does not accept the dialect in which the request names its fields."""


class FieldsRejected(DialectNotTaken):
    """X rejected the parameter that names the fields (400)."""


class FieldsDropped(DialectNotTaken):
    """X sent posts without fields that were requested and that every post has."""


def problems_of(body: object) -> list[Mapping[str, Any]]:
    """The objects of an answer that may describe a problem: the answer itself and its `errors`."""
    if not isinstance(body, dict):
        return []
    errors = body.get("errors")
    return [body, *(error for error in errors if isinstance(error, dict))] if isinstance(errors, list) else [body]


def error_of(status: int, headers: Mapping[str, str], body: object, now: datetime) -> XError:
    """The error for an answer with a status other than success."""
    problems = problems_of(body)
    message = f"X answered {status}"
    if status >= 500:  # noqa: PLR2004 - HTTP: the call may have happened, for any reason that the response states
        return _in_words(Unavailable(message), problems)
    if status == 401:  # noqa: PLR2004 - HTTP
        return _in_words(Unauthenticated(message), problems)
    if _is_rate_limit(status, problems):
        return _in_words(RateLimited(message, retry_time(headers, now)), problems)
    return _in_words(_kind_of(status, problems)(message), problems)


def names_parameter(body: object, parameter: str) -> bool:
    """Whether a problem is about this query parameter. Its words don't count: they list accepted ones, too."""
    return any(
        problem.get("parameter") == parameter or parameter in _object(problem.get("parameters"))
        for problem in problems_of(body)
    )


def error_in_success(headers: Mapping[str, str], body: object, now: datetime) -> XError | None:
    """The error that a v1-style code states in an answer with status 200; None when there is none."""
    problems = problems_of(body)
    message = "X answered 200"
    if _RATE_LIMIT_CODE in _codes_of(problems):
        return _in_words(RateLimited(message, retry_time(headers, now)), problems)
    kind = _coded(problems)
    return _in_words(kind(message), problems) if kind else None


def error_of_problem(problem: Mapping[str, Any]) -> XError:
    """The error for a problem that an answer has in place of data."""
    return _in_words(_BY_TYPE.get(type_of(problem), Unavailable)("X answered without data"), [problem])


def type_of(problem: Mapping[str, Any]) -> str:
    """The last part of the problem's `type`, which identifies the problem."""
    return str(problem.get("type", "")).rstrip("/").rpartition("/")[2]


def _is_rate_limit(status: int, problems: list[Mapping[str, Any]]) -> bool:
    return _RATE_LIMIT_CODE in _codes_of(problems) or (status == 429 and _about_money(status, problems) is None)  # noqa: PLR2004 - HTTP


def _codes_of(problems: list[Mapping[str, Any]]) -> list[int]:
    """The v1-style codes, in order."""
    return [problem["code"] for problem in problems if isinstance(problem.get("code"), int)]


def _coded(problems: list[Mapping[str, Any]]) -> type[XError] | None:
    return next((_BY_CODE[code] for code in _codes_of(problems) if code in _BY_CODE), None)


_CAPS = frozenset({"UsageCapExceeded", "SpendCapReached"})
"""Titles: the cap of the plan (429), and the one that the owner set for a billing period at X (403).

X's documentation does not list the second one; users report it, with the type `credits`.
"""


def _about_money(status: int, problems: list[Mapping[str, Any]]) -> type[XError] | None:
    """The error if X refuses for lack of credits or because of a cap, which it does with several statuses."""
    if any(problem.get("title") in _CAPS or type_of(problem) == "usage-capped" for problem in problems):
        return PlanLimitReached
    is_empty = status == 402 or any(type_of(problem) == "credits" for problem in problems)  # noqa: PLR2004 - HTTP
    return CreditsDepleted if is_empty else None


def _kind_of(status: int, problems: list[Mapping[str, Any]]) -> type[XError]:
    coded = MediaGone if status == 400 and _names_media(problems) else _coded(problems)  # noqa: PLR2004 - HTTP
    known = _about_money(status, problems) or coded
    match status:
        case _ if known is not None:
            return known
        case 403:
            return _forbidden(problems)
        case 404 if any(type_of(problem) == "resource-not-found" for problem in problems):
            return Gone
        case _ if 400 <= status < 500 and status not in _NOT_YET:  # noqa: PLR2004 - HTTP
            return BadRequest
        case _:
            return Unavailable


_MEDIA_IDS = "media.media_ids"
_MEDIA_WORDS = "media ids are invalid"


def _names_media(problems: list[Mapping[str, Any]]) -> bool:
    """Whether X rejects the ids of a post's pictures, by the parameter or by the sentence that it has for them."""
    return any(
        problem.get("parameter") == _MEDIA_IDS
        or _MEDIA_IDS in _object(problem.get("parameters"))
        or any(_MEDIA_WORDS in str(problem.get(key, "")).lower() for key in ("detail", "message"))
        for problem in problems
    )


def _forbidden(problems: list[Mapping[str, Any]]) -> type[XError]:
    details = " ".join(str(problem.get("detail", "")) for problem in problems)
    return next((kind for words, kind in FORBIDDEN_DETAILS if words in details), NotAuthorised)


def _in_words[Error: XError](error: Error, problems: list[Mapping[str, Any]]) -> Error:
    """The error with X's own words, shortened, for people; nothing is decided by them."""
    words = [str(problem[key]) for problem in problems for key in ("title", "detail", "message") if problem.get(key)]
    error.words = f": {'; '.join(words)[:300]}" if words else ""
    return error


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
