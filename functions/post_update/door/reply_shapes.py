"""An answer to a case as it goes in, and what is told of it, by HTTP."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from desk.post import Post
from desk.post_price import price_of_post
from desk.weight import weigh
from post_update.door.patterns import DECODED, TEXT, TIME
from post_update.door.shapes import shown_as

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
