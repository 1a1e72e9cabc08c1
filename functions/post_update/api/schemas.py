"""Bodies and answers of posts and the pause, as pydantic validates them and the OpenAPI document shows them.

A schema checks each field by itself; `desk.posts.submit` checks what X and the desk make of a post.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo

from aws_lambda_powertools.event_handler.api_gateway import Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue
from pydantic_core import PydanticCustomError

from desk.brand import Brand
from desk.checks.model import CheckContext, Finding, Rule, Severity
from desk.checks.sentences import sentence_of
from desk.commands import RequestKey
from desk.fetch.addresses import fetchable_address
from desk.fetch.model import FetchFailed
from desk.links import CURSOR, X_SITE, post_link
from desk.pictures.model import AttachedPicture, Picture, PictureReason, PictureState, new_picture_id, picture_id_of
from desk.pictures.web_pictures import web_picture
from desk.posts.commands import SubmitPost
from desk.posts.errors import BadEncoding, PostNotAccepted
from desk.posts.model import (
    LONGEST_ALT,
    MOST_PICTURES,
    Post,
    PostKind,
    PostReason,
    PostState,
)
from desk.posts.pause import Pause, PauseScope
from desk.posts.performance import MeasuredAge, Performance
from desk.posts.submit import AROUND, MOMENT, parse_moment
from desk.posts.text import FORBIDDEN, REPLACEMENT, article_text, clean, link_for_x
from desk.private_numbers import masked
from desk.promises.model import Promise, PromiseKind, PromiseState
from desk.text import mended
from desk.web.problems import FieldError, HttpProblem, invalid_fields

_LOST = r"\ufffd"
"""Stands for bytes that were not UTF-8."""
_SPACES = r"\x20\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_NOT_IN_A_LINE = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069" + _LOST
_BLANK = r"\t-\r\x1c-\x1f\x85\u2028\u2029" + _SPACES
"""Characters that are stripped from the ends of a text."""
_ONLY_AROUND = r"\t\x0b\x0c\x1c-\x1f\x85\u2028\u2029"
"""Those that are allowed at the ends of a text alone."""
_IN_A_TEXT = f"(?:[^{FORBIDDEN}{_LOST}]|\\r)*"

DECODED = f"^[^{_LOST}]*$"
"""Any text that was UTF-8."""
LINE = f"^[{_SPACES}]*[^{_SPACES}{_NOT_IN_A_LINE}][^{_NOT_IN_A_LINE}]*$"
"""One line of plain text that is not blank."""
TEXT = f"^[{_BLANK}]*[^{_BLANK}{FORBIDDEN}{_LOST}]{_IN_A_TEXT}(?:[{_ONLY_AROUND}][{_BLANK}]*)?$"
"""Lines of text without invisible characters."""
TIME = f"^[{AROUND}]*{MOMENT}[{AROUND}]*$"
"""A date and time; whether they exist is not checked."""
CURSOR_OR_EMPTY = f"^(?:{CURSOR.removeprefix('^').removesuffix('$')})?$"
"""A cursor, or an empty string, which is the beginning of the list."""


_MILLION = 1_000_000
_MINUTE = timedelta(minutes=1)
_LINE, _CURSOR = re.compile(LINE), re.compile(CURSOR_OR_EMPTY)
_UTC = ZoneInfo("UTC")
_MOMENT = "ISO 8601, such as 2026-11-25T09:00:00+09:00. Without an offset, the desk's time zone applies."


def _checked_by(check: Callable[[str], object]) -> AfterValidator:
    """The check that the use case makes, made here too so that one answer names all invalid fields."""

    def checked(value: str) -> str:
        try:
            check(value)
        except PostNotAccepted as refusal:
            raise PydanticCustomError("not_accepted", "{sentence}", {"sentence": str(refusal)}) from refusal
        return value

    return AfterValidator(checked)


def _one_line(value: str) -> str:
    if not _LINE.fullmatch(value):
        raise PydanticCustomError("not_a_line", "must be one line of plain text")
    return value


def _known_cursor(value: str) -> str:
    if not _CURSOR.fullmatch(value):
        raise PydanticCustomError("not_a_cursor", "is not a cursor of this API")
    return value


def documented_as(pattern: str) -> Any:
    """The pattern for the OpenAPI document alone: a validator checks the field, with a better message."""
    return Field(json_schema_extra={"pattern": pattern})


Line = Annotated[str, documented_as(LINE), AfterValidator(_one_line)]
Text = Annotated[str, documented_as(TEXT), _checked_by(lambda value: clean(value, "text"))]
Title = Annotated[str, documented_as(TEXT), _checked_by(lambda value: clean(value, "title"))]
Link = Annotated[str, documented_as(DECODED), _checked_by(link_for_x)]
Cursor = Annotated[str, documented_as(CURSOR_OR_EMPTY), AfterValidator(_known_cursor)]
PublishAt = Annotated[
    str, documented_as(TIME), _checked_by(lambda value: parse_moment(value, _UTC, field="publish_at"))
]
NextUpdateAt = Annotated[
    str, documented_as(TIME), _checked_by(lambda value: parse_moment(value, _UTC, field="next_update_at"))
]
ExpiresAt = Annotated[
    str, documented_as(TIME), _checked_by(lambda value: parse_moment(value, _UTC, field="expires_at"))
]


_ARTICLE: dict[str, JsonValue] = {
    "title": "5G 요금제 개편 안내",
    "url": "https://www.example.com/news/4711",
    "hashtags": ["요금제"],
    "external_id": "article-4711",
}
_NOTICE: dict[str, JsonValue] = {"text": "점검을 마쳤습니다.", "external_id": "notice-88"}


_STRING: dict[str, JsonValue] = {"type": "string"}
_NULL: dict[str, JsonValue] = {"type": "null"}
_WITH_TEXT: dict[str, JsonValue] = {
    "title": "A text",
    "required": ["text"],
    "properties": {"text": _STRING, "title": _NULL, "url": _NULL, "hashtags": _NULL},
}
_WITH_ARTICLE: dict[str, JsonValue] = {
    "title": "An article",
    "required": ["title", "url"],
    "properties": {"text": _NULL, "title": _STRING, "url": _STRING},
}


def clean_alt(value: str) -> str:
    """The alternative text, cleaned like the text of a post; blank is none."""
    return clean(value, "alt") if value.strip() else ""


def _require_utf_8(value: str) -> None:
    if REPLACEMENT in value:
        raise BadEncoding("url")


Alt = Annotated[str, documented_as(DECODED), _checked_by(clean_alt)]


class MediaBody(BaseModel):
    """A picture: the address from which the desk fetches it, and a text for people who cannot see it."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, documented_as(DECODED), _checked_by(_require_utf_8)] = Field(
        description="http or https, on port 80 or 443, without a user: a JPEG, PNG or WebP of at most 5 MB."
    )
    alt: Annotated[Alt, Field(max_length=LONGEST_ALT)] | None = Field(
        None, description="What the picture shows, at most 1,000 characters. X bills it."
    )


