"""The reply policy: whether a reply to a mention may go out, and why not."""

import re
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from desk.brand import Brand
from desk.cases.model import Case, CaseState, conversation_of
from desk.cases.store import CaseFile
from desk.mentions.model import Mention, Source
from desk.reader.explain import safety_note
from desk.x.entities import handles
from desk.x.model import XPost

_HOSTS = r"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com"
"""Hosts of a quoted post's link, which X appends to the text of the post that quotes."""

_REPLIED = frozenset({CaseState.PROMISED, CaseState.ANSWERED, CaseState.MOVED})
"""States in which a person's reply is on X."""


class BlockReason(StrEnum):
    """Why no reply may go out, in the order of the checks. The catalogue's key is `answer.refusal.<value>`."""

    GONE = "gone"
    """The text of all mentions of the case was removed."""
    CLOSED = "closed"
    """A person closed the case."""
    UNDERWAY = "underway"
    """A reply is on its way. A second one could repeat or contradict it."""
    NOT_OF_THIS_CASE = "not_of_this_case"
    """The answer would reach another author or conversation than the page showed."""
    NOT_SUMMONED = "not_summoned"
    """X refuses a reply to a post that neither mentions nor quotes the account, as are all that listening finds."""
    OPTED_OUT = "opted_out"
    """The author asked for no more replies: none to earlier posts, and never an automatic one."""
    IN_DANGER = "in_danger"
    """Somebody may be at risk. Only a person, by name, may answer."""
    ANSWERED_ALREADY = "answered_already"
    """The case has an answer, and no person asked for another. A holding reply is not an answer."""
    AUTOMATIC_TWICE = "automatic_twice"
    """The case has had an automatic reply, or a person's reply."""
    PAUSED = "paused"
    """Publishing is paused."""


class _Facts(NamedTuple):
    """The input of the checks."""

    case: Case
    mention: Mention
    brand: Brand
    again: bool
    paused: bool
    opted_out_at: datetime | None
    automatic: bool
    acknowledged: bool
    is_named: bool


def blocked_by(  # noqa: PLR0913 - the case, and all facts that the checks need
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
    """The first reason why no reply to this mention may go out; None if it may. `mention` is None if it was removed.

    `again`: a person wants to answer an answered case once more. `paused`: publishing is paused, and nobody confirmed
    that this reply goes out anyway. `opted_out_at` is when the author last asked for no more replies (aware).
    `automatic`: no person wrote the reply. `acknowledged`: the case has had an automatic reply. `is_named`: a person
    answers by name.
    """
    if mention is None:
        return BlockReason.GONE
    facts = _Facts(case, mention, brand, again, paused, opted_out_at, automatic, acknowledged, is_named)
    for reason, applies in _CHECKS:
        if applies(facts):
            return reason
    return None


def newest_mention(file: CaseFile) -> Mention | None:
    """The mention that a reply answers: the newest that addresses us, or else the newest; None if all texts are gone.

    An author who wrote to us may go on without mentioning us: listening finds that, and X allows no reply to it.
    """
    mentions = [one.mention for one in file.mentions]
    addressed = [mention for mention in mentions if mention.source is Source.MENTIONS]
    return next(reversed(addressed or mentions), None)


def _is_elsewhere(facts: _Facts) -> bool:
    """Compares what defines a case, not its list of mentions, which has only the first few hundred."""
    post = facts.mention.post
    return (post.author_id, conversation_of(post)) != (facts.case.author_id, facts.case.conversation_id)


def _is_not_summoned(facts: _Facts) -> bool:
    """A post that was found by listening gets no reply, not even one that quotes us in a way of its own."""
    if facts.mention.source is Source.LISTENING:
        return True
    post = facts.mention.post
    return not (_mentions(post, facts.brand) or _answers_us(facts.mention, facts.brand) or _quotes(post, facts.brand))


def _mentions(post: XPost, brand: Brand) -> bool:
    """Whether the text mentions the account."""
    return brand.handle.lower() in map(str.lower, handles(post.text))


def _answers_us(mention: Mention, brand: Brand) -> bool:
    """A reply mentions the author of its parent, although the text of a long one may leave that out."""
    return bool(mention.parent and mention.parent.post and mention.parent.post.author_id == brand.user_id)


def _quotes(post: XPost, brand: Brand) -> bool:
    """Whether the quoted post is the account's own: its link in the text has the author's handle."""
    if post.quotes is None:
        return False
    link = rf"{_HOSTS}/{re.escape(brand.handle)}/status/{post.quotes}(?![0-9])"
    return re.search(link, post.text, re.IGNORECASE | re.ASCII) is not None


def _is_opted_out(facts: _Facts) -> bool:
    """An author who mentions the brand after opting out may be answered by a person, but not automatically."""
    since = facts.opted_out_at
    return since is not None and (facts.automatic or facts.mention.post.created_at <= since)


def _needs_a_person(facts: _Facts) -> bool:
    """Also checks the text for self-harm: the mention may have been read by an older reader."""
    is_at_risk = facts.case.safety is not None or safety_note([facts.mention], None) is not None
    return is_at_risk and (facts.automatic or not facts.is_named)


def _is_automatic_twice(facts: _Facts) -> bool:
    return facts.automatic and (facts.acknowledged or facts.case.state in _REPLIED)


_ANSWERED = frozenset({CaseState.ANSWERED, CaseState.MOVED})
_CHECKS: tuple[tuple[BlockReason, Callable[[_Facts], bool]], ...] = (
    (BlockReason.CLOSED, lambda facts: facts.case.state is CaseState.CLOSED),
    (BlockReason.UNDERWAY, lambda facts: facts.case.state is CaseState.QUEUED),
    (BlockReason.NOT_OF_THIS_CASE, _is_elsewhere),
    (BlockReason.NOT_SUMMONED, _is_not_summoned),
    (BlockReason.OPTED_OUT, _is_opted_out),
    (BlockReason.IN_DANGER, _needs_a_person),
    (BlockReason.ANSWERED_ALREADY, lambda facts: facts.case.state in _ANSWERED and not facts.again),
    (BlockReason.AUTOMATIC_TWICE, _is_automatic_twice),
    (BlockReason.PAUSED, lambda facts: facts.paused),
)
