"""The page on which a department answers a case: one HTML that needs no script, no picture, no font, no request."""

from datetime import datetime
from functools import partial
from pathlib import Path

from answer_case.view import UNFOLDED, past_of, talk
from desk.brand import Brand
from desk.cases.author_cases import LISTED, may_open
from desk.cases.model import WAITING, CaseState, Draft, ReplyAs
from desk.cases.transitions import OVER
from desk.links import post_link
from desk.pages import templates_in
from desk.reading import Kind
from desk.replies.formatter import Spoken, isolated, short
from desk.replies.view import Action, Tone, View, is_theirs, offered, primary, wants_no_reply
from desk.text import mended, one_line
from desk.x.weight import MAX_WEIGHT

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


SCRIPT_HASH = "'sha256-OlThr6qxbm6mfCM65ixvfl+LoTSul5UpxW30ljRyH6w='"
"""What allows the page's one script, which counts while somebody types, in `script-src`."""

_TEMPLATES = Path(__file__).with_name("templates")


def render_page(view: View, brand: Brand, now: datetime) -> str:
    """The page in the brand's language, under 60 kB besides what its fields hold. Whatever people wrote is text."""
    spoken = Spoken(brand)
    html = (
        templates_in(_TEMPLATES)
        .get_template("case.html.j2")
        .render(
            view=view,
            case=view.case,
            brand=brand,
            spoken=spoken,
            say=spoken.say,
            can={action.value for action in offered(view)},
            theirs=is_theirs(view),
            primary=primary(view),
            named_by=_named_by(view),
            no_reply=wants_no_reply(view),
            waiting=view.case.state in WAITING and not wants_no_reply(view),
            late=_late(view, now),
            title=_title(view, spoken),
            message=spoken.say(view.message.key, **view.message.values) if view.message else "",
            state=_state(view),
            mentions=talk(view),
            past=past_of(view, spoken),
            danger=spoken.danger(view.note) if view.note else (),
            reasons=spoken.reasons(view.mentions),
            answered=view.case.state in OVER,
            kept=Kept(view, spoken),
            field=_field(view),
            unsent=_unsent(view),
            unfolded=UNFOLDED,
            listed=LISTED,
            may_open=may_open,
            now=now,
            kinds=list(Kind),
            most=MAX_WEIGHT,
            post_link=partial(post_link, site=brand.x_site),
            plain=one_line,
            short=short,
            isolated=isolated,
            problem=Tone.PROBLEM,
        )
    )
    return mended(html)


def render_notice(why: str, brand: Brand) -> str:
    """A page in place of the case: `closed_link` (none such, or not any more) or `unavailable` (not now)."""
    spoken = Spoken(brand)
    return templates_in(_TEMPLATES).get_template("notice.html.j2").render(brand=brand, say=spoken.say, why=why)


def _state(view: View) -> str:
    """The state by its key: what a department sends itself waits for nobody else."""
    if wants_no_reply(view):
        return "no_reply"
    return "unsent" if view.case.state is CaseState.DRAFTED and view.case_sends_to_x else view.case.state.value


def _late(view: View, now: datetime) -> bool:
    until = view.case.promised_until if view.case.state is CaseState.PROMISED else None
    return view.case.state in WAITING and (until or view.case.due_at) < now


def _title(view: View, spoken: Spoken) -> str:
    return spoken.say("answer.title", kind=spoken.kind(view.case.kind), case=view.case.id)


def _field(view: View) -> str:
    """The id of the field that has to be mended; "" for none."""
    form = _form(view)
    if view.message and view.message.field == "name":
        return "name"
    return f"{form}-{view.message.field}" if form and view.message and view.message.field else ""


def _named_by(view: View) -> str:
    """The form that the page's one field for a name belongs to: the others get a copy of what is known."""
    can, sent = offered(view), sent_form(view)
    return sent if sent in can else next((action for action in (primary(view), *Action) if action in can), "")


def _unsent(view: View) -> list[str]:
    """What the reader wrote in a form that the page no longer has: it would be lost to them."""
    if _form(view) or view.confirm or not view.filled:
        return []
    return [text for name in ("text", "reason") if (text := view.filled.get(name, "").strip())]


def _form(view: View) -> str:
    """The form that was sent, by its action; "" where the page has none such."""
    form = sent_form(view)
    return form if form in offered(view) and not view.confirm else ""
