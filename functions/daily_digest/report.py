"""A digest as one page of HTML that needs nothing else: no script, no picture, no font, no request."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from daily_digest import charts, figures
from daily_digest import formatter as entries
from daily_digest import summary as headline
from daily_digest.formatter import Spoken, SpokenOnPage
from daily_digest.model import Digest
from daily_digest.periods import Edition, last_day_of
from desk.brand import Brand
from desk.links import TABLE_HREF, post_link
from desk.pages import templates_in
from desk.posts.model import PostReason
from desk.text import one_line

_TEMPLATES = Path(__file__).with_name("templates")

_MOST = 100
"""How many entries of a list are shown: the CSV has all of them."""

_URGENT_OPEN = 5
"""So many urgent cases are seen at once; a longer list waits until it is asked for."""
_MENTIONS_OPEN = 10
"""How many mentions are seen at once; the others wait until they are asked for."""


def render_report(digest: Digest, brand: Brand) -> str:
    """The page in the brand's language. Whatever strangers wrote is text in it, never markup."""
    spoken = SpokenOnPage(brand)
    return (
        templates_in(_TEMPLATES)
        .get_template("report.html.j2")
        .render(
            digest=digest,
            brand=brand,
            spoken=spoken,
            say=spoken.say,
            figures=figures,
            headline=headline.headline(digest, spoken),
            todo=headline.todo(digest, spoken),
            entries=entries,
            people=headline.people_of(digest),
            not_greeted_back=headline.not_greeted_back,
            to_greet_first=headline.to_greet_first,
            urgent_open=_URGENT_OPEN,
            mentions_open=_MENTIONS_OPEN,
            charts=_charts(digest, spoken),
            chart_width=charts.WIDTH,
            against_day=spoken.day(last_day_of(digest.period)),
            against_names=_against_names(digest, spoken),
            weekly=digest.edition is Edition.WEEKLY,
            post_link=partial(post_link, site=brand.x_site),
            plain=one_line,
            post_reason=lambda reason: spoken.say(f"post.reason.{PostReason(reason)}"),
            most=_MOST,
            table_href=TABLE_HREF,
        )
    )


def _against_names(digest: Digest, spoken: Spoken) -> list[str]:
    return [spoken.say("against.last", span=comparison.of) for comparison in figures.known(digest)]


def _charts(digest: Digest, spoken: Spoken) -> Any:
    """The charts that have something to show; None for those that have not."""
    tally = digest.tally

    def bars(rows: Sequence[figures.Row], key: str, write: charts.Write = spoken.number) -> charts.Chart | None:
        shown = any(row.number for row in rows)
        return charts.bar_chart(rows, spoken.say(key), write) if shown else None

    compared, hours = figures.compared(digest, spoken), figures.hours(tally, spoken)
    return SimpleNamespace(
        answers=bars(figures.halves(digest, spoken), "chart.answers", lambda n: spoken.span(timedelta(minutes=n))),
        needs=bars(figures.needs(tally, spoken), "chart.needs"),
        kinds=bars(figures.kinds(tally, spoken), "chart.kinds"),
        departments=bars(figures.departments(tally, spoken), "chart.departments"),
        against=charts.bar_chart(compared, spoken.say("chart.against"), spoken.number)
        if figures.known(digest)
        else None,
        hours=charts.hour_chart(hours, spoken.say("chart.hours"), spoken.number) if any(tally.by_hour) else None,
    )
