import re
from copy import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from daily_digest.csv_file import render_csv
from daily_digest.formatter import PageFormatter
from daily_digest.model import (
    Attendance,
    Balance,
    CaseList,
    Digest,
    Favourite,
    Favourites,
    Posts,
    Tally,
    Waiting,
    WaitingGroup,
)
from daily_digest.periods import Edition, Period
from daily_digest.report import render_report
from desk.i18n import LANGUAGES
from desk.links import TABLE_HREF
from desk.posts.model import PostReason, PostState
from desk.posts.pause import PauseScope
from desk.x.model import Author
from tests.contrast import colours, contrast
from tests.unit.daily_digest import examples
from tests.unit.daily_digest.examples import EVENING, GREETING, MIDNIGHT, TODAY

EVERYTHING = {"evening": examples.evening, "weekly": examples.weekly, "quiet": examples.quiet}
HOSTILE = "<img src=x onerror=alert(1)> \u202ethgir-ot-tfel {{ 7*7 }} &amp;"


class Page(HTMLParser):
    """What the tests ask of a page: elements with their attributes, visible text, elements left open."""

    VOID = frozenset({"meta", "br", "line", "rect"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "title"):
            self.texts.append(data)

    @property
    def text(self) -> str:
        """As a reader sees it: the marks that hold a date together are invisible."""
        return " ".join("".join(self.texts).replace("\u2060", "").split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def page(digest: Digest, language: str = "ko") -> Page:
    return Page(render_report(digest, examples.brand(language)))


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("name", EVERYTHING)
def test_every_element_is_closed_and_the_page_says_its_language(name: str, language: str) -> None:
    shown = page(EVERYTHING[name](), language)

    assert shown.open == []
    assert shown.all("html") == [{"lang": language}]
    assert len(shown.all("h1")) == 1


@pytest.mark.parametrize("name", EVERYTHING)
def test_nothing_is_loaded_from_anywhere_and_nothing_runs(name: str) -> None:
    html = render_report(EVERYTHING[name](), examples.brand())
    shown = Page(html)

    tags = {tag for tag, _ in shown.elements}
    assert not tags & {"script", "img", "link", "iframe", "object", "embed", "form", "video", "audio", "base", "use"}
    assert not any(key == "src" or key.startswith("on") for _, attributes in shown.elements for key in attributes)
    assert not re.search(r"@import|url\(|@font-face|expression\(", html)


def test_links_lead_to_x_and_to_the_table_only() -> None:
    hrefs = {str(link["href"]) for link in page(examples.weekly()).all("a")}

    assert TABLE_HREF in hrefs
    assert all(re.fullmatch(r"https://x\.com/i/status/\d+", href) for href in hrefs - {TABLE_HREF})


def test_texts_of_strangers_are_escaped_everywhere() -> None:
    author = Author("9", "evil_person", HOSTILE)
    favourites = Favourites((Favourite("1", author, EVENING, EVENING, HOSTILE),), HOSTILE)
    attendee = replace(examples.attendee(0), author=author)
    hostile = examples.weekly(
        favourites=favourites,
        tally=replace(
            examples.evening().tally, terms=((HOSTILE, 3),), by_language={HOSTILE: 2}, by_department={HOSTILE: 2}
        ),
        attendance=(Attendance(TODAY, replace(GREETING, text=HOSTILE), (attendee,), replies_known=True),),
        pauses=(replace(examples.evening().pauses[0], reason=HOSTILE, by=HOSTILE),),
        posts=replace(
            examples.evening().posts,
            refused=(examples.post(9, HOSTILE, PostState.REFUSED, reason=PostReason.GONE, detail=HOSTILE),),
        ),
        waiting=Waiting(1, 0, None, {HOSTILE: 1}),
    )

    html = render_report(hostile, examples.brand())

    assert "<img" not in html
    assert "\u202e" not in html
    assert "{{ 7*7 }}" in html  # never a template of ours
    assert Page(html).open == []


def test_the_first_lines_say_how_it_went_and_what_needs_a_person() -> None:
    text = page(examples.evening()).text

    assert text.startswith(
        "에메랄드모바일 하루 정리 11월 24일(화) 0시(자정)부터 오후 6:10까지 "
        "멘션 1,284건이 들어왔고, 답변을 기다리는 문의가 57건 있습니다. "
        "지금 챙기실 일 11월 24일(화) 오후 5:30부터 게시 중지: 문구 검토 답변을 기다리는 긴급 문의 2건 "
        "지하철 2호선에서 데이터가 전혀 안 터져요. 어제 저녁부터 계속 이러는데 언제 고쳐지나요? "
        "네트워크, 장애·불편 신고, 11월 24일(화) 오후 3:10까지(기한 지남), 문의 번호 7Q2M4-00002 · X에서 보기"
    )
    order = (
        "답변 기한이 지난 문의 9건(위의 긴급 2건 포함)", "오늘 안에 답변할 문의 12건",
        "게시 여부 확인이 필요한 글 1건 보류되어 결정을 기다리는 글 1건 X가 받지 않은 글 1건",
        "시각이 지나 올리지 않은 글 1건 X가 보여 주지 않아 모으지 못한 구간 1곳 아직 답인사를 드리지 않은 분 4명",
        "그 밖에 답변을 기다리는 문의 36건", "새 멘션 1,284건 긴급 47건",
    )  # fmt: skip
    assert sorted(order, key=text.index) == [*order]


def test_waiting_cases_are_folded_lists_with_links_to_x() -> None:
    html = render_report(examples.evening(), examples.brand())
    waiting = examples.evening().waiting

    lists = re.findall(
        r"<li class=\"opens\"><details( open)?>\s*<summary>(.*?)</summary>(.*?)</details></li>", html, re.DOTALL
    )

    assert [(opened, summary) for opened, summary, _ in lists] == [
        (" open", "답변을 기다리는 긴급 문의 2건"),
        ("", "답변 기한이 지난 문의 9건(위의 긴급 2건 포함)"),
        ("", "오늘 안에 답변할 문의 12건"),
        ("", "그 밖에 답변을 기다리는 문의 36건"),
    ]
    for (_, _, listed), cases in zip(lists, waiting.lists.values(), strict=True):
        assert re.findall(r"https://x.com/i/status/(\d+)", listed) == [case.mention_id for case in cases.entries]
        assert all(case.id in listed for case in cases.entries)


def test_cases_without_room_are_counted() -> None:
    overdue = CaseList(75, examples.cases(3, -2))

    text = page(
        examples.quiet(waiting=Waiting(75, 75, MIDNIGHT, {"billing": 75}, lists={WaitingGroup.OVERDUE: overdue}))
    ).text

    assert "답변 기한이 지난 문의 75건" in text
    assert "이 밖에 72건이 더 있습니다." in text


@pytest.mark.parametrize(("count", "is_open"), [(1, True), (5, True), (6, False), (42, False)])
def test_a_short_list_of_urgent_inquiries_is_open(count: int, is_open: bool) -> None:
    lists = {WaitingGroup.URGENT: CaseList(count, examples.cases(count, -2))}

    html = render_report(examples.quiet(waiting=Waiting(count, 0, MIDNIGHT, {}, lists=lists)), examples.brand())

    assert ('<li class="opens"><details open>' in html) is is_open


def test_a_report_has_no_link_by_which_its_readers_could_answer() -> None:
    for digest in (examples.evening(), examples.morning()):
        assert "/answer/" not in render_report(digest, examples.brand())


def test_a_morning_lists_mentions_and_says_which_it_leaves_out() -> None:
    text = page(examples.morning()).text

    assert (
        "지난 보고 뒤로 들어온 멘션 모두 44건이며, 중요한 것부터 적었습니다. "
        "위의 답변할 문의 19건은 여기서 뺐습니다. 광고·무관 3건은 뺐습니다. "
        "지하철 2호선에서 데이터가 전혀 안 터져요. 어제 저녁부터 계속 이러는데 언제 고쳐지나요? "
        "[긴급] 문의, 11월 24일(화) 오전 8:50"
    ) in text
    assert "나머지 8건 보기" in text
    assert "글이 지워졌거나 보관 기간이 지나 내용은 볼 수 없습니다. 앱·멤버십, 의견" in text
    assert "이 밖에 4건이 더 있습니다. 부서별 답변" in text
    assert "들어온 멘션" not in page(examples.evening()).text


@pytest.mark.parametrize(
    ("edition", "kind_words"),
    [
        (Edition.MORNING, "편안한 아침입니다."),
        (Edition.EVENING, "조용한 하루였습니다."),
        (Edition.WEEKLY, "조용한 한 주였습니다."),
        (Edition.MONTHLY, "조용한 한 달이었습니다."),
    ],
)
def test_an_empty_time_reads_kindly(edition: Edition, kind_words: str) -> None:
    text = page(examples.quiet(edition)).text

    assert kind_words in text
    assert "지금 챙기실 일은 없습니다." in text
    assert "수고 많으셨습니다." in text
    assert "%" not in text


def test_a_quiet_day_still_names_waiting_inquiries() -> None:
    text = page(examples.quiet(waiting=Waiting(2, 0, MIDNIGHT, {"billing": 2}))).text

    assert "조용한 하루였습니다. 답변을 기다리는 문의는 2건 남아 있습니다." in text


def test_every_charts_numbers_are_in_a_table_too() -> None:
    digest = examples.evening()
    html = render_report(digest, examples.brand())

    tables = " ".join(re.findall(r"<table.*?</table>", html, re.DOTALL))
    cells = re.findall(r'<th scope="row">(.*?)</th><td class="n">(.*?)</td>', tables)
    for name, number in [
        ("정보", "412"), ("의견", "131"), ("광고·무관", "112"), ("네트워크", "365"), ("정책·경영", "7"),
        ("문의", "383"), ("14시", "305"), ("모음", "1,284"),
    ]:  # fmt: skip
        assert (name, number) in cells
    assert '<th scope="row">23시</th><td class="n zero">0</td><td class="n zero">0%</td>' in tables
    assert "긴급 47 4% 보통 751 59% 여유 483 38%" in Page(html).text
    assert "한국어 1,190 93%" in Page(html).text
    assert len(re.findall("<svg", html)) == 6


def test_every_chart_is_an_image_with_a_name_and_every_table_has_a_caption() -> None:
    html = render_report(examples.evening(), examples.brand())
    shown = Page(html)

    assert all(svg.get("role") == "img" and svg.get("aria-label") for svg in shown.all("svg"))
    assert len(shown.all("caption")) == len(shown.all("table"))
    assert all("scope" in head for head in shown.all("th"))


def test_headings_go_down_one_step_at_a_time() -> None:
    levels = [int(tag[1]) for tag, _ in page(examples.weekly()).elements if re.fullmatch("h[1-6]", tag)]

    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_posts_are_listed_with_their_reason_and_their_place_on_x() -> None:
    shown = page(examples.evening())

    assert "답글 · 11월 24일(화) 오후 12:04 · 우리를 부르지 않은 글에는 X가 답글을 허용하지 않습니다" in shown.text
    assert "게시할 시각이 지나 올리지 않았습니다" in shown.text
    assert "X의 응답을 받지 못해 올라갔는지 알 수 없습니다" in shown.text
    assert "게시 예정 11월 25일(수) 오전 8:10" in shown.text
    assert "https://x.com/i/status/1993000000000000002" in {link["href"] for link in shown.all("a")}


def test_a_published_post_has_no_reason() -> None:
    late = examples.post(1, "안내", PostState.PUBLISHED, reason=PostReason.RATE_LIMITED)
    nothing = Posts((), (), (), (), (), ())

    assert "호출을 제한해" not in page(examples.quiet(posts=nothing._replace(published=(late,)))).text


def test_every_reason_is_written_in_words() -> None:
    refused = tuple(examples.post(number, "안내", PostState.REFUSED, reason=r) for number, r in enumerate(PostReason))

    text = page(examples.quiet(posts=Posts((), refused, (), (), (), ()))).text

    assert [reason for reason in PostReason if LANGUAGES["ko"][f"post.reason.{reason}"] not in text] == []


def test_a_pause_of_scheduled_posts_says_so_in_report_mail_and_csv() -> None:
    pause = replace(examples.evening().pauses[1], scope=PauseScope.SCHEDULED)
    digest = examples.evening(pauses=(pause,))

    text = page(digest).text

    assert "11월 24일(화) 오후 5:30부터 예약 글만 게시 중지: 문구 검토" in text
    assert "김운영문구 검토 (예약 글만)" in text
    assert "(예약 글만),김운영,문구 검토" in render_csv(digest, examples.brand()).decode()


def test_pauses_say_who_when_and_why() -> None:
    text = page(examples.evening()).text

    assert "11월 24일(화) 오후 2:0511월 24일(화) 오후 2:50 (박당직)김운영전국 장애 대응" in text
    assert "11월 24일(화) 오후 5:30아직 중지 중김운영문구 검토" in text


def test_attendance_counts_mornings_and_names_people_not_greeted_back() -> None:
    text = page(examples.evening()).text

    assert "14명이 출석했습니다. 단골은 10명입니다." in text
    assert "@morning_0 하늘 기록 시작 뒤 40일째 단골 답인사 전 · X에서 보기 @morning_4" in text
    assert "@morning_12 라온 연속 4일 답인사 전 · X에서 보기 @morning_1 바다 연속 37일 단골 @morning_2" in text
    assert "@morning_13 새벽 연속 1일 마음에" in text  # no regular
    assert all(text.count(f"@morning_{number} ") == 1 for number in range(14) if number != 3)  # whose post has our ♥


def test_when_replies_are_unknown_nobody_is_listed_as_not_greeted_back() -> None:
    roll = replace(examples.evening().attendance[0], replies_known=False)

    text = page(examples.evening(attendance=(roll,))).text

    assert "답인사를 드렸는지는 알 수 없습니다." in text
    assert "아직 답인사를 드리지 않은" not in text
    assert "답인사 전" not in text


def test_a_day_without_a_greeting_and_one_without_replies_say_so() -> None:
    rolls = (
        Attendance(TODAY, None, (), replies_known=True),
        Attendance(TODAY - timedelta(days=1), GREETING, (), replies_known=True),
    )

    text = page(examples.quiet(attendance=rolls)).text

    assert "아침 인사를 하지 않은 날입니다." in text
    assert "아직 출석하신 분이 없습니다." in text


def test_refused_favourites_are_reported_in_a_line_and_are_no_zero() -> None:
    text = page(examples.evening(favourites=Favourites((), "Forbidden"))).text

    assert "이번에는 싣지 못했습니다(X의 답: Forbidden)." in text
    assert "♥를 누른 글이 없습니다" not in text
    assert "♥ 누른 글" not in text
    assert "X가 알려 주지 않음" in text


def test_a_day_stays_in_one_line() -> None:
    assert PageFormatter(examples.brand()).day(TODAY) == "11월\u00a024일\u2060(화)\u2060"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_day_that_is_compared_is_named(language: str) -> None:
    html = render_report(examples.weekly(), examples.brand(language))

    sunday = PageFormatter(examples.brand(language)).day(date(2026, 11, 22))

    assert f'<th scope="col" class="n">{sunday}</th>' in html


def test_feedback_is_listed_by_department_once_a_week_only() -> None:
    week, day = page(examples.weekly()).text, page(examples.evening()).text

    assert "부서별 의견 앱·멤버십 의견 37건" in week
    assert "글이 지워졌거나 보관 기간이 지나 내용은 볼 수 없습니다." in week
    assert "이 밖에 33건이 더 있습니다." in week
    assert "홈 의견" not in week
    assert "부서별 의견" not in day


def test_a_broken_balance_is_reported_on_top_and_below() -> None:
    text = page(examples.evening(balance=Balance((TODAY,), 1_284, 1_270, 3, None))).text

    assert "모은 수와 분류한 수가 맞지 않는 멘션 11건" in text
    assert "맞지 않습니다. 확인이 필요합니다." in text
    assert "X에서 답변·♥알 수 없음" in text


def test_comparisons_say_how_many_days_have_figures() -> None:
    text = page(examples.evening()).text

    assert "지난 28일은 기록이 있는 12일의 평균입니다." in text
    assert "지난 7일은" not in text


def test_whole_days_are_named_without_a_time() -> None:
    week = page(examples.weekly()).text
    day = page(examples.quiet(period=Period(MIDNIGHT, MIDNIGHT + timedelta(days=1)))).text

    assert "주간 보고 11월 16일(월)부터 11월 22일(일)까지" in week
    assert "하루 정리 11월 24일(화) 지난 보고" in day


def test_a_list_of_any_length_stays_readable() -> None:
    many = tuple(examples.attendee(0)._replace(author_id=str(n), mention_id=str(n)) for n in range(5_000))
    digest = examples.quiet(attendance=(Attendance(TODAY, GREETING, many, replies_known=True),))

    html = render_report(digest, examples.brand())

    assert len(html) < 100_000
    assert "이 밖에 4,900명이 더 출석했습니다." in Page(html).text


def test_a_single_mention_makes_a_page() -> None:
    one = Tally(
        1,
        0,
        0,
        {"information": 1},
        0,
        0,
        {"inquiry": 1},
        {"billing": 1},
        {"normal": 1},
        {"ko": 1},
        (0, 1, *(0,) * 22),
        (),
    )

    text = page(examples.quiet(tally=one)).text

    assert "1시에 가장 붐볐습니다(1건)." in text
    assert "자주 쓰인 말을 꼽기에는 글이 적습니다." in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_bars_have_enough_contrast(scheme: str) -> None:
    html = render_report(examples.quiet(), examples.brand())
    colour = colours(html, scheme)

    for text, behind in [
        ("ink", "page"), ("ink", "card"), ("ink", "accent-soft"), ("ink-3", "page"), ("ink-3", "card"),
        ("ink-3", "accent-soft"), ("accent-text", "page"), ("accent-text", "card"), ("accent-text", "accent-soft"),
        ("on-accent", "accent"), ("danger", "danger-soft"), ("danger", "card"),
    ]:  # fmt: skip
        assert contrast(colour[text], colour[behind]) >= 4.5, (text, behind)  # WCAG 1.4.3
    for bar in ("accent", "before-1", "before-2", "quiet", "aside"):
        assert contrast(colour[bar], colour["card"]) >= 3, bar  # WCAG 1.4.11


def test_mentions_to_review_are_counted_beside_the_kinds_if_there_are_any() -> None:
    evening = examples.evening()
    none = evening._replace(tally=evening.tally._replace(review=0))

    assert "답변이 필요 없는 글 같지만 확실하지 않은 19건은" in page(evening).text
    assert "To review: 19. They probably need no answer" in page(evening, "en").text
    assert "확실하지 않은" not in page(none).text
