import re
from base64 import b64encode
from copy import replace
from functools import cache
from hashlib import sha256
from itertools import pairwise, product

import pytest

from answer_case.page import SCRIPT_HASH
from desk.case_view.view import View, allowed_actions, primary_action
from desk.cases.model import CaseEvent, CaseEventKind, CaseState, Draft, ReplyAs
from desk.reading import OPERATOR, Urgency, Why
from desk.replies.forms import Action
from desk.replies.messages import Message, Tone
from desk.x.model import Author, Media
from tests.contrast import colours, contrast
from tests.families import for_each, variants
from tests.unit.answer_case import examples
from tests.unit.answer_case.examples import NOW, came_back, post, replying
from tests.unit.answer_case.read_page import Page, page

HOSTILE = "</textarea><script>alert(1)</script> \u202ethgir-ot-tfel {{ 7*7 }} &amp; \ud800"
EVERYTHING = {
    "open": examples.view,
    "confirmed": examples.confirmed,
    "answered": examples.answered,
    "urgent": examples.urgent,
    "long": examples.long,
    "in_danger": examples.in_danger,
    "in_two": examples.in_two,
    "into_private": examples.into_private,
    "moved": examples.moved,
    "masked": examples.masked,
    "unmasked": examples.unmasked,
    "sent_back": examples.sent_back,
    "returning": examples.returning,
    "beside": examples.beside,
    "came_back": came_back,
}
MOST_BYTES = 90_000


def every_state() -> dict[str, View]:
    """Each state, for the department that has it, the operator and a department that has it no more, both ways."""
    draft = Draft(examples.ANSWER, "김지은", NOW)
    views = {}
    for state, viewer, to_x in product(CaseState, ("billing", OPERATOR, "network"), (True, False)):
        case = examples.case(
            state=state,
            draft=draft if state in (CaseState.DRAFTED, CaseState.QUEUED) else None,
            promised_until=NOW if state is CaseState.PROMISED else None,
        )
        may = viewer != "network" and state not in (CaseState.QUEUED, CaseState.CLOSED)
        views[f"{state}-{viewer}-{to_x}"] = examples.view(
            case, viewer=viewer, sends_to_x=to_x, may_answer=may, signature="^요금팀"
        )
    return views


ALL = {name: make() for name, make in EVERYTHING.items()} | every_state()


@cache
def shown_as(name: str, language: str = "ko") -> Page:
    """The page of one of these, which no test changes."""
    return page(ALL[name], language)


@for_each("language", ["ko", "en"])
@for_each("name", ALL)
def test_every_page_is_whole_small_and_in_its_language(name: str, language: str) -> None:
    shown = shown_as(name, language)

    assert shown.open == []
    assert shown.all("html") == [{"lang": language}]
    assert len(shown.html.encode()) <= MOST_BYTES


@for_each("name", ALL)
def test_every_id_is_there_once_and_every_reference_leads_to_one(name: str) -> None:
    shown = shown_as(name)
    ids = shown.ids()

    assert len(set(ids)) == len(ids)
    for _, known in shown.elements:
        for key in ("for", "aria-describedby", "aria-labelledby"):
            assert set((known.get(key) or "").split()) <= set(ids)
        if (href := known.get("href") or "").startswith("#"):
            assert href[1:] in ids


@for_each("name", ALL)
def test_every_field_has_a_label(name: str) -> None:
    shown = shown_as(name)
    labelled = {label["for"] for label in shown.all("label")}
    fields = [field for tag in ("input", "textarea", "select") for field in shown.all(tag)]

    assert all(field["id"] in labelled for field in fields if field.get("type") != "hidden")


