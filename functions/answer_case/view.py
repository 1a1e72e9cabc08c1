"""A case as the page shows it to anyone with its link."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import NamedTuple

from desk.brand import Brand
from desk.cases.model import CaseEvent, CaseEventKind
from desk.cases.store import CaseFile, CaseMention
from desk.mentions.model import Parent
from desk.private_numbers import masked
from desk.reader.explain import danger_note_of
from desk.replies.actions import token_of
from desk.replies.compose import signature_of
from desk.replies.formatter import Spoken, cleaned, fitted
from desk.replies.policy import blocked_by
from desk.replies.send import newest, sends_to_x
from desk.replies.view import Confirm, Message, View
from desk.text import one_line

_RANDOM_BYTES = 12


class Reader(NamedTuple):
    """Who looks, through which link, and when; `name` is who used the page last."""

    link_id: str
    name: str
    now: datetime


class Saying(NamedTuple):
    """What comes with the page: what the last form led to, and what it held."""

    message: Message | None = None
    confirm: Confirm | None = None
    filled: Mapping[str, str] = {}
    request: str = ""
    """The form's own name once more, where it is unknown whether it did anything."""
    unmasked: bool = False


def view_of(  # noqa: PLR0913 - what is known of the case, and who looks
    file: CaseFile,
    viewer: str,
    reader: Reader,
    saying: Saying,
    brand: Brand,
    *,
    opted_out_at: datetime | None = None,
    is_beside: bool = False,
) -> View:
    """The page for this reader. Of a pause they are told when they want to send something, not before."""
    reason = _blocked_by(file, brand, opted_out_at)
    return View(
        case=file.case,
        mentions=file.mentions,
        events=file.events,
        viewer=viewer,
        name=reader.name,
        token=token_of(reader.link_id, file.case.version),
        request=saying.request or secrets.token_urlsafe(_RANDOM_BYTES),
        version=file.case.version,
        may_answer=reason is None,
        sends_to_x=sends_to_x(viewer, brand),
        signature=signature_of(file.case.department, brand),
        departments=[(key, brand.department_name(key)) for key in brand.departments],
        message=saying.message,
        confirm=saying.confirm,
        filled=saying.filled,
        blocked_by=reason or "",
        case_sends_to_x=sends_to_x(file.case.department, brand),
        hides=_hides(file),
        unmasked=saying.unmasked,
        earlier=file.earlier,
        is_beside=is_beside,
        note=None if is_beside else danger_note_of(file.case, [each.mention for each in file.mentions]),
    )


def _blocked_by(file: CaseFile, brand: Brand, opted_out_at: datetime | None) -> str | None:
    """Why the case can't be answered at all."""
    return blocked_by(file.case, newest(file), brand, again=True, paused=False, opted_out_at=opted_out_at)


def _hides(file: CaseFile) -> bool:
    """Whether a mention or a note has private numbers in it, which the page masks."""
    mentions = [each.mention for each in file.mentions]
    parents = [each.parent.post for each in mentions if each.parent and each.parent.post]
    posts = [*(each.post for each in mentions), *parents]
    words = [text for post in posts for text in (post.text, *(medium.alt_text or "" for medium in post.media))]
    notes = [event.text for event in file.events]
    return any(masked(text) != text for text in (*words, *notes))


UNFOLDED = 3
"""So many of the newest mentions are seen at once: on a phone the form lies below them."""

_MOST_MEDIA = 4
"""As many as X shows with a post."""
_BYTES = 8_000
"""What strangers' words may take as HTML; who needs more finds it on X."""


def talk(view: View) -> list[SimpleNamespace]:
    """Posts with their words as shown, with what they reply to, and with their pictures' types and descriptions."""
    mentions, shown_as = view.mentions, str if view.unmasked else masked
    posts = [each.mention.post for each in mentions]
    parents = _parents(mentions)
    media = [post.media[:most] for post, most in zip(posts, _most_media(len(posts)), strict=True)]
    words = [shown_as(cleaned(post.text)) for post in posts]
    answered = [shown_as(cleaned(parent.post.text if parent and parent.post else "")) for parent in parents]
    described = [shown_as(one_line(medium.alt_text or "")) for some in media for medium in some]
    shown = iter(fitted([*words, *answered, *described], _BYTES))
    texts, before = [next(shown) for _ in posts], [next(shown)[0] for _ in parents]
    return [
        SimpleNamespace(
            post=each.mention.post,
            is_edit=each.mention.is_edit,
            text=texts[place][0],
            is_cut=texts[place][1],
            parent=parents[place],
            parent_text=before[place],
            was_named=_was_named(mentions, place),
            media=[(medium.type, next(shown)[0]) for medium in media[place]],
        )
        for place, each in enumerate(mentions)
    ]


