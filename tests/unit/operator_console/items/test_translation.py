"""번역 보기: a post in another language, translated for who asks, within the budget of look-ups, and stored nowhere."""

from copy import replace
from datetime import timedelta
from types import MappingProxyType

import pytest

from desk.brand import Purpose, XBudget
from desk.mentions.model import Parent, Stage, StoredMention
from desk.translation.translate import NotTranslated, TranslationProblem
from desk.x.model import XPost
from tests.unit.operator_console.scene import BILLING, JIMIN, VIEWER, ConsoleScene, SignedIn, html_of
from tests.unit.replies.scene import CASE, NOW, mention

TEXT = "My phone 010-1234-5678 has no signal since yesterday."
MASKED = "My phone ●●●-●●●●-●●78 has no signal since yesterday."
POST = "1"


@pytest.fixture
def scene() -> ConsoleScene:
    """The case's mention is in English and answers a post in Japanese."""
    made = ConsoleScene()
    have(made, "en")
    return made


def have(scene: ConsoleScene, lang: str, text: str = TEXT) -> None:
    one = mention()
    parent = XPost("90", "電波がありません", "8", NOW - timedelta(hours=5), "90", "ja", ("90",))
    post = replace(one.mention.post, id=POST, text=text, lang=lang, in_reply_to="90", edit_ids=(POST,))
    scene.cases.cases.clear()
    scene.cases.put(
        CASE._replace(mention_ids=(POST,)),
        replace(one, mention=one.mention._replace(post=post, parent=Parent("90", parent))),
    )


@pytest.fixture
def jimin(scene: ConsoleScene) -> SignedIn:
    return scene.signed_in(JIMIN)


def ask(visitor: SignedIn, post: str = POST, key: str = CASE.id) -> str:
    response = visitor.post(f"translation/{key}/{post}", hx_request="true")
    assert response["statusCode"] == 200
    return html_of(response)


def test_a_post_in_another_language_has_a_button_with_its_price(scene: ConsoleScene, jimin: SignedIn) -> None:
    page = html_of(jimin.get(f"case/{CASE.id}"))

    assert "번역 보기 ($0.001)" in page
    assert f'action="/console/translation/{CASE.id}/{POST}"' in page
    assert f'action="/console/translation/{CASE.id}/90"' in page
    assert scene.translator.asked == []


@pytest.mark.parametrize("lang", ["ko", "und", "zxx", "qme", "", "xx"])
def test_a_post_in_our_own_language_or_in_one_that_nobody_translates_has_none(
    scene: ConsoleScene, jimin: SignedIn, lang: str
) -> None:
    have(scene, lang)

    assert f"translation/{CASE.id}/{POST}" not in html_of(jimin.get(f"case/{CASE.id}"))
    refused = jimin.post(f"translation/{CASE.id}/{POST}", hx_request="true")
    assert (refused["statusCode"], scene.translator.asked) == (422, [])


@pytest.mark.parametrize(("lang", "code"), [("en", "en"), ("in", "id"), ("iw", "he"), ("zh", "zh"), ("zh-TW", "zh-TW")])
def test_the_language_is_the_one_that_x_states_by_the_code_of_amazon_translate(
    scene: ConsoleScene, jimin: SignedIn, lang: str, code: str
) -> None:
    have(scene, lang)

    page = ask(jimin)

    assert scene.translator.asked == [(MASKED, code, "ko")]
    assert f"{code}에서 옮긴 글: {MASKED}" in page
    assert "Amazon Translate의 번역이에요" in page


def test_the_post_that_is_answered_is_translated_as_well(scene: ConsoleScene, jimin: SignedIn) -> None:
    assert "ja에서 옮긴 글: 電波がありません" in ask(jimin, "90")


def test_a_translation_counts_in_the_budget_of_look_ups(scene: ConsoleScene, jimin: SignedIn) -> None:
    ask(jimin)

    (day,) = scene.spend.days.values()
    assert day.by_purpose == {Purpose.LOOK_UPS: len(TEXT) * 15}
    assert scene.spend.reserved == {}


def test_over_the_days_limit_nothing_is_asked_and_a_sentence_says_so(scene: ConsoleScene, jimin: SignedIn) -> None:
    scene.spend.budget = XBudget(at_most=MappingProxyType({Purpose.LOOK_UPS: 100}))

    page = ask(jimin)

    assert "예산을 다 써서 번역하지 않았어요" in page
    assert "번역 보기" in page
    assert scene.translator.asked == []


def test_while_the_spend_is_not_known_nothing_is_asked(scene: ConsoleScene, jimin: SignedIn) -> None:
    scene.spend.busy = True

    assert "번역하지 못했어요" in ask(jimin)
    assert scene.translator.asked == []


@pytest.mark.parametrize(
    ("error", "sentence", "cost"),
    [
        (NotTranslated(TranslationProblem.BUSY), "번역 요청이 몰려", 0),
        (NotTranslated(TranslationProblem.NOT_SUPPORTED), "이 언어는", 0),
        (NotTranslated(TranslationProblem.NOT_ALLOWED), "관리자에게", 0),
        (NotTranslated(TranslationProblem.UNAVAILABLE, is_billed=True), "번역하지 못했어요", len(TEXT) * 15),
    ],
)
def test_what_goes_wrong_is_said_and_counted_only_if_it_may_be_billed(
    scene: ConsoleScene, jimin: SignedIn, error: NotTranslated, sentence: str, cost: int
) -> None:
    scene.translator.error = error

    page = ask(jimin)

    assert sentence in page
    assert "번역 보기" in page
    assert sum(day.usage.micro_usd for day in scene.spend.days.values()) == cost
    assert scene.spend.reserved == {}


def test_of_a_long_post_the_beginning_is_translated(scene: ConsoleScene, jimin: SignedIn) -> None:
    have(scene, "ja", "あ" * 4_000)

    page = ask(jimin)

    assert len(scene.translator.asked[0][0].encode()) <= 10_000
    assert "앞부분만 번역했어요" in page


def test_a_mention_without_a_case_is_translated(scene: ConsoleScene, jimin: SignedIn) -> None:
    one = mention().mention
    french = one._replace(post=replace(one.post, id="77", text="Bonjour", lang="fr", edit_ids=("77",)))
    scene.mentions.stored["77"] = StoredMention(french, Stage.NOTHING)

    assert "fr에서 옮긴 글: Bonjour" in ask(jimin, "77", "m77")


def test_who_may_not_answer_or_not_see_the_case_translates_nothing(scene: ConsoleScene) -> None:
    path = f"translation/{CASE.id}/{POST}"
    assert path not in html_of(scene.signed_in(VIEWER).get(f"case/{CASE.id}"))
    assert scene.signed_in(VIEWER).post(path)["statusCode"] == 403
    assert scene.signed_in(BILLING).post(path)["statusCode"] == 200
    assert scene.signed_in(JIMIN).post(f"translation/{CASE.id}/4711")["statusCode"] == 404
    assert scene.signed_in(JIMIN).post(f"translation/ZZZZZ-ZZZZZ/{POST}")["statusCode"] == 404


def test_without_scripts_the_translation_is_a_page_that_leads_back(scene: ConsoleScene, jimin: SignedIn) -> None:
    page = html_of(jimin.post(f"translation/{CASE.id}/{POST}"))

    assert "en에서 옮긴 글" in page
    assert f'href="/console/case/{CASE.id}"' in page
