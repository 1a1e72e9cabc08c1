"""Bar charts as inline SVG. Colours, and thereby light and dark, are the page's: every part has a class."""

from collections.abc import Callable, Sequence
from html import escape
from math import ceil
from typing import Any

import pysvgchart

from daily_digest.figures import ComparedRow, Row
from desk.text import cut

_WIDTH = 324
"""As wide as a phone's card: there, a unit is a pixel; on wider screens the chart grows as a whole."""
_ROW, _BAR, _GAP = 28, 14, 2
_MOST_NAME_ROOM = 126
_NARROW, _WIDE = 7.5, 13  # a letter's width at the page's 13 units; Hangul is twice as wide
_WIDE_FROM = "\u1100"
_HOURS_HEIGHT, _HOURS_MARGIN, _HOUR_BAR = 160, 24, 8
_SIDE = 14  # between a chart's bars and its names or numbers, and beside these
_HOUR_NAMES = 6
"""Every sixth hour has its name below."""


class _FromZero:
    """The library can't scale values that are all alike: zero and one belong to every axis here."""

    y_range_constructor = staticmethod(lambda values: [0, 1, *(value for series in values for value in series)])


class _Rows(_FromZero, pysvgchart.HorizontalBarChart):  # type: ignore[misc]  # the library has no types
    """Bars to the right, the first on top."""


class _Columns(_FromZero, pysvgchart.BarChart):  # type: ignore[misc]  # see above
    """Bars upwards."""


def bars(rows: Sequence[Row], label: str, number: Callable[[float], str]) -> str:
    """A bar for each row, with its name before and its count behind it."""
    strong = [0 if row.aside else row.number for row in rows]
    faint = [row.number if row.aside else 0 for row in rows]
    names = [row.name for row in rows]
    return _rows(names, {"bar": strong, "bar aside": faint}, label, number, overlaid=True)


def grouped_bars(rows: Sequence[ComparedRow], spans: Sequence[str], label: str, number: Callable[[float], str]) -> str:
    """For each need a bar of today and one for each earlier span, named in `spans`."""
    series: dict[str, list[float]] = {"bar": [row.today for row in rows]}
    for place in range(len(spans)):
        series[f"bar before-{place + 1}"] = [row.means[place] for row in rows]
    return _rows([row.name for row in rows], series, label, number, overlaid=False)


def columns(rows: Sequence[Row], label: str, number: Callable[[float], str]) -> str:
    """A bar for each hour; the busiest stand out, the first of them with its number."""
    most = max(row.number for row in rows)
    chart = _Columns(
        x_values=list(range(len(rows))),
        y_values=[
            [row.number if row.number < most else 0 for row in rows],
            [0 if row.number < most else most for row in rows],
        ],
        y_names=["bar quiet", "bar"],
        x_label_format=lambda hour: rows[hour].name if hour % _HOUR_NAMES == 0 else "",
        y_label_format=number,
        y_max_ticks=4,
        left_margin=_width_of(number(2 * most)) + _SIDE,  # the axis goes on to a round number
        right_margin=0,
        y_margin=_HOURS_MARGIN,
        height=_HOURS_HEIGHT,
        width=_WIDTH,
        bar_width=_HOUR_BAR,
        bar_gap=-_HOUR_BAR,
    )
    chart.add_x_grid()
    chart.x_axis.tick_lines = []
    _bare(chart)
    if most:
        _mark_peak(chart, number(most))
    return _rendered(chart, label)


def _mark_peak(chart: Any, most: str) -> None:
    first = next(point for point, _, count in chart.series["bar"].pv_generator if count)
    chart.add_custom_element(_text(first.x, first.y - 6, most, "count peak"))


def _rows(
    names: Sequence[str],
    series: dict[str, Any],
    label: str,
    number: Callable[[float], str],
    *,
    overlaid: bool,
) -> str:
    lanes = 1 if overlaid else len(series)
    row = _ROW + (lanes - 1) * (_BAR + _GAP)
    room = min(max(_width_of(name) for name in names), _MOST_NAME_ROOM)
    chart = _Rows(
        x_values=list(series.values()),
        y_values=list(range(len(names))),
        x_names=list(series),
        y_label_format=lambda place: cut(names[place], room, _width_of),
        left_margin=room + _SIDE,
        right_margin=max(_width_of(number(value)) for values in series.values() for value in values) + _SIDE,
        x_margin=2,
        height=row * len(names) + 4,
        width=_WIDTH,
        bar_width=_BAR,
        bar_gap=-_BAR if overlaid else _GAP,
    )
    _count_instead_of_axis(chart, number)
    return _rendered(chart, label)


def _count_instead_of_axis(chart: Any, number: Callable[[float], str]) -> None:
    """Each bar has its number behind it, so that no scale is needed below."""
    chart.x_axis.axis_line, chart.x_axis.tick_lines, chart.x_axis.tick_texts = None, [], []
    chart.y_axis.tick_lines = []
    _bare(chart)
    for end, value in _ends(chart):
        chart.add_custom_element(_text(end.x + 6, end.y, number(value), "count"))


def _ends(chart: Any) -> list[tuple[Any, float]]:
    """Where each bar ends and its number, from top to bottom; of bars that lie on each other the longest."""
    ends = [(point, value) for series in chart.series.values() for point, _, value in series.pv_generator]
    longest = {point.y: (point, value) for point, value in sorted(ends, key=lambda end: end[1])}
    return [longest[y] for y in sorted(longest)]


def _bare(chart: Any) -> None:
    """Take the library's colours away and give every part its class."""
    for name, series in chart.series.items():
        series.styles, series.classes = {}, name.split()
    for axis in (chart.x_axis, chart.y_axis):
        lines = [axis.axis_line] if axis.axis_line else []
        for line in [*lines, *axis.tick_lines]:
            line.styles, line.classes = {}, ["axis"]
        for line in axis.grid_lines:
            line.styles, line.classes = {}, ["grid"]
        for text in axis.tick_texts:
            text.classes = ["name"]


def _text(x: float, y: float, content: str, classes: str) -> Any:
    return pysvgchart.Text(x=x, y=y, content=content, classes=classes.split())


def _rendered(chart: Any, label: str) -> str:
    spoken = escape(label).replace("{", "{{").replace("}", "}}")
    chart.svg_begin_template = f'<svg viewBox="0 0 {{width}} {{height}}" role="img" aria-label="{spoken}">'
    return str(chart.render(include_default=False))


def _width_of(text: str) -> int:
    return ceil(sum(_WIDE if letter >= _WIDE_FROM else _NARROW for letter in text))
