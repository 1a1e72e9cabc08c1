import xml.etree.ElementTree as ET

import pytest

from daily_digest.charts import bars, columns, grouped_bars
from daily_digest.figures import ComparedRow, Row


def number(value: float) -> str:
    return f"{value:,.0f}"


def rectangles(svg: str, class_: str) -> list[float]:
    """The lengths of the bars of this class that can be seen."""
    tree = ET.fromstring(svg)  # noqa: S314 - our own
    sizes = [
        (float(r.get("width", 0)), float(r.get("height", 0))) for r in tree.iter("rect") if r.get("class") == class_
    ]
    return [max(size) for size in sizes if min(size) > 0]


def texts(svg: str) -> list[str]:
    return [text.text or "" for text in ET.fromstring(svg).iter("text")]  # noqa: S314 - our own


def test_bars_are_as_long_as_their_numbers() -> None:
    svg = bars([Row("정보", 100), Row("도움", 50), Row("광고", 25, aside=True)], "그림", number)

    whole, half = rectangles(svg, "bar")
    assert whole / half == pytest.approx(2)
    assert rectangles(svg, "bar aside") == [pytest.approx(whole / 4)]
    assert texts(svg)[-3:] == ["100", "50", "25"]


@pytest.mark.parametrize("numbers", [(3,), (3, 3, 3), (0, 0), (1, 0), (1_000_000, 1)])
def test_any_numbers_make_a_chart(numbers: tuple[int, ...]) -> None:
    rows = [Row(f"줄 {place}", count) for place, count in enumerate(numbers)]

    assert all(number(count) in texts(bars(rows, "그림", number)) for count in numbers)
    assert columns(rows, "그림", number)
    assert grouped_bars([ComparedRow("줄", numbers[0], (1.5,))], ["지난 7일"], "그림", number)


def test_two_rows_of_the_same_name_stay_two() -> None:
    svg = bars([Row("홍보", 3), Row("홍보", 2)], "그림", number)

    assert len(rectangles(svg, "bar")) == 2


def test_nothing_in_a_chart_has_a_colour_of_its_own() -> None:
    rows = [Row("정보", 3), Row("도움", 2)]
    compared = [ComparedRow("정보", 3, (2.0, 1.0))]

    for svg in (bars(rows, "a", number), columns(rows, "a", number), grouped_bars(compared, ["7", "28"], "a", number)):
        tree = ET.fromstring(svg)  # noqa: S314 - our own
        assert not [part.attrib for part in tree.iter() if {"fill", "stroke", "style"} & part.attrib.keys()]
        assert all(part.get("class") for part in tree.iter() if part.tag in ("rect", "line", "text"))


def test_names_and_labels_are_text_whatever_they_are() -> None:
    svg = bars([Row("</text><script>", 3), Row("{height}", 1)], '"><script>{width}', number)

    tree = ET.fromstring(svg)  # noqa: S314 - our own
    assert tree.get("aria-label") == '"><script>{width}'
    assert "</text><script>" in texts(svg)
    assert "{height}" in texts(svg)


def test_a_long_name_is_cut_rather_than_pushing_the_bars_out() -> None:
    svg = bars([Row("아주 긴 이름을 가진 부서와 그 옆의 부서", 3)], "그림", number)

    assert any(text.endswith("…") for text in texts(svg))
    assert rectangles(svg, "bar")[0] > 100


def test_the_busiest_hours_stand_out_the_first_with_its_number() -> None:
    svg = columns([Row(f"{hour}시", 9 if hour in (3, 5) else 4) for hour in range(24)], "그림", number)

    assert len(rectangles(svg, "bar")) == 2
    assert len(rectangles(svg, "bar quiet")) == 22
    assert texts(svg).count("9") == 1