class PostBody(BaseModel):
    """A post: either `text`, or `title` and `url`, optionally with `hashtags`."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [_ARTICLE, _NOTICE], "oneOf": [_WITH_TEXT, _WITH_ARTICLE]}
    )

    text: Text | None = Field(
        None,
        description="The exact text: at least one visible character, at most 280 as X counts, one cashtag, no mention "
        "of another account and no link to a post on X.",
    )
    title: Title | None = Field(None, description="Shortened with an ellipsis until title, hashtags and link fit.")
    url: Link | None = Field(
        None,
        description="The link below the title: http or https, a public host name, at most 4,096 characters.",
    )
    hashtags: list[Line] | None = Field(None, max_length=10, description="With or without `#`; letters, digits and _.")
    publish_at: PublishAt | None = Field(None, description=f"When to publish; at once when absent. {_MOMENT}")
    expires_at: ExpiresAt | None = Field(
        None, description=f"When it is too late to publish; a day after `publish_at` when absent. {_MOMENT}"
    )
    external_id: Annotated[Line, Field(max_length=200)] | None = Field(
        None, description="Your own ID of the article. A post with the same ID is the same post."
    )
    next_update_at: NextUpdateAt | None = Field(
        None,
        description="By when the text promises an update, after `publish_at` and within 90 days. The operator is "
        f"reminded of it. {_MOMENT}",
    )
    keeps: Annotated[Line, Field(max_length=64)] | None = Field(
        None, description="The ID of the post whose promised update this is."
    )
    moves: bool | None = Field(
        None,
        description="This post only says that the update that the post in `keeps` promised comes later: by its own "
        "`next_update_at`, which it then needs.",
    )
    media: list[MediaBody] | None = Field(
        None, max_length=MOST_PICTURES, description="Up to four pictures, in the order in which X shows them."
    )


class MediaResponse(BaseModel):
    """A picture of a post."""

    url: str | None = Field(description="Where it was or will be fetched; null for one that a person uploaded.")
    alt: str
    state: PictureState | None = Field(description="`refused` refuses the post. Null once the desk has forgotten it.")
    reason: PictureReason | None = Field(description="Why it was refused.")
    detail: str | None = Field(description="More about the reason: the status that its server answered, or one word.")


class PromiseResponse(BaseModel):
    """What the brand promised to do by a time."""

    kind: PromiseKind
    until: datetime
    state: PromiseState = Field(description="`broken` once its time has passed, also while it can still be kept.")
    words: str = Field(description="The sentence that promises it; empty once it has ended.")
    made_by: str
    made_at: datetime
    ended_at: datetime | None = Field(description="When it was kept, moved or withdrawn.")
    late_minutes: int = Field(description="By how much it is broken.")


class PostResponse(BaseModel):
    """A post with its present state."""

    id: str
    kind: PostKind
    state: PostState
    text: str = Field(description="The exact text on X.")
    media: list[MediaResponse] = Field(description="Its pictures.")
    weighted_length: int = Field(description="The length as X counts it; at most 280.")
    estimated_cost_usd: float
    spent_usd: float | None = Field(description="The actual cost, once it is known.")
    by: str = Field(description="The name of the token that it was sent with.")
    accepted_at: datetime
    publish_at: datetime
    expires_at: datetime
    external_id: str | None
    reason: PostReason | None = Field(description="Why it is in this state, where that needs a reason.")
    detail: str | None = Field(description="X's own message, or why a person did not approve it.")
    approved_by: str | None = Field(description="The second person, who approved it, where it needed that.")
    approved_at: datetime | None
    x_id: str | None = Field(description="Its ID on X, once it is published.")
    x_url: str | None = Field(description="Its link on X, once it is published.")
    promise: PromiseResponse | None = Field(description="The update that it promises.")
    keeps: str | None = Field(description="The post whose promised update it is, or moves.")
    moves: bool = Field(description="It only says that this update comes later.")


class MeasurementResponse(BaseModel):
    """What X stated about the post."""

    after: MeasuredAge = Field(
        description="An hour, a day or a week after it was published; `measured_at` is the exact time."
    )
    measured_at: datetime
    likes: int
    replies: int
    reposts: int
    quotes: int
    impressions: int | None = Field(description="Null where X does not state it.")


class PerformanceResponse(BaseModel):
    """How the post performs on X."""

    measured: list[MeasurementResponse] = Field(description="The measurements so far, the earliest first.")
    gone_at: datetime | None = Field(description="When X was found not to show the post any more.")


class MeasuredPost(PostResponse):
    """A post with its present state, and how it performs."""

    performance: PerformanceResponse | None = Field(description="Null for replies, and until the first measurement.")


class CheckWarning(BaseModel):
    """Something that the pre-send check found in a text. It stops nothing."""

    rule: Rule
    message: str = Field(description="A sentence in the desk's language.")


Warnings = Annotated[
    list[CheckWarning],
    Field(description="What the pre-send check found in the text. The post goes out all the same."),
]


class AcceptedPost(PostResponse):
    """A post that was accepted."""

    warnings: Warnings


class PostList(BaseModel):
    """A page of posts, the latest first; `next_cursor` gets the next page."""

    posts: list[PostResponse]
    next_cursor: str | None


_SCOPE = (
    "What the pause stops: `all`, or only posts at a planned time (`scheduled`), so that replies and posts for now "
    "still go out."
)


class PauseBody(BaseModel):
    """Why the desk is paused, by whom (the token's name when absent), and what that stops."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "전국 통신 장애", "who": "홍보팀"}]}
    )

    reason: Annotated[Line, Field(max_length=500)]
    who: Annotated[Line, Field(max_length=100)] | None = None
    scope: Annotated[PauseScope, Field(description=_SCOPE)] = PauseScope.ALL


