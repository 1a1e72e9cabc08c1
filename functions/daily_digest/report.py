"""Renders a digest as one self-contained page of HTML: no script, image, font or request."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from daily_digest import charts, figures, summary
from daily_digest.formatter import PageFormatter, ReportFormatter
from daily_digest.model import Digest
from daily_digest.periods import Edition, last_day_of
from daily_digest.promises import promise_sentences
from desk.brand import Brand
from desk.links import TABLE_HREF, post_link
from desk.notifications.mail.spikes import spike_page
from desk.posts.model import PostReason
from desk.posts.performance_words import measurement_words
from desk.text import one_line
from desk.web.templates import templates_in

_TEMPLATES = Path(__file__).with_name("templates")

_MOST = 100
"""Entries of a list on the page; the CSV has all of them."""

_URGENT_OPEN = 5
"""A list of up to this many urgent cases is open; a longer one is folded."""
_MENTIONS_OPEN = 10
"""Mentions above the fold; the others are folded."""


def render_report(digest: Digest, brand: Brand) -> str:
    """Render the page in the brand's language. Texts of strangers are escaped."""
    formatter = PageFormatter(brand)
    return (
        templates_in(_TEMPLATES)
        .get_template("report.html.j2")
        .render(
            digest=digest,
            brand=brand,
            formatter=formatter,
            phrase=formatter.phrase,
            figures=figures,
            headline=summary.headline(digest, formatter),
            trends=summary.trends_sentence(digest, formatter),
            todo=summary.todo(digest, formatter),
            people=summary.attendance_totals(digest),
            urgent_open=_URGENT_OPEN,
            mentions_open=_MENTIONS_OPEN,
            charts=_charts(digest, formatter),
            chart_width=charts.WIDTH,
            against_day=formatter.day(last_day_of(digest.period)),
            against_names=_against_names(digest, formatter),
            weekly=digest.edition is Edition.WEEKLY,
            spike_page=spike_page,
            post_link=partial(post_link, site=brand.x_site),
            plain=one_line,
            post_reason=lambda reason: formatter.phrase(f"post.reason.{PostReason(reason)}"),
            measurements=lambda one: measurement_words(one.performance, one.compared, brand.language),
            most=_MOST,
            promise_sentences=promise_sentences,
            table_href=TABLE_HREF,
        )
    )


def _against_names(digest: Digest, formatter: ReportFormatter) -> list[str]:
    return [formatter.phrase("against.last", span=comparison.span) for comparison in figures.known_comparisons(digest)]


def _charts(digest: Digest, formatter: ReportFormatter) -> Any:
    """Lay out the charts; one without figures is None."""
    tally = digest.tally

    def bars(rows: Sequence[figures.Row], key: str, write: charts.Write = formatter.number) -> charts.Chart | None:
        return charts.bar_chart(rows, formatter.phrase(key), write) if any(row.number for row in rows) else None

    compared, hours = figures.compared_needs(digest, formatter), figures.hours(tally, formatter)
    return SimpleNamespace(
        answers=bars(
            figures.median_waits(digest, formatter), "chart.answers", lambda n: formatter.duration(timedelta(minutes=n))
        ),
        needs=bars(figures.needs(tally, formatter), "chart.needs"),
        kinds=bars(figures.kinds(tally, formatter), "chart.kinds"),
        departments=bars(figures.departments(tally, formatter), "chart.departments"),
        against=charts.bar_chart(compared, formatter.phrase("chart.against"), formatter.number)
        if figures.known_comparisons(digest)
        else None,
        hours=charts.hour_chart(hours, formatter.phrase("chart.hours"), formatter.number)
        if any(tally.by_hour)
        else None,
    )
