"""What the fields of the forms hold when the page comes back."""

from answer_case.spoken import Spoken
from answer_case.view import Action, View
from desk.case import Draft, ReplyAs

_OF_AN_ANSWER = (Action.CONFIRM, Action.EDIT)
"""What follows the forms of an answer in public and of one that asks into private."""


def sent_form(view: View) -> str:
    """The form that was sent, by its action, also where it was confirmed or is to be changed; "" for none."""
    action = view.filled.get("action", "")
    if action not in _OF_AN_ANSWER:
        return action
    return Action.PRIVATE.value if view.filled.get("private") else Action.ANSWER.value


class Kept:
    """What the fields of the forms hold: what was typed last, else what is known.

    `form` is the one that was sent; `has_private`: what waits as a draft asks the author into private.
    """

    def __init__(self, view: View, spoken: Spoken) -> None:
        self._filled = view.filled
        self.form = sent_form(view)
        self.name = view.filled.get("name", view.name)
        draft = view.case.draft or Draft("", "", view.case.opened_at)
        self.has_private = draft.reply_as is ReplyAs.PRIVATE
        self.text = self.of("answer", "text", "" if self.has_private else draft.text)
        self.private_text = self.of(
            "private", "text", draft.text if self.has_private else spoken.into_private(view.case)
        )
        self.is_holding = self.ticked("answer", "holding", is_so=draft.reply_as is ReplyAs.HOLDING)
        until = spoken.field(draft.promised_until) if draft.promised_until else ""
        self.until = self.of("answer", "promised_until", until)

    def of(self, form: str, field: str, otherwise: str = "") -> str:
        """What a field of this form holds; the other forms have fields of the same name."""
        return self._filled.get(field, otherwise) if self.form == form else otherwise

    def ticked(self, form: str, field: str, *, is_so: bool) -> bool:
        """Whether a box of this form is ticked: a form that was sent does not name those that are not."""
        return field in self._filled if self.form == form else is_so

    def typed(self, field: str) -> str:
        """What was typed into a field of any form."""
        return self._filled.get(field, "")
