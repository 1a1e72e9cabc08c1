"""The forms of a case's page: where they are sent, and what their fields begin with."""

from collections.abc import Mapping
from typing import NamedTuple

from desk.cases.model import Draft, ReplyAs
from desk.formatting.formatter import DeskFormatter
from desk.replies.forms import Action
from desk.replies.messages import Message, Tone


class CaseForms(NamedTuple):
    """What all forms of one page have in common.

    Each form is sent to `address` and the name of its action; without an address to the page's own, where scripts have
    no keys for it. `hidden` are fields that every form has. `filled` are the fields of the form `sent` last, so that
    nothing typed is lost, and `message` says what came of it. `primary` is the action whose button stands out. With a
    `name`, every form has it; the page's only field for it belongs to the form `asks_name`.
    """

    hidden: Mapping[str, object]
    address: str = ""
    filled: Mapping[str, str] = {}
    sent: str = ""
    message: Message | None = None
    primary: str = ""
    name: str | None = None
    asks_name: str = ""

    def value(self, form: str, field: str, default: str = "") -> str:
        """The value of a field of this form. Other forms have fields of the same name."""
        return self.filled.get(field, default) if self.sent == form else default

    def typed(self, field: str) -> str:
        """The value that was sent for a field of any form."""
        return self.filled.get(field, "")

    def is_wrong(self, form: str, field: str) -> bool:
        """Whether the message asks to correct this field of this form."""
        about = self.message
        return bool(about and about.field == field and about.tone is Tone.PROBLEM) and self.sent in ("", form)


class ReplyFields(NamedTuple):
    """What the reply box begins with. `promised_until` is the value of its field.

    `promise_words` is the sentence for which a promise was offered.
    """

    text: str = ""
    promised_until: str = ""
    promise_words: str = ""
    is_holding: bool = False
    is_private: bool = False
    again: bool = False


def reply_fields(typed: Mapping[str, str] | None, draft: Draft | None, formatter: DeskFormatter) -> ReplyFields:
    """What the person typed, else the draft of the case. A form that was sent has no field for an empty box."""
    if typed is not None:
        return ReplyFields(
            typed.get("text", ""),
            typed.get("promised_until", ""),
            typed.get("promise_words", ""),
            bool(typed.get("holding")),
            bool(typed.get("private")),
            bool(typed.get("again")),
        )
    if draft is None:
        return ReplyFields()
    until = formatter.input_value(draft.promised_until) if draft.promised_until else ""
    as_what = draft.reply_as
    words = draft.promise_words
    return ReplyFields(draft.text, until, words, as_what is ReplyAs.HOLDING, as_what is ReplyAs.PRIVATE)


def sent_form(filled: Mapping[str, str]) -> str:
    """The form that was sent, by its action; "" for none. The confirmation belongs to the form before it."""
    action = filled.get("action", "")
    if action not in (Action.CONFIRM, Action.EDIT):
        return action
    return Action.PRIVATE.value if filled.get("private") else Action.ANSWER.value
