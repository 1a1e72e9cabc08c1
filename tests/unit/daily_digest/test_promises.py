"""What a digest says about promises: how many that were due were kept, moved or broken, and by how much."""

from datetime import timedelta

from daily_digest.csv_file import render_csv
from daily_digest.formatter import ReportFormatter
from daily_digest.model import Digest, PromiseFigures
from daily_digest.promises import promise_sentences
from daily_digest.report import render_report
from daily_digest.summary import render_summary
from desk.promises.model import Ending, ended
from tests.brands import small_brand
from tests.cases import a_promise
from tests.unit.daily_digest.scene import EVENING, Scene

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def a_day() -> Digest:
    """A day with promises of each sort, and one from days before that nobody has kept."""
    scene = Scene()
    for number, (due, ending, late) in enumerate(
        (
            (EVENING - 3 * HOUR, Ending.KEPT, -HOUR),
            (EVENING - 3 * HOUR, Ending.KEPT, 20 * MINUTE),
            (EVENING - 3 * HOUR, Ending.MOVED, -HOUR),
            (EVENING - 3 * HOUR, Ending.CLOSED, -HOUR),
            (EVENING - 3 * HOUR, Ending.NOT_POSTED, HOUR),
            (EVENING - HOUR, None, None),
            (EVENING - 3 * DAY, None, None),
            (EVENING - 3 * DAY, Ending.KEPT, HOUR),
            (EVENING + HOUR, None, None),
        )
    ):
        promise = a_promise(due, f"reply-{number}")
        scene.promises.write((), [promise], promise.made_at, "")
        if ending and late:
            scene.promises.write([promise], ended([promise], ending), due + late, "later")
    return scene.collect()


def test_promises_of_the_day_are_counted_as_they_ended_and_old_ones_while_they_are_open() -> None:
    assert a_day().promises == PromiseFigures(kept=1, moved=1, broken=3, still_open=2, latest=3 * DAY)


def test_the_mail_the_page_and_the_table_say_how_many_and_how_late() -> None:
    brand, digest = small_brand(), a_day()
    said = "이 기간에 시각이 된 약속: 지킴 1건, 옮김 1건, 못 지킴 3건."

    assert said in render_summary(digest, brand, "https://desk.example/reports/1").body
    assert said in render_report(digest, brand)
    assert "아직 지키지 못한 것은 2건입니다." in render_report(digest, brand)
    assert "가장 늦은 약속(분),,4320" in render_csv(digest, brand).decode("utf-8-sig")


def test_a_day_without_promises_says_nothing_of_them() -> None:
    assert promise_sentences(Scene().collect().promises, ReportFormatter(small_brand())) == []
