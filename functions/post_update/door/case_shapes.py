"""Cases as they go out by HTTP and the OpenAPI document shows them."""

from datetime import datetime

from pydantic import BaseModel, Field

from desk.case import CaseState, ReplyAs
from desk.case_event import CaseEventKind
from desk.reading import Kind, Need, Urgency


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
    first_due_at: datetime = Field(description="By when an answer was due at first, whoever has had it since.")
    due_at: datetime
    promised_until: datetime | None
    post_id: str | None = Field(description="The reply that is on its way or was given last: see `/posts/{id}`.")
    reply_as: ReplyAs = Field(description="What that reply is to the case.")


class CaseListAnswer(BaseModel):
    """Some cases, the last opened first; `next_cursor` asks for the next ones, also where there are none here."""

    cases: list[CaseSummary]
    next_cursor: str | None


class DraftAnswer(BaseModel):
    """An answer that a department wrote, or one that did not come to stand on X."""

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