class PauseResponse(BaseModel):
    """Whether the desk is paused, and if so since when, by whom, why, and what that stops."""

    paused: bool
    reason: str | None = None
    by: str | None = None
    began_at: datetime | None = None
    scope: Annotated[PauseScope | None, Field(description=_SCOPE)] = None


class PausedResponse(PauseResponse):
    """The pause, and the number of posts that it was too late for."""

    being_published: int = Field(description="Posts that were already on their way to X. They still appear.")


class ResumedResponse(BaseModel):
    """The desk is resumed. No held post is published by itself: release or cancel each one."""

    paused: bool = False
    ended: PauseResponse | None = Field(description="The pause that ended; null when there was none.")
    held: PostList


class Beside(NamedTuple):
    """What an answer has beside the posts: their pictures by id, their promises by key, and the time."""

    pictures: Mapping[str, Picture]
    promises: Mapping[str, Promise]
    now: datetime


def promise_response(promise: Promise, now: datetime) -> PromiseResponse:
    """The promise as callers get it."""
    return PromiseResponse(
        kind=promise.kind,
        until=promise.due_at,
        state=promise.state_at(now),
        words=masked(mended(promise.words)),
        made_by=masked(mended(promise.made_by)),
        made_at=promise.made_at,
        ended_at=promise.ended_at,
        late_minutes=promise.late_by(now) // _MINUTE,
    )


