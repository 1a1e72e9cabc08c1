"""Cases as they go out by HTTP and the OpenAPI document shows them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from desk.brand import Brand
from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState, Draft, ReplyAs
from desk.cases.store import CaseFile, CaseMention
from desk.links import X_SITE, post_link
from desk.mentions.model import Parent
from desk.posts.model import Post
from desk.private_numbers import masked
from desk.reader.explain import reason
from desk.reading import Kind, Need, Reading, Urgency
from desk.text import mended
from desk.x.endpoints import price_of_post
from desk.x.model import Author, Media, XPost
from desk.x.weight import weigh
from post_update.api.schemas import DECODED, TEXT, TIME, shown_as


class AuthorAnswer(BaseModel):
    """Who wrote it, by the names of when X was asked."""

    id: str
    username: str
    name: str


class CaseSummary(BaseModel):
    """A case as it stands, without what was written."""

    id: str = Field(description="The number that people quote.")
    version: int = Field(description="Counts the changes: give it back with an answer, so that none crosses another.")
    state: CaseState
    department: str = Field(description="Who has it now.")
    kind: Kind = Field(description="What it is, as people may have corrected it.")
    need: Need
    urgency: Urgency
    lang: str
    author_id: str
    author: AuthorAnswer | None = Field(description="Null while X was not asked, and once it was forgotten.")
    holder: str | None = Field(description="Who took it on.")
    opened_at: datetime
    asked_at: datetime = Field(description="Since when the author waits, or waited.")
    first_due_at: datetime = Field(
        description="By when an answer was due at first, even if the case has changed hands."
    )
    due_at: datetime
    promised_until: datetime | None
    post_id: str | None = Field(description="The reply that is on its way or was given last: see `/posts/{id}`.")
    reply_as: ReplyAs = Field(description="What that reply is to the case.")


class CaseListAnswer(BaseModel):
    """Some cases, the last opened first; `next_cursor` asks for the next ones, also where there are none here."""

    cases: list[CaseSummary]
    next_cursor: str | None


class DraftAnswer(BaseModel):
    """An answer that a department drafted, or one that wasn't posted to X."""

    text: str
    by: str
    at: datetime
    reply_as: ReplyAs = Field(description="What it is to be to the case.")
    promised_until: datetime | None = Field(description="Until when a holding one promises an answer.")


class MediaAnswer(BaseModel):
    """A picture or film."""

    type: str
    alt_text: str | None
    url: str | None


class PostOnX(BaseModel):
    """A post; `text` null: X does not show it any more."""

    id: str
    url: str
    author_id: str | None = None
    created_at: datetime | None = None
    text: str | None = Field(description="What a stranger wrote; neither escaped nor cut.")


class WhyAnswer(BaseModel):
    """One reason for a reading, and the sentence for people in the desk's language."""

    rule: str
    evidence: str
    text: str


class ReadingAnswer(BaseModel):
    """What the desk understood; it stays as it was, whatever people corrected."""

    kind: Kind
    need: Need
    department: str | None
    urgency: Urgency
    lang: str
    confidence: float
    why: list[WhyAnswer]


class MentionAnswer(PostOnX):
    """A mention of the case."""

    received_at: datetime
    lang: str
    author: AuthorAnswer | None
    media: list[MediaAnswer]
    edited: bool
    parent: PostOnX | None
    reading: ReadingAnswer | None = Field(description="Null while nobody has read it.")


class EventAnswer(BaseModel):
    """What a person, X or the desk did with the case."""

    what: CaseEventKind
    at: datetime
    by: str = Field(description="A name that a person gave, or a token's; empty for the desk itself.")
    text: str = Field(description="The answer, the reason or the note, as the kind of event has it.")
    department: str | None
    kind: str | None
    post_id: str | None
    x_id: str | None = Field(description="The reply on X; without a `post_id` somebody gave it on X itself.")


class EarlierCaseAnswer(BaseModel):
    """Another case of the same author: what happened, and when."""

    id: str
    department: str
    kind: Kind
    state: CaseState
    opened_at: datetime
    answered_at: datetime | None = Field(description="When the author was answered or asked into private, if so.")


class CaseAnswer(BaseModel):
    """A case with what was written and done, oldest first."""

    case: CaseSummary
    draft: DraftAnswer | None
    mentions: list[MentionAnswer] = Field(description="The last 20 of those whose words are still kept.")
    events: list[EventAnswer]
    earlier: list[EarlierCaseAnswer] = Field(
        description="The author's other cases since 30 days before this one, the newest first, 20 at most; "
        "empty also where they could not be read."
    )


_MILLION = 1_000_000
_PLAIN: dict[str, JsonValue] = {"text": "청구서를 다시 보내 드렸습니다. 메일함을 확인해 주세요.", "name": "박지민"}
_HOLDING: dict[str, JsonValue] = {
    "text": "확인하고 내일 오전까지 알려 드리겠습니다.",
    "promised_until": "2026-11-25T12:00",
    "version": 3,
}


_PROMISES_IN_PRIVATE: dict[str, JsonValue] = {
    "required": ["private", "promised_until"],
    "properties": {"private": {"const": True}, "promised_until": {"type": "string"}},
}


