"""How fast somebody must act."""

from desk.reader.signs import NOTHING, Found
from desk.reading import Kind, Urgency, Why


def urgency_of(kind: Kind, found: dict[str, Found]) -> tuple[Urgency, tuple[Why, ...]]:
    """Urgency with its reason: high for danger, an outage of many, a leak or fraud under way, legal steps or press."""
    if kind is Kind.FEEDBACK:
        return Urgency.LOW, ()
    outage = kind is Kind.FAULT and "network_down" in found
    dated = "date" in found
    urgent = {"danger": kind is Kind.FAULT, "outage": outage, "leak": True, "legal": dated}
    for rule, applies in urgent.items():
        sign = found.get(rule, NOTHING)
        if applies and sign.weight:
            return Urgency.HIGH, (Why(rule, sign.evidence),)
    return Urgency.NORMAL, ()
