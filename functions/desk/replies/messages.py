"""Sentences for people about what they sent: keys of the catalogue with their values."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from desk.checks.sentences import sentence_of
from desk.i18n import phrase, weight_of_a_letter
from desk.replies.errors import CheckNotPassed, CommandRefused, DangerLeftAlone, InvalidField, NotPossible, ReplyBlocked
from desk.replies.policy import BlockReason


class Tone(StrEnum):
    """Whether a message reports a success or a problem."""

    OK = "ok"
    PROBLEM = "problem"


class Message(NamedTuple):
    """A message about the last form: a key of the catalogue with its values.

    `field` names the form's field to correct, such as `promised_until`; "" for none.
    """

    key: str
    values: Mapping[str, object] = {}
    tone: Tone = Tone.OK
    field: str = ""


def message_of(error: CommandRefused, language: str) -> Message | None:
    """Why the command was not done; None where the case itself shows it."""
    match error:
        case InvalidField():
            values = {name: _in_words(name, value, language) for name, value in error.values.items()}
            return Message(f"answer.problem.{error.problem}", values, Tone.PROBLEM, error.name)
        case ReplyBlocked():
            field = "again" if error.reason is BlockReason.ANSWERED_ALREADY else ""
            return Message(f"answer.refusal.{error.reason}", {}, Tone.PROBLEM, field)
        case CheckNotPassed():
            sentences = " ".join(sentence_of(finding, language) for finding in error.checked.findings)
            return Message("answer.problem.checked", {"findings": sentences}, Tone.PROBLEM, "override_reason")
        case NotPossible():
            return Message(f"answer.problem.{error.problem}", {}, Tone.PROBLEM)
        case DangerLeftAlone():
            return Message("answer.problem.danger_alone", {}, Tone.PROBLEM)
        case _:
            return None


def _in_words(name: str, value: object, language: str) -> object:
    """A value as people read it: kinds of private numbers by name, X's weight as letters of their language."""
    if name == "kinds" and isinstance(value, tuple):
        return ", ".join(phrase(language, f"private_number.{kind}") for kind in value)
    if name == "excess" and isinstance(value, int):
        return -(-value // weight_of_a_letter(language))
    return value
