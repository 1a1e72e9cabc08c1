"""Bodies and answers of cases, as pydantic validates them and the OpenAPI document shows them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from desk.brand import Brand
from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState, Draft, ReplyAs
from desk.cases.store import CaseFile, CaseMention
from desk.links import X_SITE, post_link
from desk.mentions.model import Parent, Source
from desk.posts.model import Post
from desk.private_numbers import masked
from desk.reader.explain import reason
from desk.reading import Kind, Need, Reading, Urgency
from desk.text import mended
from desk.x.endpoints import price_of_post
from desk.x.model import Author, Media, XPost
from desk.x.weight import weigh
from post_update.api.schemas import (
    DECODED,
    TEXT,
    TIME,
    CheckWarning,
    PromiseResponse,
    Warnings,
    documented_as,
    promise_response,
)


class AuthorResponse(BaseModel):
    """The author, with the names at the time of the last lookup on X."""

    id: str
    username: str
    name: str


class CaseSummary(BaseModel):
    """A case with its present state, without any texts."""

    id: str = Field(description="The case number that people quote.")
    version: int = Field(
        description="Counts changes. Send it with an answer, which is refused if the case has changed since."
    )
    state: CaseState
    department: str = Field(description="The department that has it now.")
    kind: Kind = Field(description="The kind, which people may have corrected.")
    review: bool = Field(
        description="A mention of it is only probably of a kind that needs no answer: a person has yet to decide."
    )
    need: Need
    urgency: Urgency
    lang: str
    author_id: str
    author: AuthorResponse | None = Field(description="Null until it was looked up on X, and once it was erased.")
    holder: str | None = Field(description="The person who took it over.")
    opened_at: datetime
    asked_at: datetime = Field(description="When the author's wait for an answer began.")
    first_due_at: datetime = Field(
        description="The first due time of an answer, even if the case was handed over since."
    )
    due_at: datetime
    promise: PromiseResponse | None = Field(description="The promise of an answer that the author has.")
    post_id: str | None = Field(description="The latest reply, queued or published: see `/posts/{id}`.")
    reply_as: ReplyAs = Field(description="The role of that reply in the case.")


class CaseListResponse(BaseModel):
    """A page of cases, the last opened first; `next_cursor` gets the next page, also after an empty one."""

    cases: list[CaseSummary]
    next_cursor: str | None


class DraftResponse(BaseModel):
    """A department's draft, or an answer that wasn't posted to X."""

    text: str
    by: str
    at: datetime
    reply_as: ReplyAs = Field(description="The role of the reply in the case.")
    promised_until: datetime | None = Field(description="By when it promises an answer.")


class MentionMediaResponse(BaseModel):
    """A picture or video."""

    type: str
    alt_text: str | None
    url: str | None


class PostOnX(BaseModel):
    """A post on X; `text` is null where X no longer shows it."""

    id: str
    url: str
    author_id: str | None = None
    created_at: datetime | None = None
    text: str | None = Field(description="The author's text, neither escaped nor shortened.")


class WhyResponse(BaseModel):
    """A reason for the reading, with a sentence in the desk's language."""

    rule: str
    evidence: str
    text: str


class ReadingResponse(BaseModel):
    """The desk's reading of the mention. Corrections by people don't change it."""

    kind: Kind
    review: bool = Field(description="The kind, which needs no answer, is only probable: a person decides.")
    need: Need
    department: str | None
    urgency: Urgency
    lang: str
    confidence: float
    why: list[WhyResponse]


class MentionResponse(PostOnX):
    """A mention of the case."""

    received_at: datetime
    lang: str
    author: AuthorResponse | None
    media: list[MentionMediaResponse]
    edited: bool
    source: Source = Field(description="`listening`: it was found by a search, does not mention us, and gets no reply.")
    parent: PostOnX | None
    reading: ReadingResponse | None = Field(description="Null until it was read.")


class EventResponse(BaseModel):
    """An event of the case: an action of a person, X or the desk."""

    what: CaseEventKind
    at: datetime
    by: str = Field(description="The person's name or the token's; empty for the desk itself.")
    text: str = Field(description="The answer, reason or note, depending on the kind of event.")
    department: str | None
    kind: str | None
    post_id: str | None
    x_id: str | None = Field(description="The reply on X; without a `post_id`, somebody replied on X itself.")


