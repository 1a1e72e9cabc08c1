"""The unit of work of routing: readings, cases, their events and the outbox are stored together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from desk.aws.dynamodb import Group, transact, written_or_refused
from desk.cases.model import RoutedMention, Step
from desk.cases.store import CaseStore, CaseStoreItems
from desk.mentions.items import max_item_bytes
from desk.mentions.model import RoutingOutcome, entry_read
from desk.mentions.store import MentionStore, MentionStoreItems
from desk.outbox.store import outbox_actions

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Committed:
    """The steps that were not stored, by mention id: `contested` by another run, or `failed` because of the store."""

    contested: frozenset[str] = frozenset()
    failed: dict[str, str] = field(default_factory=dict)


class UnitOfWork(Protocol):
    """The stores of mentions and cases, the outbox, and the transactions that span them."""

    @property
    def mentions(self) -> MentionStore:
        """The mentions."""
        ...

    @property
    def cases(self) -> CaseStore:
        """The cases."""
        ...

    def commit(self, steps: Sequence[Step], at: datetime) -> Committed:
        """Store readings, cases and events, step by step in this order, and put into the outbox who is to be notified.

        A step is contested when one of its mentions was read meanwhile, or its case is no longer as it was before.
        Raises nothing when the store is busy: those mentions are failed.
        """
        ...

    def open_case(self, entry: RoutedMention) -> bool:
        """Store the new case of a mention that was read before and has none, together with its event.

        Nobody is notified. False when the mention or its author in this conversation has a case meanwhile, or the
        mention lost its words. Raises StoreBusy.
        """
        ...


class UnitOfWorkItems:
    """UnitOfWork on DynamoDB: the stores return actions, and this commits them, as many as fit, in one transaction.

    A case is compared by its version: if it gained a mention, or somebody handed it over or answered it, the condition
    fails and the step must be decided again.
    """

    def __init__(
        self, client: "DynamoDBClient", mentions: MentionStoreItems, cases: CaseStoreItems, *, desk_table: str
    ) -> None:
        self._client = client
        self.mentions = mentions
        self.cases = cases
        self._desk = desk_table

    def commit(self, steps: Sequence[Step], at: datetime) -> Committed:
        """See UnitOfWork."""
        done = transact(self._client, (self._group(step, at) for step in steps))
        return Committed(frozenset(done.cancelled), done.failed)

    def open_case(self, entry: RoutedMention) -> bool:
        """See UnitOfWork. A lost answer to this very call is seen in the mention, which has the case then."""
        case, mention_id = entry.case, entry.mention.id
        if case is None:
            raise ValueError(f"the entry of mention {mention_id} has no case")
        actions: list[Any] = [self.mentions.case_action(mention_id, case.id)]
        actions += self.cases.step_actions(Step((entry,), None))
        if not written_or_refused(self._client, actions):
            return True
        return self.mentions.case_ids([mention_id]).get(mention_id) == case.id

    def _group(self, step: Step, at: datetime) -> Group:
        readings = [
            self.mentions.reading_action(
                entry.mention,
                RoutingOutcome(entry.reading, entry.event, entry.case.id if entry.case else None),
                at,
            )
            for entry in step.entries
        ]
        unsent: Any = outbox_actions(
            [entry_read(one.mention.id, one.recipient, at) for one in step.entries if one.recipient], self._desk
        )
        return Group(
            ids=tuple(entry.mention.id for entry in step.entries),
            actions=(*readings, *self.cases.step_actions(step), *unsent),
            bytes=sum(max_item_bytes(entry.mention) for entry in step.entries),
            touches=step.after.id if step.after else step.entries[0].mention.id,
        )
