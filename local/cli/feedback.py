"""`dorothy feedback`: which readings were wrong, so that a person writes new examples."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from daily_digest.model import Correction, Label, Misreading
from desk.cases.queries import CaseQueryItems
from desk.clock import utc_now
from desk.links import post_link
from desk.reports.feedback import FeedbackItems
from desk.text import quoted
from local.brand.load import DESK_FILE, load_desk
from local.cli.aws_errors import aws_errors
from local.cli.options import DeskOption, LocalOption
from local.cli.target import Target, target
from local.deployed.feedback import Corrections, as_plain, corrections

DaysOption = Annotated[int, typer.Option("--days", min=1, max=366, help="How many days to look back.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

_HINT = (
    "Nothing is learnt from posts by itself, and nothing here may train anything. To have such inquiries read rightly, "
    "write new examples in your own words under that department's examples in desk.yaml; where the urgency is often "
    "wrong, pin the words."
)


def feedback(
    days: DaysOption = 30, desk: DeskOption = DESK_FILE, local: LocalOption = None, *, as_json: JsonOption = False
) -> None:
    """List the readings that people corrected: first counts, then each one with its mention's words."""
    zone = ZoneInfo(load_desk(desk).brand.timezone)
    with aws_errors():
        meant = target(desk, local=local)
        found = _corrections(meant, timedelta(days=days))
    if as_json:
        typer.echo(json.dumps(as_plain(found, meant.x_site), ensure_ascii=False))
        return
    for line in _lines(found, days, zone, meant.x_site):
        typer.echo(line)


def _corrections(meant: Target, span: timedelta) -> Corrections:
    outputs, dynamodb = meant.stack.outputs, meant.client("dynamodb")
    cases = CaseQueryItems(dynamodb, cases_table=outputs["CasesTable"])
    store = FeedbackItems(dynamodb, mentions_table=outputs["MentionsTable"], desk_table=outputs["DeskTable"])
    return corrections(cases, store, utc_now(), span)


def _lines(found: Corrections, days: int, zone: ZoneInfo, x_site: str) -> Iterator[str]:
    yield f"Readings corrected in the last {days} days: {found.found.total}"
    for correction, count in found.found.counts:
        yield f"{count}\t{_correction(correction)}"
    for one in found.found.entries:
        yield ""
        yield from _one(one, found.texts.get(one.mention_id or ""), zone, x_site)
    if found.found.total > len(found.found.entries):
        yield f"\nAnd {found.found.total - len(found.found.entries)} older ones."
    yield f"\n{_HINT}"


def _one(one: Misreading, text: str | None, zone: ZoneInfo, x_site: str) -> Iterator[str]:
    link = post_link(one.mention_id, x_site) if one.mention_id else ""
    yield f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}\t{one.case_id}\t{_correction(one.correction)}\t{link}".rstrip()
    yield quoted(text) if text is not None else "(deleted, or its words are no longer kept)"


def _correction(correction: Correction) -> str:
    return f"{_label(correction.was)} -> {_label(correction.right)}"


def _label(label: Label) -> str:
    return "/".join(part for part in label if part) or "not on record"
