"""The page docs/cost.md, whose tables are counted. Each table is between two comments, the first of which names it."""

import re
from collections.abc import Mapping
from pathlib import Path

from benchmarks.cost.assumptions import VOLUMES
from benchmarks.cost.bill import month_of
from benchmarks.cost.tables import tables, unit_rows
from benchmarks.cost.units import count_desk, count_usual

PAGE = Path(__file__).parents[2] / "docs" / "cost.md"
_PLACE = re.compile(r"(?P<begin><!-- counted: (?P<name>[a-z]+) -->\n).*?(?P<end><!-- counted, the end -->)", re.DOTALL)


def counted_tables() -> dict[str, str]:
    """The tables by name, counted now."""
    units, fixed = count_desk()
    return tables({mentions: month_of(mentions, units, fixed) for mentions in VOLUMES}, units, fixed)


def rows_that_differ(page: str) -> list[str]:
    """The rows of what happens most that the page has not as they are counted now."""
    rows = (f"| {' | '.join(row)} |\n" for row in unit_rows(count_usual()))
    return [row for row in rows if row not in page]


def written(page: str, found: Mapping[str, str]) -> str:
    """The page with these tables in their places."""
    return _PLACE.sub(lambda place: f"{place['begin']}{found[place['name']]}\n{place['end']}", page)
