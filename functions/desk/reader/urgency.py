"""How fast somebody must act."""

from desk.reader.signs import Found
from desk.reading import Kind, Urgency, Why

HURRY = frozenset({"outage", "leak", "legal"})
"""The rules that make urgent, as reasons name them. Danger is decided before (`desk.reader.danger`)."""


def urgency_of(kind: Kind, found: dict[str, Found], *, understood: bool) -> tuple[Urgency, tuple[Why, ...]]:
    """Urgency with its reason: high for an outage of many, a leak or fraud under way, legal steps or press with a date.

    What was not `understood` is not urgent.
    """
    if kind is Kind.FEEDBACK:
        return Urgency.LOW, ()
    outage = kind is Kind.FAULT and "network_down" in found
    dated = "date" in found
    applying = {
        "outage": outage,
        "leak": understood,
        "legal": understood and dated,
    }
    for sign, applies in applying.items():
        if applies and sign in found:
            return Urgency.HIGH, (Why(sign, found[sign].evidence),)
    return Urgency.NORMAL, ()
