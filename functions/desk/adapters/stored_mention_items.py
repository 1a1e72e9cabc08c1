"""A mention on its way through the desk, from its item of the Mentions table."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from desk.adapters.mention_items import from_item, mention_of
from desk.adapters.reading_items import reading_of
from desk.delivery import Event
from desk.mention import Mention
from desk.ports.routing_store import Outcome, Stage, StoredMention
from desk.snowflake import time_of
from desk.x_post import XPost


def stored_mention_of(item: dict[str, Any]) -> StoredMention:
    """The mention in an item (typed form) that has words; a malformed one comes with its fault, never as an error."""
    about = from_item({key: value for key, value in item.items() if key not in {"post", "parent"}})
    try:
        mention, fault = mention_of(item), None
        outcome = _outcome_of(about)
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        mention, fault, outcome = _salvaged(item, about), f"malformed item: {type(exc).__name__} {exc}", None
    return StoredMention(
        mention=mention,
        stage=_stage_of(about),
        outcome=outcome,
        mailed=bool(about.get("mailed")),
        failures=int(about.get("failures", 0)),
        fault=fault,
    )


def _stage_of(about: dict[str, Any]) -> Stage:
    """A mention without a reading waits for it, whatever the index says."""
    if "kind" not in about:
        return Stage.READING
    stage = str(about.get("waiting", "")).partition("#")[0]
    return Stage(stage) if stage in set(Stage) else Stage.NOTHING


def _outcome_of(about: dict[str, Any]) -> Outcome | None:
    if "kind" not in about:
        return None
    event = about.get("event")
    return Outcome(reading_of(about), Event(event) if event else None, about.get("case_id"))


def _salvaged(item: dict[str, Any], about: dict[str, Any]) -> Mention:
    """What a person can still be shown of a malformed item: its id, its author and any text."""
    mention_id = about["mention_id"]
    post: Any = item["post"].get("M", {})
    made = datetime.now(UTC)
    with suppress(ValueError, OverflowError):
        made = time_of(mention_id)
    received = made
    with suppress(ValueError, TypeError, KeyError):
        received = datetime.fromisoformat(about["received_at"])
    return Mention(
        post=XPost(
            id=mention_id,
            text=str(post.get("text", {}).get("S", "")),
            author_id=str(about.get("author_id", "0")),
            created_at=made,
            conversation_id=mention_id,
            lang="und",
            edit_ids=(mention_id,),
        ),
        received_at=received,
    )
