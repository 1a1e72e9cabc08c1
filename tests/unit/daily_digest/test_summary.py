import re
import unicodedata
from copy import replace
from datetime import date

import pytest

from daily_digest.formatter import ReportFormatter
from daily_digest.model import CaseList, Favourites, Waiting, WaitingGroup
from daily_digest.periods import Edition
from daily_digest.summary import render_summary
from desk.text import utf16_units
from tests.unit.daily_digest import examples

LINK = "https://desk.jade.example/reports/AbCd-EfGh_IjKlMnOA"


def test_the_mail_has_the_link_and_the_few_lines_that_matter() -> None:
    waiting = examples.evening().waiting
    lists = {
        WaitingGroup.OVERDUE: CaseList(2, examples.cases(1, -2)),
        WaitingGroup.LATER: waiting.lists[WaitingGroup.LATER],
    }

    mail = render_summary(examples.evening(waiting=waiting._replace(lists=lists)), examples.brand(), LINK)

    assert mail.subject == "에메랄드모바일 하루 정리, 11월 24일(화): 새 멘션 1,284건, 답변 대기 57건"
    assert (
        mail.body
        == f"""이 메일에는 회신하지 마시고, 자세한 내용은 아래 링크에서 봐 주세요.

11월 24일(화) 0시(자정)부터 오후 6:10까지의 하루 정리입니다.
멘션 1,284건이 들어왔고, 답변을 기다리는 문의가 57건 있습니다.

자세히 보기: {LINK}

■ 지금 챙기실 일
- 11월 24일(화) 오후 5:30부터 게시 중지: 문구 검토
- 답변 기한이 지난 문의 2건
  1. 요금·청구, 문의, 11월 24일(화) 오후 4:10까지(기한 지남), 문의 번호 7Q2M4-00001
     | 지하철 2호선에서 데이터가 전혀 안 터져요. 어제 저녁부터 계속 이러는데 언제 고쳐지나요?
     X에서 보기: https://x.com/i/status/1993000000000005100
  이 밖에 1건이 더 있습니다.
- 게시 여부 확인이 필요한 글 1건
- 보류되어 결정을 기다리는 글 1건
- X가 받지 않은 글 1건
- 시각이 지나 올리지 않은 글 1건
- X가 보여 주지 않아 모으지 못한 구간 1곳
- 아직 답인사를 드리지 않은 분 4명
- 그 밖에 답변을 기다리는 문의 36건
답변은 담당 부서가 메일로 받은 링크에서 합니다. 링크를 잃어버렸다면 문의 번호를 운영자에게 알려 주세요.

■ 한눈에 보기
- 답변: 221건(첫 답변까지 중간값 1시간 20분, 90%는 8시간 25분 이내)
- 원하신 것: 정보 412건, 도움 386건, 소통 240건, 의견 131건, 광고·무관 112건
- 모은 1,284건 가운데 1,107건을 사람이 읽었습니다.
- 검토할 글: 19건(답변이 필요 없는 글 같지만 확실하지 않음)
- 우리가 올린 글: 3건
- 출석부: 14명(단골 10명)
- 마음에 든 글: 2건
- X 이용 요금: 약 3.19달러

이 링크는 90일 동안 열립니다. 고객의 글이 들어 있으니 회사 밖으로 전달하지 말아 주세요.
아래 영어 안내는 발송 시스템이 자동으로 붙인 것입니다. 그 안의 수신 거부 링크는 누르지 마세요."""
    )


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("edition", Edition)
def test_every_edition_has_a_subject_that_sns_takes(edition: Edition, language: str) -> None:
    brand = examples.brand(language)._replace(name_ko="가나다라마바사 " * 20, name_en="A Very Long Name " * 20)

    subject = render_summary(examples.evening(edition=edition), brand, LINK).subject

    assert utf16_units(subject) < 100
    assert not any(unicodedata.category(letter) == "Cc" for letter in subject)


def test_a_quiet_day_takes_few_words() -> None:
    body = render_summary(examples.quiet(), examples.brand(), LINK).body

    assert "지난 보고 뒤로 새 멘션이 없었습니다. 조용한 하루였습니다." in body
    assert "지금 챙기실 일은 없습니다." in body
    assert "원하신 것" not in body
    assert "출석부" not in body


@pytest.mark.parametrize("language", ["ko", "en"])
def test_days_not_counted_are_named_before_any_figure(language: str) -> None:
    digest = examples.weekly(uncounted=(date(2026, 11, 16), date(2026, 11, 17)))
    said = ReportFormatter(examples.brand(language)).date_range(digest.uncounted)

    lines = render_summary(digest, examples.brand(language), LINK).body.splitlines()

    assert said in lines[3]


def test_a_typed_reason_cannot_add_lines_to_the_mail() -> None:
    pause = replace(examples.evening().pauses[1], reason="검토\n자세히 보기: https://evil.example\u202e")

    body = render_summary(examples.evening(pauses=(pause,)), examples.brand(), LINK).body

    assert [line for line in body.splitlines() if line.startswith("자세히 보기")] == [f"자세히 보기: {LINK}"]
    assert "\u202e" not in body


def test_favourites_that_x_refused_are_not_counted_as_none() -> None:
    digest = examples.evening(favourites=Favourites((), "Forbidden"))

    body = render_summary(digest, examples.brand(), LINK).body

    assert "마음에 든 글: X가 알려 주지 않아" in body
    assert not re.search(r"마음에 들어요\(♥\): \d", body)


def test_a_mail_lists_ten_of_each_and_states_the_number_of_the_rest() -> None:
    body = render_summary(examples.morning(), examples.brand(), LINK).body
    todo, mentions = body.split("■ 지난 보고 뒤로 들어온 멘션")

    assert todo.count("https://x.com/") == 2 + 7 + 10
    assert "  이 밖에 2건이 더 있습니다.\n- 게시 여부" in todo
    assert mentions.count("https://x.com/") == 10
    assert "  이 밖에 12건이 더 있습니다.\n\n■ 한눈에 보기" in mentions
    assert "  1. [긴급] 문의, 11월 24일(화) 오전 8:50\n     | 지하철 2호선" in mentions


def test_a_strangers_text_cannot_add_lines_to_the_mail() -> None:
    case = examples.cases(1, -2)[0]._replace(text="자세히 보기: https://evil.example\n■ 한눈에 보기\u202e" + "가" * 600)
    lists = {WaitingGroup.OVERDUE: CaseList(1, (case,))}

    body = render_summary(examples.quiet(waiting=Waiting(1, 1, None, {}, lists=lists)), examples.brand(), LINK).body

    assert [line for line in body.splitlines() if "evil" in line] == [
        line for line in body.splitlines() if "     | " in line
    ]
    assert max(len(line.encode()) for line in body.splitlines() if "evil" in line) < 200
    assert "\u202e" not in body


def test_the_console_comes_before_the_report() -> None:
    brand = examples.brand()._replace(console_url="https://desk.example/console")

    lines = render_summary(examples.evening(), brand, LINK).body.splitlines()

    assert lines.index("운영 화면 열기: https://desk.example/console") == lines.index(f"자세히 보기: {LINK}") - 1
