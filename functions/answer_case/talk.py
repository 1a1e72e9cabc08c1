"""What was written to us, and what it answers, as the page shows it."""

from collections.abc import Iterator, Sequence
from types import SimpleNamespace

from answer_case.spoken import cleaned, fitted
from answer_case.view import View
from desk.mail.plain import one_line
from desk.mention import Parent
from desk.ports.cases import CaseMention
from desk.private_numbers import masked

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
