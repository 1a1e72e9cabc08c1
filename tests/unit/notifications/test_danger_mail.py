"""Mails say plainly where somebody may be in danger, what to do, and whom to call."""

from copy import replace
from typing import Any

import pytest

from desk.brand import Brand
from desk.cases.author_cases import AuthorCase
from desk.cases.model import CaseState, Event
from desk.i18n import LANGUAGES
from desk.notifications.mail.cases import render_mail, render_summary
from desk.notifications.model import Notification
from desk.reading import Kind, Safety, Urgency, Why
from tests.brands import small_brand
from tests.unit.notifications.mail_scene import BRAND, NOON, ROOM, delivery, link_of, mention, post, reading

WORDS = "@jade 이제 그만 죽고 싶어요"
SELF_HARM = "위험: 자살·자해와 관련된 글로 보입니다. 다른 일보다 먼저 봐 주세요."
ENGLISH = replace(BRAND, language="en")


def in_danger(text: str = WORDS, **changes: Any) -> Notification:
    told = delivery(
        mention(post(text=text)), reading(urgency=Urgency.HIGH, safety=Safety.DANGER, why=(Why("danger"),), **changes)
    )
    return told._replace(case=told.case._replace(safety=Safety.DANGER) if told.case else None)


def body(*told: Notification, brand: Brand = BRAND) -> str:
    links = {one.case.id: link_of(one.case.id) for one in told if one.case}
    return render_mail(told, "billing", brand, links=links, max_bytes=ROOM).body


def test_the_note_is_above_the_rest_of_the_case() -> None:
    lines = body(in_danger()).splitlines()

    heading = next(place for place, line in enumerate(lines) if line.startswith("■"))
    assert lines[heading + 1 : heading + 5] == [
        SELF_HARM,
        "답글은 반드시 사람이 직접 써 주세요. 정해진 문구나 홍보하는 말투는 피하고, 따뜻하고 차분하게 답해 주세요.",
        (
            "작성자에게 자살예방상담전화 109(24시간)를 알려 주시고, "
            "지금 위험해 보이면 119(화재·구조·구급)나 112(경찰)에 바로 신고해 주세요."
        ),
        "이 문의에는 자동 답글이 나가지 않습니다.",
    ]
    assert "- 사람이 위험할 수 있는 글이어서 긴급으로 보았습니다." in lines


def test_other_danger_asks_to_act_first() -> None:
    text = body(in_danger("@jade 기지국에 불이 났어요"))

    assert "사람이 위험할 수 있는 글입니다. 답글보다 먼저 조치해 주세요." in text
    assert ("109" in text, "119(화재·구조·구급)나 112(경찰)" in text) == (False, True)


def test_an_english_desk_elsewhere_is_pointed_to_the_lines_of_that_place() -> None:
    elsewhere = small_brand(language="en", timezone="Europe/Berlin")

    assert "109 (day and night)" in body(in_danger("I want to kill myself"), brand=ENGLISH)
    text = body(in_danger("I want to kill myself"), brand=elsewhere)
    assert "Point the author to the crisis line of the country where the author lives." in text
    assert "109" not in text


def test_a_later_calm_post_is_mailed_with_the_note_about_the_earlier_one() -> None:
    later = in_danger("@jade 네")._replace(event=Event.CASE_JOINED, thread=(mention(post("8000", WORDS)),))

    assert SELF_HARM in body(later)


def test_a_case_that_a_person_calls_not_urgent_has_no_note_of_danger_but_still_one_of_self_harm() -> None:
    def lowered(told: Notification) -> Notification:
        return told._replace(case=told.case._replace(urgency=Urgency.NORMAL) if told.case else None)

    assert "위험할 수 있는 글입니다" not in body(lowered(in_danger("@jade 불이 났어요")))
    assert SELF_HARM in body(lowered(in_danger()))


def test_lists_have_the_note_in_one_line() -> None:
    [mail] = render_summary([in_danger()], "billing", BRAND, links={}, max_bytes=ROOM)

    assert f"  {SELF_HARM}\n" in mail.body


def test_an_earlier_case_of_the_same_author_does_not_mention_danger() -> None:
    """Whether the author's other case was one of danger or not, what is told of it is the same."""
    earlier = AuthorCase("7Q2M4-XD93K", "operator", Kind.INQUIRY, CaseState.ANSWERED, NOON, NOON)

    text = body(delivery()._replace(earlier=(earlier,)))

    assert "danger" not in AuthorCase._fields
    assert not any(word in text for word in ("자살", "자해", "위험", "109", "긴급"))


def test_an_ordinary_mail_does_not_mention_danger() -> None:
    assert not any(word in body(delivery()) for word in ("자살", "위험", "109"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_evidence_that_earlier_releases_stored_is_not_shown(language: str) -> None:
    told = delivery(read=reading(urgency=Urgency.HIGH, why=(Why("danger", "불이"),)))

    text = body(told, brand=replace(BRAND, language=language))

    assert ("불이" in text, LANGUAGES[language]["why.danger"] in text) == (False, True)
