"""What the stream hands over: pointers to mentions, not mentions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Pointers:
    """Sequence numbers by mention id; `malformed` counts records that point at nothing.

    A malformed record gets no better by being tried again, and its mention, if there is one, waits in the table.
    """

    sequence_numbers: dict[str, list[str]] = field(default_factory=dict)
    malformed: int = 0

    def failures(self, mention_ids: Collection[str]) -> dict[str, Any]:
        """Lambda's partial batch response for the mentions that must be tried again."""
        numbers = [number for key, numbers in self.sequence_numbers.items() if key in mention_ids for number in numbers]
        return {"batchItemFailures": [{"itemIdentifier": number} for number in numbers]}


def pointers_of(records: Sequence[Mapping[str, Any]]) -> Pointers:
    """The mentions that the records point at, each once."""
    pointers = Pointers()
    for record in records:
        try:
            about = record["dynamodb"]
            mention_id, number = about["Keys"]["mention_id"]["S"], about["SequenceNumber"]
            pointers.sequence_numbers.setdefault(mention_id, []).append(number)
        except (KeyError, TypeError):
            pointers.malformed += 1
    return pointers