def _parents(mentions: Sequence[CaseMention]) -> list[Parent | None]:
    """What the first one and the newest reply to, each once, unless it is one of the mentions itself."""
    seen = {each.mention.id for each in mentions}

    def each_once() -> Iterator[Parent | None]:
        for place, each in enumerate(mentions):
            parent = each.mention.parent if _is_seen_first(mentions, place) else None
            yield parent if parent and parent.id not in seen else None
            seen.update({parent.id} if parent else ())

    return list(each_once())


def _is_seen_first(mentions: Sequence[CaseMention], place: int) -> bool:
    """Whether it began the case or is one of the newest: of the others X shows what there is besides their words."""
    return place == 0 or place >= len(mentions) - UNFOLDED


def _was_named(mentions: Sequence[CaseMention], place: int) -> str:
    """The username that the author had at the mention before, if it is another one by now."""
    if not _is_seen_first(mentions, place):
        return ""
    names = [each.mention.post.author.username for each in mentions[: place + 1] if each.mention.post.author]
    return names[-2] if mentions[place].mention.post.author and len(names) > 1 and names[-2] != names[-1] else ""


def _most_media(posts: int) -> list[int]:
    """How many media each post shows: of the earlier ones a single one, since all its links lead to the post itself."""
    return [_MOST_MEDIA if place >= posts - UNFOLDED else 1 for place in range(posts)]


_MOST = 20
_BYTES_OF_PAST = 3_000
"""What people's words may take as HTML."""
_STANDS = frozenset({CaseEventKind.ANSWERED, CaseEventKind.PROMISED, CaseEventKind.MOVED})
_FREES = frozenset({CaseEventKind.HANDED, CaseEventKind.MISREAD, CaseEventKind.RAISED})
"""What leaves a case in nobody's hands."""


class Happened(NamedTuple):
    """One thing that happened: when (aware), as a sentence, with what was written; `x_id` leads to it on X."""

    at: datetime
    sentence: str
    text: str = ""
    x_id: str | None = None


class Past(NamedTuple):
    """The last things that happened, oldest first, and how many before them are left out."""

    last: Sequence[Happened]
    left_out: int


def past_of(view: View, spoken: Spoken) -> Past:
    """What colleagues, X and the desk did, and when the author came back: what they wrote stands among the mentions."""
    happened = sorted([*_did(view, spoken), *_came_back(view, spoken)], key=lambda each: each.at)
    last = happened[-_MOST:]
    words = fitted([each.text for each in last], _BYTES_OF_PAST)
    shown = [each._replace(text=text) for each, (text, _) in zip(last, words, strict=True)]
    return Past(shown, len(happened) - len(shown))


def _did(view: View, spoken: Spoken) -> list[Happened]:
    """What colleagues noted may quote somebody's number."""
    shown_as = str if view.unmasked else masked
    sentences = [spoken.happened(each) for each in view.events]
    for place, assignee in _assignees(view.events):
        sentences[place] += spoken.say("case.event.assignee", by=spoken.person(assignee))
    return [
        Happened(each.at, sentence, shown_as(cleaned(spoken.note(each))), each.x_id)
        for each, sentence in zip(view.events, sentences, strict=True)
    ]


def _assignees(events: Sequence[CaseEvent]) -> Iterator[tuple[int, str]]:
    """Who had the case when a reply of the desk's came to stand on X, or else who sent it, by the event's place."""
    holder = ""
    for place, event in enumerate(events):
        if event.what is CaseEventKind.TAKEN:
            holder = event.by
        elif event.what in _FREES:
            holder = ""
        elif event.what in _STANDS and event.post_id and (holder or event.by):
            yield place, holder or event.by


def _came_back(view: View, spoken: Spoken) -> list[Happened]:
    """Each wait that began after the first one: the one that runs or ended last, and those that events ended."""
    began = {view.case.asked_at, *(each.asked_at for each in view.events if each.asked_at)} - {view.case.opened_at}
    return [Happened(at, spoken.say("case.event.asked_again")) for at in began]
