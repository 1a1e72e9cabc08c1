"""The page shows nobody's private numbers; who needs them opens the post on X."""

from answer_case.page import render_page
from desk.cases.model import CaseEvent, CaseEventKind
from desk.cases.store import CaseFile
from tests.unit.answer.examples_of_views import NOW, brand, case, mention, view, view_of_file


def test_numbers_in_what_was_written_are_masked() -> None:
    shown = render_page(view()._replace(mentions=[mention(1, "010-1234-5678로 연락 주세요")]), brand(), NOW)

    assert "●●●-●●●●-●●78로 연락 주세요" in shown
    assert "1234" not in shown


def test_numbers_in_what_colleagues_noted_are_masked_until_somebody_asks_for_them() -> None:
    note = CaseEvent(CaseEventKind.HANDED, NOW, "김지은", "010-1234-5678로 연락하시면 됩니다", department="billing")
    asked = view_of_file(CaseFile(case(), [mention(1, "왜죠?")], [note]))

    assert "1234" not in render_page(asked, brand(), NOW)
    assert asked.has_private_numbers
    assert "010-1234-5678" in render_page(asked._replace(unmasked=True), brand(), NOW)
