"""What the API answered, in a few words."""

from collections.abc import Mapping
from typing import Any


def outcome(body: Mapping[str, Any]) -> str:
    """The result of a call: the state of the post, the pause or the cases, or the error."""
    if "weighted_length" in body:
        return f"{body['state']}, {body['weighted_length']} of 280, about ${body['estimated_cost_usd']:.3f}"
    if "cases" in body:
        cases = body["cases"]
        return f"{len(cases)}, the newest is {cases[0]['id']}" if cases else "none"
    if "parts" in body:
        return f"on its way to X, about ${body['estimated_cost_usd']:.3f}"
    if "held" in body:
        return f"publishing resumed; held: {len(body['held']['posts'])}"
    if "paused" in body:
        return f"paused, {body['reason']}"
    said = [error["detail"] for error in body.get("errors", ())] or [body.get("detail") or body.get("title") or ""]
    return "; ".join(said)