class ReplyBody(BaseModel):
    """An answer, as the operator would send it from the page of the case."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"examples": [_PLAIN, _HOLDING], "not": _PROMISES_IN_PRIVATE}
    )

    text: Annotated[str, shown_as(TEXT)] = Field(
        description="As it shall stand on X, in two posts at most and without private numbers; the department's "
        "signature is added."
    )
    name: Annotated[str, shown_as(DECODED)] | None = Field(
        None,
        description="Who answers, for the case's history: 1 to 40 characters that people see; the token's name when "
        "absent.",
    )
    again: bool = Field(False, description="Answer although it has an answer already.")
    promised_until: Annotated[str, shown_as(TIME)] | None = Field(
        None,
        description="This reply only promises an answer until then, within 90 days: ISO 8601; without an offset in "
        "the desk's zone. Not with `private`.",
    )
    private: bool = Field(False, description="Ask the author into a private conversation: X's button comes with it.")
    version: Annotated[int, Field(ge=1)] | None = Field(
        None, description="The case's version that was read: refused when the case has moved since."
    )


class UrgencyBody(BaseModel):
    """How urgent a case is in truth."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"examples": [{"urgency": "normal", "name": "박지민"}]}
    )

    urgency: Literal["high", "normal"] = Field(
        description="`high`: its time runs day and night, and those on call are told. `normal`: in working hours only."
    )
    name: Annotated[str, shown_as(DECODED)] | None = Field(
        None, description="Who says so, for the case's history: 1 to 40 characters; the token's name when absent."
    )
    version: Annotated[int, Field(ge=1)] | None = Field(
        None, description="The case's version that was read: refused when the case has moved since."
    )


class PartAnswer(BaseModel):
    """One post of the reply, as it will stand on X."""

    text: str
    weighted_length: int = Field(description="As X counts; at most 280.")


class ReplyAnswer(BaseModel):
    """A reply that was sent on its way; what became of it since, its post and its case tell."""

    case_id: str
    post_id: str
    by: str
    parts: list[PartAnswer] = Field(description="Two where the answer is too long for one.")
    estimated_cost_usd: float = Field(description="Of all its parts.")


def reply_answer(case_id: str, post: Post) -> ReplyAnswer:
    """The reply as callers see it: the same whenever they ask."""
    texts = [post.text, *([post.continuation] if post.continuation else [])]
    more = sum(price_of_post(text, is_reply=True) for text in texts[1:])
    return ReplyAnswer(
        case_id=case_id,
        post_id=post.id,
        by=post.by,
        parts=[PartAnswer(text=text, weighted_length=weigh(text).weighted_length) for text in texts],
        estimated_cost_usd=(post.estimated_micro_usd + more) / _MILLION,
    )


def case_list(cases: Iterable[Case], next_cursor: str | None) -> CaseListAnswer:
    """The cases as callers see them."""
    return CaseListAnswer(cases=[case_summary(case) for case in cases], next_cursor=next_cursor)


def case_answer(file: CaseFile, brand: Brand) -> CaseAnswer:
    """The case with all that belongs to it as callers see it; no link by which people answer is in it."""
    return CaseAnswer(
        case=case_summary(file.case),
        draft=_draft(file.case.draft) if file.case.draft else None,
        mentions=[_mention(one, brand) for one in file.mentions],
        events=[_event(event) for event in file.events],
        earlier=[EarlierCaseAnswer(**each._asdict()) for each in file.earlier],
    )


def case_summary(case: Case) -> CaseSummary:
    """The case as callers see it in a list."""
    plain = {name: value for name, value in case._asdict().items() if name in CaseSummary.model_fields}
    holder = _shown(case.holder) if case.holder is not None else None
    return CaseSummary(**(plain | {"author": _author(case.author), "holder": holder}))


def _draft(draft: Draft) -> DraftAnswer:
    return DraftAnswer(**(draft._asdict() | {"text": _shown(draft.text), "by": _shown(draft.by)}))


def _mention(one: CaseMention, brand: Brand) -> MentionAnswer:
    mention, post = one.mention, one.mention.post
    return MentionAnswer(
        **_post(post).model_dump(),
        received_at=mention.received_at,
        lang=post.lang,
        author=_author(post.author),
        media=[_media(each) for each in post.media],
        edited=mention.is_edit,
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
        text=_shown(post.text),
    )


def _author(author: Author | None) -> AuthorAnswer | None:
    return AuthorAnswer(id=author.id, username=mended(author.username), name=_shown(author.name)) if author else None


def _media(media: Media) -> MediaAnswer:
    alt_text = _shown(media.alt_text) if media.alt_text is not None else None
    return MediaAnswer(type=media.type, alt_text=alt_text, url=media.url)


def _reading(reading: Reading, brand: Brand) -> ReadingAnswer:
    why = [
        WhyAnswer(rule=one.rule, evidence=_shown(one.evidence), text=_shown(reason(one, reading, brand)))
        for one in reading.why
    ]
    plain = {name: value for name, value in reading._asdict().items() if name in ReadingAnswer.model_fields}
    return ReadingAnswer(**(plain | {"confidence": round(reading.confidence, 3), "why": why}))


def _event(event: CaseEvent) -> EventAnswer:
    plain = {name: value for name, value in event._asdict().items() if name in EventAnswer.model_fields}
    return EventAnswer(**(plain | {"text": _shown(event.text), "by": _shown(event.by)}))


def _shown(text: str) -> str:
    return masked(mended(text))
