"""Readings become steps that the store can commit: a pure function."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from desk.brand import Brand
from desk.case import Case
from desk.mention import Mention
from desk.ports.routing_store import Entry, Step
from desk.reading import Reading
from route_inquiry.decide import case_id_for, decide

_ENTRIES = 45
"""Of one case in one step: two writes each, one for the case, and a transaction takes a hundred."""


@dataclass(slots=True)
class Plan:
    """Steps in the order in which they must be committed; why a mention could not be decided, by its id."""

    steps: list[Step] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)


def plan(read: Sequence[tuple[Mention, Reading]], cases: Mapping[str, Case], brand: Brand) -> Plan:
    """Decide mentions oldest first, each on its case as the one before left it."""
    made = Plan()
    now: dict[str, Case] = dict(cases)
    befores: dict[str, Case | None] = {}
    groups: dict[str, list[Entry]] = {}
    for mention, reading in sorted(read, key=lambda pair: age_of(pair[0])):
        try:
            case_id = case_id_for(mention)
            decision = decide(mention, reading, now.get(case_id), brand)
        except Exception as exc:  # noqa: BLE001 - whatever is wrong with one mention must not hold up the others
            made.failures[mention.id] = failure_of(exc)
            continue
        entry = Entry(mention, reading, decision.event, decision.case, decision.published)
        if decision.case is None:
            made.steps.append(Step((entry,), None))
            continue
        group = groups.setdefault(case_id, [])
        if len(group) == _ENTRIES:
            made.steps.append(Step(tuple(group), befores[case_id]))
            group.clear()
        if not group:
            befores[case_id] = now.get(case_id)
        group.append(entry)
        now[case_id] = decision.case
    made.steps += [Step(tuple(group), befores[case_id]) for case_id, group in groups.items()]
    return made


def age_of(mention: Mention) -> tuple[int, str]:
    """What sorts mentions oldest first; ids grow with time, longer ones are younger."""
    return len(mention.id), mention.id


def failure_of(exc: Exception) -> str:
    """An error in a line short enough to keep."""
    return f"{type(exc).__name__}: {exc}"[:200]
