"""The rules of the pre-send check: what is found, how grave it is, and what is left alone."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from desk.brand import CheckSettings, ProductName
from desk.checks.model import CheckContext, CheckResult, Finding, LinkCheck, RecentText, Rule, Severity
from desk.checks.overrides import LONGEST_REASON, reason_in
from desk.checks.rules import findings_in
from desk.checks.sentences import rule_names, sentence_of
from desk.i18n import LANGUAGES
from desk.posts.model import PostKind
from desk.staff.saved_replies import SavedReply
from tests.brands import small_brand
from tests.families import for_each

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
CHECKS = CheckSettings(
    banned=("무조건", "업계 최초", "best"),
    products=(
        ProductName("제이드 5G 라이트", ("제이드 라이트 5G", "제이드 5G")),
        ProductName("제이드 멤버십", ("제이드 멤버쉽",)),
    ),
    competitors=("루비텔레콤",),
)


def context(kind: PostKind = PostKind.ANNOUNCEMENT, **facts: Any) -> CheckContext:
    return CheckContext(small_brand(checks=CHECKS), kind, NOW, **{"recent": (), **facts})


def found(text: str, facts: CheckContext | None = None) -> list[tuple[Rule, Severity]]:
    return [(each.rule, each.severity) for each in findings_in(text, facts or context())]


def rules(text: str, facts: CheckContext | None = None) -> list[Rule]:
    return [rule for rule, _ in found(text, facts)]


def test_the_gravest_findings_come_first() -> None:
    text = "무조건 쌉니다 11월 24일(수) 010-1234-5678"
    facts = context(recent=None)

    assert found(text, facts) == [
        (Rule.PRIVATE_NUMBER, Severity.REFUSED),
        (Rule.DATE_AND_WEEKDAY, Severity.WARNING),
        (Rule.BANNED_WORD, Severity.WARNING),
        (Rule.RECENT_UNCHECKED, Severity.NOTE),
    ]


@pytest.mark.parametrize(
    "text", ["무조건 드려요", "#무조건", "이건 업계  최초입니다", "Best offer", "우리가 BEST입니다"]
)
def test_a_banned_word_is_found_with_particles_and_in_any_case(text: str) -> None:
    assert rules(text) == [Rule.BANNED_WORD]


@pytest.mark.parametrize("text", ["아무조건 없이", "bestseller", "thebest", "https://www.example.com/best"])
def test_a_word_inside_another_one_or_a_link_is_not_found(text: str) -> None:
    assert rules(text) == []


def test_a_wrong_name_is_found_but_not_inside_the_right_one() -> None:
    assert rules("제이드 5G 라이트가 나왔습니다") == []

    (finding,) = findings_in("제이드 멤버쉽으로 할인받으세요", context())

    assert (finding.rule, finding.values) == (Rule.PRODUCT_NAME, {"wrong": "제이드 멤버쉽", "right": "제이드 멤버십"})
    assert rules("제이드 5G를 씁니다") == [Rule.PRODUCT_NAME]


def test_competitors_are_found() -> None:
    assert rules("루비텔레콤보다 빠릅니다") == [Rule.COMPETITOR]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("https://x.com/jade/status/12", Rule.QUOTE),
        ("보세요 twitter.com/i/web/status/12?s=20", Rule.QUOTE),
        ("https://mobile.twitter.com/a_b/statuses/99/photo/1", Rule.QUOTE),
        ("@friend 고마워요", Rule.MENTION),
        ("고마워요@friend님", Rule.MENTION),
        (".＠friend", Rule.MENTION),
    ],
)
def test_quotes_and_mentions_of_others_are_refused(text: str, rule: Rule) -> None:
    assert found(text) == [(rule, Severity.REFUSED)]


@pytest.mark.parametrize(
    "text",
    [
        "@Jade 계정을 팔로우해 주세요",
        "help@jade.com으로 보내 주세요",
        "https://x.com/jade",
        "https://www.example.com/@friend/status/12",
        "https://notx.com/a/status/12",
        "회의는 @ 3층",
    ],
)
def test_our_own_handle_addresses_of_mail_and_other_links_are_fine(text: str) -> None:
    assert rules(text) == []


def test_a_reply_may_name_those_who_called_and_anybody_if_that_is_unknown() -> None:
    known = context(PostKind.REPLY, callers=frozenset({"guest"}))

    assert rules("@Guest 님 고맙습니다", known) == []
    assert rules("@other 님 고맙습니다", known) == [Rule.MENTION]
    assert rules("@other 님 고맙습니다", context(PostKind.REPLY, callers=None)) == []


TEXT = "오늘 점심에는 멤버십으로 극장 할인을 받아 보세요."


def earlier(text: str, *, hours: int = 48) -> Sequence[RecentText]:
    return [RecentText("아주 다른 이야기를 하는 글입니다", NOW), RecentText(text, NOW - timedelta(hours=hours))]


@pytest.mark.parametrize(
    ("before", "hours", "expected"),
    [
        (TEXT, 48, [(Rule.SAME_TEXT, Severity.WARNING)]),
        (TEXT, 23, [(Rule.SAME_TEXT, Severity.REFUSED)]),
        (f"{TEXT.upper()}!! https://t.co/a1", 23, [(Rule.SAME_TEXT, Severity.WARNING)]),
        (TEXT.replace("받아", "꼭 받아"), 23, [(Rule.SIMILAR_TEXT, Severity.WARNING)]),
        ("오늘 저녁에는 새 요금제를 소개해 드립니다.", 23, []),
    ],
)
def test_repetitions_are_refused_within_a_day_and_else_warned_of(
    before: str, hours: int, expected: list[tuple[Rule, Severity]]
) -> None:
    assert found(TEXT, context(recent=earlier(before, hours=hours))) == expected


def test_a_short_text_is_the_same_or_not() -> None:
    assert rules("네, 맞습니다!", context(recent=earlier("네, 맞습니다만"))) == []
    assert rules("네, 맞습니다!", context(recent=earlier("네 맞습니다"))) == [Rule.SAME_TEXT]
    assert rules("🙏", context(recent=earlier("🎉"))) == []


def test_replies_may_resemble_each_other() -> None:
    assert rules(TEXT, context(PostKind.REPLY, recent=earlier(TEXT.replace("받아", "꼭 받아")))) == []
    assert rules(TEXT, context(PostKind.REPLY, recent=earlier(TEXT))) == [Rule.SAME_TEXT]
    assert rules(TEXT, context(PostKind.REPLY, recent=None)) == []


@pytest.mark.parametrize(
    ("text", "rule", "marks", "fix"),
    [
        ("11월 24일(수)에 만나요", Rule.DATE_AND_WEEKDAY, ("11월 24일(수)",), "11월 24일(화)"),
        ("11월 24일 수요일에 만나요", Rule.DATE_AND_WEEKDAY, ("11월 24일 수요일",), "11월 24일 화요일"),
        (
            "See you on Wednesday, 24 November",
            Rule.DATE_AND_WEEKDAY,
            ("Wednesday, 24 November",),
            "Tuesday, 24 November",
        ),
        ("See you on Nov 24 (Wed)", Rule.DATE_AND_WEEKDAY, ("Nov 24 (Wed",), "Nov 24 (Tue"),
        ("11월 31일에 만나요", Rule.NO_SUCH_DATE, ("11월 31일",), None),
        ("문의 010-2345-6789, 0\u200b10-2345-6780", Rule.PRIVATE_NUMBER, ("010-2345-6789", "0\u200b10-2345-6780"), ""),
        ("@Jade @stranger 님과 @Stranger 님", Rule.MENTION, ("@stranger", "@Stranger"), None),
        ("글 보기 https://x.com/a/status/12", Rule.QUOTE, ("https://x.com/a/status/12",), ""),
        ("확인했습니다.\n확인 후 연락드리겠습니다.", Rule.PROMISE_WITHOUT_TIME, ("확인 후 연락드리겠습니다.",), None),
        ("봄 #수능 ＃수능", Rule.TRENDING_HASHTAG, ("#수능", "＃수능"), None),
    ],
)
def test_a_finding_quotes_what_it_is_about_as_it_is_written_and_knows_what_would_be_right(
    text: str, rule: Rule, marks: tuple[str, ...], fix: str | None
) -> None:
    (finding,) = [each for each in findings_in(text, context(trending=frozenset({"수능"}))) if each.rule is rule]

    assert (finding.marks, finding.fix) == (marks, fix)
    assert all(mark in text for mark in marks)
    if fix:
        assert rule not in rules(text.replace(marks[0], fix))


def test_words_of_the_brand_are_quoted_with_the_capitals_and_spaces_of_the_text() -> None:
    products = (ProductName("제이드 패스", ("제이드패스",)),)
    checks = CheckSettings(banned=("free gift",), competitors=("Rival",), products=products)
    text = "Free  Gift! RIVAL과 rival, 제이드패스"

    found = {
        each.rule: (each.marks, each.fix)
        for each in findings_in(text, context()._replace(brand=small_brand(checks=checks)))
    }

    assert found[Rule.BANNED_WORD] == (("Free  Gift",), None)
    assert found[Rule.COMPETITOR] == (("RIVAL", "rival"), None)
    assert found[Rule.PRODUCT_NAME] == (("제이드패스",), "제이드 패스")


def test_notices_of_an_outage_may_resemble_each_other() -> None:
    before = "서울 일부 지역의 통화 장애를 복구하고 있습니다. 오후 3시까지 다시 알려 드립니다."
    text = before.replace("3시", "4시")

    assert rules(text, context(PostKind.OUTAGE, recent=earlier(before))) == []
    assert rules(text, context(recent=earlier(before))) == [Rule.SIMILAR_TEXT]
    assert rules(before, context(PostKind.OUTAGE, recent=earlier(before))) == [Rule.SAME_TEXT]


def test_only_a_foreign_hashtag_that_trends_is_found() -> None:
    facts = context(trending=frozenset({"수능", "제이드데이", "봄맞이"}), recent=earlier("봄이 왔어요 #봄맞이"))

    assert rules("#제이드데이 #봄맞이 #할인", facts) == []
    (finding,) = findings_in("응원합니다 #수능 ＃할인", facts)
    assert (finding.rule, finding.values) == (Rule.TRENDING_HASHTAG, {"words": "#수능"})
    assert rules("#수능", context(trending=None)) == []
    assert rules("#수능", context(PostKind.REPLY, trending=frozenset({"수능"}))) == []


def test_dead_links_are_warned_of_and_others_only_noted() -> None:
    links = [LinkCheck("a.com", answers=True), LinkCheck("b.com", False, "404"), LinkCheck("c.com", None, "too_slow")]

    assert found("보세요", context(links=links)) == [
        (Rule.LINK_DEAD, Severity.WARNING),
        (Rule.LINK_UNCHECKED, Severity.NOTE),
    ]


@for_each("language", LANGUAGES)
@for_each("rule", Rule)
def test_every_rule_has_a_sentence_and_every_warning_a_name(language: str, rule: Rule) -> None:
    keys = (
        "date",
        "written",
        "right",
        "kinds",
        "words",
        "wrong",
        "at",
        "url",
        "detail",
        "handles",
        "title",
        "until",
        "when",
    )
    finding = Finding(rule, Severity.WARNING, dict.fromkeys(keys, "11월 24일"))

    assert sentence_of(finding, language)
    refused_or_noted = {Rule.PRIVATE_NUMBER, Rule.QUOTE, Rule.MENTION, Rule.LINK_UNCHECKED}
    refused_or_noted |= {Rule.RECENT_UNCHECKED, Rule.FACTS_UNCHECKED}
    assert bool(rule_names([rule], language)) == (rule not in refused_or_noted)


def test_a_fact_is_named_with_its_last_moment_or_announcement_and_its_place_in_the_list() -> None:
    zone = ZoneInfo("Asia/Seoul")
    words = "강남 매장은 오전 9시에 엽니다."
    fact = SavedReply("f1", "강남 매장", words, last_day=date(2026, 11, 23), source="공지", vouched_by="plans")
    until_noon = fact._replace(last_day=date(2026, 11, 24), last_time=time(12))
    secret = fact._replace(last_day=None, is_unannounced=True, announced_at=datetime(2026, 11, 25, 9, tzinfo=zone))

    (finding,) = findings_in(f"네! {words}", context(saved_replies=[fact]))
    assert (finding.rule, finding.severity, finding.marks) == (Rule.EXPIRED_FACT, Severity.WARNING, (words,))
    assert (finding.values, finding.page) == ({"title": "강남 매장", "until": "11월 23일(월)"}, "replies#f1")
    (finding,) = findings_in(words, context(saved_replies=[until_noon]))
    assert finding.values["until"] == "11월 24일(화) 오후 12:00"
    (finding,) = findings_in(words, context(saved_replies=[secret]))
    assert (finding.rule, finding.values["when"]) == (Rule.UNANNOUNCED_FACT, "11월 25일(수) 오전 9:00")


def test_a_planned_post_is_judged_by_the_time_at_which_it_appears() -> None:
    words = "강남 매장은 오전 9시에 엽니다."
    fact = SavedReply("f1", "강남 매장", words, last_day=date(2026, 11, 24), source="공지", vouched_by="plans")

    assert rules(words, context(saved_replies=[fact])) == []
    tomorrow = context(saved_replies=[fact])._replace(publish_at=NOW + timedelta(days=1))
    assert rules(words, tomorrow) == [Rule.EXPIRED_FACT]


def test_saved_replies_that_can_not_be_read_are_a_note() -> None:
    assert found("안녕하세요", context(saved_replies=None)) == [(Rule.FACTS_UNCHECKED, Severity.NOTE)]


def test_a_rule_of_another_release_has_no_name() -> None:
    assert rule_names(["date_and_weekday", "of_tomorrow"], "en") == "date and weekday"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        (" 네  맞아요\n", "네 맞아요"),
        ("네", ""),
        ("\u200b\u3164 .", ""),
        ("ok", "ok"),
        ("가" * 500, "가" * LONGEST_REASON),
    ],
)
def test_a_reason_has_two_visible_letters(typed: str, reason: str) -> None:
    assert reason_in(typed) == reason


def test_a_reason_overrides_warnings_and_never_refusals() -> None:
    warning, refusal = (Finding(Rule.BANNED_WORD, Severity.WARNING, {}), Finding(Rule.QUOTE, Severity.REFUSED, {}))

    assert CheckResult([warning]).blocks
    assert not CheckResult([warning], "이유").blocks
    assert CheckResult([warning], "이유").overridden == ("banned_word",)
    assert CheckResult([refusal, warning], "이유").blocks
    assert not CheckResult([Finding(Rule.LINK_UNCHECKED, Severity.NOTE, {})]).blocks
