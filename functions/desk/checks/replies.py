"""The pre-send check of a reply. The case has all that it must know, except whether links answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.cases.model import CaseEvent, CaseEventKind
from desk.cases.store import CaseFile
from desk.checks.model import CheckContext, CheckResult, LookedUpForCheck, RecentText, Rule
from desk.posts.model import PostKind

if TYPE_CHECKING:
    from desk.checks.commitments import Commitment

_REPLIES = frozenset({CaseEventKind.QUEUED, CaseEventKind.ANSWERED, CaseEventKind.PROMISED})
_NOT_POSTED = frozenset({CaseEventKind.NOT_SAID, CaseEventKind.UNDONE})


def check_reply(  # noqa: PLR0913 - the text, and all that the rules must know
    text: str,
    events: Sequence[CaseEvent],
    callers: frozenset[str] | None,
    brand: Brand,
    now: datetime,
    *,
    reason: str = "",
    is_private: bool = False,
    looked_up: LookedUpForCheck,
) -> CheckResult:
    """The findings on the text of a reply. `events` are those of its case, `callers` as `callers_of` returns them.

    `is_private`: it invites to private messages, where what it promises goes on.
    """
    from desk.checks.rules import findings_in  # noqa: PLC0415 - its expressions cost every start some milliseconds

    recent = _earlier_replies(events)
    context = CheckContext(brand, PostKind.REPLY, now, callers=callers, recent=recent, **looked_up._asdict())
    found = findings_in(text, context)
    if is_private:
        found = [each for each in found if each.rule is not Rule.PROMISE_WITHOUT_TIME]
    return CheckResult(found, reason)


def promise_in(text: str, brand: Brand, at: datetime) -> "Commitment | None":
    """What the brand promises by a time in a text that appears at this moment."""
    from desk.checks.commitments import commitment_in  # noqa: PLC0415 - its expressions cost every start some time

    return commitment_in(text, at.astimezone(ZoneInfo(brand.timezone)), brand.hours.holidays)


class Promised(NamedTuple):
    """What a text promises by a time. `is_own`: the saved reply says so, not only its words."""

    sentence: str
    due: datetime
    is_own: bool = False


def promised_by(text: str, time: str, until: datetime | None, brand: Brand, at: datetime) -> Promised | None:
    """What the text of a saved reply promises: by its own term `until`, which it has as `time`, else by its words."""
    found = promise_in(text, brand, at)
    if until is None:
        return Promised(found.sentence, found.due) if found else None
    from desk.checks.moments import sentences_of  # noqa: PLC0415 - its expressions cost every start some time

    sentences = [each.strip() for each in sentences_of(text)]
    return Promised(next((each for each in sentences if time in each), text), until, is_own=True)


def callers_of(file: CaseFile) -> frozenset[str] | None:
    """The handles of those who mentioned us in the case, in lower case; None if none of them is known."""
    authors = [each.mention.post.author for each in file.mentions] + [file.case.author]
    return frozenset(author.username.casefold() for author in authors if author) or None


def _earlier_replies(events: Sequence[CaseEvent]) -> list[RecentText]:
    """The texts of the case's replies, without those that were taken back or not posted."""
    gone = {event.post_id for event in events if event.what in _NOT_POSTED}
    replies = (event for event in events if event.what in _REPLIES and event.text and event.post_id not in gone)
    return [RecentText(event.text, event.at) for event in replies]
