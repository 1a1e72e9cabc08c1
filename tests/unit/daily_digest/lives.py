"""Cases that live as the desk has them live, and beside them a plain record of what a person would have counted.

The record knows nothing of events and versions: who waits since when, and who then gets what.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from desk.cases import transitions as case_steps
from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState, Draft, ReplyAs
from desk.cases.store import CaseFile
from desk.cases.transitions import asked_again
from desk.mentions.model import Mention
from desk.posts.model import Post, PostKind, PostReason, PostState
from desk.reading import Kind, Need, Reading, Urgency
from desk.replies import outcome
from desk.x.model import XPost
from poll_mentions.external_replies import ExternalReply, decide
from tests.brands import small_brand
from tests.cases import a_case
from tests.unit.daily_digest.plain_clock import due

BRAND = small_brand()


class Deed(NamedTuple):
    """What somebody got: what, when, from which department, since when they had waited, and whether on X itself."""

    what: str
    at: datetime
    department: str
    waited_since: datetime | None = None
    by_hand: bool = False


@dataclass
class Life:
    """One case; `deeds`, `waits`, `is_open`, `first_due` and `department` are the plain record."""

    number: int
    asked: datetime
    events: list[CaseEvent] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    is_open: bool = True

    def __post_init__(self) -> None:
        self.waits: datetime | None = self.asked
        self.first_due, self.department = due(self.asked), "billing"
        self.case: Case = a_case(self.asked, self.first_due, id=f"7Q2M4-{self.number:05}")
        self.replies, self.has_answer_on_x = 0, False

    def says(self, at: datetime, reply_as: ReplyAs = ReplyAs.ANSWER, reason: PostReason | None = None) -> None:
        """A reply goes on its way, and it stands, or does not for this reason; told twice, it happened once."""
        if self.case.state not in case_steps.ANSWERABLE | {CaseState.ANSWERED, CaseState.MOVED}:
            return
        post = self._post(at, reason)
        draft = Draft(post.text, "김하나", at, reply_as)
        self._becomes(
            case_steps.queued(self.case, post.id, draft, reply_as),
            CaseEvent(CaseEventKind.QUEUED, at, "김하나", post.text, post_id=post.id),
        )
        news = outcome.update_after(post, self._file(), BRAND)
        assert news is not None
        self._becomes(*news)
        assert outcome.update_after(post, self._file(), BRAND) is None
        if reason:
            self.deeds.append(Deed(reason.value, at, self.department))
            self.is_open = not self.has_answer_on_x
        else:
            self._gets({ReplyAs.HOLDING: "promised", ReplyAs.PRIVATE: "moved"}.get(reply_as, "answered"), at)

    def is_answered_on_x(self, at: datetime, reply_as: ReplyAs = ReplyAs.ANSWER) -> None:
        """Somebody answers on X itself, or only promises there."""
        self.replies += 1
        x_id = f"{self.number}{self.replies:04}"
        shown = XPost(x_id, "답변입니다", "1", at, "1", "ko", (x_id,), in_reply_to="1")
        _, after, event = decide(ExternalReply(shown, reply_as), self._file(), (), BRAND)
        assert event is not None
        self._becomes(after, event)
        if reply_as is ReplyAs.HOLDING:
            self.deeds.append(Deed("promised", at, self.department))
        elif self.is_open:
            self.has_answer_on_x |= self.waits is not None
            self._gets("answered", at, by_hand=True)

    def asks_again(self, at: datetime) -> None:
        """The author comes back; what came in at one moment was asked at one moment."""
        if at == self.case.asked_at:
            return
        post = XPost("2", "@jade 아직이에요", "7", at, "1", "ko", ("2",))
        reading = Reading(Kind.INQUIRY, Need.SUPPORT, "billing", Urgency.NORMAL, "ko", 0.9, ())
        self.case = asked_again(self.case, Mention(post, at, None), reading, BRAND)
        if not self.is_open:
            self.is_open, self.waits, self.first_due, self.has_answer_on_x = True, at, due(at), False

    def is_handed(self, at: datetime, department: str) -> None:
        """Another department has it, with a clock of its own."""
        if self.case.state in case_steps.ANSWERABLE:
            handed = CaseEvent(CaseEventKind.HANDED, at, "이두리", department=department)
            self._becomes(case_steps.handed(self.case, department, at + timedelta(days=9)), handed)
            self.department = department

    def is_put_right(self, at: datetime) -> None:
        """It was read wrongly, and is billing's in truth."""
        if self.case.state in case_steps.ANSWERABLE:
            misread = CaseEvent(CaseEventKind.MISREAD, at, "이두리", department="billing", kind="fault")
            after = case_steps.misread(self.case, Kind.FAULT, "billing", at + timedelta(days=9))
            self._becomes(after, misread._replace(was_kind="inquiry", was_department=self.department))
            self.deeds.append(Deed("misread", at, "billing"))
            self.department = "billing"

    def is_closed(self, at: datetime) -> None:
        """Somebody decides that nothing is owed any more, which is no answer."""
        if self.case.state in case_steps.CLOSABLE:
            asked_at = self.case.asked_at if self.is_open else None
            closed = CaseEvent(CaseEventKind.CLOSED, at, "이두리", "해결", asked_at=asked_at)
            self._becomes(case_steps.closed(self.case), closed)
            self.is_open, self.waits = False, None

    def is_acknowledged(self, at: datetime) -> None:
        """The desk says by itself that it has arrived."""
        self.events.append(CaseEvent(CaseEventKind.ACKNOWLEDGED, at, "", "잘 받았어요", "billing"))
        self.deeds.append(Deed("acknowledged", at, self.department))

    def _gets(self, what: str, at: datetime, *, by_hand: bool = False) -> None:
        if what == "promised":
            self.deeds.append(Deed(what, at, self.department))
            self.is_open = True
            return
        if self.waits is not None:
            self.deeds.append(Deed(what, at, self.department, self.waits, by_hand))
        self.is_open, self.waits = False, None

    def _post(self, at: datetime, reason: PostReason | None) -> Post:
        self.replies += 1
        return Post(
            id=f"reply-{self.case.id}-{self.replies}-2",
            kind=PostKind.REPLY,
            text="답변입니다",
            by="김하나",
            accepted_at=at,
            publish_at=at,
            expires_at=at + timedelta(days=1),
            state=PostState.REFUSED if reason else PostState.PUBLISHED,
            at=at,
            weighted_length=10,
            estimated_micro_usd=10_000,
            reason=reason,
        )

    def _becomes(self, after: Case, event: CaseEvent) -> None:
        self.case = after._replace(version=self.case.version + 1)
        self.events.append(event)

    def _file(self) -> CaseFile:
        return CaseFile(self.case, (), self.events)


type Step = Callable[[Life, datetime], None]

STEPS: tuple[Step, ...] = (
    Life.says,
    lambda life, at: life.says(at, ReplyAs.PRIVATE),
    lambda life, at: life.says(at, ReplyAs.HOLDING),
    lambda life, at: life.says(at, reason=PostReason.DUPLICATE),
    lambda life, at: life.says(at, ReplyAs.HOLDING, PostReason.GONE),
    Life.is_answered_on_x,
    lambda life, at: life.is_answered_on_x(at, ReplyAs.HOLDING),
    Life.asks_again,
    lambda life, at: life.is_handed(at, "network"),
    lambda life, at: life.is_handed(at, "lost"),
    Life.is_put_right,
    Life.is_closed,
    Life.is_acknowledged,
)
"""Everything that may happen to a case; "lost" is a department that desk.yaml no longer has."""