class EarlierCaseResponse(BaseModel):
    """Another case of the same author, without any texts."""

    id: str
    department: str
    kind: Kind
    state: CaseState
    opened_at: datetime
    answered_at: datetime | None = Field(
        description="When the author was answered or asked into a private conversation."
    )


class CaseResponse(BaseModel):
    """A case with its mentions and events, oldest first."""

    case: CaseSummary
    draft: DraftResponse | None
    mentions: list[MentionResponse] = Field(description="The last 20 mentions whose texts are still kept.")
    events: list[EventResponse]
    earlier: list[EarlierCaseResponse] = Field(
        description="The author's other cases since 30 days before this one, the newest first, 20 at most; "
        "also empty where they could not be read."
    )


_MILLION = 1_000_000
_PLAIN: dict[str, JsonValue] = {"text": "청구서를 다시 보내 드렸습니다. 메일함을 확인해 주세요.", "name": "박지민"}
_HOLDING: dict[str, JsonValue] = {
    "text": "확인하고 내일 오전까지 알려 드리겠습니다.",
    "promise": {"until": "2026-11-25T12:00", "words": "내일 오전까지 알려 드리겠습니다."},
    "version": 3,
}


_PROMISES_IN_PRIVATE: dict[str, JsonValue] = {
    "required": ["private", "promise"],
    "properties": {"private": {"const": True}, "promise": {"type": "object"}},
}


class PromiseBody(BaseModel):
    """What a reply promises: an answer by a time."""

    model_config = ConfigDict(extra="forbid", strict=True)

    until: Annotated[str, documented_as(TIME)] = Field(
        description="The time by which the answer comes, within 90 days: ISO 8601; without an offset, the desk's time "
        "zone applies."
    )
    words: str = Field("", max_length=1_000, description="The sentence of the text that says so; all of it if absent.")


class ReplyBody(BaseModel):
    """An answer, as the operator would send it from the case's page."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"examples": [_PLAIN, _HOLDING], "not": _PROMISES_IN_PRIVATE}
    )

    text: Annotated[str, documented_as(TEXT)] = Field(
        description="The text of the reply, for two posts at most and without private numbers. The department's "
        "signature is added."
    )
    name: Annotated[str, documented_as(DECODED)] | None = Field(
        None,
        description="The person who answers, for the timeline: 1 to 40 visible characters; the token's name if absent.",
    )
    again: bool = Field(False, description="Answer even if the case has an answer already.")
    promise: PromiseBody | None = Field(
        None,
        description="This reply only promises an answer, in place of an earlier promise: the case stays open. "
        "Not with `private`.",
    )
    keeps_promise: bool = Field(
        True, description="False: this reply does not keep the promise that the author has, which stays open."
    )
    private: bool = Field(
        False, description="Ask the author into a private conversation; the reply gets X's button for direct messages."
    )
    version: Annotated[int, Field(ge=1)] | None = Field(
        None, description="The version of the case that you read: refused if the case has changed since."
    )


class UrgencyBody(BaseModel):
    """The correct urgency of a case."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"examples": [{"urgency": "normal", "name": "박지민"}]}
    )

    urgency: Literal["high", "normal"] = Field(
        description="`high`: the deadline runs day and night, and people on call are notified. `normal`: in working "
        "hours only."
    )
    name: Annotated[str, documented_as(DECODED)] | None = Field(
        None,
        description="The person who corrects it, for the timeline: 1 to 40 characters; the token's name when absent.",
    )
    version: Annotated[int, Field(ge=1)] | None = Field(
        None, description="The version of the case that you read: refused if the case has changed since."
    )


class PartResponse(BaseModel):
    """One post of the reply, as it will appear on X."""

    text: str
    weighted_length: int = Field(description="The length as X counts it; at most 280.")


class ReplyResponse(BaseModel):
    """A reply that was queued. See its post or its case for the outcome."""

    case_id: str
    post_id: str
    by: str
    parts: list[PartResponse] = Field(description="Two where the answer is too long for one post.")
    estimated_cost_usd: float = Field(description="The cost of all parts.")
    warnings: Warnings


