"""A morning for tests of the console: a greeting on X, people who replied to it, and texts to greet them back."""

from datetime import date, datetime, timedelta
from typing import Any

from desk.attendance.store import AttendanceRecord
from desk.mentions.model import Mention, RoutingOutcome, Stage, StoredMention
from desk.posts.model import PostKind, PostState, greeting_id
from desk.reading import Kind, Need, Reading, Urgency
from desk.staff.saved_replies import SavedReply
from desk.x.model import Author, XPost, first_id_at
from tests.unit.operator_console.scene import ConsoleScene
from tests.unit.posts.scene import a_post
from tests.unit.replies.scene import NOW

TODAY = date(2026, 11, 24)
NINE = NOW - timedelta(hours=3)
"""Nine o'clock in Seoul."""
GREETING = first_id_at(NINE)
CHAT = Reading(Kind.CHAT, Need.RELATIONSHIP, None, Urgency.LOW, "ko", 1.0, ())
TEXTS = (
    "{name} 님, 좋은 아침이에요! 오늘도 즐거운 하루 보내세요.",
    "{name} 님, 반가워요. 오늘도 와 주셔서 고맙습니다.",
    "{name} 님 덕분에 아침이 환해졌어요. 좋은 하루 되세요!",
)


class MorningScene(ConsoleScene):
    """A console on the morning of 24 November, an hour after the greeting."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.now = NINE + timedelta(hours=1)
        for number, text in enumerate(TEXTS):
            self.saved_replies.save(SavedReply(f"morning-{number}", f"아침 인사 {number + 1}", text, kind="chat"))
        self.greet(TODAY)

    def greet(self, day: date, **changes: Any) -> None:
        """The greeting of that day, posted at nine."""
        at = NINE + (day - TODAY)
        about = {"state": PostState.PUBLISHED, "x_id": first_id_at(at), "at": at, "publish_at": at, "by": "schedule"}
        kind = PostKind.GREETING
        self.posts.put(
            a_post("좋은 아침입니다! 오늘 점심은 뭘 드시나요?", id=greeting_id(day), kind=kind, **about | changes)
        )

    def guest(
        self,
        number: int,
        text: str = "",
        *,
        reading: Reading | None = CHAT,
        day: date = TODAY,
        named: bool = True,
        again: int = 0,
    ) -> str:
        """Somebody replies to the greeting, some minutes after it; the id of their mention."""
        at = NINE + (day - TODAY) + timedelta(minutes=number + 1, seconds=again)
        author = Author(str(7000 + number), f"guest{number}", f"손님{number}")
        greeting, post_id = first_id_at(NINE + (day - TODAY)), str(int(first_id_at(at)) + number)
        text = f"@jade {text or f'좋은 아침이에요 {number}'}"
        shown = author if named else None
        post = XPost(post_id, text, author.id, at, greeting, "ko", (post_id,), in_reply_to=greeting, author=shown)
        mention = Mention(post, at)
        outcome = RoutingOutcome(reading, None, None) if reading else None
        self.attendance.mentions.append(mention)
        self.mentions.stored[post_id] = StoredMention(mention, Stage.NOTHING if reading else Stage.READING, outcome)
        return post_id

    def attended(self, number: int, *days: date, in_a_row: int) -> None:
        """What the digests have recorded of a guest."""
        author = Author(str(7000 + number), f"guest{number}", f"손님{number}")
        self.attendance.people[author.id] = AttendanceRecord(author.id, days, in_a_row, author)
        self.attendance.saved_mornings.update(days)


def moment(minutes: int) -> datetime:
    """So many minutes after the greeting."""
    return NINE + timedelta(minutes=minutes)
