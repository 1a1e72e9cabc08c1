"""The reply policy: each reason that blocks a reply, and what looks like a reason but is none."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk.cases.model import CaseState
from desk.cases.store import CaseFile, CaseMention
from desk.i18n import LANGUAGES
from desk.mentions.model import Mention, Parent, Source
from desk.reading import Safety
from desk.replies.policy import BlockReason, blocked_by, newest_mention
from desk.x.model import XPost
from tests.brands import small_brand
from tests.cases import a_case
from tests.families import for_each

NINE = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
ASKED = XPost("700", "@jade 청구서가 이상해요", "55", NINE, "600", "ko", ("700",))
CASE = a_case(NINE, conversation_id="600", author_id="55", mention_ids=("700",))


def blocked(
    state: CaseState = CaseState.OPEN,
    post: XPost = ASKED,
    parent: Parent | None = None,
    *,
    source: Source = Source.MENTIONS,
    again: bool = False,
    paused: bool = False,
    opted_out_at: datetime | None = None,
    automatic: bool = False,
    acknowledged: bool = False,
    safety: Safety | None = None,
    is_named: bool = True,
) -> BlockReason | None:
    return blocked_by(
        CASE._replace(state=state, safety=safety),
        Mention(post, NINE, parent, source=source),
        small_brand(),
        again=again,
        paused=paused,
        opted_out_at=opted_out_at,
        automatic=automatic,
        acknowledged=acknowledged,
        is_named=is_named,
    )


def brands_own(author_id: str = "1700000000000000009") -> Parent:
    return Parent("600", ASKED._replace(id="600", author_id=author_id, text="새 요금제를 소개합니다"))


BEFORE = NINE - timedelta(microseconds=1)


@for_each(
    "facts, reason",
    [
        ({"state": CaseState.OPEN}, None),
        ({"state": CaseState.DRAFTED}, None),
        ({"state": CaseState.PROMISED}, None),
        ({"state": CaseState.CLOSED}, BlockReason.CLOSED),
        ({"state": CaseState.CLOSED, "again": True}, BlockReason.CLOSED),
        ({"state": CaseState.QUEUED}, BlockReason.UNDERWAY),
        ({"state": CaseState.QUEUED, "again": True}, BlockReason.UNDERWAY),
        ({"state": CaseState.ANSWERED}, BlockReason.ANSWERED_ALREADY),
        ({"state": CaseState.ANSWERED, "again": True}, None),
        ({"state": CaseState.MOVED}, BlockReason.ANSWERED_ALREADY),
        ({"state": CaseState.MOVED, "again": True}, None),
        ({"paused": True}, BlockReason.PAUSED),
        ({"opted_out_at": NINE}, BlockReason.OPTED_OUT),
        ({"opted_out_at": NINE + timedelta(days=1)}, BlockReason.OPTED_OUT),
        ({"opted_out_at": NINE, "again": True}, BlockReason.OPTED_OUT),
        ({"opted_out_at": BEFORE}, None),
        ({"opted_out_at": BEFORE, "automatic": True}, BlockReason.OPTED_OUT),
        ({"acknowledged": True}, None),
        ({"automatic": True}, None),
        ({"automatic": True, "acknowledged": True}, BlockReason.AUTOMATIC_TWICE),
        ({"automatic": True, "state": CaseState.PROMISED}, BlockReason.AUTOMATIC_TWICE),
        ({"automatic": True, "state": CaseState.MOVED, "again": True}, BlockReason.AUTOMATIC_TWICE),
        ({"automatic": True, "state": CaseState.ANSWERED, "again": True}, BlockReason.AUTOMATIC_TWICE),
        ({"automatic": True, "state": CaseState.ANSWERED}, BlockReason.ANSWERED_ALREADY),
    ],
)
def test_each_fact_blocks_a_reply_for_its_reason(facts: dict[str, Any], reason: BlockReason | None) -> None:
    assert blocked(**facts) is reason


@pytest.mark.parametrize("state", CaseState)
def test_a_deleted_mention_can_not_be_answered(state: CaseState) -> None:
    assert blocked_by(CASE._replace(state=state), None, small_brand(), again=True, paused=False) is BlockReason.GONE


@pytest.mark.parametrize("reason", BlockReason)
def test_every_reason_has_a_sentence_in_both_languages(reason: BlockReason) -> None:
    for phrases in LANGUAGES.values():
        assert phrases[f"answer.refusal.{reason}"].endswith(".")


@pytest.mark.parametrize(
    "post",
    [ASKED._replace(author_id="56"), ASKED._replace(conversation_id="601"), ASKED._replace(edit_ids=("600", "700"))],
    ids=["another's", "in another conversation", "an edit is in its first version's conversation, as it is told"],
)
def test_a_mention_of_another_case_is_not_answered_with_this_one(post: XPost) -> None:
    expected = None if post.conversation_id == "600" and post.author_id == "55" else BlockReason.NOT_OF_THIS_CASE

    assert blocked(post=post) is expected


def test_a_mention_that_the_long_list_of_a_case_leaves_out_is_of_it_all_the_same() -> None:
    assert blocked(post=ASKED._replace(id="999", edit_ids=("999",))) is None


def test_an_edit_of_the_conversations_first_post_is_of_its_case() -> None:
    edited = ASKED._replace(id="610", conversation_id="610", edit_ids=("600", "610"))

    assert blocked(post=edited) is None


@pytest.mark.parametrize(
    "text",
    [
        "@jade 안녕하세요",
        "안녕하세요 @JADE님",
        "문의합니다＠jade",
        ".@jade 이거 보세요",
        "(@jade)",
        "@other @jade 둘 다 보세요",
        "https://example.com 보고 @jade 부릅니다",
        "@jade.",
        "@jade's bill",
    ],
)
def test_who_writes_the_handle_has_called_us(text: str) -> None:
    assert blocked(post=ASKED._replace(text=text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "jade 청구서가 이상해요",
        "@jade_kr 청구서",
        "@jadegreen",
        "help@jade.example",
        "help@jade",
        "@jade@mastodon.example",
        "https://example.com/@jade",
        "example.com/@jade",
        "@@jade",
        "#@jade",
    ],
)
def test_text_that_only_looks_like_the_handle_calls_nobody(text: str) -> None:
    assert blocked(post=ASKED._replace(text=text)) is BlockReason.NOT_SUMMONED


@pytest.mark.parametrize(
    "link",
    [
        "https://x.com/jade/status/500",
        "https://twitter.com/Jade/status/500",
        "https://mobile.twitter.com/jade/status/500?s=20",
        "http://www.x.com/jade/status/500",
    ],
)
def test_who_quotes_us_has_called_us(link: str) -> None:
    assert blocked(post=ASKED._replace(text=f"이거 맞나요 {link}", quotes="500")) is None


@pytest.mark.parametrize(
    ("link", "quotes"),
    [
        ("https://x.com/jade/status/500", None),
        ("https://x.com/jade/status/5001", "500"),
        ("https://x.com/jadegreen/status/500", "500"),
        ("https://x.com.example/jade/status/500", "500"),
        ("https://t.co/abc", "500"),
    ],
    ids=["a link is no quote", "another post", "another account", "not X", "nobody knows whose"],
)
def test_who_quotes_another_has_not_called_us(link: str, quotes: str | None) -> None:
    assert blocked(post=ASKED._replace(text=f"이거 맞나요 {link}", quotes=quotes)) is BlockReason.NOT_SUMMONED


def test_who_answers_our_post_has_called_us_even_where_a_long_text_leaves_the_handle_out() -> None:
    reply = ASKED._replace(text="이번 달부터인가요?", in_reply_to="600")

    assert blocked(post=reply, parent=brands_own()) is None
    assert blocked(post=reply, parent=brands_own("77")) is BlockReason.NOT_SUMMONED
    assert blocked(post=reply, parent=Parent("600", None)) is BlockReason.NOT_SUMMONED


def test_what_listening_found_gets_no_reply_even_if_it_quotes_us() -> None:
    quoting = ASKED._replace(text="이거 맞나요 https://x.com/jade/status/500", quotes="500")

    assert blocked(post=quoting, source=Source.LISTENING) is BlockReason.NOT_SUMMONED


def test_the_newest_mention_that_addresses_us_is_answered() -> None:
    def one(number: str, source: Source) -> CaseMention:
        return CaseMention(Mention(ASKED._replace(id=number), NINE, source=source), None)

    def answered(*mentions: CaseMention) -> str | None:
        mention = newest_mention(CaseFile(CASE, mentions, ()))
        return mention.id if mention else None

    first, second, heard = one("700", Source.MENTIONS), one("701", Source.MENTIONS), one("702", Source.LISTENING)
    assert answered(first, second) == "701"
    assert answered(first, second, heard) == "701"
    assert answered(heard) == "702"
    assert answered() is None


def test_the_first_of_several_reasons_counts() -> None:
    stranger = ASKED._replace(author_id="56", text="부르지 않음")

    assert blocked(CaseState.CLOSED, stranger, paused=True) is BlockReason.CLOSED
    assert blocked(CaseState.QUEUED, stranger, paused=True) is BlockReason.UNDERWAY
    assert blocked(CaseState.ANSWERED, stranger, paused=True) is BlockReason.NOT_OF_THIS_CASE
    uncalled = stranger._replace(author_id="55")
    assert blocked(CaseState.ANSWERED, uncalled, paused=True, opted_out_at=NINE) is BlockReason.NOT_SUMMONED
    assert blocked(CaseState.ANSWERED, paused=True, opted_out_at=NINE) is BlockReason.OPTED_OUT
    assert blocked(CaseState.ANSWERED, paused=True) is BlockReason.ANSWERED_ALREADY
    assert blocked(paused=True, automatic=True, acknowledged=True) is BlockReason.AUTOMATIC_TWICE


SUICIDAL = ASKED._replace(text="@jade 이제 그만 죽고 싶어요")


@pytest.mark.parametrize(
    ("post", "safety"),
    [(SUICIDAL, None), (SUICIDAL, Safety.DANGER), (ASKED, Safety.DANGER), (ASKED, Safety.CHECK)],
)
def test_an_author_at_risk_is_answered_by_a_person_and_never_automatically(post: XPost, safety: Safety | None) -> None:
    assert blocked(post=post, safety=safety, automatic=True) is BlockReason.IN_DANGER
    assert blocked(post=post, safety=safety, is_named=False) is BlockReason.IN_DANGER
    assert blocked(post=post, safety=safety) is None


def test_without_danger_neither_machines_nor_tools_are_held_back() -> None:
    assert blocked(automatic=True) is blocked(is_named=False) is None