@for_each("name", ALL)
def test_headings_come_in_order(name: str) -> None:
    levels = [int(tag[1]) for tag, _ in shown_as(name).elements if re.fullmatch("h[1-6]", tag)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@for_each("name", ALL)
def test_a_page_shows_pictures_of_x_asks_for_nothing_else_and_leads_only_to_x_and_to_the_authors_other_cases(
    name: str,
) -> None:
    shown = shown_as(name)
    addresses = [
        value for _, known in shown.elements for key, value in known.items() if key in ("href", "src", "action")
    ]

    assert all(
        re.match(
            r"#|\?(case=[0-9A-Z]{5}-[0-9A-Z]{5})?$|https://x\.com/(i/status/\d+|[\w.]+)$|https://pbs\.twimg\.com/",
            str(address),
        )
        for address in addresses
    )
    assert not re.search(
        r"@import|url\(|https?://(?!x\.com/|pbs\.twimg\.com/)",
        re.sub(r"<script>.*</script>", "", shown.html, flags=re.DOTALL),
    )
    assert not any(key == "style" or key.startswith("on") for _, known in shown.elements for key in known)


@for_each("name", ALL)
def test_every_form_is_a_post_to_the_same_address_with_all_that_the_server_asks_for(name: str) -> None:
    view = ALL[name]
    forms = re.findall(r"<form\b.*?</form>", shown_as(name).html, re.DOTALL)

    named = [field["form"] for field in shown_as(name).all("input") if field.get("id") == "name"]
    for form in forms:
        inside = Page(form)
        sent = {field["name"]: field.get("value") for field in inside.all("input")}
        assert inside.all("form")[0]["method"] == "post"
        assert (sent["version"], sent["token"], sent["request"]) == ("3", view.token, view.request)
        assert "name" in sent or inside.all("form")[0]["id"] in named
        assert all(button["name"] == "action" for button in inside.all("button"))


@for_each("name", ALL)
def test_the_name_is_asked_for_in_one_place_which_belongs_to_a_form_that_is_there(name: str) -> None:
    shown = shown_as(name)
    asked = [field for field in shown.all("input") if field.get("name") == "name" and field.get("type") != "hidden"]

    if ALL[name].confirmation or not shown.all("form"):
        assert asked == []
    else:
        [field] = asked
        assert field["form"] in {form.get("id") for form in shown.all("form")}


@for_each("name", ALL)
def test_at_most_one_button_stands_out(name: str) -> None:
    loud = [button["value"] for button in shown_as(name).all("button") if not button.get("class")]

    assert loud == [each for each in [primary_action(ALL[name])] if each]


@for_each("name", ALL)
def test_the_page_offers_what_can_be_done_and_nothing_else(name: str) -> None:
    view = ALL[name]

    expected = {Action.CONFIRM, Action.EDIT} if view.confirmation else allowed_actions(view)

    assert shown_as(name).actions == set(expected)


def test_the_script_is_the_one_that_the_policy_allows() -> None:
    script = page(examples.view()).script

    assert f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" == SCRIPT_HASH


def test_a_page_without_the_form_has_no_script() -> None:
    assert page(examples.confirmed()).all("script") == []


def test_without_a_script_the_limit_is_shown() -> None:
    shown = page(examples.view())

    assert "한글로 140자까지 쓸 수 있어요." in shown.text
    assert any(known.get("id") == "answer-count" and "hidden" in known for known in shown.all("span"))


def test_text_of_strangers_and_colleagues_is_escaped_everywhere() -> None:
    hostile = examples.mention(
        1, HOSTILE, author=Author("42", "x", HOSTILE), media=(Media("photo", HOSTILE, "javascript:1"),)
    )
    view = examples.view(
        examples.case(holder=HOSTILE, state=CaseState.DRAFTED, draft=Draft(HOSTILE, HOSTILE, NOW)),
        mentions=(hostile,),
        events=(CaseEvent(CaseEventKind.CLOSED, NOW, HOSTILE, HOSTILE),),
        name=HOSTILE,
        signature=HOSTILE,
        sends_to_x=True,
        departments=(("<b>", HOSTILE), ("pr", "홍보")),
        message=Message("answer.moved", {"what": HOSTILE}, Tone.PROBLEM),
        filled={"action": "hand", "reason": HOSTILE, "department": HOSTILE},
    )

    shown = page(view)

    assert shown.open == []
    assert shown.html.count("<script>") == 1
    assert "alert(1)" not in shown.script
    assert "49" not in shown.text
    assert "javascript:" not in shown.html
    shown.html.encode()


def test_a_strangers_words_can_not_turn_ours_around() -> None:
    view = examples.view(examples.case(holder="김\u202e지은"), mentions=(examples.mention(1, "가\u202e나\u2066다"),))

    assert not set("\u202e\u2066") & set(page(view).html)


@variants("letter", ["가", "&", "\u202e", "👩‍👩‍👧‍👦"], 1)
def test_far_too_long_texts_are_cut_and_the_page_says_so(letter: str) -> None:
    endless = (letter * 30_000)[:30_000]  # X's longest post has 25,000
    media = (Media("photo", endless[:1_000], None),) * 6
    who = Author("42", "x" * 15, endless)
    mentions = [
        replying(
            post(place, "77", endless, who),
            place,
            f"{place} {endless}",
            author=who._replace(username=str(place) * 15),
            media=media,
        )
        for place in range(20)
    ]
    read = mentions[-1].reading
    assert read
    mentions[-1] = mentions[-1]._replace(reading=replace(read, why=(Why("department_word", endless[:500]),) * 5))
    draft = Draft((letter * 280)[:280], endless, NOW, ReplyAs.HOLDING, NOW)
    case = examples.case(holder=endless, state=CaseState.DRAFTED, draft=draft, urgency=Urgency.HIGH)

    shown = page(
        examples.view(
            case,
            viewer=OPERATOR,
            sends_to_x=True,
            has_private_numbers=True,
            signature="^요금팀",
            name="가" * 40,
            mentions=mentions,
            events=[CaseEvent(CaseEventKind.ANSWERED, NOW, endless, endless[:5_000], x_id="1" * 19)] * 200,
            message=Message("answer.moved", {"what": "가" * 100}, Tone.PROBLEM),
        )
    )

    assert len(shown.html.encode()) <= MOST_BYTES
    assert shown.open == []
    assert ("여기까지만" in shown.text) is (letter != "\u202e")


def test_of_an_earlier_mention_one_picture_is_a_link_and_of_the_last_ones_all_that_x_shows() -> None:
    media = (Media("photo", None, None),) * 4
    mentions = [examples.mention(place, "사진이요", media=media) for place in range(7)]

    assert page(examples.view(mentions=mentions)).text.count("사진 4") == 5
    assert page(examples.view(mentions=mentions)).text.count("사진 1") == 7


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_fields_stand_out_from_what_is_behind_them(scheme: str) -> None:
    colour = colours(page(examples.view()).html, scheme)

    for text, behind in [
        ("ink", "page"), ("ink", "card"), ("ink", "accent-soft"), ("ink", "note-soft"), ("ink-2", "page"),
        ("ink-3", "page"), ("ink-3", "card"), ("ink-3", "note-soft"), ("accent-text", "page"),
        ("accent-text", "card"), ("accent-text", "accent-soft"), ("on-accent", "accent"), ("danger", "danger-soft"),
        ("danger", "card"), ("danger", "page"),
    ]:  # fmt: skip
        assert contrast(colour[text], colour[behind]) >= 4.5, (text, behind)  # WCAG 1.4.3
    assert contrast(colour["edge"], colour["card"]) >= 3  # WCAG 1.4.11
