import pytest
from hypothesis import given
from hypothesis import strategies as st

from daily_digest.charts import WIDTH, Chart, bar_chart, hour_chart
from daily_digest.figures import ComparedRow, Row


def write(value: float) -> str:
    return f"{value:,.0f}"


def widths(chart: Chart, css: str) -> list[float]:
    return [bar.width for bar in chart.bars if bar.css == css]


def texts(chart: Chart, css: str) -> list[str]:
    return [text.content for text in chart.texts if text.css == css]


def test_bars_are_as_long_as_their_numbers() -> None:
    chart = bar_chart([Row("정보", 100), Row("정보", 50), Row("광고", 25, aside=True)], "그림", write)

    whole, half = widths(chart, "bar")
    assert whole / half == pytest.approx(2)
    assert widths(chart, "bar aside") == [pytest.approx(whole / 4)]
    assert (texts(chart, "name"), texts(chart, "count")) == (["정보", "정보", "광고"], ["100", "50", "25"])


def test_a_compared_row_has_a_bar_of_its_own_colour_for_each_span() -> None:
    chart = bar_chart([ComparedRow("정보", 4, (2.0, 1.0)), ComparedRow("도움", 0, (0.0, 3.0))], "그림", write)

    assert [bar.css for bar in chart.bars] == ["bar", "bar before-1", "bar before-2"] * 2
    assert [bar.y for bar in chart.bars] == sorted({bar.y for bar in chart.bars})
    assert texts(chart, "count") == ["4", "2", "1", "0", "0", "3"]


@given(st.lists(st.integers(0, 10_000_000), min_size=1, max_size=24))
def test_any_numbers_make_charts_within_their_frame(numbers: list[int]) -> None:
    rows = [Row(f"줄 {place}", number) for place, number in enumerate(numbers)]
    bars, hours = bar_chart(rows, "그림", write), hour_chart(rows, "그림", write)

    for chart in (bars, hours):
        assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH for bar in chart.bars)
        assert all(bar.y >= 0 and bar.y + bar.height <= chart.height for bar in chart.bars)
    assert 2 <= len(texts(hours, "scale")) <= 5
    assert len(texts(hours, "peak")) == any(numbers)


def test_a_long_name_is_cut_rather_than_pushing_the_bars_out() -> None:
    chart = bar_chart([Row("아주 긴 이름을 가진 부서와 그 옆의 부서", 3)], "그림", write)

    assert texts(chart, "name")[0].endswith("…")
    assert widths(chart, "bar")[0] > 100


def test_the_busiest_hours_stand_out_the_first_with_its_number() -> None:
    chart = hour_chart([Row(f"{hour}시", 9 if hour in (3, 5) else 4) for hour in range(24)], "그림", write)

    assert (len(widths(chart, "bar")), len(widths(chart, "bar quiet"))) == (2, 22)
    assert texts(chart, "peak") == ["9"]
    assert texts(chart, "hour") == ["0시", "6시", "12시", "18시"]
