"""What the composer shows while somebody writes: the post as X renders it, what it costs, and what to know before."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.pictures.model import AttachedPicture
from desk.posts.errors import PostNotAccepted
from desk.posts.model import MOST_PICTURES
from desk.posts.pause import Pause, PauseScope
from desk.posts.submit import parse_moment
from desk.replies.placeholders import unfilled
from desk.text import cut
from desk.working_time import is_working
from desk.x.endpoints import ALT_TEXT_PRICE, price_of_post
from desk.x.entities import EntityKind, entities
from desk.x.weight import MAX_WEIGHT, weigh
from operator_console.items.pictures import ShownPicture
from operator_console.writing.form import NOW, WriteForm

_MILLION = 1_000_000


class TextMark(StrEnum):
    """What X makes of a piece of text."""

    NONE = ""
    LINK = "link"
    HASHTAG = "hashtag"
    MENTION = "mention"
    EXCESS = "excess"
    """More than X takes."""


class Piece(NamedTuple):
    """A piece of the text as X shows it."""

    text: str
    mark: TextMark = TextMark.NONE


class Preview(NamedTuple):
    """The preview.

    Attributes:
        publish_at: None for now, and for a time that cannot be read.
        usd: the price in dollars, such as `0.015`.
        has_link: whether X bills it as a post with a link.
        notes: keys of sentences to know before sending, with their values.
    """

    pieces: Sequence[Piece]
    pictures: Sequence[ShownPicture]
    publish_at: datetime | None
    weighted_length: int
    usd: str
    has_link: bool
    notes: Sequence[tuple[str, Mapping[str, object]]]


_MARKS = {EntityKind.LINK: TextMark.LINK, EntityKind.HASHTAG: TextMark.HASHTAG, EntityKind.MENTION: TextMark.MENTION}
_LONGEST_SHOWN_LINK = 34
"""Characters of a link's address that X shows."""


def pieces_of(text: str) -> list[Piece]:
    """The text as X shows it: links without their scheme and cut, and what is too much for one post apart."""
    weight = weigh(text)
    valid = weight.valid_text if weight.weighted_length > MAX_WEIGHT else weight.text
    found = list(_pieces(valid))
    excess = weight.text[len(valid) :]
    return [*found, Piece(excess, TextMark.EXCESS)] if excess else found


def _pieces(text: str) -> Iterator[Piece]:
    end = 0
    for each in entities(text, _MARKS):
        if each.begin > end:
            yield Piece(text[end : each.begin])
        is_link = each.kind is EntityKind.LINK
        yield Piece(_shown_link(each.name) if is_link else text[each.begin : each.end], _MARKS[each.kind])
        end = each.end
    if end < len(text):
        yield Piece(text[end:])


def _shown_link(link: str) -> str:
    bare = re.sub(r"^https?://(?:www\.)?", "", link, flags=re.IGNORECASE).removesuffix("/")
    return cut(bare, _LONGEST_SHOWN_LINK, len) if len(bare) > _LONGEST_SHOWN_LINK else bare


def price_in_usd(text: str, pictures: Sequence[AttachedPicture]) -> str:
    """The list price of the post with the alternative texts of its pictures, in dollars."""
    alts = sum(1 for each in pictures if each.alt)
    price = price_of_post(text, is_reply=False) + alts * ALT_TEXT_PRICE
    return f"{price / _MILLION:.3f}".removesuffix("0")


class Surroundings(NamedTuple):
    """What the notes depend on besides the form: the running pause, the brand, and the time."""

    pause: Pause | None
    brand: Brand
    now: datetime


def preview_of(form: WriteForm, pictures: Sequence[ShownPicture], around: Surroundings) -> Preview:
    """The preview of what is typed so far."""
    text, zone = form.text.strip(), ZoneInfo(around.brand.timezone)
    publish_at = _moment(form, zone)
    weight = weigh(text)
    return Preview(
        pieces_of(text),
        pictures[:MOST_PICTURES],
        publish_at,
        weight.weighted_length,
        price_in_usd(text, form.pictures),
        price_of_post(text, is_reply=False) > price_of_post("", is_reply=False),
        list(_notes(form, publish_at, around)),
    )


def _moment(form: WriteForm, zone: ZoneInfo) -> datetime | None:
    try:
        return None if form.when == NOW else parse_moment(form.typed_time, zone)
    except PostNotAccepted:
        return None


def _notes(
    form: WriteForm, publish_at: datetime | None, around: Surroundings
) -> Iterator[tuple[str, Mapping[str, object]]]:
    pause, brand, now = around
    if form.when == NOW and pause and pause.scope is PauseScope.ALL:
        yield "console.write.note.paused", {}
    elif form.when != NOW and pause:
        yield "console.write.note.paused_later", {}
    if brand.is_in_trial:
        yield "console.write.note.trial", {}
    if form.kind in brand.approval:
        yield "console.write.note.approval", {}
    if publish_at and publish_at <= now:
        yield "console.write.note.past", {}
    elif publish_at and not is_working(publish_at, brand):
        yield "console.write.note.closed", {}
    if places := unfilled(form.text):
        yield "console.write.note.places", {"places": ", ".join(places)}
    if missing := sum(1 for each in form.pictures if not each.alt):
        yield "console.write.note.no_alt", {"count": missing}
