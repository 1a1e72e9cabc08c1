"""Cases of people who do not exist, as pages show them."""

from collections.abc import Mapping
from copy import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from desk.brand import Brand
from desk.case_view.view import View, Viewer, view_of
from desk.cases.author_cases import AuthorCase
from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState, Draft
from desk.cases.store import CaseFile, CaseMention
from desk.mentions.model import Mention, Parent
from desk.reader.explain import SafetyNote
from desk.reading import OPERATOR, Kind, Need, Reading, Urgency, Why
from desk.replies.actions import ActionOutcome, ActionResult
from desk.replies.errors import Confirmation, PostPreview
from desk.replies.messages import Message, Tone
from desk.replies.open import OpenedCase, OpenOutcome
from desk.x.model import Author, Media, XPost
from tests.brands import emerald
from tests.cases import a_case

NOW = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)
"""Half past two in the afternoon in Seoul, a Tuesday."""

AUTHOR = Author("42", "haneul_0412", "하늘")
BILL = (
    "@emeraldmobile 이번 달 청구서가 지난달보다 2만 원이나 더 나왔어요.\n\n"
    "요금제는 그대로인데 왜 그런 걸까요? 확인 부탁드립니다 🙏"
)
ANSWER = (
    "하늘 님, 안녕하세요. 이번 달에는 지난달에 쓰신 해외 로밍 요금이 함께 청구되었습니다. 자세한 내역은 앱의 "
    "'요금 > 청구서 상세'에서 보실 수 있고, 궁금하신 점은 메시지로 말씀해 주세요."
)

NUMBER = "@emeraldmobile 어제 신청한 이사 접수가 안 됐어요. 010-1234-5678로 연락 주세요."
SITE = "emerald.example.com/bills"


def brand(language: str = "ko") -> Brand:
    """The demonstration brand, as its people read it in this language."""
    return replace(emerald(), language=language)


def mention(number: int, text: str, at: datetime = NOW, **changes: Any) -> CaseMention:
    """A mention by the case's author that was read as a question about a bill."""
    usual = XPost(
        id=f"19000000000000000{number:02}",
        text=text,
        author_id=AUTHOR.id,
        created_at=at,
        conversation_id="1900000000000000001",
        lang="ko",
        edit_ids=(),
        author=AUTHOR,
    )
    why = (Why("department_word", "청구서"), Why("question", "왜 그런 걸까요"))
    reading = Reading(Kind.INQUIRY, Need.INFORMATION, "billing", Urgency.NORMAL, "ko", 0.93, why)
    return CaseMention(Mention(replace(usual, **changes), received_at=at + timedelta(minutes=1)), reading)


def case(**changes: Any) -> Case:
    """An open question about a bill, due the next day."""
    usual = a_case(
        NOW - timedelta(hours=5),
        NOW + timedelta(hours=21),
        conversation_id="1900000000000000001",
        author_id=AUTHOR.id,
        author=AUTHOR,
        need=Need.INFORMATION,
        mention_ids=("1900000000000000001",),
        version=3,
    )
    return replace(usual, **changes)


def view(case_: Case | None = None, language: str = "ko", **changes: Any) -> View:
    """The page of the department that has the case, whose answers the operator sends."""
    shown = case_ or case()
    spoken = brand(language)
    usual = View(
        case=shown,
        mentions=(mention(1, BILL, NOW - timedelta(hours=5)),),
        events=(),
        viewer=shown.department,
        name="",
        token="f" * 64,
        request="r3qu3stid0",
        version=shown.version,
        may_answer=True,
        sends_to_x=False,
        signature="",
        departments=tuple((key, spoken.department_name(key)) for key in spoken.departments),
        fact_checkers=spoken.fact_checkers,
    )
    return replace(usual, **changes)


def events(*whats: CaseEventKind) -> tuple[CaseEvent, ...]:
    """One of each, half an hour apart, the last one ten minutes ago."""
    started = NOW - timedelta(minutes=30 * len(whats) - 20)
    return tuple(
        CaseEvent(what, started + timedelta(minutes=30 * place), **_PARTICULARS[what])
        for place, what in enumerate(whats)
    )


