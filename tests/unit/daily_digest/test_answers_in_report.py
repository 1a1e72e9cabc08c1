"""Answers and misreadings in the page, the CSV and the mail."""

import csv
import io
from datetime import timedelta

import pytest

from daily_digest import figures
from daily_digest.csv_file import render_csv
from daily_digest.formatter import ReportFormatter
from daily_digest.model import Answering, Answers, Correction, Digest, Label, Misreading, Misreadings, Waiting, Waits
from daily_digest.periods import Edition
from daily_digest.summary import render_summary
from desk.i18n import LANGUAGES
from desk.posts.model import PostReason
from tests.unit.daily_digest import examples
from tests.unit.daily_digest.test_report import HOSTILE, page

HOURS_AND_MORE = [
    (0, "1분 미만"),
    (1, "1분"),
    (59, "59분"),
    (60, "1시간"),
    (61, "1시간 1분"),
    (60_001, "1,000시간 1분"),
]


def rows(digest: Digest, section: str) -> list[list[str]]:
    text = render_csv(digest, examples.brand()).decode("utf-8-sig")
    return [row[1:] for row in csv.reader(io.StringIO(text, newline="")) if row[0] == section]


@pytest.mark.parametrize(("minutes", "written"), HOURS_AND_MORE)
def test_a_duration_is_written_in_hours_and_minutes(minutes: int, written: str) -> None:
    assert ReportFormatter(examples.brand()).duration(timedelta(minutes=minutes, seconds=59)) == written


def test_each_department_has_its_counts_waits_and_overdue_cases() -> None:
    formatter = ReportFormatter(examples.brand())

    network, plans, billing, apps, home = figures.answer_rows(examples.evening(), formatter)

    assert network == ("네트워크", (141, 22, 2, 35, 31, 7), (timedelta(minutes=35), timedelta(minutes=190)))
    assert (plans.name, plans.counts[-2:], billing.name) == ("요금제·부가", (8, 2), "요금·청구")
    assert (apps.name, apps.counts, apps.waits) == ("앱·멤버십", (0, 0, 0, 0, 4, 0), (None, None))
    assert home.waits[0] == timedelta()


def test_a_department_without_figures_has_no_row() -> None:
    digest = examples.quiet(answering=Answering(by_department={"pr": Answers(), "billing": Answers(promised=1)}))

    assert [row.name for row in figures.answer_rows(digest, ReportFormatter(examples.brand()))] == ["요금·청구"]


def test_equally_late_departments_are_ordered_by_answers_not_by_promises() -> None:
    answering = Answering(by_department={"billing": Answers(answered=1, promised=9), "network": Answers(answered=5)})
    waiting = Waiting(3, 0, None, {"billing": 1, "network": 1, "plans": 1})

    found = figures.answer_rows(examples.quiet(answering=answering, waiting=waiting), ReportFormatter(examples.brand()))

    assert [row.name for row in found] == ["네트워크", "요금·청구", "요금제·부가"]


def test_the_page_lists_departments_with_a_total_and_says_what_counts() -> None:
    text = page(examples.evening()).text

    assert "네트워크14122235317 35분3시간 10분".replace(" ", "") in text.replace(" ", "")
    assert "앱·멤버십000040없음없음" in text.replace(" ", "")
    assert "합계21231944579 1시간 20분8시간 25분".replace(" ", "") in text.replace(" ", "")
    assert "중간값이 1시간 20분, 90%가 8시간 25분 이내입니다(근무 시간 기준)." in text
    assert "접수를 알리는 자동 답글은 17건이고" in text


def test_every_cell_has_its_heading_for_phones() -> None:
    heads = [cell.get("data-head") for cell in page(examples.evening()).all("td") if "data-head" in cell]

    assert heads[:8] == [
        "답변함", "X에서 직접", "DM으로 안내", "답변 약속", "답변 대기", "기한 지남",
        "첫 답변(중간값)", "첫 답변(90% 이내)",
    ]  # fmt: skip


def test_a_single_department_has_no_total() -> None:
    shown = page(examples.quiet(waiting=Waiting(2, 1, None, {"billing": 2}, {"billing": 1})))

    assert shown.all("tfoot") == []
    assert "요금·청구000021" in shown.text.replace(" ", "")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_time_without_answers_says_so_and_has_no_empty_table(language: str) -> None:
    shown = page(examples.quiet(), language)

    assert LANGUAGES[language]["answers.none"] in shown.text
    assert LANGUAGES[language]["waiting.none"] in shown.text
    assert LANGUAGES[language]["answers.half"] not in shown.text


def test_every_reason_of_an_unsent_reply_is_written_in_words() -> None:
    reasons = [*PostReason, "not_stored"]

    text = page(examples.quiet(answering=Answering(unsent=tuple((str(reason), 2) for reason in reasons)))).text

    assert [reason for reason in reasons if f"{LANGUAGES['ko'][f'post.reason.{reason}']} 2건" not in text] == []


def test_xs_own_words_are_text() -> None:
    answering = Answering(Answers(1), {HOSTILE: Answers(1)}, unsent=((HOSTILE, 1), ("=1+1", 1)))
    digest = examples.quiet(answering=answering)

    shown = page(digest)

    assert shown.all("img") == []
    assert "\u202e" not in shown.text
    assert "'=1+1" in {row[1] for row in rows(digest, "부서별 답변")}


