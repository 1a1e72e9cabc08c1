"""Cases whose author answers somebody, as pages show them."""

from copy import replace
from datetime import timedelta
from typing import Any

from desk.cases.model import CaseEvent, CaseEventKind
from desk.cases.store import CaseMention
from desk.mentions.model import Parent
from desk.replies.view import View
from desk.x.model import Author, XPost
from tests.unit.answer import examples_of_views as examples
from tests.unit.answer.examples_of_views import NOW

ROAMING = "이번 달에는 로밍 요금이 함께 청구되었습니다. 자세한 내역은 앱에 있습니다."
RENAMED = replace(examples.AUTHOR, username="gaeul_1103")


def post(number: int, author_id: str, text: str = ROAMING, author: Author | None = None) -> XPost:
    """What somebody wrote twenty minutes ago."""
    at = NOW - timedelta(minutes=20)
    return XPost(f"18000000000000000{number:02}", text, author_id, at, "1", "ko", (), author=author)


def replying(
    parent: XPost | None, number: int = 1, text: str = "그거 아직도 안 되는데요", **changes: Any
) -> CaseMention:
    """A mention by the case's author in reply to this post, or to one that X does not show."""
    one = examples.mention(number, text, **{"author": RENAMED} | changes)
    answered = Parent(parent.id, parent) if parent else Parent("1800000000000000099", None)
    return one._replace(mention=one.mention._replace(parent=answered))


def came_back() -> View:
    """Who had an answer says under another name that it did not help, and then answers what X does not show."""
    opened, answered, again = (NOW - timedelta(hours=hours) for hours in (5, 4, 3))
    first = examples.mention(1, examples.BILL, opened)
    again_post = replying(post(1, examples.brand().user_id), 2)
    return examples.view(
        examples.case(opened_at=opened, asked_at=again),
        mentions=(first, again_post, replying(None, 3, "여기도 그래요")),
        events=(CaseEvent(CaseEventKind.ANSWERED, answered, "", asked_at=opened, post_id="reply-1"),),
    )
