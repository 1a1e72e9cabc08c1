"""What goes in and out by HTTP, as pydantic validates it and the OpenAPI document shows it.

Here is only what one field says by itself; what X and the desk make of a post is for the use case.
"""

import json
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue
from pydantic_core import PydanticCustomError

from desk.links import CURSOR, X_SITE, post_link
from desk.posts.errors import PostNotAccepted
from desk.posts.model import NewPost, Post, PostKind, PostReason, PostState
from desk.posts.pause import Pause
from desk.posts.submit import AROUND, MOMENT, parse_moment
from desk.posts.text import FORBIDDEN, article_text, clean, link_for_x
from post_update.api.http import BadField, Refused, bad_fields

_LOST = r"\ufffd"
"""Where a byte was not UTF-8."""
_SPACES = r"\x20\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_NOT_IN_A_LINE = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069" + _LOST
_BLANK = r"\t-\r\x1c-\x1f\x85\u2028\u2029" + _SPACES
"""What is cut off around a text."""
_ONLY_AROUND = r"\t\x0b\x0c\x1c-\x1f\x85\u2028\u2029"
"""Those of them that may stand nowhere else."""
_IN_A_TEXT = f"(?:[^{FORBIDDEN}{_LOST}]|\\r)*"

DECODED = f"^[^{_LOST}]*$"
"""Anything that was UTF-8."""
LINE = f"^[{_SPACES}]*[^{_SPACES}{_NOT_IN_A_LINE}][^{_NOT_IN_A_LINE}]*$"
"""One line of plain text that is not blank."""
TEXT = f"^[{_BLANK}]*[^{_BLANK}{FORBIDDEN}{_LOST}]{_IN_A_TEXT}(?:[{_ONLY_AROUND}][{_BLANK}]*)?$"
"""Some lines of text without characters that nobody sees."""
TIME = f"^[{AROUND}]*{MOMENT}[{AROUND}]*$"
"""A moment; whether there is such a day and time is another question."""
PLACE = f"^(?:{CURSOR.removeprefix('^').removesuffix('$')})?$"
"""A cursor, or nothing: then the list begins."""


_MILLION = 1_000_000
_LINE, _PLACE = re.compile(LINE), re.compile(PLACE)
_UTC = ZoneInfo("UTC")
_MOMENT = "ISO 8601, such as 2026-11-25T09:00:00+09:00; without an offset it is in the desk's time zone."


def _passes(check: Callable[[str], object]) -> AfterValidator:
    """A field that the use case would not refuse by itself, so that all bad fields are told at once."""

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


def _place(value: str) -> str:
    if not _PLACE.fullmatch(value):
        raise PydanticCustomError("not_a_cursor", "is none of ours")
    return value


def shown_as(pattern: str) -> Any:
    """The document shows the pattern; the field is checked by what tells more of what is wrong with it."""
    return Field(json_schema_extra={"pattern": pattern})


Line = Annotated[str, shown_as(LINE), AfterValidator(_one_line)]
Text = Annotated[str, shown_as(TEXT), _passes(lambda value: clean(value, "text"))]
Title = Annotated[str, shown_as(TEXT), _passes(lambda value: clean(value, "title"))]
Link = Annotated[str, shown_as(DECODED), _passes(link_for_x)]
Cursor = Annotated[str, shown_as(PLACE), AfterValidator(_place)]
PublishAt = Annotated[str, shown_as(TIME), _passes(lambda value: parse_moment(value, _UTC, field="publish_at"))]
ExpiresAt = Annotated[str, shown_as(TIME), _passes(lambda value: parse_moment(value, _UTC, field="expires_at"))]


_ARTICLE: dict[str, JsonValue] = {
    "title": "5G 요금제 개편 안내",
    "url": "https://www.example.com/news/4711",
    "hashtags": ["요금제"],
    "external_id": "article-4711",
}
_NOTICE: dict[str, JsonValue] = {"text": "점검을 마쳤습니다.", "external_id": "notice-88"}


_GIVEN: dict[str, JsonValue] = {"type": "string"}
_ABSENT: dict[str, JsonValue] = {"type": "null"}
_SAYS_A_TEXT: dict[str, JsonValue] = {
    "title": "A text",
    "required": ["text"],
    "properties": {"text": _GIVEN, "title": _ABSENT, "url": _ABSENT, "hashtags": _ABSENT},
}
_SAYS_AN_ARTICLE: dict[str, JsonValue] = {
    "title": "An article",
    "required": ["title", "url"],
    "properties": {"text": _ABSENT, "title": _GIVEN, "url": _GIVEN},
}


