"""The examples that docs/mail.md and docs/contracts show, rendered anew so that the pages never grow old."""

import json
from collections.abc import Callable

from desk.contract import case_message
from desk.delivery import Delivery, Event
from desk.mail import Mail, render_mail, render_summary
from desk.mention import Parent
from desk.reading import Kind, Need, Urgency, Why
from desk.x_post import Author, Media
from tests.unit.mail.scene import BRAND, delivery, mention, post, reading

ROOM = 200_000

_QUESTION = post(
    "1993000000000000105",
    f"@{BRAND.handle} 청구서가 두 번 왔어요.\n하나는 버려도 되나요?",
    media=(Media("photo", "나란히 놓은 청구서 두 장", None), Media("photo", None, None)),
)
_OURS = post("1993000000000000051", "11월 청구서를 보내 드렸습니다.", author=None, author_id=BRAND.user_id, minutes=-75)
_OUTAGE = reading(
    kind=Kind.FAULT,
    need=Need.SUPPORT,
    department="network",
    urgency=Urgency.HIGH,
    why=(Why("fault_word", "먹통이에요"), Why("department_word", "먹통"), Why("outage", "동네 전체")),
)


def question() -> Delivery:
    """An ordinary inquiry with pictures, in reply to a post of ours."""
    return delivery(mention(_QUESTION, Parent(_OURS.id, _OURS)))


def outage(n: int, text: str) -> Delivery:
    """One of many who report the same outage."""
    author = Author(str(600 + n), f"user_{n}", f"손님 {n}")
    reported = post(str(1993000000000000200 + n), text, author=author, author_id=author.id, minutes=n)
    return delivery(mention(reported), _OUTAGE)


def edited() -> Delivery:
    """The first report after its author edited it."""
    version = post(
        "1993000000000000399",
        "동네 전체가 먹통이에요. 방금 인터넷은 돌아왔어요",
        author=Author("601", "user_1", "손님 1"),
        author_id="601",
        minutes=9,
        edit_ids=("1993000000000000201", "1993000000000000399"),
    )
    return delivery(mention(version), _OUTAGE, event=Event.CASE_EDITED)


def _reports() -> list[Delivery]:
    return [outage(1, "동네 전체가 먹통이에요"), outage(2, "여기 시장도 먹통이에요, 동네 전체가 결제를 못 해요")]


MAILS: dict[str, Callable[[], Mail]] = {
    "one": lambda: render_mail([question()], "billing", BRAND, max_bytes=ROOM),
    "bundle": lambda: render_mail([*_reports(), edited()], "network", BRAND, max_bytes=ROOM),
    "operator": lambda: render_mail([question()], "operator", BRAND, max_bytes=ROOM),
    "summary": lambda: render_summary(_reports(), "network", BRAND, max_bytes=ROOM)[0],
}


def shown(mail: Mail) -> str:
    """A mail as the page shows it."""
    return f"Subject: {mail.subject}\n\n{mail.body}"


def message() -> str:
    """The example of contract v1, laid out for people."""
    return json.dumps(json.loads(case_message(question(), BRAND, max_bytes=ROOM)), ensure_ascii=False, indent=2) + "\n"
