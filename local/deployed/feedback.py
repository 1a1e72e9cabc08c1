"""The readings that people corrected, with the words of their mentions."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from daily_digest.answers import MisreadingSelection
from daily_digest.model import Label, Misreadings
from desk.cases.queries import CaseQueries
from desk.links import post_link
from desk.private_numbers import masked
from desk.reports.feedback import FeedbackStore

SHOWN = 1_000
"""Corrections that are listed with their words, the newest; all are counted."""


class Corrections(NamedTuple):
    """The corrections of a span of time.

    `texts` are the words of their mentions where they are kept, private numbers masked.
    """

    since: datetime
    until: datetime
    found: Misreadings
    texts: Mapping[str, str]


def corrections(cases: CaseQueries, feedback: FeedbackStore, now: datetime, span: timedelta) -> Corrections:
    """Those of the span that ends at `now`. Raises StoreBusy."""
    selection = MisreadingSelection(SHOWN)
    for deed in cases.events_between(now - span, now):
        selection.add(deed)
    found = selection.misreadings(cases)
    mentions = feedback.mentions([one.mention_id for one in found.entries if one.mention_id])
    return Corrections(now - span, now, found, {key: masked(mention.post.text) for key, mention in mentions.items()})


def as_plain(found: Corrections, x_site: str) -> dict[str, Any]:
    """The same for machines; `text` and `link` are null where the mention or its words are gone."""
    return {
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "total": found.found.total,
        "counts": [
            {"was": _label(one.was), "right": _label(one.right), "count": count} for one, count in found.found.counts
        ],
        "corrections": [
            {
                "case": one.case_id,
                "at": one.at.isoformat(),
                "was": _label(one.correction.was),
                "right": _label(one.correction.right),
                "link": post_link(one.mention_id, x_site) if one.mention_id else None,
                "text": found.texts.get(one.mention_id or ""),
            }
            for one in found.found.entries
        ],
    }


def _label(label: Label) -> dict[str, str | None]:
    return {"kind": label.kind, "department": label.department, "urgency": label.urgency}