_PARTICULARS: Mapping[CaseEventKind, Mapping[str, Any]] = {
    CaseEventKind.TAKEN: {"by": "김지은"},
    CaseEventKind.RELEASED: {"by": "박도윤", "department": "billing"},
    CaseEventKind.WITHHELD: {"by": "", "department": "billing"},
    CaseEventKind.MOVED: {"by": "박도윤", "text": ANSWER, "post_id": "reply-7Q2M4-XD93K-6"},
    CaseEventKind.WROTE_PRIVATELY: {"by": ""},
    CaseEventKind.UNMASKED: {"by": "김지은"},
    CaseEventKind.UNDONE: {"by": "박도윤", "post_id": "reply-7Q2M4-XD93K-6"},
    CaseEventKind.NOTED: {"by": "김지은", "text": "어제 전화로도 물어보셨습니다."},
    CaseEventKind.ASSIGNED: {"by": "박도윤", "assignee": "김지은"},
    CaseEventKind.LABELLED: {"by": "박도윤", "labels": ("이중 출금",)},
    CaseEventKind.SNOOZED: {"by": "박도윤", "until": NOW},
    CaseEventKind.WOKEN: {"by": ""},
    CaseEventKind.RETURNED: {"by": "박도윤", "text": "환불 날짜도 적어 주세요.", "department": "billing"},
    CaseEventKind.REMINDED_BY_PERSON: {"by": "박도윤", "department": "billing"},
    CaseEventKind.REOPENED: {"by": "박도윤"},
    CaseEventKind.TAKING_DOWN: {"by": "박도윤", "post_id": "reply-7Q2M4-XD93K-6"},
    CaseEventKind.TAKEN_DOWN: {"by": "", "post_id": "reply-7Q2M4-XD93K-6"},
    CaseEventKind.NOT_TAKEN_DOWN: {"by": "", "post_id": "reply-7Q2M4-XD93K-6"},
    CaseEventKind.ACKNOWLEDGED: {"by": "", "text": "잘 받았습니다.", "post_id": "ack-7Q2M4-XD93K"},
    CaseEventKind.REMINDED: {"by": "", "department": "billing"},
    CaseEventKind.DUE: {"by": "", "department": "billing"},
    CaseEventKind.ESCALATED: {"by": ""},
    CaseEventKind.CALLED: {"by": ""},
    CaseEventKind.DRAFTED: {"by": "김지은", "text": ANSWER},
    CaseEventKind.QUEUED: {"by": "박도윤", "text": ANSWER, "post_id": "reply-7Q2M4-XD93K-4"},
    CaseEventKind.ANSWERED: {"by": "", "post_id": "reply-7Q2M4-XD93K-4"},
    CaseEventKind.PROMISED: {"by": ""},
    CaseEventKind.NOT_SAID: {"by": "", "text": "gone"},
    CaseEventKind.HANDED: {"by": "이서준", "department": "billing", "text": "로밍 요금 문의라 보내 드려요."},
    CaseEventKind.TAKEN_BACK: {"by": "이서준", "department": "network"},
    CaseEventKind.RESTORED: {"by": "박지민", "assignee": None},
    CaseEventKind.MISREAD: {"by": "이서준", "department": "billing", "kind": "inquiry"},
    CaseEventKind.RAISED: {"by": "박지민"},
    CaseEventKind.LOWERED: {"by": "이서준"},
    CaseEventKind.CLEARED: {"by": "이서준"},
    CaseEventKind.UNSEEN: {"by": ""},
    CaseEventKind.CLOSED: {"by": "김지은", "text": "작성자가 스스로 해결했다고 알려 왔습니다."},
}


def view_of_file(
    file: CaseFile, department: str = "billing", language: str = "ko", *, is_related: bool = False
) -> View:
    """The view of this case, opened by a link of the department."""
    opened = OpenedCase(OpenOutcome.OPENED, file, department, is_related=is_related)
    return view_of(ActionResult(ActionOutcome.SHOWN, opened), file, Viewer("A" * 18, "", NOW), brand(language))


def confirmed() -> View:
    """The operator looks at what would be posted."""
    return view(
        case(state=CaseState.DRAFTED, draft=Draft(ANSWER, "김지은", NOW - timedelta(minutes=12)), holder="김지은"),
        viewer=OPERATOR,
        name="박도윤",
        sends_to_x=True,
        signature="-JE",
        events=events(CaseEventKind.TAKEN, CaseEventKind.DRAFTED),
        confirmation=Confirmation((PostPreview(f"{ANSWER} -JE", 213, "0.01"),), "0.01"),
        filled={
            "action": "answer",
            "name": "박도윤",
            "text": ANSWER,
            "holding": "1",
            "promised_until": "2026-11-25T15:00",
            "again": "1",
        },
    )


