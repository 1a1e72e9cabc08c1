"""Screens speak 해요체; mails, reports, errors and whatever concerns safety speak 합니다체. The key says which."""

import re

from desk.i18n import LANGUAGES

SCREENS = (
    *("answer.", "case.", "check", "console.", "costs.", "feeds.", "health.", "performance.", "picture.", "trends."),
)
"""What pages say: the console and the page behind a mail's link."""
REPORTS_ON_SCREENS = ("answer.refusal.", "performance.digest.", "performance.csv.")
"""What mails and reports quote too."""
SAFETY = {"danger", "in_danger", "danger_alone", "check", "check_hint", "raise_check", "clear", "cleared"}
"""Parts of keys that say that a sentence is about danger or a safety check; `check.` begins the pre-send check."""
ERROR = "problem"
"""The part of keys that say what went wrong; the API and mails quote them too."""
FOR_CUSTOMERS = re.compile(
    r"console\.write\.start\.\w+\.text|answer\.into_private\.text|console\.practice\.\w+\.(text|draft)"
)
"""Texts for X, and what customers of the practice write: they speak as the brand and its customers do."""

_POLITE = re.compile(r"(?<![세필])요(?=[.!?:,)”’\]]*( |$))")
_FORMAL = re.compile(r"(니다|니까|십시오)(?=[.!?:,)”’\]]*( |$))")
_NAMES = re.compile("기한 초과·확인 부탁드려요|마음에 들어요")
"""Names of things that are sentences: of an escalation, of ♥ on X."""


def is_screen(key: str) -> bool:
    """Whether an open screen says it, by the key alone."""
    is_formal = not {*SAFETY, ERROR}.isdisjoint(key.split(".")[1:])
    return key.startswith(SCREENS) and not key.startswith(REPORTS_ON_SCREENS) and not is_formal


def sentences(screens: bool) -> dict[str, str]:
    korean = {key: text for key, text in LANGUAGES["ko"].items() if not FOR_CUSTOMERS.fullmatch(key)}
    return {key: text for key, text in korean.items() if is_screen(key) is screens}


def test_a_screen_says_no_sentence_as_a_letter_does() -> None:
    assert {key: text for key, text in sentences(screens=True).items() if _FORMAL.search(text)} == {}


def test_mails_reports_errors_and_safety_say_no_sentence_as_a_screen_does() -> None:
    said = {key: _NAMES.sub("", text) for key, text in sentences(screens=False).items()}

    assert {key: text for key, text in said.items() if _POLITE.search(text)} == {}


def test_both_ways_of_speaking_are_found() -> None:
    assert is_screen("console.empty.to_answer")
    assert not is_screen("console.empty.danger")
    assert not is_screen("console.problem.busy")
    assert is_screen("check.same_text")
    assert not is_screen("mail.close")
    assert _FORMAL.search("저장했습니다.")
    assert _POLITE.search("저장했어요: {time}")
    assert not _POLITE.search("다시 보내 주세요.")
