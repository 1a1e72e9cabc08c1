"""Render the page on which a department answers a case: one HTML file, whose script asks only who else is there."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

from desk.brand import Brand
from desk.case_view.content import CaseContent, content_of, template_values
from desk.case_view.conversation import Conversation, ConversationEntry
from desk.case_view.forms import CaseForms, ReplyFields, reply_fields, sent_form
from desk.case_view.view import View, allowed_actions, has_case, primary_action, wants_no_reply
from desk.cases.author_cases import LISTED, may_open
from desk.cases.model import WAITING, ReplyAs
from desk.cases.store import CaseFile
from desk.cases.transitions import OVER
from desk.formatting.formatter import DeskFormatter, clean_lines, fit_html
from desk.private_numbers import masked
from desk.replies.forms import Action
from desk.replies.messages import Tone
from desk.text import mended, one_line
from desk.web.templates import templates_in

SCRIPT_HASH = "'sha256-haROs95glpDjKQQpxHXPQVc0KafK5KiwEHlOIi/5Zro='"
"""The hash of the page's only script, for `script-src`: it counts letters, copies the name and shows who is there."""

_MORE = frozenset({"take", "private", "fact_check", "raise", "lower", "misread"})
"""Actions that are folded, below the answer and the two things that people do instead of one."""

_TEMPLATES = Path(__file__).with_name("templates")


def render_page(view: View, brand: Brand, now: datetime) -> str:
    """The page in the brand's language, under 90 kB besides the contents of its fields. People's text is escaped."""
    formatter = DeskFormatter(brand)
    can = frozenset[Action]() if view.confirmation else allowed_actions(view)
    forms, draft = _forms(view), view.case.draft_for(view.name)
    is_private_draft = draft is not None and draft.reply_as is ReplyAs.PRIVATE
    private_text = draft.text if draft and is_private_draft else _private_request(view, formatter)
    values = template_values(formatter) | {
        "view": view,
        "case": view.case,
        "departments": view.departments,
        "content": _content(view, formatter, now),
        "unfolded": UNFOLDED,
        "forms": forms,
        "can": {action.value for action in can},
        "more": _MORE,
        "has_case": has_case(view),
        "no_reply": wants_no_reply(view),
        "waiting": view.case.state in WAITING and not wants_no_reply(view),
        "answered": view.case.state in OVER,
        "message": formatter.phrase(view.message.key, **view.message.values) if view.message else "",
        "problem": Tone.PROBLEM,
        "invalid_field_id": _invalid_field_id(view),
        "reply": _reply_fields(view, formatter),
        "private_text": forms.value("private", "text", private_text),
        "is_private_draft": is_private_draft,
        "unsent": _unsent_texts(view),
        "comment": _comment_on_draft(view),
        "shows_pictures": True,
        "now": now,
    }
    return mended(templates_in(_TEMPLATES).get_template("case.html.j2").render(values))


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


def _comment_on_draft(view: View) -> str:
    """What the operator said when the draft was sent back; "" if it wasn't. Notes may quote private numbers."""
    comment = clean_lines(view.case.draft.comment) if view.case.draft else ""
    return comment if view.unmasked else masked(comment)


def _private_request(view: View, formatter: DeskFormatter) -> str:
    return "" if view.safety_note else formatter.private_request(view.case)


def _forms(view: View) -> CaseForms:
    primary = primary_action(view)
    return CaseForms(
        hidden={"version": view.version, "token": view.token, "request": view.request},
        filled=view.filled,
        sent=sent_form(view.filled),
        message=view.message,
        primary=primary.value if primary else "",
        name=view.filled.get("name", view.name),
        asks_name=_form_with_name(view),
    )


def _reply_fields(view: View, formatter: DeskFormatter) -> ReplyFields:
    """What the answer's form begins with; a draft that asks into a private conversation is in a form of its own."""
    draft = view.case.draft_for(view.name)
    is_sent = sent_form(view.filled) == Action.ANSWER
    return reply_fields(
        view.filled if is_sent else None, None if draft and draft.reply_as is ReplyAs.PRIVATE else draft, formatter
    )


def _sent_form_on_page(view: View) -> str:
    """The form that was sent, if the page still has it; else ""."""
    form = sent_form(view.filled)
    return form if form in allowed_actions(view) and not view.confirmation else ""


def _invalid_field_id(view: View) -> str:
    """The id of the field to correct; "" for none."""
    form = _sent_form_on_page(view)
    if view.message and view.message.field == "name":
        return "name"
    return f"{form}-{view.message.field}" if form and view.message and view.message.field else ""


def _form_with_name(view: View) -> str:
    """The form that has the page's only field for a name. The other forms get a copy of the known name."""
    allowed, sent = allowed_actions(view), sent_form(view.filled)
    candidates = (primary_action(view), *Action)
    return sent if sent in allowed else next((action for action in candidates if action in allowed), "")


def _unsent_texts(view: View) -> list[str]:
    """Texts of a form that the page no longer has, so that the person can copy them."""
    if _sent_form_on_page(view) or view.confirmation or not view.filled:
        return []
    return [text for name in ("text", "reason") if (text := view.filled.get(name, "").strip())]


UNFOLDED = 5
"""The newest entries, which are not folded: on a phone the form is below them."""

_MOST_MEDIA = 4
"""As many as X shows with a post."""
_CONVERSATION_BYTES, _TIMELINE_BYTES = 7_000, 3_000
"""HTML bytes for people's text. X has the rest."""
_MOST_ENTRIES, _MOST_EVENTS = 40, 20
"""The newest ones that are shown."""


def _content(view: View, formatter: DeskFormatter, now: datetime) -> CaseContent:
    """The case as far as it fits the page. Texts are not linked: a stranger's link leads out of the company."""
    conversation = Conversation(formatter, unmasked=view.unmasked, words=clean_lines)
    entries = conversation.of_case(CaseFile(view.case, view.mentions, view.events), None)
    content = content_of(
        view, _fitting(entries[-_MOST_ENTRIES:]), now, formatter, partial(may_open, viewer=view.viewer)
    )
    last = content.history[-_MOST_EVENTS:]
    texts = fit_html([clean_lines(entry.text) for entry in last], _TIMELINE_BYTES)
    return content._replace(
        entries_left_out=max(0, len(entries) - _MOST_ENTRIES),
        history=[entry._replace(text=text) for entry, (text, _) in zip(last, texts, strict=True)],
        events_left_out=len(content.history) - len(last),
        related=content.related[:LISTED],
        related_left_out=max(0, len(content.related) - LISTED),
    )


def _fitting(entries: list[ConversationEntry]) -> list[ConversationEntry]:
    """The entries with as much of their texts and pictures as the page has room for.

    An earlier entry keeps one picture, since all links lead to the post itself.
    """
    shown = [
        each._replace(media=each.media[: _MOST_MEDIA if place >= len(entries) - UNFOLDED else 1])
        for place, each in enumerate(entries)
    ]
    described = [one_line(medium.alt_text or "") for each in shown for medium in each.media]
    fitting = iter(fit_html([*(each.text for each in shown), *described], _CONVERSATION_BYTES))
    texts = [next(fitting) for _ in shown]
    return [
        each._replace(
            text=text,
            is_cut=is_cut,
            media=[medium._replace(alt_text=next(fitting)[0] or None) for medium in each.media],
        )
        for each, (text, is_cut) in zip(shown, texts, strict=True)
    ]
