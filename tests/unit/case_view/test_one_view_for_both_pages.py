"""The department's page and the console show the same case by the same view."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from answer_case.page import render_page
from desk.case_view import content
from desk.case_view.content import Fact
from desk.case_view.view import Viewer, view_of
from desk.cases.model import CaseEvent, CaseEventKind, CaseState
from desk.cases.store import CaseMention
from desk.replies.actions import ActionOutcome, ActionResult
from desk.x.model import Media
from tests.unit.operator_console.scene import ConsoleScene, html_of
from tests.unit.replies.scene import CASE, NOW, mention

type Page = Callable[[ConsoleScene], str]


def of_the_department(scene: ConsoleScene) -> str:
    opened = scene.open_case.with_earlier(scene.open_case.by_link(scene.link(), NOW))
    assert opened.file
    view = view_of(ActionResult(ActionOutcome.SHOWN, opened), opened.file, Viewer("", "", NOW), scene.brand)
    return render_page(view, scene.brand, NOW)


def of_the_console(scene: ConsoleScene) -> str:
    return html_of(scene.signed_in().part(f"case/{CASE.id}"))


BOTH = pytest.mark.parametrize("page", [of_the_department, of_the_console])


@pytest.fixture
def scene() -> ConsoleScene:
    return ConsoleScene()


@BOTH
def test_a_new_fact_about_a_case_is_shown_where_it_is_added_to_the_content(
    page: Page, scene: ConsoleScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "_facts", lambda *_: [Fact("새 사실", "그 값")])

    assert "<dt>새 사실</dt>" in page(scene)


@BOTH
def test_the_conversation_has_our_replies_and_colleagues_notes(page: Page, scene: ConsoleScene) -> None:
    scene.events.extend(
        [
            CaseEvent(CaseEventKind.NOTED, NOW + timedelta(minutes=1), "김지은", "전화로도 물으셨습니다."),
            CaseEvent(CaseEventKind.ANSWERED, NOW + timedelta(hours=1), "박지민", "우리 답변", post_id="r", x_id="55"),
        ]
    )

    thread = page(scene).partition('class="thread"')[2]

    assert thread.index("청구서가") < thread.index("전화로도 물으셨습니다.") < thread.index("우리 답변")


@BOTH
def test_private_numbers_are_masked_in_posts_notes_and_descriptions_of_pictures(
    page: Page, scene: ConsoleScene
) -> None:
    one = mention(text="제 번호는 010-1111-2222 입니다")
    post = one.mention.post._replace(media=(Media("photo", "명함: 010-1111-3333", None),))
    scene.cases.put(CASE, CaseMention(one.mention._replace(post=post), one.reading))
    scene.events.append(CaseEvent(CaseEventKind.HANDED, NOW, "김지은", "010-1111-4444로 답해 주세요", "pr"))

    html = page(scene)

    assert "1111" not in html
    assert 'value="unmask"' in html


@BOTH
@pytest.mark.parametrize(("late", "mark"), [(True, True), (False, False)])
def test_a_deadline_that_has_passed_is_marked(page: Page, scene: ConsoleScene, late: bool, mark: bool) -> None:
    scene.have(due_at=NOW + timedelta(hours=-1 if late else 1))

    assert ("(지났어요)" in page(scene)) is mark


@BOTH
def test_a_case_whose_words_are_gone_still_opens(page: Page, scene: ConsoleScene) -> None:
    scene.cases.mentions.clear()

    html = page(scene)

    assert ">글이 지워졌거나 보관 기간이 지나 볼 수 없어요.<" in html
    assert "이렇게 분류했어요" not in html


@BOTH
def test_a_case_that_is_over_has_no_deadline(page: Page, scene: ConsoleScene) -> None:
    scene.have(state=CaseState.CLOSED)

    assert "답변 기한</dt>" not in page(scene)