class PostBody(BaseModel):
    """A post: either `text`, or `title` and `url`, with `hashtags` if you like."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [_ARTICLE, _NOTICE], "oneOf": [_SAYS_A_TEXT, _SAYS_AN_ARTICLE]}
    )

    text: Text | None = Field(
        None, description="Exactly what is to appear: something that people see, at most 280 as X counts, one cashtag."
    )
    title: Title | None = Field(None, description="Shortened with an ellipsis until title, hashtags and link fit.")
    url: Link | None = Field(
        None,
        description="What the title links to: http or https, a public host name, at most 4,096 characters.",
    )
    hashtags: list[Line] | None = Field(
        None, max_length=10, description="With or without their #; letters, digits and _."
    )
    publish_at: PublishAt | None = Field(None, description=f"Not before this moment; at once when absent. {_MOMENT}")
    expires_at: ExpiresAt | None = Field(
        None, description=f"Never after this moment; a day later when absent. {_MOMENT}"
    )
    external_id: Annotated[Line, Field(max_length=200)] | None = Field(
        None, description="Your own id of the article: sent again, it is the same post."
    )


class PostAnswer(BaseModel):
    """A post as it stands."""

    id: str
    kind: PostKind
    state: PostState
    text: str = Field(description="Exactly what appears, or appeared, on X.")
    weighted_length: int = Field(description="As X counts; at most 280.")
    estimated_cost_usd: float
    spent_usd: float | None = Field(description="What it really cost, once that is known.")
    by: str = Field(description="Whose token it came with.")
    accepted_at: datetime
    publish_at: datetime
    expires_at: datetime
    external_id: str | None
    reason: PostReason | None = Field(description="Why it is where it is, when that needs saying.")
    detail: str | None = Field(description="X's own word on it.")
    x_id: str | None = Field(description="Its id on X, once it stands there.")
    x_url: str | None = Field(description="Its link on X, once it stands there.")


class PostList(BaseModel):
    """Some posts, the latest first; `next_cursor` asks for the next ones."""

    posts: list[PostAnswer]
    next_cursor: str | None


class PauseBody(BaseModel):
    """Why the desk is paused, and who wants it: the token's name when absent."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "전국 통신 장애", "who": "홍보팀"}]}
    )

    reason: Annotated[Line, Field(max_length=500)]
    who: Annotated[Line, Field(max_length=100)] | None = None


class PauseAnswer(BaseModel):
    """Whether the desk is paused, and if so since when, by whom and why."""

    paused: bool
    reason: str | None = None
    by: str | None = None
    began_at: datetime | None = None


class PausedAnswer(PauseAnswer):
    """The pause, and what it came too late for."""

    being_published: int = Field(description="Posts that were already on their way to X: these still appear.")


class ResumedAnswer(BaseModel):
    """The desk speaks again. Nothing fires by itself: release or cancel each held post."""

    paused: bool = False
    ended: PauseAnswer | None = Field(description="The pause that ended; null when none ran.")
    held: PostList


def post_answer(post: Post) -> PostAnswer:
    """The post as callers see it."""
    return PostAnswer(
        id=post.id,
        kind=post.kind,
        state=post.state,
        text=post.text,
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
        x_id=post.x_id,
        x_url=post_link(post.x_id, X_SITE) if post.x_id else None,
    )


def post_list(posts: Iterable[Post], next_cursor: str | None) -> PostList:
    """The posts as callers see them."""
    return PostList(posts=[post_answer(post) for post in posts], next_cursor=next_cursor)


def pause_answer(pause: Pause | None) -> PauseAnswer:
    """The pause as callers see it; None is a desk that speaks."""
    if pause is None:
        return PauseAnswer(paused=False)
    return PauseAnswer(
        paused=pause.ended_at is None, reason=pause.reason, by=pause.by, began_at=pause.began_at
    )  # fmt: skip


_NEITHER = "Send either text, or title and url."
_BOTH = "Send either text, or title and url, not both."


def new_post(body: PostBody, *, by: str, key: str | None, zone: ZoneInfo) -> NewPost:
    """The post that is asked for; raises Refused with all that can't be understood of it."""
    bad: list[BadField] = []
    text = _understood(lambda: _text(body), bad)
    publish_at = _understood(lambda: _moment(body.publish_at, zone, "publish_at"), bad)
    expires_at = _understood(lambda: _moment(body.expires_at, zone, "expires_at"), bad)
    if bad or text is None:
        raise Refused(bad_fields(bad))
    return NewPost(
        kind=PostKind.ANNOUNCEMENT,
        text=text,
        by=by,
        publish_at=publish_at,
        expires_at=expires_at,
        external_id=body.external_id,
        request_key=key,
        fingerprint=fingerprint(body),
    )


def fingerprint(body: BaseModel) -> str:
    """The same for the same request, however its JSON was laid out."""
    fields = json.dumps(body.model_dump(exclude_none=True), sort_keys=True, ensure_ascii=True)
    return sha256(fields.encode()).hexdigest()


def bad_field(refusal: PostNotAccepted) -> BadField:
    """What must be mended, as the field and the sentence."""
    return BadField(refusal.field, str(refusal))


def _understood[Part](read: Callable[[], Part], bad: list[BadField]) -> Part | None:
    """A part of the request, or None and what is wrong with it added to `bad`."""
    try:
        return read()
    except PostNotAccepted as refusal:
        bad.append(bad_field(refusal))
    except Refused as refusal:
        bad += refusal.problem.errors
    return None


def _text(body: PostBody) -> str:
    parts = (body.title, body.url, body.hashtags)
    if body.text is not None:
        return body.text if parts == (None, None, None) else _refused("text", _BOTH)
    if body.title is None:
        return _refused("title", "is needed for a url") if body.url is not None else _refused("text", _NEITHER)
    if body.url is None:
        return _refused("url", "is needed for a title")
    return article_text(body.title, body.url, body.hashtags or ())


def _refused(field: str, detail: str) -> str:
    raise Refused(bad_fields([BadField(field, detail)]))


def _moment(text: str | None, zone: ZoneInfo, field: str) -> datetime | None:
    return None if text is None else parse_moment(text, zone, field=field)