def in_two() -> View:
    """A department looks at an answer that is too long for one post."""
    parts = (
        PostPreview(f"{ANSWER} …", 210, "0.01"),
        PostPreview(f"더 궁금하신 점은 {SITE} 에서 보실 수 있습니다. ^요금팀", 92, "0.20"),
    )
    return view(
        name="김지은",
        sends_to_x=True,
        signature="^요금팀",
        confirmation=Confirmation(parts, "0.21"),
        filled={
            "action": "answer",
            "name": "김지은",
            "text": f"{ANSWER} 더 궁금하신 점은 {SITE} 에서 보실 수 있습니다.",
        },
    )


def into_private() -> View:
    """The operator looks at the reply that asks the author into a private conversation."""
    text = "안녕하세요. 아래 버튼을 눌러 DM으로 알려 주세요."
    return view(
        viewer=OPERATOR,
        name="박도윤",
        sends_to_x=True,
        confirmation=Confirmation((PostPreview(text, 58, "0.20"),), "0.20", is_private=True),
        filled={"action": "private", "name": "박도윤", "text": text},
    )


def moved() -> View:
    """The author was invited to a private message; their post has a number in it, which one of them has looked at."""
    return view(
        case(state=CaseState.MOVED, holder="김지은"),
        mentions=(mention(1, NUMBER, NOW - timedelta(hours=5)),),
        events=events(CaseEventKind.UNMASKED, CaseEventKind.QUEUED, CaseEventKind.MOVED),
        name="김지은",
        sends_to_x=True,
        has_private_numbers=True,
    )


def masked() -> View:
    """Somebody whose name is not known yet sees a number masked; the case was answered on X itself before."""
    by_hand = CaseEvent(
        CaseEventKind.PROMISED, NOW - timedelta(hours=1), "", "확인해 보겠습니다.", x_id="1900000000000000077"
    )
    return view(mentions=(mention(1, NUMBER, NOW - timedelta(hours=5)),), events=(by_hand,), has_private_numbers=True)


def unmasked() -> View:
    """The same after they looked."""
    looked = masked()
    return looked._replace(
        name="김지은",
        unmasked=True,
        events=(*looked.events, CaseEvent(CaseEventKind.UNMASKED, NOW, "김지은")),
        message=Message("answer.unmasked"),
        filled={"action": "unmask", "name": "김지은"},
    )


def sent_back() -> View:
    """What a department sent itself came back: X did not take it."""
    return view(
        case(state=CaseState.DRAFTED, draft=Draft(ANSWER, "김지은", NOW - timedelta(minutes=12))),
        name="김지은",
        sends_to_x=True,
        case_sends_to_x=True,
        events=events(CaseEventKind.QUEUED, CaseEventKind.NOT_SAID),
    )


def answered() -> View:
    """A case with all its past."""
    return view(
        case(state=CaseState.ANSWERED, holder="김지은"),
        name="김지은",
        sends_to_x=True,
        signature="-JE",
        message=Message("answer.done.queued"),
        events=events(
            CaseEventKind.HANDED,
            CaseEventKind.TAKEN,
            CaseEventKind.DRAFTED,
            CaseEventKind.QUEUED,
            CaseEventKind.NOT_SAID,
            CaseEventKind.QUEUED,
            CaseEventKind.ANSWERED,
        ),
    )


def urgent() -> View:
    """An outage told in English, overdue; what was typed has to be mended."""
    text = "@emeraldmobile no signal at all around Seongsu since this morning, three of us. Calls to 112 fail too!"
    outage = mention(
        1,
        text,
        NOW - timedelta(hours=2),
        author=Author("42", "marcus.w", "Marcus Webb"),
        media=(
            Media("photo", "A phone that shows no bars", "https://pbs.twimg.com/media/x.jpg"),
            Media("photo", None, None),
        ),
    )
    return view(
        case(
            department="network",
            kind=Kind.FAULT,
            urgency=Urgency.HIGH,
            author=Author("42", "marcus.w", "Marcus Webb"),
            due_at=NOW - timedelta(hours=1),
        ),
        "en",
        mentions=(outage,),
        sends_to_x=True,
        signature="^MW",
        name="Dana Lee",
        message=Message("answer.problem.until", {}, Tone.PROBLEM, "promised_until"),
        filled={"action": "answer", "text": "We are on it.", "holding": "1", "promised_until": "", "name": "Dana Lee"},
    )


