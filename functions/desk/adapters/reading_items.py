"""A reading as attributes of a mention's item, and back."""

from decimal import Decimal
from typing import Any

from desk.reading import DANGER, Kind, Need, Reading, Urgency, Why

_EVIDENCE = 200
"""Characters of evidence that are kept: a word or a phrase, never the whole post."""


def reading_attributes(reading: Reading) -> dict[str, Any]:
    """The plain attributes; None where there is nothing to keep. Of what speaks of danger only the handling is kept."""
    reading = reading.handling_only()
    return {
        "kind": reading.kind.value,
        "need": reading.need.value,
        "department": reading.department,
        "urgency": reading.urgency.value,
        "lang": reading.lang,
        "confidence": Decimal(str(round(reading.confidence, 3))),
        "why": [{"rule": why.rule, "evidence": why.evidence[:_EVIDENCE]} for why in reading.why],
        "wakes": reading.wakes or None,
        "danger": reading.danger or None,
        "to_review": reading.to_review or None,
        "terms": " ".join(reading.terms) or None,  # in one piece, which the digest's pass reads fastest
    }


def reading_of(plain: dict[str, Any]) -> Reading:
    """The reading in a mention's plain attributes; raises KeyError when it was not read."""
    return Reading(
        kind=Kind(plain["kind"]),
        need=Need(plain["need"]),
        department=plain.get("department"),
        urgency=Urgency(plain["urgency"]),
        lang=plain["lang"],
        confidence=float(plain["confidence"]),
        why=tuple(_why(why) for why in plain.get("why", ())),
        terms=tuple(plain.get("terms", "").split()),
        wakes=plain.get("wakes", False),
        danger=plain.get("danger", False),
        to_review=plain.get("to_review", False),
    )


def _why(plain: dict[str, Any]) -> Why:
    """A reason; earlier releases kept evidence of danger, which is not shown any more."""
    rule = plain["rule"]
    return DANGER if rule == DANGER.rule else Why(rule, plain.get("evidence", ""))
