"""A morning at the desk: what came in overnight, and what there is to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from desk.mentions.model import Mention, RoutingOutcome, Stage, StoredMention
from desk.reading import OPERATOR, Kind, Need, Reading, Safety, Urgency
from desk.x.model import Author, XPost
from tests.unit.operator_console.morning_scene import NINE, MorningScene

if TYPE_CHECKING:
    from desk.cases.model import Case

NIGHT = NINE - timedelta(hours=15)
"""When the desk closed on the day before."""


class TodayScene(MorningScene):
    """A console at 9:20, twenty minutes after the greeting and the opening, without a case."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.now = NINE + timedelta(minutes=20)
        self.cases.cases.clear()

    def overnight(self, number: int, text: str, kind: Kind = Kind.CHAT, **about: Any) -> str:
        """Somebody writes, so many times ten minutes after the desk has closed; the id of the mention.

        `about` may have the `safety` and `urgency` of the reading; with a `case` it has that case, and with
        an `id` that id.
        """
        at, author = (
            NIGHT + timedelta(minutes=10 * number),
            Author(str(3000 + number), f"night{number}", f"밤손님{number}"),
        )
        case: Case | None = about.get("case")
        mention_id: str = about.get("id", str(900_000 + number))
        post = XPost(mention_id, f"@jade {text}", author.id, at, mention_id, "ko", (mention_id,), author=author)
        need, department = (Need.INFORMATION, OPERATOR) if case else (Need.RELATIONSHIP, None)
        urgency, safety = about.get("urgency", Urgency.NORMAL), about.get("safety")
        reading = Reading(kind, need, department, urgency, "ko", 0.9, (), safety=safety)
        outcome = RoutingOutcome(reading, None, case.id if case else None)
        self.mentions.stored[mention_id] = StoredMention(Mention(post, at), Stage.NOTHING, outcome)
        if case:
            self.seen.with_case[mention_id] = post
            self.cases.cases[case.id] = case._replace(asked_at=at, opened_at=at)
        else:
            self.seen.put(post, kind=kind)
        return mention_id

    def have_a_night(self) -> dict[str, str]:
        """One post of each place in the stack, and advertising; ids by what they are."""
        return {
            "ad": self.overnight(1, "지금 팔로우하고 경품 받으세요", Kind.JUNK),
            "chat": self.overnight(2, "오늘도 야근이네요. 다들 힘내세요!"),
            "case": self.overnight(3, "로밍은 어떻게 켜나요?", Kind.INQUIRY, case=self.have_case(41)),
            "ad2": self.overnight(4, "선착순 무료 나눔", Kind.JUNK),
            "urgent": self.overnight(
                5, "내일 아침 출국인데 유심이 안 돼요", Kind.INQUIRY, urgency=Urgency.HIGH,
                case=self.have_case(42, urgency=Urgency.HIGH),
            ),
            "check": self.overnight(
                6, "아이 키즈폰 위치가 안 떠요", Kind.FAULT, safety=Safety.CHECK,
                case=self.have_case(43, safety=Safety.CHECK),
            ),
        }  # fmt: skip

    @contextmanager
    def at_twenty_to_nine(self) -> Iterator[None]:
        """Before the desk opens, on the way to work."""
        later, self.now = self.now, NINE - timedelta(minutes=20)
        try:
            yield
        finally:
            self.now = later
