"""A case of the small brand, as the API's tests have it."""

from copy import replace
from datetime import timedelta
from typing import Any

from desk.brand import Brand
from desk.cases.model import CaseState, case_id_of
from desk.cases.store import CaseMention
from desk.mentions.model import Mention, Parent
from desk.reading import Kind, Need, Reading, Urgency, Why
from desk.x.model import Author, Media, XPost
from tests.cases import a_case
from tests.unit.post_update.api.scene import NOON, Scene

KIM = Author("7", "kim", "김하늘")
CASE = a_case(
    NOON,
    NOON + timedelta(hours=3),
    id=case_id_of("100", "7"),
    conversation_id="100",
    author=KIM,
    need=Need.INFORMATION,
    mention_ids=("100",),
)
READING = Reading(
    Kind.INQUIRY, Need.INFORMATION, "billing", Urgency.NORMAL, "ko", 0.8, (Why("department_word", "청구서"),)
)
EARLIER = CASE._replace(
    id=case_id_of("90", "7"),
    conversation_id="90",
    mention_ids=("90",),
    state=CaseState.ANSWERED,
    opened_at=NOON - timedelta(days=2),
    answered_at=NOON - timedelta(days=1),
)
"""Another case of the same author, which was answered."""
PATH = f"/cases/{CASE.id}"


def mention(
    number: int = 100, text: str = "@jade 청구서가 두 번 왔어요. 제 번호는 010-1234-5678입니다."
) -> CaseMention:
    post = XPost(
        str(number),
        text,
        "7",
        NOON,
        "100",
        "ko",
        (str(number),),
        in_reply_to="90",
        media=(Media("photo", "카드 4111-1111-1111-1111", None),),
        author=KIM,
    )
    return CaseMention(Mention(post, NOON, Parent("90", None)), READING)


def with_case(brand: Brand | None = None, **changes: Any) -> Scene:
    """A desk with this case, so changed, and its mention."""
    scene = Scene(brand)
    scene.cases.put(replace(CASE, **changes), mention())
    return scene