def reply_response(case_id: str, post: Post, warnings: list[CheckWarning]) -> ReplyResponse:
    """The reply as callers get it, independent of its outcome."""
    texts = [post.text, *([post.continuation] if post.continuation else [])]
    more = sum(price_of_post(text, is_reply=True) for text in texts[1:])
    return ReplyResponse(
        case_id=case_id,
        post_id=post.id,
        by=post.by,
        parts=[PartResponse(text=text, weighted_length=weigh(text).weighted_length) for text in texts],
        estimated_cost_usd=(post.estimated_micro_usd + more) / _MILLION,
        warnings=warnings,
    )


def case_list(cases: Iterable[Case], next_cursor: str | None, now: datetime) -> CaseListResponse:
    """A page of cases as callers get it."""
    return CaseListResponse(cases=[case_summary(case, now) for case in cases], next_cursor=next_cursor)


def case_response(file: CaseFile, brand: Brand, now: datetime) -> CaseResponse:
    """The case with all its parts as callers get it; never with a link by which people answer."""
    return CaseResponse(
        case=case_summary(file.case, now),
        draft=_draft(file.case.draft) if file.case.draft else None,
        mentions=[_mention(one, brand) for one in file.mentions],
        events=[_event(event) for event in file.events],
        earlier=[EarlierCaseResponse(**each._asdict()) for each in file.earlier],
    )


def case_summary(case: Case, now: datetime) -> CaseSummary:
    """The case as callers get it in a list."""
    plain = {name: value for name, value in case._asdict().items() if name in CaseSummary.model_fields}
    holder = _safe(case.holder) if case.holder is not None else None
    author = _author(case.author)
    promise = promise_response(case.promises[-1], now) if case.promises else None
    about = {"author": author, "holder": holder, "review": case.is_doubted, "promise": promise}
    return CaseSummary(**(plain | about))


def _draft(draft: Draft) -> DraftResponse:
    return DraftResponse(**(draft._asdict() | {"text": _safe(draft.text), "by": _safe(draft.by)}))


def _mention(one: CaseMention, brand: Brand) -> MentionResponse:
    mention, post = one.mention, one.mention.post
    return MentionResponse(
        **_post(post).model_dump(),
        received_at=mention.received_at,
        lang=post.lang,
        author=_author(post.author),
        media=[_media(each) for each in post.media],
        edited=mention.is_edit,
        source=mention.source,
        parent=_parent(mention.parent) if mention.parent else None,
        reading=_reading(one.reading, brand) if one.reading else None,
    )


def _parent(parent: Parent) -> PostOnX:
    return _post(parent.post) if parent.post else PostOnX(id=parent.id, url=post_link(parent.id, X_SITE), text=None)


def _post(post: XPost) -> PostOnX:
    return PostOnX(
        id=post.id,
        url=post_link(post.id, X_SITE),
        author_id=post.author_id,
        created_at=post.created_at,
        text=_safe(post.text),
    )


def _author(author: Author | None) -> AuthorResponse | None:
    return AuthorResponse(id=author.id, username=mended(author.username), name=_safe(author.name)) if author else None


def _media(media: Media) -> MentionMediaResponse:
    alt_text = _safe(media.alt_text) if media.alt_text is not None else None
    return MentionMediaResponse(type=media.type, alt_text=alt_text, url=media.url)


def _reading(reading: Reading, brand: Brand) -> ReadingResponse:
    why = [
        WhyResponse(rule=one.rule, evidence=_safe(one.evidence), text=_safe(reason(one, reading, brand)))
        for one in reading.why
    ]
    plain = {name: value for name, value in reading._asdict().items() if name in ReadingResponse.model_fields}
    return ReadingResponse(**(plain | {"confidence": round(reading.confidence, 3), "why": why}))


def _event(event: CaseEvent) -> EventResponse:
    plain = {name: value for name, value in event._asdict().items() if name in EventResponse.model_fields}
    return EventResponse(**(plain | {"text": _safe(event.text), "by": _safe(event.by)}))


def _safe(text: str) -> str:
    """The text with private numbers masked and broken characters replaced."""
    return masked(mended(text))
