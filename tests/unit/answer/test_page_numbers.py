"""The page shows nobody's private numbers; who needs them opens the post on X."""

from answer_case.page import render_page
from tests.unit.answer.examples_of_views import NOW, brand, mention, view


def test_numbers_in_what_was_written_are_masked() -> None:
    shown = render_page(view()._replace(mentions=[mention(1, "010-1234-5678로 연락 주세요")]), brand(), NOW)

    assert "●●●-●●●●-●●78로 연락 주세요" in shown
    assert "1234" not in shown
