"""The pre-send check: what may be wrong with a text that is about to be published.

The rules are deterministic and pure. What they need to know about the world comes in `CheckContext`; a fact that could
not be looked up is None, and its rule says nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from desk.brand import Brand
from desk.posts.model import PostKind
from desk.staff.saved_replies import SavedReply


class Rule(StrEnum):
    """A rule. The key of its sentence for people is `check.<value>`."""

    DATE_AND_WEEKDAY = "date_and_weekday"
    NO_SUCH_DATE = "no_such_date"
    OTHER_TIME = "other_time"
    """The text names a time that its own contradicts."""
    PRIVATE_NUMBER = "private_number"
    BANNED_WORD = "banned_word"
    PRODUCT_NAME = "product_name"
    COMPETITOR = "competitor"
    PROMISE_WITHOUT_TIME = "promise_without_time"
    SAME_TEXT = "same_text"
    SIMILAR_TEXT = "similar_text"
    RECENT_UNCHECKED = "recent_unchecked"
    """A note: earlier texts could not be read."""
    TRENDING_HASHTAG = "trending_hashtag"
    EXPIRED_FACT = "expired_fact"
    """The text uses a fact that has ended, or ends before it is published."""
    UNANNOUNCED_FACT = "unannounced_fact"
    FACTS_UNCHECKED = "facts_unchecked"
    """A note: the saved replies could not be read."""
    LINK_DEAD = "link_dead"
    LINK_UNCHECKED = "link_unchecked"
    """A note, not a warning: the link's server refuses to be checked."""
    QUOTE = "quote"
    """X does not allow self-serve API access to quote posts."""
    MENTION = "mention"
    """X restricts mentions of accounts that did not mention us."""


class Severity(StrEnum):
    """What a finding does."""

    REFUSED = "refused"
    """It can never be published so."""
    WARNING = "warning"
    """It is published if a person gives a reason, which is recorded."""
    NOTE = "note"
    """It is shown and stops nothing."""


class Finding(NamedTuple):
    """One finding.

    Attributes:
        rule: its rule.
        severity: what it does.
        values: the values of its sentence.
        marks: the parts of the text that it is about, exactly as they are written there; none if it is about the whole.
            They are quoted, since places would be others by the time at which a page shows them.
        fix: what would be right in the place of each of its marks, "" where they should go; None if nobody knows.
        page: the console's page that says more, below its root; "" if there is none.
    """

    rule: Rule
    severity: Severity
    values: Mapping[str, str]
    marks: tuple[str, ...] = ()
    fix: str | None = None
    page: str = ""


class CheckResult(NamedTuple):
    """The findings, the gravest first, and the reason with which a person overrides the warnings ("" for none)."""

    findings: Sequence[Finding] = ()
    reason: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether the text can never be published so."""
        return any(each.severity is Severity.REFUSED for each in self.findings)

    @property
    def has_warnings(self) -> bool:
        """Whether a person must give a reason."""
        return any(each.severity is Severity.WARNING for each in self.findings)

    @property
    def blocks(self) -> bool:
        """Whether the text must not be published now."""
        return self.is_refused or (self.has_warnings and not self.reason)

    @property
    def overridden(self) -> tuple[str, ...]:
        """The rules of the warnings that the reason overrides."""
        warnings = (each.rule.value for each in self.findings if each.severity is Severity.WARNING)
        return tuple(dict.fromkeys(warnings)) if self.reason else ()


class LinkCheck(NamedTuple):
    """The result of checking a link: `answers` None if it could not be checked. `detail` is a status or FetchReason."""

    url: str
    answers: bool | None
    detail: str = ""


class LookedUpForCheck(NamedTuple):
    """What was looked up for the check of a reply: the results for its links, and the saved replies.

    `saved_replies` is None if they could not be read.
    """

    links: Sequence[LinkCheck] = ()
    saved_replies: Sequence[SavedReply] | None = ()


class RecentText(NamedTuple):
    """A text that was published or is planned, and when. `id` is that of its post."""

    text: str
    at: datetime
    id: str = ""


class CheckContext(NamedTuple):
    """What the rules know.

    Attributes:
        publish_at: when it is to be published, or now.
        written_for: the time that the post had when its text was written, if it was moved since.
        callers: handles that mentioned us in the case, in lower case, which a reply may name; None if unknown.
        recent: for the timeline, other texts of the last days and of the next ones; for a reply, the earlier replies of
            its case; None if unknown.
        trending: names of today's trends, without `#`, in lower case; None if unknown.
        links: results for links of the text; None if nobody asked.
        saved_replies: all of them, also those that have ended; None if unknown.
    """

    brand: Brand
    kind: PostKind
    publish_at: datetime
    callers: frozenset[str] | None = frozenset()
    recent: Sequence[RecentText] | None = None
    trending: frozenset[str] | None = None
    links: Sequence[LinkCheck] | None = None
    written_for: datetime | None = None
    saved_replies: Sequence[SavedReply] | None = ()
