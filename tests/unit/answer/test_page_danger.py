"""The page of a case says plainly where somebody may be in danger, by the texts that it shows."""

from typing import Any

import pytest

from answer_case.page import render_page
from desk.cases.store import CaseFile, CaseMention
from desk.mentions.model import Parent
from desk.reader.explain import DangerNote
from desk.reading import Urgency
from tests.unit.answer import examples_of_views as examples
from tests.unit.answer.examples_of_views import NOW, brand, case, mention
from tests.unit.answer.read_page import Page

SUICIDAL = mention(1, "@emeraldmobile 이제 그만 죽고 싶어요")
CALM = mention(2, "@emeraldmobile 네")


def file_of(*mentions: CaseMention, **changes: Any) -> CaseFile:
    return CaseFile(case(**changes), mentions, [])


def shown(file: CaseFile, language: str = "ko", *, is_related: bool = False) -> Page:
    view = examples.view_of_file(file, "operator", language, is_related=is_related)
    return Page(render_page(view, brand(language), NOW))


def test_what_it_is_and_what_to_do_stand_above_everything_else() -> None:
    page = shown(file_of(SUICIDAL, CALM))

    note, words = page.text.index("자살·자해와 관련된 글로 보입니다."), page.text.index("이제 그만 죽고 싶어요")
    assert note < words
    assert "자살예방상담전화 109(24시간)를 알려 주시고" in page.text
    assert "자동 답글이 나가지 않습니다" in page.text


def test_in_english_it_says_the_same() -> None:
    page = shown(file_of(SUICIDAL), "en")

    assert "This seems to be about suicide or self-harm." in page.text
    assert "109 (day and night)" in page.text


def test_a_post_that_the_author_points_to_counts() -> None:
    parent = Parent("9", SUICIDAL.mention.post._replace(id="9", author_id="77"))
    pointing = CALM._replace(mention=CALM.mention._replace(parent=parent))

    assert "109" in shown(file_of(pointing)).text


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"danger": True, "urgency": Urgency.HIGH}, DangerNote.PEOPLE),
        ({"danger": True, "urgency": Urgency.NORMAL}, None),
        ({"urgency": Urgency.HIGH}, None),
    ],
)
def test_other_danger_is_told_while_the_case_is_urgent(changes: dict[str, object], note: DangerNote | None) -> None:
    page = shown(file_of(CALM, **changes))

    assert ("사람이 위험할 수 있는 글입니다." in page.text) == (note is DangerNote.PEOPLE)
    assert "109" not in page.text


def test_words_that_are_gone_leave_no_note_of_self_harm_behind() -> None:
    assert "자살" not in shown(file_of(danger=True, urgency=Urgency.HIGH)).text


def test_another_case_of_the_author_is_read_without_a_note() -> None:
    assert "109" not in shown(file_of(SUICIDAL), is_related=True).text
    assert "109" not in Page(render_page(examples.returning(), brand(), NOW)).text