def test_spreadsheets_get_counts_and_minutes() -> None:
    found = rows(examples.evening(), "부서별 답변")

    assert ["답변함", "네트워크", "141"] in found
    assert ["기한 지남", "네트워크", "7"] in found
    assert ["첫 답변(90% 이내, 분)", "네트워크", "190"] in found
    assert ["답변 대기", "합계", "57"] in found
    assert ["접수를 알리는 자동 답글", "", "17"] in found
    assert ["올라가지 않은 답글", "같은 글이 X에 이미 있습니다", "3"] in found
    assert not [row for row in found if row[0].startswith("첫 답변") and row[1] == "앱·멤버십"]


def test_the_mail_has_one_line_of_answers() -> None:
    def line(digest: Digest, language: str) -> str:
        body = render_summary(digest, examples.brand(language), "https://jade.example").body
        return next(line for line in body.splitlines() if line.startswith(("- 답변:", "- Answers:")))

    assert line(examples.quiet(), "ko") == "- 답변: 0건"
    assert line(examples.evening(), "en") == (
        "- Answers: 221 (median time to the first 1 h 20 min, 90% within 8 h 25 min)"
    )


def test_misreadings_are_in_the_weekly_page_with_counts_links_and_a_hint() -> None:
    shown = page(examples.weekly())

    assert "이번 주에 동료들이 분류를 고친 문의는 5건입니다." in shown.text
    assert "문의, 요금·청구 → 장애·불편 신고, 네트워크 3건" in shown.text
    assert "사실 확인 필요, 홍보 → 인사·수다 1건" in shown.text
    assert "기록 없음 → 문의, 요금·청구 1건" in shown.text
    assert "문의 번호 7Q2M4-XD90K" in shown.text
    assert "https://x.com/i/status/199300000000" in {link["href"] for link in shown.all("a")}
    assert "X의 글에서 저절로 배우는 것은 없습니다." in shown.text
    assert "이 밖에 2건이 더 있습니다." in shown.text


def test_a_correction_of_urgency_says_from_what_to_what() -> None:
    normal, high = Label("fault", "network", "normal"), Label("fault", "network", "high")
    digest = examples.weekly(misreadings=Misreadings(1, ((Correction(high, normal), 1),)))

    assert "장애·불편 신고, 네트워크, 긴급 → 장애·불편 신고, 네트워크, 보통 1건" in page(digest).text
    assert ["합계", "장애·불편 신고, 네트워크, 긴급 → 장애·불편 신고, 네트워크, 보통", "1"] in rows(
        digest, "분류를 고친 문의"
    )


def test_more_kinds_of_misreadings_than_the_page_lists_are_counted() -> None:
    counts = tuple((Correction(Label("inquiry", f"team-{n}"), Label("fault", "network")), 1) for n in range(103))

    assert "이 밖에 3건이 더 있습니다." in page(examples.weekly(misreadings=Misreadings(103, counts))).text


@pytest.mark.parametrize("edition", [Edition.MORNING, Edition.EVENING, Edition.MONTHLY])
def test_other_editions_do_not_list_misreadings(edition: Edition) -> None:
    assert "분류를 고친" not in page(examples.evening(edition=edition)).text


def test_a_week_without_misreadings_says_so() -> None:
    assert "이번 주에 분류를 고친 문의가 없습니다." in page(examples.weekly(misreadings=Misreadings())).text


def test_a_kind_of_another_release_is_shown_by_its_key() -> None:
    correction = Correction(Label("praise", HOSTILE), Label("fault", "network"))
    one = Misreading("7Q2M4-XD93K", examples.EVENING, correction, "1")
    digest = examples.weekly(misreadings=Misreadings(1, ((correction, 1),), (one,)))

    shown = page(digest)

    assert "praise, " in shown.text
    assert shown.all("img") == []


def test_spreadsheets_get_misreadings_with_their_links() -> None:
    found = rows(examples.weekly(), "분류를 고친 문의")

    assert ["합계", "문의, 요금·청구 → 장애·불편 신고, 네트워크", "3"] in found
    assert found[-1][0] == "7Q2M4-XD92K"
    assert found[-1][2].startswith("https://x.com/i/status/")


def test_labels_are_counted_in_the_page_and_for_spreadsheets_if_cases_got_any() -> None:
    labelled = examples.weekly()._replace(labels={"old": 1, "event": 4})

    assert "문의에 붙인 라벨" in page(labelled).text
    assert rows(labelled, "문의에 붙인 라벨") == [["행사", "", "4"], ["old", "", "1"]]
    assert "문의에 붙인 라벨" not in page(examples.weekly()).text


def test_the_chart_of_waits_has_departments_with_answers_the_slowest_first() -> None:
    formatter = ReportFormatter(examples.brand())
    fast = Answers(1, waits=Waits(timedelta(minutes=5), timedelta(minutes=9)))
    answering = examples.evening().answering
    digest = examples.evening(
        answering=answering._replace(
            by_department={**answering.by_department, "pr": fast, "policy": Answers(promised=1)}
        )
    )

    assert [(row.name, row.number) for row in figures.median_waits(digest, formatter)] == [
        ("요금제·부가", 240),
        ("요금·청구", 135),
        ("네트워크", 35),
        ("홍보", 5),
        ("홈", 0),
    ]
