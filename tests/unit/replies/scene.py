"""A desk at which people act on one case, in memory."""

from collections.abc import Sequence
from copy import replace
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.cases.model import Case, CaseEvent
from desk.cases.store import CaseFile, CaseMention
from desk.errors import QueueUnavailable
from desk.mentions.model import Mention
from desk.posts.model import Post
from desk.posts.pause import Pause
from desk.posts.submit import PostSubmitter
from desk.reading import Kind, Need, Reading, Urgency
from desk.replies.actions import ActionResult, CaseActions, page_token
from desk.replies.forms import FormRequest
from desk.replies.open import CaseOpener
from desk.replies.perform import CaseCommands
from desk.x.model import Author, XPost
from tests.brands import small_brand
from tests.cases import a_case
from tests.fakes.cases import FakeCaseLinks, FakeCases, FakeOptOuts
from tests.fakes.posts import FakePauseSwitch, FakePostQueue, FakePosts, FakePostTimer
from tests.fakes.staff import FakePresence

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
"""Noon in Seoul, a Tuesday."""

CASE = a_case(NOW, conversation_id="100", author=Author("7", "kim", "김"), need=Need.INFORMATION, mention_ids=("100",))
READING = Reading(Kind.INQUIRY, Need.INFORMATION, "billing", Urgency.NORMAL, "ko", 0.9, ())


def mention(number: int = 100, text: str = "@jade 청구서가 왜 두 장인가요?") -> CaseMention:
    post = XPost(str(number), text, "7", NOW, "100", "ko", (str(number),), author=CASE.author)
    return CaseMention(Mention(post, NOW), READING)


def brand_with(*, to_x: bool = False, signature: str = "") -> Brand:
    """The small brand, whose billing answers to X itself or not, with a signature or none. Its `pr` checks facts."""
    small = small_brand()
    billing = small.departments["billing"]._replace(answers_to_x=to_x, signature=signature)
    pr = billing._replace(key="pr", name_ko="홍보", name_en="PR", answers_to_x=False)
    departments = {"billing": billing, "pr": pr, **_without(small, "billing")}
    return replace(small, departments=departments, fact_checkers="pr")


def _without(brand: Brand, key: str) -> dict[str, Any]:
    return {name: department for name, department in brand.departments.items() if name != key}


@dataclass
class Colleagues:
    """Records notifications; `error` is what notifying raises."""

    notified: list[tuple[Any, ...]] = field(default_factory=list)
    error: Exception | None = None

    def handed(self, file: CaseFile, event: CaseEvent) -> None:
        self._notify("handed", file.case.department, event.by, event.text)

    def handed_together(self, handed: Sequence[tuple[CaseFile, CaseEvent]]) -> None:
        departments = {file.case.department for file, _ in handed}
        self._notify("together", *departments, tuple(sorted(file.case.id for file, _ in handed)))

    def drafted(self, file: CaseFile) -> None:
        assert file.case.draft
        self._notify("drafted", file.case.draft.text)

    def asked_again(self, file: CaseFile, event: CaseEvent) -> None:
        self._notify(event.what.value, file.case.department, event.by, event.text)

    def _notify(self, *notification: Any) -> None:
        if self.error:
            raise self.error
        self.notified.append(notification)


@dataclass
class DeskOfAnswers:
    """The use cases on fakes, with one case of billing; `queue_errors` has the errors of the queue."""

    brand: Brand = field(default_factory=brand_with)
    links: FakeCaseLinks = field(default_factory=FakeCaseLinks)
    cases: FakeCases = field(default_factory=FakeCases)
    switch: FakePauseSwitch = field(default_factory=FakePauseSwitch)
    opt_outs: FakeOptOuts = field(default_factory=FakeOptOuts)
    posts: FakePosts = field(default_factory=FakePosts)
    queue: FakePostQueue = field(default_factory=FakePostQueue)
    presence: FakePresence = field(default_factory=FakePresence)
    colleagues: Colleagues = field(default_factory=Colleagues)
    queue_errors: list[QueueUnavailable] = field(default_factory=list)
    api_urls: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cases.put(CASE, mention())

    def link(self, department: str = "billing") -> str:
        return self.links.make([CASE.id], department, NOW)[CASE.id]

    @property
    def open_case(self) -> CaseOpener:
        return CaseOpener(self.links, self.cases, self.switch, self.opt_outs)

    @property
    def actions(self) -> CaseActions:
        accept = PostSubmitter(
            self.posts, self.queue, FakePostTimer(), lambda: NOW, self.queue_errors.append, approval=()
        )
        commands = CaseCommands(self.cases, accept, self._colleagues_of, self.brand)
        return CaseActions(self.open_case, commands, self.brand)

    def _colleagues_of(self, api_url: str) -> Colleagues:
        self.api_urls.append(api_url)
        return self.colleagues

    @property
    def case(self) -> Case:
        return self.cases.cases[CASE.id]

    @property
    def events(self) -> list[CaseEvent]:
        return self.cases.events[CASE.id]

    @property
    def post(self) -> Post:
        (post,) = self.posts.posts.values()
        return post

    def have(self, **changes: Any) -> None:
        """Have the case so, as if somebody had brought it there."""
        self.cases.cases[CASE.id] = replace(self.case, **changes)

    def pause(self) -> None:
        self.switch.pause(Pause(reason="점검", by="김", began_at=NOW))

    def fields(self, link_id: str, action: str, **typed: str) -> dict[str, str]:
        """A form of the page as it is now, filled in."""
        version = str(self.case.version)
        hidden = {"version": version, "token": page_token(link_id, version), "request": "form-0001"}
        return hidden | {"action": action, "name": "박지민"} | typed

    def send(self, fields: dict[str, str], link_id: str, *, now: datetime = NOW) -> ActionResult:
        return self.actions.perform(FormRequest(link_id, fields, now, "https://desk.example"))

    def do(self, action: str, *, viewer: str = "billing", **typed: str) -> ActionResult:
        """Open the page with a link of its own and send one of its forms."""
        link_id = self.link(viewer)
        return self.send(self.fields(link_id, action, **typed), link_id)
