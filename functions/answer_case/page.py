"""Render the page on which a department answers a case: one HTML file, whose script asks only who else is there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

from desk.brand import Brand
from desk.cases.author_cases import LISTED, may_open
from desk.cases.model import WAITING, CaseState, Draft, ReplyAs
from desk.cases.store import CaseMention
from desk.cases.transitions import OVER
from desk.checks.sentences import sentence_of
from desk.formatting.formatter import DeskFormatter, clean_lines, fit_html, isolated_name, short_name
from desk.links import post_link
from desk.mentions.model import Parent
from desk.pages import templates_in
from desk.private_numbers import masked
from desk.reading import Kind
from desk.replies.forms import Action
from desk.replies.messages import Tone
from desk.replies.timeline import TimelineEntry, former_name, parents_of, timeline_entries
from desk.replies.view import View, allowed_actions, has_case, primary_action, wants_no_reply
from desk.text import mended, one_line
from desk.x.weight import MAX_WEIGHT

SCRIPT_HASH = "'sha256-+A9uXZ9K/wTTp77DdKbzFn+tdnvEAMT5uECDIp6W+KQ='"
"""The hash of the page's only script, for `script-src`: it counts letters, copies the name and shows who is there."""

_TEMPLATES = Path(__file__).with_name("templates")


def render_page(view: View, brand: Brand, now: datetime) -> str:
    """The page in the brand's language, under 60 kB besides the contents of its fields. People's text is escaped."""
    formatter = DeskFormatter(brand)
    html = (
        templates_in(_TEMPLATES)
        .get_template("case.html.j2")
        .render(
            view=view,
            case=view.case,
            brand=brand,
            formatter=formatter,
            phrase=formatter.phrase,
            allowed={action.value for action in allowed_actions(view)},
            has_case=has_case(view),
            primary=primary_action(view),
            form_with_name=_form_with_name(view),
            no_reply=wants_no_reply(view),
            waiting=view.case.state in WAITING and not wants_no_reply(view),
            late=_is_late(view, now),
            title=formatter.phrase("answer.title", kind=formatter.kind(view.case.label), case=view.case.id),
            message=formatter.phrase(view.message.key, **view.message.values) if view.message else "",
            state=_state_key(view),
            thread=thread_of(view),
            timeline=timeline_of(view, formatter),
            danger=formatter.safety_lines(view.safety_note) if view.safety_note else (),
            reasons=formatter.reasons(view.mentions),
            answered=view.case.state in OVER,
            form=FormState(view, formatter),
            invalid_field_id=_invalid_field_id(view),
            unsent=_unsent_texts(view),
            comment=_comment_on_draft(view),
            newest=NEWEST,
            listed=LISTED,
            may_open=may_open,
            now=now,
            kinds=list(Kind),
            max_weight=MAX_WEIGHT,
            post_link=partial(post_link, site=brand.x_site),
            one_line=one_line,
            finding_sentence=partial(sentence_of, language=brand.language),
            short_name=short_name,
            isolated_name=isolated_name,
            problem=Tone.PROBLEM,
        )
    )
    return mended(html)


def render_notice(key: str, brand: Brand) -> str:
    """A page without a case.

    `key` is `closed_link`, `unavailable`, `unreadable`, `not_yours`, `handed` or `handed_not_notified`.
    """
    phrase = DeskFormatter(brand).phrase
    return templates_in(_TEMPLATES).get_template("notice.html.j2").render(brand=brand, phrase=phrase, key=key)


def render_unsent(fields: Mapping[str, str], sign_in: str, brand: Brand) -> str:
    """A page that has what was sent without a session, to be sent again after a sign-in in another tab."""
    phrase, written = DeskFormatter(brand).phrase, [fields[name] for name in ("text", "reason") if fields.get(name)]
    template = templates_in(_TEMPLATES).get_template("unsent.html.j2")
    return template.render(brand=brand, phrase=phrase, key="unsent", fields=fields, written=written, sign_in=sign_in)


def _state_key(view: View) -> str:
    """The key of the state: a draft of a department that sends its own replies is only unsent."""
    if wants_no_reply(view):
        return "no_reply"
    return "unsent" if view.case.state is CaseState.DRAFTED and view.case_sends_to_x else view.case.state.value


def _comment_on_draft(view: View) -> str:
    """What the operator said when the draft was sent back; "" if it wasn't. Notes may quote private numbers."""
    comment = clean_lines(view.case.draft.comment) if view.case.draft else ""
    return comment if view.unmasked else masked(comment)


def _is_late(view: View, now: datetime) -> bool:
    until = view.case.promised_until if view.case.state is CaseState.PROMISED else None
    return view.case.state in WAITING and (until or view.case.due_at) < now


class FormState:
    """The values of the forms' fields: what was typed last, else what is known.

    `sent` is the form that was sent. `has_private`: the case's draft asks the author into a private conversation.
    """

    def __init__(self, view: View, formatter: DeskFormatter) -> None:
        self._filled = view.filled
        self.sent = _sent_form(view)
        self.name = view.filled.get("name", view.name)
        draft = view.case.draft_for(view.name) or Draft("", "", view.case.opened_at)
        self.has_private = draft.reply_as is ReplyAs.PRIVATE
        self.text = self.value("answer", "text", "" if self.has_private else draft.text)
        request = "" if view.safety_note else formatter.private_request(view.case)
        private_text = draft.text if self.has_private else request
        self.private_text = self.value("private", "text", private_text)
        self.is_holding = self.ticked("answer", "holding", default=draft.reply_as is ReplyAs.HOLDING)
        until = formatter.input_value(draft.promised_until) if draft.promised_until else ""
        self.until = self.value("answer", "promised_until", until)

    def value(self, form: str, field: str, default: str = "") -> str:
        """The value of a field of this form. Other forms have fields of the same name."""
        return self._filled.get(field, default) if self.sent == form else default

    def ticked(self, form: str, field: str, *, default: bool) -> bool:
        """Whether a box of this form is ticked. A sent form has no field for an empty box."""
        return field in self._filled if self.sent == form else default

    def typed(self, field: str) -> str:
        """The value that was sent for a field of any form."""
        return self._filled.get(field, "")


