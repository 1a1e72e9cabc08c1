"""The page on which a department answers a case: one HTML that needs no script, no picture, no font, no request."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from answer_case.spoken import Spoken, cleaned, fitted, short
from answer_case.view import Action, Tone, View, is_theirs, offered
from desk.brand import Brand
from desk.case import WAITING, CaseState
from desk.case_event import CaseEvent
from desk.fitting import mended
from desk.links import post_link
from desk.mail.plain import one_line
from desk.ports.cases import CaseMention
from desk.private_numbers import masked
from desk.reading import Kind
from desk.weight import MAX_WEIGHT

SCRIPT_HASH = "'sha256-KXp++9M6Ql6vrro77ynXTk2s6JXzDOnQt3oTVfVdhdQ='"
"""What allows the page's one script, which counts while somebody types, in `script-src`."""

_OF_THE_ANSWER = (Action.ANSWER, Action.CONFIRM, Action.EDIT)
_TEMPLATES = Path(__file__).with_name("templates")
_MOST_EVENTS = 20
_MOST_MEDIA = 4
"""As many as X shows with a post."""
_UNFOLDED = 3
"""So many of the newest mentions are seen at once: on a phone the form lies below them."""
_MENTIONS_BYTES, _EVENTS_BYTES = 12_000, 5_000
"""What strangers' words may take as HTML; who needs more finds it on X."""


def render_page(view: View, brand: Brand, now: datetime) -> str:
    """The page in the brand's language, under 60 kB besides what the reader typed. Whatever people wrote is text."""
    spoken = Spoken(brand)
    html = (
        _environment()
        .get_template("case.html.j2")
        .render(
            view=view,
            case=view.case,
            brand=brand,
            spoken=spoken,
            say=spoken.say,
            can={action.value for action in offered(view)},
            theirs=is_theirs(view),
            waiting=view.case.state in WAITING,
            late=_late(view, now),
            title=_title(view, spoken),
            message=spoken.say(view.message.key, **view.message.values) if view.message else "",
            mentions=_mentions(view.mentions),
            events=_events(view.events),
            reasons=spoken.reasons(view.mentions),
            answered=view.case.state is CaseState.ANSWERED,
            kept=_Kept(view),
            field=_field(view),
            unsent=_unsent(view),
            unfolded=_UNFOLDED,
            now=now,
            kinds=list(Kind),
            most=MAX_WEIGHT,
            post_link=post_link,
            plain=one_line,
            short=short,
            problem=Tone.PROBLEM,
        )
    )
    return mended(html)


def render_notice(why: str, brand: Brand) -> str:
    """A page in place of the case: `closed_link` (none such, or not any more) or `unavailable` (not now)."""
    spoken = Spoken(brand)
    return _environment().get_template("notice.html.j2").render(brand=brand, say=spoken.say, why=why)


@cache
def _environment() -> Environment:
    """Made once a process: compiling the templates takes longer than a page."""
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _late(view: View, now: datetime) -> bool:
    until = view.case.promised_until if view.case.state is CaseState.PROMISED else None
    return view.case.state in WAITING and (until or view.case.due_at) < now


def _title(view: View, spoken: Spoken) -> str:
    return spoken.say("answer.title", kind=spoken.kind(view.case.kind), case=view.case.id)


def _field(view: View) -> str:
    """The id of the field that has to be mended; "" for none."""
    form = _form(view)
    return f"{form}-{view.message.field}" if form and view.message and view.message.field else ""


def _unsent(view: View) -> list[str]:
    """What the reader wrote in a form that the page no longer has: it would be lost to them."""
    if _form(view) or view.confirm or not view.filled:
        return []
    return [text for name in ("text", "reason") if (text := view.filled.get(name, "").strip())]


def _form(view: View) -> str:
    """The form that was sent, by its action; "" where the page has none such."""
    action = view.filled.get("action", "")
    form = "answer" if action in _OF_THE_ANSWER else action
    return form if form in offered(view) and not view.confirm else ""


def _mentions(mentions: Sequence[CaseMention]) -> list[SimpleNamespace]:
    """Posts with their words as shown, and with their pictures' types and descriptions."""
    posts = [each.mention.post for each in mentions]
    media = [post.media[:_MOST_MEDIA] for post in posts]
    words = [masked(cleaned(post.text)) for post in posts]
    described = [masked(one_line(medium.alt_text or "")) for some in media for medium in some]
    shown = iter(fitted([*words, *described], _MENTIONS_BYTES))
    texts = [next(shown) for _ in posts]
    return [
        SimpleNamespace(
            post=post,
            is_edit=each.mention.is_edit,
            text=text,
            is_cut=is_cut,
            media=[(medium.type, next(shown)[0]) for medium in some],
        )
        for each, post, some, (text, is_cut) in zip(mentions, posts, media, texts, strict=True)
    ]


def _events(events: Sequence[CaseEvent]) -> list[SimpleNamespace]:
    """The last events with their words as shown."""
    last = events[-_MOST_EVENTS:]
    words = fitted([cleaned(event.text) for event in last], _EVENTS_BYTES)
    return [SimpleNamespace(event=event, text=text) for event, (text, _) in zip(last, words, strict=True)]


class _Kept:
    """What the fields of the forms hold: what was typed last, else what is known."""

    def __init__(self, view: View) -> None:
        self._filled = view.filled
        self.action = view.filled.get("action", "")
        self._draft = view.case.draft.text if view.case.draft else ""
        self.name = view.filled.get("name", view.name)
        self.text = view.filled.get("text", self._draft)

    def of(self, action: str, field: str, otherwise: str = "") -> str:
        """What a field of this action's form holds; the other forms have fields of the same name."""
        return self._filled.get(field, otherwise) if self.action == action else otherwise

    def typed(self, field: str) -> str:
        """What a field holds that only one form has."""
        return self._filled.get(field, "")