def returning() -> View:
    """The author has had other cases: with this department, with others, and more than are listed."""
    return view(
        mentions=(mention(1, "@emeraldmobile 그래도 안 되네요. 어떻게 하죠?", NOW - timedelta(hours=5)),),
        earlier=(
            earlier("7Q2M4-XD93A", hours=6, answered=5.9),
            earlier("K7R4G-T8W7B", hours=50, department="network", kind=Kind.FAULT, state=CaseState.PROMISED),
            earlier("WG15P-DY8A5", hours=90, answered=80, state=CaseState.CLOSED),
            earlier("X6XBS-1HGAY", hours=200, state=CaseState.CLOSED),
            earlier("J0XBC-ZAAHX", hours=300, answered=299, state=CaseState.MOVED),
        ),
    )


def earlier(
    number: str,
    *,
    hours: float,
    answered: float | None = None,
    department: str = "billing",
    kind: Kind = Kind.INQUIRY,
    state: CaseState = CaseState.ANSWERED,
) -> AuthorCase:
    """Another case of the author, opened so many hours ago and answered, if so, this many."""
    answered_at = NOW - timedelta(hours=answered) if answered is not None else None
    return AuthorCase(number, department, kind, state, NOW - timedelta(hours=hours), answered_at)


def beside() -> View:
    """Such a case, opened from the other one: it is still waited for, but not here."""
    return view(earlier=(earlier("7Q2M4-XD93A", hours=6, answered=5.9),), is_related=True, sends_to_x=True)


def in_danger() -> View:
    """The longest page, with what is to be done for an author who may be in danger."""
    return long()._replace(safety_note=SafetyNote.SELF_HARM)


def long() -> View:
    """Twenty mentions, some with pictures, one edited, one without words, one far too long."""
    words = ["아직도 안 되네요", BILL, "사진도 올려요", "", "혹시 보고 계신가요? " * 400]
    thread = [
        mention(place + 1, words[place % len(words)], NOW - timedelta(minutes=10 * (20 - place))) for place in range(20)
    ]
    photo = thread[2]
    thread[2] = photo._replace(
        mention=photo.mention._replace(post=photo.mention.post._replace(media=(Media("photo", "청구서 사진", None),)))
    )
    return view(
        case(state=CaseState.PROMISED, promised_until=NOW + timedelta(hours=4), holder="김지은"),
        mentions=thread,
        events=events(*CaseEventKind) * 3,
        earlier=returning().earlier,
        name="이서준",
    )


ROAMING = "이번 달에는 로밍 요금이 함께 청구되었습니다. 자세한 내역은 앱에 있습니다."
RENAMED = replace(AUTHOR, username="gaeul_1103")


def post(number: int, author_id: str, text: str = ROAMING, author: Author | None = None) -> XPost:
    """What somebody wrote twenty minutes ago."""
    at = NOW - timedelta(minutes=20)
    return XPost(f"18000000000000000{number:02}", text, author_id, at, "1", "ko", (), author=author)


def replying(
    parent: XPost | None, number: int = 1, text: str = "그거 아직도 안 되는데요", **changes: Any
) -> CaseMention:
    """A mention by the case's author in reply to this post, or to one that X does not show."""
    one = mention(number, text, **{"author": RENAMED} | changes)
    answered = Parent(parent.id, parent) if parent else Parent("1800000000000000099", None)
    return one._replace(mention=one.mention._replace(parent=answered))


def came_back() -> View:
    """Who had an answer says under another name that it did not help, and then answers what X does not show."""
    opened, answered, again = (NOW - timedelta(hours=hours) for hours in (5, 4, 3))
    first = mention(1, BILL, opened)
    again_post = replying(post(1, brand().user_id), 2)
    return view(
        case(opened_at=opened, asked_at=again),
        mentions=(first, again_post, replying(None, 3, "여기도 그래요")),
        events=(CaseEvent(CaseEventKind.ANSWERED, answered, "", asked_at=opened, post_id="reply-1"),),
    )
