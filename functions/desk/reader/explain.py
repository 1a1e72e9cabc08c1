"""Sentences for people about readings and cases, in the desk's language: reasons, departments, safety notes.

Safety notes are worked out from the texts whenever they are shown, and never stored: X forbids keeping conclusions
about a person's health or about crimes.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial

from desk.brand import Brand
from desk.cases.author_cases import AuthorCase
from desk.cases.model import Case, CaseState
from desk.i18n import LANGUAGES, phrase
from desk.mentions.model import Mention
from desk.reader.phrases import speaks_of_self_harm
from desk.reading import OPERATOR, Reading, Safety, Why

_PIN = "pin."
_HANGUL = re.compile("[가-힣]")
_FAILURES = ("post.reason", "answer.refusal")
_SURENESS = ((0.9, "read.sure"), (0.7, "read.fairly_sure"), (0.0, "read.unsure"))
"""From which confidence on a reading is called so."""


def reason(why: Why, reading: Reading, brand: Brand) -> str:
    """A reason as a sentence; only its rule where this release's catalogue doesn't know it.

    A stored reading outlives releases, and no mail or page may fail because of it.
    """
    try:
        if why.rule.startswith(_PIN):
            return _pinned(why, reading, brand)
        department = department_label(reading.department or OPERATOR, brand)
        return phrase(brand.language, f"why.{why.rule}", evidence=why.evidence, department=department)
    except KeyError:
        return why.rule


def _pinned(why: Why, reading: Reading, brand: Brand) -> str:
    """A pin's cause and effect, from the rule `pin.<cause>.<effect>`."""
    cause, _, effect = why.rule.removeprefix(_PIN).partition(".")

    def say(key: str, **values: str) -> str:
        return phrase(brand.language, key, **values)

    lang = say(f"lang.{reading.lang}") if cause == "lang" else ""
    return say(
        "pin.reason",
        cause=say(f"pin.cause.{cause}", evidence=why.evidence, lang=lang),
        effect=say(
            f"pin.effect.{effect}",
            department=department_label(reading.department or OPERATOR, brand),
            kind=say(f"kind.{reading.kind}"),
            need=say(f"need.{reading.need}"),
        ),
    )


def department_label(key: str, brand: Brand) -> str:
    """The department's name; the operator has one even where desk.yaml lists none."""
    if key in brand.departments:
        return brand.department_name(key)
    return phrase(brand.language, "department.operator") if key == OPERATOR else key


def sureness(reading: Reading, language: str) -> str:
    """How sure the reading is, in a word: a share of 82 % tells people less. Machines get the number."""
    return phrase(language, next(key for least, key in _SURENESS if reading.confidence >= least))


def failure_sentence(text: str, brand: Brand) -> str:
    """Why a reply wasn't posted, from its event's text, which is a key of the catalogue or already a sentence.

    X's own message is English and only for the log: a Korean desk reads that X did not accept the post.
    """
    keys = (f"{space}.{text}" for space in _FAILURES)
    known = next((key for key in keys if key in LANGUAGES[brand.language]), None)
    is_foreign = brand.language == "ko" and not _HANGUL.search(text)
    if known or is_foreign:
        return phrase(brand.language, known or "post.reason.not_accepted")
    return text


_TIMED = frozenset({CaseState.ANSWERED, CaseState.MOVED})


def case_line(case: AuthorCase, brand: Brand, moment: Callable[[datetime], str]) -> str:
    """A case in one line; `moment` formats a time."""
    return phrase(
        brand.language,
        "earlier.case",
        opened=moment(case.opened_at),
        kind=phrase(brand.language, f"kind.{case.kind}"),
        case=case.id,
        department=department_label(case.department, brand),
        outcome=outcome(case, brand, moment),
    )


def outcome(case: AuthorCase, brand: Brand, moment: Callable[[datetime], str]) -> str:
    """The state, with the time of the answer where that is known."""
    if case.state is CaseState.CLOSED and case.answered_at is None:
        return phrase(brand.language, "earlier.unanswered")
    if case.answered_at and (case.state in _TIMED or case.state is CaseState.CLOSED):
        return phrase(brand.language, f"earlier.{case.state}", time=moment(case.answered_at))
    return phrase(brand.language, f"case.state.{case.state}")


class SafetyNote(StrEnum):
    """What is to be read before everything else; the catalogue's keys begin with `safety.<value>`."""

    SELF_HARM = "self_harm"
    """Suicide or self-harm, the author's own or somebody else's."""
    PEOPLE = "people"
    """Any other danger to people."""
    CHECK = "check"
    """It is not sure that anybody is at risk: a person decides."""


_NOTES = {Safety.DANGER: SafetyNote.PEOPLE, Safety.CHECK: SafetyNote.CHECK}


def safety_note(mentions: Iterable[Mention], safety: Safety | None) -> SafetyNote | None:
    """The note for these mentions and the posts they reply to; None where nobody is at risk.

    `safety` is how they are handled, by the stored reading.
    """
    posts = [post for each in mentions for post in (each.post, each.parent and each.parent.post) if post]
    if any(map(speaks_of_self_harm, (post.text for post in posts))):
        return SafetyNote.SELF_HARM
    return _NOTES[safety] if safety else None


def case_safety_note(case: Case, mentions: Iterable[Mention]) -> SafetyNote | None:
    """The note for a case with these mentions; only for self-harm once a person has lowered or cleared it."""
    return safety_note(mentions, case.open_safety)


_COUNTRIES = {"Asia/Seoul": "kr"}
"""Countries whose help lines are in the catalogue, by the desk's time zone."""


def safety_lines(note: SafetyNote, brand: Brand) -> Sequence[str]:
    """Sentences that say what to know and do; the first is the heading."""
    say, country = partial(phrase, brand.language), _COUNTRIES.get(brand.timezone, "other")
    calls = {
        "help_line": say(f"safety.help_line.{country}"),
        "emergency": say(f"safety.emergency.{country}"),
    }
    answer = [say(f"safety.{note}.answer")] if note is not SafetyNote.PEOPLE else []
    return [say(f"safety.{note}"), *answer, say(f"safety.{note}.help", **calls), say("safety.not_automatic")]