def post_response(post: Post, beside: Beside) -> PostResponse:
    """The post as callers get it."""
    pictures, promise = beside.pictures, post.promise
    return PostResponse(
        id=post.id,
        kind=post.kind,
        state=post.state,
        text=post.text,
        media=[_media_response(attached, pictures.get(attached.id)) for attached in post.pictures],
        weighted_length=post.weighted_length,
        estimated_cost_usd=post.estimated_micro_usd / _MILLION,
        spent_usd=None if post.spent_micro_usd is None else post.spent_micro_usd / _MILLION,
        by=post.by,
        accepted_at=post.accepted_at,
        publish_at=post.publish_at,
        expires_at=post.expires_at,
        external_id=post.external_id,
        reason=post.reason,
        detail=post.detail,
        approved_by=post.approved_by,
        approved_at=post.approved_at,
        x_id=post.x_id,
        x_url=post_link(post.x_id, X_SITE) if post.x_id else None,
        promise=promise_response(beside.promises.get(promise.key, promise), beside.now) if promise else None,
        keeps=post.keeps.post_id if post.keeps else None,
        moves=post.moves,
    )


def measured_post(post: Post, beside: Beside, performance: Performance | None) -> MeasuredPost:
    """The post as callers get it, with how it performs."""
    return MeasuredPost(**dict(post_response(post, beside)), performance=_performance_response(performance))


def _performance_response(performance: Performance | None) -> PerformanceResponse | None:
    if performance is None or not (performance.measured or performance.gone_at):
        return None
    measured = [
        MeasurementResponse(after=mark, measured_at=each.measured_at, **each.metrics._asdict())
        for mark in MeasuredAge
        if (each := performance.measured.get(mark))
    ]
    return PerformanceResponse(measured=measured, gone_at=performance.gone_at)


def check_warnings(findings: Iterable[Finding], language: str) -> list[CheckWarning]:
    """The warnings among the findings, as callers get them."""
    return [
        CheckWarning(rule=each.rule, message=sentence_of(each, language))
        for each in findings
        if each.severity is Severity.WARNING
    ]


def accepted_post(post: Post, beside: Beside, brand: Brand) -> AcceptedPost:
    """An accepted post as callers get it. Nothing is looked up for its warnings, so that it is answered at once."""
    from desk.checks.rules import findings_in  # noqa: PLC0415 - its expressions cost every start some milliseconds

    findings = findings_in(post.text, CheckContext(brand, post.kind, post.publish_at, recent=()))
    return AcceptedPost(**dict(post_response(post, beside)), warnings=check_warnings(findings, brand.language))


def _media_response(attached: AttachedPicture, picture: Picture | None) -> MediaResponse:
    if picture is None:
        return MediaResponse(url=None, alt=attached.alt, state=None, reason=None, detail=None)
    return MediaResponse(
        url=picture.source_url,
        alt=attached.alt,
        state=picture.state,
        reason=picture.reason,
        detail=picture.detail,
    )


def post_list(posts: Iterable[Post], next_cursor: str | None, beside: Beside) -> PostList:
    """A page of posts as callers get it."""
    return PostList(posts=[post_response(post, beside) for post in posts], next_cursor=next_cursor)


