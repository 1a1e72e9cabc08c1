"""The layout of bar charts: where each bar and each text is. A template draws it; the page's style sheet colours it."""

from collections.abc import Callable, Sequence
from math import ceil, log10
from typing import NamedTuple

from daily_digest.figures import ComparedRow, Row
from desk.text import cut

WIDTH = 324
"""The width of a card on a phone: there, a unit is a pixel. On wider screens, the chart is scaled as a whole."""
_ROW, _BAR, _GAP = 28, 14, 2
_MOST_NAME_ROOM = 126
_NARROW, _WIDE = 7.5, 13  # a letter's width at the page's font size of 13 units; Hangul is twice as wide
_WIDE_FROM = "\u1100"
_SIDE = 14  # between the bars and their names or numbers, and outside of these
_TOP, _BASE, _HEIGHT, _HOUR_BAR = 24, 136, 160, 8  # of the chart of hours
_MOST_LINES = 4
_EVERY_HOURS = 6  # only every sixth hour has its name below

type Write = Callable[[float], str]
"""Writes a number as people read it."""


class DigestBar(NamedTuple):
    """A bar; the style sheet colours it by its class."""

    css: str
    x: float
    y: float
    width: float
    height: float


class Line(NamedTuple):
    """An axis or a line of the grid."""

    css: str
    x1: float
    y1: float
    x2: float
    y2: float


class Text(NamedTuple):
    """A name or a number; the style sheet aligns it by its class."""

    css: str
    x: float
    y: float
    content: str


class Chart(NamedTuple):
    """A whole chart; `label` describes it to people who cannot see it."""

    label: str
    height: float
    lines: tuple[Line, ...]
    bars: tuple[DigestBar, ...]
    texts: tuple[Text, ...]


def bar_chart(rows: Sequence[Row | ComparedRow], label: str, write: Write) -> Chart:
    """Horizontal bars, each with its number behind it: one or several bars a row."""
    numbers = [number for row in rows for _, number in row.bars]
    left = min(max(_width(row.name) for row in rows), _MOST_NAME_ROOM) + _SIDE
    longest = WIDTH - left - _SIDE - max(_width(write(number)) for number in numbers)
    most = max(numbers) or 1
    bars, texts, top = list[DigestBar](), list[Text](), 2 + (_ROW - _BAR) // 2
    for row in rows:
        height = len(row.bars) * (_BAR + _GAP) - _GAP
        texts.append(Text("name", left - 10, top + height / 2, cut(row.name, left - _SIDE, _width)))
        for place, (css, number) in enumerate(row.bars):
            bar = DigestBar(css, left, top + place * (_BAR + _GAP), round(longest * number / most, 2), _BAR)
            bars.append(bar)
            texts.append(Text("count", left + bar.width + 6, bar.y + _BAR / 2, write(number)))
        top += height + _ROW - _BAR
    height = top + 2 - (_ROW - _BAR) // 2
    return Chart(label, height, (Line("axis", left, 2, left, height - 2),), tuple(bars), tuple(texts))


def hour_chart(rows: Sequence[Row], label: str, write: Write) -> Chart:
    """A column for each hour; the busiest stand out, the first of them with its number."""
    most = max(row.number for row in rows)
    step = _step(most)
    top = step * max(1, ceil(most / step))
    left = _width(write(top)) + _SIDE
    lane = (WIDTH - left) / len(rows)
    lines, texts = [Line("axis", left, _BASE, WIDTH, _BASE)], [Text("scale", left - 10, _BASE, write(0))]
    for number in range(step, top + 1, step):
        y = _BASE - (_BASE - _TOP) * number / top
        lines.append(Line("grid", left, y, WIDTH, y))
        texts.append(Text("scale", left - 10, y, write(number)))
    bars = list[DigestBar]()
    for hour, row in enumerate(rows):
        middle, height = left + lane * (hour + 0.5), (_BASE - _TOP) * row.number / top
        if row.number == most > 0 and not any(bar.css == "bar" for bar in bars):
            texts.append(Text("peak", round(middle, 2), _BASE - height - 6, write(most)))
        css = "bar" if row.number == most else "bar quiet"
        bars.append(
            DigestBar(css, round(middle - _HOUR_BAR / 2, 2), round(_BASE - height, 2), _HOUR_BAR, round(height, 2))
        )
        if hour % _EVERY_HOURS == 0:
            texts.append(Text("hour", round(middle, 2), _BASE + 10, row.name))
    return Chart(label, _HEIGHT, tuple(lines), tuple(bars), tuple(texts))


def _step(most: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50, … that reaches the largest number in _MOST_LINES steps."""
    power = int(10 ** max(0, int(log10(most or 1)) - 1))
    return next(
        step for step in (power, 2 * power, 5 * power, 10 * power, 20 * power, 50 * power) if most <= _MOST_LINES * step
    )


def _width(text: str) -> int:
    return ceil(sum(_WIDE if letter >= _WIDE_FROM else _NARROW for letter in text))
