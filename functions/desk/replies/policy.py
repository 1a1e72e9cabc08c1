"""The gate: what must be so before a reply goes out to somebody."""

import re
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from desk.brand import Brand
from desk.cases.model import Case, CaseState, conversation_of
from desk.mentions.model import Mention
from desk.reader.explain import danger_note
from desk.x.model import XPost
from desk.x.weight import links

_HOSTS = r"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com"
"""Where a quoted post's link leads; X appends it to the text of the post that quotes."""

_REPLIED = frozenset({CaseState.PROMISED, CaseState.ANSWERED, CaseState.MOVED})
"""States in which a person's reply stands on X."""


class BlockReason(StrEnum):
    """Why no reply goes out, in the order in which they are tried; the catalogue's key is `answer.refusal.<value>`."""

    GONE = "gone"
    """There is nothing left to answer: no mention of the case has its words any more."""
    CLOSED = "closed"
    """Somebody decided that nothing is owed any more."""
    UNDERWAY = "underway"
    """A second reply beside the one on its way would be said twice, or against it."""
    NOT_OF_THIS_CASE = "not_of_this_case"
    """The answer would reach somebody else, or in another conversation, than the page showed."""
    NOT_SUMMONED = "not_summoned"
    """X refuses a reply to a post that neither mentions nor quotes the account."""
    OPTED_OUT = "opted_out"
    """Who asked us to reply no more gets no reply to what they had written until then, and never one of a machine."""
    IN_DANGER = "in_danger"
    """People who may be in danger are answered by a person, never by a machine."""
    ANSWERED_ALREADY = "answered_already"
    """One answer to one matter, unless a person says that it takes another; a holding reply is none."""
    AUTOMATIC_TWICE = "automatic_twice"
    """A machine replies at most once in an interaction, and not to whom a person has replied."""
    PAUSED = "paused"
    """The desk is stopped, and nobody confirmed that this reply goes out all the same."""


class _Asked(NamedTuple):
    """Everything that the reasons look at."""

    case: Case
    mention: Mention
    brand: Brand
    again: bool
    paused: bool
    opted_out_at: datetime | None
    automatic: bool
    acknowledged: bool
    is_named: bool


def blocked_by(  # noqa: PLR0913 - the case, and what is so besides
    case: Case,
    mention: Mention | None,
    brand: Brand,
    *,
    again: bool,
    paused: bool,
    opted_out_at: datetime | None = None,
    automatic: bool = False,
    acknowledged: bool = False,
    is_named: bool = True,
) -> BlockReason | None:
    """The first reason why no reply to this mention may go out; None when it may. No mention: it is not there any more.

    `again` tells that a person wants to answer what was answered already. `paused` tells that the desk is paused and
    nobody confirmed that this reply goes out all the same. `opted_out_at` is when the author last asked us to reply no
    more (aware), `automatic` a reply that no person wrote, and `acknowledged` tells that the case has had one of these.
    `is_named` tells that a person answers for it by name.
    """
    if mention is None:
        return BlockReason.GONE
    asked = _Asked(case, mention, brand, again, paused, opted_out_at, automatic, acknowledged, is_named)
    return next((reason for reason, holds in _REASONS if holds(asked)), None)


def _is_elsewhere(asked: _Asked) -> bool:
    """By what makes a case, not by its list of mentions, which names only the first few hundred."""
    post = asked.mention.post
    return (post.author_id, conversation_of(post)) != (asked.case.author_id, asked.case.conversation_id)


def _is_uncalled(asked: _Asked) -> bool:
    post = asked.mention.post
    return not (_mentions(post, asked.brand) or _answers_us(asked.mention, asked.brand) or _quotes(post, asked.brand))


def _mentions(post: XPost, brand: Brand) -> bool:
    """Whether the handle stands in the text as what X takes for a mention: not in a link, a longer name, an address."""
    text = post.text
    for begin, end, _ in links(text):
        text = text[:begin] + " " * (end - begin) + text[end:]
    handle = rf"(?<![A-Za-z0-9_!#$%&*@＠])[@＠]{re.escape(brand.handle)}(?![A-Za-z0-9_@＠]|://)"
    return re.search(handle, text, re.IGNORECASE | re.ASCII) is not None


def _answers_us(mention: Mention, brand: Brand) -> bool:
    """A reply mentions whom it answers, although the text of a long one may leave that out."""
    return bool(mention.parent and mention.parent.post and mention.parent.post.author_id == brand.user_id)


def _quotes(post: XPost, brand: Brand) -> bool:
    """Whether the quoted post is the account's own: its link in the text names who wrote it."""
    if post.quotes is None:
        return False
    link = rf"{_HOSTS}/{re.escape(brand.handle)}/status/{post.quotes}(?![0-9])"
    return re.search(link, post.text, re.IGNORECASE | re.ASCII) is not None


def _is_unwanted(asked: _Asked) -> bool:
    """Who mentions us after having opted out calls people, never machines."""
    since = asked.opted_out_at
    return since is not None and (asked.automatic or asked.mention.post.created_at <= since)


def _is_for_a_person(asked: _Asked) -> bool:
    """What speaks of self-harm is known by its text too: it may have been read before the desk looked for that."""
    is_danger = asked.case.danger or danger_note([asked.mention], danger=False) is not None
    return is_danger and (asked.automatic or not asked.is_named)


def _is_second(asked: _Asked) -> bool:
    return asked.automatic and (asked.acknowledged or asked.case.state in _REPLIED)


_ANSWERED = frozenset({CaseState.ANSWERED, CaseState.MOVED})
_REASONS: tuple[tuple[BlockReason, Callable[[_Asked], bool]], ...] = (
    (BlockReason.CLOSED, lambda asked: asked.case.state is CaseState.CLOSED),
    (BlockReason.UNDERWAY, lambda asked: asked.case.state is CaseState.QUEUED),
    (BlockReason.NOT_OF_THIS_CASE, _is_elsewhere),
    (BlockReason.NOT_SUMMONED, _is_uncalled),
    (BlockReason.OPTED_OUT, _is_unwanted),
    (BlockReason.IN_DANGER, _is_for_a_person),
    (BlockReason.ANSWERED_ALREADY, lambda asked: asked.case.state in _ANSWERED and not asked.again),
    (BlockReason.AUTOMATIC_TWICE, _is_second),
    (BlockReason.PAUSED, lambda asked: asked.paused),
)
