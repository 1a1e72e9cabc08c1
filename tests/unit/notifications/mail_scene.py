"""Deliveries to render, as many and as odd as a test wants."""

from collections.abc import Sequence
from copy import replace
from datetime import UTC, datetime, timedelta

from desk.brand import Brand
from desk.cases.model import CaseState, Draft, Event, Word, case_id_of
from desk.mentions.model import Mention, Parent
from desk.notifications.mail.cases import render_mail, render_summary
from desk.notifications.mail.parts import Mail
from desk.notifications.model import Notification
from desk.reading import Kind, Need, Reading, Urgency, Why
from desk.x.model import Author, Media, XPost
from tests.brands import small_brand
from tests.cases import a_case

BRAND = small_brand(console_url="https://desk.jade.example/console")
NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
"""Noon in Seoul."""
ROOM = 200_000
SKY = Author("501", "sky_kim", "김하늘")
QUESTION = "@emeraldmobile 이번 달 청구서가 두 번 왔어요. 하나는 버려도 되나요?"


def post(
    id: str = "9001",  # noqa: A002 - the noun's own name
    text: str = QUESTION,
    *,
    author: Author | None = SKY,
    author_id: str = "501",
    media: tuple[Media, ...] = (),
    minutes: int = 0,
    edit_ids: tuple[str, ...] = (),
) -> XPost:
    """A post made some minutes after noon."""
    return XPost(
        id=id,
        text=text,
        author_id=author_id,
        created_at=NOON + timedelta(minutes=minutes),
        conversation_id="9000",
        lang="ko",
        edit_ids=edit_ids or (id,),
        media=media,
        author=author,
    )


def mention(of: XPost, parent: Parent | None = None) -> Mention:
    """The post as the desk received it."""
    return Mention(post=of, received_at=of.created_at + timedelta(seconds=40), parent=parent)


def reading(**changes: object) -> Reading:
    """An inquiry for `billing`, unless changed."""
    usual = Reading(
        kind=Kind.INQUIRY,
        need=Need.INFORMATION,
        department="billing",
        urgency=Urgency.NORMAL,
        lang="ko",
        confidence=0.8,
        why=(Why("question", "되나요"), Why("department_word", "청구서")),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def delivery(
    of: Mention | None = None,
    read: Reading | None = None,
    *,
    event: Event = Event.CASE_OPENED,
    thread: tuple[Mention, ...] = (),
) -> Notification:
    """What a department is told of this mention; feedback has no case."""
    of, read = of or mention(post()), read or reading()
    department = read.department or "operator"
    case = a_case(
        of.received_at,
        NOON + timedelta(hours=3),
        id=case_id_of(of.post.conversation_id, of.post.author_id),
        conversation_id=of.post.conversation_id,
        author_id=of.post.author_id,
        author=of.post.author,
        department=department,
        kind=read.kind,
        need=read.need,
        urgency=read.urgency,
        lang=read.lang,
        mention_ids=(of.id,),
    )
    return Notification(event, of, read, department, case if read.opens_case else None, thread)


def handed(note: str = "", of: Mention | None = None) -> Notification:
    """A question about a bill that billing handed over to network."""
    told = delivery(of, event=Event.CASE_HANDED)
    case = told.case._replace(department="network") if told.case else None
    return told._replace(department="network", case=case, word=Word(note, "김지은", NOON + timedelta(minutes=20)))


def drafted(text: str, of: Mention | None = None) -> Notification:
    """A question that billing wrote an answer to."""
    word = Word(text, "김지은", NOON + timedelta(minutes=20))
    told = delivery(of, event=Event.CASE_DRAFTED)
    case = told.case._replace(state=CaseState.DRAFTED, draft=Draft(word.text, word.by, word.at)) if told.case else None
    return told._replace(department="operator", case=case, word=word)


def unsaid(failure: str, text: str) -> Notification:
    """A question whose answer wasn't posted to X."""
    told = drafted(text)
    return told._replace(event=Event.CASE_UNSAID, department="billing", failure=failure)


def many(count: int, **changes: object) -> list[Notification]:
    """That many cases by as many authors."""
    return [
        delivery(
            mention(post(str(10_000 + n), f"{n}번 손님입니다. 청구서가 안 와요", author_id=str(n + 1))),
            reading(**changes),
        )
        for n in range(count)
    ]


def link_of(case_id: str) -> str:
    """Where this case is answered, as if a link had been made."""
    return f"https://desk.jade.example/answer/{case_id.replace('-', '')}Rk3vQw8s"


def links_to(notifications: Sequence[Notification]) -> dict[str, str]:
    """A link to each case."""
    return {one.case.id: link_of(one.case.id) for one in notifications if one.case}


def mail_of(
    notifications: Sequence[Notification], department: str, brand: Brand = BRAND, *, max_bytes: int = ROOM
) -> Mail:
    """One mail, with a link to each case."""
    return render_mail(notifications, department, brand, links=links_to(notifications), max_bytes=max_bytes)


def list_of(
    notifications: Sequence[Notification], department: str, brand: Brand = BRAND, *, max_bytes: int = ROOM
) -> list[Mail]:
    """The mails of a list, with a link to each case."""
    return render_summary(notifications, department, brand, links=links_to(notifications), max_bytes=max_bytes)
