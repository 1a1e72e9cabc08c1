"""How fast somebody must act."""

from desk.reader.signs import Found
from desk.reading import Kind, Urgency, Why

HURRY = frozenset({"danger", "outage", "leak", "legal"})
"""The rules that make urgent, as reasons name them."""


def urgency_of(kind: Kind, found: dict[str, Found], *, understood: bool) -> tuple[Urgency, tuple[Why, ...]]:
    """Urgency with its reason: high for danger, an outage of many, a leak or fraud under way, legal steps or press.

    What was not `understood` is urgent only if it names an emergency.
    """
    if kind is Kind.FEEDBACK:
        return Urgency.LOW, ()
    outage = kind is Kind.FAULT and "network_down" in found
    dated = "date" in found
    applying = {
        "emergency": True,
        "danger": kind is Kind.FAULT,
        "outage": outage,
        "leak": understood,
        "legal": understood and dated,
    }
    for sign, applies in applying.items():
        if applies and sign in found:
            return Urgency.HIGH, (Why("danger" if sign == "emergency" else sign, found[sign].evidence),)
    return Urgency.NORMAL, ()