def pause_response(pause: Pause | None) -> PauseResponse:
    """The pause as callers get it; None where there is none."""
    if pause is None:
        return PauseResponse(paused=False)
    return PauseResponse(
        paused=pause.ended_at is None,
        reason=pause.reason,
        by=pause.by,
        began_at=pause.began_at,
        scope=pause.scope,
    )


_EITHER = "Send either text, or title and url."
_NOT_BOTH = "Send either text, or title and url, not both."


def new_post(
    body: PostBody, *, by: str, key: str | None, zone: ZoneInfo, fetch_exceptions: Collection[str] = ()
) -> SubmitPost:
    """The requested post; raises HttpProblem with all invalid fields."""
    errors: list[FieldError] = []
    text = _valid(lambda: _text(body), errors)
    publish_at = _valid(lambda: _moment(body.publish_at, zone, "publish_at"), errors)
    expires_at = _valid(lambda: _moment(body.expires_at, zone, "expires_at"), errors)
    next_update_at = _valid(lambda: _moment(body.next_update_at, zone, "next_update_at"), errors)
    errors += _unusable_media(body, fetch_exceptions)
    if errors or text is None:
        raise invalid_fields(*errors)
    return SubmitPost(
        kind=PostKind.ANNOUNCEMENT,
        text=text,
        by=by,
        publish_at=publish_at,
        expires_at=expires_at,
        external_id=body.external_id,
        pictures=_attached(body, by=by, key=key),
        key=None if key is None else RequestKey(key, fingerprint(body)),
        next_update_at=next_update_at,
        keeps=body.keeps,
        moves=bool(body.moves),
    )


def _unusable_media(body: PostBody, fetch_exceptions: Collection[str]) -> Iterator[FieldError]:
    for place, media in enumerate(body.media or ()):
        try:
            fetchable_address(media.url, fetch_exceptions)
        except FetchFailed as exc:
            yield FieldError(f"media.{place}.url", str(exc))


def _attached(body: PostBody, *, by: str, key: str | None) -> tuple[AttachedPicture, ...]:
    """The pictures. A request with a key has the same ones whenever it comes."""
    return tuple(
        AttachedPicture(
            picture_id_of("\0".join((by, key, str(place), media.url))) if key else new_picture_id(),
            clean_alt(media.alt or ""),
        )
        for place, media in enumerate(body.media or ())
    )


def web_pictures(body: PostBody, new: SubmitPost, now: datetime) -> list[Picture]:
    """The pictures of the requested post, to be fetched."""
    return [
        web_picture(attached.id, media.url, by=new.by, now=now)
        for attached, media in zip(new.pictures, body.media or (), strict=True)
    ]


def fingerprint(body: BaseModel) -> str:
    """A hash of the request's fields, which doesn't depend on how its JSON is laid out."""
    fields = json.dumps(body.model_dump(exclude_none=True), sort_keys=True, ensure_ascii=True)
    return sha256(fields.encode()).hexdigest()


def json_response[Answer](status: HTTPStatus, answer: Answer) -> Response[Answer]:
    """The answer as JSON. No cache may keep it, since posts and cases change."""
    return Response(int(status), "application/json", answer, headers={"Cache-Control": "no-store"})


def _valid[Part](read: Callable[[], Part], errors: list[FieldError]) -> Part | None:
    """A part of the request; None where it is invalid, with its errors added to `errors`."""
    try:
        return read()
    except PostNotAccepted as exc:
        errors.append(FieldError(exc.field, str(exc)))
    except HttpProblem as exc:
        errors += exc.errors
    return None


def _text(body: PostBody) -> str:
    if body.text is not None:
        if (body.title, body.url, body.hashtags) != (None, None, None):
            raise invalid_fields(FieldError("text", _NOT_BOTH))
        return body.text
    if body.title is None:
        missing = FieldError("title", "is required with url") if body.url is not None else FieldError("text", _EITHER)
        raise invalid_fields(missing)
    if body.url is None:
        raise invalid_fields(FieldError("url", "is required with title"))
    return article_text(body.title, body.url, body.hashtags or ())


def _moment(text: str | None, zone: ZoneInfo, field: str) -> datetime | None:
    return None if text is None else parse_moment(text, zone, field=field)
