"""Where mentions get their readings and cases their mentions."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from desk.aws.dynamodb import from_item
from desk.cases.author_cases import AuthorCase
from desk.cases.model import Case, Event
from desk.mentions.items import mention_of, reading_of
from desk.mentions.model import Mention, Stage
from desk.reading import Reading
from desk.x.model import XPost, time_of


class Outcome(NamedTuple):
    """What was decided when a mention was read; `event` is None when nobody is told."""

    reading: Reading
    event: Event | None
    case_id: str | None


class StoredMention(NamedTuple):
    """A mention as it lies in the table.

    `mailed`: its mail went out although it still waits for publishing. `failures`: how often routing it failed.
    `fault` says why the item is malformed; `mention` is then what could be saved of it.
    """

    mention: Mention
    stage: Stage
    outcome: Outcome | None = None
    mailed: bool = False
    failures: int = 0
    fault: str | None = None


class Entry(NamedTuple):
    """A mention with its reading; `case` as it stands after it. `published`: its department is to be told."""

    mention: Mention
    reading: Reading
    event: Event | None
    case: Case | None
    published: bool


class Step(NamedTuple):
    """What stands or falls together: entries of one case that was `before`, or one entry without a case."""

    entries: tuple[Entry, ...]
    before: Case | None

    @property
    def after(self) -> Case | None:
        """The case as it stands after the last entry."""
        return self.entries[-1].case


@dataclass(frozen=True, slots=True)
class Committed:
    """What became of steps, by mention id: `contested` ones lost to another run, `failed` ones to the store."""

    contested: frozenset[str] = frozenset()
    failed: dict[str, str] = field(default_factory=dict)


class Settlement(NamedTuple):
    """Where a mention stands after publishing; `department` holds the summary that a MAILING one waits for."""

    mention: Mention
    stage: Stage
    department: str | None = None
    mailed: bool = False


class RoutingStore(Protocol):
    """Mentions and cases as routing needs them; every method raises StoreBusy unless it says otherwise."""

    def mentions(self, ids: Collection[str]) -> Mapping[str, StoredMention]:
        """Those of the mentions that are there with their words, read consistently."""
        ...

    def cases(self, ids: Collection[str]) -> Mapping[str, Case]:
        """Those of the cases that exist, read consistently."""
        ...

    def author_cases(self, author_id: str, since: datetime) -> Sequence[AuthorCase]:
        """The author's cases that were opened since then, the newest first, 20 at most; may lag behind by seconds."""
        ...

    def commit(self, steps: Sequence[Step], at: datetime) -> Committed:
        """Store readings, cases and events, step by step in this order.

        A step is contested when one of its mentions was read meanwhile or its case is no longer as it was before.
        Raises nothing for a busy store: those mentions are failed.
        """
        ...

    def settle(self, settlements: Sequence[Settlement], at: datetime) -> dict[str, str]:
        """Move mentions on after publishing; why it failed, by mention id. Erased ones are left alone."""
        ...

    def note_failures(self, reasons: Mapping[str, str], at: datetime) -> None:
        """Record at each mention that routing failed once more and why."""
        ...


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
