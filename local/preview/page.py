"""One page of A4 for the head of a department: what the desk would have done, in the brand's language."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from daily_digest.formatter import ReportFormatter
from desk.brand import Brand
from local.preview.figures import Agreement, WeekFigures
from local.preview.words import kind_name

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_MOST_ROWS = 12
"""Departments that fit on the sheet; those with the most mentions come first."""
_MOST_SPIKES = 3


class DepartmentRow(NamedTuple):
    """A department: its mentions, those cases of it that have no answer, expected mails a day, and the agreement."""

    name: str
    mentions: int
    unanswered: int
    mails: str
    agreement: str


def render_page(week: WeekFigures, brand: Brand, now: datetime) -> str:
    """The page as HTML of its own: no script, font, picture or request. It has no words of anybody."""
    formatter = ReportFormatter(brand)
    return _TEMPLATES.get_template("page.html.j2").render(
        week=week,
        brand=brand,
        phrase=formatter.phrase,
        number=formatter.number,
        moment=formatter.moment,
        minutes=lambda count: formatter.duration(timedelta(minutes=count)),
        rows=_rows(week, brand, formatter),
        left_out=max(len(brand.departments) - _MOST_ROWS, 0),
        kinds=[(kind_name(key, brand.language), count) for key, count in week.by_kind.items() if count],
        spikes=[
            (formatter.department(one.department), formatter.moment(one.started_at), one.faults)
            for one in week.spikes[:_MOST_SPIKES]
        ],
        made=formatter.moment(now),
    )


def _rows(week: WeekFigures, brand: Brand, formatter: ReportFormatter) -> list[DepartmentRow]:
    agreement = {one.department: one for one in week.agreement}
    rows = [
        DepartmentRow(
            formatter.department(key),
            week.by_department.get(key, 0),
            week.waiting.get(key, 0),
            agreement[key].mails_a_day if key in agreement else "0",
            _agreement_text(agreement.get(key), formatter),
        )
        for key in brand.departments
    ]
    return sorted(rows, key=lambda row: -row.mentions)[:_MOST_ROWS]


def _agreement_text(agreement: Agreement | None, formatter: ReportFormatter) -> str:
    if agreement is None or agreement.percent is None:
        return formatter.phrase("preview.agreement.none")
    decided = agreement.released + agreement.corrected + agreement.closed
    return formatter.phrase(
        "preview.agreement", percent=agreement.percent, released=agreement.released, decided=decided
    )