def _sent_form(view: View) -> str:
    """The form that was sent, by its action; "" for none. The confirmation belongs to the form before it."""
    action = view.filled.get("action", "")
    if action not in (Action.CONFIRM, Action.EDIT):
        return action
    return Action.PRIVATE.value if view.filled.get("private") else Action.ANSWER.value


def _sent_form_on_page(view: View) -> str:
    """The form that was sent, if the page still has it; else ""."""
    form = _sent_form(view)
    return form if form in allowed_actions(view) and not view.confirmation else ""


def _invalid_field_id(view: View) -> str:
    """The id of the field to correct; "" for none."""
    form = _sent_form_on_page(view)
    if view.message and view.message.field == "name":
        return "name"
    return f"{form}-{view.message.field}" if form and view.message and view.message.field else ""


def _form_with_name(view: View) -> str:
    """The form that has the page's only field for a name. The other forms get a copy of the known name."""
    allowed, sent = allowed_actions(view), _sent_form(view)
    candidates = (primary_action(view), *Action)
    return sent if sent in allowed else next((action for action in candidates if action in allowed), "")


def _unsent_texts(view: View) -> list[str]:
    """Texts of a form that the page no longer has, so that the person can copy them."""
    if _sent_form_on_page(view) or view.confirmation or not view.filled:
        return []
    return [text for name in ("text", "reason") if (text := view.filled.get(name, "").strip())]


NEWEST = 3
"""The newest mentions, which are not folded: on a phone the form is below them."""

_MOST_MEDIA = 4
"""As many as X shows with a post."""
_THREAD_BYTES = 7_000
"""HTML bytes for strangers' text. X has the rest."""


def thread_of(view: View) -> list[SimpleNamespace]:
    """The mentions with their text, their parents, and the types and descriptions of their media."""
    mentions, shown = view.mentions, str if view.unmasked else masked
    posts = [each.mention.post for each in mentions]
    parents = _parents(mentions)
    media = [post.media[:most] for post, most in zip(posts, _most_media(len(posts)), strict=True)]
    texts = [shown(clean_lines(post.text)) for post in posts]
    parent_texts = [shown(clean_lines(parent.post.text if parent and parent.post else "")) for parent in parents]
    described = [shown(one_line(medium.alt_text or "")) for some in media for medium in some]
    fitting = iter(fit_html([*texts, *parent_texts, *described], _THREAD_BYTES))
    fit_texts, fit_parents = [next(fitting) for _ in posts], [next(fitting)[0] for _ in parents]
    return [
        SimpleNamespace(
            post=each.mention.post,
            is_edit=each.mention.is_edit,
            text=fit_texts[place][0],
            is_cut=fit_texts[place][1],
            parent=parents[place],
            parent_text=fit_parents[place],
            former_name=former_name(mentions, place) if _has_details(mentions, place) else "",
            media=[(medium.type, next(fitting)[0]) for medium in media[place]],
        )
        for place, each in enumerate(mentions)
    ]


def _parents(mentions: Sequence[CaseMention]) -> list[Parent | None]:
    """The parents of the first and the newest mentions, each once, unless a parent is a mention of the case."""
    detailed = [place for place in range(len(mentions)) if _has_details(mentions, place)]
    parents = dict(zip(detailed, parents_of(mentions, detailed), strict=True))
    return [parents.get(place) for place in range(len(mentions))]


def _has_details(mentions: Sequence[CaseMention], place: int) -> bool:
    """Whether the mention is shown with more than its text: the first one and the newest."""
    return place == 0 or place >= len(mentions) - NEWEST


def _most_media(posts: int) -> list[int]:
    """How many media each post shows. An earlier post shows one, since all links lead to the post itself."""
    return [_MOST_MEDIA if place >= posts - NEWEST else 1 for place in range(posts)]


_MOST_ENTRIES = 20
_TIMELINE_BYTES = 3_000
"""HTML bytes for people's text."""


class Timeline(NamedTuple):
    """The last entries, oldest first, and the number of entries before them."""

    last: Sequence[TimelineEntry]
    left_out: int


def timeline_of(view: View, formatter: DeskFormatter) -> Timeline:
    """Events of colleagues, X and the desk, and when the author asked again. The thread has the author's text.

    Private numbers are masked here, too: notes of colleagues may quote them.
    """
    entries = timeline_entries(view.case, view.events, formatter)
    last, shown = entries[-_MOST_ENTRIES:], str if view.unmasked else masked
    texts = fit_html([shown(clean_lines(entry.text)) for entry in last], _TIMELINE_BYTES)
    fitting = [entry._replace(text=text) for entry, (text, _) in zip(last, texts, strict=True)]
    return Timeline(fitting, len(entries) - len(last))
